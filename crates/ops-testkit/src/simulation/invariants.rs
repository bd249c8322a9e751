//! Watches a run as it goes: every call is checked when it is sent, every answer when it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use ops_domain::id::OperationId;
use ops_domain::notice::Notice;
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::OperationStore as _;
use ops_domain::request::Request;
use ops_domain::settings::Settings;
use ops_domain::state::{Completion, OperationRecord, State};
use ops_domain::time::delta;
use ops_domain::watch::SENDER_GONE_AFTER;
use ops_simulator::simulated_rds::SimulatedRds;

use super::oracle;
use super::schedule::Schedule;
use super::seed::Asked;
use crate::memory::MemoryStore;

/// The most by which the clocks of two processes differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(8);

/// What was seen to be wrong, and what was said. Clones are the same watchdog.
#[derive(Clone)]
pub(super) struct Invariants {
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

impl Invariants {
    pub(super) fn new(
        rds: SimulatedRds,
        store: MemoryStore,
        schedule: Schedule,
        settings: Arc<Settings>,
    ) -> Self {
        Self { rds, store, schedule, settings, seen: Arc::default() }
    }

    pub(super) fn violation(&self, what: String) {
        self.schedule.note(&format!("VIOLATION {what}"));
        self.seen().violations.insert(what);
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.seen().violations.iter().cloned().collect()
    }

    /// Before a call is sent: the intent is on the trail, the instance is held, its time has come
    /// and is not over, its live tags are not production's, and a snapshot may be deleted.
    pub(super) async fn sending(&self, call: &AuthorizedCall) {
        let id = call.operation_id();
        let accepted = self.store.entries().into_iter().any(|entry| {
            entry.event.as_deref() == Some("accepted") && entry.operation_id == Some(id.to_string())
        });
        if !accepted {
            self.violation(format!("{id} was sent without an entry on the trail"));
        }
        let owner = self
            .store
            .lease_owners(std::slice::from_ref(call.lock_scope()), self.schedule.now())
            .await;
        let owner = owner.ok().and_then(|lease_owners| lease_owners.into_iter().next().flatten());
        if owner != Some(id) {
            self.violation(format!("{id} was sent while {owner:?} held the instance"));
        }
        self.in_time(id);
        if oracle::is_production(
            &self.rds,
            &self.settings.environments,
            call.target(),
            call.lock_scope(),
        ) {
            self.violation(format!("{id} was sent to a production database"));
        }
        if let Some(reason) = oracle::spared(&self.rds, &self.settings.environments, call) {
            self.violation(format!("{id} deletes a snapshot that {reason}"));
        }
    }

    /// A call is sent for the first time within the period in which its operation may start. The
    /// clocks of the processes differ, and a sender that has begun in time takes some more.
    fn in_time(&self, id: OperationId) {
        let Some(record) = self.store.records().into_iter().find(|record| record.id == id) else {
            return;
        };
        let now = self.schedule.now();
        let late = CLOCKS_DIFFER + delta(SENDER_GONE_AFTER);
        let in_time = record.start.from - CLOCKS_DIFFER <= now
            && (record.resends > 0 || now <= record.start.until + late);
        if !in_time {
            self.violation(format!("{id} was sent at {now}, not within {:?}", record.start));
        }
    }

    /// An idempotency key led to this operation.
    pub(super) fn claimed(&self, asked: &Asked, request: &Request, id: OperationId) {
        let Some(key) = &asked.key else { return };
        let idempotency = (asked.caller.clone(), key.clone(), request.hash.clone());
        let mut seen = self.seen();
        let ids = seen.claims.entry(idempotency).or_default();
        ids.insert(id);
        if ids.len() > 1 {
            drop(seen);
            self.violation(format!("one idempotency key led to {id} and to another operation"));
        }
    }

    /// People were told this: it is on the trail, and says no more than that.
    pub(super) fn notified(&self, notice: &Notice) {
        let on_the_trail = self.store.entries().iter().any(|entry| {
            entry.event.as_deref() == Some(notice.event.as_str())
                && entry.operation_id == notice.operation_id.map(|id| id.to_string())
                && entry.instance_id == notice.instance_id
                && entry.success == Some(notice.success)
        });
        if !on_the_trail {
            self.violation(format!("people were told what is not on the trail: {notice:?}"));
        }
    }

    /// Somebody was told this of an operation.
    pub(super) fn said(&self, record: &OperationRecord) {
        let State::Ended { completion: Completion::Succeeded { result }, .. } = &record.state
        else {
            return;
        };
        if result.get("changed").and_then(serde_json::Value::as_bool) == Some(false)
            || !self.seen().done.insert(record.id)
        {
            return;
        }
        let records = self.store.records();
        let done = self.seen().done.clone();
        let done: Vec<&OperationRecord> =
            records.iter().filter(|other| done.contains(&other.id)).collect();
        if !oracle::is_done(&self.rds, record, &done) {
            self.violation(format!(
                "{} {} was called done and was not",
                record.id,
                record.operation.name()
            ));
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
