//! What the service needs from the world, in the domain's words.
//!
//! Every implementation of a port passes the contract suite of that port in `ops-testkit`.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use thiserror::Error;

use crate::audit::{AuditDraft, AuditEntry, ChainHead};
use crate::cluster::Unit;
use crate::id::{InstanceId, OperationId};
use crate::instance::{InstanceRef, InventoryItem, Scope};
use crate::life::{OperationRecord, Status, Trace};
use crate::notice::Notice;
use crate::observation::{Look, Observation};
use crate::operation::Permission;
use crate::policy::Authorized;
use crate::time::Timestamp;

/// The cause of an error, kept for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

// ---------------------------------------------------------------------------------------------------- time and ids

/// Time. The only way in which a decision learns what time it is.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;
    /// Returns at `at` or a little later; at once when `at` has passed.
    async fn sleep_until(&self, at: Timestamp);
}

/// New ids.
pub trait Ids: Send + Sync {
    /// An operation id that nobody else has, for a request at `now`.
    fn operation_id(&self, now: Timestamp) -> OperationId;
}

// -------------------------------------------------------------------------------------------------------- inventory

/// The instances of all accounts, as another system wrote them down.
#[async_trait]
pub trait Inventory: Send + Sync {
    /// All instances of this identifier, in whatever account and Region.
    ///
    /// # Errors
    /// [`InventoryError::Broken`] when an item of this identifier can't be understood: it may be the one that is meant.
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError>;

    /// One page of all instances, by a cursor from the page before.
    ///
    /// # Errors
    /// [`InventoryError::BadCursor`] for a cursor that no page gave.
    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<InventoryPage, InventoryError>;
}

/// One page of the inventory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InventoryPage {
    /// The items that could be understood.
    pub items: Vec<InventoryItem>,
    /// Those that could not.
    pub broken: Vec<BrokenItem>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// An inventory item that can't be understood.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BrokenItem {
    /// Its `instance_id`, or what stands in its place.
    pub instance_id: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why the inventory could not be read.
#[derive(Debug, Error)]
pub enum InventoryError {
    /// An item that was asked for can't be understood.
    #[error("the inventory item `{}` can't be understood: {}", .0.instance_id, .0.problem)]
    Broken(BrokenItem),
    /// The cursor is none of ours.
    #[error("the cursor is not valid")]
    BadCursor,
    /// The store asks for slower requests.
    #[error("the inventory asks for slower requests")]
    Throttled,
    /// The store does not answer.
    #[error("the inventory can't be read")]
    Unavailable(#[source] Source),
}

// -------------------------------------------------------------------------------------------------------------- RDS

/// Amazon RDS, in many accounts and Regions. Why a look or an order failed is the implementation's own to log, with what only it
/// knows (a request id, AWS's words); what it gives back tells what that means.
#[async_trait]
pub trait RdsControl: Send + Sync {
    /// Looks at everything that `look` names, in as few calls as that takes. What does not exist is not in the answer.
    ///
    /// # Errors
    /// A [`LookError`]; then nothing is known.
    async fn observe(&self, scope: &Scope, look: &Look) -> Result<Observation, LookError>;

    /// Gets ready to send the order that is coming, while other things are still being found out. It changes nothing in AWS,
    /// and what does not work out shows when the order is sent.
    async fn get_ready(&self, _coming: &Coming) {}

    /// Sends one order, once. Nothing below this call sends it again.
    async fn send(&self, order: &Authorized) -> Sent;
}

/// An order that may come, as far as it is known before the instance has been read. It allows nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Coming {
    /// The operation.
    pub operation_id: OperationId,
    /// Who asked for it.
    pub principal: String,
    /// The instance.
    pub target: InstanceRef,
    /// What AWS must permit for the order.
    pub permission: Permission,
}

/// What became of an order.
#[derive(Debug)]
pub struct Sent {
    /// RDS's answer; or a [`SendError`], which says whether the order may have been carried out.
    pub answer: Result<Receipt, SendError>,
    /// By what AWS's own records know the order, whatever the answer.
    pub trace: Trace,
}

/// RDS's answer to an order that it accepted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Receipt {
    /// The instance's status in the answer, where there is one.
    pub instance_status: Option<String>,
    /// The member that takes the writes when the order to fail a cluster over arrives, where the answer names it.
    pub cluster_writer: Option<String>,
}

/// An order about which AWS's own records have nothing.
impl From<SendError> for Sent {
    fn from(error: SendError) -> Self {
        Self { answer: Err(error), trace: Trace::default() }
    }
}

/// Why a look failed. The operation did not fail for it.
#[derive(Debug, Error)]
pub enum LookError {
    /// AWS asks for slower requests.
    #[error("AWS asks for slower requests")]
    Throttled,
    /// AWS refuses our role, in STS or in RDS.
    #[error("AWS refuses the service's role ({code})")]
    Denied {
        /// The wire code.
        code: String,
    },
    /// RDS or STS does not answer, or answers with an error of its own.
    #[error("RDS can't be reached")]
    Unavailable(#[source] Source),
}

/// Why an order was not accepted, by what may have happened.
#[derive(Debug, Error)]
pub enum SendError {
    /// RDS refused; nothing changed.
    #[error("RDS refused the order ({code})")]
    Refused {
        /// The wire code, e.g. `InvalidDBInstanceState`.
        code: String,
        /// RDS's words.
        message: String,
    },
    /// AWS refuses our role; nothing changed.
    #[error("AWS refuses the service's role ({code})")]
    Denied {
        /// The wire code.
        code: String,
    },
    /// AWS asks for slower requests; nothing changed.
    #[error("AWS asks for slower requests")]
    Throttled,
    /// The order was not sent; nothing changed.
    #[error("the order was not sent")]
    NotSent(#[source] Source),
    /// The order may have been carried out.
    #[error("the outcome of the order is unknown")]
    MayHaveHappened(#[source] Source),
}

// ------------------------------------------------------------------------------------------------ operations, audit

/// Operations, the leases on their [`Unit`]s, idempotency keys and the audit entries of state changes.
#[async_trait]
pub trait OperationStore: Send + Sync {
    /// Stores a new operation, its lease, its idempotency key and its first audit entry, all or nothing.
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

    /// The operation that a key was used for, unless that is longer ago than keys are kept.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn find_idempotent(&self, key: &str, now: Timestamp) -> Result<Option<Claim>, StoreError>;

    /// The operation that holds an instance or a cluster at `now`.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn holder(&self, unit: &Unit, now: Timestamp) -> Result<Option<OperationId>, StoreError>;

    /// The token of the latest lease on an instance or a cluster, whether it is held still or not; none if it never was. As of the
    /// latest commit.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn last_token(&self, unit: &Unit) -> Result<Option<u64>, StoreError>;

    /// One page of operations, newest first. May lag behind commits by a moment.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError>;

    /// Operations whose next step is due by `by`, the longest waiting first, of one scope or of all. May lag behind
    /// commits by a moment; the version that [`OperationStore::commit`] expects keeps an old state from being used.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn due(&self, scope: Option<&Scope>, by: Timestamp, limit: usize)
    -> Result<Vec<OperationRecord>, StoreError>;
}

/// A new operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    /// The operation at version 1. Its lease is wanted until `lease.until`; the store gives the token.
    pub record: OperationRecord,
    /// The caller's idempotency key, made unique to the caller.
    pub claim: Option<NewClaim>,
    /// The entry of the audit trail.
    pub audit: AuditDraft,
    /// The time now, by which leases and keys of others have ended or not.
    pub now: Timestamp,
}

/// A key to be claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewClaim {
    /// The key, made unique to the caller.
    pub key: String,
    /// A hash of what was asked with it.
    pub request_hash: String,
    /// How long it is kept.
    pub expires_at: Timestamp,
}

/// A key that was claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// The operation.
    pub operation_id: OperationId,
    /// A hash of what was asked with it.
    pub request_hash: String,
}

/// The next state of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The operation in its next state; `version` is the one that was loaded.
    ///
    /// A lease in it is renewed until its `until`, if the token still holds the instance. None gives it back, if it
    /// was held.
    pub record: OperationRecord,
    /// Whether the commit must fail when the lease is lost. Only an order needs it; a look does not.
    pub lease_required: bool,
    /// The entry of the audit trail.
    pub audit: Option<AuditDraft>,
    /// The time now, by which leases of others have ended or not.
    pub now: Timestamp,
}

/// Why an operation was not begun.
#[derive(Debug, Error)]
pub enum BeginError {
    /// Another operation holds the instance.
    #[error("operation {holder} holds the instance")]
    Busy {
        /// The holder.
        holder: OperationId,
    },
    /// The idempotency key was claimed before.
    #[error("the idempotency key was used for operation {}", .0.operation_id)]
    Claimed(Claim),
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
    /// The store asks for slower requests.
    #[error("the store asks for slower requests")]
    Throttled,
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
    /// Where the next page begins, if there may be one. A page may be empty and still have a next one.
    pub next: Option<String>,
}

/// Which operations to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OperationQuery {
    /// Of the instances of this name.
    pub instance_id: Option<InstanceId>,
    /// In this state.
    pub status: Option<Status>,
    /// Of this principal.
    pub principal: Option<String>,
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

/// The audit trail. It only grows.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Writes an entry at the end of its instance's chain.
    ///
    /// # Errors
    /// A [`StoreError`]; then nothing was written.
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError>;

    /// One page of entries, newest first, without those that have expired. May lag behind writes by a moment.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError>;

    /// The end of the chain of `instance_id`, as of the latest write.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn chain_head(&self, instance_id: &str) -> Result<Option<ChainHead>, StoreError>;

    /// One page of all chains, each by its `instance_id` and its end, in any order. May lag behind writes by a moment.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn chains(&self, cursor: Option<&str>, limit: usize) -> Result<Page<(String, ChainHead)>, StoreError>;
}

/// Which entries to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuditQuery {
    /// Of this instance.
    pub instance_id: Option<String>,
    /// Of this principal.
    pub principal: Option<String>,
    /// Of operations of this name.
    pub operation: Option<String>,
    /// Of this operation.
    pub operation_id: Option<OperationId>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
    /// Where to begin.
    pub cursor: Option<String>,
    /// The time now, by which entries have expired or not.
    pub now: Timestamp,
}

// --------------------------------------------------------------------------------------------- engine and listeners

/// What drives operations on when no caller waits.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Sees to it that `advance` is called for this operation at `at` or soon after, and from then on whenever its next
    /// step is due, until it has ended. Asking again is harmless, and makes up for an engine that gave up.
    ///
    /// # Errors
    /// An [`EngineError`]; the periodic sweep finds the operation all the same.
    async fn wake(&self, id: OperationId, at: Timestamp) -> Result<(), EngineError>;

    /// How long after its time a step may still come from this engine. A step that is later than that is taken by the
    /// sweep. Zero for an engine that drives nothing.
    fn grace(&self) -> Duration;
}

/// The engine could not be asked.
#[derive(Debug, Error)]
#[error("the engine could not be asked to drive the operation")]
pub struct EngineError(#[source] pub Source);

/// Tells people what happened. A failure is the notifier's own to log.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Tells of an operation that ended, timed out, or was refused. Whoever asked for it may wait for this, so it takes a few
    /// seconds at most.
    async fn tell(&self, notice: &Notice);
}

/// Counts. A failure is the listener's own to log.
pub trait Metrics: Send + Sync {
    /// Takes in one fact.
    fn record(&self, measurement: &Measurement);
}

/// One fact to count.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurement {
    /// An operation ended or timed out. One that timed out is measured again when it ends.
    Finished {
        /// The operation.
        operation_id: OperationId,
        /// The operation's name.
        operation: &'static str,
        /// The environment, as text.
        environment: String,
        /// The state that it is in.
        status: Status,
        /// Whether it was measured before, when it timed out.
        late: bool,
        /// From the request.
        duration: Duration,
        /// Looks that showed something.
        polls: u32,
    },
    /// A request for a production instance was refused.
    ProductionBlocked {
        /// The operation's name.
        operation: &'static str,
    },
    /// A permission was missing: AWS refused the service's role, or the caller may not run the operation there.
    PermissionDenied {
        /// The operation's name.
        operation: &'static str,
    },
    /// An audit entry could not be written.
    AuditWriteFailed,
}

/// Drives nothing: for a host that calls `advance` and the sweep itself, and tells and counts nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

#[async_trait]
impl Engine for Nobody {
    async fn wake(&self, _id: OperationId, _at: Timestamp) -> Result<(), EngineError> {
        Ok(())
    }

    fn grace(&self) -> Duration {
        Duration::ZERO
    }
}

#[async_trait]
impl Notifier for Nobody {
    async fn tell(&self, _notice: &Notice) {}
}

impl Metrics for Nobody {
    fn record(&self, _measurement: &Measurement) {}
}
