//! Calls of the RDS API, by what matters of them.

use std::fmt::Debug;
use std::str::FromStr;

use ops_domain::id::{ClusterId, ClusterSnapshotId, InstanceId, SnapshotId};
use ops_domain::rds_call::{ClusterSetting, InstanceSetting, RdsCall};
use ops_domain::tag::Tag;

/// `CreateDBSnapshot`.
#[must_use]
pub fn snapshot(instance: &InstanceId, snapshot: &SnapshotId, tags: Vec<Tag>) -> RdsCall {
    let (instance_id, snapshot_id) = (instance.clone(), snapshot.clone());
    RdsCall::CreateDbSnapshot { instance_id, snapshot_id, tags }
}

/// `CreateDBClusterSnapshot`.
#[must_use]
pub fn cluster_snapshot(
    cluster: &ClusterId,
    snapshot: &ClusterSnapshotId,
    tags: Vec<Tag>,
) -> RdsCall {
    let (cluster_id, snapshot_id) = (cluster.clone(), snapshot.clone());
    RdsCall::CreateDbClusterSnapshot { cluster_id, snapshot_id, tags }
}

/// `DeleteDBSnapshot`.
#[must_use]
pub fn delete_snapshot(instance: &InstanceId, snapshot: &SnapshotId) -> RdsCall {
    let (instance_id, snapshot_id) = (instance.clone(), snapshot.clone());
    RdsCall::DeleteDbSnapshot { instance_id, snapshot_id }
}

/// `DeleteDBClusterSnapshot`.
#[must_use]
pub fn delete_cluster_snapshot(cluster: &ClusterId, snapshot: &ClusterSnapshotId) -> RdsCall {
    let (cluster_id, snapshot_id) = (cluster.clone(), snapshot.clone());
    RdsCall::DeleteDbClusterSnapshot { cluster_id, snapshot_id }
}

/// `RebootDBInstance`, without a failover.
#[must_use]
pub fn reboot(instance: &InstanceId) -> RdsCall {
    RdsCall::RebootDbInstance { instance_id: instance.clone(), force_failover: false }
}

/// `RebootDBInstance` with a failover to the standby.
#[must_use]
pub fn reboot_with_failover(instance: &InstanceId) -> RdsCall {
    RdsCall::RebootDbInstance { instance_id: instance.clone(), force_failover: true }
}

/// `FailoverDBCluster`.
#[must_use]
pub fn failover(cluster: &ClusterId) -> RdsCall {
    RdsCall::FailoverDbCluster { cluster_id: cluster.clone() }
}

/// `StopDBInstance`, without a snapshot.
#[must_use]
pub fn stop(instance: &InstanceId) -> RdsCall {
    RdsCall::StopDbInstance { instance_id: instance.clone(), snapshot_id: None }
}

/// `StopDBInstance` with a snapshot before it.
#[must_use]
pub fn stop_with_snapshot(instance: &InstanceId, snapshot: &SnapshotId) -> RdsCall {
    let (instance_id, snapshot_id) = (instance.clone(), Some(snapshot.clone()));
    RdsCall::StopDbInstance { instance_id, snapshot_id }
}

/// `StartDBInstance`.
#[must_use]
pub fn start(instance: &InstanceId) -> RdsCall {
    RdsCall::StartDbInstance { instance_id: instance.clone() }
}

/// `StopDBCluster`.
#[must_use]
pub fn stop_cluster(cluster: &ClusterId) -> RdsCall {
    RdsCall::StopDbCluster { cluster_id: cluster.clone() }
}

/// `StartDBCluster`.
#[must_use]
pub fn start_cluster(cluster: &ClusterId) -> RdsCall {
    RdsCall::StartDbCluster { cluster_id: cluster.clone() }
}

/// `ModifyDBInstance` with a backup window such as `02:00-03:00`.
///
/// # Panics
/// When `window` is not a backup window.
#[must_use]
pub fn window(instance: &InstanceId, window: &str, apply_immediately: bool) -> RdsCall {
    let setting = InstanceSetting::BackupWindow(written(window));
    RdsCall::ModifyDbInstance { instance_id: instance.clone(), setting, apply_immediately }
}

/// `ModifyDBInstance` with a class such as `db.r6g.large`.
///
/// # Panics
/// When `class` is not a class.
#[must_use]
pub fn class(instance: &InstanceId, class: &str, apply_immediately: bool) -> RdsCall {
    let setting = InstanceSetting::Class(class.parse().expect("the tests write classes"));
    RdsCall::ModifyDbInstance { instance_id: instance.clone(), setting, apply_immediately }
}

/// `ModifyDBCluster` with a backup window such as `02:00-03:00`.
///
/// # Panics
/// When `window` is not a backup window.
#[must_use]
pub fn cluster_window(cluster: &ClusterId, window: &str, apply_immediately: bool) -> RdsCall {
    let setting = ClusterSetting::BackupWindow(written(window));
    RdsCall::ModifyDbCluster { cluster_id: cluster.clone(), setting, apply_immediately }
}

/// `ModifyDBInstance` with a maintenance window such as `sat:23:00-sun:00:00`.
///
/// # Panics
/// When `window` is not a maintenance window.
#[must_use]
pub fn maintenance_window(instance: &InstanceId, window: &str) -> RdsCall {
    let setting = InstanceSetting::MaintenanceWindow(written(window));
    RdsCall::ModifyDbInstance { instance_id: instance.clone(), setting, apply_immediately: false }
}

/// `ModifyDBCluster` with a maintenance window such as `sat:23:00-sun:00:00`.
///
/// # Panics
/// When `window` is not a maintenance window.
#[must_use]
pub fn cluster_maintenance_window(cluster: &ClusterId, window: &str) -> RdsCall {
    let setting = ClusterSetting::MaintenanceWindow(written(window));
    RdsCall::ModifyDbCluster { cluster_id: cluster.clone(), setting, apply_immediately: false }
}

/// `ModifyDBInstance` with a parameter group.
///
/// # Panics
/// When `name` is not the name of a parameter group.
#[must_use]
pub fn parameter_group(instance: &InstanceId, name: &str) -> RdsCall {
    let setting = InstanceSetting::ParameterGroup(written(name));
    RdsCall::ModifyDbInstance { instance_id: instance.clone(), setting, apply_immediately: false }
}

fn written<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("the tests write values that are valid")
}
