//! Codes of this service about stopping and starting databases.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "replication_prevents_stop",
        Retry::Never,
        "The database is a read replica or has read replicas, and RDS does not stop such \
         databases.",
        "Nothing was sent to RDS. `replicates_with` in the answer lists what it replicates with. \
         To save the cost of it, have the replicas deleted or promoted first, or choose a smaller \
         instance class.",
    ),
    Guidance::new(
        "sqlserver_multi_az_not_stoppable",
        Retry::Never,
        "The DB instance is a Multi-AZ deployment of SQL Server, which RDS does not stop.",
        "Nothing was sent to RDS. Have the instance converted to Single-AZ first; then it can be \
         stopped. The Configuration tab of the instance shows whether it is Multi-AZ.",
    ),
    Guidance::new(
        "multi_az_cluster_not_stoppable",
        Retry::Never,
        "The DB instance is a member of a Multi-AZ DB cluster, which RDS neither stops nor starts.",
        "Nothing was sent to RDS. Only Aurora clusters and single instances can be stopped. To \
         save the cost of this one, restore a snapshot of it as a single instance, or have the \
         class of the cluster changed in the RDS console.",
    ),
    Guidance::new(
        "global_database_not_stoppable",
        Retry::Never,
        "The DB cluster belongs to an Aurora global database, of which this service stops no \
         cluster.",
        "Nothing was sent to RDS. RDS stops such a cluster only while it is the only one of its \
         global database. Have it removed from the global database first, then send the operation \
         again.",
    ),
    Guidance::new(
        "serverless_not_stoppable",
        Retry::Never,
        "The DB cluster is Aurora Serverless v1, which RDS does not stop.",
        "Nothing was sent to RDS. Such a cluster can pause by itself while nobody uses it: look at \
         its capacity settings in the RDS console. Serverless v2 clusters can be stopped.",
    ),
    Guidance::new(
        "already_stopped",
        Retry::AfterStateChange,
        "The DB instance is stopped already, so RDS takes no snapshot before a stop.",
        "Nothing was sent to RDS. Send the operation without snapshot_id if a snapshot is not \
         needed. Otherwise start the instance with `start_instance`, then send the operation \
         again.",
    ),
    Guidance::new(
        "cluster_stop_takes_no_snapshot",
        Retry::Never,
        "The DB instance is a member of a DB cluster, and RDS takes no snapshot when it stops a \
         cluster.",
        "Nothing was sent to RDS. Run `create_snapshot` first, which takes a snapshot of the \
         cluster. When it is available, send this operation without snapshot_id.",
    ),
    Guidance::new(
        "stop_failed",
        Retry::AfterStateChange,
        "RDS reported that the stop of the DB cluster failed, and the cluster runs.",
        "Look at the recent events of the cluster (RDS-EVENT-0152) and at the status of every \
         member. When all of them are available, send the operation again; if it fails again, \
         contact AWS Support.",
    ),
    Guidance::new(
        "started_meanwhile",
        Retry::ResolveFirst,
        "The database was on its way to be stopped, and it was started again meanwhile.",
        "Look in CloudTrail for a StartDBInstance or StartDBCluster call, and in the recent events \
         for who or what started it. Somebody may want to use it. If nobody does, send the \
         operation again.",
    ),
    Guidance::new(
        "stopped_meanwhile",
        Retry::ResolveFirst,
        "The database was started, and it was stopped again meanwhile.",
        "Look in CloudTrail for a StopDBInstance or StopDBCluster call, and in the recent events \
         for who or what stopped it; a schedule of another tool is a usual cause. Send the \
         operation again when nobody stops it any more.",
    ),
    Guidance::new(
        "stopped_without_snapshot",
        Retry::ResolveFirst,
        "The DB instance is stopped, but the snapshot that was to be taken before is not there or \
         is not complete.",
        "Do not rely on the snapshot. `snapshot_status` in the answer is what RDS shows of it. \
         To get one, start the instance with `start_instance`, then run `create_snapshot` with \
         another identifier. The events of the instance may show the cause.",
    ),
    Guidance::new(
        "start_given_up",
        Retry::BackOff,
        "RDS began to start the database, then stopped it again.",
        "Look at the recent events of the instance or of its cluster for the cause; missing \
         capacity for its instance class and a KMS key that cannot be used are usual ones. Send \
         the operation again later. A stopped instance can't get another class; if it is urgent, \
         have a snapshot of it restored with another one.",
    ),
];
