//! Refusals that several operations share.

use serde_json::json;

use crate::cluster::LiveCluster;
use crate::failure::Failure;
use crate::guidance;
use crate::status::normalise;

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

/// The refusal that RDS itself would give for a cluster in `status`. No status of a cluster but `available` is
/// documented to allow a change.
pub(super) fn cluster_available(cluster: &LiveCluster) -> Result<(), Failure> {
    if normalise(&cluster.status) == "available" {
        return Ok(());
    }
    let sentence = format!("The cluster is `{}`, and the operation needs it to be `available`.", cluster.status);
    let failure = Failure::refused_by_rds("InvalidDBClusterStateFault", &sentence);
    Err(failure
        .with_fact("cluster_status", json!(cluster.status))
        .with_fact("db_cluster_id", json!(cluster.cluster_id)))
}

/// Refuses Neptune and DocumentDB, which RDS also lists and which are not RDS (RDS model, `DescribeDBInstances`).
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
    if let Some(guidance) = guidance::for_instance_status(status) {
        failure.guidance = guidance.advice.to_owned();
    }
    failure.with_fact("instance_status", json!(status))
}
