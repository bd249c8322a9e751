//! Counts the answers by which DynamoDB asked for slower requests, whichever table or index it was.
//! The metrics of DynamoDB itself are kept by index, and have no data while nothing is asked.

use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::job::Due;
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Commit, CommitError, IdempotencyRecord, Inventory,
    InventoryError, InventoryPage, Measurement, Metrics, OperationQuery, OperationStore, Page,
    StoreError,
};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

/// A port over DynamoDB whose throttled answers are counted.
pub(crate) struct Counted<P: ?Sized> {
    port: Arc<P>,
    metrics: Arc<dyn Metrics>,
}

impl<P: ?Sized> Counted<P> {
    pub(crate) const fn new(port: Arc<P>, metrics: Arc<dyn Metrics>) -> Self {
        Self { port, metrics }
    }

    fn count<T, E: MayBeThrottled>(&self, answer: Result<T, E>) -> Result<T, E> {
        answer.inspect_err(|error| {
            if error.is_throttled() {
                self.metrics.record(&Measurement::StoreThrottled);
            }
        })
    }
}

#[async_trait]
impl Inventory for Counted<dyn Inventory> {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.count(self.port.find(id).await)
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.count(self.port.list(cursor, limit).await)
    }
}

#[async_trait]
impl OperationStore for Counted<dyn OperationStore> {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.count(self.port.begin(begin).await)
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.count(self.port.commit(commit).await)
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.count(self.port.load(id).await)
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        self.count(self.port.load_all(ids).await)
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.count(self.port.find_idempotent(key, now).await)
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.count(self.port.lease_owners(lock_scopes, now).await)
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.count(self.port.last_fencing_token(lock_scope).await)
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.count(self.port.list(query).await)
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        self.count(self.port.due(scope, by, limit).await)
    }
}

#[async_trait]
impl AuditLog for Counted<dyn AuditLog> {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.count(self.port.append(draft).await)
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.count(self.port.query(query).await)
    }

    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError> {
        self.count(self.port.chain_head(chain).await)
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        self.count(self.port.chains(cursor, limit).await)
    }
}

/// An error that may be that the table asks for slower requests.
trait MayBeThrottled {
    fn is_throttled(&self) -> bool;
}

impl MayBeThrottled for StoreError {
    fn is_throttled(&self) -> bool {
        matches!(self, Self::Throttled)
    }
}

impl MayBeThrottled for BeginError {
    fn is_throttled(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_throttled())
    }
}

impl MayBeThrottled for CommitError {
    fn is_throttled(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_throttled())
    }
}

impl MayBeThrottled for InventoryError {
    fn is_throttled(&self) -> bool {
        matches!(self, Self::Throttled)
    }
}
