//! `StopDBCluster`, for Aurora only (RDS model).

use aws_sdk_rds::Client;
use ops_domain::id::ClusterId;
use ops_domain::ports::Sent;

use crate::rds::{once, sent, with_status};

/// Asks for the stop of the cluster with all its members, once.
pub(super) async fn send(client: &Client, cluster: &ClusterId) -> Sent {
    let answer = client
        .stop_db_cluster()
        .db_cluster_identifier(cluster.as_str())
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| with_status(answer.db_cluster.and_then(|live| live.status)))
}
