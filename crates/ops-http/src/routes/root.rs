//! `GET /`: the dashboard for browsers; for programs, what this is and where to go on. It asks
//! nobody else, and takes any query parameter.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::header::{ACCEPT, VARY};
use http::{HeaderMap, HeaderValue};
use ops_api_types::Root;

use crate::api::Api;
use crate::{RootName, dashboard};

const TITLE: &str = "RDS operations service";

const ABOUT: &str = "Routine Amazon RDS operations on instances that are not production, over \
                     HTTP. A browser gets the dashboard here.";

const MORE: &str = "POST /operations starts an operation. openapi.json describes every route, and \
                    docs/user/operations-service.md of this version what to do with them.";

/// The routes to go on to, relative to this one: only the gateway knows the path before it. Each
/// with what it gives.
const LINKS: [(&str, &str); 7] = [
    ("instances", "the instances, and what may be done with each"),
    ("operations", "the operations, newest first"),
    ("audit", "the audit trail"),
    ("metrics/summary", "the figures of the last 31 days"),
    ("session", "who you are, and what the service offers"),
    ("openapi.json", "the description of this API"),
    ("healthz", "whether the service answers"),
];

#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/",
        operation_id = "show_root",
        tag = "service",
        responses((status = 200, description = "Where to go on, or the dashboard for browsers.", content((Root = "application/json"), (String = "text/html")))),
    )
)]
pub(super) async fn root(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    name: Option<Extension<RootName>>,
) -> Response {
    let before = name.map_or_else(String::new, |Extension(RootName(name))| format!("{name}/"));
    let mut response = if is_browser(&headers) {
        dashboard::page(&before, api.settings.sign_in.as_ref())
    } else {
        Json(about(&before)).into_response()
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

/// Whether HTML is accepted by name. Programs ask for JSON or for anything.
fn is_browser(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split([',', ';']))
        .any(|range| range.trim().eq_ignore_ascii_case("text/html"))
}

fn about(before: &str) -> Root {
    let link = |(path, what): &(&str, &str)| (format!("{before}{path}"), (*what).into());
    Root {
        service: TITLE.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        about: ABOUT.to_owned(),
        links: LINKS.iter().map(link).collect(),
        more: MORE.to_owned(),
    }
}
