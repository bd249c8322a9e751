//! `GET /openapi.json`: the description of this API (OpenAPI 3.1). It asks nobody else.

use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// The description, which `description.rs` makes and a test compares.
const DOCUMENT: &str = include_str!("../../openapi.json");

/// It changes with the version of the service only.
const CHECKED: HeaderValue = HeaderValue::from_static("no-cache");

#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/openapi.json",
        operation_id = "show_description",
        tag = "service",
        responses((status = 200, description = "This document.", body = serde_json::Value)),
    )
)]
pub(super) async fn document() -> Response {
    let mut response = DOCUMENT.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, CHECKED);
    response
}
