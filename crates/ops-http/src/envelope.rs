//! What every response has in common: the body of an error, the request id, and the headers for browsers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Method};

use crate::app::Api;
use crate::refused::Refused;
use crate::{cors, identity};

/// The header with the gateway's id of the request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers preflights, and completes every other response.
pub(crate) async fn envelop(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let request_id = identity::request_id(request.extensions());
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS { cors::preflight() } else { next.run(request).await };
    if let Some(refused) = response.extensions_mut().remove::<Refused>() {
        write_refusal(&mut response, &refused, request_id.as_deref());
    }
    cors::allow_origin(response.headers_mut(), origin.as_ref(), &api.service.settings.allowed_origins);
    add_headers(&mut response, request_id.as_deref());
    response
}

fn write_refusal(response: &mut Response, refused: &Refused, request_id: Option<&str>) {
    *response.body_mut() = Body::from(refused.0.body(request_id).to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
}

fn add_headers(response: &mut Response, request_id: Option<&str>) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(REQUEST_ID, id);
    }
}
