//! Errors about snapshots of instances and clusters.

use super::{Guidance, Retry};

/// Source of the codes: AWS RDS model, errors of `CreateDBSnapshot`, `DescribeDBSnapshots`,
/// `DeleteDBSnapshot` and their cluster forms.
pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "DBSnapshotNotFound",
        Retry::Never,
        "RDS has no DB snapshot with this identifier in the account and Region of the request.",
        "Check the spelling, the account and the Region. A snapshot that was just requested can \
         take a minute to show up. Automated snapshots (rds:...) are found only when their type, \
         automated, is asked for. If somebody deleted the snapshot, CloudTrail shows who.",
    ),
    Guidance::new(
        "DBSnapshotAlreadyExists",
        Retry::Never,
        "A DB snapshot with this identifier exists already. It was not made by this operation.",
        "Choose another snapshot identifier, for example one with the date and the time in it. \
         Snapshot identifiers are unique within an account and Region and are compared without \
         regard to case.",
    ),
    Guidance::new(
        "InvalidDBSnapshotState",
        Retry::AfterStateChange,
        "The DB snapshot is in a status that does not allow this operation: it is still being \
         created, or in use.",
        "Look at the status of the snapshot in the RDS console under Snapshots. Send the operation \
         again when the status is available.",
    ),
    Guidance::new(
        "SnapshotQuotaExceeded",
        Retry::Never,
        "The account has as many manual snapshots in this Region as it may have, by default 100. \
         No snapshot was made.",
        "Delete manual snapshots that are not needed any more (`delete_snapshot`): RDS never \
         deletes them by itself, and this service does so with `retain_days` only. Or request a higher quota in Service Quotas under Amazon RDS (manual DB instance snapshots: \
         L-272F1212). Automated snapshots do not count.",
    ),
    Guidance::new(
        "DBClusterSnapshotNotFoundFault",
        Retry::Never,
        "RDS has no DB cluster snapshot with this identifier in the account and Region of the \
         request.",
        "Check the spelling, the account and the Region, and that the snapshot is one of a \
         cluster: snapshots of single instances are listed apart. If somebody deleted it, \
         CloudTrail shows who.",
    ),
    Guidance::new(
        "DBClusterSnapshotAlreadyExistsFault",
        Retry::Never,
        "A DB cluster snapshot with this identifier exists already. It was not made by this \
         operation.",
        "Choose another snapshot identifier, for example one with the date and the time in it. The \
         RDS console lists the snapshots of clusters under Snapshots.",
    ),
    Guidance::new(
        "InvalidDBClusterSnapshotStateFault",
        Retry::AfterStateChange,
        "The DB cluster snapshot is in a status that does not allow this operation: it is still \
         being created or copied, or in use.",
        "Look at the status of the snapshot in the RDS console under Snapshots. Send the operation \
         again when the status is available.",
    ),
];
