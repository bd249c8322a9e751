//! Entries of the audit trail.

use serde::{Deserialize, Serialize};

/// One entry of the audit trail. An entry of the original service has no `event`, no `principal`
/// and no hashes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntryView {
    /// `<instance_id>#<timestamp>`.
    pub audit_id: String,
    /// When it happened.
    pub timestamp: String,
    /// What happened, e.g. `accepted` or `outcome`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub event: Option<String>,
    /// The operation's name, or what else was attempted.
    pub operation: String,
    /// The instance that was named, or `-`.
    pub instance_id: String,
    /// The account that owns the instance.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub account_id: Option<String>,
    /// The Region of the instance.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub region: Option<String>,
    /// The environment that the instance was classified as.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub environment: Option<String>,
    /// The canonical principal.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub principal: Option<String>,
    /// Who, as JSON text.
    pub user_identity: String,
    /// Why, in the caller's words.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub reason: Option<String>,
    /// The operation.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub operation_id: Option<String>,
    /// The parameters as JSON text.
    pub parameters: String,
    /// Whether RDS showed evidence that it was done.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub success: Option<bool>,
    /// The answer or the error as JSON text.
    pub result: String,
    /// Seconds from the request to this event.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub duration_seconds: Option<f64>,
    /// The gateway's id of the request.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub request_id: Option<String>,
    /// The address that the request came from.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub source_ip: Option<String>,
    /// When the entry may be deleted, in seconds since the Unix epoch.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub ttl: Option<i64>,
    /// The shared chain that the entry is in; absent where it is in that of its instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// When the chain's entry before this one may be deleted.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub prev_ttl: Option<i64>,
    /// The hash of the chain's entry before this one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub prev_hash: Option<String>,
    /// The hash of this entry and `prev_hash`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub hash: Option<String>,
}
