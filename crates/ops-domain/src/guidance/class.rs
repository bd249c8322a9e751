//! Codes of this service about changes of the instance class.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "class_not_orderable",
        Retry::Never,
        "The instance class can't be ordered for the engine, the version, the licence, the storage \
         type or the standby of this instance.",
        "Nothing was sent to RDS. `orderable_classes` in the answer has the nearest classes that \
         can be ordered, as far as they were read. Choose one of them, or look at \
         DescribeOrderableDBInstanceOptions for all.",
    ),
    Guidance::new(
        "class_not_allowed",
        Retry::Never,
        "The operators of this service do not allow this instance class.",
        "Nothing was sent to RDS. `allowed_classes` in the answer has the patterns of those that \
         they allow; * stands for any run of characters. Choose one of them, or ask the operators \
         of this service for more.",
    ),
    Guidance::new(
        "class_options_unknown",
        Retry::BackOff,
        "RDS did not return which classes can be ordered for this instance.",
        "Nothing was sent to RDS. Send the operation again in some minutes. If the error persists, report it \
         to the operators of this service.",
    ),
    Guidance::new(
        "another_class_waits",
        Retry::Never,
        "Another instance class waits for the maintenance window of this instance.",
        "Nothing was sent to RDS. `pending_modifications` in the answer has the class. Wait until \
         it is in use, or have it cancelled in the RDS console, then send the operation again.",
    ),
    Guidance::new(
        "serverless_class_not_changeable",
        Retry::Never,
        "This service changes no class from or to `db.serverless`.",
        "Nothing was sent to RDS. Aurora Serverless v2 needs a range of capacity, which is set for \
         the cluster. Have it changed in the RDS console.",
    ),
    Guidance::new(
        "multi_az_cluster_class_not_changeable",
        Retry::Never,
        "The DB instance is a member of a Multi-AZ DB cluster, whose members all have the class of \
         the cluster.",
        "Nothing was sent to RDS. Have the cluster modified in the RDS console; this service \
         changes the class of single instances and of Aurora members.",
    ),
    Guidance::new(
        "processor_features_set",
        Retry::Never,
        "The cores or threads of this instance were set by hand, and would have to be set again \
         for another class.",
        "Nothing was sent to RDS. `processor_features` in the answer has them. Have them reset in \
         the RDS console first, then send the operation again. Licences are often counted by cores.",
    ),
    Guidance::new(
        "capacity_reservation_in_use",
        Retry::Never,
        "The instance uses a capacity reservation, and a change of its class would move it out and \
         free the unit.",
        "Nothing was sent to RDS. `capacity_reservation` in the answer names it. Ask the \
         team that manages the reservations of the account, which can choose a class together with its \
         reservation.",
    ),
    Guidance::new(
        "class_change_failed",
        Retry::Never,
        "RDS reported that it can't change the instance class, and the instance has its old class.",
        "Look at the recent events of the instance (RDS-EVENT-0157): a class of SQL Server holds \
         only so many databases. Choose a larger class, or have databases removed first.",
    ),
    Guidance::new(
        "class_not_kept",
        Retry::ResolveFirst,
        "RDS had the new instance class, in use or waiting, and does not have it any more.",
        "Look in CloudTrail for a ModifyDBInstance or StopDBInstance call: somebody may have chosen \
         another class, and a stop drops what waits. `live_class` and `pending_modifications` in \
         the answer show what is there instead.",
    ),
];
