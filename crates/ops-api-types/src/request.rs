//! What a client sends.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of `POST /operations`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationRequest {
    /// The name of the operation, e.g. `create_snapshot`.
    pub operation: String,
    /// The instance.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 63, pattern = "^[A-Za-z](-?[A-Za-z0-9])*$")
    )]
    pub instance_id: String,
    /// The account of the instance, where several instances have one name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The Region of the instance, where several instances have one name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The parameters, by the schema that `GET /instances/{id}/operations` gives.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub parameters: Map<String, Value>,
    /// When to start; at once where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartAt>,
    /// What to do while another operation has the instance; `refuse` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_busy: Option<IfBusy>,
    /// Minutes in which it must start, from its time or from the request: 1 to 1440, 60 where it
    /// is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_within_minutes: Option<u32>,
    /// Check everything and do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Carry the operation out only if its preview still has this hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
    /// Why; it goes to the audit trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// When to start an operation.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartAt {
    /// An RFC 3339 time in the future, at most 90 days ahead.
    pub at: String,
}

/// What to do while another operation has the instance.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IfBusy {
    /// Refuse with 409 `instance_busy`.
    Refuse,
    /// Wait for its turn, until its time to start in is over.
    Queue,
}
