//! Operations.

use chrono::SubsecRound as _;
use ops_api_types as api;
use ops_domain::state::{
    Basis, Estimate, IfBusy, OperationRecord, Outcome, StartPeriod, Status, StatusChange,
};
use ops_domain::time::Timestamp;

use super::classification;
use super::error::retry;
use super::reading_order::members;

/// The answer to the caller that asked for the operation: the result, the failure, or how far it
/// is.
#[must_use]
pub fn operation(record: &OperationRecord, now: Timestamp) -> api::OperationView {
    let running = !record.status().is_terminal();
    let progress = running.then(|| progress(record, record.estimate(now), now));
    let start = start(record).filter(|_| running);
    api::OperationView { progress, start, ..outcome(record, now) }
}

/// An operation in a list.
pub(crate) fn operation_in_list(record: &OperationRecord, now: Timestamp) -> api::OperationView {
    api::OperationView {
        requested_by: Some(record.caller.principal.clone()),
        created_at: Some(record.created_at),
        ..operation(record, now)
    }
}

/// Everything about an operation, with an estimate of its end.
#[must_use]
pub fn operation_in_full(
    record: &OperationRecord,
    estimate: Option<Estimate>,
    now: Timestamp,
) -> api::OperationView {
    let mut shown = outcome(record, now);
    if let Some(plan_hash) = &record.plan_hash {
        // A failure may name another preview: that of now.
        shown.result = shown.result.without("plan_hash");
        shown.plan_hash = Some(plan_hash.to_string());
    }
    api::OperationView {
        progress: Some(progress(record, estimate, now)),
        parameters: Some(record.operation.parameters()),
        reason: record.reason.clone(),
        requested_by: Some(record.caller.principal.clone()),
        created_at: Some(record.created_at),
        start: start(record),
        history: Some(record.history.iter().map(status_change).collect()),
        classification: Some(classification(&record.classification)),
        version: Some(record.version),
        ..shown
    }
}

/// What the operation is, and its outcome.
fn outcome(record: &OperationRecord, now: Timestamp) -> api::OperationView {
    let Outcome { status: _, success, late, error, facts } = record.outcome();
    let error = error.as_ref();
    api::OperationView {
        success,
        late,
        error: error.map(|error| error.sentence.to_owned()),
        code: error.and_then(|error| error.code).map(|code| code.to_string()),
        error_code: error.and_then(|error| error.error_code).map(str::to_owned),
        guidance: error.map(|error| error.guidance.to_owned()),
        retry: error.map(|error| retry(error.retry)),
        // The status of a result is that of the operation.
        result: facts.map(members).unwrap_or_default().without("status"),
        duration_seconds: success.map(|_| record.duration_seconds(now)),
        ..head(record)
    }
}

/// What the operation is, and its status.
fn head(record: &OperationRecord) -> api::OperationView {
    api::OperationView {
        operation_id: record.id.to_string(),
        operation: record.operation.name().to_owned(),
        instance_id: record.target.instance_id.to_string(),
        account_id: record.target.account_id.to_string(),
        region: record.target.region.to_string(),
        environment: record.classification.environment.to_string(),
        status: reported(record.status()),
        success: None,
        late: false,
        error: None,
        code: None,
        error_code: None,
        guidance: None,
        retry: None,
        result: api::Members::default(),
        duration_seconds: None,
        progress: None,
        parameters: None,
        reason: None,
        requested_by: None,
        created_at: None,
        start: None,
        plan_hash: None,
        history: None,
        classification: None,
        version: None,
    }
}

fn progress(record: &OperationRecord, estimate: Option<Estimate>, now: Timestamp) -> api::Progress {
    let progress = record.progress();
    api::Progress {
        phase: status(progress.phase),
        percent: progress.percent,
        last_status: progress.last_status,
        polls: progress.polls,
        failed_polls: progress.failed_polls,
        next_poll_at: progress.next_poll_at,
        running_operation_id: progress.running_operation_id.map(|id| id.to_string()),
        deadline: progress.deadline,
        seconds_left: estimate.map(|estimate| estimate.seconds_left(now)),
        estimated_completion: estimate.map(|estimate| estimate.completion.trunc_subsecs(0)),
        estimate_from: estimate.map(|estimate| match estimate.basis {
            Basis::Percent => api::EstimateBasis::Percent,
            Basis::History => api::EstimateBasis::History,
        }),
    }
}

/// When it may start, where it does not start at once or not at all.
fn start(record: &OperationRecord) -> Option<api::StartPeriod> {
    let StartPeriod { from, until } = record.start;
    (record.if_busy == IfBusy::Queue).then_some(api::StartPeriod { from, until })
}

fn status_change(change: &StatusChange) -> api::StatusChange {
    api::StatusChange { at: change.at, status: status(change.status) }
}

/// The status that the caller sees. Whether the request reached RDS is a matter of the progress;
/// until that is known the operation is still being submitted.
const fn reported(own: Status) -> api::OperationStatus {
    if matches!(own, Status::Unresolved) { api::OperationStatus::Submitting } else { status(own) }
}

const fn status(status: Status) -> api::OperationStatus {
    match status {
        Status::PendingApproval => api::OperationStatus::PendingApproval,
        Status::Scheduled => api::OperationStatus::Scheduled,
        Status::Rejected => api::OperationStatus::Rejected,
        Status::Accepted => api::OperationStatus::Accepted,
        Status::Submitting => api::OperationStatus::Submitting,
        Status::Unresolved => api::OperationStatus::Unresolved,
        Status::InProgress => api::OperationStatus::InProgress,
        Status::Timeout => api::OperationStatus::Timeout,
        Status::Available => api::OperationStatus::Available,
        Status::Failed => api::OperationStatus::Failed,
        Status::Unverified => api::OperationStatus::Unverified,
        Status::Cancelled => api::OperationStatus::Cancelled,
        Status::Denied => api::OperationStatus::Denied,
    }
}
