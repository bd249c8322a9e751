//! Warnings: an operation does what it was asked for, and there is something about it that its
//! caller should know.

use serde::{Serialize, Serializer};
use serde_json::json;
use strum::VariantArray;

use super::{Guidance, Retry};

/// Something that a caller should know about an operation, though nothing is wrong with it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, VariantArray)]
pub enum Warning {
    /// The instance has no automated backups, so its backup window has no effect.
    BackupsOff,
    /// AWS Backup manages the backups of the instance, so its own window may count for nothing.
    ManagedByAwsBackup,
    /// Static parameters wait for a reboot, and one with failover does not apply them reliably.
    FailoverLeavesParameters,
    /// The instance was restarted, and its parameters are not in sync.
    ParametersNotInSync,
    /// The instance is the writer of a cluster, and the readers restart with it.
    ReadersRestart,
    /// RDS got the request long after the operation was asked for.
    SentLate,
    /// The snapshot does not get all tags of what it is taken of, although `CopyTagsToSnapshot` is
    /// on.
    TagsNotCopied,
    /// RDS starts a stopped database by itself after seven days, and charges for its storage.
    StartsAgainAfterSevenDays,
    /// Changes wait, and a stop drops them.
    PendingChangesDropped,
    /// Static parameters wait for a reboot, and the start puts them in use.
    ParametersApplyAtStart,
    /// The instance uses a capacity reservation, which a stop releases.
    CapacityReservationReleased,
    /// Changes wait for the maintenance window, which is moved.
    PendingChangesFollowWindow,
    /// The maintenance window of an Aurora cluster is set, and its instances keep theirs.
    MembersHaveOwnWindows,
    /// The parameters of the group are in use after a reboot without failover.
    GroupNeedsReboot,
    /// Another class has another price.
    ClassChangesCost,
    /// Another class has another memory, which parameters may not fit.
    ClassChangesMemory,
    /// The class waits for the maintenance window, and users notice it then.
    ClassWaitsForWindow,
    /// Nothing brings a deleted snapshot back.
    DeletionIsFinal,
}

impl Warning {
    /// Every warning.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// What to tell about it.
    #[must_use]
    pub const fn guidance(self) -> Guidance {
        match self {
            Self::BackupsOff => Guidance::new(
                "backups_off",
                Retry::Never,
                "Automated backups are off (the retention period is 0), so the backup window has \
                 no effect.",
                "RDS stores the window and uses it once automated backups are on. To switch them \
                 on, have the retention period set to at least one day in the RDS console; RDS \
                 restarts some instances for that.",
            ),
            Self::ManagedByAwsBackup => Guidance::new(
                "managed_by_aws_backup",
                Retry::Never,
                "AWS Backup manages the backups of this instance, so its backup plan and not this \
                 window says when they are made.",
                "Change the schedule in the backup plan that covers the instance, in the AWS \
                 Backup console, or ask its owner. The plan may set the window of the instance \
                 again.",
            ),
            Self::FailoverLeavesParameters => Guidance::new(
                "failover_leaves_parameters",
                Retry::Never,
                "Static parameters wait for a reboot, and a reboot with failover does not apply \
                 them reliably.",
                "To put them in use, reboot the instance with force_failover set to false; a \
                 Multi-AZ DB cluster needs RebootDBCluster instead, which this service does not \
                 offer. The Configuration tab of the instance in the RDS console shows whether its \
                 parameter group is in sync.",
            ),
            Self::ReadersRestart => Guidance::new(
                "readers_restart",
                Retry::Never,
                "The instance is the writer of its cluster, and its engine version restarts the \
                 readers together with it, or does not show whether it does.",
                "Expect the whole cluster to be away for the time of the restart. Aurora MySQL \
                 from 2.10 on and Aurora PostgreSQL from 12.14, 13.10, 14.7 and 15 on keep the \
                 readers up.",
            ),
            Self::SentLate => Guidance::new(
                "sent_late",
                Retry::Never,
                "RDS got the request more than a minute after the operation was asked for.",
                "`submitted_at` tells when. AWS asked for slower requests until then, or an \
                 earlier request did not reach RDS. A snapshot holds the data of that time and not \
                 of the time of your request.",
            ),
            Self::TagsNotCopied => Guidance::new(
                "tags_not_copied",
                Retry::Never,
                "CopyTagsToSnapshot is on, but some tags are not copied to the snapshot. RDS takes \
                 at most 50 tags with a request, and none whose key begins with aws: or rds:.",
                "The preview has their keys (`tags_not_copied`). Tags of the request come before \
                 those that are copied: add the ones that matter to the request, or ask for fewer \
                 others.",
            ),
            Self::StartsAgainAfterSevenDays => Guidance::new(
                "starts_again_after_seven_days",
                Retry::Never,
                "RDS starts a stopped database again by itself after seven days. Until then its \
                 storage and its backups are charged, and it gets no maintenance.",
                "The result has the time (`automatic_restart_time`) as soon as RDS returns it. Send \
                 the operation again after that if the database is to stay stopped. A start needs \
                 recovery and free capacity for the instance class, and may take long.",
            ),
            Self::PendingChangesDropped => Guidance::new(
                "pending_changes_dropped",
                Retry::Never,
                "Changes wait for the maintenance window, and a stop drops them, as it drops \
                 scheduled maintenance. Changes of the parameter group and of the option group \
                 stay.",
                "`pending_modifications` lists them. Wait until they are applied before you stop \
                 the database, or ask for them again after its start.",
            ),
            Self::ParametersApplyAtStart => Guidance::new(
                "parameters_apply_at_start",
                Retry::Never,
                "Static parameters wait for a reboot, and the start of the database puts them in \
                 use.",
                "Look at the parameter group on the Configuration tab of the instance before you \
                 go on: the database may behave in another way after the start, or may not start \
                 with them.",
            ),
            Self::CapacityReservationReleased => Guidance::new(
                "capacity_reservation_released",
                Retry::Never,
                "The instance uses a capacity reservation, and a stop releases its unit for other \
                 instances.",
                "The next start may then have to wait for capacity, or fail for lack of it: AWS \
                 documents both. Ask the team that manages the reservations of the account before you \
                 stop the instance.",
            ),
            Self::PendingChangesFollowWindow => Guidance::new(
                "pending_changes_follow_window",
                Retry::Never,
                "Changes wait for the maintenance window, and RDS makes them in the new one.",
                "`pending_modifications` lists them. Expect them, and an interruption if one of \
                 them needs it, at the time of the new window.",
            ),
            Self::MembersHaveOwnWindows => Guidance::new(
                "members_have_own_windows",
                Retry::Never,
                "The window is that of the Aurora cluster. Each of its instances also has a \
                 maintenance window of its own, which stays as it is.",
                "For maintenance of an instance, such as that of its operating system, the window \
                 of the instance counts. Change it in the RDS console where it has to move too.",
            ),
            Self::GroupNeedsReboot => Guidance::new(
                "group_needs_reboot",
                Retry::Never,
                "The parameters of the group are not in use before the instance is rebooted \
                 without failover. RDS does not reboot it by itself, not in the maintenance window \
                 either.",
                "Reboot the instance (`reboot_instance` without `force_failover`) when its users \
                 can do without it. The values that only the former group has are no longer in use \
                 after that.",
            ),
            Self::ClassChangesCost => Guidance::new(
                "class_changes_cost",
                Retry::Never,
                "Another instance class has another price, which RDS does not return.",
                "Compare the prices of both classes, and look whether a reserved instance of the \
                 account covers the present class alone: its discount is lost with a class of \
                 another family.",
            ),
            Self::ClassChangesMemory => Guidance::new(
                "class_changes_memory",
                Retry::Never,
                "Another instance class has another memory, and so has what follows from it, such \
                 as the most connections.",
                "Look at the parameter group before you choose a smaller class: a buffer pool that \
                 is set as a number may not fit, and RDS may put the instance into \
                 incompatible-parameters.",
            ),
            Self::ClassWaitsForWindow => Guidance::new(
                "class_waits_for_window",
                Retry::Never,
                "The class changes in the next maintenance window, with an interruption then, \
                 together with everything else that waits.",
                "`pending_modifications` lists what waits, and `maintenance_window` in the result \
                 says when the window is (UTC). A stop before that drops it. To change the class \
                 now, send the operation with apply_immediately set to true.",
            ),
            Self::DeletionIsFinal => Guidance::new(
                "deletion_is_final",
                Retry::Never,
                "A deleted snapshot can't be brought back.",
                "Look at the name and the creation time of the snapshot before you go on; the preview has \
                 them (`snapshot`). Point-in-time recovery and automated snapshots reach back for the backup retention period only.",
            ),
            Self::ParametersNotInSync => Guidance::new(
                "parameters_not_in_sync",
                Retry::AfterStateChange,
                "The instance was restarted, but static parameters that waited for it are not in \
                 use yet.",
                "Look at the parameter group on the Configuration tab of the instance. If it still \
                 says pending-reboot after some minutes, or somebody changed the group meanwhile, \
                 reboot the instance again.",
            ),
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Guidance { code, sentence, advice, retry: _ } = self.guidance();
        json!({ "code": code, "message": sentence, "guidance": advice }).serialize(serializer)
    }
}
