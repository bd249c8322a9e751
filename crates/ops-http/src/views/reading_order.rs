//! The order of members whose names depend on the operation or the error.

use ops_api_types::Members;
use serde_json::{Map, Value};

/// Names of results and facts in the order in which a person reads them. The others follow in
/// alphabetical order.
const ORDER: [&str; 32] = [
    "changed",
    "snapshot_id",
    "snapshot_status",
    "snapshot_arn",
    "snapshot_create_time",
    "force_failover",
    "failover",
    "writer",
    "backup_window",
    "apply_immediately",
    "pending_modifications",
    "parameter_apply_status",
    "scope",
    "db_cluster_id",
    "members",
    "submitted_at",
    "warnings",
    "candidates",
    "running_operation_id",
    "rules_lack",
    "denied_action",
    "engine",
    "instance_status",
    "cluster_status",
    "allowed_statuses",
    "maintenance_window",
    "free_backup_windows",
    "quota",
    "live_arn",
    "inventory_db_cluster_id",
    "live_db_cluster_id",
    "would",
];

/// The members in reading order.
pub(super) fn members(facts: &Map<String, Value>) -> Members {
    let place = |name: &str| ORDER.iter().position(|own| *own == name).unwrap_or(ORDER.len());
    let mut members: Vec<(String, Value)> =
        facts.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    members.sort_by_key(|(name, _)| place(name));
    members.into_iter().collect()
}
