//! The beginning of an operation: the operation, its lease, its idempotency key and its first audit entry, in one
//! transaction.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use ops_domain::config::Tables;
use ops_domain::life::{Lease, OperationRecord};
use ops_domain::ports::{Begin, BeginError, Claim, NewClaim, StoreError};
use ops_domain::time::{Timestamp, to_micros_text};

use crate::dynamo::chain::{Heads, Link, unbuilt};
use crate::dynamo::item::{BadItem, Item, get_text, number, text};
use crate::dynamo::layout::{EXPIRES_AT, OPERATION_ID, PK, REQUEST_HASH, TTL, claim_key};
use crate::dynamo::lease::{self, Held};
use crate::dynamo::record;
use crate::dynamo::transaction::{GIVE_BACK, Part, Refused, Writing};

/// A new operation on its way into the tables.
pub(super) struct Beginning<'a> {
    pub(super) record: OperationRecord,
    pub(super) link: Link<'a>,
    tables: &'a Tables,
    retention: Duration,
    claim: Option<NewClaim>,
    now: Timestamp,
}

impl<'a> Beginning<'a> {
    pub(super) fn new(begin: Begin, tables: &'a Tables, retention: Duration, heads: &Heads) -> Self {
        let Begin { mut record, claim, audit, now } = begin;
        record.lease = record.lease.map(|lease| Lease { token: lease::token_at(now), ..lease });
        Self { record, link: Link::new(tables, heads, audit), tables, retention, claim, now }
    }

    fn operation(&self) -> Result<TransactWriteItem, StoreError> {
        let item = record::to_item(&self.record, self.retention).map_err(|e| StoreError::Unavailable(e.into()))?;
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn claim(&self, claim: &NewClaim) -> Result<TransactWriteItem, StoreError> {
        let item = Item::from([
            (PK.to_owned(), text(claim_key(&claim.key))),
            (OPERATION_ID.to_owned(), text(self.record.id.to_string())),
            (REQUEST_HASH.to_owned(), text(&claim.request_hash)),
            (EXPIRES_AT.to_owned(), text(to_micros_text(claim.expires_at))),
            (TTL.to_owned(), number(claim.expires_at.timestamp())),
        ]);
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk) OR #expires <= :now")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":now", text(to_micros_text(self.now)))
            .return_values_on_condition_check_failure(GIVE_BACK)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Somebody holds the instance, or held it with a token above ours.
    fn learn_lease(&mut self, item: &Item) -> Result<(), BeginError> {
        let held = Held::read(item).map_err(unreadable)?;
        if let Some(holder) = held.holder_at(self.now) {
            return Err(BeginError::Busy { holder });
        }
        let token = held.token + 1;
        self.record.lease = self.record.lease.map(|lease| Lease { token: lease.token.max(token), ..lease });
        Ok(())
    }
}

impl Writing for Beginning<'_> {
    type Error = BeginError;

    fn writes(&self) -> Result<Vec<(Part, TransactWriteItem)>, BeginError> {
        let mut writes = vec![(Part::Operation, self.operation()?)];
        if let Some(claim) = &self.claim {
            writes.push((Part::Claim, self.claim(claim)?));
        }
        if let Some(lease) = self.record.lease {
            let Self { record, now, .. } = self;
            let take = lease::take(&self.tables.operations, &record.unit(), record.id, lease, *now)?;
            writes.push((Part::Lease, take));
        }
        writes.extend(self.link.writes()?);
        Ok(writes)
    }

    fn learn(&mut self, refused: Refused) -> Result<(), BeginError> {
        if let Some(Some(item)) = refused.get(&Part::Claim) {
            return Err(BeginError::Claimed(claim(item).map_err(unreadable)?));
        }
        if refused.contains_key(&Part::Operation) {
            return Err(StoreError::Unavailable("an operation of this id is stored already".into()).into());
        }
        if let Some(Some(item)) = refused.get(&Part::Lease) {
            self.learn_lease(item)?;
        }
        Ok(self.link.learn(&refused)?)
    }
}

/// The claim that an item tells.
pub(super) fn claim(item: &Item) -> Result<Claim, BadItem> {
    let id = get_text(item, OPERATION_ID)?;
    Ok(Claim {
        operation_id: id.parse().map_err(|error| BadItem::Content(OPERATION_ID, Box::new(error)))?,
        request_hash: get_text(item, REQUEST_HASH)?.to_owned(),
    })
}

fn unreadable(bad: BadItem) -> StoreError {
    StoreError::Unavailable(bad.into())
}
