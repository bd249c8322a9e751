//! DB clusters (Aurora, and Multi-AZ DB clusters) as RDS describes them, and what one operation at
//! a time may change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ClusterId, InstanceId, Region};
use crate::instance::{InstanceRef, InventoryItem, Scope, Tags};
use crate::time::Timestamp;
use crate::window::{BackupWindow, MaintenanceWindow};

/// One DB cluster, named beyond doubt.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ClusterRef {
    /// The account that owns the cluster.
    pub account_id: AccountId,
    /// The Region that it runs in.
    pub region: Region,
    /// Its DB cluster identifier.
    pub cluster_id: ClusterId,
}

impl ClusterRef {
    /// The cluster of this identifier in `scope`.
    #[must_use]
    pub fn new(scope: Scope, cluster_id: ClusterId) -> Self {
        Self { account_id: scope.account_id, region: scope.region, cluster_id }
    }

    /// The account and Region to ask about this cluster.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { account_id: self.account_id.clone(), region: self.region.clone() }
    }
}

/// Unlike every instance's text: no identifier has a colon.
impl fmt::Display for ClusterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/cluster:{}", self.account_id, self.region, self.cluster_id)
    }
}

/// What one operation at a time may change, and what a lease is on: an instance that stands alone,
/// or a cluster with all its members.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockScope {
    /// An instance that stands alone.
    Instance(InstanceRef),
    /// A cluster: an operation on one member may change the others.
    Cluster(ClusterRef),
}

impl LockScope {
    /// The unit of `target`, which is a member of `cluster` or of none.
    #[must_use]
    pub fn of(target: &InstanceRef, cluster: Option<&ClusterId>) -> Self {
        match cluster {
            None => Self::Instance(target.clone()),
            Some(cluster) => Self::Cluster(ClusterRef::new(target.scope(), cluster.clone())),
        }
    }

    /// The account and Region that it is in.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Self::Instance(instance) => instance.scope(),
            Self::Cluster(cluster) => cluster.scope(),
        }
    }
}

/// The text of the instance or of the cluster; no two units have the same.
impl fmt::Display for LockScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(instance) => instance.fmt(f),
            Self::Cluster(cluster) => cluster.fmt(f),
        }
    }
}

impl InventoryItem {
    /// What an operation on this instance may change, as far as the inventory knows.
    #[must_use]
    pub fn lock_scope(&self) -> LockScope {
        LockScope::of(&self.target, self.db_cluster_id.as_ref())
    }
}

/// An instance in its account and Region, and the cluster that it is a member of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TargetIds<'a> {
    /// The instance.
    pub instance: &'a InstanceId,
    /// Its cluster; none for an instance that stands alone.
    pub cluster: Option<&'a ClusterId>,
}

/// A DB cluster as RDS describes it at one moment (`DescribeDBClusters`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LiveCluster {
    /// Its DB cluster identifier.
    pub cluster_id: ClusterId,
    /// The engine, e.g. `aurora-postgresql`, or `mysql` for a Multi-AZ DB cluster.
    pub engine: String,
    /// The cluster's status, a free text.
    pub status: String,
    /// The tags of the cluster itself.
    pub tags: Tags,
    /// The identifiers of its member instances.
    pub members: BTreeSet<String>,
    /// The member that takes writes (`DBClusterMembers[].IsClusterWriter`).
    pub writer: Option<String>,
    /// The daily backup window. Those of the members do not count (RDS model, `ModifyDBInstance`).
    pub backup_window: Option<BackupWindow>,
    /// The weekly maintenance window.
    pub maintenance_window: Option<MaintenanceWindow>,
    /// `PendingModifiedValues`: the changes of the cluster that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// `ReplicationSourceIdentifier`: the identifier or ARN of what this cluster replicates.
    pub replica_source: Option<String>,
    /// `ReadReplicaIdentifiers`: the identifiers or ARNs of what replicates this cluster.
    pub replicas: BTreeSet<String>,
    /// The Aurora global database that the cluster belongs to.
    pub global_cluster_id: Option<String>,
    /// `CopyTagsToSnapshot`: snapshots get the tags of the cluster, unless tags are sent with the
    /// request.
    #[serde(default)]
    pub copy_tags_to_snapshot: bool,
    /// `DbClusterResourceId`: unlike the identifier, no other cluster ever has it.
    #[serde(default)]
    pub resource_id: Option<String>,
    /// `EngineMode`, e.g. `provisioned`; `serverless` is Aurora Serverless v1.
    #[serde(default)]
    pub engine_mode: Option<String>,
    /// `AutomaticRestartTime`: when RDS starts the cluster by itself, while it is stopped.
    #[serde(default)]
    pub automatic_restart_time: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_and_a_cluster_of_one_name_are_two_units() {
        let target = InstanceRef {
            account_id: "111122223333".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
            instance_id: "orders".parse().unwrap(),
        };
        let cluster = "orders".parse().unwrap();
        let lock_scopes = [LockScope::of(&target, None), LockScope::of(&target, Some(&cluster))];
        assert_ne!(lock_scopes[0], lock_scopes[1]);
        let texts = lock_scopes.each_ref().map(ToString::to_string);
        assert_eq!(
            texts,
            ["111122223333/eu-central-1/orders", "111122223333/eu-central-1/cluster:orders"]
        );
        assert_eq!(lock_scopes[0].scope(), lock_scopes[1].scope());
    }
}
