//! The beginning of an operation: the operation, its lease, its idempotency key and its first audit
//! entry, in one transaction.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use ops_config::Tables;
use ops_domain::ports::{Begin, BeginError, IdempotencyRecord, NewIdempotencyRecord, StoreError};
use ops_domain::state::OperationRecord;
use ops_domain::time::{Timestamp, to_micros_text};

use crate::dynamo::chain::{ChainAppend, Heads, unbuilt};
use crate::dynamo::item::{BadItem, Item, get_text, number, text};
use crate::dynamo::layout::{EXPIRES_AT, OPERATION_ID, PK, REQUEST_HASH, TTL, idempotency_key};
use crate::dynamo::lease::{self, LeaseItem};
use crate::dynamo::record;
use crate::dynamo::transaction::{ItemRole, RETURN_OLD, Refused, TransactionPlan};

/// A new operation on its way into the tables.
pub(super) struct BeginTransaction<'a> {
    pub(super) record: OperationRecord,
    pub(super) append: ChainAppend<'a>,
    tables: &'a Tables,
    retention: Duration,
    idempotency: Option<NewIdempotencyRecord>,
    now: Timestamp,
}

impl<'a> BeginTransaction<'a> {
    pub(super) fn new(
        begin: Begin,
        tables: &'a Tables,
        retention: Duration,
        heads: &Heads,
    ) -> Self {
        let Begin { mut record, idempotency, audit, now } = begin;
        record.lease = record.lease.map(|wanted| lease::first_try(wanted, now));
        Self {
            record,
            append: ChainAppend::new(tables, heads, audit),
            tables,
            retention,
            idempotency,
            now,
        }
    }

    fn operation(&self) -> Result<TransactWriteItem, StoreError> {
        let item = record::to_item(&self.record, self.retention)
            .map_err(|e| StoreError::Unavailable(e.into()))?;
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn idempotency(
        &self,
        idempotency: &NewIdempotencyRecord,
    ) -> Result<TransactWriteItem, StoreError> {
        let item = Item::from([
            (PK.to_owned(), text(idempotency_key(&idempotency.key))),
            (OPERATION_ID.to_owned(), text(self.record.id.to_string())),
            (REQUEST_HASH.to_owned(), text(&idempotency.request_hash)),
            (EXPIRES_AT.to_owned(), text(to_micros_text(idempotency.expires_at))),
            (TTL.to_owned(), number(idempotency.expires_at.timestamp())),
        ]);
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk) OR #expires <= :now")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":now", text(to_micros_text(self.now)))
            .return_values_on_condition_check_failure(RETURN_OLD)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Somebody holds the instance, or held it with a token above ours.
    fn on_lease_conflict(&mut self, item: &Item) -> Result<(), BeginError> {
        let held = LeaseItem::read(item).map_err(unreadable)?;
        if let Some(owner) = held.owner_at(self.now) {
            return Err(BeginError::Busy { owner });
        }
        self.record.lease = self.record.lease.map(|wanted| held.next_try(wanted));
        Ok(())
    }
}

impl TransactionPlan for BeginTransaction<'_> {
    type Error = BeginError;

    fn writes(&self) -> Result<Vec<(ItemRole, TransactWriteItem)>, BeginError> {
        let mut writes = vec![(ItemRole::Operation, self.operation()?)];
        if let Some(idempotency) = &self.idempotency {
            writes.push((ItemRole::Idempotency, self.idempotency(idempotency)?));
        }
        if let Some(lease) = self.record.lease {
            let Self { record, now, .. } = self;
            let take =
                lease::take(&self.tables.operations, &record.lock_scope(), record.id, lease, *now)?;
            writes.push((ItemRole::Lease, take));
        }
        writes.extend(self.append.writes()?);
        Ok(writes)
    }

    fn on_conflict(&mut self, refused: Refused) -> Result<(), BeginError> {
        if let Some(Some(item)) = refused.get(&ItemRole::Idempotency) {
            return Err(BeginError::KeyUsed(idempotency(item).map_err(unreadable)?));
        }
        if refused.contains_key(&ItemRole::Operation) {
            return Err(StoreError::Unavailable(
                "an operation of this id is stored already".into(),
            )
            .into());
        }
        if let Some(Some(item)) = refused.get(&ItemRole::Lease) {
            self.on_lease_conflict(item)?;
        }
        Ok(self.append.on_conflict(&refused)?)
    }
}

/// The idempotency record in an item.
pub(super) fn idempotency(item: &Item) -> Result<IdempotencyRecord, BadItem> {
    let id = get_text(item, OPERATION_ID)?;
    Ok(IdempotencyRecord {
        operation_id: id
            .parse()
            .map_err(|error| BadItem::Content(OPERATION_ID, Box::new(error)))?,
        request_hash: get_text(item, REQUEST_HASH)?.to_owned(),
    })
}

fn unreadable(bad: BadItem) -> StoreError {
    StoreError::Unavailable(bad.into())
}
