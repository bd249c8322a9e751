//! Operations as items.

use std::time::Duration;

use ops_domain::state::OperationRecord;
use ops_domain::time::{after, to_micros_text};

use crate::dynamo::item::{BadItem, Item, get_text, number, text};
use crate::dynamo::layout::{
    CREATED, DUE, DUE_PARTITION, INSTANCE_ID, MONTH, NEXT_AT, OPERATION, PK, PRINCIPAL, RECORD,
    SCOPE, STATUS, TTL, VERSION, created, month, operation_key,
};

/// The item of an operation. One that has ended is kept for `retention` from then on; one that has
/// not, for ever.
pub(super) fn to_item(
    record: &OperationRecord,
    retention: Duration,
) -> Result<Item, serde_json::Error> {
    let mut item = Item::from([
        (PK.to_owned(), text(operation_key(record.id))),
        (RECORD.to_owned(), text(serde_json::to_string(record)?)),
        (VERSION.to_owned(), number(record.version)),
        (INSTANCE_ID.to_owned(), text(record.target.instance_id.as_str())),
        (SCOPE.to_owned(), text(record.target.scope().to_string())),
        (PRINCIPAL.to_owned(), text(&record.caller.principal)),
        (MONTH.to_owned(), text(month(record.created_at))),
        (CREATED.to_owned(), text(created(record.created_at, record.id))),
        (STATUS.to_owned(), text(record.status().as_str())),
        (OPERATION.to_owned(), text(record.operation.name())),
    ]);
    if let Some(next_at) = record.next_at() {
        item.insert(DUE.to_owned(), text(DUE_PARTITION));
        item.insert(NEXT_AT.to_owned(), text(to_micros_text(next_at)));
    }
    if let Some(ended_at) = record.ended_at() {
        item.insert(TTL.to_owned(), number(after(ended_at, retention).timestamp()));
    }
    Ok(item)
}

/// The operation of an item.
pub(super) fn from_item(item: &Item) -> Result<OperationRecord, BadItem> {
    serde_json::from_str(get_text(item, RECORD)?)
        .map_err(|error| BadItem::Content(RECORD, Box::new(error)))
}
