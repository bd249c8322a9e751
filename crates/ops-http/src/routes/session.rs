//! `GET /session`: who the caller is, and what the service offers.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Json, Router};
use ops_api_types::Session;
use ops_domain::caller::Caller;

use crate::api::Api;
use crate::params::Params;
use crate::refused::Refused;
use crate::views::{self, Host};

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new().route("/session", get(session))
}

/// The caller, and what the service offers.
async fn session(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    params: Params,
) -> Result<Json<Session>, Refused> {
    params.finish()?;
    let host = Host {
        service: &api.options.service,
        simulated: api.options.simulated,
        settings: &api.settings,
        page_items: Params::MAX_LIMIT,
    };
    let queries = api.service.queries();
    Ok(Json(views::session(&caller, &host, queries.settings(), api.now())))
}
