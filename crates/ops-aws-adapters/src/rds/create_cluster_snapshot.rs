//! `CreateDBClusterSnapshot`.

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::RequestId;
use ops_domain::id::{ClusterId, ClusterSnapshotId};
use ops_domain::ports::{Receipt, SendError};
use ops_domain::tag::Tag;

use crate::classify::send_error;
use crate::rds::{once, sdk_tags};

/// Asks for the snapshot, once. Passing tags turns off the copying of the cluster's own, so the order names them all.
pub(super) async fn send(
    client: &Client,
    cluster: &ClusterId,
    snapshot: &ClusterSnapshotId,
    tags: &[Tag],
) -> Result<Receipt, SendError> {
    let answer = client
        .create_db_cluster_snapshot()
        .db_cluster_identifier(cluster.as_str())
        .db_cluster_snapshot_identifier(snapshot.as_str())
        .set_tags(Some(sdk_tags(tags)))
        .customize()
        .config_override(once())
        .send()
        .await
        .map_err(send_error)?;
    Ok(Receipt { rds_request_id: answer.request_id().map(str::to_owned), ..Receipt::default() })
}
