//! The end of an audit chain: an entry is written only behind the entry that is the last by then.

use ops_audit::{ReadEntry as _, SealDraft as _};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use ops_config::Tables;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::ports::StoreError;
use ops_domain::time::{after, to_micros_text};

use crate::dynamo::audit_item;
use crate::dynamo::item::{BadItem, Item, get_number, get_text, get_time, number, text};
use crate::dynamo::layout::{AT, AUDIT_ID, CHAIN, HASH, KEPT_UNTIL, LENGTH, PK, chain_key};
use crate::dynamo::transaction::{ItemRole, RETURN_OLD, Refused};

/// Where chains ended when this process last saw them. A guess that saves a read: a wrong one is
/// refused, and the refusal has the right one.
#[derive(Default)]
pub(super) struct Heads(Mutex<HashMap<String, ChainHead>>);

/// Heads that are kept; beyond that all are forgotten, which costs one refusal each.
const HEADS_KEPT: usize = 4_096;

impl Heads {
    pub(super) fn guess(&self, chain: &str) -> Option<ChainHead> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(chain).cloned()
    }

    /// Keeps the end of the chain that `link` was written to.
    pub(super) fn keep(&self, link: &ChainAppend<'_>) {
        let Some(head) = link.sealed().1 else { return };
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heads.len() >= HEADS_KEPT {
            heads.clear();
        }
        heads.insert(link.chain.clone(), head);
    }
}

/// Drafts of one chain, and the chain's end that they are sealed behind.
pub(super) struct ChainAppend<'a> {
    tables: &'a Tables,
    chain: String,
    drafts: Vec<AuditDraft>,
    head: Option<ChainHead>,
}

impl<'a> ChainAppend<'a> {
    /// The one entry of a state that is stored with it.
    pub(super) fn new(tables: &'a Tables, heads: &Heads, draft: AuditDraft) -> Self {
        Self::of_chain(tables, heads, draft.chain_id().to_owned(), vec![draft])
    }

    /// Entries of `chain`, which are all written or none.
    pub(super) fn of_chain(
        tables: &'a Tables,
        heads: &Heads,
        chain: String,
        drafts: Vec<AuditDraft>,
    ) -> Self {
        let head = heads.guess(&chain);
        Self { tables, chain, drafts, head }
    }

    /// The entries, each behind the one before it, and the chain's end after them, as the next try
    /// writes them.
    pub(super) fn sealed(&self) -> (Vec<AuditEntry>, Option<ChainHead>) {
        let mut head = self.head.clone();
        let seal = |draft: &AuditDraft| {
            let (entry, next) = draft.clone().seal(head.as_ref());
            head = Some(next);
            entry
        };
        let entries = self.drafts.iter().map(seal).collect();
        (entries, head)
    }

    /// The entries, which overwrite none, and the chain's end, which replaces only the end that is
    /// known.
    pub(super) fn writes(&self) -> Result<Vec<(ItemRole, TransactWriteItem)>, StoreError> {
        let (entries, head) = self.sealed();
        let entries = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| Ok((ItemRole::Entry(at), self.entry(entry)?)));
        let mut writes = entries.collect::<Result<Vec<_>, StoreError>>()?;
        if let Some(head) = head {
            writes.push((ItemRole::Head, self.end(&head)?));
        }
        Ok(writes)
    }

    fn entry(&self, entry: &AuditEntry) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.tables.audit)
            .set_item(Some(audit_item::to_item(entry)))
            .condition_expression("attribute_not_exists(#id)")
            .expression_attribute_names("#id", AUDIT_ID)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn end(&self, head: &ChainHead) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(self.head_item(head)))
            .return_values_on_condition_check_failure(RETURN_OLD);
        let put = match &self.head {
            None => put
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK),
            Some(known) => put
                .condition_expression("#hash = :known")
                .expression_attribute_names("#hash", HASH)
                .expression_attribute_values(":known", text(&known.hash)),
        };
        Ok(TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build())
    }

    /// Takes in where the chain ends, and moves on where another entry has the id: one about the
    /// same instance in another chain, or one that this service did not write.
    pub(super) fn on_conflict(&mut self, refused: &Refused) -> Result<(), StoreError> {
        match refused.get(&ItemRole::Head) {
            Some(None) => self.head = None,
            Some(Some(item)) => {
                self.head = Some(head(item).map_err(|bad| StoreError::Unavailable(bad.into()))?)
            }
            None => self.move_on(refused),
        }
        Ok(())
    }

    fn move_on(&mut self, refused: &Refused) {
        let (entries, _) = self.sealed();
        for (at, (draft, entry)) in self.drafts.iter_mut().zip(&entries).enumerate() {
            if let (true, Some(taken)) = (refused.contains_key(&ItemRole::Entry(at)), entry.at()) {
                draft.at = after(taken, Duration::from_micros(1));
            }
        }
    }

    fn head_item(&self, head: &ChainHead) -> Item {
        let mut item = Item::from([
            (PK.to_owned(), text(chain_key(&self.chain))),
            (AT.to_owned(), text(to_micros_text(head.at))),
            (HASH.to_owned(), text(&head.hash)),
            (LENGTH.to_owned(), number(head.length)),
        ]);
        if let Some(ttl) = head.ttl {
            // Not under the table's own name for it: the end of a chain outlives its entries.
            item.insert(KEPT_UNTIL.to_owned(), number(ttl));
        }
        item
    }
}

/// The chain of a chain's end.
pub(super) fn name(item: &Item) -> Result<String, BadItem> {
    let key = get_text(item, PK)?;
    key.strip_prefix(CHAIN).map(str::to_owned).ok_or(BadItem::Attribute(PK))
}

/// The chain's end in an item.
pub(super) fn head(item: &Item) -> Result<ChainHead, BadItem> {
    Ok(ChainHead {
        at: get_time(item, AT)?,
        hash: get_text(item, HASH)?.to_owned(),
        length: get_number(item, LENGTH)?,
        ttl: get_number(item, KEPT_UNTIL).ok(),
    })
}

/// A request lacks a required field: a defect of this crate, reported as a store that can't be
/// used.
pub(super) fn unbuilt(error: BuildError) -> StoreError {
    StoreError::Unavailable(error.into())
}
