//! The hash chain over the entries of one instance.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::AuditEntry;
use crate::time::Timestamp;

/// The `prev_hash` of the first entry of an instance.
pub const GENESIS: &str = "genesis";

/// The last entry of an instance's chain.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ChainHead {
    /// Its time.
    #[serde(with = "crate::time::micros")]
    pub at: Timestamp,
    /// Its hash.
    pub hash: String,
    /// How many entries the chain has had, removed ones included.
    pub length: u64,
}

/// Where a chain does not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChainBreak {
    /// The entry's content is not what was hashed.
    Edited {
        /// The entry.
        audit_id: String,
    },
    /// The entry does not follow the one before it: one between them is missing, or was inserted or moved.
    Gap {
        /// The entry.
        audit_id: String,
    },
    /// The entry has no hash though an older one has: it was not written by this service, or its hash was taken away.
    Unchained {
        /// The entry.
        audit_id: String,
    },
    /// The newest entries are missing: the chain ends before its head.
    EndMissing,
}

/// Checks the entries of one instance, oldest first, against the chain's head.
///
/// Entries missing at the old end are no break: that is where expired entries are removed. Entries without a hash
/// before the first one with a hash are those of the original service and are passed over.
///
/// # Errors
/// The first [`ChainBreak`].
pub fn verify_chain<'a>(
    entries: impl IntoIterator<Item = &'a AuditEntry>,
    head: Option<&ChainHead>,
) -> Result<(), ChainBreak> {
    let mut previous: Option<&str> = None;
    for entry in entries {
        let audit_id = || entry.audit_id.clone();
        let (hash, prev_hash) = match (&entry.hash, &entry.prev_hash) {
            (Some(hash), Some(prev_hash)) if entry_hash(entry, prev_hash) == *hash => (hash, prev_hash),
            (None, None) if previous.is_none() => continue,
            (None, None) => return Err(ChainBreak::Unchained { audit_id: audit_id() }),
            (Some(_) | None, Some(_) | None) => return Err(ChainBreak::Edited { audit_id: audit_id() }),
        };
        if previous.is_some_and(|previous| previous != prev_hash) {
            return Err(ChainBreak::Gap { audit_id: audit_id() });
        }
        previous = Some(hash);
    }
    match (previous, head) {
        (Some(last), Some(head)) if head.hash != last => Err(ChainBreak::EndMissing),
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

/// The SHA-256, in hex, of the entry's content and the hash before it.
///
/// Every field goes in as `name=length:value` in a fixed order, so that no two contents have the same text.
pub(super) fn entry_hash(entry: &AuditEntry, prev_hash: &str) -> String {
    let success = entry.success.to_string();
    let ttl = entry.ttl.to_string();
    let duration = entry.duration_seconds.map(|seconds| seconds.to_string());
    let fields: [(&str, Option<&str>); 20] = [
        ("prev_hash", Some(prev_hash)),
        ("audit_id", Some(&entry.audit_id)),
        ("timestamp", Some(&entry.timestamp)),
        ("operation", Some(&entry.operation)),
        ("instance_id", Some(&entry.instance_id)),
        ("parameters", Some(&entry.parameters)),
        ("user_identity", Some(&entry.user_identity)),
        ("result", Some(&entry.result)),
        ("success", Some(&success)),
        ("ttl", Some(&ttl)),
        ("event", entry.event.as_deref()),
        ("principal", entry.principal.as_deref()),
        ("operation_id", entry.operation_id.as_deref()),
        ("account_id", entry.account_id.as_deref()),
        ("region", entry.region.as_deref()),
        ("environment", entry.environment.as_deref()),
        ("duration_seconds", duration.as_deref()),
        ("request_id", entry.request_id.as_deref()),
        ("source_ip", entry.source_ip.as_deref()),
        ("reason", entry.reason.as_deref()),
    ];
    let mut hasher = Sha256::new();
    for (name, value) in fields {
        match value {
            Some(value) => hasher.update(format!("{name}={}:{value}\n", value.len())),
            None => hasher.update(format!("{name}=-\n")),
        }
    }
    hex(&hasher.finalize())
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
        text
    })
}
