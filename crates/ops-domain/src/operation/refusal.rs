//! Refusals that several operations share.

use serde_json::json;

use crate::failure::Failure;
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
