//! `ModifyDBInstance` with the backup window and nothing else: no IAM condition limits which settings the call
//! changes, so this code does.

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::RequestId;
use ops_domain::id::InstanceId;
use ops_domain::operation::modify_backup_window::Order;
use ops_domain::ports::{Receipt, SendError};

use crate::classify::send_error;
use crate::rds::once;

/// Asks for the window, once.
pub(super) async fn send(client: &Client, instance: &InstanceId, order: &Order) -> Result<Receipt, SendError> {
    let answer = client
        .modify_db_instance()
        .db_instance_identifier(instance.as_str())
        .preferred_backup_window(order.backup_window.to_string())
        .apply_immediately(order.apply_immediately)
        .customize()
        .config_override(once())
        .send()
        .await
        .map_err(send_error)?;
    let rds_request_id = answer.request_id().map(str::to_owned);
    let instance_status = answer.db_instance.and_then(|live| live.db_instance_status);
    Ok(Receipt { instance_status, rds_request_id, ..Receipt::default() })
}
