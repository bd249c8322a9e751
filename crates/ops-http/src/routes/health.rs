//! `GET /healthz`: whether the service answers. It asks nobody else, and takes any query parameter.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use ops_api_types::Health;

use crate::api::Api;

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new().route("/healthz", get(health))
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}
