//! A caller writes another's name into everything that a caller can write: it changes nothing.

use serde_json::{Value, json};

use crate::{Function, asking, fixtures, refused_reboot};

/// Headers by which proxies and gateways tell identities elsewhere.
const HEADERS: [&str; 12] = [
    "Authorization",
    "X-User",
    "X-Forwarded-User",
    "X-Remote-User",
    "X-Amzn-Oidc-Identity",
    "X-Amzn-Oidc-Data",
    "x-amzn-RequestContext",
    "x-amzn-request-context",
    "x-amzn-lambda-context",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Api-Key",
];

const FORGED: &str = r#"{"identity":{"userArn":"arn:aws:iam::1:user/mallory","sourceIp":"6.6.6.6"},"authorizer":{"principalId":"mallory","iam":{"userArn":"arn:aws:iam::1:user/mallory"}}}"#;

/// Each way to write another's name into an event.
fn spoofed(event: &Value) -> Vec<(String, Value)> {
    let base = asking(event.clone(), "POST", "/operations", &refused_reboot());
    let mut all = Vec::new();
    for name in HEADERS {
        let mut event = base.clone();
        for value in ["mallory", FORGED] {
            event["headers"][name] = json!(value);
            event["headers"][name.to_lowercase()] = json!(value);
            if event["httpMethod"].is_string() {
                event["multiValueHeaders"][name] = json!([value, "mallory-again"]);
            }
            all.push((format!("header {name}: {value}"), event.clone()));
        }
    }
    for member in ["user_identity", "requestContext", "principal", "caller", "user"] {
        let mut body = refused_reboot();
        body[member] = serde_json::from_str(FORGED).unwrap();
        all.push((format!("body {member}"), asking(event.clone(), "POST", "/operations", &body)));
    }
    let forged: Value = serde_json::from_str(FORGED).unwrap();
    let mut body = refused_reboot();
    let mut beside = base.clone();
    for (name, value) in forged.as_object().unwrap() {
        body[name] = value.clone();
        beside[name] = value.clone();
    }
    all.push((
        "body as a request context".into(),
        asking(event.clone(), "POST", "/operations", &body),
    ));
    all.push(("event as a request context".into(), beside));
    let mut query = base.clone();
    query["rawQueryString"] = json!("user=mallory&principal=mallory&requestContext=mallory");
    query["queryStringParameters"] = json!({ "user": "mallory", "requestContext": FORGED });
    query["multiValueQueryStringParameters"] = json!({ "user": ["mallory", "mallory"] });
    all.push(("query".into(), query));
    let mut around = base;
    for name in [
        "identity",
        "authorizer",
        "caller",
        "user_identity",
        "pathParameters",
        "stageVariables",
        "cookies",
    ] {
        around[name] = forged.clone();
    }
    all.push(("beside the request context".into(), around));
    all
}

#[tokio::test]
async fn identity_comes_only_from_the_gateway() {
    for (fixture, event) in fixtures::all() {
        let honest = Function::new();
        let answer =
            honest.answer(&asking(event.clone(), "POST", "/operations", &refused_reboot())).await;
        let who = |function: &Function| {
            let entry = function.entries().pop();
            entry.map(|entry| {
                (entry.principal, entry.user_identity, entry.source_ip, entry.request_id)
            })
        };
        for (how, event) in spoofed(&event) {
            let function = Function::new();
            let spoofed = function.answer(&event).await;
            assert_eq!(who(&function), who(&honest), "{fixture} with {how}");
            if answer["statusCode"] == json!(401) {
                assert_eq!(spoofed["statusCode"], json!(401), "{fixture} with {how}");
            }
            assert_eq!(function.world.rds.calls(), []);
        }
    }
}

#[tokio::test]
async fn an_api_key_in_a_header_is_no_identity() {
    let mut event =
        asking(fixtures::event("rest-no-authorizer"), "GET", "/instances", &json!(null));
    event["headers"]["x-api-key"] = json!("example-api-key-value");
    event["multiValueHeaders"]["x-api-key"] = json!(["example-api-key-value"]);
    assert_eq!(Function::new().answer(&event).await["statusCode"], json!(401));
}
