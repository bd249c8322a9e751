//! The description of this API (OpenAPI 3.1), made from the types of the answers, from the routes,
//! and from what the operations declare.

mod absent;
mod errors;
mod operations;

use serde_json::{Value, json};

use crate::routes;

/// The description, as it is checked in.
#[must_use]
pub fn document() -> String {
    let api = routes::described().into_openapi();
    let mut document = serde_json::to_value(api).expect("a description is JSON");
    document["info"] = info();
    // The address of the document is that of the API, behind whatever stage or base path.
    document["servers"] = json!([{ "url": "." }]);
    document["tags"] = tags();
    absent::describe(&mut document);
    operations::describe_parameters(&mut document);
    operations::describe_examples(&mut document);
    errors::describe(&mut document);
    describe_callers(&mut document);
    let text = serde_json::to_string_pretty(&document).expect("a value is JSON");
    text + "\n"
}

/// Path and method of every route of the API.
#[must_use]
pub fn listed() -> &'static [(&'static str, &'static str)] {
    routes::LISTED
}

fn info() -> Value {
    json!({
        "title": "RDS operations service",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Routine Amazon RDS operations on databases that are not production. \
            Production is blocked. Every attempt is on the audit trail. An operation that is \
            `available` with `success: true` is done: RDS showed evidence of it.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    })
}

fn tags() -> Value {
    json!([
        { "name": "operations", "description": "Asking for operations, and following them." },
        { "name": "instances", "description": "The databases, and what can be run on them." },
        { "name": "audit", "description": "What was asked for, by whom, and what came of it." },
        { "name": "service", "description": "The service itself." },
    ])
}

/// How callers are known. The gateway of a deployment takes one of these.
fn describe_callers(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "iam": {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "x-amazon-apigateway-authtype": "awsSigv4",
            "description": "A request that is signed by AWS Signature Version 4 for execute-api.",
        },
        "token": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A token of the issuer that the gateway knows.",
        },
        "key": {
            "type": "apiKey", "in": "header", "name": "x-api-key",
            "description": "An API key of the gateway; it names no person.",
        },
    });
    // On one machine nobody signs in.
    document["security"] = json!([{}, { "iam": [] }, { "token": [] }, { "key": [] }]);
    // The service itself asks nobody at `/healthz` and `/openapi.json`, but the gateways of the
    // template do. The page that signs people in is open everywhere.
    document["paths"]["/"]["get"]["security"] = json!([]);
}
