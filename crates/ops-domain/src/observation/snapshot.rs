//! Snapshots as RDS describes them.

use serde::{Deserialize, Serialize};

use crate::id::SnapshotId;
use crate::instance::Tags;
use crate::status::{SnapshotStatus, classify_snapshot_status};
use crate::time::Timestamp;

/// The `SnapshotType` of a snapshot that an account has taken itself (RDS model,
/// `DescribeDBSnapshots`).
pub(crate) const MANUAL: &str = "manual";

/// A manual snapshot of an instance or of a cluster as RDS describes it (`DescribeDBSnapshots`,
/// `DescribeDBClusterSnapshots`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Snapshot {
    /// Its identifier.
    pub snapshot_id: SnapshotId,
    /// The identifier of the instance, or for a cluster snapshot of the cluster, that it was taken
    /// of.
    pub source_id: Option<String>,
    /// `DbiResourceId`, or for a cluster snapshot `DbClusterResourceId`: unlike its identifier, no
    /// other instance or cluster ever has it.
    #[serde(default)]
    pub source_resource_id: Option<String>,
    /// `SnapshotType`: `manual`, `automated`, `awsbackup`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Its ARN.
    pub arn: Option<String>,
    /// `Status`, a free text (see [`crate::status`]).
    pub status: String,
    /// `PercentProgress`, 0-100; may stand at 0 or jump, and decides nothing.
    pub percent: Option<u8>,
    /// `SnapshotCreateTime`; absent until RDS has begun. A copy has a time of its own.
    pub created_at: Option<Timestamp>,
    /// Of when its data is; a copy has that of its source. Absent where RDS does not return it.
    #[serde(default)]
    pub taken_at: Option<Timestamp>,
    /// The tags of the snapshot.
    pub tags: Tags,
}

impl Snapshot {
    /// Whether `other` is a later one of the same database that can be restored.
    #[must_use]
    pub fn is_followed_by(&self, other: &Self) -> bool {
        let same_database = self.source_id == other.source_id
            && self.source_resource_id == other.source_resource_id;
        let later = self.taken_at.zip(other.taken_at).is_some_and(|(own, other)| own < other);
        same_database && later && other.is_available()
    }

    /// Whether it can be restored, and deleted.
    #[must_use]
    pub fn is_available(&self) -> bool {
        classify_snapshot_status(&self.status) == SnapshotStatus::Available
    }
}

/// One of the snapshots of an instance or of a cluster, whoever made it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListedSnapshot {
    /// Its name. Those of automated snapshots begin with `rds:`.
    pub name: String,
    /// As [`Snapshot::source_resource_id`].
    pub source_resource_id: Option<String>,
    /// As [`Snapshot::kind`].
    pub kind: Option<String>,
    /// As [`Snapshot::status`].
    pub status: String,
    /// As [`Snapshot::taken_at`].
    pub taken_at: Option<Timestamp>,
}
