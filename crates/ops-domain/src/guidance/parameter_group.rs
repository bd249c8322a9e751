//! Codes of this service about parameter groups.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "parameter_group_not_found",
        Retry::Never,
        "There is no DB parameter group of this name in the account and Region of the instance.",
        "Nothing was sent to RDS. Look at the parameter groups of the account and Region in the \
         RDS console and check the name. A DB cluster parameter group is not one of an instance.",
    ),
    Guidance::new(
        "parameter_group_family_differs",
        Retry::Never,
        "The parameter group is of another family than the engine and version of the instance.",
        "Nothing was sent to RDS. `instance_family` in the answer has the family that the group \
         must have. Choose a group of it, or have one made.",
    ),
    Guidance::new(
        "multi_az_cluster_group_not_changeable",
        Retry::Never,
        "The DB instance is a member of a Multi-AZ DB cluster, whose parameters are those of the \
         DB cluster parameter group.",
        "Nothing was sent to RDS. Have the group of the cluster changed in the RDS console; this \
         service changes those of single instances and of Aurora members.",
    ),
    Guidance::new(
        "parameter_group_failed_to_apply",
        Retry::AfterStateChange,
        "The parameter group is attached, but RDS could not apply its parameters.",
        "Look at the recent events of the instance and at the error log of the engine for the \
         parameter that it refused. Correct it in the parameter group, or attach the former group \
         again.",
    ),
];
