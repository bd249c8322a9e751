//! Whether a snapshot shows.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Reads in a row without the snapshot that prove that it is not there: what RDS shows lags behind
/// what it does, and may go back for a moment.
const MISSES_THAT_PROVE_ABSENCE: u32 = 3;

/// RDS shows a new snapshot within about a minute; twice that.
const SHOWS_WITHIN: TimeDelta = TimeDelta::minutes(2);

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

    /// Reads in a row, the latest included, without it.
    #[must_use]
    pub const fn misses(&self) -> u32 {
        self.misses
    }

    /// Whether it is gone, or never was, so long after the call. A snapshot that was there and is
    /// not any more is gone, and one that never shows never was. One read proves neither.
    #[must_use]
    pub fn prove_absence(&self, elapsed: TimeDelta) -> bool {
        self.misses >= MISSES_THAT_PROVE_ABSENCE && (self.seen || elapsed >= SHOWS_WITHIN)
    }
}
