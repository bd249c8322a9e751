//! `FailoverDBCluster`. The target is left to RDS: naming one is not supported for every engine (RDS model).

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::RequestId;
use ops_domain::id::ClusterId;
use ops_domain::ports::{Receipt, SendError};

use crate::classify::send_error;
use crate::rds::cluster::writer;
use crate::rds::once;

/// Asks for the failover, once.
pub(super) async fn send(client: &Client, cluster: &ClusterId) -> Result<Receipt, SendError> {
    let answer = client
        .failover_db_cluster()
        .db_cluster_identifier(cluster.as_str())
        .customize()
        .config_override(once())
        .send()
        .await
        .map_err(send_error)?;
    let rds_request_id = answer.request_id().map(str::to_owned);
    let (instance_status, members) = match answer.db_cluster {
        Some(live) => (live.status, live.db_cluster_members.unwrap_or_default()),
        None => (None, Vec::new()),
    };
    Ok(Receipt { instance_status, cluster_writer: writer(&members), rds_request_id })
}
