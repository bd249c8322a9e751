//! The routes, one module for each thing that the API is about.

mod assets;
mod audit;
mod description;
mod health;
mod instances;
mod inventory;
mod metrics;
mod operations;
mod root;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use crate::api::Api;

/// Names each route once. The router is made from the list, and with the feature `openapi` the
/// description is, too; a handler without a description does not compile then.
///
/// utoipa-axum's router describes itself at every start. A function starts in milliseconds, so the
/// products serve the checked-in document instead.
macro_rules! routes {
    ($(
        $(#[$doc:meta])*
        $set:ident { $( $path:literal => $module:ident { $( $method:ident $handler:ident ),+ } )+ }
    )+) => {
        $(
            $(#[$doc])*
            pub(crate) fn $set() -> Router<Arc<Api>> {
                Router::new()
                    $( .route($path, MethodRouter::new() $( .$method($module::$handler) )+) )+
            }
        )+

        /// The description of every route.
        #[cfg(feature = "openapi")]
        pub(crate) fn described() -> utoipa_axum::router::OpenApiRouter<Arc<Api>> {
            utoipa_axum::router::OpenApiRouter::with_openapi(crate::schemas::common())
                $( $( .routes(utoipa_axum::routes!($( $module::$handler ),+)) )+ )+
        }

        /// Path and method of every route.
        #[cfg(feature = "openapi")]
        pub(crate) const LISTED: &[(&str, &str)] =
            &[$( $( $( ($path, stringify!($method)) ),+ ),+ ),+];
    };
}

routes! {
    /// The routes that need to know who calls.
    identified {
        "/operations" => operations { get list, post submit }
        "/operations/{id}" => operations { get show }
        "/operations/{id}/cancel" => operations { post cancel }
        "/instances" => instances { get list }
        "/instances/{id}" => instances { get show }
        "/instances/{id}/operations" => instances { get operations }
        "/inventory/status" => inventory { get status }
        "/audit" => audit { get list }
        "/metrics/summary" => metrics { get summary }
        "/session" => session { get session }
    }
    /// The routes that anybody may call.
    open {
        "/" => root { get root }
        "/healthz" => health { get health }
        "/openapi.json" => description { get document }
    }
}

/// What the dashboard's page loads, which is no part of the API.
pub(crate) fn assets() -> Router<Arc<Api>> {
    Router::new().route("/assets/{name}", MethodRouter::new().get(assets::asset))
}

/// The dashboard without an API: its page, which signs nobody in, and what that loads. It is for a
/// host that forwards everything else to a service elsewhere.
pub fn dashboard() -> Router {
    Router::new()
        .route("/", MethodRouter::new().get(async || crate::dashboard::page("", None)))
        .route("/assets/{name}", MethodRouter::new().get(assets::asset))
}
