//! Errors about the instance itself and the capacity it runs on.

use super::{Guidance, Retry};

/// Source of the codes: AWS RDS model, errors of `RebootDBInstance`, `ModifyDBInstance`,
/// `StartDBInstance`, `StopDBInstance` and `CreateDBSnapshot`.
pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "DBInstanceNotFound",
        Retry::Never,
        "RDS has no DB instance with this identifier in the account and Region of the request.",
        "Check the spelling, the account and the Region. The resource id (db-ABC...) is not the \
         identifier. If the instance was renamed or deleted, the events of the last 14 days and \
         CloudTrail show when, and by whom; the inventory is then out of date.",
    ),
    Guidance::new(
        "InvalidDBInstanceState",
        Retry::AfterStateChange,
        "The DB instance is busy, or in a status that does not allow this operation.",
        "Look at the status of the instance and at its recent events. RDS also refuses while a \
         backup or another management operation runs that the status does not show yet. Wait until \
         the status is available and stays so, then send the operation again.",
    ),
    Guidance::new(
        "DBInstanceAlreadyExists",
        Retry::Never,
        "RDS reports that a DB instance with the requested identifier exists already, although \
         this service renames and creates no instances.",
        "Check the pending modifications of the instance for a new identifier, which another \
         instance has already. If there is none, report the error to the operators of this service \
         with the operation id.",
    ),
    Guidance::new(
        "InsufficientDBInstanceCapacity",
        Retry::BackOff,
        "AWS has no capacity at present for this DB instance class in the Availability Zone of the \
         instance.",
        "Try again in some minutes, and if need be over some hours. If it is urgent, choose \
         another instance class where the instance runs (`modify_instance_class`); a stopped one \
         can't get another class, but a snapshot of it can be restored with one.",
    ),
    Guidance::new(
        "DBUpgradeDependencyFailure",
        Retry::Never,
        "RDS cannot change the engine version, because a resource that the DB instance depends on \
         blocks it.",
        "Check whether an engine upgrade is waiting among the pending modifications of the \
         instance, and read the message of RDS, which names the resource. Mend or remove it, or \
         take the upgrade back, then send the operation again.",
    ),
    Guidance::new(
        "StorageQuotaExceeded",
        Retry::Never,
        "The change would exceed the total storage that this account may use in the Region.",
        "Compare the used and the allowed storage under Amazon RDS in Service Quotas. Free storage \
         that is not needed any more, or request a higher quota, then send the operation again.",
    ),
    Guidance::new(
        "ProvisionedIopsNotAvailableInAZFault",
        Retry::Never,
        "Provisioned IOPS storage is not offered in the Availability Zone of this DB instance.",
        "Check the pending modifications of the instance for a change of the storage type or the \
         IOPS, and choose a storage type that this Availability Zone offers; the orderable \
         instance options of RDS list them.",
    ),
    Guidance::new(
        "StorageTypeNotSupported",
        Retry::Never,
        "The storage type does not fit the engine or the class of this DB instance.",
        "Check the pending modifications of the instance for a change of the class or the storage \
         type, and choose a combination that the orderable instance options of RDS list for this \
         engine version.",
    ),
    Guidance::new(
        "StorageTypeNotAvailableFault",
        Retry::Never,
        "The storage type of the Aurora cluster cannot be changed yet: RDS allows the change to \
         Aurora I/O-Optimized once in 30 days.",
        "Look in the events of the cluster for the last change of its storage type. Until 30 days \
         have passed leave the storage type as it is.",
    ),
    Guidance::new(
        "InvalidDBCapacityReservationState",
        Retry::AfterStateChange,
        "The capacity reservation of the DB instance is not active.",
        "Check the state of the capacity reservation in the RDS console of this account and \
         Region. When it is active, send the operation again; the team that manages the \
         reservations knows why it is not.",
    ),
    Guidance::new(
        "DBCapacityReservationNotFound",
        Retry::Never,
        "The capacity reservation that the DB instance refers to does not exist.",
        "Look in CloudTrail for what happened to the reservation, and ask the team that manages \
         the reservations of the account. Send the operation again when the instance refers to one \
         that exists, or to none.",
    ),
    Guidance::new(
        "TenantDatabaseQuotaExceeded",
        Retry::Never,
        "RDS reports that the DB instance has as many tenant databases as it may have, although \
         this service creates none.",
        "This is not expected here. Report it to the operators of this service with the operation \
         id, and check the pending modifications of the instance.",
    ),
];
