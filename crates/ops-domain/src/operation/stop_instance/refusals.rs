//! What RDS does not stop, refused by name before RDS is asked.

use serde_json::json;

use crate::cluster::LiveCluster;
use crate::failure::Failure;
use crate::instance::LiveInstance;
use crate::operation::LiveTarget;
use crate::operation::stop_instance::StopInstance;

/// The `EngineMode` of Aurora Serverless v1.
const SERVERLESS_V1: &str = "serverless";

/// An instance that replicates or is replicated, and SQL Server with a standby (RDS User Guide,
/// "Stopping an Amazon RDS DB instance temporarily").
pub(super) fn instance(live: &LiveInstance) -> Result<(), Failure> {
    let sources = [&live.replica_source, &live.source_cluster].into_iter().flatten();
    let replicas = live.replicas.iter().chain(&live.replica_clusters);
    let related: Vec<&String> = sources.chain(replicas).collect();
    // Members of a cluster replicate each other, and are stopped together.
    if live.cluster_id.is_none() && !related.is_empty() {
        return Err(replicates(&related));
    }
    if live.engine.starts_with("sqlserver") && live.multi_az {
        return Err(Failure::operation_failed("sqlserver_multi_az_not_stoppable"));
    }
    Ok(())
}

/// Aurora Serverless v1, clusters that replicate across Regions, and global databases (Aurora User
/// Guide, "Limitations for stopping and starting Aurora DB clusters"). RDS stops a cluster that is
/// the only one of its global database; whether it is, its description does not show, so it is
/// refused too. A blue/green deployment does not show in the description: RDS refuses that one.
pub(super) fn cluster(live: &LiveCluster) -> Result<(), Failure> {
    if live.engine_mode.as_deref() == Some(SERVERLESS_V1) {
        return Err(Failure::operation_failed("serverless_not_stoppable"));
    }
    if let Some(global) = &live.global_cluster_id {
        let failure = Failure::operation_failed("global_database_not_stoppable");
        return Err(failure.with_fact("global_cluster_id", json!(global)));
    }
    let related: Vec<&String> = live.replica_source.iter().chain(&live.replicas).collect();
    if related.is_empty() { Ok(()) } else { Err(replicates(&related)) }
}

fn replicates(related: &[&String]) -> Failure {
    Failure::operation_failed("replication_prevents_stop")
        .with_fact("replicates_with", json!(related))
}

/// `StopDBCluster` takes no snapshot (RDS model).
pub(super) fn snapshot_of_cluster(
    stop: &StopInstance,
    live_target: LiveTarget<'_>,
) -> Result<(), Failure> {
    if live_target.cluster.is_some() && stop.snapshot_id.is_some() {
        return Err(Failure::operation_failed("cluster_stop_takes_no_snapshot"));
    }
    Ok(())
}

/// Nothing is left to do for a database that is stopped, unless a snapshot was wanted: RDS takes
/// none of it then, and a success would hide that.
pub(super) fn already_stopped(stop: &StopInstance) -> Result<(), Failure> {
    match stop.snapshot_id {
        None => Ok(()),
        Some(_) => Err(Failure::operation_failed("already_stopped")),
    }
}
