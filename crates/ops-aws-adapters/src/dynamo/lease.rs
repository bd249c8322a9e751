//! The hold on an instance or a cluster: who has it, until when, and how often it changed hands.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use ops_domain::cluster::Unit;
use ops_domain::id::OperationId;
use ops_domain::life::Lease;
use ops_domain::ports::StoreError;
use ops_domain::time::{Timestamp, to_micros_text};

use crate::dynamo::chain::unbuilt;
use crate::dynamo::item::{BadItem, Item, get_number, get_text, get_time, key, number, text};
use crate::dynamo::layout::{HELD_UNTIL, HOLDER, PK, TOKEN, lease_key};
use crate::dynamo::transaction::GIVE_BACK;

/// What stands about the hold on an instance or a cluster.
pub(super) struct Held {
    /// Who has it; none once it was given back.
    pub(super) holder: Option<(OperationId, Timestamp)>,
    /// How often it changed hands, or more.
    pub(super) token: u64,
}

impl Held {
    pub(super) fn read(item: &Item) -> Result<Self, BadItem> {
        let holder = match item.get(HOLDER) {
            None => None,
            Some(_) => {
                let id = get_text(item, HOLDER)?.parse().map_err(|error| BadItem::Content(HOLDER, Box::new(error)))?;
                Some((id, get_time(item, HELD_UNTIL)?))
            }
        };
        // An emulator under load shows an item that it is about to make: it has its key and nothing else yet.
        let token = if item.contains_key(TOKEN) { get_number(item, TOKEN)? } else { 0 };
        Ok(Self { holder, token })
    }

    /// Who has it at `now`.
    pub(super) fn holder_at(&self, now: Timestamp) -> Option<OperationId> {
        self.holder.filter(|(_, until)| now < *until).map(|(holder, _)| holder)
    }
}

/// The first token to try: the time in microseconds, which is above every earlier one without a look at it, unless a
/// clock is behind.
pub(super) fn token_at(now: Timestamp) -> u64 {
    u64::try_from(now.timestamp_micros()).unwrap_or_default().max(1)
}

/// Takes the hold if nobody has it at `now`.
pub(super) fn take(
    table: &str,
    unit: &Unit,
    holder: OperationId,
    lease: Lease,
    now: Timestamp,
) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, unit)
        .update_expression("SET #holder = :holder, #until = :until, #token = :token")
        .condition_expression(
            "attribute_not_exists(#pk) OR ((attribute_not_exists(#holder) OR #until <= :now) AND #token < :token)",
        )
        .expression_attribute_names("#pk", PK)
        .expression_attribute_names("#until", HELD_UNTIL)
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":until", text(to_micros_text(lease.until)))
        .expression_attribute_values(":token", number(lease.token))
        .expression_attribute_values(":now", text(to_micros_text(now)));
    built(update, holder)
}

/// Prolongs the hold, if this token still has it.
pub(super) fn renew(
    table: &str,
    unit: &Unit,
    holder: OperationId,
    lease: Lease,
) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, unit)
        .update_expression("SET #until = :until")
        .condition_expression("#holder = :holder AND #token = :token")
        .expression_attribute_names("#until", HELD_UNTIL)
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":until", text(to_micros_text(lease.until)))
        .expression_attribute_values(":token", number(lease.token));
    built(update, holder)
}

/// Gives the hold back, if `holder` has it. The token stays, for the next to go beyond.
pub(super) fn release(table: &str, unit: &Unit, holder: OperationId) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, unit)
        .update_expression("REMOVE #holder, #until")
        .condition_expression("#holder = :holder")
        .expression_attribute_names("#until", HELD_UNTIL);
    built(update, holder)
}

fn update(table: &str, unit: &Unit) -> UpdateBuilder {
    Update::builder()
        .table_name(table)
        .set_key(Some(key(PK, lease_key(unit))))
        .return_values_on_condition_check_failure(GIVE_BACK)
}

fn built(update: UpdateBuilder, holder: OperationId) -> Result<TransactWriteItem, StoreError> {
    let update = update
        .expression_attribute_names("#holder", HOLDER)
        .expression_attribute_values(":holder", text(holder.to_string()))
        .build()
        .map_err(unbuilt)?;
    Ok(TransactWriteItem::builder().update(update).build())
}
