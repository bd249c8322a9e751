//! `GET /`: what this is and where to go on, as JSON for programs and as a page for browsers. It
//! asks nobody else, and takes any query parameter.

use std::sync::Arc;

use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::header::{ACCEPT, VARY};
use http::{HeaderMap, HeaderValue};
use ops_api_types::Root;

use crate::RootName;
use crate::api::Api;

const TITLE: &str = "RDS operations service";

const ABOUT: &str = "Routine Amazon RDS operations on instances that are not production, over \
                     HTTP. This is the API; it has no dashboard.";

const MORE: &str = "POST /operations starts an operation. docs/user/operations-service.md of this \
                    version describes every route.";

/// The routes to go on to, relative to this one: only the gateway knows the path before it. Each
/// with what it gives.
const LINKS: [(&str, &str); 6] = [
    ("instances", "the instances, and what may be done with each"),
    ("operations", "the operations, newest first"),
    ("audit", "the audit trail"),
    ("metrics/summary", "the figures of the last 31 days"),
    ("session", "who you are, and what the service offers"),
    ("healthz", "whether the service answers"),
];

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new().route("/", get(root))
}

async fn root(headers: HeaderMap, name: Option<Extension<RootName>>) -> Response {
    let before = name.map_or_else(String::new, |Extension(RootName(name))| format!("{name}/"));
    let mut response = if is_browser(&headers) {
        Html(page(&before)).into_response()
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

fn page(before: &str) -> String {
    let item = |(path, what): &(&str, &str)| {
        format!("<li><a href=\"{before}{path}\">/{path}</a>: {what}</li>\n")
    };
    let items: String = LINKS.iter().map(item).collect();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{TITLE}</title>\n\
         <h1>{TITLE} {version}</h1>\n<p>{ABOUT}</p>\n<ul>\n{items}</ul>\n<p>{MORE}</p>\n</html>\n"
    )
}
