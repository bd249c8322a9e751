//! API Gateway's proxy events, made safe to read.
//!
//! `lambda_http` reads an event as a whole: one odd claim of an authorizer and the event is no request at all. So the
//! caller is read from the raw request context first, and that context is then reduced to what a request needs.

use lambda_http::request::LambdaRequest;
use serde_json::{Map, Value, json};

/// The request context of an event, from which the caller is read.
#[must_use]
pub fn context_of(event: &Value) -> &Value {
    &event["requestContext"]
}

/// Reads a REST (v1) or HTTP (v2) proxy event. Its path comes without the stage.
///
/// # Errors
/// When the event is of neither form.
pub fn request_of(event: Value) -> Result<LambdaRequest, serde_json::Error> {
    let Value::Object(mut event) = event else {
        return serde_json::from_value(event);
    };
    strip_stage(&mut event);
    encode_paths(&mut event);
    reduce_context(&mut event);
    prefer_multi_values(&mut event);
    serde_json::from_value(Value::Object(event))
}

/// In HTTP APIs `rawPath` begins with the stage, unless that is `$default`.
fn strip_stage(event: &mut Map<String, Value>) {
    let stage = event.get("requestContext").and_then(|context| context["stage"].as_str()).map(str::to_owned);
    let path = event.get("rawPath").and_then(Value::as_str);
    let stripped = stage.zip(path).and_then(|(stage, path)| {
        let rest = path.strip_prefix('/')?.strip_prefix(&stage)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("/{}", rest.trim_start_matches('/')))
    });
    if let Some(path) = stripped {
        event.insert("rawPath".into(), path.into());
    }
}

/// REST APIs decode the path; what a URI can't hold is encoded again.
fn encode_paths(event: &mut Map<String, Value>) {
    for name in ["path", "rawPath"] {
        if let Some(path) = event.get(name).and_then(Value::as_str) {
            let encoded = encode_path(path);
            event.insert(name.into(), encoded.into());
        }
    }
}

fn encode_path(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// Leaves of the context what makes a request: the ids, and the method of an HTTP API.
fn reduce_context(event: &mut Map<String, Value>) {
    let Some(context) = event.get_mut("requestContext") else { return };
    let mut reduced = json!({ "stage": "$default" });
    for name in ["requestId", "http", "httpMethod", "path", "resourcePath", "resourceId", "apiId"] {
        if let Some(value) = context.get(name) {
            reduced[name] = value.clone();
        }
    }
    *context = reduced;
}

/// REST APIs send each header twice, alone and in a list; the lists are complete.
fn prefer_multi_values(event: &mut Map<String, Value>) {
    if event.get("multiValueHeaders").and_then(Value::as_object).is_some_and(|headers| !headers.is_empty()) {
        event.insert("headers".into(), json!({}));
    }
}
