//! The `result` of an entry. Its text is stored and covered by the hash of the entry: a later
//! version of the service may add members, and changes none.

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::preview::{NOTHING, Preview};
use crate::service::preview::{Check, DryRun};
use crate::state::{OperationRecord, OutcomeError};

/// The `result` of an entry about the present state of an operation, with what AWS's own records
/// call the requests to RDS.
pub(super) fn of_outcome(record: &OperationRecord) -> Value {
    let outcome = record.outcome();
    let mut result = Map::new();
    if let Some(error) = &outcome.error {
        add_error(&mut result, error);
    }
    result.insert("status".into(), json!(outcome.status));
    result.extend(outcome.facts.cloned().unwrap_or_default());
    if let Some(success) = outcome.success {
        result.insert("success".into(), json!(success));
    }
    if outcome.late {
        result.insert("late".into(), json!(true));
    }
    if !outcome.status.is_terminal() {
        result.insert("progress".into(), json!(record.progress()));
    }
    if !record.traces.is_empty() {
        result.insert("aws_calls".into(), json!(record.traces));
    }
    Value::Object(result)
}

fn add_error(result: &mut Map<String, Value>, error: &OutcomeError<'_>) {
    result.insert("error".into(), json!(error.sentence));
    result.insert("guidance".into(), json!(error.guidance));
    if let Some(code) = error.code {
        result.insert("code".into(), json!(code));
    }
    if let Some(error_code) = error.error_code {
        result.insert("error_code".into(), json!(error_code));
    }
}

/// The `result` of an entry about a request that was refused.
pub(super) fn of_refusal(failure: &Failure) -> Value {
    let mut result = Map::new();
    add_error(&mut result, &OutcomeError::from(failure));
    if !failure.problems.is_empty() {
        result.insert("details".into(), json!(failure.problems));
    }
    Value::Object(result)
}

/// The `result` of an entry about a dry run.
pub(super) fn of_dry_run(dry_run: &DryRun) -> Value {
    let stored = dry_run.preview.as_ref().map(Preview::stored);
    let mut would = stored.unwrap_or_else(|| json!({ "action": NOTHING }));
    let conflict = |id| json!({ "running_operation_id": id });
    would["conflicts"] = dry_run.running_operation_id.map(conflict).into_iter().collect();
    json!({
        "would": would,
        "plan_hash": dry_run.preview.as_ref().map(Preview::hash),
        "checks": dry_run.checks.iter().map(of_check).collect::<Vec<_>>(),
    })
}

fn of_check(check: &Check) -> Value {
    let mut shown = Map::new();
    if let Some(failure) = &check.failure {
        add_error(&mut shown, &OutcomeError::from(failure));
        shown.extend(failure.facts.clone());
    }
    shown.insert("check".into(), json!(check.name));
    shown.insert("passed".into(), json!(check.has_passed()));
    Value::Object(shown)
}
