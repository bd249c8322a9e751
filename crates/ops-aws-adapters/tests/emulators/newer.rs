//! Operations of a version that this one does not know.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::AttributeValue;
use ops_aws_adapters::dynamo;
use ops_domain::id::OperationId;
use ops_domain::job::Job;
use ops_domain::ports::{OperationQuery, StoreError};
use ops_domain::state::OperationRecord;
use ops_domain::time::{after, to_micros_text};

use crate::tables::begin;
use crate::world::{Emulator, on_both};

on_both!(an_unreadable_record_hides_no_other_due_ones, a_record_of_an_older_version_is_refused);

async fn a_record_of_an_older_version_is_refused(emulator: Emulator) {
    let (stores, tables) = emulator.stores().await;
    let begun = stores.store.begin(begin()).await.expect("it begins");
    let older = OperationRecord { id: OperationId::from_parts(1, 3), ..begin().record };
    let text = |text: String| AttributeValue::S(text);
    let put = dynamo::client(&emulator.config).put_item().table_name(&tables.operations);
    let put = put
        .item("pk", text(format!("OP#{}", older.id)))
        .item("month", text(to_micros_text(begun.created_at)[..7].to_owned()))
        .item("created", text(format!("9{}", older.id)))
        .item("record", text(r#"{"operation":"of an older version"}"#.to_owned()));
    put.send().await.expect("the item can be written");

    let error = stores.store.load(older.id).await.expect_err("it can't be read");
    assert!(
        matches!(error, StoreError::Unreadable { operation_id, .. } if operation_id == older.id)
    );
    let loaded = stores.store.load_all(&[older.id, begun.id]).await.expect("one can be read");
    assert_eq!(loaded.iter().map(|record| record.id).collect::<Vec<_>>(), [begun.id]);
    let query = OperationQuery { limit: 10, ..OperationQuery::default() };
    let page = stores.store.list(&query).await.expect("the others can be listed");
    assert_eq!(page.items.iter().map(|record| record.id).collect::<Vec<_>>(), [begun.id]);
}

async fn an_unreadable_record_hides_no_other_due_ones(emulator: Emulator) {
    let (stores, tables) = emulator.stores().await;
    let begun = stores.store.begin(begin()).await.expect("it begins");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = dynamo::client(&emulator.config).put_item().table_name(&tables.operations);
    let newer = put
        .item("pk", text("OP#newer"))
        .item("due_shard", text("3/0"))
        .item("due_at", text("2020-01-01T00:00:00.000000Z#111122223333/eu-central-1#party/1"))
        .item("record", text(r#"{"operation":"of a later version"}"#));
    newer.send().await.expect("the item can be written");

    let tomorrow = after(SystemTime::now().into(), Duration::from_hours(24));
    let due = stores.store.due(None, tomorrow, 1).await.expect("the store says what is due");
    assert_eq!(due.iter().map(|due| due.job).collect::<Vec<_>>(), [Job::Operation(begun.id)]);
}
