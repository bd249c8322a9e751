//! What polls show of a restart, or of the failover of a cluster.

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::evidence::{EventsSeen, InstanceReads, Members, StatusesSeen, WriterReads};
use crate::id::ClusterId;
use crate::instance::LiveInstance;
use crate::observation::{ClusterEvent, EventKind, InstanceEvent, Observation};
use crate::status::normalise;
use crate::time::Timestamp;

/// The evidence of a restart of the instance, or of a failover of its cluster.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct RebootEvidence {
    /// The instance, read after read.
    pub(super) instance: InstanceReads,
    /// The status of the instance in RDS's answer to the call.
    pub(super) answer_status: Option<String>,
    /// The events of the instance.
    pub(super) events: EventsSeen,
    /// The zone of the primary before the call; none if that is not known for certain.
    zone_before: Option<String>,
    /// The primary is in another zone than before the call.
    pub(super) zone_changed: bool,
    /// Static parameters waited for a reboot before the call.
    pub(super) parameters_waited: bool,
    /// The members of the cluster.
    pub(super) members: Members,
    /// The cluster, where it is failed over.
    pub(super) cluster: ClusterEvidence,
}

impl RebootEvidence {
    /// Whether polls show a change of the instance class, which restarts the instance too: one
    /// that waited for the maintenance window, or that somebody else has asked for.
    pub(super) fn class_changed(&self) -> bool {
        self.instance.statuses.contain("modifying")
            || self.events.saw(EventKind::ClassChangeStarted)
            || self.events.saw(EventKind::ClassChanged)
    }

    /// What is known before the call is sent.
    ///
    /// While events report a failover that was a short time ago, the zone in the description may
    /// be the one before that, and is not relied on.
    pub(super) fn before(target_ids: TargetIds<'_>, seen: &Observation) -> Self {
        let live = seen.instances.get(target_ids.instance);
        let moving = events(target_ids, seen).any(|event| event.kind.tells_of_failover());
        let zone = live.and_then(|live| live.availability_zone.clone());
        Self {
            instance: InstanceReads::before(live),
            events: EventsSeen::before(events(target_ids, seen).map(|event| event.at)),
            zone_before: zone.filter(|_| !moving),
            parameters_waited: live.is_some_and(LiveInstance::parameters_pending_reboot),
            members: Members::before(target_ids, seen),
            cluster: target_ids
                .cluster
                .map(|id| ClusterEvidence::before(id, seen))
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Takes in what a poll showed of the instance, with the events from `since` on.
    pub(super) fn record_instance(
        &mut self,
        target_ids: TargetIds<'_>,
        seen: &Observation,
        since: Timestamp,
    ) {
        self.members.record(target_ids, seen);
        self.events.record(events(target_ids, seen).map(|event| (event.at, event.kind)), since);
        let Some(live) = seen.instances.get(target_ids.instance) else { return };
        self.instance.record(live);
        if let (Some(before), Some(zone)) = (&self.zone_before, &live.availability_zone) {
            self.zone_changed |= before != zone;
        }
    }
}

fn events<'a>(
    target_ids: TargetIds<'a>,
    seen: &'a Observation,
) -> impl Iterator<Item = &'a InstanceEvent> {
    seen.events.iter().filter(move |event| event.instance_id == *target_ids.instance)
}

/// The evidence of a failover of a cluster. Empty where there is none.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct ClusterEvidence {
    /// Which member takes the writes.
    pub(super) writer: WriterReads,
    /// The cluster's own events.
    pub(super) events: EventsSeen,
    /// The statuses of the cluster, in lower case with hyphens.
    pub(super) statuses: StatusesSeen,
}

impl ClusterEvidence {
    /// What is known of the cluster before the call is sent.
    ///
    /// A description lags behind what RDS does. So while events report a failover that was a short
    /// time ago, the writer in it may be the one before that, and is not relied on.
    fn before(id: &ClusterId, seen: &Observation) -> Self {
        let moving = cluster_events(id, seen).any(|event| event.kind.tells_of_failover());
        let writer = seen.clusters.get(id).and_then(|live| live.writer.clone());
        Self {
            writer: WriterReads::before(writer.filter(|_| !moving)),
            events: EventsSeen::before(cluster_events(id, seen).map(|event| event.at)),
            statuses: StatusesSeen::default(),
        }
    }

    /// Takes in what a poll showed of the cluster, with its events from `since` on.
    pub(super) fn record(&mut self, id: &ClusterId, seen: &Observation, since: Timestamp) {
        let events = cluster_events(id, seen).map(|event| (event.at, event.kind));
        self.events.record(events, since);
        let Some(live) = seen.clusters.get(id) else { return };
        self.statuses.record(&normalise(&live.status));
        if let Some(writer) = &live.writer {
            self.writer.record(writer);
        }
    }
}

fn cluster_events<'a>(
    id: &'a ClusterId,
    seen: &'a Observation,
) -> impl Iterator<Item = &'a ClusterEvent> {
    seen.cluster_events.iter().filter(move |event| event.cluster_id == *id)
}
