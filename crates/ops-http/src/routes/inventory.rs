//! `GET /inventory/status`: how far the inventory is discovered.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::Extensions;
use ops_api_types::InventoryStatus;

use crate::api::Api;
use crate::params::Params;
use crate::refused::Refused;
use crate::views;

/// How far the inventory is discovered, for each account and Region.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/inventory/status",
        operation_id = "show_inventory_status",
        tag = "instances",
        responses((status = 200, description = "Each configured account and Region.", body = InventoryStatus)),
    )
)]
pub(super) async fn status(
    State(api): State<Arc<Api>>,
    params: Params,
    extensions: Extensions,
) -> Result<Json<InventoryStatus>, Refused> {
    params.finish()?;
    let status = api.service_for(&extensions).queries().inventory_status().await?;
    Ok(Json(views::inventory_status(&status)))
}
