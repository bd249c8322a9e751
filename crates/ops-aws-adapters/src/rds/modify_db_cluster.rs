//! `ModifyDBCluster` with one setting: no IAM condition limits which settings the call changes, so
//! the type of its setting does.

use aws_sdk_rds::Client;
use ops_domain::id::ClusterId;
use ops_domain::ports::Sent;
use ops_domain::rds_call::ClusterSetting;

use crate::rds::{once, sent, with_status};

/// Asks for the change, once.
pub(super) async fn send(
    client: &Client,
    cluster: &ClusterId,
    setting: &ClusterSetting,
    apply_immediately: bool,
) -> Sent {
    let request = client
        .modify_db_cluster()
        .db_cluster_identifier(cluster.as_str())
        .apply_immediately(apply_immediately);
    let request = match setting {
        ClusterSetting::BackupWindow(window) => request.preferred_backup_window(window.to_string()),
        ClusterSetting::MaintenanceWindow(window) => {
            request.preferred_maintenance_window(window.to_string())
        }
    };
    let answer = request.customize().config_override(once()).send().await;
    sent(answer, |answer| with_status(answer.db_cluster.and_then(|live| live.status)))
}
