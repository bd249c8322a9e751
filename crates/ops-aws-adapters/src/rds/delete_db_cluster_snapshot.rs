//! `DeleteDBClusterSnapshot`.

use aws_sdk_rds::Client;
use ops_domain::id::ClusterSnapshotId;
use ops_domain::ports::{Receipt, Sent};

use crate::rds::{once, sent};

/// Asks for the deletion, once. The answer shows the snapshot as `deleted`, which is no evidence.
pub(super) async fn send(client: &Client, snapshot: &ClusterSnapshotId) -> Sent {
    let answer = client
        .delete_db_cluster_snapshot()
        .db_cluster_snapshot_identifier(snapshot.as_str())
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |_| Receipt::default())
}
