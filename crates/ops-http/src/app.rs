//! The router with its layers.

use std::any::Any;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use ops_domain::failure::{Code, Failure};
use ops_domain::service::Service;
use tower_http::catch_panic::CatchPanicLayer;

use crate::refused::{self, Refused};
use crate::{envelope, identity, routes};

/// What differs between hosts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// An export of the audit trail ends with the page that brings it to this many bytes; the rest is had by its
    /// cursor. A Lambda function can answer with 6 MB at most.
    pub export_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { export_bytes: 4 * 1024 * 1024 }
    }
}

/// What every handler may use.
pub(crate) struct Api {
    pub(crate) service: Service,
    pub(crate) options: Options,
}

/// The API over `service`. Every answer, errors included, is made by this router; its error type is infallible.
pub fn router(service: Service, options: Options) -> Router {
    let api = Arc::new(Api { service, options });
    let identified = routes::identified().route_layer(middleware::from_fn(identity::require_caller));
    Router::new()
        .merge(identified)
        .merge(routes::open())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), envelope::envelop))
        .with_state(api)
}

async fn not_found() -> Refused {
    refused::no_such_route()
}

async fn method_not_allowed() -> Refused {
    Refused(Failure::of_code(Code::MethodNotAllowed))
}

/// The log has what a panic said; the answer has nothing of it.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("no text"), "a request was not answered");
    Refused(Failure::of_code(Code::Internal)).into_response()
}
