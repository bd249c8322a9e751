//! The router with its layers.

use std::any::Any;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use ops_domain::failure::{Code, Failure};
use ops_domain::service::Service;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePath;

use crate::fitting::Answers;
use crate::refused::{self, Refused};
use crate::{envelope, identity, routes};

/// What differs between hosts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// How long an answer may be.
    pub answers: Answers,
    /// How callers reach the host.
    pub transport: Transport,
}

/// How callers reach the host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// Over TLS only; browsers are told to keep to it.
    Tls,
    /// Over plain HTTP, on one machine.
    Plain,
}

impl Options {
    /// A Lambda function behind an API gateway: it answers with 6 MB at most, escaped as a JSON string and with the
    /// headers (AWS Lambda quotas).
    pub const GATEWAY: Self = Self { answers: Answers::Whole { bytes: 5 * 1024 * 1024 }, transport: Transport::Tls };

    /// A server on one machine.
    pub const LOCAL: Self = Self { answers: Answers::Streamed, transport: Transport::Plain };
}

impl Default for Options {
    fn default() -> Self {
        Self::GATEWAY
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
    let routes = Router::new()
        .merge(identified)
        .merge(routes::open())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), envelope::envelop))
        .with_state(api);
    // A layer of a router runs behind the choice of the route, so what changes the path is around it.
    Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes))
}

async fn not_found() -> Refused {
    refused::no_such_route()
}

async fn method_not_allowed() -> Refused {
    Refused(Failure::of_code(Code::MethodNotAllowed))
}

/// What a panic says may hold values of the request. Where it was is told by the process's panic hook.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    Refused(Failure::of_code(Code::Internal)).into_response()
}
