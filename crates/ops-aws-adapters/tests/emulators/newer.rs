//! Operations of a version that this one does not know.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::AttributeValue;
use ops_aws_adapters::dynamo;
use ops_domain::time::after;

use crate::tables::begin;
use crate::world::{Emulator, on_both};

on_both!(an_unreadable_record_hides_no_other_due_ones);

async fn an_unreadable_record_hides_no_other_due_ones(emulator: Emulator) {
    let (stores, tables) = emulator.stores().await;
    let begun = stores.store.begin(begin()).await.expect("it begins");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = dynamo::client(&emulator.config).put_item().table_name(&tables.operations);
    let newer = put
        .item("pk", text("OP#newer"))
        .item("due", text("due"))
        .item("next_at", text("2020-01-01T00:00:00.000000Z"))
        .item("record", text(r#"{"operation":"of a later version"}"#));
    newer.send().await.expect("the item can be written");

    let tomorrow = after(SystemTime::now().into(), Duration::from_hours(24));
    let due = stores.store.due(None, tomorrow, 1).await.expect("the store says what is due");
    assert_eq!(due.iter().map(|record| record.id).collect::<Vec<_>>(), [begun.id]);
}
