//! What AWS must permit for one call, and nothing beyond it: an adapter narrows the session of the
//! call to this.

use std::fmt;

use crate::id::{ClusterId, ClusterSnapshotId, InstanceId, ParameterGroupName, SnapshotId};
use crate::rds_call::{Database, InstanceSetting, RdsCall};

/// All that AWS must permit for one call.
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

/// Something of RDS in the account and Region of the call. Shown as the end of its ARN (Service
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
    /// `pg:NAME`.
    ParameterGroup(ParameterGroupName),
}

impl Permission {
    /// The action of the call itself, as IAM spells it, e.g. `rds:CreateDBSnapshot`.
    #[must_use]
    pub fn action(&self) -> Option<String> {
        self.grants.first().map(|grant| format!("rds:{}", grant.action))
    }

    /// What `call` needs (Service Authorization Reference, "Amazon RDS").
    pub(super) fn of(call: &RdsCall) -> Self {
        let database = match call.database() {
            Database::Instance(id) => Resource::Instance(id.clone()),
            Database::Cluster(id) => Resource::Cluster(id.clone()),
        };
        match call {
            RdsCall::CreateDbSnapshot { snapshot_id, .. } => {
                Self::to_snapshot(call, database, Resource::Snapshot(snapshot_id.clone()))
            }
            RdsCall::CreateDbClusterSnapshot { snapshot_id, .. } => {
                Self::to_snapshot(call, database, Resource::ClusterSnapshot(snapshot_id.clone()))
            }
            RdsCall::StopDbInstance { snapshot_id: Some(snapshot_id), .. } => {
                Self::to_stop_with_snapshot(call, database, Resource::Snapshot(snapshot_id.clone()))
            }
            RdsCall::ModifyDbInstance {
                setting: InstanceSetting::ParameterGroup(name), ..
            } => {
                let resources = vec![database, Resource::ParameterGroup(name.clone())];
                Self { grants: vec![Grant { action: call.action(), resources }] }
            }
            RdsCall::DeleteDbSnapshot { snapshot_id, .. } => {
                Self::to_delete(call, Resource::Snapshot(snapshot_id.clone()))
            }
            RdsCall::DeleteDbClusterSnapshot { snapshot_id, .. } => {
                Self::to_delete(call, Resource::ClusterSnapshot(snapshot_id.clone()))
            }
            RdsCall::RebootDbInstance { .. }
            | RdsCall::FailoverDbCluster { .. }
            | RdsCall::StopDbInstance { snapshot_id: None, .. }
            | RdsCall::StartDbInstance { .. }
            | RdsCall::StopDbCluster { .. }
            | RdsCall::StartDbCluster { .. }
            | RdsCall::ModifyDbInstance { .. } => {
                Self { grants: vec![Grant { action: call.action(), resources: vec![database] }] }
            }
            RdsCall::ModifyDbCluster { .. } => Self::to_modify_cluster(call, database),
        }
    }

    /// The action is authorised on the source and on the new snapshot, and tags that come with it
    /// are added to the snapshot (`CreateDBSnapshot`, `CreateDBClusterSnapshot`).
    fn to_snapshot(call: &RdsCall, source: Resource, snapshot: Resource) -> Self {
        let tagging = Grant { action: "AddTagsToResource", resources: vec![snapshot.clone()] };
        let creation = Grant { action: call.action(), resources: vec![source, snapshot] };
        Self { grants: vec![creation, tagging] }
    }

    /// A deletion is authorised on the snapshot alone, and not on what it was taken of
    /// (`DeleteDBSnapshot`, `DeleteDBClusterSnapshot`).
    fn to_delete(call: &RdsCall, snapshot: Resource) -> Self {
        Self { grants: vec![Grant { action: call.action(), resources: vec![snapshot] }] }
    }

    /// A stop that takes a snapshot is authorised on the snapshot too. Taking it, and adding the
    /// tags that RDS copies to it, are dependent actions of `StopDBInstance`.
    fn to_stop_with_snapshot(call: &RdsCall, source: Resource, snapshot: Resource) -> Self {
        let both = || vec![source.clone(), snapshot.clone()];
        let stop = Grant { action: call.action(), resources: both() };
        let creation = Grant { action: "CreateDBSnapshot", resources: both() };
        let tagging = Grant { action: "AddTagsToResource", resources: vec![snapshot.clone()] };
        Self { grants: vec![stop, creation, tagging] }
    }

    /// Changing the members belongs to the change of a cluster (`ModifyDBCluster`, dependent
    /// actions); which they are is not known to the call.
    fn to_modify_cluster(call: &RdsCall, cluster: Resource) -> Self {
        let members =
            Grant { action: "ModifyDBInstance", resources: vec![Resource::EveryInstance] };
        Self { grants: vec![Grant { action: call.action(), resources: vec![cluster] }, members] }
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
            Self::ParameterGroup(name) => write!(f, "pg:{name}"),
        }
    }
}
