//! Transactions: all writes or none, tried again where another writer was quicker.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use ops_domain::ports::StoreError;
use tokio::time::Instant;

use crate::dynamo::DynamoStore;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{Item, key};
use crate::dynamo::layout::AUDIT_ID;

/// What a write of a transaction is for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum ItemRole {
    /// The operation itself.
    Operation,
    /// An idempotency key.
    Idempotency,
    /// The hold on the instance.
    Lease,
    /// An audit entry, by its place among those of the transaction.
    Entry(usize),
    /// The end of the audit chain.
    Head,
}

/// The writes whose condition did not hold, each with the item that is in its place (none:
/// there is none).
pub(super) type Refused = BTreeMap<ItemRole, Option<Item>>;

/// Something to be written in one transaction, as far as it is known what is in the tables.
pub(super) trait TransactionPlan: Send {
    /// Why it is given up.
    type Error: From<StoreError> + Send;

    /// The writes of the next try.
    ///
    /// # Errors
    /// When they can't be built.
    fn writes(&self) -> Result<Vec<(ItemRole, TransactWriteItem)>, Self::Error>;

    /// Records what is in the tables, so that the next try may succeed.
    ///
    /// # Errors
    /// When it can't.
    fn on_conflict(&mut self, refused: Refused) -> Result<(), Self::Error>;
}

/// How long a write is tried again while other writers are quicker. Every try that fails returns
/// what is there by then, and a transaction takes some tens of milliseconds, so that hundreds of
/// writers at one item get their turn. A caller waits no longer than its gateway does (29 s).
const CONTENTION_TIME: Duration = Duration::from_secs(15);

/// The longest pause before the third try; doubled for each further one, up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(20);

/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_millis(640);

/// All conditional writes give the item that stood against them.
pub(super) const RETURN_OLD: ReturnValuesOnConditionCheckFailure =
    ReturnValuesOnConditionCheckFailure::AllOld;

enum Outcome {
    Written,
    Refused(Refused),
    /// Another transaction on one of the items was under way.
    Collided,
}

impl DynamoStore {
    /// Writes, and tries again with what each refusal teaches.
    pub(super) async fn write<W: TransactionPlan>(&self, plan: &mut W) -> Result<(), W::Error> {
        let until = Instant::now() + CONTENTION_TIME;
        for tries in 0.. {
            pause(tries).await;
            match self.transact(plan.writes()?).await? {
                Outcome::Written => return Ok(()),
                Outcome::Refused(refused) => plan.on_conflict(refused)?,
                Outcome::Collided => {}
            }
            if until <= Instant::now() {
                break;
            }
        }
        Err(StoreError::Contended.into())
    }

    async fn transact(
        &self,
        writes: Vec<(ItemRole, TransactWriteItem)>,
    ) -> Result<Outcome, StoreError> {
        let (parts, items): (Vec<ItemRole>, Vec<TransactWriteItem>) = writes.into_iter().unzip();
        let answer =
            self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(error) = answer else { return Ok(Outcome::Written) };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
            && let Some(outcome) = read_reasons(&parts, cancelled.cancellation_reasons())?
        {
            return Ok(outcome);
        }
        let answered = error.as_service_error().is_some();
        let error = DynamoError::from(error);
        let has_entry = parts.iter().any(|part| matches!(part, ItemRole::Entry(_)));
        if answered && has_entry && self.audit_is_unusable(&error).await {
            return Err(error.of_audit());
        }
        Err(error.of_operations())
    }

    /// The answer to a transaction does not say by a code which of its tables is the trouble; the
    /// audit table does.
    async fn audit_is_unusable(&self, error: &DynamoError) -> bool {
        match error {
            DynamoError::Throttled => false,
            DynamoError::Unavailable(_) => {
                let probe = self
                    .client
                    .get_item()
                    .table_name(&self.tables.audit)
                    .set_key(Some(key(AUDIT_ID, "-")));
                probe.send().await.is_err()
            }
        }
    }
}

/// What the reasons of a cancellation, one for each write, come to. None: a reason that is no
/// conflict.
fn read_reasons(
    parts: &[ItemRole],
    reasons: &[CancellationReason],
) -> Result<Option<Outcome>, StoreError> {
    let mut refused = Refused::new();
    let mut collided = false;
    for (part, reason) in parts.iter().zip(reasons) {
        match reason.code() {
            None | Some("None") => {}
            Some("ConditionalCheckFailed") => {
                refused.insert(*part, reason.item().cloned());
            }
            Some("TransactionConflict") => collided = true,
            Some("ThrottlingError" | "ProvisionedThroughputExceeded") => {
                return Err(StoreError::Throttled);
            }
            Some(_) => return Ok(None),
        }
    }
    Ok(match (refused.is_empty(), collided) {
        (false, _) => Some(Outcome::Refused(refused)),
        (true, true) => Some(Outcome::Collided),
        (true, false) => None,
    })
}

/// None before the first try and the second, which mostly knows what the first did not; then a
/// random part of more and more.
async fn pause(tries: u32) {
    if tries < 2 {
        return;
    }
    let longest = PAUSE.saturating_mul(1 << (tries - 2).min(8)).min(PAUSE_MAX);
    tokio::time::sleep(longest.mul_f64(rand::random::<f64>())).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: &str) -> CancellationReason {
        CancellationReason::builder().code(code).build()
    }

    fn read(codes: [&str; 2]) -> String {
        match read_reasons(&[ItemRole::Operation, ItemRole::Head], &codes.map(reason)) {
            Ok(Some(Outcome::Written)) => "written".into(),
            Ok(Some(Outcome::Refused(refused))) => {
                format!("refused {:?}", refused.keys().collect::<Vec<_>>())
            }
            Ok(Some(Outcome::Collided)) => "collided".into(),
            Ok(None) => "unknown".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn reasons_belong_to_the_writes_in_their_order() {
        assert_eq!(read(["None", "ConditionalCheckFailed"]), "refused [Head]");
        assert_eq!(
            read(["ConditionalCheckFailed", "ConditionalCheckFailed"]),
            "refused [Operation, Head]"
        );
    }

    #[test]
    fn a_refused_condition_counts_before_a_collision() {
        assert_eq!(read(["ConditionalCheckFailed", "TransactionConflict"]), "refused [Operation]");
        assert_eq!(read(["TransactionConflict", "None"]), "collided");
    }

    #[test]
    fn throttling_is_told_as_such_and_other_reasons_are_no_conflict() {
        assert_eq!(read(["None", "ThrottlingError"]), StoreError::Throttled.to_string());
        assert_eq!(read(["ValidationError", "None"]), "unknown");
    }
}
