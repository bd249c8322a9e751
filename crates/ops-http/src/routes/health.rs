//! `GET /healthz`: whether the service answers. It asks nobody else, and takes any query parameter.

use axum::Json;
use ops_api_types::Health;

#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/healthz",
        operation_id = "check_health",
        tag = "service",
        responses((status = 200, description = "The service answers.", body = Health)),
    )
)]
pub(super) async fn health() -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}
