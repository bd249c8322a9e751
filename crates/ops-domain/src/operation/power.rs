//! What `stop_instance` and `start_instance` share: whether the database runs, what polls show of
//! that over time, and which databases RDS neither stops nor starts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::{LiveCluster, TargetIds};
use crate::evidence::{EventsSeen, Members, Power, PowerReads};
use crate::failure::Failure;
use crate::id::ClusterId;
use crate::instance::{LiveInstance, is_aurora};
use crate::observation::{EventKind, Observation, ObserveRequest};
use crate::operation::refusal::custom_refused;
use crate::operation::{EvidenceView, LiveTarget, Poll};
use crate::status::{StatusClass, classify_instance_status, normalise};
use crate::time::Timestamp;

/// How far the clock of RDS may differ from ours when its events are compared with the time of the
/// call.
const RDS_CLOCK_SKEW: Duration = Duration::from_secs(10);

/// How far back the poll before the call goes, to know which events are old.
const EVENTS_BEFORE: Duration = Duration::from_mins(15);

/// Reads in a row of a status that was there before the call that count as being in it again.
const STUCK_AGAIN: u32 = 2;

/// What polls show of a stop or a start.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PowerEvidence {
    /// The status of the instance before the call.
    before: Option<String>,
    /// The instance, or its cluster with all members, read after read.
    pub(super) reads: PowerReads,
    /// The status in RDS's answer to the call.
    answer: Option<Power>,
    /// The events of the instance, or of its cluster.
    pub(super) events: EventsSeen,
    /// The members of the cluster.
    pub(super) members: Members,
}

impl PowerEvidence {
    /// What is known before the call is sent.
    pub(super) fn before(target_ids: TargetIds<'_>, seen: &Observation) -> Self {
        let live = seen.instances.get(target_ids.instance);
        Self {
            before: live.map(|live| live.status.clone()),
            events: EventsSeen::before(events(target_ids, seen).map(|(at, _)| at)),
            members: Members::before(target_ids, seen),
            ..Self::default()
        }
    }

    /// Takes in the status in RDS's answer to the call.
    pub(super) fn record_answer(&mut self, status: Option<&str>) {
        self.answer = status.map(power_in);
    }

    /// Takes in what a poll showed.
    pub(super) fn record(&mut self, poll: &Poll<'_>) {
        let since = poll.submitted_at - RDS_CLOCK_SKEW;
        self.events.record(events(poll.target_ids, poll.seen), since);
        self.members.record(poll.target_ids, poll.seen);
        if let Some(power) = power(poll) {
            self.reads.record(power);
        }
    }

    /// Whether RDS showed that the database is on the way: in its answer, in a poll, or by the
    /// event that it has arrived.
    pub(super) fn shows(&self, way: Power, arrived: EventKind) -> bool {
        self.answer == Some(way) || self.reads.saw(way) || self.events.saw(arrived)
    }

    /// Whether the database is in a status that it does not leave by itself. One that it was in
    /// before the call may be shown for a moment longer: only reads in a row after a sign that it
    /// was `left`, or the last poll, prove that it is in it again.
    pub(super) fn is_stuck_in(&self, status: &str, left: bool, last: bool) -> bool {
        let as_before = self.before.as_deref() == Some(status);
        last || (self.reads.in_a_row(Power::Stuck) >= STUCK_AGAIN && (left || !as_before))
    }
}

/// What to describe before the call: the events that are there already.
pub(super) fn observe_before(target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
    with_events(ObserveRequest::default(), target_ids, now - EVENTS_BEFORE)
}

/// What to describe after the call: the instance, or its cluster with all members, and events.
pub(super) fn observe_after(target_ids: TargetIds<'_>, submitted_at: Timestamp) -> ObserveRequest {
    let mut request = ObserveRequest::instance(target_ids.instance);
    if let Some(cluster) = target_ids.cluster {
        request.merge(ObserveRequest::cluster(cluster).with_members_of(cluster));
    }
    with_events(request, target_ids, submitted_at - RDS_CLOCK_SKEW)
}

fn with_events(
    request: ObserveRequest,
    target_ids: TargetIds<'_>,
    since: Timestamp,
) -> ObserveRequest {
    match target_ids.cluster {
        None => request.with_events_of(target_ids.instance, since),
        Some(cluster) => request.with_cluster_events_of(cluster, since),
    }
}

/// The events of the cluster itself, or of an instance that is in none.
fn events<'a>(
    target_ids: TargetIds<'a>,
    seen: &'a Observation,
) -> impl Iterator<Item = (Timestamp, EventKind)> + 'a {
    let of_instance = seen
        .events
        .iter()
        .filter(move |event| {
            target_ids.cluster.is_none() && event.instance_id == *target_ids.instance
        })
        .map(|event| (event.at, event.kind));
    let of_cluster = seen
        .cluster_events
        .iter()
        .filter(move |event| target_ids.cluster == Some(&event.cluster_id))
        .map(|event| (event.at, event.kind));
    of_instance.chain(of_cluster)
}

/// Whether the instance runs, or its cluster with all members; `None` when RDS shows none.
pub(super) fn power(poll: &Poll<'_>) -> Option<Power> {
    match poll.target_ids.cluster {
        None => poll.instance_status().map(power_in),
        Some(id) => poll.seen.clusters.get(id).map(|live| power_of_cluster(id, live, poll.seen)),
    }
}

/// Whether an instance or a cluster in this status runs. "Viewing DB cluster status" of the Aurora
/// User Guide has the same words for clusters.
fn power_in(status: &str) -> Power {
    match &*normalise(status) {
        "stopping" => Power::Stopping,
        "starting" => Power::Starting,
        status => match classify_instance_status(status) {
            StatusClass::Available | StatusClass::Usable => Power::Up,
            StatusClass::Off => Power::Down,
            StatusClass::NeedsAttention | StatusClass::Failed => Power::Stuck,
            StatusClass::InProgress | StatusClass::Unknown => Power::Other,
        },
    }
}

/// A cluster is stopped or up when itself and all its members are. Until then it is on its way, as
/// the one of them that lags behind: readers stop first and the writer last (Aurora User Guide,
/// "Stopping and starting an Amazon Aurora DB cluster").
fn power_of_cluster(id: &ClusterId, live: &LiveCluster, seen: &Observation) -> Power {
    let own = power_in(&live.status);
    let members: Vec<(&str, Power)> = seen
        .instances
        .values()
        .filter(|member| member.is_in(Some(id)))
        .map(|member| (member.instance_id.as_str(), power_in(&member.status)))
        .collect();
    let every = |power: Power| {
        live.members.iter().all(|id| {
            members.iter().any(|(shown, its)| id.eq_ignore_ascii_case(shown) && *its == power)
        })
    };
    let some = |power: Power| members.iter().any(|(_, its)| *its == power);
    match own {
        _ if some(Power::Stuck) => Power::Stuck,
        Power::Down if !every(Power::Down) => Power::Stopping,
        Power::Up if !every(Power::Up) => [Power::Starting, Power::Stopping]
            .into_iter()
            .find(|power| some(*power))
            .unwrap_or(Power::Other),
        own @ (Power::Up
        | Power::Down
        | Power::Stopping
        | Power::Starting
        | Power::Stuck
        | Power::Other) => own,
    }
}

/// The status that the database does not leave by itself: that of a member, or its own.
pub(super) fn stuck_status<'a>(poll: &Poll<'a>) -> Option<&'a str> {
    let members = poll.seen.instances.values().filter(|live| match poll.target_ids.cluster {
        None => live.instance_id == *poll.target_ids.instance,
        Some(cluster) => live.is_in(Some(cluster)),
    });
    let statuses = members.map(|live| live.status.as_str()).chain(poll.target_status());
    statuses.into_iter().find(|status| power_in(status) == Power::Stuck)
}

/// Whether the database that is about to be stopped or started runs, by the status of its cluster
/// or its own.
pub(super) fn live_power(live_target: LiveTarget<'_>) -> Power {
    power_in(live_target.cluster.map_or(&live_target.live.status, |cluster| &cluster.status))
}

/// The failure of an operation whose instance or cluster is not there any more.
pub(super) fn disappeared<E>(view: &EvidenceView<'_, E>) -> Failure {
    let cluster = view.poll.target_ids.cluster;
    let code = if cluster.is_some() { "cluster_disappeared" } else { "instance_disappeared" };
    Failure::operation_failed(code)
}

/// When RDS starts the database by itself, as the latest poll showed it.
pub(super) fn automatic_restart_time<E>(view: &EvidenceView<'_, E>) -> Option<Timestamp> {
    match view.poll.target_ids.cluster {
        None => view.live()?.automatic_restart_time,
        Some(cluster) => view.live_cluster(cluster)?.automatic_restart_time,
    }
}

/// Refuses what RDS neither stops nor starts, whatever it is asked: RDS Custom, of which only one
/// kind can be stopped (RDS User Guide, "Stopping an Amazon RDS DB instance temporarily"), and
/// Multi-AZ DB clusters (RDS User Guide, "Limitations of Multi-AZ DB clusters"). Every member of
/// an Aurora cluster has an engine of Aurora.
pub(super) fn kind_refused(engine: &str, in_cluster: bool) -> Result<(), Failure> {
    custom_refused(engine)?;
    if in_cluster && !is_aurora(engine) {
        return Err(Failure::operation_failed("multi_az_cluster_not_stoppable"));
    }
    Ok(())
}

/// Whether static parameters wait that the start will put in use: an instance with a parameter
/// group of its own is rebooted once while it starts (RDS User Guide, "Working with parameter
/// groups").
pub(super) fn parameters_wait(live: &LiveInstance) -> bool {
    live.parameters_pending_reboot()
}
