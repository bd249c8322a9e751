//! `FailoverDBCluster`. The target is left to RDS: naming one is not supported for every engine
//! (RDS model).

use aws_sdk_rds::Client;
use ops_domain::id::ClusterId;
use ops_domain::ports::{Receipt, Sent};

use crate::rds::cluster::writer;
use crate::rds::{once, sent};

/// Asks for the failover, once.
pub(super) async fn send(client: &Client, cluster: &ClusterId) -> Sent {
    let answer = client
        .failover_db_cluster()
        .db_cluster_identifier(cluster.as_str())
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| {
        let (instance_status, members) = match answer.db_cluster {
            Some(live) => (live.status, live.db_cluster_members.unwrap_or_default()),
            None => (None, Vec::new()),
        };
        Receipt { instance_status, cluster_writer: writer(&members) }
    })
}
