//! What the looks at one call showed, all together.

mod cluster;

pub use cluster::ClusterEvidence;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::instance::LiveInstance;
use crate::observation::{EventKind, Observation, ObserveRequest, Snapshot};
use crate::status::{StatusClass, classify_instance_status};
use crate::time::Timestamp;

/// RDS has about forty statuses; a stored record must not grow without end if that changes.
const STATUSES_KEPT: usize = 64;

/// Evidence gathered over time. It only grows, but for the reads in a row.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Evidence {
    /// The zone of the primary before the call; none if that is not known for certain.
    pub zone_before: Option<String>,
    /// The status of the instance before the call.
    #[serde(default)]
    pub status_before: Option<String>,
    /// Static parameters waited for a reboot before the call.
    #[serde(default)]
    pub parameters_waited: bool,
    /// The latest event that RDS had told before the call: what is not later is no evidence.
    pub latest_event_before: Option<Timestamp>,
    /// RDS answered the call and accepted it; without this it was found to have happened by
    /// looking.
    pub accepted: bool,
    /// The status of the instance in RDS's answer to the call.
    pub answer_status: Option<String>,
    /// Every status of the instance that looks after the call showed.
    pub statuses: BTreeSet<String>,
    /// Reads in a row, the latest included, that showed the instance settled.
    pub settled_reads: u32,
    /// Reads in a row, the latest included, that showed the instance in a status that it does not
    /// leave by itself.
    #[serde(default)]
    pub stuck_reads: u32,
    /// The primary is in another zone than before the call.
    pub zone_changed: bool,
    /// The kinds of events since the call.
    pub events: BTreeSet<EventKind>,
    /// The snapshot was seen.
    pub snapshot_seen: bool,
    /// Looks in a row that did not show the snapshot.
    pub snapshot_misses: u32,
    /// The status last seen: of the snapshot if the call is about one, of the cluster if it is
    /// about that, else of the instance.
    pub last_status: Option<String>,
    /// What is known of the cluster that the instance is a member of.
    #[serde(default)]
    pub cluster: ClusterEvidence,
}

impl Evidence {
    /// What is known before the call is sent.
    ///
    /// While events tell of a failover that was a short time ago, the zone in the description may
    /// be the one before that, and is not relied on.
    #[must_use]
    pub fn before(target_ids: TargetIds<'_>, seen: &Observation) -> Self {
        let events = seen.events.iter().filter(|event| event.instance_id == *target_ids.instance);
        let moving = events.clone().any(|event| event.kind.tells_of_failover());
        let live = seen.instances.get(target_ids.instance);
        Self {
            cluster: target_ids
                .cluster
                .map(|id| ClusterEvidence::before(id, seen))
                .unwrap_or_default(),
            zone_before: live.and_then(|live| live.availability_zone.clone()).filter(|_| !moving),
            status_before: live.map(|live| live.status.clone()),
            parameters_waited: live.is_some_and(LiveInstance::parameters_pending_reboot),
            latest_event_before: events.map(|event| event.at).max(),
            ..Self::default()
        }
    }

    /// Whether an event of this kind came after the call.
    #[must_use]
    pub fn saw(&self, kind: EventKind) -> bool {
        self.events.contains(&kind)
    }

    /// Whether a look after the call showed the instance in this status.
    #[must_use]
    pub fn saw_status(&self, status: &str) -> bool {
        self.statuses.contains(status)
    }

    /// Takes in that RDS accepted the call, and what its answer showed of the instance's status.
    pub fn note_answer(&mut self, status: Option<&str>) {
        self.accepted = true;
        if let Some(status) = status {
            self.answer_status = Some(status.to_owned());
            self.last_status = Some(status.to_owned());
        }
    }

    /// Takes in what `look` showed.
    pub fn note(&mut self, target_ids: TargetIds<'_>, look: &ObserveRequest, seen: &Observation) {
        if let Some(live) = seen
            .instances
            .get(target_ids.instance)
            .filter(|_| look.instances.contains(target_ids.instance))
        {
            self.note_instance(live);
        }
        if let Some(id) = target_ids.cluster {
            self.cluster.note(id, look, seen);
            if look.clusters.contains(id) && !look.instances.contains(target_ids.instance) {
                let status = seen.clusters.get(id).map(|live| live.status.clone());
                self.last_status = status.or_else(|| self.last_status.take());
            }
        }
        for event in seen.events.iter().filter(|event| event.instance_id == *target_ids.instance) {
            let new = self.latest_event_before.is_none_or(|before| event.at > before);
            if new && look.events_since.is_none_or(|since| event.at >= since) {
                self.events.insert(event.kind);
            }
        }
        for id in &look.snapshots {
            self.note_snapshot(seen.snapshots.get(id));
        }
        for id in &look.cluster_snapshots {
            self.note_snapshot(seen.cluster_snapshots.get(id));
        }
    }

    fn note_snapshot(&mut self, shown: Option<&Snapshot>) {
        if let Some(snapshot) = shown {
            self.snapshot_seen = true;
            self.snapshot_misses = 0;
            self.last_status = Some(snapshot.status.clone());
        } else {
            self.snapshot_misses += 1;
        }
    }

    fn note_instance(&mut self, live: &LiveInstance) {
        self.last_status = Some(live.status.clone());
        if self.statuses.len() < STATUSES_KEPT {
            self.statuses.insert(live.status.clone());
        }
        let (settled, stuck) = match classify_instance_status(&live.status) {
            StatusClass::Available | StatusClass::Usable => (self.settled_reads + 1, 0),
            StatusClass::NeedsAttention | StatusClass::Failed => (0, self.stuck_reads + 1),
            StatusClass::InProgress | StatusClass::Off | StatusClass::Unknown => (0, 0),
        };
        (self.settled_reads, self.stuck_reads) = (settled, stuck);
        if let (Some(before), Some(zone)) = (&self.zone_before, &live.availability_zone) {
            self.zone_changed |= before != zone;
        }
    }
}
