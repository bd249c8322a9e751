//! Operations as items.

use std::time::Duration;

use ops_domain::ports::StoreError;
use ops_domain::state::OperationRecord;
use ops_domain::time::after;

use crate::dynamo::due;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, get_text, number, text};
use crate::dynamo::layout::{
    CREATED, INSTANCE_ID, MONTH, OPERATION, PK, PRINCIPAL, RECORD, SCOPE, STATUS, TTL, VERSION,
    created, month, operation_key, operation_of,
};

/// The item of an operation. One that has ended is kept for `retention` from then on; one that has
/// not, for ever.
pub(super) fn to_item(
    record: &OperationRecord,
    retention: Duration,
) -> Result<Item, serde_json::Error> {
    let mut item = Item::from([
        (PK.to_owned(), text(operation_key(record.id))),
        (RECORD.to_owned(), text(record.to_stored()?)),
        (VERSION.to_owned(), number(record.version)),
        (INSTANCE_ID.to_owned(), text(record.target.instance_id.as_str())),
        (SCOPE.to_owned(), text(record.target.scope().to_string())),
        (PRINCIPAL.to_owned(), text(&record.caller.principal)),
        (MONTH.to_owned(), text(month(record.created_at))),
        (CREATED.to_owned(), text(created(record.created_at, record.id))),
        (STATUS.to_owned(), text(record.status().as_str())),
        (OPERATION.to_owned(), text(record.operation.name())),
    ]);
    due::add_keys(&mut item, record);
    if let Some(ended_at) = record.ended_at() {
        item.insert(TTL.to_owned(), number(after(ended_at, retention).timestamp()));
    }
    Ok(item)
}

/// The operation of an item.
///
/// # Errors
/// [`StoreError::Unreadable`], or [`StoreError::Unavailable`] for an item that is not one of an
/// operation.
pub(super) fn from_item(item: &Item) -> Result<OperationRecord, StoreError> {
    let (id, text) = id_and_record(item).map_err(|bad| DynamoError::from(bad).of_operations())?;
    OperationRecord::from_stored(text).map_err(|source| match id.parse() {
        Ok(operation_id) => StoreError::Unreadable { operation_id, source },
        Err(_) => StoreError::Unavailable(source.into()),
    })
}

/// The operation of an item of a list; `None`, with a line in the log, when it can't be read.
pub(super) fn listed(item: &Item) -> Result<Option<OperationRecord>, BadItem> {
    let (id, text) = id_and_record(item)?;
    Ok(OperationRecord::listed(id, text))
}

fn id_and_record(item: &Item) -> Result<(&str, &str), BadItem> {
    let key = get_text(item, PK)?;
    Ok((operation_of(key).unwrap_or(key), get_text(item, RECORD)?))
}
