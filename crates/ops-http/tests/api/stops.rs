//! Ports that stop at one of their calls until they are let go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::notice::Notice;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Commit, CommitError, Engine, EngineError,
    IdempotencyRecord, Inventory, InventoryError, InventoryPage, Notifier, ObserveError,
    OperationQuery, OperationStore, Page, RdsControl, Sent, StoreError,
};
use ops_domain::service::Ports;
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;
use tokio::sync::Notify;

/// The ports of a world. They stop before or after one call: at point `2n` before
/// call `n`, at `2n+1` after it.
pub(crate) struct Stops {
    ports: Ports,
    stop_at: usize,
    panics: bool,
    points: AtomicUsize,
    reached: Notify,
    go_on: Notify,
}

impl Stops {
    pub(crate) fn at(ports: Ports, stop_at: usize) -> Arc<Self> {
        let (points, reached, go_on) = (AtomicUsize::new(0), Notify::new(), Notify::new());
        Arc::new(Self { ports, stop_at, panics: false, points, reached, go_on })
    }

    /// Ports with a defect at that point instead.
    pub(crate) fn with_defect_at(ports: Ports, point: usize) -> Arc<Self> {
        let (points, reached, go_on) = (AtomicUsize::new(0), Notify::new(), Notify::new());
        Arc::new(Self { ports, stop_at: point, panics: true, points, reached, go_on })
    }

    /// The ports that stop.
    pub(crate) fn ports(self: &Arc<Self>) -> Ports {
        Ports {
            inventory: self.clone(),
            rds: self.clone(),
            store: self.clone(),
            audit: self.clone(),
            engine: self.clone(),
            notifier: self.clone(),
            ..self.ports.clone()
        }
    }

    /// Ready when the call is reached.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    pub(crate) fn go_on(&self) {
        self.go_on.notify_one();
    }

    async fn call<T>(&self, call: impl Future<Output = T>) -> T {
        self.point().await;
        let done = call.await;
        self.point().await;
        done
    }

    async fn point(&self) {
        if self.points.fetch_add(1, Ordering::Relaxed) == self.stop_at {
            assert!(!self.panics, "s3cr3t detail of the defect");
            self.reached.notify_one();
            self.go_on.notified().await;
        }
    }
}

#[async_trait]
impl Inventory for Stops {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.call(self.ports.inventory.find(id)).await
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.call(self.ports.inventory.list(cursor, limit)).await
    }
}

#[async_trait]
impl RdsControl for Stops {
    async fn observe(
        &self,
        scope: &Scope,
        look: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        self.call(self.ports.rds.observe(scope, look)).await
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.call(self.ports.rds.send(call)).await
    }
}

#[async_trait]
impl Engine for Stops {
    async fn wake(&self, id: OperationId, at: Timestamp) -> Result<(), EngineError> {
        self.call(self.ports.engine.wake(id, at)).await
    }

    fn grace(&self) -> Duration {
        self.ports.engine.grace()
    }
}

#[async_trait]
impl Notifier for Stops {
    async fn notify(&self, notice: &Notice) {
        self.call(self.ports.notifier.notify(notice)).await;
    }
}

#[async_trait]
impl AuditLog for Stops {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.call(self.ports.audit.append(draft)).await
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.call(self.ports.audit.query(query)).await
    }

    async fn chain_head(&self, instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        self.call(self.ports.audit.chain_head(instance_id)).await
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        self.call(self.ports.audit.chains(cursor, limit)).await
    }
}

#[async_trait]
impl OperationStore for Stops {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.call(self.ports.store.begin(begin)).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.call(self.ports.store.commit(commit)).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.call(self.ports.store.load(id)).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.call(self.ports.store.find_idempotent(key, now)).await
    }

    async fn holders(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.call(self.ports.store.holders(lock_scopes, now)).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.call(self.ports.store.last_fencing_token(lock_scope)).await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.call(self.ports.store.list(query)).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        self.call(self.ports.store.due(scope, by, limit)).await
    }
}
