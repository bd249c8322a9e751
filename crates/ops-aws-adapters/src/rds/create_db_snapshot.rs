//! `CreateDBSnapshot`.

use aws_sdk_rds::Client;
use ops_domain::id::{InstanceId, SnapshotId};
use ops_domain::ports::{Receipt, Sent};
use ops_domain::tag::Tag;

use crate::rds::{once, sdk_tags, sent};

/// Asks for the snapshot, once. Passing tags turns off the copying of the instance's own, so the
/// call names them all.
pub(super) async fn send(
    client: &Client,
    instance: &InstanceId,
    snapshot: &SnapshotId,
    tags: &[Tag],
) -> Sent {
    let answer = client
        .create_db_snapshot()
        .db_instance_identifier(instance.as_str())
        .db_snapshot_identifier(snapshot.as_str())
        .set_tags(Some(sdk_tags(tags)))
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |_| Receipt::default())
}
