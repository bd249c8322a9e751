//! Stopping and starting: what RDS makes of the calls, and what follows from them.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LiveCluster, LockScope};
use ops_domain::id::{InstanceId, SnapshotId};
use ops_domain::instance::{InstanceRef, LiveInstance, is_aurora};
use ops_domain::observation::EventKind;
use ops_domain::time::{Timestamp, after};

use crate::simulated_rds::behaviour::{Behaviour, StartOutcome};
use crate::simulated_rds::calls::{Acceptance, Arrival, Refusal, receipt, refusal};
use crate::simulated_rds::parameter_groups;
use crate::simulated_rds::state::{Change, State};

/// When each reader, and then the writer, is stopped or started, as a part of the time that the
/// cluster takes: readers stop first and the writer last (Aurora User Guide, "Stopping and starting
/// an Amazon Aurora DB cluster").
const READERS_AT: f64 = 0.5;
const WRITER_AT: f64 = 0.9;

impl Arrival<'_> {
    /// The instance is `stopping`, then `stopped`. A snapshot is taken "immediately before" (RDS
    /// model, `StopDBInstance`); which status RDS shows meanwhile is not verified, nor what becomes
    /// of the stop when the snapshot fails: here the stop goes on.
    pub(super) fn stop(
        &mut self,
        live: &LiveInstance,
        snapshot_id: Option<&SnapshotId>,
    ) -> Result<Acceptance, Refusal> {
        refuse_unstoppable(live)?;
        self.require_status(live, &["available"])?;
        let mut before = Duration::ZERO;
        if let Some(snapshot_id) = snapshot_id {
            self.require_room_for(snapshot_id)?;
            before = self.begin_snapshot(live, snapshot_id, &[]);
        }
        let length = before + self.state.lasting(self.behaviour, self.behaviour.stop);
        let lock_scope = self.lock_scope();
        self.state.schedule(after(self.now, length), &lock_scope, Change::Stopped);
        self.enter(&lock_scope, "stopping", length);
        Ok(self.answer("stopping", &live.status))
    }

    /// From the statuses that RDS's own refusal lists.
    pub(super) fn start(&mut self, live: &LiveInstance) -> Result<Acceptance, Refusal> {
        refuse_kind(live)?;
        let mut allowed = vec!["stopped", RECOVERABLE];
        if !live.engine.starts_with("sqlserver") {
            allowed.push("incompatible-network");
        }
        if !allowed.contains(&live.status.as_str()) {
            let message = format!(
                "Instance {} cannot be started as it is not in one of the following statuses: \
                 'stopped, {RECOVERABLE}, incompatible-network (only valid for non-SqlServer \
                 instances)'.",
                live.instance_id
            );
            return Err(refusal("InvalidDBInstanceState", message));
        }
        self.require_status(live, &allowed)?;
        self.require_capacity()?;
        self.state.begin_start(&self.lock_scope(), self.now, self.behaviour);
        Ok(self.answer("starting", &live.status))
    }

    /// The cluster and its members are `stopping`, then `stopped`. A blue/green deployment, which
    /// RDS refuses to stop, is not simulated.
    pub(super) fn stop_cluster(&mut self, live: &LiveCluster) -> Result<Acceptance, Refusal> {
        self.refuse_unstoppable_cluster(live)?;
        self.require_available(live)?;
        self.require_available_members(live)?;
        let lock_scope = self.cluster_unit(live);
        let length = self.state.lasting(self.behaviour, self.behaviour.stop);
        for (member, part) in self.state.members_in_turn(&lock_scope) {
            let at = after(self.now, length.mul_f64(part));
            self.state.schedule(at, &member, Change::Stopped);
            self.enter(&member, "stopping", length.mul_f64(part));
        }
        self.state.schedule(after(self.now, length), &lock_scope, Change::Stopped);
        self.enter(&lock_scope, "stopping", length);
        Ok(self.answer("stopping", &live.status))
    }

    /// From the statuses that RDS's own refusal lists.
    pub(super) fn start_cluster(&mut self, live: &LiveCluster) -> Result<Acceptance, Refusal> {
        if !["stopped", RECOVERABLE].contains(&live.status.as_str()) {
            let message = format!(
                "DbCluster {} is in {} state but expected it to be one of stopped,{RECOVERABLE}.",
                live.cluster_id, live.status
            );
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        let lock_scope = self.cluster_unit(live);
        if self.state.is_busy(&lock_scope, self.now) {
            let message = format!("DBCluster {} has an operation in progress.", live.cluster_id);
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        self.require_capacity()?;
        self.state.begin_start(&lock_scope, self.now, self.behaviour);
        Ok(self.answer("starting", &live.status))
    }

    /// Multi-AZ DB clusters, Serverless v1, and clusters that replicate or belong to a global
    /// database are not stopped. By which codes RDS refuses them is not verified.
    fn refuse_unstoppable_cluster(&self, live: &LiveCluster) -> Result<(), Refusal> {
        let replicates = live.replica_source.is_some() || !live.replicas.is_empty();
        let serverless = live.engine_mode.as_deref() == Some("serverless");
        let global = live.global_cluster_id.is_some();
        if !is_aurora(&live.engine) || replicates || serverless || global {
            let message = format!("DBCluster {} can't be stopped.", live.cluster_id);
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        Ok(())
    }

    fn require_capacity(&self) -> Result<(), Refusal> {
        if self.behaviour.start_outcome == StartOutcome::NoCapacity {
            let message = "There is no capacity for the instance class in the zone.";
            return Err(refusal("InsufficientDBInstanceCapacity", message.to_owned()));
        }
        Ok(())
    }

    fn answer(&self, status: &str, before: &str) -> Acceptance {
        let shown = if self.behaviour.answer_shows_rebooting { status } else { before };
        Acceptance { receipt: receipt(Some(shown)), flushed: BTreeMap::new() }
    }
}

/// RDS Custom, and members of clusters, which are stopped and started as a whole ("not eligible for
/// stopping and starting", as seen in the field).
fn refuse_kind(live: &LiveInstance) -> Result<(), Refusal> {
    if live.engine.starts_with("custom-") {
        let message = "The command doesn't apply to RDS Custom.";
        return Err(refusal("InvalidParameterValue", message.to_owned()));
    }
    if live.cluster_id.is_some() {
        let message =
            format!("{} DB instances are not eligible for stopping and starting.", live.engine);
        return Err(refusal("InvalidParameterCombination", message));
    }
    Ok(())
}

/// Replicas and their sources, and SQL Server with a standby (RDS User Guide, "Stopping an Amazon
/// RDS DB instance temporarily"). By which code RDS refuses them is not verified.
fn refuse_unstoppable(live: &LiveInstance) -> Result<(), Refusal> {
    refuse_kind(live)?;
    let replicates = live.replica_source.is_some()
        || live.source_cluster.is_some()
        || !live.replicas.is_empty()
        || !live.replica_clusters.is_empty();
    let mirrored = live.engine.starts_with("sqlserver") && live.multi_az;
    if replicates || mirrored {
        let message = format!("Instance {} can't be stopped.", live.instance_id);
        return Err(refusal("InvalidDBInstanceState", message));
    }
    Ok(())
}

impl State {
    /// Sets the start of an instance, or of a cluster with its members, going.
    pub(super) fn begin_start(
        &mut self,
        lock_scope: &LockScope,
        now: Timestamp,
        behaviour: &Behaviour,
    ) {
        let length = self.lasting(behaviour, behaviour.start);
        for (member, part) in self.members_in_turn(lock_scope) {
            self.begin_start_of(&member, now, length.mul_f64(part), behaviour);
        }
        self.begin_start_of(lock_scope, now, length, behaviour);
    }

    /// A start that falls back shows `stopping` and `stopped` after a while.
    fn begin_start_of(
        &mut self,
        lock_scope: &LockScope,
        now: Timestamp,
        length: Duration,
        behaviour: &Behaviour,
    ) {
        // The start by RDS itself is off.
        self.unschedule(lock_scope);
        self.enter_status(lock_scope, now, "starting");
        let ends_at = after(now, length);
        if behaviour.start_outcome == StartOutcome::FallsBack {
            let half = after(now, length.mul_f64(0.5));
            self.schedule(half, lock_scope, Change::Status("stopping".to_owned()));
            self.schedule(ends_at, lock_scope, Change::Stopped);
        } else {
            let status = behaviour.start_ends_in.clone();
            self.schedule(ends_at, lock_scope, Change::Started(status));
        }
        let idle = after(now, length + behaviour.scaled(behaviour.busy_after));
        self.keep_busy(lock_scope, idle);
    }

    /// A stop drops what waits, but for parameter and option groups (RDS User Guide, "Stopping an
    /// Amazon RDS DB instance temporarily").
    pub(super) fn stopped(&mut self, lock_scope: &LockScope, at: Timestamp, behaviour: &Behaviour) {
        let restart = after(at, behaviour.scaled(behaviour.restart_after));
        match lock_scope {
            LockScope::Instance(target) => {
                let in_cluster = self
                    .instance(target)
                    .is_some_and(|instance| instance.live.latest().cluster_id.is_some());
                self.change(target, at, |live| {
                    STOPPED.clone_into(&mut live.status);
                    live.pending_modifications.clear();
                    live.automatic_restart_time = Some(restart);
                });
                self.note_power(target, STOPPED);
                if in_cluster {
                    self.report_event(lock_scope.clone(), at, EventKind::Stopped, behaviour);
                    return;
                }
            }
            LockScope::Cluster(cluster) => {
                self.change_cluster(cluster, at, |live| {
                    STOPPED.clone_into(&mut live.status);
                    live.pending_modifications.clear();
                    live.automatic_restart_time = Some(restart);
                });
                self.note_cluster_power(cluster, STOPPED);
            }
        }
        self.report_event(lock_scope.clone(), at, EventKind::Stopped, behaviour);
        self.schedule(restart, lock_scope, Change::StartedBySchedule);
    }

    /// RDS starts what was stopped for seven days, and reports it by an event of its own
    /// (RDS-EVENT-0153 and 0154).
    pub(super) fn start_by_schedule(
        &mut self,
        lock_scope: &LockScope,
        at: Timestamp,
        behaviour: &Behaviour,
    ) {
        self.report_event(lock_scope.clone(), at, EventKind::StartedBySchedule, behaviour);
        self.begin_start(lock_scope, at, behaviour);
    }

    /// A start also puts static parameters in use that waited for a reboot (RDS User Guide,
    /// "Working with parameter groups").
    pub(super) fn started(
        &mut self,
        lock_scope: &LockScope,
        at: Timestamp,
        status: &str,
        behaviour: &Behaviour,
    ) {
        match lock_scope {
            LockScope::Instance(target) => {
                self.change(target, at, |live| {
                    status.clone_into(&mut live.status);
                    live.automatic_restart_time = None;
                    parameter_groups::restarted(live, &behaviour.parameters_end_in);
                });
                self.note_power(target, status);
            }
            LockScope::Cluster(cluster) => {
                self.change_cluster(cluster, at, |live| {
                    status.clone_into(&mut live.status);
                    live.automatic_restart_time = None;
                });
                self.note_cluster_power(cluster, status);
            }
        }
        if status == AVAILABLE {
            self.report_event(lock_scope.clone(), at, EventKind::Started, behaviour);
        }
    }

    /// Counts that an instance is stopped, or runs again.
    pub(super) fn note_power(&mut self, target: &InstanceRef, status: &str) {
        if let Some(instance) = self.instance_mut(target) {
            instance.stops += usize::from(status == STOPPED);
            instance.starts += usize::from(status == AVAILABLE);
        }
    }

    /// Counts that a cluster is stopped, or runs again.
    pub(super) fn note_cluster_power(&mut self, cluster: &ClusterRef, status: &str) {
        if let Some(assembly) = self.assembly_mut(cluster) {
            assembly.stops += usize::from(status == STOPPED);
            assembly.starts += usize::from(status == AVAILABLE);
        }
    }

    /// The members of a cluster, each with the part of the cluster's time after which it has
    /// followed. An instance has none.
    pub(super) fn members_in_turn(&self, lock_scope: &LockScope) -> Vec<(LockScope, f64)> {
        let LockScope::Cluster(cluster) = lock_scope else { return Vec::new() };
        let Some(live) = self.assembly(cluster).map(|assembly| assembly.live.latest()) else {
            return Vec::new();
        };
        let member = |id: &String| {
            let instance_id: InstanceId = id.parse().ok()?;
            let is_writer = live.writer.as_ref() == Some(id);
            let ClusterRef { account_id, region, .. } = cluster.clone();
            let target = InstanceRef { account_id, region, instance_id };
            Some((LockScope::Instance(target), if is_writer { WRITER_AT } else { READERS_AT }))
        };
        live.members.iter().filter_map(member).collect()
    }

    fn enter_status(&mut self, lock_scope: &LockScope, at: Timestamp, status: &str) {
        match lock_scope {
            LockScope::Instance(target) => {
                self.change(target, at, |live| status.clone_into(&mut live.status));
            }
            LockScope::Cluster(cluster) => {
                self.change_cluster(cluster, at, |live| status.clone_into(&mut live.status));
            }
        }
    }
}

/// RDS could not use the key of the database, and can again.
const RECOVERABLE: &str = "inaccessible-encryption-credentials-recoverable";

const STOPPED: &str = "stopped";

const AVAILABLE: &str = "available";
