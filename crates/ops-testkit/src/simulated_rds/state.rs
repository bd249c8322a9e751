//! Everything that the simulated RDS knows, and how it changes as time passes.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::id::SnapshotId;
use ops_domain::instance::{InstanceRef, LiveCluster, LiveInstance, Scope};
use ops_domain::observation::{EventKind, InstanceEvent, Snapshot};
use ops_domain::time::{Timestamp, after, delta};
use ops_domain::window::BackupWindow;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::simulated_rds::behaviour::{Behaviour, Events};
use crate::simulated_rds::instance::PENDING_REBOOT;
use crate::simulated_rds::journal::Recorded;
use crate::simulated_rds::timeline::Timeline;

/// Everything that the simulated RDS knows, what is under way included.
///
/// It may be stored as JSON and restored later: what became due in between happens then, as of the time it was due.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct State {
    /// By the text of the target.
    pub(super) residents: BTreeMap<String, Resident>,
    /// By scope and cluster identifier.
    pub(super) clusters: BTreeMap<String, LiveCluster>,
    /// By scope and snapshot identifier.
    pub(super) snapshots: BTreeMap<String, Timeline<Snapshot>>,
    pub(super) events: Vec<Told>,
    /// What is under way, the earliest first.
    schedule: Vec<Due>,
    orders: Vec<Recorded>,
    /// How many orders ever arrived.
    arrived: u64,
    /// How often chance was asked.
    rolls: u64,
}

/// One instance with its past.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Resident {
    pub(super) live: Timeline<LiveInstance>,
    pub(super) restarts: usize,
    #[serde(default)]
    pub(super) failovers: usize,
}

/// An event and when RDS tells it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Told {
    pub(super) scope: Scope,
    pub(super) event: InstanceEvent,
    pub(super) told_at: Timestamp,
}

/// A change that is under way.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Due {
    at: Timestamp,
    target: InstanceRef,
    change: Change,
}

/// One elementary change.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// The instance enters this status.
    Status(String),
    /// The standby's zone becomes the primary's, and the other way round.
    ZonesSwapped,
    /// Static parameters that waited for a reboot are in use.
    ParametersApplied,
    /// The backup window becomes this one.
    Window(BackupWindow),
    /// These modifications, which waited, are applied.
    Modified(BTreeMap<String, String>),
    /// Something happened that RDS tells as an event.
    Event(EventKind),
    /// The snapshot enters this status at this percentage.
    Snapshot(SnapshotId, String, u8),
}

/// RDS keeps events for 14 days (RDS model, `DescribeEvents`).
pub(super) const EVENTS_KEPT: Duration = Duration::from_hours(14 * 24);

/// Orders that the journal keeps, so that a state that lives for long does not grow for ever.
const ORDERS_KEPT: usize = 10_000;

impl State {
    /// Lets everything happen that is due by `now`.
    pub(super) fn advance(&mut self, now: Timestamp, behaviour: &Behaviour) {
        let is_due = self.schedule.partition_point(|due| due.at <= now);
        if is_due == 0 {
            return;
        }
        let due: Vec<Due> = self.schedule.drain(..is_due).collect();
        for due in due {
            self.apply(due, behaviour);
        }
        self.forget(now, behaviour);
    }

    /// Has `change` happen at `at`.
    pub(super) fn schedule(&mut self, at: Timestamp, target: &InstanceRef, change: Change) {
        let place = self.schedule.partition_point(|due| due.at <= at);
        self.schedule.insert(place, Due { at, target: target.clone(), change });
    }

    /// Drops what is under way for the instance itself; its snapshots go on.
    pub(super) fn unschedule(&mut self, target: &InstanceRef) {
        let of_snapshot = |change: &Change| matches!(change, Change::Snapshot(..));
        self.schedule.retain(|due| due.target != *target || of_snapshot(&due.change));
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

    pub(super) fn resident(&self, target: &InstanceRef) -> Option<&Resident> {
        self.residents.get(&target.to_string())
    }

    pub(super) fn resident_mut(&mut self, target: &InstanceRef) -> Option<&mut Resident> {
        self.residents.get_mut(&target.to_string())
    }

    /// The manual snapshots of one account and Region.
    pub(super) fn snapshots_in(&self, scope: &Scope) -> impl Iterator<Item = &Snapshot> {
        let prefix = format!("{scope}/");
        self.snapshots.iter().filter(move |(key, _)| key.starts_with(&prefix)).map(|(_, snapshot)| snapshot.latest())
    }

    pub(super) fn record(&mut self, recorded: Recorded) {
        self.arrived += 1;
        if self.orders.len() >= ORDERS_KEPT {
            self.orders.remove(0);
        }
        self.orders.push(recorded);
    }

    pub(super) fn orders(&self) -> &[Recorded] {
        &self.orders
    }

    /// The id of the request that is being answered.
    pub(super) fn request_id(&self) -> String {
        format!("00000000-0000-0000-0000-{:012}", self.arrived + 1)
    }

    fn apply(&mut self, due: Due, behaviour: &Behaviour) {
        let Due { at, target, change } = due;
        match change {
            Change::Status(status) => self.change(&target, at, |live| live.status = status),
            Change::ZonesSwapped => self.change(&target, at, |live| {
                std::mem::swap(&mut live.availability_zone, &mut live.secondary_availability_zone);
            }),
            Change::ParametersApplied => self.change(&target, at, |live| {
                if live.parameter_apply_statuses.remove(PENDING_REBOOT) {
                    live.parameter_apply_statuses.insert(behaviour.parameters_end_in.clone());
                }
            }),
            Change::Window(window) => self.change(&target, at, |live| live.backup_window = Some(window)),
            Change::Modified(settings) => self.change(&target, at, |live| modify(live, &settings)),
            Change::Event(kind) => self.tell(&target, at, kind, behaviour),
            Change::Snapshot(id, status, percent) => self.change_snapshot(&target.scope(), &id, at, status, percent),
        }
    }

    fn change(&mut self, target: &InstanceRef, at: Timestamp, change: impl FnOnce(&mut LiveInstance)) {
        if let Some(resident) = self.resident_mut(target) {
            resident.live.change(at, change);
        }
    }

    fn change_snapshot(&mut self, scope: &Scope, id: &SnapshotId, at: Timestamp, status: String, percent: u8) {
        if let Some(snapshot) = self.snapshots.get_mut(&format!("{scope}/{id}")) {
            snapshot.change(at, |snapshot| {
                snapshot.status = status;
                snapshot.percent = Some(percent);
                snapshot.created_at = snapshot.created_at.or(Some(at));
            });
        }
    }

    fn tell(&mut self, target: &InstanceRef, at: Timestamp, kind: EventKind, behaviour: &Behaviour) {
        let Events::After(late) = behaviour.events else { return };
        let event = InstanceEvent { instance_id: target.instance_id.clone(), at, kind };
        self.events.push(Told { scope: target.scope(), event, told_at: after(at, behaviour.scaled(late)) });
    }

    /// Drops what no read can show any more.
    fn forget(&mut self, now: Timestamp, behaviour: &Behaviour) {
        let oldest_read = now - delta(behaviour.scaled(behaviour.lag + behaviour.stale_for));
        for resident in self.residents.values_mut() {
            resident.live.forget(oldest_read);
        }
        for snapshot in self.snapshots.values_mut() {
            snapshot.forget(oldest_read);
        }
        self.events.retain(|told| now - told.event.at <= delta(EVENTS_KEPT));
    }
}

/// Applies modifications that waited. The description has a field of its own for the instance class alone.
fn modify(live: &mut LiveInstance, settings: &BTreeMap<String, String>) {
    for (setting, value) in settings {
        live.pending_modifications.remove(setting);
        if setting == "DBInstanceClass" {
            live.instance_class = Some(value.clone());
        }
    }
}
