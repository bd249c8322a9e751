//! Members of clusters: what is asked of the cluster, what counts as done, and who stands in whose
//! way.

use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::rds_call::RdsCall;
use ops_domain::service::{InstanceFilter, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, Status};
use ops_testkit::fleet::{
    self, AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, MULTI_AZ_CLUSTER, cluster, target,
};
use ops_testkit::memory::{Call, Side};
use ops_testkit::simulated_rds::{
    Behaviour, Events, FailoverOutcome, Fault, SendFault, SimulatedCluster, SimulatedInstance,
};
use ops_testkit::world::World;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::story::*;

mod asked;
mod evidence;
mod taking_turns;

fn aurora() -> ClusterRef {
    cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER)
}

fn member(name: &str) -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
}

fn snapshot_of(name: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": name,
        "parameters": { "snapshot_id": "manual-1" }
    })
}

fn window_of(name: &str) -> Value {
    json!({
        "operation": "modify_backup_window", "instance_id": name,
        "parameters": { "backup_window": "01:00-02:00" }
    })
}

fn reboot_of(name: &str) -> Value {
    json!({ "operation": "reboot_instance", "instance_id": name })
}

fn failover_of(name: &str) -> Value {
    json!({
        "operation": "reboot_instance", "instance_id": name,
        "parameters": { "force_failover": true }
    })
}

fn answer(record: &OperationRecord) -> Map<String, Value> {
    record.answer(record.created_at)
}

/// Whether the simulated RDS did to the cluster what was asked, so that the answer `success` is
/// true.
fn done_to_cluster(world: &World, record: &OperationRecord) -> bool {
    let cluster = aurora();
    match (record.operation.name(), record.operation.parameters().get("force_failover")) {
        ("create_snapshot", _) => {
            world.rds.cluster_snapshots(&cluster).iter().any(|it| it.status == "available")
        }
        ("modify_backup_window", _) => {
            let live = world.rds.cluster(&cluster).expect("the cluster stays");
            live.backup_window == "01:00-02:00".parse().ok()
        }
        ("reboot_instance", Some(Value::Bool(true))) => world.rds.cluster_failovers(&cluster) == 1,
        other => panic!("{other:?}"),
    }
}

fn aurora_member(version: &str) -> SimulatedInstance {
    let instance =
        SimulatedInstance::new("aurora-postgresql").member_of(AURORA_CLUSTER).version(version);
    instance.tag("Environment", "Development")
}
