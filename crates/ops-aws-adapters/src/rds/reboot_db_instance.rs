//! `RebootDBInstance`. `ForceFailover` is sent only to ask for one: where there can be none, even
//! `false` is a setting.

use aws_sdk_rds::Client;
use ops_domain::id::InstanceId;
use ops_domain::ports::Sent;

use crate::rds::{once, sent, with_status};

/// Asks for the reboot, once.
pub(super) async fn send(client: &Client, instance: &InstanceId, force_failover: bool) -> Sent {
    let answer = client
        .reboot_db_instance()
        .db_instance_identifier(instance.as_str())
        .set_force_failover(force_failover.then_some(true))
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| with_status(answer.db_instance.and_then(|live| live.db_instance_status)))
}
