//! DB instances as the inventory knows them and as RDS describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ClusterId, InstanceId, Region};
use crate::time::Timestamp;
use crate::window::{BackupWindow, MaintenanceWindow};

/// Where RDS is asked: one account in one Region. Identifiers are unique within it, and throttling
/// counts per scope.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Scope {
    /// The account that owns the instances.
    pub account_id: AccountId,
    /// The Region that they run in.
    pub region: Region,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account_id, self.region)
    }
}

/// One DB instance, named beyond doubt.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct InstanceRef {
    /// The account that owns the instance.
    pub account_id: AccountId,
    /// The Region that it runs in.
    pub region: Region,
    /// Its DB instance identifier.
    pub instance_id: InstanceId,
}

impl InstanceRef {
    /// The account and Region to ask about this instance.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { account_id: self.account_id.clone(), region: self.region.clone() }
    }
}

impl fmt::Display for InstanceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.account_id, self.region, self.instance_id)
    }
}

/// Tags by key. Keys are case-sensitive: `Environment` and `environment` may both exist.
pub type Tags = BTreeMap<String, String>;

/// What the inventory says about an instance. It may be hours old: only the live description
/// permits a change.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InventoryItem {
    /// Which instance.
    pub target: InstanceRef,
    /// The engine, e.g. `postgres`.
    pub engine: String,
    /// The tags when the inventory was made.
    pub tags: Tags,
    /// The cluster that the instance is a member of.
    pub db_cluster_id: Option<ClusterId>,
    /// Whether it had a standby in another zone.
    pub multi_az: Option<bool>,
    /// The DB instance class, e.g. `db.t4g.medium`.
    pub instance_class: Option<String>,
    /// The status when the inventory was made.
    pub status: Option<String>,
    /// The identifier that survives renaming (`db-…`).
    pub dbi_resource_id: Option<String>,
    /// The identifier or ARN of what this instance replicates.
    pub read_replica_source: Option<String>,
    /// What discovery keeps on an item of its own; `None` where another system wrote the item.
    #[serde(default)]
    pub managed: Option<Managed>,
}

/// What discovery keeps on an item of its own. Times are of the clock of the run.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Managed {
    /// The start of the last run in which RDS described the instance.
    pub seen_at: Timestamp,
    /// Complete runs of its account and Region since then, which did not show it.
    #[serde(default)]
    pub missed_runs: u32,
    /// The start of the last of these runs.
    #[serde(default)]
    pub missed_at: Option<Timestamp>,
    /// Since when the instance counts as gone.
    #[serde(default)]
    pub gone_since: Option<Timestamp>,
}

impl Managed {
    /// Seen in the run that started at `seen_at`.
    #[must_use]
    pub const fn seen(seen_at: Timestamp) -> Self {
        Self { seen_at, missed_runs: 0, missed_at: None, gone_since: None }
    }
}

impl InventoryItem {
    /// Whether discovery did not see the instance in several runs.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.managed.as_ref().is_some_and(|managed| managed.gone_since.is_some())
    }
}

/// A DB instance as RDS describes it at one moment (`DescribeDBInstances`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LiveInstance {
    /// Its DB instance identifier.
    pub instance_id: InstanceId,
    /// Its ARN.
    pub arn: Option<String>,
    /// The identifier that survives renaming (`db-…`).
    pub dbi_resource_id: Option<String>,
    /// The engine, e.g. `postgres`.
    pub engine: String,
    /// The engine's version, e.g. `16.4` or `5.7.mysql_aurora.2.09.3`.
    #[serde(default)]
    pub engine_version: Option<String>,
    /// `DBInstanceStatus`, a free text (see [`crate::status`]).
    pub status: String,
    /// The DB instance class.
    pub instance_class: Option<String>,
    /// Whether there is a standby in another zone.
    pub multi_az: bool,
    /// The zone of the primary.
    pub availability_zone: Option<String>,
    /// The zone of the standby.
    pub secondary_availability_zone: Option<String>,
    /// The daily backup window.
    pub backup_window: Option<BackupWindow>,
    /// The weekly maintenance window.
    pub maintenance_window: Option<MaintenanceWindow>,
    /// Days that automated backups are kept; 0 means that there are none.
    pub backup_retention_days: Option<u32>,
    /// `PendingModifiedValues`: the changes that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// The tags now.
    pub tags: Tags,
    /// The cluster that the instance is a member of.
    pub cluster_id: Option<String>,
    /// The identifier (same Region) or ARN (other Region) of the instance that this one replicates.
    pub replica_source: Option<String>,
    /// The identifier or ARN of the DB cluster that this instance replicates.
    pub source_cluster: Option<String>,
    /// The identifiers or ARNs of the instances that replicate this one.
    pub replicas: BTreeSet<String>,
    /// The identifiers or ARNs of the DB clusters that replicate this instance.
    pub replica_clusters: BTreeSet<String>,
    /// The attached parameter groups, of which there is one, each with its `ParameterApplyStatus`,
    /// e.g. `in-sync` or `pending-reboot`.
    #[serde(default)]
    pub parameter_groups: BTreeMap<String, String>,
    /// `AwsBackupRecoveryPointArn`: set where AWS Backup manages the backups of the instance.
    pub aws_backup_recovery_point: Option<String>,
    /// `CopyTagsToSnapshot`: snapshots get the tags of the instance, unless tags are sent with the
    /// request.
    #[serde(default)]
    pub copy_tags_to_snapshot: bool,
    /// `AutomaticRestartTime`: when RDS starts the instance by itself, while it is stopped.
    #[serde(default)]
    pub automatic_restart_time: Option<Timestamp>,
    /// `DBCapacityReservationIdentifier`: the capacity reservation that the instance uses.
    #[serde(default)]
    pub capacity_reservation: Option<String>,
    /// `LicenseModel`, e.g. `license-included`.
    #[serde(default)]
    pub license_model: Option<String>,
    /// `StorageType`, e.g. `gp3`.
    #[serde(default)]
    pub storage_type: Option<String>,
    /// `ProcessorFeatures`: the cores and threads that were set by hand, by name.
    #[serde(default)]
    pub processor_features: BTreeMap<String, String>,
}

/// The name of the instance class among the changes that wait
/// ([`LiveInstance::pending_modifications`]).
pub const PENDING_CLASS: &str = "DBInstanceClass";

impl LiveInstance {
    /// Whether this is `target` and not its namesake in another account or Region: credentials that
    /// lead elsewhere than the inventory says would show one. Without an ARN nobody knows, so it is
    /// not.
    #[must_use]
    pub fn is(&self, target: &InstanceRef) -> bool {
        let parts: Vec<&str> = self.arn.as_deref().unwrap_or_default().split(':').collect();
        match parts.as_slice() {
            ["arn", _, "rds", region, account, "db", name] => {
                *region == target.region.as_str()
                    && *account == target.account_id.as_str()
                    && name.eq_ignore_ascii_case(target.instance_id.as_str())
            }
            _ => false,
        }
    }

    /// Whether the engine is Aurora. Every Aurora instance is a member of a cluster.
    #[must_use]
    pub fn is_aurora(&self) -> bool {
        is_aurora(&self.engine)
    }

    /// Whether the instance is a member of `cluster`, or of none where that is none. Identifiers
    /// have no case.
    #[must_use]
    pub fn is_in(&self, cluster: Option<&ClusterId>) -> bool {
        match (&self.cluster_id, cluster) {
            (None, None) => true,
            (Some(own), Some(cluster)) => own.eq_ignore_ascii_case(cluster.as_str()),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    /// Whether static parameters wait for a reboot.
    #[must_use]
    pub fn parameters_pending_reboot(&self) -> bool {
        self.parameter_groups.values().any(|status| status == "pending-reboot")
    }

    /// The `ParameterApplyStatus` of the instance: of several groups the one that is furthest from
    /// `in-sync`.
    #[must_use]
    pub fn parameter_apply_status(&self) -> Option<&str> {
        const FURTHEST_FIRST: [&str; 4] =
            ["failed-to-apply", "pending-reboot", "applying", "pending-database-upgrade"];
        let statuses = || self.parameter_groups.values().map(String::as_str);
        let known =
            FURTHEST_FIRST.into_iter().find(|known| statuses().any(|status| status == *known));
        let other = || statuses().find(|status| *status != "in-sync").or_else(|| statuses().next());
        known.or_else(other)
    }
}

/// Whether `engine` is Aurora.
#[must_use]
pub fn is_aurora(engine: &str) -> bool {
    engine.starts_with("aurora")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(arn: Option<&str>) -> LiveInstance {
        LiveInstance {
            instance_id: "db-1".parse().unwrap(),
            arn: arn.map(str::to_owned),
            dbi_resource_id: None,
            engine: "postgres".into(),
            engine_version: None,
            status: "available".into(),
            instance_class: None,
            multi_az: false,
            availability_zone: None,
            secondary_availability_zone: None,
            backup_window: None,
            maintenance_window: None,
            backup_retention_days: None,
            pending_modifications: BTreeMap::new(),
            tags: Tags::new(),
            cluster_id: None,
            replica_source: None,
            source_cluster: None,
            replicas: BTreeSet::new(),
            replica_clusters: BTreeSet::new(),
            parameter_groups: BTreeMap::new(),
            aws_backup_recovery_point: None,
            copy_tags_to_snapshot: false,
            automatic_restart_time: None,
            capacity_reservation: None,
            license_model: None,
            storage_type: None,
            processor_features: BTreeMap::new(),
        }
    }

    #[test]
    fn a_namesake_in_another_account_or_region_is_another_instance() {
        let target = InstanceRef {
            account_id: "111122223333".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
            instance_id: "db-1".parse().unwrap(),
        };
        assert!(live(Some("arn:aws:rds:eu-central-1:111122223333:db:db-1")).is(&target));
        assert!(live(Some("arn:aws-cn:rds:eu-central-1:111122223333:db:DB-1")).is(&target));
        for arn in [
            None,
            Some(""),
            Some("arn:aws:rds:eu-central-1:222233334444:db:db-1"),
            Some("arn:aws:rds:us-east-1:111122223333:db:db-1"),
            Some("arn:aws:rds:eu-central-1:111122223333:db:db-2"),
            Some("arn:aws:rds:eu-central-1:111122223333:cluster:db-1"),
        ] {
            assert!(!live(arn).is(&target), "{arn:?}");
        }
    }
}
