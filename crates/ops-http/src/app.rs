//! The router with its layers.

use std::any::Any;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use http::Extensions;
use ops_config::ApiSettings;
use ops_domain::failure::{Code, Failure};
use ops_domain::service::Service;
use ops_domain::time::after;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePath;

use crate::identity::WaitBudget;
use crate::in_flight::{self, InFlight};
use crate::refused::{self, Refused};
use crate::response_size::ResponseLimit;
use crate::{finish, identity, routes};

/// What differs between hosts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// How long an answer may be.
    pub answers: ResponseLimit,
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
    /// A Lambda function behind an API gateway: it answers with 6 MB at most, escaped as a JSON
    /// string and with the headers (AWS Lambda quotas).
    pub const GATEWAY: Self = Self {
        answers: ResponseLimit::Whole { bytes: 5 * 1024 * 1024 },
        transport: Transport::Tls,
    };

    /// A server on one machine.
    pub const LOCAL: Self = Self { answers: ResponseLimit::Streamed, transport: Transport::Plain };
}

impl Default for Options {
    fn default() -> Self {
        Self::GATEWAY
    }
}

/// What every handler may use.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) service: Service,
    pub(crate) settings: Arc<ApiSettings>,
    pub(crate) options: Options,
    pub(crate) in_flight: InFlight,
}

impl Api {
    /// The service for a request: what it does is over when the host ends.
    pub(crate) fn service_for(&self, extensions: &Extensions) -> Service {
        match extensions.get::<WaitBudget>() {
            Some(WaitBudget(budget)) => {
                self.service.ending_at(after(self.service.ports.clock.now(), *budget))
            }
            None => self.service.clone(),
        }
    }

    /// The same with the service for a request.
    pub(crate) fn within(&self, extensions: &Extensions) -> Self {
        Self { service: self.service_for(extensions), ..self.clone() }
    }
}

/// The API over `service`. Every answer, errors included, is made by this router; its error type is
/// infallible.
///
/// A request runs in a task of its own and to its end, also when the router's future is dropped. So
/// it needs a Tokio runtime.
pub fn router(service: Service, settings: ApiSettings, options: Options) -> Router {
    router_with(service, settings, options, InFlight::default())
}

/// As [`router`], for a host that waits for the requests in flight before it ends.
pub fn router_with(
    service: Service,
    settings: ApiSettings,
    options: Options,
    in_flight: InFlight,
) -> Router {
    let api = Arc::new(Api { service, settings: Arc::new(settings), options, in_flight });
    let identified =
        routes::identified().route_layer(middleware::from_fn(identity::require_caller));
    let routes = Router::new()
        .merge(identified)
        .merge(routes::open())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), finish::finish_response))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), in_flight::detach))
        .with_state(api);
    // A layer of a router runs behind the choice of the route, so what changes the path is around
    // it.
    Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes))
}

async fn not_found() -> Refused {
    refused::no_such_route()
}

async fn method_not_allowed() -> Refused {
    Refused(Failure::of_code(Code::MethodNotAllowed))
}

/// What a panic says may hold values of the request. Where it was is told by the process's panic
/// hook.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    Refused(Failure::of_code(Code::Internal)).into_response()
}
