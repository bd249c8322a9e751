//! The audit trail: what goes on it, and what an entry says. How entries are chained, verified and
//! read is the business of the crate `ops-audit`.

mod audited_operation;
mod chains;

pub use audited_operation::AuditedOperation;
pub use chains::{ChainHead, SHARED_CHAINS, is_shared_chain, shared_chain};

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::caller::Caller;
use crate::environment::Environment;
use crate::id::{AccountId, OperationId, Region};
use crate::state::{IfBusy, OperationRecord};
use crate::time::{Timestamp, to_micros_text};

/// What happened.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    EnumString,
    Eq,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AuditEvent {
    /// An attempt was accepted; RDS has not been asked.
    Accepted,
    /// How it ended, or that its deadline is over.
    Outcome,
    /// How it ended after its deadline.
    LateOutcome,
    /// Refused: production, or a rule.
    Denied,
    /// Refused: the request is not valid or conflicts with another.
    Refused,
    /// Cancelled before RDS was asked.
    Cancelled,
    /// Checked without doing anything.
    DryRun,
    /// Entries were exported.
    Export,
}

impl AuditEvent {
    /// Every event.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The event as it stands in entries, e.g. `late_outcome`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads an event as it stands in entries.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// The `instance_id` of entries that are about no instance.
pub const NO_INSTANCE: &str = "-";

/// What is to be written; a store gives it its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditDraft {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: AuditEvent,
    /// The operation, or what else was attempted.
    pub operation: AuditedOperation,
    /// The instance that was named, or [`NO_INSTANCE`].
    pub instance_id: String,
    /// The shared chain that the entry goes to; `None`: that of its instance, which the inventory
    /// knows.
    pub chain: Option<String>,
    /// The operation.
    pub operation_id: Option<OperationId>,
    /// The instance's account.
    pub account_id: Option<AccountId>,
    /// The instance's Region.
    pub region: Option<Region>,
    /// The environment that the instance was classified as.
    pub environment: Option<Environment>,
    /// The parameters.
    pub parameters: Value,
    /// Who.
    pub caller: Caller,
    /// The answer or the error.
    pub result: Value,
    /// Whether RDS showed evidence that it was done.
    pub success: bool,
    /// Seconds from the request to this event.
    pub duration_seconds: Option<f64>,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// How long the entry is kept.
    pub retention: Duration,
}

impl AuditDraft {
    /// A draft about an operation that exists.
    #[must_use]
    pub fn about(
        record: &OperationRecord,
        event: AuditEvent,
        at: Timestamp,
        retention: Duration,
    ) -> Self {
        Self {
            at,
            event,
            operation: AuditedOperation::operation(&record.operation),
            instance_id: record.target.instance_id.to_string(),
            chain: None,
            operation_id: Some(record.id),
            account_id: Some(record.target.account_id.clone()),
            region: Some(record.target.region.clone()),
            environment: Some(record.classification.environment.clone()),
            parameters: Value::Object(record.operation.parameters()),
            caller: record.caller.clone(),
            result: first_result(record),
            success: false,
            duration_seconds: Some(record.duration_seconds(at)),
            reason: record.reason.clone(),
            retention,
        }
    }

    /// A draft about an attempt of `caller` that is no operation.
    #[must_use]
    pub fn attempt(
        caller: &Caller,
        event: AuditEvent,
        operation: AuditedOperation,
        at: Timestamp,
        retention: Duration,
    ) -> Self {
        Self {
            at,
            event,
            operation,
            instance_id: NO_INSTANCE.to_owned(),
            chain: Some(shared_chain(&format!("{}{}", caller.request_id, to_micros_text(at)))),
            operation_id: None,
            account_id: None,
            region: None,
            environment: None,
            parameters: Value::Object(Map::new()),
            caller: caller.clone(),
            result: Value::Object(Map::new()),
            success: false,
            duration_seconds: None,
            reason: None,
            retention,
        }
    }

    /// A draft about an export by `caller` of what `filter` tells.
    #[must_use]
    pub fn export(caller: &Caller, filter: Value, at: Timestamp, retention: Duration) -> Self {
        Self {
            parameters: filter,
            success: true,
            result: json!({ "status": "available" }),
            ..Self::attempt(caller, AuditEvent::Export, AuditedOperation::EXPORT, at, retention)
        }
    }
}

impl AuditDraft {
    /// The chain that the entry goes to.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        self.chain.as_deref().unwrap_or(&self.instance_id)
    }
}

impl AuditEntry {
    /// The chain that the entry is in.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        self.chain.as_deref().unwrap_or(&self.instance_id)
    }
}

/// What an entry says that no outcome has been stored for: the state, and the preview that was
/// agreed to.
fn first_result(record: &OperationRecord) -> Value {
    let mut result = json!({ "status": record.status() });
    if let Some(plan_hash) = &record.plan_hash {
        result["plan_hash"] = json!(plan_hash);
    }
    if record.if_busy == IfBusy::Queue {
        result["start"] = json!(record.start);
    }
    result
}

/// One entry of the audit trail, as it is stored. The names of the first nine fields are those of
/// the original table. An entry of the original service has no others, and may lack `success` and
/// `ttl`. The default is an entry with nothing.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct AuditEntry {
    /// `<instance_id>#<timestamp>`.
    pub audit_id: String,
    /// RFC 3339 in UTC with microseconds.
    pub timestamp: String,
    /// The operation's name, or what else was attempted (see [`AuditedOperation`]); in entries of
    /// the original service any text.
    pub operation: String,
    /// The instance that was named, or [`NO_INSTANCE`].
    pub instance_id: String,
    /// The parameters as JSON text.
    pub parameters: String,
    /// Who, as JSON text.
    pub user_identity: String,
    /// The answer or the error as JSON text.
    pub result: String,
    /// Whether RDS showed evidence that it was done. None where an entry of the original service
    /// does not tell.
    pub success: Option<bool>,
    /// When the entry may be deleted, in seconds since the Unix epoch. None for an entry of the
    /// original service that is kept for good.
    pub ttl: Option<i64>,
    /// What happened (see [`AuditEvent`]); absent in entries of the original service.
    pub event: Option<String>,
    /// The canonical principal; absent in entries of the original service.
    pub principal: Option<String>,
    /// The operation.
    pub operation_id: Option<String>,
    /// The instance's account.
    pub account_id: Option<String>,
    /// The instance's Region.
    pub region: Option<String>,
    /// The environment that the instance was classified as.
    pub environment: Option<String>,
    /// Seconds from the request to this event.
    pub duration_seconds: Option<f64>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The address that the request came from.
    pub source_ip: Option<String>,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// The shared chain that the entry is in; absent where it is in that of its instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// When the chain's entry before this one may be deleted, in seconds since the Unix epoch:
    /// until then its absence is no expiry. None for the first entry, and behind entries of
    /// releases that did not keep it.
    pub prev_ttl: Option<i64>,
    /// The hash of the chain's entry before this one, or `genesis`.
    pub prev_hash: Option<String>,
    /// The hash of this entry and `prev_hash`.
    pub hash: Option<String>,
}
