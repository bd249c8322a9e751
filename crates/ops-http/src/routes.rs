//! The routes, one module for each thing that the API is about.

mod audit;
mod health;
mod instances;
mod metrics;
mod operations;
mod root;
mod session;

use std::sync::Arc;

use axum::Router;

use crate::api::Api;

/// The routes that need to know who calls.
pub(crate) fn identified() -> Router<Arc<Api>> {
    let about_operations = operations::routes().merge(instances::routes());
    about_operations.merge(audit::routes()).merge(metrics::routes()).merge(session::routes())
}

/// The routes that anybody may call.
pub(crate) fn open() -> Router<Arc<Api>> {
    health::routes().merge(root::routes())
}
