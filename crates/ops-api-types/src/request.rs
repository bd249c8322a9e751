//! What a client sends.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of `POST /operations`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperationRequest {
    /// The name of the operation, e.g. `create_snapshot`.
    pub operation: String,
    /// The instance.
    pub instance_id: String,
    /// The account of the instance, to tell instances of one name apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The Region of the instance, to tell instances of one name apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The parameters, by the schema that `GET /instances/{id}/operations` gives.
    #[serde(default)]
    pub parameters: Map<String, Value>,
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
