//! API Gateway's proxy events, read as plain JSON and tolerantly: an odd claim, an absent map or a
//! body that is no text makes no event unreadable. What can't be understood is left out, and the
//! API answers what is left.
//!
//! REST APIs send the form v1.0, HTTP APIs v2.0 or v1.0 (API Gateway Developer Guide, "Lambda proxy
//! integrations").

mod path;

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use ops_http::RootName;
use serde_json::Value;

/// The form of an event, and of the answer to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PayloadFormat {
    /// 1.0: headers and query parameters are lists by name.
    V1,
    /// 2.0: headers are joined by commas, and the query is as it was sent.
    V2,
}

impl PayloadFormat {
    /// The form of `event`; none if it is no proxy event.
    #[must_use]
    pub fn of(event: &Value) -> Option<Self> {
        if event["requestContext"]["http"]["method"].is_string() {
            Some(Self::V2)
        } else if event["httpMethod"].is_string() {
            Some(Self::V1)
        } else {
            None
        }
    }
}

/// The request context of an event, from which the caller is read, and nothing else of the request
/// is.
#[must_use]
pub fn context_of(event: &Value) -> &Value {
    &event["requestContext"]
}

/// The request of an event. Its path comes without what the gateway put before it. None if there is
/// no method, which makes it no request.
#[must_use]
pub fn request_of(event: &Value, form: PayloadFormat) -> Option<Request<Body>> {
    let (method, query, headers) = match form {
        PayloadFormat::V1 => (&event["httpMethod"], query_of(event), text_only(lists(event))),
        PayloadFormat::V2 => {
            let method = &event["requestContext"]["http"]["method"];
            (method, raw_query_of(event), headers(&event["headers"]))
        }
    };
    // Gateways decode paths; what a URI can't hold is encoded again.
    let path = encoded(path::own_path(event, form), b"/-._~%!$&'()*+,;=:@");
    let mut request = Request::new(body_of(event));
    *request.method_mut() = Method::from_bytes(method.as_str()?.as_bytes()).ok()?;
    *request.uri_mut() = uri(&path, &query)?;
    *request.headers_mut() = headers;
    if request.uri().path() == "/" {
        root_name(event, form).map(|name| request.extensions_mut().insert(name));
    }
    Some(request)
}

/// What the root was asked for by, without a slash at its end.
fn root_name(event: &Value, form: PayloadFormat) -> Option<RootName> {
    let path = match form {
        PayloadFormat::V1 => {
            event["requestContext"]["path"].as_str().or_else(|| event["path"].as_str())?
        }
        PayloadFormat::V2 => event["rawPath"].as_str()?,
    };
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some(RootName(encoded(name, b"-._~%")))
}

fn uri(path: &str, query: &str) -> Option<Uri> {
    let path = path.trim_start_matches('/');
    let separator = if query.is_empty() { "" } else { "?" };
    format!("/{path}{separator}{query}").parse().ok()
}

/// The query as it was sent, where the event has it.
fn raw_query_of(event: &Value) -> String {
    match event["rawQueryString"].as_str() {
        Some(query) => encoded(query, b"-._~%!$&'()*+,;=:@/?"),
        None => pairs(&event["queryStringParameters"]),
    }
}

/// The query of decoded parameters. The lists hold what the single values do, and what was
/// repeated.
fn query_of(event: &Value) -> String {
    let lists = &event["multiValueQueryStringParameters"];
    pairs(if lists.is_object() { lists } else { &event["queryStringParameters"] })
}

fn pairs(parameters: &Value) -> String {
    let named = parameters.as_object().into_iter().flatten();
    let pairs = named.flat_map(|(name, value)| texts(value).map(move |value| (name, value)));
    let encode = |text: &str| encoded(text, b"-._~");
    pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(&value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn lists(event: &Value) -> HeaderMap {
    let lists = &event["multiValueHeaders"];
    headers(if lists.as_object().is_some_and(|lists| !lists.is_empty()) {
        lists
    } else {
        &event["headers"]
    })
}

/// A gateway takes an answer of the form v1.0 as text, unless its settings name binary media types
/// (API Gateway Developer Guide, "Working with binary media types for REST APIs"). It compresses
/// the text itself.
fn text_only(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(ACCEPT_ENCODING);
    headers
}

/// A header that HTTP can't carry is left out; no gateway sends one.
fn headers(named: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in named.as_object().into_iter().flatten() {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        for value in texts(value).filter_map(|value| HeaderValue::from_bytes(value.as_bytes()).ok())
        {
            headers.append(&name, value);
        }
    }
    headers
}

/// The text of a value, or those of a list.
fn texts(value: &Value) -> impl Iterator<Item = Cow<'_, str>> {
    let items = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(|item| match item {
        Value::String(text) => Some(Cow::from(text)),
        Value::Number(number) => Some(Cow::from(number.to_string())),
        Value::Bool(flag) => Some(Cow::from(flag.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    })
}

/// The body. One that can't be decoded is a body that does not arrive, so that the API refuses it
/// in its own words and keeps the attempt on the audit trail.
fn body_of(event: &Value) -> Body {
    match (&event["body"], event["isBase64Encoded"].as_bool()) {
        (Value::Null, _) => Body::empty(),
        (Value::String(text), Some(true)) => {
            STANDARD.decode(text).map_or_else(|_| unreadable(), Body::from)
        }
        (Value::String(text), Some(false) | None) => Body::from(text.clone()),
        (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_), _) => unreadable(),
    }
}

fn unreadable() -> Body {
    let error = std::io::Error::from(std::io::ErrorKind::InvalidData);
    Body::from_stream(stream::iter([Err::<Bytes, _>(error)]))
}

fn encoded(text: &str, kept: &[u8]) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests;
