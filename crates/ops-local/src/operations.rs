//! `rds-ops status`, `cancel` and `list`.

use std::process::ExitCode;

use ops_api_types::OperationView;
use ops_client::OperationFilter;

use crate::cli::{CancelArgs, ListArgs, StatusArgs};
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::pages::{collect, page_size};
use crate::{exit, show};

/// Shows one operation.
///
/// # Errors
/// A [`StartError`] when it is not known, or there is no answer.
pub async fn status(args: StatusArgs, output: &Output) -> Result<ExitCode, StartError> {
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let operation = connection.client.operation(&args.operation_id).await?;
    print(&operation, output)?;
    Ok(exit::code(exit::of_operation(&operation)))
}

/// Cancels one operation, if RDS has not been asked for it.
///
/// # Errors
/// A [`StartError`] when it can't be cancelled, or there is no answer.
pub async fn cancel(args: CancelArgs, output: &Output) -> Result<ExitCode, StartError> {
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let cancelled = connection.client.cancel(&args.operation_id).await;
    connection.close().await;
    print(&cancelled?, output)?;
    Ok(ExitCode::SUCCESS)
}

fn print(operation: &OperationView, output: &Output) -> Result<(), StartError> {
    output.one(operation, |times| show::operation(operation, times))
}

/// Lists operations.
///
/// # Errors
/// A [`StartError`] when a filter is not valid, or there is no answer.
pub async fn list(args: ListArgs, output: &Output) -> Result<(), StartError> {
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let filter = OperationFilter {
        instance_id: args.instance,
        account_id: args.account,
        region: args.region,
        status: args.status,
        user: args.by,
        operation: args.operation,
        from: args.from,
        to: args.to,
        limit: Some(page_size(args.length)),
        cursor: None,
    };
    let page = collect(args.length, async |cursor| {
        let filter = OperationFilter { cursor, ..filter.clone() };
        connection.client.operations(&filter).await
    });
    let page = page.await?;
    output.list(&page, |times| show::operations(&page.items, times))?;
    crate::pages::note_rest(&page, output);
    Ok(())
}
