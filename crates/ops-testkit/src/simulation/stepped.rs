//! The ports of one process: at each call, before and after its effect, others may go on or this
//! process may die. Here the planted bugs live, too.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, LiveInstance, PENDING_CLASS, Scope};
use ops_domain::job::{Due, Job};
use ops_domain::notice::Notice;
use ops_domain::observation::{EventKind, InstanceEvent, Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Commit, CommitError, Engine, EngineError,
    IdempotencyRecord, Ids, Inventory, InventoryError, InventoryPage, LeaseChange, Notifier,
    ObserveError, OperationQuery, OperationStore, Page, RdsControl, SendError, Sent, StoreError,
};
use ops_domain::state::{Gate, Lease, OperationRecord, State};
use ops_domain::time::Timestamp;
use ops_simulator::simulated_rds::SimulatedRds;

use super::executions::Executions;
use super::index::Index;
use super::invariants::Invariants;
use super::mutant::Mutant;
use super::schedule::Schedule;
use super::seed::World;
use crate::memory::{MemoryInventory, MemoryStore};

/// Every outside port of one process.
pub(super) struct Stepped {
    rds: SimulatedRds,
    store: MemoryStore,
    inventory: MemoryInventory,
    invariants: Invariants,
    schedule: Schedule,
    executions: Option<Executions>,
    index: Index,
    flickers: bool,
    mutant: Mutant,
    /// Begun, but not stored ([`Mutant::IntentStoredAfterTheCall`]).
    unstored: Mutex<BTreeMap<OperationId, Begin>>,
}

impl Stepped {
    pub(super) fn new(
        world: &World,
        invariants: Invariants,
        schedule: Schedule,
        executions: Option<Executions>,
        mutant: Mutant,
    ) -> Self {
        Self {
            rds: world.rds.clone(),
            store: world.store.clone(),
            inventory: world.inventory.clone(),
            invariants,
            schedule,
            executions,
            index: world.index.clone(),
            flickers: world.flickers,
            mutant,
            unstored: Mutex::default(),
        }
    }

    /// Does `call` between two points.
    async fn step<T>(&self, what: &str, call: impl Future<Output = T>) -> T {
        self.schedule.point(what).await;
        let done = call.await;
        self.schedule.point(&format!("{what} done")).await;
        done
    }

    /// As [`Stepped::step`], for a call that writes: what it wrote, an index shows a moment later.
    async fn write<T>(&self, what: &str, call: impl Future<Output = T>) -> T {
        let call = async {
            let done = call.await;
            self.index.note(self.schedule.now(), &self.store);
            done
        };
        self.step(what, call).await
    }
}

#[async_trait]
impl Inventory for Stepped {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.step("inventory", self.inventory.find(id)).await
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.step("inventory page", self.inventory.list(cursor, limit)).await
    }
}

#[async_trait]
impl RdsControl for Stepped {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        let mut seen = self.step("look", self.rds.observe(scope, request)).await?;
        self.flicker(&mut seen);
        self.blur(request, &mut seen).await;
        Ok(seen)
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.invariants.sending(call).await;
        self.schedule.note(&format!("{} sends {:?}", call.operation_id(), call.call()));
        // No point before the call: nothing happens between the live check and it.
        let mut sent = self.rds.send(call).await;
        if self.mutant == Mutant::LostCallsAreResent
            && matches!(sent.answer, Err(SendError::MayHaveHappened(_)))
        {
            sent = self.rds.send(call).await;
        }
        self.schedule.point("order done").await;
        sent
    }
}

/// Statuses that RDS shows in passing, for work of its own.
const PASSING: [&str; 4] = [
    "modifying",
    "configuring-enhanced-monitoring",
    "storage-optimization",
    "configuring-quantum-backups",
];

/// Shows the status that a database is on its way to.
fn show_early(seen: &mut Observation, way: &str, arrived: &str) {
    let instances = seen.instances.values_mut().map(|live| &mut live.status);
    let clusters = seen.clusters.values_mut().map(|live| &mut live.status);
    for status in instances.chain(clusters).filter(|status| *status == way) {
        arrived.clone_into(status);
    }
}

/// Shows the class that waits as the one in use.
fn show_class_early(live: &mut LiveInstance) {
    if let Some(class) = live.pending_modifications.remove(PENDING_CLASS) {
        live.instance_class = Some(class);
    }
}

impl Stepped {
    /// A read may show a status in passing.
    fn flicker(&self, seen: &mut Observation) {
        for live in seen.instances.values_mut() {
            if self.flickers && live.status == "available" && self.schedule.roll(6) == 0 {
                PASSING[self.schedule.roll(4) as usize].clone_into(&mut live.status);
            }
        }
    }

    /// Bugs in what is seen.
    async fn blur(&self, request: &ObserveRequest, seen: &mut Observation) {
        match self.mutant {
            Mutant::AvailableMeansRestarted => {
                let available = seen.instances.values().filter(|live| live.status == "available");
                let event = |id: InstanceId| InstanceEvent {
                    instance_id: id,
                    at: self.schedule.now(),
                    kind: EventKind::Restarted,
                };
                let events: Vec<_> =
                    available.map(|live| event(live.instance_id.clone())).collect();
                seen.events.extend(
                    events
                        .into_iter()
                        .filter(|event| request.events_of.contains(&event.instance_id)),
                );
            }
            Mutant::CreatingMeansAvailable => {
                seen.snapshots
                    .values_mut()
                    .for_each(|snapshot| snapshot.status = "available".into());
            }
            Mutant::LiveReadFromTheInventory => {
                for (id, live) in &mut seen.instances {
                    let items = self.inventory.find(id).await.unwrap_or_default();
                    live.tags = items.into_iter().next().map(|item| item.tags).unwrap_or_default();
                }
            }
            Mutant::MembersAreNotRead if !request.members_of.is_empty() => {
                let unasked =
                    seen.instances.iter_mut().filter(|(id, _)| !request.instances.contains(id));
                unasked.for_each(|(_, live)| {
                    live.tags = [("Environment".to_owned(), "dev".to_owned())].into()
                });
            }
            Mutant::StartedMeansCompleted => {
                let kinds = seen.events.iter_mut().map(|event| &mut event.kind);
                let kinds =
                    kinds.chain(seen.cluster_events.iter_mut().map(|event| &mut event.kind));
                kinds
                    .filter(|kind| **kind == EventKind::FailoverStarted)
                    .for_each(|kind| *kind = EventKind::FailoverCompleted);
            }
            Mutant::StoppingMeansStopped => show_early(seen, "stopping", "stopped"),
            Mutant::StartingMeansStarted => show_early(seen, "starting", "available"),
            Mutant::WaitingMeansInUse => {
                show_early(seen, "modifying", "available");
                seen.instances.values_mut().for_each(show_class_early);
            }
            Mutant::DeletingMeansGone => {
                seen.snapshots.retain(|_, snapshot| snapshot.status != "deleting");
            }
            Mutant::SnapshotTagsAreNotRead => {
                for snapshot in seen.snapshots.values_mut() {
                    snapshot.tags.insert("Environment".to_owned(), "dev".to_owned());
                }
            }
            Mutant::SharingIsNotRead => {
                seen.sharing.values_mut().for_each(std::collections::BTreeSet::clear);
            }
            Mutant::None
            | Mutant::MembersAreNotRead
            | Mutant::IntentStoredAfterTheCall
            | Mutant::LostCallsAreResent
            | Mutant::LeaseIsNotAsked
            | Mutant::LeaseWithoutFencing
            | Mutant::AuditOutsideTheTransaction
            | Mutant::VersionCheckDropped
            | Mutant::LeaseIsAcquiredWithoutFencing
            | Mutant::GateIsPassedTwice
            | Mutant::GateIsNotAsked
            | Mutant::NothingIsEverDue
            | Mutant::QueueEntryIsForgotten
            | Mutant::KeysAreForgotten => {}
        }
    }

    async fn begin_buggy(&self, mut begin: Begin) -> Result<OperationRecord, BeginError> {
        if self.mutant == Mutant::KeysAreForgotten {
            begin.idempotency = None;
        }
        if self.mutant == Mutant::IntentStoredAfterTheCall {
            let record = begin.record.clone();
            self.unstored.lock().unwrap_or_else(PoisonError::into_inner).insert(record.id, begin);
            return Ok(record);
        }
        if self.mutant == Mutant::GateIsNotAsked
            && let State::Waiting { gates } = &mut begin.record.state
        {
            *gates = Gate::NotBefore { at: begin.now }.into();
        }
        let wanted = begin.record.lease;
        if self.mutant == Mutant::LeaseIsNotAsked {
            begin.record.lease = None;
        }
        let mut record = self.store.begin(begin).await?;
        record.lease = record.lease.or(wanted);
        Ok(record)
    }

    async fn commit_buggy(&self, mut commit: Commit) -> Result<OperationRecord, CommitError> {
        let late =
            self.unstored.lock().unwrap_or_else(PoisonError::into_inner).remove(&commit.record.id);
        if let Some(begin) = late {
            let begun = self.store.begin(begin).await.map_err(|_| CommitError::Conflict)?;
            let lease = commit.record.lease.zip(begun.lease);
            commit.record.lease = lease.map(|(wanted, got)| Lease { until: wanted.until, ..got });
        }
        let fenced = commit.lease_required && self.mutant != Mutant::LeaseWithoutFencing;
        let audit = if self.mutant == Mutant::AuditOutsideTheTransaction {
            commit.audit.take()
        } else {
            None
        };
        let wanted = commit.record.lease;
        let mut stored = self.commit_versioned(Commit { lease_required: fenced, ..commit }).await?;
        if self.mutant == Mutant::LeaseWithoutFencing {
            stored.lease = stored.lease.or(wanted);
        }
        if let Some(audit) = audit {
            self.schedule.point("audit outside").await;
            self.store.append(audit).await?;
        }
        Ok(stored)
    }

    async fn commit_versioned(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        let again = commit.clone();
        let passes_gate = commit.lease == LeaseChange::Acquire;
        match self.store.commit(commit).await {
            Err(CommitError::Busy { .. })
                if self.mutant == Mutant::LeaseIsAcquiredWithoutFencing =>
            {
                let lease = again.record.lease;
                let unleased = OperationRecord { lease: None, ..again.record };
                let commit = Commit {
                    record: unleased,
                    lease: LeaseChange::Keep,
                    lease_required: false,
                    ..again
                };
                let stored = self.store.commit(commit).await?;
                Ok(OperationRecord { lease, ..stored })
            }
            Err(CommitError::Conflict)
                if self.mutant == Mutant::VersionCheckDropped
                    || (self.mutant == Mutant::GateIsPassedTwice && passes_gate) =>
            {
                let version =
                    self.store.load(again.record.id).await?.map_or(0, |record| record.version);
                self.store
                    .commit(Commit { record: OperationRecord { version, ..again.record }, ..again })
                    .await
            }
            result => result,
        }
    }
}

#[async_trait]
impl OperationStore for Stepped {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        let what = format!("begin {}", begin.record.id);
        self.write(&what, self.begin_buggy(begin)).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        let what = format!("commit {} {:?}", commit.record.id, commit.record.status());
        self.write(&what, self.commit_buggy(commit)).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.step("load", self.store.load(id)).await
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        self.step("load all", self.store.load_all(ids)).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.step("find key", self.store.find_idempotent(key, now)).await
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.step("lease_owners", self.store.lease_owners(lock_scopes, now)).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.step("token", self.store.last_fencing_token(lock_scope)).await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        let shown = self.index.read(&self.schedule, &self.store);
        self.step("list", shown.list(query)).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        if self.mutant == Mutant::NothingIsEverDue {
            return Ok(Vec::new());
        }
        let shown = self.index.read(&self.schedule, &self.store);
        let mut due = self.step("due", shown.due(scope, by, limit)).await?;
        if self.mutant == Mutant::QueueEntryIsForgotten {
            let waits = |due: &Due| {
                let Job::Operation(id) = due.job;
                let record = self.store.records().into_iter().find(|record| record.id == id);
                record.is_some_and(|record| record.busy_with().is_some())
            };
            due.retain(|due| !waits(due));
        }
        Ok(due)
    }
}

#[async_trait]
impl AuditLog for Stepped {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.step("append", self.store.append(draft)).await
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.step("query", self.store.query(query)).await
    }

    async fn chain_head(&self, instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        self.step("chain head", self.store.chain_head(instance_id)).await
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        self.step("chains", self.store.chains(cursor, limit)).await
    }
}

#[async_trait]
impl Engine for Stepped {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        let Job::Operation(id) = job;
        if self.mutant == Mutant::QueueEntryIsForgotten {
            return Ok(());
        }
        let Some(executions) = &self.executions else { return Ok(()) };
        let call = async {
            match self.schedule.roll(8) {
                0 => Err(EngineError("Step Functions does not answer".into())),
                lost => {
                    executions.start(id, at);
                    if lost == 1 {
                        Err(EngineError("the answer of Step Functions was lost".into()))
                    } else {
                        Ok(())
                    }
                }
            }
        };
        self.step(&format!("wake {id}"), call).await
    }

    fn grace(&self) -> Duration {
        if self.executions.is_some() { Duration::from_mins(2) } else { Duration::ZERO }
    }
}

#[async_trait]
impl Notifier for Stepped {
    async fn notify(&self, notice: &Notice) {
        self.step("notice", async { self.invariants.notified(notice) }).await;
    }
}

/// Ids that differ between processes and are the same in each run of a seed.
pub(super) struct SteppedIds {
    schedule: Schedule,
    next: Arc<AtomicU64>,
}

impl SteppedIds {
    pub(super) fn new(schedule: Schedule) -> Self {
        Self { schedule, next: Arc::default() }
    }
}

impl Ids for SteppedIds {
    fn operation_id(&self, now: Timestamp) -> OperationId {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let random = (u128::from(self.schedule.roll(u32::MAX)) << 32) | u128::from(count);
        OperationId::from_parts(now.timestamp_millis().unsigned_abs(), random)
    }
}
