//! Everything that the simulated RDS knows, and how it changes as time passes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LiveCluster, LockScope};
use ops_domain::id::{ParameterGroupName, SnapshotId};
use ops_domain::instance::{InstanceRef, LiveInstance, PENDING_CLASS, Scope};
use ops_domain::observation::{EventKind, Snapshot};
use ops_domain::parameter_group::ParameterGroup;
use ops_domain::time::{Timestamp, after, delta};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::simulated_rds::behaviour::{Behaviour, Events};
use crate::simulated_rds::journal::RecordedCall;
use crate::simulated_rds::parameter_groups;
use crate::simulated_rds::snapshots::Gone;
use crate::simulated_rds::timeline::Timeline;
use crate::simulated_rds::windows::Window;

/// Everything that the simulated RDS knows, what is under way included.
///
/// It may be stored as JSON and restored later: what became due in between happens then, as of the
/// time it was due.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct State {
    /// By the text of the target.
    pub(super) residents: BTreeMap<String, SimInstance>,
    /// By the text of the cluster.
    pub(super) clusters: BTreeMap<String, SimCluster>,
    /// By scope and snapshot identifier.
    pub(super) snapshots: BTreeMap<String, Timeline<Snapshot>>,
    /// By scope and snapshot identifier.
    pub(super) cluster_snapshots: BTreeMap<String, Timeline<Snapshot>>,
    /// Snapshots that became `available`, the latest last, also those that are gone.
    #[serde(default)]
    pub(super) completed: Vec<Snapshot>,
    /// By scope and name.
    #[serde(default)]
    pub(super) parameter_groups: BTreeMap<String, ParameterGroup>,
    /// The accounts that snapshots are shared with.
    #[serde(default)]
    pub(super) shared: BTreeMap<String, BTreeSet<String>>,
    /// Snapshots that are gone and that a read may still show, the earliest first.
    #[serde(default)]
    pub(super) gone: Vec<Gone>,
    pub(super) events: Vec<ResultFields>,
    /// Until when calls are refused whatever the status is, by the text of the unit.
    busy_until: BTreeMap<String, Timestamp>,
    /// What is under way, the earliest first.
    schedule: Vec<Due>,
    calls: Vec<RecordedCall>,
    /// How many calls ever arrived.
    arrived: u64,
    /// How often chance was asked.
    rolls: u64,
}

/// Completed snapshots that are remembered.
const COMPLETED_KEPT: usize = 1_000;

/// One instance with its past.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct SimInstance {
    pub(super) live: Timeline<LiveInstance>,
    pub(super) restarts: usize,
    #[serde(default)]
    pub(super) failovers: usize,
    /// The parameter groups that it has had.
    #[serde(default)]
    pub(super) groups: BTreeSet<String>,
    /// Changes of the class that RDS has begun.
    #[serde(default)]
    pub(super) class_changes: usize,
    #[serde(default)]
    pub(super) stops: usize,
    #[serde(default)]
    pub(super) starts: usize,
    /// Every class that was in use.
    #[serde(default)]
    pub(super) classes: BTreeSet<String>,
    /// Every class that waited.
    #[serde(default)]
    pub(super) waiting_classes: BTreeSet<String>,
}

/// One cluster with its past.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct SimCluster {
    pub(super) live: Timeline<LiveCluster>,
    pub(super) failovers: usize,
    #[serde(default)]
    pub(super) stops: usize,
    #[serde(default)]
    pub(super) starts: usize,
}

/// An event and when RDS reports it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct ResultFields {
    pub(super) lock_scope: LockScope,
    pub(super) at: Timestamp,
    pub(super) kind: EventKind,
    pub(super) told_at: Timestamp,
}

/// A change that is under way.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Due {
    at: Timestamp,
    #[serde(rename = "unit")]
    lock_scope: LockScope,
    change: Change,
}

/// One elementary change of an instance or of a cluster.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// It enters this status.
    Status(String),
    /// The standby's zone becomes the primary's, and the other way round.
    ZonesSwapped,
    /// This member of the cluster takes the writes.
    Writer(String),
    /// Static parameters that waited for a reboot enter this `ParameterApplyStatus`.
    ParametersApplied(String),
    /// The backup window becomes this one.
    Window(Window),
    /// This parameter group is attached, with its `ParameterApplyStatus`.
    ParameterGroup(ParameterGroupName, String),
    /// These modifications, which waited, are applied.
    Modified(BTreeMap<String, String>),
    /// This setting waits with this value, where it is not so already.
    Waits(String, String),
    /// This setting does not wait any more.
    Dropped(String),
    /// The maintenance window begins.
    MaintenanceWindow,
    /// It is stopped, and what waited is dropped.
    Stopped,
    /// It has been stopped for as long as RDS lets it be, and is started.
    StartedBySchedule,
    /// Its start ends in this status.
    Started(String),
    /// Something happened that RDS reports as an event.
    Event(EventKind),
    /// The snapshot enters this status at this percentage.
    Snapshot(SnapshotId, String, u8),
    /// The snapshot is gone.
    SnapshotGone(SnapshotId),
}

/// RDS keeps events for 14 days (RDS model, `DescribeEvents`).
pub(super) const EVENTS_KEPT: Duration = Duration::from_hours(14 * 24);

/// Calls that the journal keeps, so that a state that lives for long does not grow for ever.
const CALLS_KEPT: usize = 10_000;

impl State {
    /// Lets everything happen that is due by `now`.
    pub(super) fn advance(&mut self, now: Timestamp, behaviour: &Behaviour) {
        if self.schedule.first().is_none_or(|due| now < due.at) {
            return;
        }
        // What happens may set more going that is due already.
        while self.schedule.first().is_some_and(|due| due.at <= now) {
            let due = self.schedule.remove(0);
            self.apply(due, behaviour);
        }
        self.forget(now, behaviour);
    }

    /// Has `change` happen at `at`.
    pub(super) fn schedule(&mut self, at: Timestamp, lock_scope: &LockScope, change: Change) {
        let place = self.schedule.partition_point(|due| due.at <= at);
        self.schedule.insert(place, Due { at, lock_scope: lock_scope.clone(), change });
    }

    /// Drops what is under way for the instance or the cluster itself; its snapshots go on.
    pub(super) fn unschedule(&mut self, lock_scope: &LockScope) {
        let of_snapshot =
            |change: &Change| matches!(change, Change::Snapshot(..) | Change::SnapshotGone(_));
        self.schedule.retain(|due| due.lock_scope != *lock_scope || of_snapshot(&due.change));
        self.busy_until.remove(&lock_scope.to_string());
    }

    /// Has calls on `lock_scope` refused until `until`, whatever its status.
    pub(super) fn keep_busy(&mut self, lock_scope: &LockScope, until: Timestamp) {
        self.busy_until.insert(lock_scope.to_string(), until);
    }

    /// Whether calls on `lock_scope` are refused at `now`, whatever its status.
    pub(super) fn is_busy(&self, lock_scope: &LockScope, now: Timestamp) -> bool {
        self.busy_until.get(&lock_scope.to_string()).is_some_and(|until| now < *until)
    }

    /// A number from 0 to 1 by chance; the same seed gives the same numbers in the same order.
    pub(super) fn roll(&mut self, seed: u64) -> f64 {
        self.rolls += 1;
        StdRng::seed_from_u64(seed ^ self.rolls.rotate_left(32)).random()
    }

    /// A duration that varies as the behaviour says.
    pub(super) fn lasting(&mut self, behaviour: &Behaviour, duration: Duration) -> Duration {
        let roll = self.roll(behaviour.seed);
        behaviour.varied(duration, roll)
    }

    pub(super) fn instance(&self, target: &InstanceRef) -> Option<&SimInstance> {
        self.residents.get(&target.to_string())
    }

    pub(super) fn instance_mut(&mut self, target: &InstanceRef) -> Option<&mut SimInstance> {
        self.residents.get_mut(&target.to_string())
    }

    pub(super) fn assembly(&self, cluster: &ClusterRef) -> Option<&SimCluster> {
        self.clusters.get(&cluster.to_string())
    }

    pub(super) fn assembly_mut(&mut self, cluster: &ClusterRef) -> Option<&mut SimCluster> {
        self.clusters.get_mut(&cluster.to_string())
    }

    /// The manual snapshots of one account and Region.
    pub(super) fn snapshots_in(&self, scope: &Scope) -> impl Iterator<Item = &Snapshot> {
        in_scope(&self.snapshots, scope).map(Timeline::latest)
    }

    /// The manual cluster snapshots of one account and Region.
    pub(super) fn cluster_snapshots_in(&self, scope: &Scope) -> impl Iterator<Item = &Snapshot> {
        in_scope(&self.cluster_snapshots, scope).map(Timeline::latest)
    }

    pub(super) fn record(&mut self, recorded: RecordedCall) {
        self.arrived += 1;
        if self.calls.len() >= CALLS_KEPT {
            self.calls.remove(0);
        }
        self.calls.push(recorded);
    }

    pub(super) fn calls(&self) -> &[RecordedCall] {
        &self.calls
    }

    /// The id of the request that is being answered.
    pub(super) fn request_id(&self) -> String {
        format!("00000000-0000-0000-0000-{:012}", self.arrived + 1)
    }

    fn apply(&mut self, due: Due, behaviour: &Behaviour) {
        let Due { at, lock_scope, change } = due;
        match change {
            Change::Event(kind) => self.report_event(lock_scope, at, kind, behaviour),
            Change::Snapshot(id, status, percent) => {
                self.change_snapshot(&lock_scope, &id, at, status, percent)
            }
            Change::ParameterGroup(name, status) => self.attach(&lock_scope, at, &name, &status),
            Change::SnapshotGone(id) => self.snapshot_gone(&lock_scope, &id, at),
            Change::Stopped => self.stopped(&lock_scope, at, behaviour),
            Change::StartedBySchedule => self.start_by_schedule(&lock_scope, at, behaviour),
            Change::Started(status) => self.started(&lock_scope, at, &status, behaviour),
            Change::MaintenanceWindow => self.maintenance_window(&lock_scope, at, behaviour),
            change @ (Change::Status(_)
            | Change::ZonesSwapped
            | Change::Writer(_)
            | Change::ParametersApplied(_)
            | Change::Window(_)
            | Change::Modified(_)
            | Change::Waits(..)
            | Change::Dropped(_)) => match &lock_scope {
                LockScope::Instance(target) => {
                    self.change(target, at, |live| change_instance(live, change));
                    self.note_classes(target);
                }
                LockScope::Cluster(cluster) => {
                    self.change_cluster(cluster, at, |live| change_cluster(live, change))
                }
            },
        }
    }

    pub(super) fn change(
        &mut self,
        target: &InstanceRef,
        at: Timestamp,
        change: impl FnOnce(&mut LiveInstance),
    ) {
        if let Some(instance) = self.instance_mut(target) {
            instance.live.change(at, change);
        }
    }

    pub(super) fn change_cluster(
        &mut self,
        cluster: &ClusterRef,
        at: Timestamp,
        change: impl FnOnce(&mut LiveCluster),
    ) {
        if let Some(assembly) = self.assembly_mut(cluster) {
            assembly.live.change(at, change);
        }
    }

    fn change_snapshot(
        &mut self,
        lock_scope: &LockScope,
        id: &SnapshotId,
        at: Timestamp,
        status: String,
        percent: u8,
    ) {
        let key = format!("{}/{id}", lock_scope.scope());
        let snapshot = match lock_scope {
            LockScope::Instance(_) => self.snapshots.get_mut(&key),
            LockScope::Cluster(_) => self.cluster_snapshots.get_mut(&key),
        };
        if let Some(snapshot) = snapshot {
            snapshot.change(at, |snapshot| {
                snapshot.status = status;
                snapshot.percent = Some(percent);
                snapshot.created_at = snapshot.created_at.or(Some(at));
                snapshot.taken_at = snapshot.taken_at.or(Some(at));
            });
            let latest = snapshot.latest().clone();
            if latest.status == "available" {
                self.completed.push(latest);
                let surplus = self.completed.len().saturating_sub(COMPLETED_KEPT);
                self.completed.drain(..surplus);
            }
        }
    }

    pub(super) fn report_event(
        &mut self,
        lock_scope: LockScope,
        at: Timestamp,
        kind: EventKind,
        behaviour: &Behaviour,
    ) {
        let Events::After(late) = behaviour.events else { return };
        self.events.push(ResultFields {
            lock_scope,
            at,
            kind,
            told_at: after(at, behaviour.scaled(late)),
        });
    }

    /// Drops what no read can show any more.
    fn forget(&mut self, now: Timestamp, behaviour: &Behaviour) {
        let oldest_read = now - delta(behaviour.scaled(behaviour.lag + behaviour.stale_for));
        for instance in self.residents.values_mut() {
            instance.live.forget(oldest_read);
        }
        for assembly in self.clusters.values_mut() {
            assembly.live.forget(oldest_read);
        }
        for snapshot in self.snapshots.values_mut().chain(self.cluster_snapshots.values_mut()) {
            snapshot.forget(oldest_read);
        }
        self.gone.retain(|gone| oldest_read < gone.at);
        self.events.retain(|shown| now - shown.at <= delta(EVENTS_KEPT));
        self.busy_until.retain(|_, until| now < *until);
    }
}

/// What stands in `table` for one account and Region.
fn in_scope<'a, T>(table: &'a BTreeMap<String, T>, scope: &Scope) -> impl Iterator<Item = &'a T> {
    let prefix = format!("{scope}/");
    table.iter().filter(move |(key, _)| key.starts_with(&prefix)).map(|(_, value)| value)
}

/// Changes the description of an instance. What only a cluster has changes nothing.
fn change_instance(live: &mut LiveInstance, change: Change) {
    match change {
        Change::Status(status) => live.status = status,
        Change::ZonesSwapped => {
            std::mem::swap(&mut live.availability_zone, &mut live.secondary_availability_zone)
        }
        Change::ParametersApplied(status) => parameter_groups::restarted(live, &status),
        Change::Window(window) => window.set(&mut live.backup_window, &mut live.maintenance_window),
        Change::Modified(settings) => modify(live, &settings),
        Change::Waits(setting, value) => wait(live, setting, value),
        Change::Dropped(setting) => {
            live.pending_modifications.remove(&setting);
        }
        Change::MaintenanceWindow
        | Change::Writer(_)
        | Change::ParameterGroup(..)
        | Change::Stopped
        | Change::StartedBySchedule
        | Change::Started(_)
        | Change::Event(_)
        | Change::Snapshot(..)
        | Change::SnapshotGone(_) => {}
    }
}

/// Changes the description of a cluster. What only an instance has changes nothing.
fn change_cluster(live: &mut LiveCluster, change: Change) {
    match change {
        Change::Status(status) => live.status = status,
        Change::Writer(member) => live.writer = Some(member),
        Change::Window(window) => window.set(&mut live.backup_window, &mut live.maintenance_window),
        Change::Modified(settings) => {
            live.pending_modifications.retain(|name, _| !settings.contains_key(name))
        }
        Change::ZonesSwapped
        | Change::Waits(..)
        | Change::Dropped(_)
        | Change::MaintenanceWindow
        | Change::ParametersApplied(_)
        | Change::ParameterGroup(..)
        | Change::Stopped
        | Change::StartedBySchedule
        | Change::Started(_)
        | Change::Event(_)
        | Change::Snapshot(..)
        | Change::SnapshotGone(_) => {}
    }
}

/// Applies modifications that waited. The description has a field of its own for the instance class
/// alone.
fn modify(live: &mut LiveInstance, settings: &BTreeMap<String, String>) {
    for (setting, value) in settings {
        live.pending_modifications.remove(setting);
        if setting == PENDING_CLASS {
            live.instance_class = Some(value.clone());
        }
    }
}

/// Has a setting wait, in place of another value of it. Nothing waits for the class that is in use.
fn wait(live: &mut LiveInstance, setting: String, value: String) {
    if setting == PENDING_CLASS && live.instance_class.as_ref() == Some(&value) {
        live.pending_modifications.remove(&setting);
    } else {
        live.pending_modifications.insert(setting, value);
    }
}
