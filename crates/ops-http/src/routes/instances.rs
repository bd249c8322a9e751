//! `/instances`: what the inventory has, what RDS shows, and what may be done.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::Extensions;
use ops_domain::caller::Caller;
use ops_domain::environment::EnvironmentPolicy;
use ops_domain::failure::Failure;
use ops_domain::id::InstanceId;
use ops_domain::service::{Available, EnvironmentFilter, InstanceFilter, InstanceView, Service};
use serde_json::{Value, json};

use crate::api::Api;
use crate::matched;
use crate::params::{Name, Params};
use crate::refused::Refused;

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/instances", get(list))
        .route("/instances/{id}", get(show))
        .route("/instances/{id}/operations", get(operations))
}

/// One page of the inventory.
async fn list(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    mut params: Params,
    extensions: Extensions,
) -> Result<Json<Value>, Refused> {
    let service = api.service_for(&extensions);
    let environments = &service.settings.environments;
    let mut filter = InstanceFilter {
        environment: params.read("environment", |text| read_environment(environments, text)),
        account_id: params.parsed("account_id"),
        text: params.text("q"),
        limit: params.limit_or_default(),
        cursor: params.cursor(),
    };
    params.finish()?;
    loop {
        let page = service.instances(&filter).await?;
        let items = page.items.iter().map(|view| item(&service, &caller, view));
        let mut listed = super::list(items, page.next.as_deref());
        if let Some(environment) = &filter.environment {
            listed["matched"] = matched::of_environment(environment, environments);
        }
        listed["broken"] = json!(page.broken);
        match api.options.answers.fewer(&listed, page.items.len()) {
            Some(limit) => filter.limit = limit,
            None => return Ok(Json(listed)),
        }
    }
}

fn read_environment(known: &EnvironmentPolicy, text: &str) -> Result<EnvironmentFilter, String> {
    known.parse(text).map(EnvironmentFilter::from).ok_or_else(|| {
        let names: Vec<_> =
            known.environments().iter().map(|known| known.as_str().to_owned()).collect();
        format!("must be one of {}; NonProduction is every one but Production", names.join(", "))
    })
}

/// One instance with its live description.
async fn show(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    Name(id): Name,
    params: Params,
    extensions: Extensions,
) -> Result<Json<Value>, Refused> {
    let view = view(&api.service_for(&extensions), &id, params).await?;
    let mut answer = item(&api.service, &caller, &view);
    if let Some(live) = &view.live {
        answer["live"] = json!(live);
    }
    note_live_error(&mut answer, &view);
    Ok(Json(answer))
}

/// What the caller may run on an instance and what not, and why.
async fn operations(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    Name(id): Name,
    params: Params,
    extensions: Extensions,
) -> Result<Json<Value>, Refused> {
    let view = view(&api.service_for(&extensions), &id, params).await?;
    let target = &view.item.target;
    let mut answer = json!({
        "instance_id": target.instance_id,
        "account_id": target.account_id,
        "region": target.region,
        "environment": view.classification.environment,
        "classification": view.classification,
        "running_operation_id": view.operation,
        "status": view.status(),
        "status_from": status_from(&view),
    });
    match api.service.available_operations(&caller, &view) {
        Ok(available) => note_available(&mut answer, available),
        Err(failure) => {
            answer["operations"] = json!([]);
            answer["not_permitted"] = json!([]);
            note_refusal(&mut answer, &failure);
        }
    }
    note_live_error(&mut answer, &view);
    Ok(Json(answer))
}

fn note_available(answer: &mut Value, available: Available) {
    answer["operations"] = json!(available.operations);
    if available.operations.is_empty()
        && let Some((_, failure)) = available.not_permitted.first()
    {
        note_refusal(answer, failure);
    }
    let refused = |(operation, failure): (&str, Failure)| {
        let mut refused = json!({ "operation": operation });
        note_refusal(&mut refused, &failure);
        refused
    };
    answer["not_permitted"] = available.not_permitted.into_iter().map(refused).collect();
}

fn note_refusal(answer: &mut Value, failure: &Failure) {
    answer["code"] = json!(failure.code);
    answer["reason"] = json!(failure.sentence);
    answer["guidance"] = json!(failure.guidance);
    if let Some(error_code) = &failure.error_code {
        answer["error_code"] = json!(error_code);
    }
    for (name, fact) in &failure.facts {
        answer[name] = fact.clone();
    }
}

/// The one instance of this name, in the account and Region that the parameters may give.
async fn view(service: &Service, id: &str, mut params: Params) -> Result<InstanceView, Refused> {
    let (account_id, region) = (params.parsed("account_id"), params.parsed("region"));
    params.finish()?;
    let id: InstanceId = id.parse().map_err(|_| Failure::instance_not_found(id))?;
    Ok(service.instance(&id, account_id.as_ref(), region.as_ref()).await?)
}

fn item(service: &Service, caller: &Caller, view: &InstanceView) -> Value {
    let item = &view.item;
    let refusal = nothing_possible(service.available_operations(caller, view));
    let mut answer = json!({
        "instance_id": item.target.instance_id,
        "account_id": item.target.account_id,
        "region": item.target.region,
        "engine": item.engine,
        "environment": view.classification.environment,
        "classification": view.classification,
        "multi_az": item.multi_az,
        "instance_class": item.instance_class,
        "status": view.status(),
        "status_from": status_from(view),
        "db_cluster_id": item.db_cluster_id,
        "read_replica_source": item.read_replica_source,
        "tags": item.tags,
        "running_operation_id": view.operation,
        "operations_allowed": refusal.is_none(),
    });
    if let Some(failure) = refusal {
        note_refusal(&mut answer["not_allowed"], &failure);
    }
    answer
}

/// Where the status of an instance is from: an inventory may be hours old.
const fn status_from(view: &InstanceView) -> &'static str {
    if view.live.is_some() { "live" } else { "inventory" }
}

/// Why the caller may run nothing on an instance; `None` when there is something.
fn nothing_possible(available: Result<Available, Failure>) -> Option<Failure> {
    match available {
        Ok(available) if available.operations.is_empty() => {
            available.not_permitted.into_iter().next().map(|it| it.1)
        }
        Ok(_) => None,
        Err(failure) => Some(failure),
    }
}

fn note_live_error(answer: &mut Value, view: &InstanceView) {
    if let Some(error) = &view.live_error {
        answer["live_error"] = json!(error);
    }
}
