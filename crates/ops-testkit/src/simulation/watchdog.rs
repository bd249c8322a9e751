//! Watches a run as it goes: every order is checked when it is sent, every answer when it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ops_domain::config::Settings;
use ops_domain::environment::{Origin, Subject};
use ops_domain::id::OperationId;
use ops_domain::life::{Ending, OperationRecord, Phase};
use ops_domain::operation::Operation;
use ops_domain::policy::Authorized;
use ops_domain::ports::{Notice, OperationStore as _};
use ops_domain::request::Request;
use ops_domain::window::BackupWindow;

use super::schedule::Schedule;
use super::seed::Asked;
use crate::memory::MemoryStore;
use crate::simulated_rds::{Asked as SimulatedAsked, Recorded, SimulatedRds};

/// What was seen to be wrong, and what was said. Clones are the same watchdog.
#[derive(Clone)]
pub(super) struct Watchdog {
    rds: SimulatedRds,
    store: MemoryStore,
    schedule: Schedule,
    settings: Arc<Settings>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    violations: BTreeSet<String>,
    claims: BTreeMap<(String, String, String), BTreeSet<OperationId>>,
    done: BTreeSet<OperationId>,
}

impl Watchdog {
    pub(super) fn new(rds: SimulatedRds, store: MemoryStore, schedule: Schedule, settings: Arc<Settings>) -> Self {
        Self { rds, store, schedule, settings, seen: Arc::default() }
    }

    pub(super) fn violation(&self, what: String) {
        self.schedule.note(&format!("VIOLATION {what}"));
        self.seen().violations.insert(what);
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.seen().violations.iter().cloned().collect()
    }

    /// Before an order is sent: the intent is on the trail, the instance is held, and its live tags are not production's.
    pub(super) async fn sending(&self, order: &Authorized) {
        let id = order.operation_id();
        let accepted = self
            .store
            .entries()
            .into_iter()
            .any(|entry| entry.event.as_deref() == Some("accepted") && entry.operation_id == Some(id.to_string()));
        if !accepted {
            self.violation(format!("{id} was sent without an entry on the trail"));
        }
        let holder = self.store.holder(order.unit(), self.schedule.now()).await.ok().flatten();
        if holder != Some(id) {
            self.violation(format!("{id} was sent while {holder:?} held the instance"));
        }
        if self.is_production(order) {
            self.violation(format!("{id} was sent to a production instance"));
        }
    }

    fn is_production(&self, order: &Authorized) -> bool {
        let target = order.target();
        let Some(live) = self.rds.instance(target) else { return false };
        let subject = Subject {
            account_id: &target.account_id,
            instance_id: &target.instance_id,
            tags: &live.tags,
            origin: Origin::Live,
        };
        self.settings.environments.classify(&subject).environment.is_production()
    }

    /// An idempotency key led to this operation.
    pub(super) fn claimed(&self, asked: &Asked, request: &Request, id: OperationId) {
        let Some(key) = &asked.key else { return };
        let claim = (asked.caller.clone(), key.clone(), request.hash.clone());
        let mut seen = self.seen();
        let ids = seen.claims.entry(claim).or_default();
        ids.insert(id);
        if ids.len() > 1 {
            drop(seen);
            self.violation(format!("one idempotency key led to {id} and to another operation"));
        }
    }

    /// People were told this: it is on the trail, and says no more than that.
    pub(super) fn told(&self, notice: &Notice) {
        let on_the_trail = self.store.entries().iter().any(|entry| {
            entry.event.as_deref() == Some(notice.event.as_str())
                && entry.operation_id == notice.operation_id.map(|id| id.to_string())
                && entry.instance_id == notice.instance_id
                && entry.success == notice.success
        });
        if !on_the_trail {
            self.violation(format!("people were told what is not on the trail: {notice:?}"));
        }
    }

    /// Somebody was told this of an operation.
    pub(super) fn said(&self, record: &OperationRecord) {
        let Phase::Ended { ending: Ending::Succeeded { result }, .. } = &record.phase else { return };
        if result.get("changed").and_then(serde_json::Value::as_bool) == Some(false)
            || !self.seen().done.insert(record.id)
        {
            return;
        }
        let claims_change = result.get("changed").is_some();
        if !self.is_done(record, claims_change) {
            self.violation(format!("{} {} was called done and was not", record.id, record.operation.name()));
        }
    }

    /// Whether RDS has done what the operation asked.
    fn is_done(&self, record: &OperationRecord, claims_change: bool) -> bool {
        let orders = self.rds.orders();
        let accepted = orders.iter().any(|order| order.operation_id == record.id && order.is_accepted());
        match &record.operation {
            Operation::CreateSnapshot(create) => {
                accepted && self.snapshot_is_available(record, create.snapshot_id.as_str())
            }
            Operation::RebootInstance(_) => accepted && self.restarts_suffice(record),
            Operation::ModifyBackupWindow(modify) => {
                accepted || (!claims_change && self.window_was_set(record, modify.backup_window))
            }
        }
    }

    /// Whether the instance has had this window, by whatever order.
    fn window_was_set(&self, record: &OperationRecord, window: BackupWindow) -> bool {
        let set_it = |order: &Recorded| {
            order.target == record.target
                && order.is_accepted()
                && matches!(order.asked, SimulatedAsked::ModifyBackupWindow { backup_window, .. } if backup_window == window)
        };
        self.rds.backup_window(&record.target) == Some(window) || self.rds.orders().iter().any(set_it)
    }

    fn snapshot_is_available(&self, record: &OperationRecord, id: &str) -> bool {
        let snapshots = self.rds.snapshots(&record.target);
        snapshots.iter().any(|snapshot| snapshot.snapshot_id.as_str() == id && snapshot.status == "available")
    }

    /// Every reboot that was called done was a restart of its own.
    fn restarts_suffice(&self, record: &OperationRecord) -> bool {
        let seen = self.seen();
        let same = |other: &&OperationRecord| {
            other.target == record.target && matches!(other.operation, Operation::RebootInstance(_))
        };
        let records = self.store.records();
        let done = records.iter().filter(same).filter(|other| seen.done.contains(&other.id)).count();
        done <= self.rds.restarts(&record.target)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
