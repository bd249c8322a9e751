//! Refusals that several operations share.

use serde_json::json;

use crate::failure::Failure;
use crate::guidance;

/// The refusal that RDS itself would give for an instance in `status`, with the advice for that status.
pub(super) fn wrong_status(status: &str) -> Failure {
    let mut failure = Failure::refused_by_rds(
        "InvalidDBInstanceState",
        &format!("The instance is `{status}`, and the operation needs it to be `available`."),
    );
    if let Some(guidance) = guidance::for_instance_status(status) {
        failure.guidance = guidance.advice.to_owned();
    }
    failure.with_fact("instance_status", json!(status))
}

/// The instance went into `status` while the operation ran, which it does not leave by itself.
pub(super) fn stuck_in_status(status: &str) -> Failure {
    let mut failure = Failure::operation_failed("instance_needs_attention");
    failure.sentence = format!("The instance went into the status `{status}`.");
    if let Some(guidance) = guidance::for_instance_status(status) {
        failure.guidance = guidance.advice.to_owned();
    }
    failure.with_fact("instance_status", json!(status))
}
