//! `rds-ops instances` and `explain`.

use ops_client::{InstanceFilter, InstanceScope};
use serde::Serialize;

use crate::cli::{ExplainArgs, InstancesArgs};
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::pages::{collect, note_rest, page_size};
use crate::show;

/// Lists instances.
///
/// # Errors
/// A [`StartError`] when a filter is not valid, or there is no answer.
pub async fn instances(args: InstancesArgs, output: &Output) -> Result<(), StartError> {
    let connection = Connection::open(&args.target, Folder::Any).await?;
    let filter = InstanceFilter {
        environment: args.environment,
        account_id: args.account,
        region: args.region,
        engine: args.engine,
        status: args.status,
        tag: args.tag,
        operation_allowed: args.operation_allowed,
        sort: args.sort,
        q: args.search,
        gone: args.gone.then_some(true),
        limit: Some(page_size(args.length)),
        cursor: None,
    };
    let page = collect(args.length, async |cursor| {
        let filter = InstanceFilter { cursor, ..filter.clone() };
        connection.client.instances(&filter).await
    });
    let page = page.await?;
    output.list(&page, |_| show::instances(&page.items))?;
    note_rest(&page, output);
    Ok(())
}

/// Explains which environment an instance has and why, and what can be run on it.
///
/// # Errors
/// A [`StartError`] when it is not known, or there is no answer.
pub async fn explain(args: ExplainArgs, output: &Output) -> Result<(), StartError> {
    #[derive(Serialize)]
    struct Explained<'a> {
        instance: &'a ops_api_types::InstanceView,
        available: &'a ops_api_types::AvailableOperations,
    }
    let connection = Connection::open(&args.target, Folder::Any).await?;
    let scope = InstanceScope { account_id: args.account, region: args.region };
    let instance = connection.client.instance(&args.instance, &scope).await?;
    let available = connection.client.available_operations(&args.instance, &scope).await?;
    let answer = Explained { instance: &instance, available: &available };
    output.one(&answer, |_| show::explained(&instance, &available))
}
