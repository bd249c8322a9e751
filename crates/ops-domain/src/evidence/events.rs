//! The events that came after the call.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::observation::EventKind;
use crate::time::Timestamp;

/// The kinds of events of an instance, or of a cluster, since the call.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EventsSeen {
    /// The latest event that RDS had told before the call: what is not later is no evidence.
    latest_before: Option<Timestamp>,
    kinds: BTreeSet<EventKind>,
}

impl EventsSeen {
    /// What is known before the call, when RDS told of events at these times.
    #[must_use]
    pub fn before(shown: impl Iterator<Item = Timestamp>) -> Self {
        Self { latest_before: shown.max(), kinds: BTreeSet::new() }
    }

    /// Takes in the events that a poll showed. Those before `since` do not count.
    pub fn record(
        &mut self,
        shown: impl Iterator<Item = (Timestamp, EventKind)>,
        since: Timestamp,
    ) {
        let latest_before = self.latest_before;
        let counts = |at: Timestamp| at >= since && latest_before.is_none_or(|before| at > before);
        self.kinds.extend(shown.filter(|(at, _)| counts(*at)).map(|(_, kind)| kind));
    }

    /// Whether an event of this kind came after the call.
    #[must_use]
    pub fn saw(&self, kind: EventKind) -> bool {
        self.kinds.contains(&kind)
    }
}
