//! `rds-ops run`: one operation, from the request to its end.

mod confirm;
mod parameters;

use std::process::ExitCode;

use ops_api_types::{IfBusy, OperationRequest, Preview, Session, StartAt};
use ops_client::{Submission, new_idempotency_key};

use crate::cli::RunArgs;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::signals::Signals;
use crate::watch::{Patience, follow};
use crate::{exit, show};

/// Runs one operation and prints its answer.
///
/// # Errors
/// A [`StartError`] when there is no operation, or nothing is known of it any more.
pub async fn run(args: RunArgs, output: &Output) -> Result<ExitCode, StartError> {
    let signals = Signals::watch().map_err(StartError::Signals)?;
    let connection = Connection::open(&args.target, Folder::Any).await?;
    if signals.came() {
        return Err(StartError::Interrupted);
    }
    // From here on an interruption ends the waiting alone. A step that was broken off would leave
    // it unknown whether RDS was asked.
    if let Some(remark) = connection.remark() {
        output.note(&remark);
    }
    let code = carry_out(&connection, &args, &signals, output).await;
    connection.close().await;
    code.map(exit::code)
}

async fn carry_out(
    connection: &Connection,
    args: &RunArgs,
    signals: &Signals,
    output: &Output,
) -> Result<u8, StartError> {
    let session = connection.client.session().await?;
    let mut request = request(args, &session);
    if args.dry_run {
        let preview = connection.client.preview(&request).await?;
        output.one(&preview, |_| show::previewed(&preview))?;
        return Ok(if preview.passed { exit::DONE } else { exit::REFUSED });
    }
    if preview_first(&session, &args.operation)
        && let Some(preview) = confirmed(connection, args, &request, output).await?
    {
        request.plan_hash = request.plan_hash.or(preview.plan_hash);
    }
    if signals.came() {
        return Err(StartError::Interrupted);
    }
    submit(connection, args, &request, signals, output).await
}

/// The request as a caller of the HTTP API would write it, so that it is read and refused in the
/// same way.
fn request(args: &RunArgs, session: &Session) -> OperationRequest {
    let offered = session.operations.iter().find(|offered| offered.operation == args.operation);
    OperationRequest {
        operation: args.operation.clone(),
        instance_id: args.instance.clone(),
        account_id: args.account.clone(),
        region: args.region.clone(),
        parameters: parameters::read(offered.map(|offered| &offered.parameters), &args.params),
        start: args.start_at.clone().map(|at| StartAt { at }),
        if_busy: args.queue.then_some(IfBusy::Queue),
        start_within_minutes: args.start_within,
        dry_run: None,
        plan_hash: args.plan_hash.clone(),
        reason: args.reason.clone(),
    }
}

fn preview_first(session: &Session, operation: &str) -> bool {
    session.operations.iter().any(|offered| offered.operation == operation && offered.preview_first)
}

/// The preview that the person has confirmed; `None` where the name of the instance stands in the
/// arguments already. What would be refused needs no question: the service refuses it with its
/// reasons.
async fn confirmed(
    connection: &Connection,
    args: &RunArgs,
    request: &OperationRequest,
    output: &Output,
) -> Result<Option<Preview>, StartError> {
    if let Some(name) = &args.confirm {
        return confirm::by_name(name, &args.instance).map(|()| None);
    }
    let preview = connection.client.preview(request).await?;
    if preview.passed {
        output.note(&show::previewed(&preview).text());
        confirm::ask(&preview, args.yes)?;
    }
    Ok(Some(preview).filter(|preview| preview.passed))
}

async fn submit(
    connection: &Connection,
    args: &RunArgs,
    request: &OperationRequest,
    signals: &Signals,
    output: &Output,
) -> Result<u8, StartError> {
    let key = args.idempotency_key.clone().unwrap_or_else(new_idempotency_key);
    let submission =
        Submission { idempotency_key: Some(key), wait: Some(std::time::Duration::ZERO) };
    let accepted = connection.client.submit(request, &submission).await?;
    if args.no_wait {
        output.one(&accepted, |times| show::operation(&accepted, times))?;
        return Ok(exit::of_operation(&accepted));
    }
    follow(connection, accepted, Patience::Answer(args.timeout), signals, output).await
}
