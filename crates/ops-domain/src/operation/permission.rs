//! What AWS must permit for one order, and nothing beyond it: an adapter narrows the session of the
//! order to this.

use std::fmt;

use crate::id::{ClusterId, ClusterSnapshotId, InstanceId, SnapshotId};

/// All that AWS must permit for one order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Permission {
    /// One for each action, first that of the call itself.
    pub grants: Vec<Grant>,
}

/// One action on some resources.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    /// The action of RDS, e.g. `CreateDBSnapshot`.
    pub action: &'static str,
    /// Everything that AWS authorises it on.
    pub resources: Vec<Resource>,
}

/// Something of RDS in the account and Region of the order. Shown as the end of its ARN (Service
/// Authorization Reference, "Amazon RDS", resource types).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Resource {
    /// `db:NAME`.
    Instance(InstanceId),
    /// `db:*`.
    EveryInstance,
    /// `snapshot:NAME`.
    Snapshot(SnapshotId),
    /// `cluster:NAME`.
    Cluster(ClusterId),
    /// `cluster-snapshot:NAME`.
    ClusterSnapshot(ClusterSnapshotId),
}

impl Permission {
    /// The action of the call itself, as IAM spells it, e.g. `rds:CreateDBSnapshot`.
    #[must_use]
    pub fn action(&self) -> Option<String> {
        self.grants.first().map(|grant| format!("rds:{}", grant.action))
    }

    /// One action on one instance.
    pub(super) fn on_instance(action: &'static str, instance: &InstanceId) -> Self {
        Self {
            grants: vec![Grant { action, resources: vec![Resource::Instance(instance.clone())] }],
        }
    }

    /// One action on one cluster.
    pub(super) fn on_cluster(action: &'static str, cluster: &ClusterId) -> Self {
        Self { grants: vec![Grant { action, resources: vec![Resource::Cluster(cluster.clone())] }] }
    }

    /// A change of a cluster. Changing the members belongs to it (Service Authorization Reference,
    /// "Amazon RDS", `ModifyDBCluster`, dependent actions); which they are is not known to the
    /// order.
    pub(super) fn to_modify_cluster(cluster: &ClusterId) -> Self {
        let mut permission = Self::on_cluster("ModifyDBCluster", cluster);
        permission
            .grants
            .push(Grant { action: "ModifyDBInstance", resources: vec![Resource::EveryInstance] });
        permission
    }

    /// A new snapshot of a cluster, as one of an instance.
    pub(super) fn to_snapshot_cluster(cluster: &ClusterId, snapshot: &ClusterSnapshotId) -> Self {
        let snapshot = || Resource::ClusterSnapshot(snapshot.clone());
        let both = vec![Resource::Cluster(cluster.clone()), snapshot()];
        Self {
            grants: vec![
                Grant { action: "CreateDBClusterSnapshot", resources: both },
                Grant { action: "AddTagsToResource", resources: vec![snapshot()] },
            ],
        }
    }

    /// A new snapshot of an instance. The action is authorised on both, and tags that come with it
    /// are added to the snapshot (Service Authorization Reference, "Amazon RDS",
    /// `CreateDBSnapshot`).
    pub(super) fn to_snapshot(instance: &InstanceId, snapshot: &SnapshotId) -> Self {
        let snapshot = || Resource::Snapshot(snapshot.clone());
        let both = vec![Resource::Instance(instance.clone()), snapshot()];
        Self {
            grants: vec![
                Grant { action: "CreateDBSnapshot", resources: both },
                Grant { action: "AddTagsToResource", resources: vec![snapshot()] },
            ],
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(id) => write!(f, "db:{id}"),
            Self::EveryInstance => f.write_str("db:*"),
            Self::Snapshot(id) => write!(f, "snapshot:{id}"),
            Self::Cluster(id) => write!(f, "cluster:{id}"),
            Self::ClusterSnapshot(id) => write!(f, "cluster-snapshot:{id}"),
        }
    }
}
