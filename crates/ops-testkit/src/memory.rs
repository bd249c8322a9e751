//! Operations, leases, keys, the audit trail and the inventory in memory, with the exact promises
//! of their ports.

mod audit;
mod discovery;
mod inventory;
mod operations;
mod tables;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ops_domain::audit::AuditEntry;
use ops_domain::cluster::LockScope;
use ops_domain::instance::InstanceRef;
use ops_domain::ports::StoreError;
use ops_domain::state::{Lease, OperationRecord};
use ops_simulator::planned::Planned;

pub use discovery::MemoryDiscoveryLog;
pub use inventory::MemoryInventory;

use tables::Tables;

/// The operation store and the audit trail. Clones are the same store.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    tables: Tables,
    planned: Planned<Call, Side>,
    store_down: bool,
    audit_down: bool,
}

/// A call of the operation store or of the audit trail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Call {
    /// `OperationStore::begin`.
    Begin,
    /// `OperationStore::commit`.
    Commit,
    /// `OperationStore::load`.
    Load,
    /// `OperationStore::find_idempotent`.
    FindIdempotent,
    /// `OperationStore::owners`.
    Holders,
    /// `OperationStore::last_fencing_token`.
    LastToken,
    /// `OperationStore::list`.
    List,
    /// `OperationStore::due`.
    Due,
    /// `AuditLog::append`.
    Append,
    /// `AuditLog::query`.
    Query,
    /// `AuditLog::chain_head`.
    ChainHead,
    /// `AuditLog::chains`.
    Chains,
}

/// On which side of a call's effect it fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// Nothing was stored.
    Before,
    /// It was stored, and the answer was lost.
    After,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A store of these operations and nothing else.
    #[must_use]
    pub fn holding(operations: impl IntoIterator<Item = OperationRecord>) -> Self {
        let store = Self::default();
        store.lock().tables.operations =
            operations.into_iter().map(|record| (record.id, record)).collect();
        store
    }

    /// Has the `nth` coming `call` fail as unavailable, before or after its effect; 1 is the next
    /// one.
    pub fn fail_next(&self, call: Call, nth: u32, side: Side) {
        self.lock().planned.plan(call, nth, side);
    }

    /// Has every call of the operation store fail from now on, or work again.
    pub fn store_down(&self, down: bool) {
        self.lock().store_down = down;
    }

    /// Has everything that writes or reads the audit trail fail from now on, or work again.
    pub fn audit_down(&self, down: bool) {
        self.lock().audit_down = down;
    }

    /// Has everything work again, and no coming call fail.
    pub fn heal(&self) {
        let mut inner = self.lock();
        inner.planned = Planned::default();
        inner.store_down = false;
        inner.audit_down = false;
    }

    /// Every operation, in the order of their ids.
    #[must_use]
    pub fn records(&self) -> Vec<OperationRecord> {
        self.lock().tables.operations.values().cloned().collect()
    }

    /// Every audit entry, expired ones included, in the order in which they were written.
    #[must_use]
    pub fn entries(&self) -> Vec<AuditEntry> {
        self.lock().tables.entries.clone()
    }

    /// Keeps an entry as another service writes it to the same trail, in no chain.
    pub fn put_original(&self, entry: AuditEntry) {
        self.lock().tables.entries.push(entry);
    }

    /// The hold on an instance that stands alone, whether it has ended or not; none when it was
    /// given back.
    #[must_use]
    pub fn lease(&self, target: &InstanceRef) -> Option<Lease> {
        self.lease_of(&LockScope::Instance(target.clone()))
    }

    /// The hold on an instance or a cluster, whether it has ended or not; none when it was given
    /// back.
    #[must_use]
    pub fn lease_of(&self, lock_scope: &LockScope) -> Option<Lease> {
        self.lock().tables.holds.get(lock_scope)?.lease()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work`, unless this call was to fail before it; fails after it, if it was to.
    fn call<T, E: From<StoreError>>(
        &self,
        call: Call,
        needs_audit: bool,
        work: impl FnOnce(&mut Tables) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.lock();
        let planned = inner.planned.count(&call);
        if inner.store_down && !call.is_of_audit_log() {
            return Err(StoreError::Unavailable("the store is down".into()).into());
        }
        if inner.audit_down && needs_audit {
            return Err(StoreError::AuditUnavailable("the audit trail is down".into()).into());
        }
        match planned {
            None => work(&mut inner.tables),
            Some(Side::Before) => Err(call.failure("the call was told to fail").into()),
            Some(Side::After) => {
                let _lost = work(&mut inner.tables);
                Err(call.failure("the answer was told to be lost").into())
            }
        }
    }
}

impl Call {
    const fn is_of_audit_log(self) -> bool {
        match self {
            Self::Append | Self::Query | Self::ChainHead | Self::Chains => true,
            Self::Begin
            | Self::Commit
            | Self::Load
            | Self::FindIdempotent
            | Self::Holders
            | Self::LastToken
            | Self::List
            | Self::Due => false,
        }
    }

    fn failure(self, cause: &str) -> StoreError {
        if self.is_of_audit_log() {
            StoreError::AuditUnavailable(cause.into())
        } else {
            StoreError::Unavailable(cause.into())
        }
    }
}
