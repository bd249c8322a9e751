//! Ports of which every call passes a hook, where a test has it wait, stop or die. One place names
//! every port; a test has only what happens at a call.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::job::{Due, Job};
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

/// What happens at a call of a port.
pub trait Intercept: Send + Sync + 'static {
    /// Makes `call`, which is that of the port's method `name`.
    fn call<T: Send>(
        &self,
        name: &'static str,
        call: impl Future<Output = T> + Send,
    ) -> impl Future<Output = T> + Send;

    /// Makes a call of a store, which may fail instead.
    fn stored<T: Send, E: From<StoreError> + Send>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> impl Future<Output = Result<T, E>> + Send {
        self.call(name, call)
    }

    /// Sends an RDS call, whose answer may be lost.
    fn sent(&self, call: impl Future<Output = Sent> + Send) -> impl Future<Output = Sent> + Send {
        self.call("send", call)
    }
}

/// `ports` with `hook` at every call that is made of the inventory, RDS, the stores, the engine and
/// the notifier.
pub fn intercepted<I: Intercept>(ports: &Ports, hook: Arc<I>) -> Ports {
    let all = Arc::new(Intercepted { ports: ports.clone(), hook });
    Ports {
        inventory: all.clone(),
        rds: all.clone(),
        store: all.clone(),
        audit: all.clone(),
        engine: all.clone(),
        notifier: all,
        ..ports.clone()
    }
}

struct Intercepted<I> {
    ports: Ports,
    hook: Arc<I>,
}

#[async_trait]
impl<I: Intercept> Inventory for Intercepted<I> {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.hook.call("find", self.ports.inventory.find(id)).await
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.hook.call("list_instances", self.ports.inventory.list(cursor, limit)).await
    }
}

#[async_trait]
impl<I: Intercept> RdsControl for Intercepted<I> {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        self.hook.call("observe", self.ports.rds.observe(scope, request)).await
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.hook.sent(self.ports.rds.send(call)).await
    }
}

#[async_trait]
impl<I: Intercept> Engine for Intercepted<I> {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        self.hook.call("wake", self.ports.engine.wake(job, at)).await
    }

    fn grace(&self) -> Duration {
        self.ports.engine.grace()
    }
}

#[async_trait]
impl<I: Intercept> Notifier for Intercepted<I> {
    async fn notify(&self, notice: &Notice) {
        self.hook.call("notify", self.ports.notifier.notify(notice)).await;
    }
}

#[async_trait]
impl<I: Intercept> AuditLog for Intercepted<I> {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.hook.stored("append", self.ports.audit.append(draft)).await
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.hook.stored("query", self.ports.audit.query(query)).await
    }

    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError> {
        self.hook.stored("chain_head", self.ports.audit.chain_head(chain)).await
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        self.hook.stored("chains", self.ports.audit.chains(cursor, limit)).await
    }
}

#[async_trait]
impl<I: Intercept> OperationStore for Intercepted<I> {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.hook.stored("begin", self.ports.store.begin(begin)).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.hook.stored("commit", self.ports.store.commit(commit)).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.hook.stored("load", self.ports.store.load(id)).await
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        self.hook.stored("load_all", self.ports.store.load_all(ids)).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.hook.stored("find_idempotent", self.ports.store.find_idempotent(key, now)).await
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.hook.stored("lease_owners", self.ports.store.lease_owners(lock_scopes, now)).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        let token = self.ports.store.last_fencing_token(lock_scope);
        self.hook.stored("last_fencing_token", token).await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.hook.stored("list", self.ports.store.list(query)).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        self.hook.stored("due", self.ports.store.due(scope, by, limit)).await
    }
}
