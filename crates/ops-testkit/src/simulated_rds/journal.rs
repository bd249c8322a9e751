//! What RDS was asked and did, for assertions.

use std::collections::BTreeMap;

use ops_domain::id::{ClusterId, ClusterSnapshotId, OperationId, SnapshotId};
use ops_domain::instance::InstanceRef;
use ops_domain::operation::{Order, create_snapshot, reboot_instance};
use ops_domain::time::Timestamp;
use ops_domain::window::BackupWindow;
use serde::{Deserialize, Serialize};

/// One order that reached RDS.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Recorded {
    /// When it arrived.
    pub at: Timestamp,
    /// For which instance. What is asked of a cluster is asked for one of its members.
    pub target: InstanceRef,
    /// Of which operation.
    pub operation_id: OperationId,
    /// What was asked.
    pub asked: Asked,
    /// What RDS made of it.
    pub outcome: Outcome,
    /// The waiting modifications that were applied with it, although nobody asked for them.
    pub pending_flushed: BTreeMap<String, String>,
}

impl Recorded {
    /// Whether RDS accepted it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }
}

/// What was asked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Asked {
    /// `CreateDBSnapshot`.
    CreateSnapshot {
        /// The name of the new snapshot.
        snapshot_id: SnapshotId,
    },
    /// `RebootDBInstance`.
    RebootInstance {
        /// Whether to fail over.
        force_failover: bool,
    },
    /// `CreateDBClusterSnapshot`.
    CreateClusterSnapshot {
        /// The cluster.
        cluster_id: ClusterId,
        /// The name of the new snapshot.
        snapshot_id: ClusterSnapshotId,
    },
    /// `FailoverDBCluster`.
    FailOverCluster {
        /// The cluster.
        cluster_id: ClusterId,
    },
    /// `ModifyDBInstance` with a backup window, or `ModifyDBCluster`.
    ModifyBackupWindow {
        /// The cluster, if it is that of one.
        cluster_id: Option<ClusterId>,
        /// The new window.
        backup_window: BackupWindow,
        /// Whether to apply it, and all that waits, now.
        apply_immediately: bool,
    },
}

impl From<&Order> for Asked {
    fn from(order: &Order) -> Self {
        match order {
            Order::CreateSnapshot(create_snapshot::Order::OfInstance { snapshot_id, tags: _ }) => {
                Self::CreateSnapshot { snapshot_id: snapshot_id.clone() }
            }
            Order::CreateSnapshot(create_snapshot::Order::OfCluster {
                cluster_id,
                snapshot_id,
                tags: _,
            }) => Self::CreateClusterSnapshot {
                cluster_id: cluster_id.clone(),
                snapshot_id: snapshot_id.clone(),
            },
            Order::RebootInstance(reboot_instance::Order::Reboot { force_failover }) => {
                Self::RebootInstance { force_failover: *force_failover }
            }
            Order::RebootInstance(reboot_instance::Order::FailOverCluster { cluster_id }) => {
                Self::FailOverCluster { cluster_id: cluster_id.clone() }
            }
            Order::ModifyBackupWindow(order) => Self::ModifyBackupWindow {
                cluster_id: order.cluster_id.clone(),
                backup_window: order.backup_window,
                apply_immediately: order.apply_immediately,
            },
        }
    }
}

/// What RDS made of an order.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It carries it out.
    Accepted,
    /// It refused.
    Refused {
        /// The wire code.
        code: String,
    },
}
