//! `StopDBInstance`. `DetachFromDBCapacityReservation` is not sent: every stop frees the reserved
//! unit (RDS model).

use aws_sdk_rds::Client;
use ops_domain::id::{InstanceId, SnapshotId};
use ops_domain::ports::Sent;

use crate::rds::{once, sent, with_status};

/// Asks for the stop, once, and for a snapshot before it where one is named.
pub(super) async fn send(
    client: &Client,
    instance: &InstanceId,
    snapshot: Option<&SnapshotId>,
) -> Sent {
    let answer = client
        .stop_db_instance()
        .db_instance_identifier(instance.as_str())
        .set_db_snapshot_identifier(snapshot.map(|snapshot| snapshot.as_str().to_owned()))
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |answer| with_status(answer.db_instance.and_then(|live| live.db_instance_status)))
}
