//! The routes, one module for each thing that the API is about.

mod audit;
mod health;
mod instances;
mod metrics;
mod operations;
mod root;

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};

use crate::api::Api;
use crate::cursor;

/// The routes that need to know who calls.
pub(crate) fn identified() -> Router<Arc<Api>> {
    let about_operations = operations::routes().merge(instances::routes());
    about_operations.merge(audit::routes()).merge(metrics::routes())
}

/// The routes that anybody may call.
pub(crate) fn open() -> Router<Arc<Api>> {
    health::routes().merge(root::routes())
}

/// One page of a list.
fn list(items: impl IntoIterator<Item = Value>, next: Option<&str>) -> Value {
    json!({
        "items": items.into_iter().collect::<Vec<_>>(), "next_cursor": next.map(cursor::shown)
    })
}
