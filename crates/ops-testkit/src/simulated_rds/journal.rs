//! What RDS was asked and did, for assertions.

use std::collections::BTreeMap;

use ops_domain::id::{OperationId, SnapshotId};
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Order;
use ops_domain::time::Timestamp;
use ops_domain::window::BackupWindow;
use serde::{Deserialize, Serialize};

/// One order that reached RDS.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Recorded {
    /// When it arrived.
    pub at: Timestamp,
    /// For which instance.
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
    /// `ModifyDBInstance` with a backup window.
    ModifyBackupWindow {
        /// The new window.
        backup_window: BackupWindow,
        /// Whether to apply it, and all that waits, now.
        apply_immediately: bool,
    },
}

impl From<&Order> for Asked {
    fn from(order: &Order) -> Self {
        match order {
            Order::CreateSnapshot(order) => Self::CreateSnapshot { snapshot_id: order.snapshot_id.clone() },
            Order::RebootInstance(order) => Self::RebootInstance { force_failover: order.force_failover },
            Order::ModifyBackupWindow(order) => Self::ModifyBackupWindow {
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
