//! `CreateDBSnapshot`.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::Tag;
use ops_domain::id::InstanceId;
use ops_domain::operation::create_snapshot::Order;
use ops_domain::ports::Sent;

use crate::rds::{once, sent};

/// Asks for the snapshot, once. Passing tags turns off the copying of the instance's own, so the order names them all.
pub(super) async fn send(client: &Client, instance: &InstanceId, order: &Order) -> Sent {
    let tags = order.tags.iter().map(|tag| {
        let (key, value) = (String::from(tag.key.clone()), String::from(tag.value.clone()));
        Tag::builder().key(key).value(value).build()
    });
    let answer = client
        .create_db_snapshot()
        .db_instance_identifier(instance.as_str())
        .db_snapshot_identifier(order.snapshot_id.as_str())
        .set_tags(Some(tags.collect()))
        .customize()
        .config_override(once())
        .send()
        .await;
    sent(answer, |_| None)
}
