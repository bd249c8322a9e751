//! The hash chains of the trail: one for each instance that the inventory knows, and a fixed number
//! for all other entries. So nobody who only sends requests makes chains, and many writers do not
//! wait for one end.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::time::Timestamp;

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
