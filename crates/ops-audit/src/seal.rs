//! The place of an entry in its chain, and its hash.

use std::time::Duration;

use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::time::{Timestamp, after, to_micros_text};
use sha2::{Digest, Sha256};

use crate::fields::{FIELDS, Field, Hashed};

/// The `prev_hash` of the first entry of a chain.
pub const GENESIS: &str = "genesis";

/// Makes entries of drafts.
pub trait SealDraft {
    /// Gives the entry its place behind `head`, the last entry of the same chain.
    ///
    /// Its time is the draft's, or one microsecond after the last entry if that is later, so that
    /// ids never collide and the order of the chain is the order of the times.
    #[must_use]
    fn seal(self, head: Option<&ChainHead>) -> (AuditEntry, ChainHead);
}

impl SealDraft for AuditDraft {
    fn seal(self, head: Option<&ChainHead>) -> (AuditEntry, ChainHead) {
        let earliest = head.map(|head| after(head.at, Duration::from_micros(1)));
        let at = truncate_to_micros(earliest.map_or(self.at, |earliest| earliest.max(self.at)));
        let mut entry = entry(self, at);
        entry.prev_ttl = head.and_then(|head| head.ttl);
        let prev_hash = head.map_or_else(|| GENESIS.to_owned(), |head| head.hash.clone());
        let hash = entry_hash(&entry, &prev_hash);
        entry.prev_hash = Some(prev_hash);
        entry.hash = Some(hash.clone());
        let length = head.map_or(0, |head| head.length) + 1;
        let ttl = entry.ttl;
        (entry, ChainHead { at, hash, length, ttl })
    }
}

fn entry(draft: AuditDraft, at: Timestamp) -> AuditEntry {
    let timestamp = to_micros_text(at);
    AuditEntry {
        audit_id: format!("{}#{timestamp}", draft.instance_id),
        timestamp,
        operation: draft.operation.to_string(),
        instance_id: draft.instance_id,
        parameters: draft.parameters.to_string(),
        user_identity: draft.caller.identity_json(),
        result: draft.result.to_string(),
        success: Some(draft.success),
        ttl: Some(after(at, draft.retention).timestamp()),
        event: Some(draft.event.as_str().to_owned()),
        principal: Some(draft.caller.principal),
        operation_id: draft.operation_id.map(|id| id.to_string()),
        account_id: draft.account_id.map(|id| id.to_string()),
        region: draft.region.map(|region| region.to_string()),
        environment: draft.environment.map(|environment| environment.to_string()),
        duration_seconds: draft.duration_seconds,
        request_id: Some(draft.caller.request_id),
        source_ip: draft.caller.source_ip,
        reason: draft.reason,
        chain: draft.chain,
        prev_ttl: None,
        prev_hash: None,
        hash: None,
    }
}

fn truncate_to_micros(at: Timestamp) -> Timestamp {
    chrono::DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

/// The SHA-256, in hex, of the entry's content and the hash before it.
///
/// Every field goes in as `name=length:value` in the order of [`FIELDS`], so that no two contents
/// have the same text.
pub(crate) fn entry_hash(entry: &AuditEntry, prev_hash: &str) -> String {
    hash_over(&FIELDS, entry, prev_hash)
}

fn hash_over(fields: &[Field], entry: &AuditEntry, prev_hash: &str) -> String {
    let mut hasher = Sha256::new();
    let mut add = |name: &str, value: Option<&str>| match value {
        Some(value) => hasher.update(format!("{name}={}:{value}\n", value.len())),
        None => hasher.update(format!("{name}=-\n")),
    };
    add("prev_hash", Some(prev_hash));
    for field in fields {
        let value = field.text(entry);
        match field.hashed {
            Hashed::Always => add(field.name, value.as_deref()),
            Hashed::WherePresent if value.is_some() => add(field.name, value.as_deref()),
            Hashed::WherePresent | Hashed::Never => {}
        }
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{FieldValue, Kind};

    /// A field of a release to come.
    fn approver(value: fn(&AuditEntry) -> Option<FieldValue<'_>>) -> Field {
        Field {
            name: "approver",
            hashed: Hashed::WherePresent,
            column: FIELDS.len(),
            kind: Kind::Text,
            required: false,
            get: value,
            set: |_, _| {},
        }
    }

    /// What one release has written, the next one verifies: a field that it adds covers only the
    /// entries that have it.
    #[test]
    fn a_later_field_changes_no_hash_of_an_entry_without_it() {
        let entry = AuditEntry { audit_id: "dev#1".into(), ..AuditEntry::default() };
        let before = entry_hash(&entry, "");
        let with = |field| FIELDS.into_iter().chain([field]).collect::<Vec<Field>>();
        assert_eq!(hash_over(&with(approver(|_| None)), &entry, ""), before);
        let approved =
            hash_over(&with(approver(|_| Some(FieldValue::Text("iam:bob")))), &entry, "");
        assert_ne!(approved, before);
        let forged = approver(|_| Some(FieldValue::Text("iam:eve")));
        assert_ne!(hash_over(&with(forged), &entry, ""), approved);
    }
}
