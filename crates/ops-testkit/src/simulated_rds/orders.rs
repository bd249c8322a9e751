//! What RDS makes of an order: the refusals of the RDS model and of the field, and what an accepted order sets going.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::instance::{InstanceRef, LiveInstance};
use ops_domain::observation::{EventKind, Snapshot};
use ops_domain::operation::{Order, create_snapshot, modify_backup_window, reboot_instance};
use ops_domain::ports::Receipt;
use ops_domain::time::{Timestamp, after};

use crate::simulated_rds::behaviour::{Behaviour, FailoverOutcome};
use crate::simulated_rds::state::{Change, State};
use crate::simulated_rds::timeline::Timeline;

/// RDS's refusal of an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// RDS's acceptance of an order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Acceptance {
    pub(super) receipt: Receipt,
    /// The modifications that waited and are applied with it.
    pub(super) flushed: BTreeMap<String, String>,
}

/// One order that has arrived, with all that decides about it.
pub(super) struct Arrival<'a> {
    pub(super) state: &'a mut State,
    pub(super) behaviour: &'a Behaviour,
    pub(super) target: &'a InstanceRef,
    pub(super) now: Timestamp,
}

impl Arrival<'_> {
    /// Refuses the order, or sets it going.
    pub(super) fn take(mut self, order: &Order) -> Result<Acceptance, Refusal> {
        let live = match self.state.resident(self.target) {
            Some(resident) => resident.live.latest().clone(),
            None => return Err(refusal("DBInstanceNotFound", format!("DBInstance {} not found.", self.target))),
        };
        match order {
            Order::CreateSnapshot(order) => self.create_snapshot(&live, order),
            Order::RebootInstance(order) => self.reboot(&live, order),
            Order::ModifyBackupWindow(order) => self.modify_backup_window(&live, order),
        }
    }

    /// A snapshot goes from `creating` to `available` with a rising percentage; the instance is `backing-up` for a
    /// while, which need not end together with the snapshot.
    fn create_snapshot(&mut self, live: &LiveInstance, order: &create_snapshot::Order) -> Result<Acceptance, Refusal> {
        refuse_member(live, "CreateDBClusterSnapshot")?;
        require_status(live, &["available", "storage-optimization"])?;
        let scope = self.target.scope();
        let key = format!("{scope}/{}", order.snapshot_id);
        if self.state.snapshots.contains_key(&key) {
            let message = format!("Cannot create the snapshot because one with the identifier {key} already exists.");
            return Err(refusal("DBSnapshotAlreadyExists", message));
        }
        if self.state.snapshots_in(&scope).count() >= self.behaviour.snapshot_quota {
            return Err(refusal("SnapshotQuotaExceeded", "The quota of manual snapshots is used up.".to_owned()));
        }
        self.state.snapshots.insert(key, Timeline::since(self.now, self.new_snapshot(order)));
        self.set_snapshot_going(order);
        self.enter_for(live, "backing-up", self.behaviour.backing_up);
        Ok(Acceptance { receipt: receipt(None), flushed: BTreeMap::new() })
    }

    fn new_snapshot(&self, order: &create_snapshot::Order) -> Snapshot {
        let InstanceRef { account_id, region, instance_id } = self.target;
        Snapshot {
            snapshot_id: order.snapshot_id.clone(),
            instance_id: Some(instance_id.to_string()),
            arn: Some(format!("arn:aws:rds:{region}:{account_id}:snapshot:{}", order.snapshot_id)),
            status: "creating".to_owned(),
            percent: Some(0),
            created_at: None,
            tags: order.tags.iter().map(|tag| (tag.key.as_str().to_owned(), tag.value.as_str().to_owned())).collect(),
        }
    }

    fn set_snapshot_going(&mut self, order: &create_snapshot::Order) {
        let length = self.state.lasting(self.behaviour, self.behaviour.snapshot);
        let ends_in = self.behaviour.snapshot_ends_in.as_str();
        for (percent, status) in
            [(10, "creating"), (30, "creating"), (55, "creating"), (80, "creating"), (100, ends_in)]
        {
            let change = Change::Snapshot(order.snapshot_id.clone(), status.to_owned(), percent);
            self.state.schedule(after(self.now, length.mul_f64(f64::from(percent) / 100.0)), self.target, change);
        }
    }

    /// A reboot is refused outside `available` (and `incompatible-parameters`, which it may mend), and a failover
    /// without a standby (RDS model, `RebootDBInstance`).
    fn reboot(&mut self, live: &LiveInstance, order: &reboot_instance::Order) -> Result<Acceptance, Refusal> {
        require_status(live, &["available", "incompatible-parameters"])?;
        if order.force_failover && (!live.multi_az || live.cluster_id.is_some()) {
            let message = "You can't enable force failover if the instance isn't configured for Multi-AZ.";
            return Err(refusal("InvalidParameterCombination", message.to_owned()));
        }
        match (order.force_failover, self.behaviour.failover_outcome) {
            (false, _) => self.restart(false),
            (true, FailoverOutcome::Completes) => self.restart(true),
            (true, FailoverOutcome::AbandonedAfterRestart) => {
                self.restart(false);
                self.state.schedule(self.now, self.target, Change::Event(EventKind::FailoverAbandoned));
            }
            (true, FailoverOutcome::Abandoned) => {
                self.state.schedule(self.now, self.target, Change::Event(EventKind::FailoverAbandoned));
            }
        }
        let shown = if self.behaviour.answer_shows_rebooting { "rebooting" } else { live.status.as_str() };
        Ok(Acceptance { receipt: receipt(Some(shown)), flushed: BTreeMap::new() })
    }

    /// The instance is `rebooting`, tells its shutdown and restart, and comes back; waiting static parameters are in
    /// use then, but not after a failover (RDS model, `ModifyDBInstance`).
    fn restart(&mut self, failover: bool) {
        let length = if failover { self.behaviour.failover } else { self.behaviour.reboot };
        let length = self.state.lasting(self.behaviour, length);
        let ends_in = self.behaviour.reboot_ends_in.clone();
        let restarted = if ends_in == "available" { EventKind::Restarted } else { EventKind::RestartFailed };
        let mut steps = vec![(0.1, Change::Event(EventKind::Shutdown)), (0.8, Change::Event(restarted))];
        if failover {
            steps.push((0.3, Change::Event(EventKind::FailoverStarted)));
            steps.push((0.9, Change::Event(EventKind::FailoverCompleted)));
        } else {
            let applied = after(self.now, length.mul_f64(0.8) + self.behaviour.scaled(self.behaviour.parameters_lag));
            self.state.schedule(applied, self.target, Change::ParametersApplied);
        }
        steps.push((1.0, Change::Status(ends_in)));
        for (part, change) in steps {
            self.state.schedule(after(self.now, length.mul_f64(part)), self.target, change);
        }
        if failover {
            let swapped = after(self.now, length + self.behaviour.scaled(self.behaviour.zone_lag));
            self.state.schedule(swapped, self.target, Change::ZonesSwapped);
        }
        self.enter("rebooting");
        if let Some(resident) = self.state.resident_mut(self.target) {
            resident.restarts += 1;
            resident.failovers += usize::from(failover);
        }
    }

    /// A window shows after a moment, with `ApplyImmediately` or without; with it, RDS also applies everything else
    /// that waits (RDS model, `ModifyDBInstance`).
    fn modify_backup_window(
        &mut self,
        live: &LiveInstance,
        order: &modify_backup_window::Order,
    ) -> Result<Acceptance, Refusal> {
        refuse_member(live, "ModifyDBCluster")?;
        require_status(live, &["available", "storage-optimization", "storage-initialization", "storage-full"])?;
        if live.maintenance_window.is_some_and(|maintenance| order.backup_window.overlaps(&maintenance)) {
            let message = "The backup window and maintenance window must not overlap.";
            return Err(refusal("InvalidParameterValue", message.to_owned()));
        }
        let delay = self.state.lasting(self.behaviour, self.behaviour.window_delay);
        self.state.schedule(after(self.now, delay), self.target, Change::Window(order.backup_window));
        let flushed = if order.apply_immediately { live.pending_modifications.clone() } else { BTreeMap::new() };
        if !flushed.is_empty() {
            let applied = self.enter_for(live, "modifying", self.behaviour.modifying);
            self.state.schedule(applied, self.target, Change::Modified(flushed.clone()));
        }
        Ok(Acceptance { receipt: receipt(Some(&live.status)), flushed })
    }

    /// The instance enters `status` for a while, and then its present one again. Gives back when that is.
    fn enter_for(&mut self, live: &LiveInstance, status: &str, length: Duration) -> Timestamp {
        let until = after(self.now, self.state.lasting(self.behaviour, length));
        self.state.schedule(until, self.target, Change::Status(live.status.clone()));
        self.enter(status);
        until
    }

    fn enter(&mut self, status: &str) {
        if let Some(resident) = self.state.resident_mut(self.target) {
            resident.live.change(self.now, |live| status.clone_into(&mut live.status));
        }
    }
}

fn receipt(instance_status: Option<&str>) -> Receipt {
    Receipt { instance_status: instance_status.map(str::to_owned) }
}

fn refusal(code: &'static str, message: String) -> Refusal {
    Refusal { code, message }
}

/// Snapshots and backup windows of cluster members belong to the cluster (RDS model, `CreateDBClusterSnapshot` and `ModifyDBCluster`).
fn refuse_member(live: &LiveInstance, instead: &str) -> Result<(), Refusal> {
    match &live.cluster_id {
        Some(_) => {
            let message = format!("The specified DB Instance is a member of a cluster. Use {instead} instead.");
            Err(refusal("InvalidParameterCombination", message))
        }
        None => Ok(()),
    }
}

fn require_status(live: &LiveInstance, allowed: &[&str]) -> Result<(), Refusal> {
    if allowed.contains(&live.status.as_str()) {
        return Ok(());
    }
    let message = format!("Instance {} is not in available state.", live.instance_id);
    Err(refusal("InvalidDBInstanceState", message))
}
