//! The statuses that polls showed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// RDS has about forty statuses; a stored record must not grow without end if that changes.
const STATUSES_KEPT: usize = 64;

/// Every status of an instance or of a cluster that polls after the call showed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatusesSeen(BTreeSet<String>);

impl StatusesSeen {
    /// Takes in a status as a poll showed it.
    pub fn record(&mut self, status: &str) {
        if self.0.len() < STATUSES_KEPT {
            self.0.insert(status.to_owned());
        }
    }

    /// Whether a poll showed this status.
    #[must_use]
    pub fn contain(&self, status: &str) -> bool {
        self.0.contains(status)
    }
}
