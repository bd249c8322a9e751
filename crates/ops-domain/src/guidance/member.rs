//! Codes of this service about members of DB clusters.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "cluster_member",
        Retry::Never,
        "The DB instance is a member of a Multi-AZ DB cluster, which is rebooted as a whole.",
        "Nothing was sent to RDS. To restart the writer, send the operation again with \
         force_failover set to true: the cluster fails over to another member. A reboot of the \
         whole cluster (RebootDBCluster) is not offered here; ask CloudOps for it.",
    ),
    Guidance::new(
        "failover_requires_two_members",
        Retry::Never,
        "A failover of the DB cluster was asked for, but the cluster has no other member to fail \
         over to.",
        "Nothing was sent to RDS. Add a reader to the cluster first. To restart the only instance \
         of an Aurora cluster, send the operation again with force_failover set to false.",
    ),
    Guidance::new(
        "cluster_failover_failed",
        Retry::AfterStateChange,
        "RDS accepted the failover of the DB cluster, then told that it failed, and the same \
         instance as before takes the writes.",
        "Look at the status of every member and at the recent events of the cluster \
         (RDS-EVENT-0069 and 0070 tell of a failed failover). When all members are available, send \
         the operation again; if it fails again, contact AWS Support.",
    ),
    Guidance::new(
        "cluster_disappeared",
        Retry::Never,
        "The DB cluster was there when the operation started and is not there any more. It was \
         deleted or renamed meanwhile.",
        "Look in CloudTrail for a DeleteDBCluster or ModifyDBCluster call with its name. If it was \
         renamed, go on under the new name as soon as the inventory has it.",
    ),
    Guidance::new(
        "inventory_outdated",
        Retry::AfterStateChange,
        "RDS says something else than the inventory about the cluster that the DB instance is a \
         member of. Operations on members of one cluster must exclude each other.",
        "Nothing was sent to RDS. Have the inventory of this account updated (its attribute \
         db_cluster_id; the answer shows what RDS and the inventory say), then send the operation \
         again.",
    ),
];
