//! mockall mocks of every port, for the one call that no state shows.

use std::time::Duration;

use async_trait::async_trait;
use mockall::mock;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::job::{Due, Job};
use ops_domain::notice::Notice;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Clock, Commit, CommitError, Engine, EngineError,
    IdempotencyRecord, Ids, Inventory, InventoryError, InventoryPage, Measurement, Metrics,
    Notifier, ObserveError, OperationQuery, OperationStore, Page, RdsControl, Sent, SessionHint,
    StoreError,
};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

mock! {
    /// A mock of [`Clock`].
    pub Clock {}

    #[async_trait]
    impl Clock for Clock {
        fn now(&self) -> Timestamp;
        async fn sleep_until(&self, at: Timestamp);
    }
}

mock! {
    /// A mock of [`Ids`].
    pub Ids {}

    impl Ids for Ids {
        fn operation_id(&self, now: Timestamp) -> OperationId;
    }
}

mock! {
    /// A mock of [`Inventory`].
    pub Inventory {}

    #[async_trait]
    impl Inventory for Inventory {
        async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError>;
        async fn list<'s, 'a>(&'s self, cursor: Option<&'a str>, limit: usize) -> Result<InventoryPage, InventoryError>;
    }
}

mock! {
    /// A mock of [`RdsControl`].
    pub RdsControl {}

    #[async_trait]
    impl RdsControl for RdsControl {
        async fn observe(&self, scope: &Scope, request: &ObserveRequest) -> Result<Observation, ObserveError>;
        async fn prefetch_session(&self, coming: &SessionHint);
        async fn send(&self, call: &AuthorizedCall) -> Sent;
    }
}

mock! {
    /// A mock of [`OperationStore`].
    pub OperationStore {}

    #[async_trait]
    impl OperationStore for OperationStore {
        async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError>;
        async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError>;
        async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError>;
        async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError>;
        async fn find_idempotent(&self, key: &str, now: Timestamp) -> Result<Option<IdempotencyRecord>, StoreError>;
        async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError>;
        async fn lease_owners(&self, lock_scopes: &[LockScope], now: Timestamp) -> Result<Vec<Option<OperationId>>, StoreError>;
        async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError>;
        async fn due<'s, 'a>(
            &'s self,
            scope: Option<&'a Scope>,
            by: Timestamp,
            limit: usize,
        ) -> Result<Vec<Due>, StoreError>;
    }
}

mock! {
    /// A mock of [`AuditLog`].
    pub AuditLog {}

    #[async_trait]
    impl AuditLog for AuditLog {
        async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError>;
        async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError>;
        async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError>;
        async fn chains<'s, 'a>(
            &'s self,
            cursor: Option<&'a str>,
            limit: usize,
        ) -> Result<Page<(String, ChainHead)>, StoreError>;
    }
}

mock! {
    /// A mock of [`Engine`].
    pub Engine {}

    #[async_trait]
    impl Engine for Engine {
        async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError>;
        fn grace(&self) -> Duration;
    }
}

mock! {
    /// A mock of [`Notifier`].
    pub Notifier {}

    #[async_trait]
    impl Notifier for Notifier {
        async fn notify(&self, notice: &Notice);
    }
}

mock! {
    /// A mock of [`Metrics`].
    pub Metrics {}

    impl Metrics for Metrics {
        fn record(&self, measurement: &Measurement);
    }
}
