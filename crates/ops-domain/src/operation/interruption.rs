//! What an operation does to those who use the database meanwhile.

use serde::Serialize;

/// What users of a database notice of an operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// Nothing.
    None,
    /// Reads and writes may pause for a moment.
    IoPause,
    /// Connections are cut; the database is away until it has recovered.
    Restart,
    /// Connections are cut; the standby takes over.
    Failover,
    /// Connections are cut; the database is away until somebody starts it, or RDS does.
    Stop,
    /// Nothing yet: RDS makes the change in the maintenance window, and users notice it then.
    InWindow,
    /// Changes of the instance that it replicates arrive late.
    ReplicationPause,
}

impl Interruption {
    /// What to expect, in a sentence.
    ///
    /// Source: RDS User Guide, "Creating a DB snapshot", "Rebooting a DB instance" and "Stopping an
    /// Amazon RDS DB instance temporarily".
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::None => "Nobody who uses the database notices an interruption.",
            Self::IoPause => {
                "Reads and writes may pause while the snapshot begins, from seconds to some \
                 minutes; on SQL Server also with a standby."
            }
            Self::Restart => {
                "The database is not reachable while it restarts, as a rule for a minute or two \
                 and longer if it has much to recover; open connections and transactions are lost."
            }
            Self::Failover => {
                "The database is cut off at once, without a clean shutdown, and is not reachable \
                 until the standby, or another member of the cluster, has taken over, as a rule for one or two minutes; open \
                 connections and transactions are lost, and clients have to resolve its name again."
            }
            Self::Stop => {
                "The database is not reachable until it is started again; open connections and \
                 transactions are lost."
            }
            Self::InWindow => {
                "Nobody notices an interruption before the maintenance window. RDS makes the change \
                 then, and the database restarts or fails over."
            }
            Self::ReplicationPause => {
                "Replication stops while its source restarts, and catches up afterwards."
            }
        }
    }
}
