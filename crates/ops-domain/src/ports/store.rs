//! Operations at rest, with their leases and idempotency keys.

use async_trait::async_trait;
use thiserror::Error;

use crate::audit::AuditDraft;
use crate::cluster::LockScope;
use crate::id::{InstanceId, OperationId};
use crate::instance::Scope;
use crate::job::Due;
use crate::ports::Source;
use crate::state::{OperationRecord, Status, UnreadableRecord};
use crate::time::Timestamp;
use crate::user::UserFilter;

/// Operations, the leases on their [`LockScope`]s, idempotency keys and the audit entries of state
/// changes.
#[async_trait]
pub trait OperationStore: Send + Sync {
    /// Stores a new operation, its lease, its idempotency key and its first audit entry, all or
    /// nothing.
    ///
    /// # Errors
    /// A [`BeginError`]; then nothing was stored.
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError>;

    /// Stores the next state of an operation, its lease and its audit entry, all or nothing.
    ///
    /// # Errors
    /// A [`CommitError`]; then nothing was stored.
    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError>;

    /// Loads an operation, as of the latest commit.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError>;

    /// Those of these operations that there are, as of the latest commit, in no order. One that
    /// can't be read ([`StoreError::Unreadable`]) is left out, with a line in the log. Takes one
    /// call for a hundred.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError>;

    /// The operation that a key was used for, unless that is longer ago than keys are kept.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError>;

    /// The operations that hold these instances or clusters at `now`, in the order of
    /// `lock_scopes`. Takes one call for a hundred.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError>;

    /// The token of the latest lease on an instance or a cluster, whether it is held still or not;
    /// none if it never was. As of the latest commit.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError>;

    /// One page of operations, newest first. May lag behind commits by a moment. An operation that
    /// can't be read ([`StoreError::Unreadable`]) is left out, with a line in the log.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError>;

    /// Jobs whose next step is due by `by`, the longest waiting first, of one scope or of all, and
    /// at most `limit`. Only those that this version of the service can read. May lag behind
    /// commits by a moment.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError>;
}

/// A new operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    /// The operation at version 1. A lease is wanted until `lease.until`, and the store gives the
    /// token; one without a lease waits for its turn.
    pub record: OperationRecord,
    /// The caller's idempotency key, made unique to the caller.
    pub idempotency: Option<NewIdempotencyRecord>,
    /// The entry of the audit trail.
    pub audit: AuditDraft,
    /// The time now, by which leases and keys of others have ended or not.
    pub now: Timestamp,
}

/// A key to be claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewIdempotencyRecord {
    /// The key, made unique to the caller.
    pub key: String,
    /// A hash of what was asked with it.
    pub request_hash: String,
    /// How long it is kept.
    pub expires_at: Timestamp,
}

/// A key that was claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdempotencyRecord {
    /// The operation.
    pub operation_id: OperationId,
    /// A hash of what was asked with it.
    pub request_hash: String,
}

/// The next state of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The operation in its next state; `version` is the one that was loaded.
    pub record: OperationRecord,
    /// What becomes of its lease.
    pub lease: LeaseChange,
    /// Whether the commit must fail when the lease is lost. Only an RDS call needs it; a poll does
    /// not. A lease that can't be acquired always fails the commit.
    pub lease_required: bool,
    /// The entry of the audit trail.
    pub audit: Option<AuditDraft>,
    /// The time now, by which leases of others have ended or not.
    pub now: Timestamp,
}

/// What a commit does to the lease of its operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LeaseChange {
    /// Nothing: the operation has none.
    Keep,
    /// It is acquired until the record's `lease.until`, if nobody has it; the store gives the
    /// token.
    Acquire,
    /// It is renewed until the record's `lease.until`, if the token still holds the instance.
    Renew,
    /// It is released, if the operation still has it.
    Release,
}

impl LeaseChange {
    /// The change that leads from one state to the next.
    #[must_use]
    pub const fn from_to(before: &OperationRecord, next: &OperationRecord) -> Self {
        match (before.lease, next.lease) {
            (None, Some(_)) => Self::Acquire,
            (Some(_), Some(_)) => Self::Renew,
            (Some(_), None) => Self::Release,
            (None, None) => Self::Keep,
        }
    }
}

/// Why an operation was not begun.
#[derive(Debug, Error)]
pub enum BeginError {
    /// Another operation holds the instance.
    #[error("operation {owner} holds the instance")]
    Busy {
        /// The owner.
        owner: OperationId,
    },
    /// The idempotency key was claimed before.
    #[error("the idempotency key was used for operation {}", .0.operation_id)]
    KeyUsed(IdempotencyRecord),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a state was not stored.
#[derive(Debug, Error)]
pub enum CommitError {
    /// Somebody else committed a state since this one was loaded.
    #[error("another state was stored since")]
    Conflict,
    /// The lease is lost, and the commit required it.
    #[error("the instance is held by another operation")]
    LeaseLost,
    /// The commit acquires a lease that another operation has.
    #[error("operation {owner} has the lease on the instance")]
    Busy {
        /// The operation that has it.
        owner: OperationId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a store failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The cursor is none of ours.
    #[error("the cursor is not valid")]
    BadCursor,
    /// The operation is stored, and this version of the service can't read it.
    #[error("operation {operation_id} can't be read")]
    Unreadable {
        /// The operation.
        operation_id: OperationId,
        /// Why.
        source: UnreadableRecord,
    },
    /// The store asks for slower requests.
    #[error("the store asks for slower requests")]
    Throttled,
    /// Other writers were quicker until the time for the call was over. Nothing was written, and
    /// nothing is broken.
    #[error("too many writers at once")]
    Contended,
    /// The operation store does not answer.
    #[error("the operation store can't be used")]
    Unavailable(#[source] Source),
    /// The audit trail does not answer.
    #[error("the audit trail can't be used")]
    AuditUnavailable(#[source] Source),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there may be one. A page may be empty and still have a next
    /// one.
    pub next: Option<String>,
}

/// Which operations to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OperationQuery {
    /// Of the instances of this name.
    pub instance_id: Option<InstanceId>,
    /// Of this account and Region.
    pub scope: Option<Scope>,
    /// In one of these states; in any where there is none.
    pub statuses: Vec<Status>,
    /// Of this user.
    pub user: Option<UserFilter>,
    /// Of this name.
    pub operation: Option<String>,
    /// Requested at this time or later.
    pub from: Option<Timestamp>,
    /// Requested before this time.
    pub to: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
    /// Where to begin.
    pub cursor: Option<String>,
}
