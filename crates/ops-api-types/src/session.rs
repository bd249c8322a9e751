//! Who calls, and what the service offers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer of `GET /session`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The name of the deployed service, e.g. `rds-ops`.
    pub service: String,
    /// Its version.
    pub version: String,
    /// The caller, as the audit trail names it.
    pub principal: String,
    /// The caller's name for people's eyes.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub name: Option<String>,
    /// The groups of the caller that count for the rules.
    pub groups: Vec<String>,
    /// Whether the caller may be in more groups: rules that allow do not count those, and rules
    /// that deny do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub groups_ambiguous: bool,
    /// How the caller was authenticated: `iam`, `cognito`, `jwt`, `lambda` or `api_key` by an API
    /// gateway, `local` on one machine.
    pub authentication: String,
    /// Whether RDS is simulated, so that nothing real is changed.
    pub simulated: bool,
    /// The environments that an instance can have.
    pub environments: Vec<String>,
    /// The operations. What the caller may run depends on the instance.
    pub operations: Vec<OfferedOperation>,
    /// The limits of the service.
    pub limits: Limits,
    /// The settings that the service shares and reads again while it runs; absent where it reads
    /// them once, at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Configuration>,
    /// The time of the service.
    pub now: DateTime<Utc>,
}

/// Which version of its settings the service goes by.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Configuration {
    /// The version: that of the object in its bucket, or its `ETag` where the bucket keeps none.
    pub version: String,
    /// When it was read.
    pub loaded_at: DateTime<Utc>,
    /// Why a newer version is not in effect; null if this is the newest one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub problem: Option<ConfigurationProblem>,
}

/// Why the newest version of the settings is not in effect.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfigurationProblem {
    /// `configuration_missing`, `configuration_denied`, `configuration_too_large`,
    /// `configuration_unreachable` or `configuration_invalid`.
    pub code: String,
    /// What is wrong. The log of the service has everything that is.
    pub message: String,
    /// Since when that is known.
    pub since: DateTime<Utc>,
}

/// An operation of the service.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedOperation {
    /// Its name.
    pub operation: String,
    /// Whether a person has to see its preview, and to confirm it, before it is sent: it may
    /// interrupt those who use the database, or can't be undone.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub preview_first: bool,
    /// What has to show for it to count as done: the end of a sentence that begins with "It is done
    /// when".
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub done_when: String,
    /// Seconds between two polls of RDS at most; the first polls may be closer together.
    pub poll_interval_seconds: f64,
    /// Seconds from the request to RDS until the status `timeout`.
    pub timeout_seconds: f64,
    /// The JSON schema of its parameters.
    pub parameters: Value,
}

/// The limits of the service.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// The longest time that a request waits for its operation.
    pub max_wait_seconds: f64,
    /// Days that an entry of the audit trail is kept.
    pub audit_retention_days: f64,
    /// The most items on a page of a list.
    pub page_items: usize,
}
