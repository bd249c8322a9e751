//! `/assets`: what the dashboard's page loads. It asks nobody else.

use axum::response::Response;
use http::HeaderMap;
use ops_dashboard::Asset;

use crate::dashboard;
use crate::params::{Name, Params};
use crate::refused::{self, Refused};

/// An asset by its name; `v` is the version that the page names. Other parameters change nothing.
pub(super) async fn asset(
    Name(name): Name,
    mut params: Params,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let asset = Asset::named(&name).ok_or_else(refused::no_such_route)?;
    Ok(dashboard::asset(asset, params.text("v").as_deref(), &headers))
}
