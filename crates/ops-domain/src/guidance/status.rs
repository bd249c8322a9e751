//! What a status of an instance means to a DBA who wants to change something.
//!
//! Which operations are possible in a status is not written here: that is added from the tables of
//! the operations ([`crate::operation::AllowedStatuses`]).

use super::{Guidance, Retry};

/// One entry for every status of [`crate::status`] but `available`.
///
/// Source: Amazon RDS User Guide, "Viewing instance status" and the event messages of RDS.
pub(super) const STATUSES: &[Guidance] = &[
    usable(
        "storage-initialization",
        "The DB instance works, while RDS still loads its storage from a snapshot. Reads can be \
         slow until then.",
    ),
    usable(
        "storage-optimization",
        "The DB instance works, while RDS optimizes its storage after a change. This can last \
         longer than a day.",
    ),
    busy("backing-up", "RDS is backing up the DB instance."),
    busy("backtracking", "The Aurora cluster is being taken back to an earlier time."),
    busy("configuring-enhanced-monitoring", "RDS is switching enhanced monitoring on or off."),
    busy(
        "configuring-iam-database-auth",
        "RDS is switching IAM database authentication on or off.",
    ),
    busy("configuring-log-exports", "RDS is changing which logs go to CloudWatch Logs."),
    busy("converting-to-vpc", "RDS is moving the DB instance from EC2-Classic into a VPC."),
    busy("creating", "RDS is creating the DB instance. It takes no connections yet."),
    leaving("delete-precheck", "RDS is checking whether the DB instance can be deleted."),
    leaving("deleting", "RDS is deleting the DB instance."),
    busy("maintenance", "RDS is applying maintenance, which may interrupt the DB instance."),
    busy("modifying", "RDS is applying a change that somebody asked for."),
    busy("moving-to-vpc", "RDS is moving the DB instance to another VPC."),
    busy(
        "rebooting",
        "The DB instance is rebooting. It takes no connections until the database has recovered.",
    ),
    busy(
        "renaming",
        "RDS is renaming the DB instance; it will have another identifier afterwards.",
    ),
    busy("resetting-master-credentials", "RDS is resetting the master credentials."),
    busy("starting", "The DB instance is starting."),
    busy("stopping", "The DB instance is being stopped."),
    busy(
        "storage-config-upgrade",
        "RDS is upgrading the storage configuration of the DB instance.",
    ),
    busy("upgrading", "RDS is upgrading the engine or the operating system of the DB instance."),
    Guidance::new(
        "stopped",
        Retry::AfterStateChange,
        "The DB instance is stopped.",
        "Start it and wait until its status is available, then send the operation again. RDS \
         starts a stopped instance by itself after seven days.",
    ),
    Guidance::new(
        "inaccessible-encryption-credentials-recoverable",
        Retry::AfterStateChange,
        "RDS cannot use the KMS key of the DB instance and has taken the instance out of service. \
         It can still be recovered.",
        "Find the key on the Configuration tab of the instance, enable it in the KMS console or \
         cancel its deletion, and check its key policy. Then start the instance. Do so \
         within seven days: later the instance can only be restored from a backup.",
    ),
    Guidance::new(
        "incompatible-network",
        Retry::AfterStateChange,
        "RDS cannot run the DB instance in its network: there may be no free addresses in its \
         subnets, or the DNS settings of the VPC do not fit.",
        "Look at the events of the instance (RDS-EVENT-0036). Check the subnet group, the free \
         addresses of its subnets, and that DNS resolution and DNS host names are on in the VPC. \
         Most instances can then be started.",
    ),
    Guidance::new(
        "incompatible-option-group",
        Retry::AfterStateChange,
        "RDS could not apply a change of the option group, and could not take it back either.",
        "Look at the recent events of the instance, which name the option. Correct the option \
         group, or give the instance one that fits, and wait until the status is available.",
    ),
    Guidance::new(
        "incompatible-parameters",
        Retry::AfterStateChange,
        "The database cannot start with the values in its parameter group, often because they ask \
         for more memory than the instance class has.",
        "Look at the recent events (RDS-EVENT-0035) and the error log of the engine. Correct the \
         values in the parameter group, or reset them to their defaults: the database takes them \
         when it is restarted after that.",
    ),
    Guidance::new(
        "insufficient-capacity",
        Retry::AfterStateChange,
        "AWS has no capacity at present for this instance class in the Availability Zone of the DB \
         instance.",
        "Wait some hours and look again. If it is urgent, restore a snapshot of it with another \
         instance class or into another Availability Zone, and notify AWS Support.",
    ),
    Guidance::new(
        "storage-full",
        Retry::AfterStateChange,
        "The DB instance has used up its storage. RDS makes no automated backups of it in this \
         status.",
        "Add storage by modifying the instance, which RDS permits in this status. Then find what \
         filled it: logs, temporary tables, replication slots or binary logs. The CloudWatch \
         metric FreeStorageSpace shows since when.",
    ),
    Guidance::new(
        "deleted",
        Retry::Never,
        "The DB instance was deleted.",
        "Look in CloudTrail for the DeleteDBInstance call. If it was a mistake, restore the final \
         snapshot or a retained automated backup.",
    ),
    failed(
        "failed",
        "The DB instance has failed and RDS cannot recover it; its data may be out of reach.",
    ),
    failed(
        "inaccessible-encryption-credentials",
        "RDS lost the KMS key of the DB instance for good, so the instance cannot be started \
         again.",
    ),
    Guidance::new(
        "incompatible-create",
        Retry::Never,
        "RDS could not create the DB instance, because the request does not fit its resources.",
        "Look at the recent events of the instance for the resource that does not fit. Delete the \
         instance, correct the request, and create it again.",
    ),
    Guidance::new(
        "incompatible-credentials",
        Retry::Never,
        "RDS cannot use the credentials that the DB instance is configured with.",
        "Look at the recent events of the instance. Check its master user, and its directory \
         domain or its secret where it has one, and contact AWS Support if the status stays.",
    ),
    failed(
        "incompatible-restore",
        "RDS could not restore the DB instance to the point in time, often because of temporary or \
         MyISAM tables.",
    ),
    Guidance::new(
        "modify-failed",
        Retry::Never,
        "RDS could not finish a change of the DB instance.",
        "Look at the recent events and the pending modifications of the instance for the change \
         that failed, and contact AWS Support if the instance does not return to available.",
    ),
    failed(
        "restore-error",
        "RDS met an error while it restored the DB instance to a point in time or from a snapshot.",
    ),
    Guidance::new(
        "upgrade-failed",
        Retry::Never,
        "The upgrade of the engine version failed.",
        "Look at the recent events of the instance and at the upgrade log on its Logs and events \
         tab for the check that failed. Correct it and upgrade again, or restore the snapshot that \
         RDS made before the upgrade.",
    ),
];

/// A status that is new to this service, of a family whose members a person has to fix.
pub(super) const UNKNOWN_ATTENTION: Guidance = Guidance::new(
    "unknown-needs-attention",
    Retry::AfterStateChange,
    "RDS reports that the DB instance does not fit something it depends on, or cannot reach it.",
    "The status names what: the network, the parameters, the options, or the encryption key. Look \
     at the recent events of the instance for the cause, fix it, and send the operation again \
     when the status is available.",
);

/// A status that is new to this service.
pub(super) const UNKNOWN: Guidance = Guidance::new(
    "unknown-status",
    Retry::AfterStateChange,
    "RDS reports a status of the DB instance that this service does not know.",
    "Look up the status in the Amazon RDS User Guide (Viewing instance status) and look at the \
     recent events of the instance. Send the operation again when the status is available.",
);

const fn usable(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::AfterStateChange,
        sentence,
        "Nothing has to be done about it. The events of the instance show when the work on its \
         storage is done; its status is available then.",
    )
}

const fn busy(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::AfterStateChange,
        sentence,
        "Wait until the status is available, then send the operation again. The recent events of \
         the instance show what RDS is doing; CloudTrail shows who asked for it. If the status \
         stays for hours, contact AWS Support.",
    )
}

const fn leaving(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        sentence,
        "CloudTrail shows who asked for the deletion. If it was a mistake, restore the final \
         snapshot or a retained automated backup.",
    )
}

const fn failed(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        sentence,
        "Look at the recent events of the instance for the cause. Restore the data into a new \
         instance, from the latest snapshot or to the latest restorable time, and contact AWS Support \
         if no backup can be used.",
    )
}
