//! The audit table as [`AuditLog`].

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};
use serde::{Deserialize, Serialize};

use crate::dynamo::DynamoStore;
use crate::dynamo::chain;
use crate::dynamo::cursor;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, get_text, key, text};
use crate::dynamo::layout::{CHAIN, PK, chain_key};
use crate::dynamo::merge;
use crate::dynamo::selection::period;

#[async_trait]
impl AuditLog for DynamoStore {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.enqueue(draft).await
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        let selections = self.selections(query);
        let branches = selections.iter().map(|selection| self.branch(selection)).collect();
        merge::page(branches, query, period(query))
            .await
            .map_err(|error| error.of(DynamoError::of_audit))
    }

    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError> {
        let item = self.get_operations(chain_key(chain)).await.map_err(of_the_trail)?;
        item.as_ref().map(chain::head).transpose().map_err(|bad| DynamoError::from(bad).of_audit())
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        let after = cursor
            .map(|cursor| cursor::decode::<ChainsCursor>(cursor).ok_or(StoreError::BadCursor))
            .transpose()?;
        let scan = self
            .client
            .scan()
            .table_name(&self.tables.operations)
            .consistent_read(true)
            .filter_expression("begins_with(#pk, :chain)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":chain", text(CHAIN))
            .limit(i32::try_from(limit.clamp(1, MOST_SCANNED)).expect("within bounds"))
            .set_exclusive_start_key(after.map(|after| key(PK, after.after)));
        let answer = scan.send().await.map_err(|error| DynamoError::from(error).of_audit())?;
        let bad = |bad| DynamoError::from(bad).of_audit();
        let read = |item| Ok((chain::name(item)?, chain::head(item)?));
        let items = answer.items().iter().map(read).collect::<Result<_, BadItem>>().map_err(bad)?;
        let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
        let last =
            last.map(|last| get_text(&last, PK).map(str::to_owned)).transpose().map_err(bad)?;
        Ok(Page { items, next: last.map(|after| cursor::encode(&ChainsCursor { after })) })
    }
}

/// Items that one page of chains reads: most of the table are operations, and a page of chains
/// may be empty.
const MOST_SCANNED: usize = 1_000;

/// The key of the last item that the page before has read.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChainsCursor {
    after: String,
}

/// The ends of the chains are part of the trail, whichever table they are in.
pub(super) fn of_the_trail(error: StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(source) => StoreError::AuditUnavailable(source),
        StoreError::BadCursor
        | StoreError::Throttled
        | StoreError::Contended
        | StoreError::Unreadable { .. }
        | StoreError::AuditUnavailable(_) => error,
    }
}
