//! Whether a snapshot shows.

use serde::{Deserialize, Serialize};

/// The reads of one snapshot.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SnapshotReads {
    /// A poll showed it.
    pub seen: bool,
    /// Polls in a row, the latest included, that did not show it.
    pub misses: u32,
}

impl SnapshotReads {
    /// Takes in whether a poll showed it.
    pub fn record(&mut self, shown: bool) {
        self.seen |= shown;
        self.misses = if shown { 0 } else { self.misses + 1 };
    }
}
