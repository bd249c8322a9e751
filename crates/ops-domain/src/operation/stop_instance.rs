//! `stop_instance`: stops an instance until it is started again, or the Aurora cluster that it is a
//! member of. RDS can take a snapshot of an instance before it stops it.
//!
//! An instance must be `available` to be stopped, so `stopped` after the call is evidence. RDS
//! starts it again by itself after seven days. A stop drops the changes that wait.

mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cluster::TargetIds;
use crate::evidence::{Power, SnapshotReads};
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::SnapshotId;
use crate::observation::{EventKind, Observation, ObserveRequest, Snapshot};
use crate::operation::parameter::parameters;
use crate::operation::power::{self, PowerEvidence};
use crate::operation::refusal::{name_is_free, quota_allows, stuck_in_status};
use crate::operation::result::ClusterScope;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, KnownState, LiveTarget,
    OperationSpec, Poll, Preparation, PrepareContext, Resolution, Verdict,
};
use crate::rds_call::{RdsCall, Receipt};
use crate::status::{SnapshotStatus, classify_snapshot_status};
use crate::time::{Timestamp, to_seconds_text};

parameters! {
    /// Stop the instance, or its cluster, until it is started again.
    pub struct StopInstance {
        /// Name of a snapshot that RDS takes before it stops the instance. Not for members of a
        /// cluster.
        snapshot_id: Option<SnapshotId> = None,
    }
}

/// The database that is stopped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StopInstanceOutput {
    /// The status of the instance, or of its cluster.
    instance_status: &'static str,
    /// `None` where it is stopped and it is not known whether this operation's call did that.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    /// When RDS starts it by itself, to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic_restart_time: Option<String>,
    /// The changes that waited before the stop and do not any more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dropped_modifications: BTreeMap<String, String>,
    #[serde(flatten)]
    snapshot: Option<StopSnapshot>,
    warnings: Vec<Warning>,
    #[serde(flatten)]
    cluster: Option<ClusterScope>,
}

/// The snapshot that RDS took before the stop.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct StopSnapshot {
    snapshot_id: SnapshotId,
    snapshot_arn: Option<String>,
    /// To the second, as RDS describes it.
    snapshot_create_time: Option<String>,
}

/// What polls show of the stop and of the snapshot before it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct StopInstanceEvidence {
    power: PowerEvidence,
    snapshot: SnapshotReads,
    /// The changes that waited before the call.
    waited: BTreeMap<String, String>,
}

/// Reads in a row of a stopped database that prove a stop of which RDS showed nothing before: one
/// may be an old read of an earlier stop.
const DOWN_WITHOUT_SIGN: u32 = 2;

/// Reads in a row of a running database that prove that it was started again, or that a stop
/// failed.
const UP_AGAIN: u32 = 2;

impl OperationSpec for StopInstance {
    type Output = StopInstanceOutput;
    type Evidence = StopInstanceEvidence;

    const NAME: &'static str = "stop_instance";
    const DONE_WHEN: &'static str = "RDS describes the instance, or its cluster with all members, \
                                     as `stopped`, and the snapshot as `available` where one was \
                                     asked for";
    /// Other people stop databases too.
    const EVIDENCE_IS_ITS_OWN: bool = false;
    const PREVIEW_FIRST: bool = true;

    /// RDS stops an instance or a cluster that is `available`. Whether it stops one that is in
    /// `storage-optimization` is not verified, so it is not asked to.
    const ALLOWED: AllowedStatuses =
        AllowedStatuses { instance: &["available"], cluster: &["available"] };

    /// A stop takes "several minutes", and "up to an hour" (RDS User Guide, "Stopping an Amazon RDS
    /// DB instance temporarily").
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule {
        slowest: Some(Duration::from_mins(1)),
        timeout: Some(Duration::from_mins(75)),
        ..DefaultSchedule::GENERAL
    };

    fn example() -> Self {
        Self { snapshot_id: None }
    }

    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        power::kind_refused(known.engine, known.cluster.is_some())?;
        known.live.map_or(Ok(()), refusals::instance)?;
        known.require(Self::NAME, Self::ALLOWED)
    }

    /// Events, and where a snapshot is wanted the quotas and whatever has its name already.
    fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
        let mut request = power::observe_before(target_ids, now);
        if let Some(snapshot_id) = &self.snapshot_id {
            request.merge(ObserveRequest::snapshot(snapshot_id));
            request.merge(ObserveRequest::quotas());
        }
        request
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let live_target = context.live_target();
        power::kind_refused(&context.live.engine, context.cluster.is_some())?;
        refusals::instance(context.live)?;
        context.cluster.map_or(Ok(()), refusals::cluster)?;
        refusals::snapshot_of_cluster(self, live_target)?;
        if power::live_power(live_target) == Power::Down {
            refusals::already_stopped(self)?;
            return Ok(Preparation::Nothing(unchanged(live_target)));
        }
        Self::ALLOWED.require_target(Self::NAME, live_target)?;
        if let Some(snapshot_id) = &self.snapshot_id {
            name_is_free(context.seen.snapshots.get(snapshot_id))?;
            quota_allows(context.seen.quotas.as_ref().and_then(|quotas| quotas.manual_snapshots))?;
        }
        Ok(Preparation::Send(self.likely_call(context.target_ids())))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        match target_ids.cluster {
            None => RdsCall::StopDbInstance {
                instance_id: target_ids.instance.clone(),
                snapshot_id: self.snapshot_id.clone(),
            },
            Some(cluster) => RdsCall::StopDbCluster { cluster_id: cluster.clone() },
        }
    }

    fn interruption(&self, _live_target: LiveTarget<'_>) -> Interruption {
        Interruption::Stop
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let live = live_target.live;
        let dropped = (!waiting(live_target).is_empty()).then_some(Warning::PendingChangesDropped);
        let parameters = power::parameters_wait(live).then_some(Warning::ParametersApplyAtStart);
        let reserved =
            live.capacity_reservation.as_ref().map(|_| Warning::CapacityReservationReleased);
        let others = [dropped, parameters, reserved].into_iter().flatten();
        std::iter::once(Warning::StartsAgainAfterSevenDays).chain(others).collect()
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> StopInstanceEvidence {
        StopInstanceEvidence {
            power: PowerEvidence::before(target_ids, seen),
            snapshot: SnapshotReads::default(),
            waited: waiting_in(target_ids, seen).cloned().unwrap_or_default(),
        }
    }

    fn record_answer(&self, evidence: &mut StopInstanceEvidence, receipt: &Receipt) {
        evidence.power.record_answer(receipt.instance_status.as_deref());
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &StopInstanceEvidence,
        submitted_at: Timestamp,
    ) -> ObserveRequest {
        let mut request = power::observe_after(target_ids, submitted_at);
        request.merge(self.snapshot_id.as_ref().map(ObserveRequest::snapshot).unwrap_or_default());
        request
    }

    fn record(&self, evidence: &mut StopInstanceEvidence, poll: &Poll<'_>) {
        evidence.power.record(poll);
        if self.snapshot_id.is_some() {
            evidence.snapshot.record(self.own_snapshot(poll).is_some());
        }
    }

    fn known_members(evidence: &StopInstanceEvidence) -> BTreeSet<String> {
        evidence.power.members.ids().clone()
    }

    fn evaluate(&self, view: &EvidenceView<'_, StopInstanceEvidence>) -> Verdict<Self::Output> {
        let evidence = &view.evidence.power;
        match power::power(&view.poll) {
            None => Verdict::Failed(power::disappeared(view)),
            Some(Power::Down) if is_down(evidence) => self.evaluate_stopped(view),
            Some(Power::Up) if evidence.reads.in_a_row(Power::Up) >= UP_AGAIN => {
                evaluate_running(evidence)
            }
            Some(Power::Stuck) => evaluate_stuck(view),
            Some(Power::Up | Power::Down | Power::Stopping | Power::Starting | Power::Other) => {
                Verdict::Pending(None)
            }
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, StopInstanceEvidence>) -> Resolution {
        let evidence = &view.evidence.power;
        let stopped = evidence.reads.saw(Power::Stopping)
            || evidence.reads.saw(Power::Down)
            || evidence.events.saw(EventKind::Stopped)
            || self.own_snapshot(&view.poll).is_some();
        match power::power(&view.poll) {
            None => Resolution::Failed(power::disappeared(view)),
            Some(_) if stopped => Resolution::Happened,
            Some(_) if self.name_is_anothers(&view.poll) => {
                Resolution::Failed(Failure::operation_failed("snapshot_name_taken"))
            }
            Some(_) if view.last => Resolution::DidNotHappen,
            Some(_) => Resolution::Pending,
        }
    }
}

impl StopInstance {
    fn shown_snapshot<'a>(&self, poll: &Poll<'a>) -> Option<&'a Snapshot> {
        poll.seen.snapshots.get(self.snapshot_id.as_ref()?)
    }

    /// The snapshot that RDS takes before the stop. The call has no tags, so it is known by its
    /// name, which was free before the call, by the instance that it is of, and by its time.
    fn own_snapshot<'a>(&self, poll: &Poll<'a>) -> Option<&'a Snapshot> {
        let since = poll.submitted_at - chrono::TimeDelta::minutes(1);
        self.shown_snapshot(poll).filter(|snapshot| {
            let source = snapshot.source_id.as_deref().unwrap_or_default();
            source.eq_ignore_ascii_case(poll.target_ids.instance.as_str())
                && snapshot.created_at.is_none_or(|at| at >= since)
        })
    }

    fn name_is_anothers(&self, poll: &Poll<'_>) -> bool {
        self.shown_snapshot(poll).is_some() && self.own_snapshot(poll).is_none()
    }

    /// A stop with a snapshot is done when both are. A stop without the snapshot that was asked for
    /// is not what was asked for.
    fn evaluate_stopped(
        &self,
        view: &EvidenceView<'_, StopInstanceEvidence>,
    ) -> Verdict<StopInstanceOutput> {
        if self.snapshot_id.is_none() {
            return Verdict::Done(output(view, None));
        }
        let Some(snapshot) = self.own_snapshot(&view.poll) else {
            let absent = view.evidence.snapshot.prove_absence(view.elapsed);
            return if absent { without_snapshot("absent") } else { Verdict::Pending(None) };
        };
        match classify_snapshot_status(&snapshot.status) {
            SnapshotStatus::Available => Verdict::Done(output(view, Some(snapshot))),
            SnapshotStatus::Failed => without_snapshot(&snapshot.status),
            SnapshotStatus::InProgress | SnapshotStatus::Unknown => {
                Verdict::Pending(snapshot.percent)
            }
        }
    }
}

fn is_down(evidence: &PowerEvidence) -> bool {
    evidence.shows(Power::Stopping, EventKind::Stopped)
        || evidence.reads.in_a_row(Power::Down) >= DOWN_WITHOUT_SIGN
}

/// A database that runs was started meanwhile, or its stop failed. Without a sign of either, RDS
/// has not begun yet.
fn evaluate_running(evidence: &PowerEvidence) -> Verdict<StopInstanceOutput> {
    if evidence.events.saw(EventKind::StopFailed) {
        Verdict::Failed(Failure::operation_failed("stop_failed"))
    } else if evidence.reads.rose_after_falling() {
        Verdict::Failed(Failure::operation_failed("started_meanwhile"))
    } else {
        Verdict::Pending(None)
    }
}

fn evaluate_stuck(view: &EvidenceView<'_, StopInstanceEvidence>) -> Verdict<StopInstanceOutput> {
    let evidence = &view.evidence.power;
    let left = evidence.shows(Power::Stopping, EventKind::Stopped);
    match power::stuck_status(&view.poll) {
        Some(status) if evidence.is_stuck_in(status, left, view.last) => {
            Verdict::Failed(stuck_in_status(status))
        }
        Some(_) | None => Verdict::Pending(None),
    }
}

fn without_snapshot(status: &str) -> Verdict<StopInstanceOutput> {
    let failure = Failure::operation_failed("stopped_without_snapshot");
    Verdict::Failed(failure.with_fact("snapshot_status", json!(status)))
}

/// The changes that wait, of the cluster or of an instance that is in none.
fn waiting(live_target: LiveTarget<'_>) -> &BTreeMap<String, String> {
    live_target
        .cluster
        .map_or(&live_target.live.pending_modifications, |cluster| &cluster.pending_modifications)
}

/// The same as a poll showed it.
fn waiting_in<'a>(
    target_ids: TargetIds<'_>,
    seen: &'a Observation,
) -> Option<&'a BTreeMap<String, String>> {
    match target_ids.cluster {
        None => seen.instances.get(target_ids.instance).map(|live| &live.pending_modifications),
        Some(id) => seen.clusters.get(id).map(|live| &live.pending_modifications),
    }
}

const STOPPED: &str = "stopped";

/// The result where the database is stopped already.
fn unchanged(live_target: LiveTarget<'_>) -> StopInstanceOutput {
    let restart = live_target
        .cluster
        .map_or(live_target.live.automatic_restart_time, |cluster| cluster.automatic_restart_time);
    StopInstanceOutput {
        instance_status: STOPPED,
        changed: Some(false),
        automatic_restart_time: restart.map(to_seconds_text),
        dropped_modifications: BTreeMap::new(),
        snapshot: None,
        warnings: vec![Warning::StartsAgainAfterSevenDays],
        cluster: live_target.cluster.map(|it| ClusterScope::new(&it.cluster_id, &it.members)),
    }
}

fn output(
    view: &EvidenceView<'_, StopInstanceEvidence>,
    snapshot: Option<&Snapshot>,
) -> StopInstanceOutput {
    let target_ids = view.poll.target_ids;
    let still_waits = waiting_in(target_ids, view.poll.seen);
    let mut dropped = view.evidence.waited.clone();
    dropped.retain(|setting, _| still_waits.is_none_or(|waits| !waits.contains_key(setting)));
    let members = view.evidence.power.members.ids();
    StopInstanceOutput {
        instance_status: STOPPED,
        changed: view.accepted.then_some(true),
        automatic_restart_time: power::automatic_restart_time(view).map(to_seconds_text),
        dropped_modifications: dropped,
        snapshot: snapshot.map(|snapshot| StopSnapshot {
            snapshot_id: snapshot.snapshot_id.clone(),
            snapshot_arn: snapshot.arn.clone(),
            snapshot_create_time: snapshot.created_at.map(to_seconds_text),
        }),
        warnings: vec![Warning::StartsAgainAfterSevenDays],
        cluster: target_ids.cluster.map(|id| ClusterScope::new(id, members)),
    }
}
