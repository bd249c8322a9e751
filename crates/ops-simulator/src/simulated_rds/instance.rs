//! What an instance is, apart from its name and place.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::id::ClusterId;
use ops_domain::instance::{InstanceRef, InventoryItem, LiveInstance, Tags, is_aurora};
use ops_domain::window::{BackupWindow, MaintenanceWindow};
use serde::{Deserialize, Serialize};

use crate::simulated_rds::parameter_groups::{IN_SYNC, PENDING_REBOOT, default_group};

/// An instance to put into the simulated RDS: its description but for its name and place.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SimulatedInstance {
    /// The engine, e.g. `postgres`.
    pub engine: String,
    /// The engine's version.
    #[serde(default)]
    pub engine_version: Option<String>,
    /// The DB instance class.
    pub instance_class: String,
    /// `DBInstanceStatus`.
    pub status: String,
    /// The tags.
    pub tags: Tags,
    /// Whether there is a standby in another zone.
    pub multi_az: bool,
    /// The daily backup window.
    pub backup_window: BackupWindow,
    /// The weekly maintenance window.
    pub maintenance_window: MaintenanceWindow,
    /// Days that automated backups are kept.
    pub backup_retention_days: u32,
    /// The changes that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// The cluster that it is a member of.
    pub cluster_id: Option<ClusterId>,
    /// The identifier or ARN of the instance that it replicates.
    pub replica_source: Option<String>,
    /// The identifier or ARN of the cluster that it replicates.
    pub source_cluster: Option<String>,
    /// The identifiers or ARNs of the instances that replicate it.
    pub replicas: BTreeSet<String>,
    /// The identifiers or ARNs of the clusters that replicate it.
    pub replica_clusters: BTreeSet<String>,
    /// The attached parameter group, with its `ParameterApplyStatus`.
    pub parameter_groups: BTreeMap<String, String>,
    /// `AwsBackupRecoveryPointArn`.
    #[serde(default)]
    pub aws_backup_recovery_point: Option<String>,
    /// `CopyTagsToSnapshot`.
    #[serde(default)]
    pub copy_tags_to_snapshot: bool,
    /// `DBCapacityReservationIdentifier`.
    #[serde(default)]
    pub capacity_reservation: Option<String>,
    /// `LicenseModel`.
    #[serde(default)]
    pub license_model: Option<String>,
    /// `StorageType`.
    #[serde(default)]
    pub storage_type: Option<String>,
    /// `ProcessorFeatures` that were set by hand.
    #[serde(default)]
    pub processor_features: BTreeMap<String, String>,
}

impl SimulatedInstance {
    /// An `available` instance in one zone, of a recent version, without tags; backups at 03:00,
    /// maintenance on Sunday at 05:00.
    #[must_use]
    pub fn new(engine: &str) -> Self {
        Self {
            engine: engine.to_owned(),
            engine_version: recent_version(engine).map(str::to_owned),
            instance_class: "db.t4g.medium".to_owned(),
            status: "available".to_owned(),
            tags: Tags::new(),
            multi_az: false,
            backup_window: "03:00-03:30".parse().expect("it is a window of 30 minutes"),
            maintenance_window: "sun:05:00-sun:05:30"
                .parse()
                .expect("it is a window of 30 minutes"),
            backup_retention_days: 7,
            pending_modifications: BTreeMap::new(),
            cluster_id: None,
            replica_source: None,
            source_cluster: None,
            replicas: BTreeSet::new(),
            replica_clusters: BTreeSet::new(),
            parameter_groups: [(default_group(engine), IN_SYNC.to_owned())].into(),
            aws_backup_recovery_point: None,
            copy_tags_to_snapshot: false,
            capacity_reservation: None,
            license_model: license_model(engine).map(str::to_owned),
            storage_type: Some(if is_aurora(engine) { "aurora" } else { "gp3" }.to_owned()),
            processor_features: BTreeMap::new(),
        }
    }

    /// The same of this class.
    #[must_use]
    pub fn class(mut self, class: &str) -> Self {
        class.clone_into(&mut self.instance_class);
        self
    }

    /// The same with one more tag.
    #[must_use]
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.tags.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The same of this engine version.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.engine_version = Some(version.to_owned());
        self
    }

    /// The same with `CopyTagsToSnapshot` on.
    #[must_use]
    pub const fn copying_tags(mut self) -> Self {
        self.copy_tags_to_snapshot = true;
        self
    }

    /// The same in this status.
    #[must_use]
    pub fn status(mut self, status: &str) -> Self {
        status.clone_into(&mut self.status);
        self
    }

    /// The same with a standby in another zone.
    #[must_use]
    pub const fn multi_az(mut self) -> Self {
        self.multi_az = true;
        self
    }

    /// The same with one more change that waits.
    #[must_use]
    pub fn pending(mut self, setting: &str, value: &str) -> Self {
        self.pending_modifications.insert(setting.to_owned(), value.to_owned());
        self
    }

    /// The same with static parameters that wait for a reboot.
    #[must_use]
    pub fn pending_parameters(mut self) -> Self {
        self.parameter_groups.values_mut().for_each(|it| PENDING_REBOOT.clone_into(it));
        self
    }

    /// The same with this parameter group.
    #[must_use]
    pub fn parameter_group(mut self, name: &str) -> Self {
        self.parameter_groups = [(name.to_owned(), IN_SYNC.to_owned())].into();
        self
    }

    /// The same without automated backups.
    #[must_use]
    pub const fn without_backups(mut self) -> Self {
        self.backup_retention_days = 0;
        self
    }

    /// The same with its backups managed by AWS Backup.
    #[must_use]
    pub fn managed_by_aws_backup(mut self) -> Self {
        self.aws_backup_recovery_point =
            Some("arn:aws:backup:eu-central-1:111122223333:recovery-point:1".to_owned());
        self
    }

    /// The same as a member of a cluster.
    ///
    /// # Panics
    /// When RDS would not take the identifier.
    #[must_use]
    pub fn member_of(mut self, cluster_id: &str) -> Self {
        self.cluster_id =
            Some(cluster_id.parse().expect("the identifier follows the rules of RDS"));
        self
    }

    /// The same as a replica of `source`, an identifier or ARN.
    #[must_use]
    pub fn replica_of(mut self, source: &str) -> Self {
        self.replica_source = Some(source.to_owned());
        self
    }

    /// The same as the source of `replica`, an identifier or ARN.
    #[must_use]
    pub fn replicated_by(mut self, replica: &str) -> Self {
        self.replicas.insert(replica.to_owned());
        self
    }

    /// The instance as RDS describes it under the name and in the place of `target`.
    #[must_use]
    pub fn live(&self, target: &InstanceRef) -> LiveInstance {
        LiveInstance {
            instance_id: target.instance_id.clone(),
            arn: Some(format!(
                "arn:aws:rds:{}:{}:db:{}",
                target.region, target.account_id, target.instance_id
            )),
            dbi_resource_id: Some(resource_id(target)),
            engine: self.engine.clone(),
            engine_version: self.engine_version.clone(),
            status: self.status.clone(),
            instance_class: Some(self.instance_class.clone()),
            multi_az: self.multi_az,
            availability_zone: Some(format!("{}a", target.region)),
            secondary_availability_zone: self.multi_az.then(|| format!("{}b", target.region)),
            backup_window: Some(self.backup_window),
            maintenance_window: Some(self.maintenance_window),
            backup_retention_days: Some(self.backup_retention_days),
            pending_modifications: self.pending_modifications.clone(),
            tags: self.tags.clone(),
            cluster_id: self.cluster_id.as_ref().map(ToString::to_string),
            replica_source: self.replica_source.clone(),
            source_cluster: self.source_cluster.clone(),
            replicas: self.replicas.clone(),
            replica_clusters: self.replica_clusters.clone(),
            parameter_groups: self.parameter_groups.clone(),
            aws_backup_recovery_point: self.aws_backup_recovery_point.clone(),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot,
            automatic_restart_time: None,
            capacity_reservation: self.capacity_reservation.clone(),
            license_model: self.license_model.clone(),
            storage_type: self.storage_type.clone(),
            processor_features: self.processor_features.clone(),
        }
    }

    /// The instance as an inventory that is up to date lists it.
    #[must_use]
    pub fn inventory_item(&self, target: &InstanceRef) -> InventoryItem {
        InventoryItem {
            target: target.clone(),
            engine: self.engine.clone(),
            tags: self.tags.clone(),
            db_cluster_id: self.cluster_id.clone(),
            multi_az: Some(self.multi_az),
            instance_class: Some(self.instance_class.clone()),
            status: Some(self.status.clone()),
            dbi_resource_id: Some(resource_id(target)),
            read_replica_source: self.replica_source.clone(),
            managed: None,
        }
    }
}

/// A version of `engine` as RDS writes it, where its number has to be read.
fn recent_version(engine: &str) -> Option<&'static str> {
    match engine {
        "postgres" | "aurora-postgresql" => Some("16.4"),
        "aurora-mysql" => Some("8.0.mysql_aurora.3.08.0"),
        "mysql" => Some("8.0.40"),
        _ => None,
    }
}

/// The `LicenseModel` that RDS shows for most instances of `engine` (RDS model,
/// `CreateDBInstance.LicenseModel`).
fn license_model(engine: &str) -> Option<&'static str> {
    match engine {
        "postgres" | "aurora-postgresql" => Some("postgresql-license"),
        "mysql" | "mariadb" | "aurora-mysql" => Some("general-public-license"),
        _ if engine.starts_with("sqlserver") => Some("license-included"),
        _ if engine.starts_with("oracle") => Some("bring-your-own-license"),
        _ => None,
    }
}

/// A resource id in the form of RDS (`db-` and capitals) that is unique to the target.
fn resource_id(target: &InstanceRef) -> String {
    let name = format!("{}{}{}", target.instance_id, target.region, target.account_id);
    let capitals: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("db-{}", capitals.to_ascii_uppercase())
}
