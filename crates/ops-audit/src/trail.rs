//! The audit trail as a whole: read from the newest entry to the oldest, and verified. A page is in
//! memory at a time, however long the trail is.

mod verify;
mod wants;

pub use verify::{Finding, TrailSummary, Verification};
pub use wants::WantsEntry;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use ops_domain::audit::AuditEntry;
use ops_domain::id::OperationId;
use ops_domain::ports::{AuditLog, AuditQuery, StoreError};
use ops_domain::time::Timestamp;

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

/// What an export holds, as its own entry on the audit trail says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exported {
    /// The filters that are set, by the names that callers use.
    #[serde(flatten)]
    filters: Filters,
    /// The format, e.g. `csv`.
    format: &'static str,
    /// How many entries it has, where it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<usize>,
    /// Whether nothing follows, where it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Filters {
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_id: Option<OperationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Timestamp>,
}

impl Exported {
    /// All that `query` asks for.
    #[must_use]
    pub fn all(query: &AuditQuery, format: &'static str) -> Self {
        let filters = Filters {
            instance_id: query.instance_id.clone(),
            user: query.user.as_ref().map(|user| user.as_str().to_owned()),
            operation: query.operation.clone(),
            operation_id: query.operation_id,
            from: query.from,
            to: query.to,
        };
        Self { filters, format, entries: None, complete: None }
    }

    /// A part of it, with so many entries; `complete` when nothing follows.
    #[must_use]
    pub fn part(self, entries: usize, complete: bool) -> Self {
        Self { entries: Some(entries), complete: Some(complete), ..self }
    }

    /// The `parameters` of the entry about the export.
    #[must_use]
    pub fn parameters(&self) -> Value {
        json!(self)
    }
}
