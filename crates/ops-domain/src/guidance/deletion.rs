//! Codes of this service for snapshots that it does not delete. RDS would delete most of them.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "snapshot_not_found",
        Retry::Never,
        "There is no snapshot with this identifier in the account and Region of the DB instance.",
        "Nothing was sent to RDS. Check the spelling. Snapshots of a cluster and of a single \
         instance are listed apart in the RDS console: a member of a cluster has snapshots of its \
         cluster only. If the snapshot was there before, CloudTrail shows who deleted it.",
    ),
    Guidance::new(
        "snapshot_of_another_database",
        Retry::Never,
        "The snapshot is not one of this DB instance or of its cluster, or it is one of an earlier \
         database of the same name.",
        "Nothing was sent to RDS. `snapshot_source` in the answer says which database it is of: send the \
         operation for that instance, or for a member of that cluster. A snapshot of a database \
         that no longer exists can be deleted in the RDS console only.",
    ),
    Guidance::new(
        "snapshot_not_manual",
        Retry::Never,
        "The snapshot is not a manual one: RDS or AWS Backup made it and deletes it by itself.",
        "Nothing was sent to RDS. RDS deletes automated snapshots when the backup retention period \
         of the database is over. Recovery points of AWS Backup are deleted in AWS Backup, by \
         their backup plan or by hand.",
    ),
    Guidance::new(
        "snapshot_not_made_by_service",
        Retry::Never,
        "This service did not make the snapshot: the tag rds-ops:operation-id is missing, or it \
         is not the id of an operation.",
        "Nothing was sent to RDS. The service deletes only snapshots of its own operation \
         `create_snapshot`. Ask the owner of the snapshot, who can delete it in the RDS console.",
    ),
    Guidance::new(
        "snapshot_created_since",
        Retry::Never,
        "The snapshot was created after the operation was asked for, so it is not the one that was \
         meant.",
        "Nothing was sent to RDS for this snapshot. `snapshot_create_time` in the answer shows when \
         it was created. If this snapshot is to be deleted, send a new request.",
    ),
    Guidance::new(
        "snapshot_not_expired",
        Retry::AfterStateChange,
        "The days for which the snapshot is to be kept are not over yet.",
        "Nothing was sent to RDS. `delete_after` in the answer is the last day on which it is kept, \
         in UTC. Send the operation without only_expired to delete the snapshot before that.",
    ),
    Guidance::new(
        "snapshot_without_expiry",
        Retry::Never,
        "The snapshot has no tag that says for how long it is to be kept, or that tag was changed \
         and is not a date.",
        "Nothing was sent to RDS, and the service leaves the snapshot alone. It was made without \
         retain_days, or its tag rds-ops:delete-after was changed. Send the operation without \
         only_expired if it is to be deleted.",
    ),
    Guidance::new(
        "snapshot_not_available",
        Retry::AfterStateChange,
        "The snapshot is not available, and RDS deletes available snapshots only.",
        "Nothing was sent to RDS. `snapshot_status` in the answer is its status. Wait until it \
         is available, then send the operation again. If it is being deleted already, there is \
         nothing to do. One that failed can be deleted in the RDS console.",
    ),
    Guidance::new(
        "snapshot_shared",
        Retry::Never,
        "The snapshot is shared with other accounts or with everybody, who may be using it.",
        "Nothing was sent to RDS. `shared_with` in the answer lists the accounts; `all` is \
         everybody. Ask them first, then have the sharing ended under Snapshot permissions in the \
         RDS console, and send the operation again.",
    ),
    Guidance::new(
        "snapshots_in_progress",
        Retry::AfterStateChange,
        "Another snapshot of the same database is not available: it is being made or copied, or it \
         failed. The deletion of a snapshot ends a copy of it that is still running.",
        "Nothing was sent to RDS. `snapshots` in the answer lists them with their statuses. Wait \
         until each is available or gone, then send the operation again. One that failed can be \
         deleted in the RDS console.",
    ),
    Guidance::new(
        "snapshot_is_newest",
        Retry::AfterStateChange,
        "The snapshot is the newest manual one of its database, and the newest is kept.",
        "Nothing was sent to RDS. Run `create_snapshot` first if you still want to be able to \
         restore the database, or set allow_newest to true if you do not.",
    ),
];
