//! `RebootDBInstance`. `ForceFailover` is sent only to ask for one: where there can be none, even `false` is a setting.

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::RequestId;
use ops_domain::id::InstanceId;
use ops_domain::ports::{Receipt, SendError};

use crate::classify::send_error;
use crate::rds::once;

/// Asks for the reboot, once.
pub(super) async fn send(client: &Client, instance: &InstanceId, force_failover: bool) -> Result<Receipt, SendError> {
    let answer = client
        .reboot_db_instance()
        .db_instance_identifier(instance.as_str())
        .set_force_failover(force_failover.then_some(true))
        .customize()
        .config_override(once())
        .send()
        .await
        .map_err(send_error)?;
    let rds_request_id = answer.request_id().map(str::to_owned);
    let instance_status = answer.db_instance.and_then(|live| live.db_instance_status);
    Ok(Receipt { instance_status, rds_request_id, ..Receipt::default() })
}
