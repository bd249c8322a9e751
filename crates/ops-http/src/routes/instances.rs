//! `/instances`: what the inventory has, what RDS shows, and what may be done.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use http::Extensions;
use ops_api_types::{AvailableOperations, InstanceView, Page};
use ops_domain::caller::Caller;
use ops_domain::environment::EnvironmentPolicy;
use ops_domain::failure::Failure;
use ops_domain::id::InstanceId;
use ops_domain::service::{self, EnvironmentFilter, InstanceFilter, Queries, RunnableBy};

use crate::api::Api;
use crate::params::{Name, Params};
use crate::refused::Refused;
use crate::views;

/// One page of the inventory.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/instances",
        operation_id = "list_instances",
        tag = "instances",
        params(crate::schemas::InstanceFilters),
        responses((status = 200, description = "One page of the inventory.", body = Page<InstanceView>)),
    )
)]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    mut params: Params,
    extensions: Extensions,
) -> Result<Json<Page<InstanceView>>, Refused> {
    let queries = api.service_for(&extensions).queries();
    let environments = queries.environments();
    let mut filter = filter(&mut params, &caller, environments);
    params.finish()?;
    loop {
        let page = queries.instances(&filter).await?;
        let items = page.items.iter();
        let items =
            items.map(|view| views::instance(view, queries.nothing_available(&caller, view)));
        let matched = |filter| views::matched_environments(filter, environments);
        let listed = Page {
            matched: filter.environment.as_ref().map(matched),
            broken: Some(page.broken.iter().map(views::broken_item).collect()),
            ..views::page(items, page.next.as_deref())
        };
        match api.options.answers.fewer(&listed, page.items.len()) {
            Some(limit) => filter.limit = limit,
            None => return Ok(Json(listed)),
        }
    }
}

fn filter(
    params: &mut Params,
    caller: &Caller,
    environments: &EnvironmentPolicy,
) -> InstanceFilter {
    let runnable = |operation| RunnableBy { caller: caller.clone(), operation };
    InstanceFilter {
        environment: params.read("environment", |text| read_environment(environments, text)),
        account_id: params.parsed("account_id"),
        region: params.parsed("region"),
        engine: params.text("engine"),
        status: params.text("status"),
        tag: params.parsed("tag"),
        text: params.text("q"),
        runnable: params.operation("operation_allowed").map(runnable),
        sort: params.parsed("sort"),
        gone: params.flag("gone"),
        limit: params.limit_or_default(),
        cursor: params.cursor(),
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
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/instances/{id}",
        operation_id = "show_instance",
        tag = "instances",
        params(("id" = String, Path, example = "dev-postgres-01", description = "The DB instance identifier."), crate::schemas::OneInstance),
        responses((status = 200, description = "The instance with its live description.", body = InstanceView)),
    )
)]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    Name(id): Name,
    params: Params,
    extensions: Extensions,
) -> Result<Json<InstanceView>, Refused> {
    let queries = api.service_for(&extensions).queries();
    let view = view(&queries, &id, params).await?;
    Ok(Json(views::instance(&view, queries.nothing_available(&caller, &view))))
}

/// What the caller may run on an instance and what not, and why.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/instances/{id}/operations",
        operation_id = "list_available_operations",
        tag = "instances",
        params(("id" = String, Path, example = "dev-postgres-01", description = "The DB instance identifier."), crate::schemas::OneInstance),
        responses((status = 200, description = "What can be run now, and why the rest can not.", body = AvailableOperations)),
    )
)]
pub(super) async fn operations(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    Name(id): Name,
    params: Params,
    extensions: Extensions,
) -> Result<Json<AvailableOperations>, Refused> {
    let queries = api.service_for(&extensions).queries();
    let view = view(&queries, &id, params).await?;
    let available = queries.available_operations(&caller, &view);
    Ok(Json(views::available_operations(&view, available)))
}

/// The one instance of this name, in the account and Region that the parameters may give.
async fn view(
    queries: &Queries,
    id: &str,
    mut params: Params,
) -> Result<service::InstanceView, Refused> {
    let (account_id, region) = (params.parsed("account_id"), params.parsed("region"));
    params.finish()?;
    let id: InstanceId = id.parse().map_err(|_| Failure::instance_not_found(id))?;
    Ok(queries.instance(&id, account_id.as_ref(), region.as_ref()).await?)
}
