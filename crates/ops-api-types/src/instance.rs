//! Instances, and what may be done with them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Classification, Refusal};

/// An instance as the inventory knows it, with what the service makes of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceView {
    /// Its DB instance identifier.
    pub instance_id: String,
    /// The account that owns it.
    pub account_id: String,
    /// The Region that it runs in.
    pub region: String,
    /// The engine, e.g. `postgres`.
    pub engine: String,
    /// The DB instance class, e.g. `db.t4g.medium`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub instance_class: Option<String>,
    /// The environment.
    pub environment: String,
    /// The status.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub status: Option<String>,
    /// Where the status is from.
    pub status_from: StatusFrom,
    /// Whether the caller may run some operation on it.
    pub operations_allowed: bool,
    /// Why the caller may run none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_allowed: Option<Refusal>,
    /// The operation that runs on it, or on its cluster.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub running_operation_id: Option<String>,
    /// Whether it has a standby in another zone.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub multi_az: Option<bool>,
    /// The cluster that it is a member of.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub db_cluster_id: Option<String>,
    /// The identifier or ARN of the instance that this one replicates.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub read_replica_source: Option<String>,
    /// The tags when the inventory was made.
    pub tags: BTreeMap<String, String>,
    /// When discovery last saw it; only where the service keeps the item by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
    /// Since when it counts as gone, because several complete runs of discovery did not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_since: Option<String>,
    /// The live description; only for one instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveInstance>,
    /// Why there is no live description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_error: Option<String>,
    /// How the instance was classified.
    pub classification: Classification,
}

/// Where the status of an instance is from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusFrom {
    /// RDS described it for this answer.
    Live,
    /// The inventory, which may be hours old.
    Inventory,
}

/// A DB instance as RDS describes it (`DescribeDBInstances`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveInstance {
    /// Its DB instance identifier.
    pub instance_id: String,
    /// Its ARN.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub arn: Option<String>,
    /// The identifier that survives renaming (`db-…`).
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub dbi_resource_id: Option<String>,
    /// The engine, e.g. `postgres`.
    pub engine: String,
    /// The engine's version.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub engine_version: Option<String>,
    /// `DBInstanceStatus`.
    pub status: String,
    /// The DB instance class.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub instance_class: Option<String>,
    /// Whether there is a standby in another zone.
    pub multi_az: bool,
    /// The zone of the primary.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub availability_zone: Option<String>,
    /// The zone of the standby.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub secondary_availability_zone: Option<String>,
    /// The daily backup window, `HH:MM-HH:MM` in UTC.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub backup_window: Option<String>,
    /// The weekly maintenance window, `ddd:HH:MM-ddd:HH:MM` in UTC.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub maintenance_window: Option<String>,
    /// Days that automated backups are kept; 0 means that there are none.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub backup_retention_days: Option<u32>,
    /// The changes that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// The tags now.
    pub tags: BTreeMap<String, String>,
    /// The cluster that the instance is a member of.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub cluster_id: Option<String>,
    /// The identifier or ARN of the instance that this one replicates.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub replica_source: Option<String>,
    /// The identifier or ARN of the DB cluster that this instance replicates.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub source_cluster: Option<String>,
    /// The identifiers or ARNs of the instances that replicate this one.
    pub replicas: BTreeSet<String>,
    /// The identifiers or ARNs of the DB clusters that replicate this instance.
    pub replica_clusters: BTreeSet<String>,
    /// `ParameterApplyStatus` of each parameter group, e.g. `in-sync`.
    pub parameter_apply_statuses: BTreeSet<String>,
    /// When RDS starts the stopped instance by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic_restart_time: Option<String>,
    /// The attached parameter groups, each with its `ParameterApplyStatus`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameter_groups: BTreeMap<String, String>,
    /// `AwsBackupRecoveryPointArn`: set where AWS Backup manages the backups.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub aws_backup_recovery_point: Option<String>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: bool,
}

/// What the caller may run on an instance and what not, and why.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableOperations {
    /// The DB instance identifier.
    pub instance_id: String,
    /// The account that owns the instance.
    pub account_id: String,
    /// The Region that it runs in.
    pub region: String,
    /// The environment.
    pub environment: String,
    /// The status.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub status: Option<String>,
    /// Where the status is from.
    pub status_from: StatusFrom,
    /// The operation that runs on it, or on its cluster.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub running_operation_id: Option<String>,
    /// What the caller may run.
    pub operations: Vec<AvailableOperation>,
    /// Why that is nothing.
    #[serde(flatten)]
    pub refusal: Option<Refusal>,
    /// What the caller may not run, and why; empty where the refusal is the same for all.
    pub not_permitted: Vec<NotPermitted>,
    /// Why there is no live description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_error: Option<String>,
    /// How the instance was classified.
    pub classification: Classification,
}

/// An operation that the caller may run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableOperation {
    /// Its name.
    pub operation: String,
    /// The JSON schema of its parameters.
    pub parameters: Value,
}

/// An operation that the caller may not run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotPermitted {
    /// Its name.
    pub operation: String,
    /// Why not.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// An inventory item that can't be understood.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrokenItem {
    /// Its `instance_id`, or what is in its place.
    pub instance_id: String,
    /// What is wrong with it.
    pub problem: String,
}
