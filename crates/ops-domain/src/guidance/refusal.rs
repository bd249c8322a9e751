//! Codes of this service for what it refuses by itself, before RDS is asked.
//!
//! RDS would refuse these too, with codes of its own. They are not used here: AWS's codes are for
//! what AWS said.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "status_not_allowed",
        Retry::AfterStateChange,
        "The DB instance is in a status in which RDS does not carry out this operation.",
        "Nothing was sent to RDS. The answer names the statuses in which it is possible \
         (`allowed_statuses`); GET /instances/{id}/operations lists what is possible now. Send the \
         operation again when the instance is in one of them.",
    ),
    Guidance::new(
        "cluster_status_not_allowed",
        Retry::AfterStateChange,
        "The DB cluster is in a status in which RDS does not carry out this operation.",
        "Nothing was sent to RDS. Look at the status and the recent events of the cluster and of \
         its members. Send the operation again when the cluster is in one of the \
         `allowed_statuses` of the answer. A stopped cluster has to be started first.",
    ),
    Guidance::new(
        "windows_overlap",
        Retry::Never,
        "The window that was asked for overlaps the other one: backup and maintenance window must \
         be apart.",
        "Nothing was sent to RDS. Choose a window that shares no minute with the other one on any \
         day: `free_backup_windows` or `free_maintenance_windows` in the answer has the nearest \
         ones. Or move the other window first, with `modify_maintenance_window` or \
         `modify_backup_window`.",
    ),
    Guidance::new(
        "window_would_reboot_now",
        Retry::AfterStateChange,
        "The maintenance window that was asked for includes the present time, or begins or ended \
         within 15 minutes of it. RDS would make the changes that wait and do its maintenance at \
         once, and reboot the database where they need it.",
        "Nothing was sent to RDS. Choose a window that does not include the present time (UTC), or \
         send the operation again when it is over. Changes that wait are listed in \
         `pending_modifications`; maintenance that waits does not show there.",
    ),
    Guidance::new(
        "engine_upgrade_waits",
        Retry::AfterStateChange,
        "An upgrade of the engine waits for the maintenance window, and the change need not fit \
         the version that the instance has then.",
        "Nothing was sent to RDS. `pending_modifications` lists what waits. Wait until the upgrade \
         is in use, then send the operation again.",
    ),
    Guidance::new(
        "snapshot_name_taken",
        Retry::Never,
        "A snapshot with this identifier exists already. It was not made by this operation.",
        "Choose another snapshot identifier, for example one with the date and the time in it. \
         Identifiers are unique within an account and Region, for cluster snapshots apart, and are \
         compared without regard to case.",
    ),
    Guidance::new(
        "snapshot_quota_used_up",
        Retry::Never,
        "The account has as many manual snapshots of this kind in this Region as it may have.",
        "Nothing was sent to RDS. Delete manual snapshots that are not needed any more \
         (`delete_snapshot`): RDS never deletes them by itself, and this service does so with \
         `retain_days` only. Or request a higher quota in Service Quotas under Amazon RDS \
         (manual DB instance snapshots: L-272F1212, manual DB cluster snapshots: L-9B510759). \
         Automated snapshots do not count.",
    ),
    Guidance::new(
        "too_many_tags",
        Retry::Never,
        "The snapshot would have more tags than RDS allows.",
        "Nothing was sent to RDS. Send the request with fewer tags. The sentence of the answer \
         counts them: those of the request, those of this service, and the environment tags of the \
         instance or of its cluster, which every snapshot gets.",
    ),
    Guidance::new(
        "cluster_snapshot_name_too_long",
        Retry::Never,
        "The DB instance is a member of a DB cluster, so its snapshot is one of the cluster, and \
         the identifier is too long for that.",
        "Nothing was sent to RDS. Send the request with a shorter snapshot_id: RDS takes up to 255 \
         characters for a snapshot of an instance, but only 63 for one of a cluster.",
    ),
];
