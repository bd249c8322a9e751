//! What every response has in common: the body of an error, the request id, the headers for
//! browsers, and a line in the log.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ops_domain::failure::Failure;
use tracing::Instrument as _;

use crate::api::{Api, Transport};
use crate::refused::Refused;
use crate::{cors, identity, log, views};

/// The header with the gateway's id of the request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer of the API is data: a browser that shows it as a page loads nothing, runs nothing and
/// frames nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// A year of TLS, in seconds.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Answers preflights, and completes every other response.
pub(crate) async fn finish_response(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let arrived = api.now();
    let span = log::request(&request);
    let request_id = identity::request_id(request.extensions());
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = match *request.method() {
        Method::OPTIONS => cors::preflight(),
        _ => next.run(request).instrument(span.clone()).await,
    };
    let took = api.now() - arrived;
    span.in_scope(|| log::answered(&response, Some(took)));
    complete(&mut response, request_id.as_deref(), api.options.transport);
    cors::allow_origin(response.headers_mut(), origin.as_ref(), &api.settings.allowed_origins);
    response
}

/// The answer to a request that the host refuses before the router has it, as the router would give
/// it.
#[must_use]
pub fn refusal(failure: Failure, request_id: &str, transport: Transport) -> Response {
    let mut response = Refused(failure).into_response();
    log::unrouted(request_id).in_scope(|| log::answered(&response, None));
    complete(&mut response, Some(request_id), transport);
    response
}

fn complete(response: &mut Response, request_id: Option<&str>, transport: Transport) {
    if let Some(refused) = response.extensions_mut().remove::<Refused>() {
        write_refusal(response, &refused, request_id);
    }
    add_headers(response.headers_mut(), request_id, transport);
}

fn write_refusal(response: &mut Response, refused: &Refused, request_id: Option<&str>) {
    let body = views::error_body(&refused.0, request_id);
    let text = serde_json::to_string(&body).expect("texts are the keys of every member");
    *response.body_mut() = Body::from(text);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
}

/// A handler that has set one of the headers that depend on the content knows better.
fn add_headers(headers: &mut HeaderMap, request_id: Option<&str>, transport: Transport) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    match transport {
        Transport::Tls => {
            headers.insert(STRICT_TRANSPORT_SECURITY, ONLY_TLS);
        }
        Transport::Plain => {}
    }
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(REQUEST_ID, id);
    }
}
