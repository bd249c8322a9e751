//! What AWS must permit for one order, and nothing beyond it: an adapter narrows the session of the order to this.

use std::fmt;

use crate::id::{InstanceId, SnapshotId};

/// All that AWS must permit for one order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Permission {
    /// One for each action.
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

/// Something of RDS in the account and Region of the order. Shown as the end of its ARN (Service Authorization Reference,
/// "Amazon RDS", resource types).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Resource {
    /// `db:NAME`.
    Instance(InstanceId),
    /// `snapshot:NAME`.
    Snapshot(SnapshotId),
}

impl Permission {
    /// One action on one instance.
    pub(super) fn on_instance(action: &'static str, instance: &InstanceId) -> Self {
        Self { grants: vec![Grant { action, resources: vec![Resource::Instance(instance.clone())] }] }
    }

    /// A new snapshot of an instance. The action is authorised on both, and tags that come with it are added to the snapshot
    /// (Service Authorization Reference, "Amazon RDS", `CreateDBSnapshot`).
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
            Self::Snapshot(id) => write!(f, "snapshot:{id}"),
        }
    }
}
