//! Answers as API Gateway takes them from a function.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::SET_COOKIE;
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};

use crate::event::PayloadFormat;

/// The answer in the form of the event. A body that is no text is sent as base64.
///
/// # Errors
/// When the body breaks off.
pub async fn of(response: Response<Body>, form: PayloadFormat) -> Result<Value, axum::Error> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let (body, is_base64_encoded) = match std::str::from_utf8(&bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (STANDARD.encode(&bytes), true),
    };
    let mut answer = json!({
        "statusCode": parts.status.as_u16(), "body": body, "isBase64Encoded": is_base64_encoded
    });
    match form {
        PayloadFormat::V1 => answer["multiValueHeaders"] = lists(&parts.headers),
        PayloadFormat::V2 => {
            answer["headers"] = joined(&parts.headers);
            answer["cookies"] = json!(values(&parts.headers, SET_COOKIE.as_str()));
        }
    }
    Ok(answer)
}

fn lists(headers: &HeaderMap) -> Value {
    headers
        .keys()
        .map(|name| (name.to_string(), json!(values(headers, name.as_str()))))
        .collect::<Map<_, _>>()
        .into()
}

fn joined(headers: &HeaderMap) -> Value {
    let names = headers.keys().filter(|name| **name != SET_COOKIE);
    names
        .map(|name| (name.to_string(), json!(values(headers, name.as_str()).join(", "))))
        .collect::<Map<_, _>>()
        .into()
}

fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: impl Into<Body>) -> Response<Body> {
        let response =
            Response::builder().status(202).header("vary", "Origin").header("vary", "Accept");
        response.header("set-cookie", "a=1").header("x-a", "1").body(body.into()).unwrap()
    }

    #[tokio::test]
    async fn response_headers_follow_the_payload_format() {
        assert_eq!(
            of(response("{}"), PayloadFormat::V1).await.unwrap(),
            json!({ "statusCode": 202, "body": "{}", "isBase64Encoded": false,
                "multiValueHeaders": { "vary": ["Origin", "Accept"], "set-cookie": ["a=1"], "x-a": ["1"] } })
        );
        assert_eq!(
            of(response("{}"), PayloadFormat::V2).await.unwrap(),
            json!({ "statusCode": 202, "body": "{}", "isBase64Encoded": false,
                "headers": { "vary": "Origin, Accept", "x-a": "1" }, "cookies": ["a=1"] })
        );
    }

    #[tokio::test]
    async fn what_is_no_text_is_sent_as_base64() {
        let answer = of(response(vec![0xff, 0xfe]), PayloadFormat::V1).await.unwrap();
        assert_eq!((&answer["body"], &answer["isBase64Encoded"]), (&json!("//4="), &json!(true)));
    }
}
