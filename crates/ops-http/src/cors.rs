//! Cross-origin requests (CORS): only configured origins are echoed.
//!
//! Callers authenticate by headers, never by cookies, so credentials are not allowed across
//! origins.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");

/// What the API reads, and what the ways to authenticate at a gateway send.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "accept, authorization, content-type, idempotency-key, prefer, x-amz-content-sha256, \
     x-amz-date, x-amz-security-token, x-api-key",
);

const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "allow, link, location, preference-applied, retry-after, x-next-cursor, x-request-id",
);

/// Seconds that a browser keeps the answer to a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The configured origin that means all.
const ANY: &str = "*";

/// The answer to a preflight, but for the origin.
pub(crate) fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Whether the `Origin` of a request is one of `allowed`, as the settings name them.
#[must_use]
pub fn is_allowed_origin(origin: &HeaderValue, allowed: &[String]) -> bool {
    allowed.iter().any(|allowed| allowed == ANY || allowed.as_bytes() == origin.as_bytes())
}

/// Lets pages of `origin` read the response, if it is one of `allowed`. Caches learn that the
/// answer depends on it.
pub(crate) fn allow_origin(
    headers: &mut HeaderMap,
    origin: Option<&HeaderValue>,
    allowed: &[String],
) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else { return };
    if is_allowed_origin(origin, allowed) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    }
}
