//! Refusals that several operations share.

use std::collections::BTreeMap;

use serde_json::json;

use crate::failure::{Code, Failure};
use crate::observation::{Quota, Snapshot};
use crate::operation::allowed::advice_in_status;

/// Refuses Neptune and DocumentDB, which RDS also lists and which are not RDS (RDS model,
/// `DescribeDBInstances`).
pub(super) fn foreign_engine(engine: &str) -> Result<(), Failure> {
    match engine {
        "neptune" | "docdb" => Err(unsupported_engine(engine)),
        _ => Ok(()),
    }
}

pub(super) fn unsupported_engine(engine: &str) -> Failure {
    Failure::operation_failed("unsupported_engine").with_fact("engine", json!(engine))
}

/// The instance went into `status` while the operation ran, which it does not leave by itself.
pub(super) fn stuck_in_status(status: &str) -> Failure {
    let mut failure = Failure::operation_failed("instance_needs_attention");
    failure.sentence = format!("The instance went into the status `{status}`.");
    if let Some(advice) = advice_in_status(status) {
        failure.guidance = advice;
    }
    failure.with_fact("instance_status", json!(status))
}

/// `ApplyImmediately` would apply every other waiting change of the `noun` too, which may be an
/// outage (RDS model, `ModifyDBInstance`).
pub(super) fn flush_refused(
    apply_immediately: bool,
    noun: &str,
    waiting: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    if !apply_immediately || waiting.is_empty() {
        return Ok(());
    }
    let sentence =
        format!("Other changes wait on this {noun}, and apply_immediately would apply them now.");
    Err(Failure::with_sentence(Code::PendingChangesWouldApply, sentence)
        .with_fact("pending_modifications", json!(waiting)))
}

/// RDS Custom does not allow this operation through the RDS API (RDS model, `RebootDBInstance`,
/// `StopDBInstance`, `StartDBInstance`).
pub(super) fn custom_refused(engine: &str) -> Result<(), Failure> {
    if engine.starts_with("custom-") { Err(unsupported_engine(engine)) } else { Ok(()) }
}

/// RDS refuses a name of a snapshot that is taken; where that shows, it is known before.
pub(super) fn name_is_free(shown: Option<&Snapshot>) -> Result<(), Failure> {
    shown.map_or(Ok(()), |snapshot| {
        let taken = Failure::operation_failed("snapshot_name_taken");
        Err(taken.with_fact("snapshot_status", json!(snapshot.status)))
    })
}

/// RDS refuses a snapshot beyond the quota; where it can be read, that is known before.
pub(super) fn quota_allows(quota: Option<Quota>) -> Result<(), Failure> {
    match quota {
        Some(quota) if quota.is_used_up() => {
            Err(Failure::operation_failed("snapshot_quota_used_up")
                .with_fact("quota", json!(quota)))
        }
        Some(_) | None => Ok(()),
    }
}
