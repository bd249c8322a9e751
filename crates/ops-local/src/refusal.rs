//! Refusals as JSON, in the form that the HTTP API gives them.

use ops_domain::failure::Failure;
use serde_json::{Value, json};

/// The body of the answer to a request that was not granted.
#[must_use]
pub fn body(failure: &Failure, request_id: &str) -> Value {
    let mut body = failure.result_json();
    body["request_id"] = json!(request_id);
    if let Some(id) = failure.operation_id {
        body["operation_id"] = json!(id);
    }
    if let Some(classification) = &failure.classification {
        body["classification"] = json!(classification);
    }
    for (name, fact) in &failure.facts {
        body[name.as_str()] = fact.clone();
    }
    body
}
