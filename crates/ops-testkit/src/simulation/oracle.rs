//! What the simulated RDS really did for an operation.

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::environment::{EnvironmentPolicy, Origin, Subject};
use ops_domain::id::{ClusterId, InstanceId, SnapshotId};
use ops_domain::instance::{InstanceRef, Scope, Tags};
use ops_domain::observation::Snapshot;
use ops_domain::operation::Operation;
use ops_domain::operation::modify_instance_class::ModifyInstanceClass;
use ops_domain::policy::AuthorizedCall;
use ops_domain::rds_call::{ClusterSetting, Database, InstanceSetting, RdsCall};
use ops_domain::state::{Completion, OperationRecord, State};
use ops_domain::window::{BackupWindow, MaintenanceWindow};
use ops_simulator::simulated_rds::{RecordedCall, SimulatedRds};
use serde_json::json;

/// Whether RDS has done what an operation asked. `done` are the operations that were called done,
/// this one among them.
pub(super) fn is_done(
    rds: &SimulatedRds,
    record: &OperationRecord,
    done: &[&OperationRecord],
) -> bool {
    let accepted =
        rds.calls().iter().any(|call| call.operation_id == record.id && call.is_accepted());
    match &record.operation {
        Operation::CreateSnapshot(_) => accepted && took_snapshot(rds, record),
        // A change of the class restarts an instance too, or fails it over. Where RDS's events of
        // it are lost, it passes for a reboot whose answer is lost, or for an abandoned failover.
        Operation::RebootInstance(_) => {
            let restarted = accepted || rds.class_changes(&record.target) > 0;
            restarted && restarts_suffice(rds, record, done)
        }
        Operation::ModifyBackupWindow(modify) => {
            let window = Window::Backup(modify.backup_window);
            accepted || (!claims_change(record) && was_set(rds, record, window))
        }
        Operation::ModifyMaintenanceWindow(modify) => {
            let window = Window::Maintenance(modify.maintenance_window);
            accepted || (!claims_change(record) && was_set(rds, record, window))
        }
        Operation::ChangeParameterGroup(change) => {
            accepted
                || (!claims_change(record)
                    && rds.had_parameter_group(&record.target, &change.parameter_group))
        }
        Operation::StopInstance(stop) => {
            let times = cluster_of(record)
                .map_or_else(|| rds.stops(&record.target), |cluster| rds.cluster_stops(&cluster));
            let snapshot = stop.snapshot_id.as_ref();
            (accepted || !claims_change(record))
                && times > 0
                && snapshot.is_none_or(|id| has_snapshot(rds, record, id))
        }
        Operation::DeleteSnapshot(delete) => {
            (accepted || !claims_change(record)) && is_gone(rds, record, &delete.snapshot_id)
        }
        Operation::StartInstance(_) => {
            let times = cluster_of(record)
                .map_or_else(|| rds.starts(&record.target), |cluster| rds.cluster_starts(&cluster));
            (accepted || !claims_change(record)) && times > 0
        }
        Operation::ModifyInstanceClass(modify) => {
            (accepted || !claims_change(record)) && class_is_there(rds, record, modify)
        }
    }
}

/// Whether the instance has had the class in use, or waiting where that is what is said.
fn class_is_there(
    rds: &SimulatedRds,
    record: &OperationRecord,
    modify: &ModifyInstanceClass,
) -> bool {
    let class = &modify.instance_class;
    let waits = matches!(
        &record.state,
        State::Ended { completion: Completion::Succeeded { result }, .. }
            if result.get("applied") == Some(&json!(false))
    );
    if waits {
        rds.had_waiting_class(&record.target, class)
    } else {
        rds.had_class(&record.target, class)
    }
}

/// Whether RDS has taken this snapshot of the instance. Somebody may have deleted it since.
fn has_snapshot(rds: &SimulatedRds, record: &OperationRecord, id: &SnapshotId) -> bool {
    let of_instance = |snapshot: &Snapshot| {
        snapshot.source_id.as_deref() == Some(record.target.instance_id.as_str())
    };
    let mut completed = rds.completed_snapshots().into_iter();
    completed.any(|snapshot| snapshot.snapshot_id == *id && of_instance(&snapshot))
}

/// Whether the snapshot is gone that had this name when the operation was asked for. A later one is
/// another.
fn is_gone(rds: &SimulatedRds, record: &OperationRecord, id: &SnapshotId) -> bool {
    let was_there = |snapshot: &Snapshot| {
        snapshot.snapshot_id == *id && snapshot.created_at.is_some_and(|at| at < record.created_at)
    };
    !snapshots_of(rds, record).iter().any(was_there)
}

fn snapshots_of(rds: &SimulatedRds, record: &OperationRecord) -> Vec<Snapshot> {
    match cluster_of(record) {
        None => rds.snapshots(&record.target),
        Some(cluster) => rds.cluster_snapshots(&cluster),
    }
}

/// Why a snapshot must not be deleted by this call, as far as only people change it: its own tags,
/// and whom it is shared with. `None` where nothing speaks against it, or it is not there.
pub(super) fn spared(
    rds: &SimulatedRds,
    policy: &EnvironmentPolicy,
    call: &AuthorizedCall,
) -> Option<&'static str> {
    let (scope, target) = (call.target().scope(), call.target());
    let (snapshot, is_shared) = if let RdsCall::DeleteDbSnapshot { snapshot_id, .. } = call.call() {
        let snapshots = rds.snapshots(target);
        (named(snapshots, snapshot_id.as_str())?, rds.is_shared(&scope, snapshot_id))
    } else if let RdsCall::DeleteDbClusterSnapshot { cluster_id, snapshot_id } = call.call() {
        let cluster = ClusterRef::new(scope.clone(), cluster_id.clone());
        let snapshot = named(rds.cluster_snapshots(&cluster), snapshot_id.as_str())?;
        let is_shared = rds.is_cluster_snapshot_shared(&scope, &snapshot.snapshot_id);
        (snapshot, is_shared)
    } else {
        return None;
    };
    let subject = Subject {
        account_id: &scope.account_id,
        region: Some(&scope.region),
        instance_id: &target.instance_id,
        tags: &snapshot.tags,
        origin: Origin::Related,
    };
    if policy.classify(&subject).environment.is_production() {
        Some("is tagged as production")
    } else if snapshot.tags.get("rds-ops:operation-id").is_none_or(|id| id == "by-hand") {
        Some("was not made by the service")
    } else {
        is_shared.then_some("is shared")
    }
}

fn named(snapshots: Vec<Snapshot>, name: &str) -> Option<Snapshot> {
    snapshots.into_iter().find(|snapshot| snapshot.snapshot_id.as_str() == name)
}

/// Whether RDS took a snapshot for an operation. Somebody may have deleted it since.
fn took_snapshot(rds: &SimulatedRds, record: &OperationRecord) -> bool {
    rds.completed_snapshots().iter().any(|snapshot| is_own(record, snapshot))
}

/// Whether the snapshot that RDS took for an operation is there.
pub(super) fn has_own_snapshot(rds: &SimulatedRds, record: &OperationRecord) -> bool {
    snapshots_of(rds, record)
        .iter()
        .any(|snapshot| snapshot.status == "available" && is_own(record, snapshot))
}

fn is_own(record: &OperationRecord, snapshot: &Snapshot) -> bool {
    let Operation::CreateSnapshot(create) = &record.operation else { return false };
    snapshot.snapshot_id == create.snapshot_id
        && snapshot.tags.get("rds-ops:operation-id") == Some(&record.id.to_string())
}

/// Whether a call on this unit is one on production: by its own tags, or by those of any instance
/// that it affects.
pub(super) fn is_production(
    rds: &SimulatedRds,
    policy: &EnvironmentPolicy,
    target: &InstanceRef,
    lock_scope: &LockScope,
) -> bool {
    let scope = target.scope();
    let classify = |id: &InstanceId, tags: &Tags| {
        let (account_id, region) = (&scope.account_id, Some(&scope.region));
        let subject = Subject { account_id, region, instance_id: id, tags, origin: Origin::Live };
        policy.classify(&subject).environment.is_production()
    };
    let instance = |id: &InstanceId| {
        rds.instance(&in_scope(&scope, id)).is_some_and(|live| classify(id, &live.tags))
    };
    match lock_scope {
        LockScope::Instance(target) => instance(&target.instance_id),
        LockScope::Cluster(cluster) => rds.cluster(cluster).is_none_or(|live| {
            let members =
                live.members.iter().map(|id| id.parse().expect("the plan names them well"));
            let own = cluster
                .cluster_id
                .as_str()
                .parse()
                .expect("identifiers of both follow the same rules");
            classify(&own, &live.tags) || members.into_iter().any(|id: InstanceId| instance(&id))
        }),
    }
}

fn in_scope(scope: &Scope, id: &InstanceId) -> InstanceRef {
    let Scope { account_id, region } = scope.clone();
    InstanceRef { account_id, region, instance_id: id.clone() }
}

fn cluster_of(record: &OperationRecord) -> Option<ClusterRef> {
    record.cluster_id.clone().map(|id: ClusterId| ClusterRef::new(record.target.scope(), id))
}

fn claims_change(record: &OperationRecord) -> bool {
    matches!(&record.state, State::Ended { completion: Completion::Succeeded { result }, .. } if result.contains_key("changed"))
}

/// A window of an instance or of a cluster.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Window {
    Backup(BackupWindow),
    Maintenance(MaintenanceWindow),
}

/// Whether the instance or its cluster has had this window, by whatever call.
fn was_set(rds: &SimulatedRds, record: &OperationRecord, window: Window) -> bool {
    let cluster = cluster_of(record);
    let shown = match &cluster {
        None => rds
            .instance(&record.target)
            .is_some_and(|live| shows(window, live.backup_window, live.maintenance_window)),
        Some(cluster) => rds
            .cluster(cluster)
            .is_some_and(|live| shows(window, live.backup_window, live.maintenance_window)),
    };
    let set_it = |recorded: &RecordedCall| {
        let of_it = match &cluster {
            None => recorded.target == record.target,
            Some(cluster) => recorded.call.database() == Database::Cluster(&cluster.cluster_id),
        };
        of_it && recorded.is_accepted() && window_of(&recorded.call) == Some(window)
    };
    shown || rds.calls().iter().any(set_it)
}

fn shows(
    window: Window,
    backup: Option<BackupWindow>,
    maintenance: Option<MaintenanceWindow>,
) -> bool {
    match window {
        Window::Backup(window) => backup == Some(window),
        Window::Maintenance(window) => maintenance == Some(window),
    }
}

/// The window that a call sets.
const fn window_of(call: &RdsCall) -> Option<Window> {
    if let RdsCall::ModifyDbInstance { setting: InstanceSetting::BackupWindow(window), .. }
    | RdsCall::ModifyDbCluster { setting: ClusterSetting::BackupWindow(window), .. } = call
    {
        return Some(Window::Backup(*window));
    }
    if let RdsCall::ModifyDbInstance {
        setting: InstanceSetting::MaintenanceWindow(window), ..
    }
    | RdsCall::ModifyDbCluster { setting: ClusterSetting::MaintenanceWindow(window), .. } = call
    {
        return Some(Window::Maintenance(*window));
    }
    None
}

/// Every reboot that was called done was a restart of its own, and every failover that was called
/// verified was one.
fn restarts_suffice(
    rds: &SimulatedRds,
    record: &OperationRecord,
    done: &[&OperationRecord],
) -> bool {
    let count =
        |of: &dyn Fn(&OperationRecord) -> bool| done.iter().filter(|other| of(other)).count();
    match cluster_of(record).filter(|_| fails_over(record)) {
        Some(cluster) => {
            let same = |other: &OperationRecord| {
                fails_over(other) && other.cluster_id == record.cluster_id
            };
            count(&same) <= rds.cluster_failovers(&cluster)
        }
        None => {
            let same = |other: &OperationRecord| {
                other.target == record.target
                    && matches!(other.operation, Operation::RebootInstance(_))
                    && !(fails_over(other) && other.cluster_id.is_some())
            };
            let verified = |other: &OperationRecord| same(other) && is_verified(other);
            let class_changes = rds.class_changes(&record.target);
            count(&same) <= rds.restarts(&record.target) + class_changes
                && count(&verified) <= rds.failovers(&record.target) + class_changes
        }
    }
}

fn fails_over(record: &OperationRecord) -> bool {
    matches!(&record.operation, Operation::RebootInstance(reboot) if reboot.force_failover)
}

fn is_verified(record: &OperationRecord) -> bool {
    matches!(&record.state, State::Ended { completion: Completion::Succeeded { result }, .. } if result.get("failover") == Some(&json!("verified")))
}
