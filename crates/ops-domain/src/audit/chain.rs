//! The hash chains of the trail: one for each instance that the inventory knows, and a fixed number
//! for all other entries. So nobody who only sends requests makes chains, and many writers do not
//! wait for one end.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::AuditEntry;
use crate::time::Timestamp;

/// The `prev_hash` of the first entry of an instance.
pub const GENESIS: &str = "genesis";

/// Chains that share the entries about no instance, or about a name that the inventory does not
/// know.
pub const SHARED_CHAINS: u8 = 16;

/// The shared chain for an entry, by a text that differs from request to request. No instance has
/// such a name.
#[must_use]
pub fn shared_chain(seed: &str) -> String {
    let number = Sha256::digest(seed)[0] % SHARED_CHAINS;
    format!("-/{number}")
}

/// Whether the chain is a shared one.
#[must_use]
pub fn is_shared_chain(chain: &str) -> bool {
    chain.starts_with("-/")
}

/// The last entry of a chain.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ChainHead {
    /// Its time.
    #[serde(with = "crate::time::micros")]
    pub at: Timestamp,
    /// Its hash.
    pub hash: String,
    /// How many entries the chain has had, removed ones included.
    pub length: u64,
    /// When the entry may be deleted, in seconds since the Unix epoch. None in heads of releases
    /// that did not keep it.
    #[serde(default)]
    pub ttl: Option<i64>,
}

/// The SHA-256, in hex, of the entry's content and the hash before it.
///
/// Every field goes in as `name=length:value` in a fixed order, so that no two contents have the
/// same text. A field that came later goes in only where it is present, so that older entries keep
/// their hash.
pub(super) fn entry_hash(entry: &AuditEntry, prev_hash: &str) -> String {
    let success = entry.success.map(|success| success.to_string());
    let ttl = entry.ttl.map(|ttl| ttl.to_string());
    let duration = entry.duration_seconds.map(|seconds| seconds.to_string());
    let prev_ttl = entry.prev_ttl.map(|ttl| ttl.to_string());
    let fields: [(&str, Option<&str>); 20] = [
        ("prev_hash", Some(prev_hash)),
        ("audit_id", Some(&entry.audit_id)),
        ("timestamp", Some(&entry.timestamp)),
        ("operation", Some(&entry.operation)),
        ("instance_id", Some(&entry.instance_id)),
        ("parameters", Some(&entry.parameters)),
        ("user_identity", Some(&entry.user_identity)),
        ("result", Some(&entry.result)),
        ("success", success.as_deref()),
        ("ttl", ttl.as_deref()),
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
    let later = [("prev_ttl", prev_ttl.as_deref()), ("chain", entry.chain.as_deref())];
    let later = later.into_iter().filter(|(_, value)| value.is_some());
    let mut hasher = Sha256::new();
    for (name, value) in fields.into_iter().chain(later) {
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
