//! `GET /session`: who the caller is, and what the service offers.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use ops_api_types::Session;
use ops_domain::caller::Caller;

use crate::api::Api;
use crate::identity::SettingsStatus;
use crate::params::Params;
use crate::refused::Refused;
use crate::views::{self, Host};

/// The caller, and what the service offers.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/session",
        operation_id = "show_session",
        tag = "service",
        responses((status = 200, description = "The caller and the service.", body = Session)),
    )
)]
pub(super) async fn session(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    status: Option<Extension<SettingsStatus>>,
    params: Params,
) -> Result<Json<Session>, Refused> {
    params.finish()?;
    let host = Host {
        service: &api.options.service,
        simulated: api.options.simulated,
        settings: &api.settings,
        page_items: Params::MAX_LIMIT,
        status: status.map(|Extension(SettingsStatus(status))| status),
    };
    let queries = api.service.queries();
    Ok(Json(views::session(&caller, &host, queries.settings(), api.now())))
}
