//! The hold on an instance or a cluster: who has it, until when, and how often it changed hands.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::ports::StoreError;
use ops_domain::state::Lease;
use ops_domain::time::{Timestamp, to_micros_text};

use crate::dynamo::chain::unbuilt;
use crate::dynamo::item::{BadItem, Item, get_number, get_text, get_time, key, number, text};
use crate::dynamo::layout::{HELD_UNTIL, OWNER, PK, TOKEN, lease_key};
use crate::dynamo::transaction::RETURN_OLD;

/// The stored lease on an instance or a cluster.
pub(super) struct LeaseItem {
    /// Who has it; `None` when it was released.
    pub(super) owner: Option<(OperationId, Timestamp)>,
    /// How often it changed hands, or more.
    pub(super) token: u64,
}

impl LeaseItem {
    pub(super) fn read(item: &Item) -> Result<Self, BadItem> {
        let owner = match item.get(OWNER) {
            None => None,
            Some(_) => {
                let id = get_text(item, OWNER)?
                    .parse()
                    .map_err(|error| BadItem::Content(OWNER, Box::new(error)))?;
                Some((id, get_time(item, HELD_UNTIL)?))
            }
        };
        // An emulator under load shows an item that it is about to make: it has its key and nothing
        // else yet.
        let token = if item.contains_key(TOKEN) { get_number(item, TOKEN)? } else { 0 };
        Ok(Self { owner, token })
    }

    /// Who has it at `now`.
    pub(super) fn owner_at(&self, now: Timestamp) -> Option<OperationId> {
        self.owner.filter(|(_, until)| now < *until).map(|(owner, _)| owner)
    }

    /// The lease to try to take next, where it is free and was taken with this token before.
    pub(super) fn next_try(&self, wanted: Lease) -> Lease {
        Lease { token: wanted.token.max(self.token + 1), ..wanted }
    }
}

/// The lease to try to take first.
pub(super) fn first_try(wanted: Lease, now: Timestamp) -> Lease {
    Lease { token: token_at(now), ..wanted }
}

/// The first token to try: the time in microseconds, which is above every earlier one without a
/// look at it, unless a clock is behind.
fn token_at(now: Timestamp) -> u64 {
    u64::try_from(now.timestamp_micros()).unwrap_or_default().max(1)
}

/// Takes the hold if nobody has it at `now`.
pub(super) fn take(
    table: &str,
    lock_scope: &LockScope,
    owner: OperationId,
    lease: Lease,
    now: Timestamp,
) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, lock_scope)
        .update_expression("SET #holder = :holder, #until = :until, #token = :token")
        .condition_expression(
            "attribute_not_exists(#pk) OR ((attribute_not_exists(#holder) OR #until <= :now) AND \
             #token < :token)",
        )
        .expression_attribute_names("#pk", PK)
        .expression_attribute_names("#until", HELD_UNTIL)
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":until", text(to_micros_text(lease.until)))
        .expression_attribute_values(":token", number(lease.token))
        .expression_attribute_values(":now", text(to_micros_text(now)));
    built(update, owner)
}

/// Prolongs the hold, if this token still has it.
pub(super) fn renew(
    table: &str,
    lock_scope: &LockScope,
    owner: OperationId,
    lease: Lease,
) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, lock_scope)
        .update_expression("SET #until = :until")
        .condition_expression("#holder = :holder AND #token = :token")
        .expression_attribute_names("#until", HELD_UNTIL)
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":until", text(to_micros_text(lease.until)))
        .expression_attribute_values(":token", number(lease.token));
    built(update, owner)
}

/// Gives the hold back, if `owner` has it. The token stays, for the next to go beyond.
pub(super) fn release(
    table: &str,
    lock_scope: &LockScope,
    owner: OperationId,
) -> Result<TransactWriteItem, StoreError> {
    let update = update(table, lock_scope)
        .update_expression("REMOVE #holder, #until")
        .condition_expression("#holder = :holder")
        .expression_attribute_names("#until", HELD_UNTIL);
    built(update, owner)
}

fn update(table: &str, lock_scope: &LockScope) -> UpdateBuilder {
    Update::builder()
        .table_name(table)
        .set_key(Some(key(PK, lease_key(lock_scope))))
        .return_values_on_condition_check_failure(RETURN_OLD)
}

fn built(update: UpdateBuilder, owner: OperationId) -> Result<TransactWriteItem, StoreError> {
    let update = update
        .expression_attribute_names("#holder", OWNER)
        .expression_attribute_values(":holder", text(owner.to_string()))
        .build()
        .map_err(unbuilt)?;
    Ok(TransactWriteItem::builder().update(update).build())
}
