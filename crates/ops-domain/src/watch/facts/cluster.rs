//! What the looks showed of a cluster.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cluster::LiveCluster;
use crate::id::ClusterId;
use crate::observation::{EventKind, Look, Observation};
use crate::status::normalise;
use crate::time::Timestamp;
use crate::watch::facts::STATUSES_KEPT;

/// Evidence of a cluster, gathered over time. It only grows. Empty for an instance that stands alone.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ClusterFacts {
    /// The members; none until a look has shown the cluster.
    pub members: BTreeSet<String>,
    /// The writer before the order; none if the cluster was not seen before it.
    pub writer_before: Option<String>,
    /// Another member than before the order is the writer.
    pub writer_changed: bool,
    /// The latest event of the cluster that RDS had told before the order: what is not later is no evidence.
    pub latest_event_before: Option<Timestamp>,
    /// The kinds of the cluster's events since the order.
    pub events: BTreeSet<EventKind>,
    /// Every status of the cluster that looks after the order showed, in lower case with hyphens.
    pub statuses: BTreeSet<String>,
}

impl ClusterFacts {
    /// What is known of the cluster before the order is sent.
    #[must_use]
    pub fn before(id: &ClusterId, seen: &Observation) -> Self {
        let live = seen.clusters.get(id);
        let events = seen.cluster_events.iter().filter(|event| event.cluster_id == *id);
        Self {
            members: live.map(|live| live.members.clone()).unwrap_or_default(),
            writer_before: live.and_then(|live| live.writer.clone()),
            latest_event_before: events.map(|event| event.at).max(),
            ..Self::default()
        }
    }

    /// Whether an event of this kind came after the order.
    #[must_use]
    pub fn saw(&self, kind: EventKind) -> bool {
        self.events.contains(&kind)
    }

    /// Whether a look after the order showed the cluster in this status.
    #[must_use]
    pub fn saw_status(&self, status: &str) -> bool {
        self.statuses.contains(status)
    }

    /// Takes in what `look` showed of the cluster.
    pub fn note(&mut self, id: &ClusterId, look: &Look, seen: &Observation) {
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
            self.writer_changed |= before != writer;
        }
    }
}
