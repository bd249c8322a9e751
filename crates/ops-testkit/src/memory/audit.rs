//! The port of the audit trail.

use async_trait::async_trait;
use ops_audit::trail::WantsEntry as _;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};

use crate::memory::{Call, MemoryStore};

#[async_trait]
impl AuditLog for MemoryStore {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        self.call(Call::Append, true, |tables| Ok(tables.append(draft)))
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.call(Call::Query, true, |tables| {
            let mut wanted: Vec<&AuditEntry> =
                tables.entries.iter().filter(|entry| query.wants(entry)).collect();
            wanted.sort_by_key(|entry| std::cmp::Reverse(target_ids(entry)));
            if let Some(cursor) = &query.cursor {
                let last = cursor.strip_prefix(CURSOR_PREFIX);
                let last =
                    last.and_then(|id| tables.entries.iter().find(|entry| entry.audit_id == id));
                let last = target_ids(last.ok_or(StoreError::BadCursor)?);
                wanted.retain(|entry| target_ids(entry) < last);
            }
            let items: Vec<AuditEntry> =
                wanted.iter().take(query.limit).map(|entry| (*entry).clone()).collect();
            let next =
                if wanted.len() > items.len() { items.last().map(cursor_after) } else { None };
            Ok(Page { items, next })
        })
    }

    async fn chain_head(&self, instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        self.call(Call::ChainHead, true, |tables| Ok(tables.heads.get(instance_id).cloned()))
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        let after = cursor
            .map(|cursor| cursor.strip_prefix(CHAIN_PREFIX).ok_or(StoreError::BadCursor))
            .transpose()?;
        self.call(Call::Chains, true, |tables| {
            let mut rest: Vec<(String, ChainHead)> =
                tables.heads.iter().map(|(id, head)| (id.clone(), head.clone())).collect();
            rest.sort_by(|one, other| one.0.cmp(&other.0));
            rest.retain(|(id, _)| after.is_none_or(|after| after < id.as_str()));
            let items: Vec<(String, ChainHead)> = rest.iter().take(limit).cloned().collect();
            let next = if rest.len() > items.len() { items.last() } else { None };
            let next = next.map(|(id, _)| format!("{CHAIN_PREFIX}{id}"));
            Ok(Page { items, next })
        })
    }
}

/// The place of an entry in the order of age.
fn target_ids(entry: &AuditEntry) -> (&str, &str) {
    (&entry.timestamp, &entry.audit_id)
}

const CHAIN_PREFIX: &str = "after-chain:";

const CURSOR_PREFIX: &str = "after-entry:";

fn cursor_after(entry: &AuditEntry) -> String {
    format!("{CURSOR_PREFIX}{}", entry.audit_id)
}
