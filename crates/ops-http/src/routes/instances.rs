//! `/instances`: what the inventory has, what RDS shows, and what may be done.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use ops_domain::failure::Failure;
use ops_domain::id::InstanceId;
use ops_domain::service::{InstanceFilter, InstanceView, Service};
use serde_json::{Value, json};

use crate::app::Api;
use crate::params::{Name, Params};
use crate::refused::Refused;

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/instances", get(list))
        .route("/instances/{id}", get(show))
        .route("/instances/{id}/operations", get(operations))
}

/// One page of the inventory.
async fn list(State(api): State<Arc<Api>>, mut params: Params) -> Result<Json<Value>, Refused> {
    let environments = &api.service.settings.environments;
    let filter = InstanceFilter {
        environment: params.read("environment", |text| {
            environments.parse(text).ok_or_else(|| "must be the name of an environment".to_owned())
        }),
        account_id: params.parsed("account_id"),
        text: params.text("q"),
        limit: params.limit_or_default(),
        cursor: params.cursor(),
    };
    params.finish()?;
    let page = api.service.instances(&filter).await?;
    let mut answer = super::list(page.items.iter().map(|view| item(&api.service, view)), page.next.as_deref());
    answer["broken"] = json!(page.broken);
    Ok(Json(answer))
}

/// One instance with its live description.
async fn show(State(api): State<Arc<Api>>, Name(id): Name, params: Params) -> Result<Json<Value>, Refused> {
    let view = view(&api, &id, params).await?;
    let mut answer = item(&api.service, &view);
    if let Some(live) = &view.live {
        answer["live"] = json!(live);
    }
    note_live_error(&mut answer, &view);
    Ok(Json(answer))
}

/// The operations that may be run on an instance, or none and why.
async fn operations(State(api): State<Arc<Api>>, Name(id): Name, params: Params) -> Result<Json<Value>, Refused> {
    let view = view(&api, &id, params).await?;
    let target = &view.item.target;
    let mut answer = json!({
        "instance_id": target.instance_id,
        "account_id": target.account_id,
        "region": target.region,
        "environment": view.classification.environment,
        "classification": view.classification,
        "running_operation_id": view.operation,
    });
    match api.service.available_operations(&view) {
        Ok(operations) => answer["operations"] = operations,
        Err(failure) => {
            answer["operations"] = json!([]);
            answer["code"] = json!(failure.code);
            answer["reason"] = json!(failure.sentence);
            answer["guidance"] = json!(failure.guidance);
        }
    }
    note_live_error(&mut answer, &view);
    Ok(Json(answer))
}

/// The one instance of this name, in the account and Region that the parameters may give.
async fn view(api: &Api, id: &str, mut params: Params) -> Result<InstanceView, Refused> {
    let (account_id, region) = (params.parsed("account_id"), params.parsed("region"));
    params.finish()?;
    let id: InstanceId = id.parse().map_err(|_| Failure::instance_not_found(id))?;
    Ok(api.service.instance(&id, account_id.as_ref(), region.as_ref()).await?)
}

fn item(service: &Service, view: &InstanceView) -> Value {
    let item = &view.item;
    let status = view.live.as_ref().map(|live| &live.status).or(item.status.as_ref());
    json!({
        "instance_id": item.target.instance_id,
        "account_id": item.target.account_id,
        "region": item.target.region,
        "engine": item.engine,
        "environment": view.classification.environment,
        "classification": view.classification,
        "multi_az": item.multi_az,
        "instance_class": item.instance_class,
        "status": status,
        "db_cluster_id": item.db_cluster_id,
        "read_replica_source": item.read_replica_source,
        "tags": item.tags,
        "running_operation_id": view.operation,
        "operations_allowed": service.available_operations(view).is_ok(),
    })
}

fn note_live_error(answer: &mut Value, view: &InstanceView) {
    if let Some(error) = &view.live_error {
        answer["live_error"] = json!(error);
    }
}
