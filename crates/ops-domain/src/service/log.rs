//! What the log is told: spans that name what the lines below them are about, a line for each step
//! and each refusal, and the causes that answers leave out.
//!
//! `tracing` carries it to whatever the host listens with; without a listener nothing is even
//! formatted. No text of a caller goes there: no reason, no tag, no parameter. Spans are of level
//! ERROR, so that the lines below have their fields at every level of the log.

use std::any::type_name;
use std::error::Error;

use tracing::Span;
use tracing::field::display as shown;

use crate::caller::Caller;
use crate::discovery::{AccountListReport, ScopeReport};
use crate::environment::Classification;
use crate::failure::{Code, Failure};
use crate::id::AccountId;
use crate::instance::{InstanceRef, InventoryItem};
use crate::ports::ObserveError;
use crate::request::{Rejected, Request};
use crate::service::Discovered;
use crate::state::{Completion, OperationRecord, State, Status};
use crate::time::to_micros_text;

/// About an operation.
pub(super) fn operation(record: &OperationRecord) -> Span {
    let target = &record.target;
    tracing::error_span!(
        "operation",
        operation_id = %record.id,
        operation = record.operation.name(),
        account_id = %target.account_id,
        region = %target.region,
        db_instance_identifier = %target.instance_id,
        environment_class = %record.classification.environment,
        principal = record.caller.principal,
    )
}

/// About a request for an operation, before there is one.
pub(super) fn attempt(caller: &Caller, request: &Request) -> Span {
    tracing::error_span!(
        "attempt",
        operation = request.operation.name(),
        db_instance_identifier = %request.instance_id,
        principal = caller.principal,
    )
}

/// About an instance that is only read.
pub(super) fn instance(target: &InstanceRef) -> Span {
    tracing::error_span!(
        "instance",
        account_id = %target.account_id,
        region = %target.region,
        db_instance_identifier = %target.instance_id,
    )
}

/// A step of the operation's life was stored, which took it from `before` to `after`.
pub(super) fn step(before: &OperationRecord, after: &OperationRecord) {
    let watch = after.watch();
    tracing::info!(
        phase = after.status().as_str(),
        observed_status = watch.and_then(|watch| watch.last_status.as_deref()),
        polls = watch.map(|watch| watch.polls),
        failed_polls = watch.map(|watch| watch.failed_polls),
        next_at = after.next_at().map(to_micros_text),
        outcome = outcome(after),
        error_code = failure(after).map(code),
        rds_request_id = call(before, after),
        "step",
    );
}

/// A poll that shows nothing. Why not is told by who looked ([`crate::ports::RdsControl`]).
pub(super) fn read_failed(error: &ObserveError) {
    let error_code = match error {
        ObserveError::Throttled => Code::Throttled.as_str(),
        ObserveError::Denied { code, .. } | ObserveError::Refused { code } => code,
        ObserveError::Unavailable(_) => Code::UpstreamUnavailable.as_str(),
    };
    tracing::warn!(error_code, "RDS was not seen");
}

/// A request for an operation was refused, as far as it was understood.
pub(super) fn refused(about: Option<(&InventoryItem, &Classification)>, failure: &Failure) {
    tracing::info!(
        account_id = about.map(|(item, _)| shown(&item.target.account_id)),
        region = about.map(|(item, _)| shown(&item.target.region)),
        environment_class = about.map(|(_, classification)| shown(&classification.environment)),
        outcome = "refused",
        error_code = failure.code.as_str(),
        "refused",
    );
}

/// A request that is not valid was refused.
pub(super) fn rejected(caller: &Caller, rejected: &Rejected) {
    tracing::info!(
        operation = rejected.operation.as_str(),
        db_instance_identifier = rejected.instance_id.as_ref().map(shown),
        principal = caller.principal,
        outcome = "refused",
        error_code = rejected.failure.code.as_str(),
        "refused",
    );
}

/// Why `code` is answered where something could not be asked. The answer does not tell, so the log
/// does.
pub(crate) fn cause<E: Error + 'static>(code: Code, error: &E) {
    let error_code = code.as_str();
    let exception = error as &dyn Error;
    let exception_name = short_name::<E>();
    if code == Code::Throttled {
        tracing::warn!(error_code, exception, exception_name, "a store asks for slower requests");
    } else if code.is_outage() {
        tracing::error!(error_code, exception, exception_name, "a store can't be used");
    }
}

/// An account and Region was discovered, or why not.
pub(super) fn discovered_scope(report: &ScopeReport) {
    let ScopeReport { scope, instances, conflicts, problem, .. } = report;
    match problem {
        None => tracing::info!(
            account_id = %scope.account_id,
            region = %scope.region,
            instances,
            conflicts,
            "an account and Region was discovered"
        ),
        Some(problem) => tracing::warn!(
            account_id = %scope.account_id,
            region = %scope.region,
            error_code = problem.code,
            denied_action = problem.action,
            "an account and Region could not be discovered"
        ),
    }
}

/// The accounts of the organization were listed, or why not; and which of them are new or are no
/// longer read.
pub(super) fn listed_accounts(last: Option<&AccountListReport>, report: &AccountListReport) {
    if let Some(problem) = &report.problem {
        tracing::warn!(
            error_code = problem.code,
            denied_action = problem.action,
            accounts = report.accounts.len(),
            "the accounts of the organization could not be listed"
        );
        return;
    }
    let Some(last) = last.filter(|last| last.completed_at.is_some()) else { return };
    let lists = |list: &AccountListReport, id: &AccountId| list.accounts.binary_search(id).is_ok();
    for account_id in &report.accounts {
        if !lists(last, account_id) {
            tracing::info!(%account_id, "an account is new in the organization");
        }
    }
    for account_id in &last.accounts {
        if !lists(report, account_id) {
            tracing::warn!(%account_id, "an account is no longer active in the organization");
        }
    }
}

/// A run of discovery has ended.
pub(super) fn discovered(discovered: &Discovered, unread_scopes: usize) {
    let count = |name| discovered.changes.get(name).copied().unwrap_or_default();
    tracing::info!(
        instances = discovered.instances(),
        unread_scopes,
        added = count("added"),
        updated = count("updated"),
        renamed = count("renamed"),
        gone = count("gone"),
        removed = count("removed"),
        conflicts = count("conflict"),
        dry_run = discovered.dry_run,
        "the inventory was discovered"
    );
}

/// Something was not done that the service does without.
pub(super) fn missed<E: Error + 'static>(error: &E, what: &'static str) {
    tracing::warn!(exception = error as &dyn Error, exception_name = short_name::<E>(), "{what}");
}

/// The name of a type without its module.
fn short_name<T>() -> &'static str {
    let name = type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

/// What the caller was told last: once it has ended or timed out.
fn outcome(record: &OperationRecord) -> Option<&'static str> {
    let status = record.status();
    (status.is_terminal() || status == Status::Timeout).then_some(status.as_str())
}

fn failure(record: &OperationRecord) -> Option<&Failure> {
    let State::Ended { completion, .. } = &record.state else { return None };
    match completion {
        Completion::Failed { failure } | Completion::Denied { failure } => Some(failure),
        Completion::Succeeded { .. } | Completion::Unverified | Completion::Cancelled => None,
    }
}

/// The code of RDS, where there is one.
fn code(failure: &Failure) -> &str {
    failure.error_code.as_deref().unwrap_or(failure.code.as_str())
}

/// RDS's id of the call that was sent in this step.
fn call<'a>(before: &OperationRecord, after: &'a OperationRecord) -> Option<&'a str> {
    let last = after.traces.last().filter(|last| before.traces.last() != Some(last))?;
    last.rds_request_id.as_deref()
}
