//! The audit trail at rest.

use async_trait::async_trait;

use crate::audit::{AuditDraft, AuditEntry, ChainHead};
use crate::id::OperationId;
use crate::ports::{Page, StoreError};
use crate::time::Timestamp;
use crate::user::UserFilter;

/// The audit trail. It only grows.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Writes an entry at the end of its chain ([`AuditDraft::chain_id`]). Many may write to one
    /// chain at a time.
    ///
    /// # Errors
    /// A [`StoreError`]; then nothing was written.
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError>;

    /// One page of entries, newest first, without those that have expired. May lag behind writes by
    /// a moment.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError>;

    /// The end of a chain, as of the latest write.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError>;

    /// One page of all chains, each by its name and its end, in any order. May lag behind writes by
    /// a moment.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor that no page gave.
    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError>;
}

/// Which entries to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuditQuery {
    /// Of this instance.
    pub instance_id: Option<String>,
    /// Of this user.
    pub user: Option<UserFilter>,
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
