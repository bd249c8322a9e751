//! What RDS makes of a call: the refusals of the RDS model and of the field, and what an accepted
//! call sets going.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, SnapshotId};
use ops_domain::instance::{InstanceRef, LiveInstance, Scope, Tags};
use ops_domain::observation::{EventKind, Snapshot};
use ops_domain::ports::Receipt;
use ops_domain::rds_call::{ClusterSetting, InstanceSetting, RdsCall};
use ops_domain::tag::Tag;
use ops_domain::time::{Timestamp, after};

use crate::simulated_rds::behaviour::{Behaviour, FailoverOutcome};
use crate::simulated_rds::state::{Change, State};
use crate::simulated_rds::timeline::Timeline;
use crate::simulated_rds::windows::Window;

/// RDS's refusal of a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// RDS's acceptance of a call.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Acceptance {
    pub(super) receipt: Receipt,
    /// The modifications that waited and are applied with it.
    pub(super) flushed: BTreeMap<String, String>,
}

/// One call that has arrived, with all that decides about it.
pub(super) struct Arrival<'a> {
    pub(super) state: &'a mut State,
    pub(super) behaviour: &'a Behaviour,
    pub(super) target: &'a InstanceRef,
    pub(super) now: Timestamp,
}

impl Arrival<'_> {
    /// Refuses the call, or sets it going.
    pub(super) fn handle(mut self, call: &RdsCall) -> Result<Acceptance, Refusal> {
        match call {
            RdsCall::CreateDbSnapshot { instance_id, snapshot_id, tags } => {
                self.create_snapshot(&self.described(instance_id)?, snapshot_id, tags)
            }
            RdsCall::CreateDbClusterSnapshot { cluster_id, snapshot_id, tags } => {
                let cluster = self.described_cluster(cluster_id)?;
                self.create_cluster_snapshot(&cluster, snapshot_id, tags)
            }
            RdsCall::DeleteDbSnapshot { instance_id, snapshot_id } => {
                self.delete_snapshot(instance_id, snapshot_id)
            }
            RdsCall::DeleteDbClusterSnapshot { cluster_id, snapshot_id } => {
                self.delete_cluster_snapshot(cluster_id, snapshot_id)
            }
            RdsCall::RebootDbInstance { instance_id, force_failover } => {
                self.reboot(&self.described(instance_id)?, *force_failover)
            }
            RdsCall::FailoverDbCluster { cluster_id } => {
                self.fail_over_cluster(&self.described_cluster(cluster_id)?)
            }
            RdsCall::StopDbInstance { instance_id, snapshot_id } => {
                self.stop(&self.described(instance_id)?, snapshot_id.as_ref())
            }
            RdsCall::StartDbInstance { instance_id } => self.start(&self.described(instance_id)?),
            RdsCall::StopDbCluster { cluster_id } => {
                self.stop_cluster(&self.described_cluster(cluster_id)?)
            }
            RdsCall::StartDbCluster { cluster_id } => {
                self.start_cluster(&self.described_cluster(cluster_id)?)
            }
            RdsCall::ModifyDbInstance { instance_id, setting, apply_immediately } => {
                self.modify_instance(&self.described(instance_id)?, setting, *apply_immediately)
            }
            RdsCall::ModifyDbCluster { cluster_id, setting, apply_immediately } => {
                let live = self.described_cluster(cluster_id)?;
                let window = match setting {
                    ClusterSetting::BackupWindow(window) => Window::Backup(*window),
                    ClusterSetting::MaintenanceWindow(window) => Window::Maintenance(*window),
                };
                self.modify_cluster_window(&live, window, *apply_immediately)
            }
        }
    }

    fn modify_instance(
        &mut self,
        live: &LiveInstance,
        setting: &InstanceSetting,
        apply_immediately: bool,
    ) -> Result<Acceptance, Refusal> {
        match setting {
            InstanceSetting::BackupWindow(window) => {
                self.modify_instance_window(live, Window::Backup(*window), apply_immediately)
            }
            InstanceSetting::MaintenanceWindow(window) => {
                self.modify_instance_window(live, Window::Maintenance(*window), apply_immediately)
            }
            InstanceSetting::ParameterGroup(name) => {
                self.change_parameter_group(live, name, apply_immediately)
            }
            InstanceSetting::Class(class) => self.modify_class(live, class, apply_immediately),
        }
    }

    /// The instance as RDS knows it. A call is authorised for one instance; that it names another
    /// one is a defect of the caller.
    fn described(&self, id: &InstanceId) -> Result<LiveInstance, Refusal> {
        assert_eq!(*id, self.target.instance_id, "a call goes to the instance it is allowed for");
        let instance = self.state.instance(self.target);
        let live = instance.map(|instance| instance.live.latest().clone());
        live.ok_or_else(|| {
            refusal("DBInstanceNotFound", format!("DBInstance {} not found.", self.target))
        })
    }

    pub(super) fn lock_scope(&self) -> LockScope {
        LockScope::Instance(self.target.clone())
    }

    /// A snapshot goes from `creating` to `available` with a rising percentage; the instance is
    /// `backing-up` for a while, which need not end together with the snapshot.
    fn create_snapshot(
        &mut self,
        live: &LiveInstance,
        snapshot_id: &SnapshotId,
        tags: &[Tag],
    ) -> Result<Acceptance, Refusal> {
        refuse_member(live, "CreateDBClusterSnapshot")?;
        self.require_status(live, &["available", "storage-optimization"])?;
        self.require_room_for(snapshot_id)?;
        self.begin_snapshot(live, snapshot_id, tags);
        self.enter_for(&self.lock_scope(), "backing-up", &live.status, self.behaviour.backing_up);
        Ok(Acceptance { receipt: receipt(None), flushed: BTreeMap::new() })
    }

    /// Refuses a name that is taken, and a snapshot beyond the quota.
    pub(super) fn require_room_for(&self, snapshot_id: &SnapshotId) -> Result<(), Refusal> {
        let scope = self.target.scope();
        let key = format!("{scope}/{snapshot_id}");
        if self.state.snapshots.contains_key(&key) {
            let message = format!(
                "Cannot create the snapshot because one with the identifier {key} already exists."
            );
            return Err(refusal("DBSnapshotAlreadyExists", message));
        }
        if self.state.snapshots_in(&scope).count() >= self.behaviour.snapshot_quota {
            return Err(refusal(
                "SnapshotQuotaExceeded",
                "The quota of manual snapshots is used up.".to_owned(),
            ));
        }
        Ok(())
    }

    /// Has the snapshot be there, and sets it going. Returns how long it takes.
    pub(super) fn begin_snapshot(
        &mut self,
        live: &LiveInstance,
        snapshot_id: &SnapshotId,
        tags: &[Tag],
    ) -> Duration {
        let tags = snapshot_tags(tags, &live.tags, live.copy_tags_to_snapshot);
        let resource_id = live.dbi_resource_id.clone();
        let snapshot = new_snapshot(&self.lock_scope(), resource_id, snapshot_id, tags);
        let key = format!("{}/{snapshot_id}", self.target.scope());
        self.state.snapshots.insert(key, Timeline::since(self.now, snapshot));
        self.set_snapshot_going(&self.lock_scope(), snapshot_id)
    }

    /// Returns how long the snapshot takes.
    pub(super) fn set_snapshot_going(
        &mut self,
        lock_scope: &LockScope,
        snapshot_id: &SnapshotId,
    ) -> Duration {
        let length = self.state.lasting(self.behaviour, self.behaviour.snapshot);
        let ends_in = self.behaviour.snapshot_ends_in.as_str();
        for (percent, status) in
            [(10, "creating"), (30, "creating"), (55, "creating"), (80, "creating"), (100, ends_in)]
        {
            let change = Change::Snapshot(snapshot_id.clone(), status.to_owned(), percent);
            self.state.schedule(
                after(self.now, length.mul_f64(f64::from(percent) / 100.0)),
                lock_scope,
                change,
            );
        }
        length
    }

    /// A reboot is refused unless the instance is in use (also while RDS works on its storage) or
    /// in `incompatible-parameters`, which it may end. So is a failover without a standby, or of
    /// RDS Custom, with a code that is not documented (RDS model, `RebootDBInstance`).
    fn reboot(&mut self, live: &LiveInstance, force_failover: bool) -> Result<Acceptance, Refusal> {
        if live.engine.starts_with("custom-") {
            return Err(refusal(
                "InvalidParameterValue",
                "The command doesn't apply to RDS Custom.".to_owned(),
            ));
        }
        let allowed = [
            "available",
            "storage-optimization",
            "storage-initialization",
            "incompatible-parameters",
        ];
        self.require_status(live, &allowed)?;
        if force_failover && (!live.multi_az || live.cluster_id.is_some()) {
            let message =
                "You can't enable force failover if the instance isn't configured for Multi-AZ.";
            return Err(refusal("InvalidParameterCombination", message.to_owned()));
        }
        match (force_failover, self.behaviour.failover_outcome) {
            (false, _) => {
                self.restart(false);
                self.restart_readers(live);
            }
            (true, FailoverOutcome::Completes) => self.restart(true),
            (true, FailoverOutcome::AbandonedAfterRestart) => {
                self.restart(false);
                self.state.schedule(
                    self.now,
                    &self.lock_scope(),
                    Change::Event(EventKind::FailoverAbandoned),
                );
            }
            (true, FailoverOutcome::Abandoned) => {
                self.state.schedule(
                    self.now,
                    &self.lock_scope(),
                    Change::Event(EventKind::FailoverAbandoned),
                );
            }
        }
        let shown =
            if self.behaviour.answer_shows_rebooting { "rebooting" } else { live.status.as_str() };
        Ok(Acceptance { receipt: receipt(Some(shown)), flushed: BTreeMap::new() })
    }

    /// The instance is `rebooting`, tells its shutdown and restart, and comes back; waiting static
    /// parameters are in use then, but not after a failover (RDS model, `ModifyDBInstance`).
    pub(super) fn restart(&mut self, failover: bool) {
        let length = if failover { self.behaviour.failover } else { self.behaviour.reboot };
        let length = self.state.lasting(self.behaviour, length);
        let ends_in = self.behaviour.reboot_ends_in.clone();
        let restarted =
            if ends_in == "available" { EventKind::Restarted } else { EventKind::RestartFailed };
        let mut steps =
            vec![(0.1, Change::Event(EventKind::Shutdown)), (0.8, Change::Event(restarted))];
        if failover {
            steps.push((0.3, Change::Event(EventKind::FailoverStarted)));
            steps.push((0.9, Change::Event(EventKind::FailoverCompleted)));
        } else {
            let applied = after(
                self.now,
                length.mul_f64(0.8) + self.behaviour.scaled(self.behaviour.parameters_lag),
            );
            let change = Change::ParametersApplied(self.behaviour.parameters_end_in.clone());
            self.state.schedule(applied, &self.lock_scope(), change);
        }
        steps.push((1.0, Change::Status(ends_in)));
        for (part, change) in steps {
            self.state.schedule(after(self.now, length.mul_f64(part)), &self.lock_scope(), change);
        }
        if failover {
            let swapped = after(self.now, length + self.behaviour.scaled(self.behaviour.zone_lag));
            self.state.schedule(swapped, &self.lock_scope(), Change::ZonesSwapped);
        }
        self.enter(&self.lock_scope(), "rebooting", length);
        if let Some(instance) = self.state.instance_mut(self.target) {
            instance.restarts += 1;
            instance.failovers += usize::from(failover);
        }
    }

    /// The instance or the cluster enters `status` for a while, and then `back`. Returns when
    /// that is.
    pub(super) fn enter_for(
        &mut self,
        lock_scope: &LockScope,
        status: &str,
        back: &str,
        length: Duration,
    ) -> Timestamp {
        let length = self.state.lasting(self.behaviour, length);
        let until = after(self.now, length);
        self.state.schedule(until, lock_scope, Change::Status(back.to_owned()));
        self.enter(lock_scope, status, length);
        until
    }

    /// The instance or the cluster enters `status` for `length`; RDS is busy with it for a while
    /// longer.
    pub(super) fn enter(&mut self, lock_scope: &LockScope, status: &str, length: Duration) {
        match lock_scope {
            LockScope::Instance(target) => {
                self.state.change(target, self.now, |live| status.clone_into(&mut live.status))
            }
            LockScope::Cluster(id) => {
                self.state.change_cluster(id, self.now, |live| status.clone_into(&mut live.status))
            }
        }
        let idle = after(self.now, length + self.behaviour.scaled(self.behaviour.busy_after));
        self.state.keep_busy(lock_scope, idle);
    }

    /// Refuses an instance in another status, and one that RDS is still busy with.
    pub(super) fn require_status(
        &self,
        live: &LiveInstance,
        allowed: &[&str],
    ) -> Result<(), Refusal> {
        if !allowed.contains(&live.status.as_str()) {
            let message = format!("Instance {} is not in available state.", live.instance_id);
            return Err(refusal("InvalidDBInstanceState", message));
        }
        if self.state.is_busy(&self.lock_scope(), self.now) {
            let message =
                "Instance cannot currently reboot due to an in-progress management operation.";
            return Err(refusal("InvalidDBInstanceState", message.to_owned()));
        }
        Ok(())
    }
}

pub(super) fn receipt(instance_status: Option<&str>) -> Receipt {
    Receipt { instance_status: instance_status.map(str::to_owned), ..Receipt::default() }
}

/// A snapshot of an instance or of a cluster as RDS shows it first.
pub(super) fn new_snapshot(
    lock_scope: &LockScope,
    source_resource_id: Option<String>,
    snapshot_id: &SnapshotId,
    tags: Tags,
) -> Snapshot {
    let Scope { account_id, region } = lock_scope.scope();
    let (kind, source_id) = match lock_scope {
        LockScope::Instance(target) => ("snapshot", target.instance_id.to_string()),
        LockScope::Cluster(cluster) => ("cluster-snapshot", cluster.cluster_id.to_string()),
    };
    Snapshot {
        snapshot_id: snapshot_id.clone(),
        source_id: Some(source_id),
        source_resource_id,
        kind: Some("manual".to_owned()),
        arn: Some(format!("arn:aws:rds:{region}:{account_id}:{kind}:{snapshot_id}")),
        status: "creating".to_owned(),
        percent: Some(0),
        created_at: None,
        taken_at: None,
        tags,
    }
}

/// The tags of a new snapshot: those that were sent, or where none were, a copy of its source's,
/// where that copies them (RDS User Guide, "Tagging Amazon RDS resources").
pub(super) fn snapshot_tags(sent: &[Tag], source: &Tags, copying: bool) -> Tags {
    if sent.is_empty() && copying {
        return source
            .iter()
            .filter(|(key, _)| !key.starts_with("aws:"))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
    }
    sent.iter().map(|tag| (tag.key.as_str().to_owned(), tag.value.as_str().to_owned())).collect()
}

pub(super) fn refusal(code: &'static str, message: String) -> Refusal {
    Refusal { code, message }
}

/// Snapshots and backup windows of cluster members belong to the cluster (RDS model,
/// `CreateDBClusterSnapshot` and `ModifyDBCluster`).
pub(super) fn refuse_member(live: &LiveInstance, instead: &str) -> Result<(), Refusal> {
    match &live.cluster_id {
        Some(_) => {
            let message = format!(
                "The specified DB Instance is a member of a cluster. Use {instead} instead."
            );
            Err(refusal("InvalidParameterCombination", message))
        }
        None => Ok(()),
    }
}
