//! The audit trail as a whole: read from the newest entry to the oldest, and verified. A page is in
//! memory at a time, however long the trail is.

mod verify;
mod wants;

pub use verify::{Finding, TrailSummary, Verification};
pub use wants::WantsEntry;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use ops_domain::audit::AuditEntry;
use ops_domain::ports::{AuditLog, AuditQuery, StoreError};

/// Entries of a page of [`Walk`].
pub const PAGE: usize = 250;

/// The pages of a query, one after another.
pub struct Walk {
    audit: Arc<dyn AuditLog>,
    query: AuditQuery,
    ended: bool,
}

impl Walk {
    /// Begins where `query` begins; its `limit` is the length of a page.
    #[must_use]
    pub const fn new(audit: Arc<dyn AuditLog>, query: AuditQuery) -> Self {
        Self { audit, query, ended: false }
    }

    /// Whether the last page has been read.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    /// The next page, which may be empty; none behind the last.
    ///
    /// # Errors
    /// A [`StoreError`]; the same page may be asked for again.
    pub async fn next(&mut self) -> Result<Option<Vec<AuditEntry>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let page = self.audit.query(&self.query).await?;
        self.ended = page.next.is_none();
        self.query.cursor = page.next;
        Ok(Some(page.items))
    }
}

/// What a query asks for, as the audit trail tells of an export: the filters that are set, by the
/// names that callers use.
#[must_use]
pub fn filters(query: &AuditQuery) -> Map<String, Value> {
    let filters = [
        ("instance_id", query.instance_id.as_ref().map(|id| json!(id))),
        ("user", query.user.as_ref().map(|user| json!(user.as_str()))),
        ("operation", query.operation.as_ref().map(|operation| json!(operation))),
        ("operation_id", query.operation_id.map(|id| json!(id))),
        ("from", query.from.map(|from| json!(from))),
        ("to", query.to.map(|to| json!(to))),
    ];
    filters.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
