//! What a list is asked for. A field that is `None` does not filter.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Which instance is meant, where several have one name.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct InstanceScope {
    /// The account of the instance.
    pub account_id: Option<String>,
    /// The Region of the instance.
    pub region: Option<String>,
}

/// Which instances are listed.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct InstanceFilter {
    /// Of this environment, by any of its names; `nonprod` is every one but production.
    pub environment: Option<String>,
    /// Of this account.
    pub account_id: Option<String>,
    /// In this Region.
    pub region: Option<String>,
    /// Of this engine, exactly.
    pub engine: Option<String>,
    /// In this status of the inventory, exactly.
    pub status: Option<String>,
    /// With this tag, as `key:value`.
    pub tag: Option<String>,
    /// On which the caller may run this operation now.
    pub operation_allowed: Option<String>,
    /// Sorted by this field, e.g. `-status`; `-` is for descending.
    pub sort: Option<String>,
    /// With this text in the name or the engine.
    pub q: Option<String>,
    /// Also those that are gone.
    pub gone: Option<bool>,
    /// Items of a page at most.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Which operations are listed.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct OperationFilter {
    /// On instances of this name.
    pub instance_id: Option<String>,
    /// In this account; `region` goes with it.
    pub account_id: Option<String>,
    /// In this Region; `account_id` goes with it.
    pub region: Option<String>,
    /// In one of these statuses, with commas between them, or `open`.
    pub status: Option<String>,
    /// Requested by this person or principal.
    pub user: Option<String>,
    /// Of this name.
    pub operation: Option<String>,
    /// Requested at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Requested before this time.
    pub to: Option<DateTime<Utc>>,
    /// Items of a page at most.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Which entries of the audit trail are listed.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct AuditFilter {
    /// About instances of this name.
    pub instance_id: Option<String>,
    /// Of this person or principal.
    pub user: Option<String>,
    /// About operations of this name.
    pub operation: Option<String>,
    /// About the operation with this id.
    pub operation_id: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
    /// Items of a page at most.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The period of figures.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct SummaryPeriod {
    /// From this time on; 31 days before `to` where it is `None`.
    pub from: Option<DateTime<Utc>>,
    /// Before this time; now where it is `None`.
    pub to: Option<DateTime<Utc>>,
}
