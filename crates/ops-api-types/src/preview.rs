//! What an operation would do: the answer to a request with `dry_run`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Classification, Members};

/// What an operation would do, and what the checks say. Nothing was done.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// Always `true`.
    pub dry_run: bool,
    /// The name of the operation.
    pub operation: String,
    /// The instance.
    pub instance_id: String,
    /// Whether every check passed.
    pub passed: bool,
    /// What would be done.
    pub would: Would,
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// A later request with this hash is carried out only if the preview is still the same; `null`
    /// where there is nothing to agree with.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub plan_hash: Option<String>,
    /// How the instance was classified.
    pub classification: Classification,
}

/// What an operation would do.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Would {
    /// The name of the operation, or `nothing`.
    pub action: String,
    /// The effects; absent where a check failed before they were known.
    #[serde(flatten)]
    pub effects: Option<Effects>,
    /// The operation that has the instance at present, if there is one.
    pub conflicts: Vec<Conflict>,
}

/// What an operation would do to an instance as it is now.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Effects {
    /// What was asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub parameters: Map<String, Value>,
    /// What RDS would be asked; `null` where nothing is left to do.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub rds_call: Option<PlannedCall>,
    /// Whether the request is about the instance or its whole cluster.
    pub scope: Scope,
    /// The cluster, where the request is about the whole of it.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub db_cluster_id: Option<String>,
    /// Who notices something.
    pub affected: Vec<Affected>,
    /// What users of the database notice.
    pub interruption: Interruption,
    /// What a caller should know.
    pub warnings: Vec<Warning>,
    /// The changes that wait on the instance, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// Whether the parameters of the instance are in use, e.g. `in-sync`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub parameter_apply_status: Option<String>,
    /// The window in which RDS makes the change; absent where it makes it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_window: Option<String>,
    /// The snapshot that would be deleted; absent where none would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<PreviewedSnapshot>,
    /// The parameters in which the coming parameter group differs from the present one; absent
    /// where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameter_differences: Vec<ParameterDifference>,
    /// The keys of the tags that RDS would copy to the snapshot if it could.
    pub tags_not_copied: Vec<String>,
}

/// A snapshot that would be deleted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewedSnapshot {
    /// Its identifier.
    pub snapshot_id: String,
    /// When it was created, to the second.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub snapshot_create_time: Option<String>,
    /// The last day on which the service keeps it; `null` where it does not delete it by itself.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub delete_after: Option<String>,
}

/// A parameter that two parameter groups set to different values.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParameterDifference {
    /// The name of the parameter.
    pub parameter: String,
    /// The value in the present group; `null` where it is that of the engine.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub from: Option<String>,
    /// The value in the coming group; `null` where it is that of the engine.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub to: Option<String>,
    /// Whether a later change of it needs a restart, too (`ApplyType` is `static`).
    pub is_static: bool,
}

/// One call of the RDS API, by the names of the RDS model.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedCall {
    /// The action, e.g. `CreateDBSnapshot`.
    pub action: String,
    /// Its parameters, e.g. `DBInstanceIdentifier`. What is not here is not sent.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub parameters: Map<String, Value>,
}

/// What a request to RDS is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One instance.
    Instance,
    /// A whole cluster.
    Cluster,
}

/// A database that notices something of the operation.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affected {
    /// Its identifier, or its ARN in another Region.
    pub instance_id: String,
    /// What it notices.
    pub effect: InterruptionKind,
}

/// What users of the database notice, with a sentence about it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interruption {
    /// What they notice.
    pub kind: InterruptionKind,
    /// What to expect.
    pub explanation: String,
}

/// What users of a database notice.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InterruptionKind {
    /// Nothing.
    None,
    /// Reads and writes may pause for a moment.
    IoPause,
    /// Connections are cut; the database is away until it has recovered.
    Restart,
    /// Connections are cut; the standby takes over.
    Failover,
    /// Connections are cut; the database is away until it is started again.
    Stop,
    /// Nothing before the maintenance window, in which RDS makes the change.
    InWindow,
    /// Changes of the instance that it replicates arrive late.
    ReplicationPause,
}

/// Something that a caller should know, though nothing is wrong.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// The stable code.
    pub code: String,
    /// What there is to know.
    pub message: String,
    /// What to do.
    pub guidance: String,
}

/// An operation that has the instance.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// Its id.
    pub running_operation_id: String,
}

/// One check, and what came of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// What was checked, e.g. `live_read`.
    pub check: String,
    /// Whether it passed. The other members are there only where it did not.
    pub passed: bool,
    /// One sentence: what is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The stable code of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code of AWS or of this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// Further facts by name, e.g. `allowed_statuses`.
    #[serde(flatten)]
    pub facts: Members,
}
