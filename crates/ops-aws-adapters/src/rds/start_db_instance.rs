//! `StartDBInstance`. No capacity reservation is named: RDS uses the one that the instance belongs
//! to.

use aws_sdk_rds::Client;
use ops_domain::id::InstanceId;
use ops_domain::ports::Sent;

use crate::rds::{once, sent, with_status};

/// Asks for the start, once.
pub(super) async fn send(client: &Client, instance: &InstanceId) -> Sent {
    let answer = client
        .start_db_instance()
        .db_instance_identifier(instance.as_str())
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| with_status(answer.db_instance.and_then(|live| live.db_instance_status)))
}
