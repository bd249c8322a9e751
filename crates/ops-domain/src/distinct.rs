//! Names that have to go into a narrower alphabet or less room stay distinct: they get a short hash
//! of the whole.

use sha2::{Digest, Sha256};

/// The hexadecimal digits of the hash.
const DIGITS: usize = 8;

/// The most characters of [`end_with_hash`] beyond the text itself: the hash, and a hyphen before
/// it.
const ADDED: usize = DIGITS + 1;

/// The end of `narrowed`, which was made of `whole`, and a hash of `whole`: together at most `most`
/// ASCII characters.
#[must_use]
pub fn end_with_hash(whole: &str, narrowed: &str, most: usize) -> String {
    let room = most.saturating_sub(ADDED);
    let skipped = narrowed.chars().count().saturating_sub(room);
    let end: String = narrowed.chars().skip(skipped).collect();
    let hash = hex::encode(Sha256::digest(whole));
    format!("{end}-{}", &hash[..DIGITS])
}
