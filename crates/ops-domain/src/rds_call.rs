//! The calls of the RDS API that change something. One variant for each call that this service
//! makes: the preview, the IAM permission, the adapter and the simulated RDS match over these and
//! never over operations.

mod permission;
mod request;

use serde::{Deserialize, Serialize};

pub use permission::{Grant, Permission, Resource};
pub use request::RdsRequest;

use crate::cluster::TargetIds;
use crate::id::{
    ClusterId, ClusterSnapshotId, InstanceClass, InstanceId, ParameterGroupName, SnapshotId,
};
use crate::tag::Tag;
use crate::window::{BackupWindow, MaintenanceWindow};

/// What RDS is asked to change, in a closed form: nothing that a caller wrote passes through
/// unparsed. Names are those of the RDS model.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "action")]
pub enum RdsCall {
    /// A manual snapshot of an instance.
    #[serde(rename = "CreateDBSnapshot")]
    CreateDbSnapshot {
        /// The instance.
        instance_id: InstanceId,
        /// The name of the new snapshot.
        snapshot_id: SnapshotId,
        /// All tags that the snapshot gets. Passing tags turns off the copying of the instance's
        /// own.
        tags: Vec<Tag>,
    },
    /// A manual snapshot of a cluster. Members of a cluster have no snapshots of their own.
    #[serde(rename = "CreateDBClusterSnapshot")]
    CreateDbClusterSnapshot {
        /// The cluster.
        cluster_id: ClusterId,
        /// The name of the new snapshot.
        snapshot_id: ClusterSnapshotId,
        /// All tags that the snapshot gets. Passing tags turns off the copying of the cluster's
        /// own.
        tags: Vec<Tag>,
    },
    /// The deletion of a manual snapshot.
    #[serde(rename = "DeleteDBSnapshot")]
    DeleteDbSnapshot {
        /// The instance that the snapshot is of. It is not part of the request to RDS.
        instance_id: InstanceId,
        /// The snapshot.
        snapshot_id: SnapshotId,
    },
    /// The deletion of a manual cluster snapshot.
    #[serde(rename = "DeleteDBClusterSnapshot")]
    DeleteDbClusterSnapshot {
        /// The cluster that the snapshot is of. It is not part of the request to RDS.
        cluster_id: ClusterId,
        /// The snapshot.
        snapshot_id: ClusterSnapshotId,
    },
    /// A restart of the database engine of an instance.
    #[serde(rename = "RebootDBInstance")]
    RebootDbInstance {
        /// The instance.
        instance_id: InstanceId,
        /// Restart by failing over to the standby. `ForceFailover` is sent only when `true`: where
        /// no failover is possible, RDS refuses even `false`.
        force_failover: bool,
    },
    /// A failover of a cluster, to the member that RDS chooses.
    #[serde(rename = "FailoverDBCluster")]
    FailoverDbCluster {
        /// The cluster.
        cluster_id: ClusterId,
    },
    /// A stop of an instance that is in no cluster.
    #[serde(rename = "StopDBInstance")]
    StopDbInstance {
        /// The instance.
        instance_id: InstanceId,
        /// The name of a snapshot that RDS takes before it stops the instance. The call has no
        /// tags for it.
        snapshot_id: Option<SnapshotId>,
    },
    /// A start of an instance that is in no cluster.
    #[serde(rename = "StartDBInstance")]
    StartDbInstance {
        /// The instance.
        instance_id: InstanceId,
    },
    /// A stop of an Aurora cluster with all its members.
    #[serde(rename = "StopDBCluster")]
    StopDbCluster {
        /// The cluster.
        cluster_id: ClusterId,
    },
    /// A start of an Aurora cluster with all its members.
    #[serde(rename = "StartDBCluster")]
    StartDbCluster {
        /// The cluster.
        cluster_id: ClusterId,
    },
    /// A change of one setting of an instance. No IAM condition limits which settings the call
    /// changes, so this type does.
    #[serde(rename = "ModifyDBInstance")]
    ModifyDbInstance {
        /// The instance.
        instance_id: InstanceId,
        /// The one setting.
        setting: InstanceSetting,
        /// Apply it now, together with every change that waits.
        apply_immediately: bool,
    },
    /// A change of one setting of a cluster.
    #[serde(rename = "ModifyDBCluster")]
    ModifyDbCluster {
        /// The cluster.
        cluster_id: ClusterId,
        /// The one setting.
        setting: ClusterSetting,
        /// Apply it now, together with every change that waits.
        apply_immediately: bool,
    },
}

/// RDS's answer to a call that it accepted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Receipt {
    /// The instance's status in the answer, where there is one.
    pub instance_status: Option<String>,
    /// The member that takes the writes when the call to fail a cluster over arrives, where the
    /// answer names it.
    pub cluster_writer: Option<String>,
}

/// A setting of an instance with its new value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceSetting {
    /// `PreferredBackupWindow`, in UTC.
    BackupWindow(BackupWindow),
    /// `PreferredMaintenanceWindow`, in UTC.
    MaintenanceWindow(MaintenanceWindow),
    /// `DBParameterGroupName`.
    ParameterGroup(ParameterGroupName),
    /// `DBInstanceClass`.
    Class(InstanceClass),
}

/// A setting of a cluster with its new value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterSetting {
    /// `PreferredBackupWindow`, in UTC.
    BackupWindow(BackupWindow),
    /// `PreferredMaintenanceWindow`, in UTC.
    MaintenanceWindow(MaintenanceWindow),
}

impl RdsCall {
    /// The action, e.g. `CreateDBSnapshot`.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::CreateDbSnapshot { .. } => "CreateDBSnapshot",
            Self::CreateDbClusterSnapshot { .. } => "CreateDBClusterSnapshot",
            Self::DeleteDbSnapshot { .. } => "DeleteDBSnapshot",
            Self::DeleteDbClusterSnapshot { .. } => "DeleteDBClusterSnapshot",
            Self::RebootDbInstance { .. } => "RebootDBInstance",
            Self::FailoverDbCluster { .. } => "FailoverDBCluster",
            Self::StopDbInstance { .. } => "StopDBInstance",
            Self::StartDbInstance { .. } => "StartDBInstance",
            Self::StopDbCluster { .. } => "StopDBCluster",
            Self::StartDbCluster { .. } => "StartDBCluster",
            Self::ModifyDbInstance { .. } => "ModifyDBInstance",
            Self::ModifyDbCluster { .. } => "ModifyDBCluster",
        }
    }

    /// The instance or the cluster that it changes, or whose snapshot.
    #[must_use]
    pub const fn database(&self) -> Database<'_> {
        match self {
            Self::CreateDbSnapshot { instance_id, .. }
            | Self::DeleteDbSnapshot { instance_id, .. }
            | Self::RebootDbInstance { instance_id, .. }
            | Self::StopDbInstance { instance_id, .. }
            | Self::StartDbInstance { instance_id }
            | Self::ModifyDbInstance { instance_id, .. } => Database::Instance(instance_id),
            Self::CreateDbClusterSnapshot { cluster_id, .. }
            | Self::DeleteDbClusterSnapshot { cluster_id, .. }
            | Self::FailoverDbCluster { cluster_id }
            | Self::StopDbCluster { cluster_id }
            | Self::StartDbCluster { cluster_id }
            | Self::ModifyDbCluster { cluster_id, .. } => Database::Cluster(cluster_id),
        }
    }

    /// Whether it deletes a snapshot.
    #[must_use]
    pub const fn deletes_snapshot(&self) -> bool {
        matches!(self, Self::DeleteDbSnapshot { .. } | Self::DeleteDbClusterSnapshot { .. })
    }

    /// Whether it changes a DB cluster and not an instance.
    #[must_use]
    pub const fn is_of_cluster(&self) -> bool {
        matches!(self.database(), Database::Cluster(_))
    }

    /// Whether it changes nothing but this instance, or the cluster that it is a member of, or a
    /// snapshot of that.
    #[must_use]
    pub fn is_within(&self, target: TargetIds<'_>) -> bool {
        match self.database() {
            Database::Instance(id) => id == target.instance,
            Database::Cluster(id) => Some(id) == target.cluster,
        }
    }

    /// The tags that it sends; `None` when the call has no tags.
    #[must_use]
    pub fn tags(&self) -> Option<&[Tag]> {
        match self {
            Self::CreateDbSnapshot { tags, .. } | Self::CreateDbClusterSnapshot { tags, .. } => {
                Some(tags)
            }
            Self::DeleteDbSnapshot { .. }
            | Self::DeleteDbClusterSnapshot { .. }
            | Self::RebootDbInstance { .. }
            | Self::FailoverDbCluster { .. }
            | Self::StopDbInstance { .. }
            | Self::StartDbInstance { .. }
            | Self::StopDbCluster { .. }
            | Self::StartDbCluster { .. }
            | Self::ModifyDbInstance { .. }
            | Self::ModifyDbCluster { .. } => None,
        }
    }

    /// What AWS must permit for the call, and nothing beyond it.
    #[must_use]
    pub fn permission(&self) -> Permission {
        Permission::of(self)
    }

    /// The call by the names of the RDS model, as a preview shows it.
    #[must_use]
    pub fn request(&self) -> RdsRequest {
        RdsRequest::of(self)
    }
}

/// What a call changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Database<'a> {
    /// A DB instance.
    Instance(&'a InstanceId),
    /// A DB cluster.
    Cluster(&'a ClusterId),
}
