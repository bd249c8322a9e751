//! Errors about DB clusters.

use super::{Guidance, Retry};

/// Source of the codes: AWS RDS model, errors of `CreateDBClusterSnapshot`, `ModifyDBCluster`,
/// `FailoverDBCluster`, `StartDBCluster` and `StopDBCluster`.
pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "DBClusterNotFoundFault",
        Retry::Never,
        "RDS has no DB cluster with this identifier in the account and Region of the request.",
        "Check the spelling, the account and the Region. The details page of the instance in the \
         RDS console names the cluster it belongs to.",
    ),
    Guidance::new(
        "DBClusterAlreadyExistsFault",
        Retry::Never,
        "RDS reports that a DB cluster with the requested identifier exists already, although this \
         service renames and creates no clusters.",
        "This is not expected here. Check the pending modifications of the cluster in the RDS \
         console for a new identifier, and report the error to the operators of this service with \
         the operation id.",
    ),
    Guidance::new(
        "InvalidDBClusterStateFault",
        Retry::AfterStateChange,
        "The DB cluster is busy or in a status that does not allow this operation.",
        "Look at the status of the cluster, of its members, and at the recent events of both. RDS \
         also refuses while work goes on that no status shows yet. Wait until all of them are \
         available and stay so, then send the operation again.",
    ),
    Guidance::new(
        "InvalidDBShardGroupState",
        Retry::AfterStateChange,
        "A shard group of the Aurora cluster is in a status that does not allow this operation.",
        "Look at the status of the shard group in the RDS console and wait until it is available, \
         then send the operation again. If it stays so, give AWS Support the request id.",
    ),
    Guidance::new(
        "InvalidGlobalClusterStateFault",
        Retry::AfterStateChange,
        "The cluster belongs to an Aurora global database that is in a status which does not allow \
         this operation.",
        "Look at the status of the global database and of its clusters in the other Regions. Send \
         the operation again when all of them are available.",
    ),
    Guidance::new(
        "DBClusterParameterGroupNotFound",
        Retry::Never,
        "The DB cluster parameter group that the cluster refers to does not exist in this account \
         and Region.",
        "Check the name of the cluster parameter group under Parameter groups in the RDS console, \
         and give the cluster one that exists, of the family of its engine version.",
    ),
];
