//! An operation, ended or not.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Classification, Members, Retry};

/// An operation: what it is, how far it is, and how it ended.
///
/// `POST /operations` and the list leave out what only `GET /operations/{id}` shows: `parameters`,
/// `reason`, `plan_hash`, `history`, `classification` and `version`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationView {
    /// Its id.
    pub operation_id: String,
    /// Its name, e.g. `create_snapshot`.
    pub operation: String,
    /// The instance.
    pub instance_id: String,
    /// The account that owns the instance.
    pub account_id: String,
    /// The Region that the instance runs in.
    pub region: String,
    /// The environment of the instance.
    pub environment: String,
    /// Its status.
    pub status: OperationStatus,
    /// Whether RDS showed evidence that it was done; absent while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Whether it ended after its timeout; absent when it did not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
    /// One sentence: why it is not a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The stable code of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code of AWS, which begins with a capital, or this service's own code of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// Whether to send the same request again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// The result of the operation, e.g. `snapshot_arn`, or the facts of its failure, e.g.
    /// `allowed_statuses`.
    #[serde(flatten)]
    pub result: Members,
    /// Seconds from the request to the end, or to this answer after a timeout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// When it may start, where it waits for a time or for its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartPeriod>,
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub parameters: Option<Map<String, Value>>,
    /// Why it was asked for, in the caller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The principal that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
    /// When it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// The hash of the preview that the operation must agree with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
    /// The statuses that it had, the latest last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<StatusChange>>,
    /// How the instance was classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Grows with each change of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The status of an operation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Waits for somebody's approval.
    PendingApproval,
    /// Approved, waits for its time.
    Scheduled,
    /// Approval was refused.
    Rejected,
    /// Stored; RDS has not been asked.
    Accepted,
    /// RDS is being asked.
    Submitting,
    /// It is not known whether RDS was asked. Only `progress` and `history` say so; the status of
    /// the operation is `submitting` then.
    Unresolved,
    /// RDS accepted the request; the service polls for the evidence.
    InProgress,
    /// The deadline is over; the service keeps monitoring it.
    Timeout,
    /// Done, by evidence.
    Available,
    /// RDS refused it, or it failed.
    Failed,
    /// No evidence either way was found.
    Unverified,
    /// Cancelled before RDS was asked.
    Cancelled,
    /// The live description showed production, or a rule forbade it.
    Denied,
}

/// How far an operation is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// The status of the operation; also `unresolved`.
    pub phase: OperationStatus,
    /// The progress in percent, where RDS gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// The last status that RDS showed.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub last_status: Option<String>,
    /// Polls that showed something.
    pub polls: u32,
    /// Polls that failed (throttled, unreachable).
    pub failed_polls: u32,
    /// When the service polls next; `null` once the operation has ended.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_poll_at: Option<DateTime<Utc>>,
    /// The operation that has the instance, where this one is queued behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running_operation_id: Option<String>,
    /// When the operation counts as timed out, or can't be started any more.
    pub deadline: DateTime<Utc>,
    /// Seconds that it will probably still take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<i64>,
    /// When it will probably be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_completion: Option<DateTime<Utc>>,
    /// What the estimate is made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_from: Option<EstimateBasis>,
}

/// What an estimate is made from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EstimateBasis {
    /// RDS's progress in percent.
    Percent,
    /// How long the same took on the same instance before.
    History,
}

/// When an operation may start.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartPeriod {
    /// Not before.
    pub from: DateTime<Utc>,
    /// Not after: then it ends without a request to RDS.
    pub until: DateTime<Utc>,
}

/// One entry of an operation's history.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusChange {
    /// When.
    pub at: DateTime<Utc>,
    /// The status that it got.
    pub status: OperationStatus,
}
