//! `ModifyDBCluster` with the backup window and nothing else: no IAM condition limits which
//! settings the call changes, so this code does.

use aws_sdk_rds::Client;
use ops_domain::id::ClusterId;
use ops_domain::operation::modify_backup_window::Order;
use ops_domain::ports::Sent;

use crate::rds::{once, sent, with_status};

/// Asks for the window, once.
pub(super) async fn send(client: &Client, cluster: &ClusterId, order: &Order) -> Sent {
    let answer = client
        .modify_db_cluster()
        .db_cluster_identifier(cluster.as_str())
        .preferred_backup_window(order.backup_window.to_string())
        .apply_immediately(order.apply_immediately)
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| with_status(answer.db_cluster.and_then(|live| live.status)))
}
