//! Requests to the routes of the API.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What RFC 3986 lets stand unencoded everywhere.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One segment of a path, or a name or value of a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A request that reads, with what `query` has as its query parameters.
pub(crate) fn get(path: &str, query: &impl Serialize) -> Request<Bytes> {
    let uri = match query_text(query) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    Request::get(uri).body(Bytes::new()).expect("the path and the query are encoded")
}

/// A request with a JSON body.
pub(crate) fn post(path: &str, body: &impl Serialize) -> Request<Bytes> {
    let body = serde_json::to_vec(body).expect("the keys of requests are texts");
    Request::post(path)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(body.into())
        .expect("the path is encoded")
}

/// The fields that are set. Their values are texts, numbers, and times.
fn query_text(query: &impl Serialize) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(query) else { return String::new() };
    let pairs = fields.iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some(format!("{name}={}", encoded(text))),
        value => Some(format!("{name}={}", encoded(&value.to_string()))),
    });
    let mut pairs: Vec<String> = pairs.collect();
    // Whether the map keeps an order depends on who else is in the program.
    pairs.sort_unstable();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::{InstanceFilter, InstanceScope};

    #[test]
    fn only_what_is_set_is_in_the_query() {
        let filter = InstanceFilter {
            q: Some("a b&c=ä".into()),
            tag: Some("Team:db/ops".into()),
            limit: Some(5),
            ..InstanceFilter::default()
        };
        assert_eq!(
            get("/instances", &filter).uri(),
            "/instances?limit=5&q=a%20b%26c%3D%C3%A4&tag=Team%3Adb%2Fops"
        );
        assert_eq!(get("/session", &InstanceScope::default()).uri(), "/session");
    }
}
