//! What the looks showed of a cluster.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cluster::LiveCluster;
use crate::evidence::STATUSES_KEPT;
use crate::id::ClusterId;
use crate::observation::{EventKind, Observation, ObserveRequest};
use crate::status::normalise;
use crate::time::Timestamp;

/// Reads in a row that show another writer.
const READS_THAT_PROVE_A_CHANGE: u32 = 2;

/// Evidence of a cluster, gathered over time. It only grows, but for the reads in a row. Empty for
/// an instance that stands alone.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ClusterEvidence {
    /// The members; none until a look has shown the cluster.
    pub members: BTreeSet<String>,
    /// The writer before the call; none if that is not known for certain.
    pub writer_before: Option<String>,
    /// Reads in a row, the latest included, that showed another writer than before the call.
    pub changed_reads: u32,
    /// The latest event of the cluster that RDS had told before the call: what is not later is no
    /// evidence.
    pub latest_event_before: Option<Timestamp>,
    /// The kinds of the cluster's events since the call.
    pub events: BTreeSet<EventKind>,
    /// Every status of the cluster that looks after the call showed, in lower case with hyphens.
    pub statuses: BTreeSet<String>,
}

impl ClusterEvidence {
    /// What is known of the cluster before the call is sent.
    ///
    /// A description lags behind what RDS does. So while events tell of a failover that was a short
    /// time ago, the writer in it may be the one before that, and is not relied on.
    #[must_use]
    pub fn before(id: &ClusterId, seen: &Observation) -> Self {
        let live = seen.clusters.get(id);
        let events: Vec<_> =
            seen.cluster_events.iter().filter(|event| event.cluster_id == *id).collect();
        let moving = events.iter().any(|event| event.kind.tells_of_failover());
        Self {
            members: live.map(|live| live.members.clone()).unwrap_or_default(),
            writer_before: live.and_then(|live| live.writer.clone()).filter(|_| !moving),
            latest_event_before: events.iter().map(|event| event.at).max(),
            ..Self::default()
        }
    }

    /// Takes in the writer that RDS's answer to the call names, if it does. If a read showed
    /// another one, that has changed just now, and later reads may still show either of them.
    pub fn note_answer(&mut self, writer: Option<&str>) {
        if writer.is_some_and(|writer| self.writer_before.as_deref() != Some(writer)) {
            self.writer_before = None;
        }
    }

    /// Whether another member than before the call is the writer. One read does not prove it: it
    /// may be an old one.
    #[must_use]
    pub const fn writer_changed(&self) -> bool {
        self.changed_reads >= READS_THAT_PROVE_A_CHANGE
    }

    /// Whether an event of this kind came after the call.
    #[must_use]
    pub fn saw(&self, kind: EventKind) -> bool {
        self.events.contains(&kind)
    }

    /// Whether a look after the call showed the cluster in this status.
    #[must_use]
    pub fn saw_status(&self, status: &str) -> bool {
        self.statuses.contains(status)
    }

    /// Takes in what `look` showed of the cluster.
    pub fn note(&mut self, id: &ClusterId, look: &ObserveRequest, seen: &Observation) {
        if let Some(live) = seen.clusters.get(id).filter(|_| look.clusters.contains(id)) {
            self.note_description(live);
        }
        for event in seen.cluster_events.iter().filter(|event| event.cluster_id == *id) {
            let new = self.latest_event_before.is_none_or(|before| event.at > before);
            if new && look.events_since.is_none_or(|since| event.at >= since) {
                self.events.insert(event.kind);
            }
        }
    }

    fn note_description(&mut self, live: &LiveCluster) {
        if self.members.is_empty() {
            self.members.clone_from(&live.members);
        }
        if self.statuses.len() < STATUSES_KEPT {
            self.statuses.insert(normalise(&live.status).into_owned());
        }
        if let (Some(before), Some(writer)) = (&self.writer_before, &live.writer) {
            self.changed_reads = if before == writer { 0 } else { self.changed_reads + 1 };
        }
    }
}
