//! The router with its layers.

use std::any::Any;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use ops_audit::summary::Sources;
use ops_config::ApiSettings;
use ops_domain::failure::{Code, Failure};
use ops_domain::service::Service;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePath;

use crate::api::{Api, Options};
use crate::in_flight::InFlight;
use crate::refused::{self, Refused};
use crate::{detach, finish, identity, routes};

/// The API over `service`, whose trail is read from `sources`. Every answer, errors included, is
/// made by this router; its error type is infallible.
///
/// A request runs in a task of its own and to its end, also when the router's future is dropped. So
/// it needs a Tokio runtime.
pub fn router(
    service: Service,
    sources: Sources,
    settings: ApiSettings,
    options: Options,
) -> Router {
    router_with(service, sources, settings, options, InFlight::default())
}

/// As [`router`], for a host that waits for the requests in flight before it ends.
pub fn router_with(
    service: Service,
    sources: Sources,
    settings: ApiSettings,
    options: Options,
    in_flight: InFlight,
) -> Router {
    let api = Arc::new(Api { service, sources, settings: Arc::new(settings), options, in_flight });
    let identified =
        routes::identified().route_layer(middleware::from_fn(identity::require_caller));
    let routes = Router::new()
        .merge(identified)
        .merge(routes::open())
        .merge(routes::assets())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), finish::finish_response))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), detach::detach))
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

/// What a panic says may hold values of the request. Its place is logged by the process's panic
/// hook.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    Refused(Failure::of_code(Code::Internal)).into_response()
}
