//! `reboot_instance`: restarts the database engine of an instance, or fails its cluster over (in
//! the file `cluster.rs` below).
//!
//! `available` is both the state before and the state after, and a short reboot fits between two
//! looks, so the status alone proves nothing. Done means: evidence of a restart after the call,
//! and a settled status. A call whose outcome is unknown is never sent again.

mod cluster;
mod evidence;
mod parameters;
mod readers;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use serde::Serialize;

use crate::cluster::TargetIds;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::{ClusterId, InstanceId};
use crate::instance::{LiveInstance, is_aurora};
use crate::observation::{EventKind, Observation, ObserveRequest};
use crate::operation::parameter::parameters;
use crate::operation::reboot_instance::cluster::FailedOverCluster;
use crate::operation::reboot_instance::evidence::RebootEvidence;
use crate::operation::reboot_instance::parameters::{Parameters, failed_to_apply};
use crate::operation::refusal::{custom_refused, stuck_in_status};
use crate::operation::{
    AllowedStatuses, EvidenceView, Interruption, KnownState, LiveTarget, OperationSpec, Poll,
    Preparation, PrepareContext, Resolution, Verdict,
};
use crate::rds_call::{RdsCall, Receipt};
use crate::status::{StatusClass, classify_instance_status};
use crate::time::Timestamp;

parameters! {
    /// Restart the instance.
    pub struct RebootInstance {
        /// Restart by failing over: to the standby of a Multi-AZ instance, or to another member of
        /// the cluster.
        force_failover: bool = false,
    }
}

/// The instance after its restart, or the cluster after its failover.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RebootOutput {
    force_failover: bool,
    #[serde(skip_serializing_if = "Failover::is_not_requested")]
    failover: Failover,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_apply_status: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    #[serde(flatten)]
    cluster: Option<FailedOverCluster>,
}

/// What became of the failover.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Failover {
    NotRequested,
    Verified,
    /// RDS restarted the instance where it was.
    Abandoned,
    NotVerified,
}

impl Failover {
    const fn is_not_requested(&self) -> bool {
        matches!(self, Self::NotRequested)
    }
}

/// How far the clock of RDS may differ from ours when its events are compared with the time of the
/// call. Events that were there before the call are told apart by the poll before it, not by
/// this.
const RDS_CLOCK_SKEW: Duration = Duration::from_secs(10);

/// How far back the poll before the call goes, to know which events are old.
const EVENTS_BEFORE: Duration = Duration::from_mins(15);

/// The one status that shows a restart. Others in progress (`backing-up`, `modifying`) have other
/// causes.
const REBOOTING: &str = "rebooting";

/// Reads of `available` in a row that count as settled, by the strength of the evidence for a
/// restart. An event names the restart itself; a transition seen by a poll may flap; the answer to
/// the call only promises it.
const SETTLED_AFTER_TRANSITION: u32 = 2;
const SETTLED_AFTER_ANSWER: u32 = 3;

/// How long after the call reads may still show the instance as it was before: RDS shows what it
/// does within about a minute. Before that, settled reads say nothing of a restart that only RDS's
/// answer shows.
const SHOWN_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// Reads in a row of the status before the call that count as being in it again.
const STUCK_AGAIN: u32 = 2;

impl OperationSpec for RebootInstance {
    type Output = RebootOutput;
    type Evidence = RebootEvidence;

    const NAME: &'static str = "reboot_instance";
    const DONE_WHEN: &'static str = "there is evidence of a restart after the call, and the \
                                     instance is `available` again";
    const EVIDENCE_IS_ITS_OWN: bool = false;
    const PREVIEW_FIRST: bool = true;
    const EVIDENCE_IS_A_RESTART: bool = true;

    /// RDS reboots an instance that is in use, also while it works on its storage, and one in
    /// `incompatible-parameters` after its group was corrected (RDS User Guide, "Viewing instance
    /// status" and RDS-EVENT-0035). It fails a cluster over that is `available`.
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &[
            "available",
            "storage-optimization",
            "storage-initialization",
            "incompatible-parameters",
        ],
        cluster: &["available"],
    };

    fn example() -> Self {
        Self { force_failover: false }
    }

    /// A member of an Aurora cluster can be rebooted alone, and every cluster failed over: one of
    /// them is enough.
    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        custom_refused(known.engine)?;
        let Some(cluster) = known.cluster else {
            return known.require_instance(Self::NAME, Self::ALLOWED);
        };
        let failover = known.require_cluster(Self::NAME, Self::ALLOWED, cluster);
        if failover.is_ok() || !is_aurora(known.engine) {
            return failover;
        }
        known.require_instance(Self::NAME, Self::ALLOWED)
    }

    fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
        match self.failed_over(target_ids) {
            None => {
                ObserveRequest::default().with_events_of(target_ids.instance, now - EVENTS_BEFORE)
            }
            Some(cluster) => {
                ObserveRequest::default().with_cluster_events_of(cluster, now - EVENTS_BEFORE)
            }
        }
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        custom_refused(&context.live.engine)?;
        match context.cluster {
            Some(cluster) if self.force_failover => cluster::prepare(cluster),
            Some(_) => {
                aurora_only(context.live)?;
                self.prepare_instance(context.live)
            }
            None => self.prepare_instance(context.live),
        }
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        match target_ids.cluster {
            Some(cluster) if self.force_failover => {
                RdsCall::FailoverDbCluster { cluster_id: cluster.clone() }
            }
            Some(_) | None => self.reboot(target_ids.instance),
        }
    }

    fn interruption(&self, _site: LiveTarget<'_>) -> Interruption {
        if self.force_failover { Interruption::Failover } else { Interruption::Restart }
    }

    fn restarted_with(&self, live_target: LiveTarget<'_>) -> Vec<String> {
        if self.force_failover { Vec::new() } else { readers::restarted_with(live_target) }
    }

    /// Parameters are applied when the instance is rebooted "without failover" (RDS model,
    /// `ModifyDBInstance`).
    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let left = self.force_failover && live_target.live.parameters_pending_reboot();
        let left = left.then_some(Warning::FailoverLeavesParameters);
        let readers =
            (!self.restarted_with(live_target).is_empty()).then_some(Warning::ReadersRestart);
        left.into_iter().chain(readers).collect()
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> RebootEvidence {
        RebootEvidence::before(target_ids, seen)
    }

    fn record_answer(&self, evidence: &mut RebootEvidence, receipt: &Receipt) {
        evidence.answer_status.clone_from(&receipt.instance_status);
        if let Some(writer) = &receipt.cluster_writer {
            evidence.cluster.writer.record_answer(writer);
        }
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        evidence: &RebootEvidence,
        submitted_at: Timestamp,
    ) -> ObserveRequest {
        let since = submitted_at - RDS_CLOCK_SKEW;
        if let Some(cluster) = self.failed_over(target_ids) {
            return ObserveRequest::cluster(cluster).with_cluster_events_of(cluster, since);
        }
        let mut request = ObserveRequest::instance(target_ids.instance)
            .with_events_of(target_ids.instance, since);
        // Who else may have restarted it is known when the members are.
        request.merge(evidence.members.observe(target_ids));
        request
    }

    fn record(&self, evidence: &mut RebootEvidence, poll: &Poll<'_>) {
        let since = poll.submitted_at - RDS_CLOCK_SKEW;
        if let Some(cluster) = self.failed_over(poll.target_ids) {
            evidence.members.record(poll.target_ids, poll.seen);
            evidence.cluster.record(cluster, poll.seen, since);
        } else {
            evidence.record_instance(poll.target_ids, poll.seen, since);
        }
    }

    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        if self.failed_over(poll.target_ids).is_some() {
            poll.target_status()
        } else {
            poll.instance_status()
        }
    }

    fn known_members(evidence: &RebootEvidence) -> BTreeSet<String> {
        evidence.members.ids().clone()
    }

    fn evaluate(&self, view: &EvidenceView<'_, RebootEvidence>) -> Verdict<Self::Output> {
        if let Some(cluster) = self.failed_over(view.poll.target_ids) {
            return cluster::evaluate(cluster, view);
        }
        let Some(live) = view.live() else {
            return Verdict::Failed(Failure::operation_failed("instance_disappeared"));
        };
        if view.evidence.events.saw(EventKind::RestartFailed) {
            return Verdict::Failed(Failure::operation_failed("reboot_failed"));
        }
        match classify_instance_status(&live.status) {
            StatusClass::NeedsAttention | StatusClass::Failed => judge_stuck(view, live),
            StatusClass::Available | StatusClass::Usable => self.judge_settled(view, live),
            StatusClass::InProgress | StatusClass::Off | StatusClass::Unknown => {
                Verdict::Pending(None)
            }
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, RebootEvidence>) -> Resolution {
        let evidence = view.evidence;
        if self.failed_over(view.poll.target_ids).is_some() {
            return cluster::resolve(view);
        }
        // The lease is on something else than what the instance belongs to, and keeps nobody from
        // restarting it.
        if view.live().is_some_and(|live| !live.is_in(view.poll.target_ids.cluster)) {
            return Resolution::Failed(Failure::operation_failed("outcome_unknown"));
        }
        // Another member's operation may have restarted it too; who they are is known when the
        // members are.
        if view.poll.target_ids.cluster.is_some() && !evidence.members.are_known() && !view.last {
            return Resolution::Pending;
        }
        let restarted = evidence.instance.statuses.contain(REBOOTING)
            || evidence.events.saw(EventKind::Restarted)
            || evidence.events.saw(EventKind::Shutdown);
        if restarted && !evidence.class_changed() {
            Resolution::Happened
        } else if view.last {
            Resolution::Failed(Failure::operation_failed("outcome_unknown"))
        } else {
            Resolution::Pending
        }
    }
}

impl RebootInstance {
    /// The cluster that this is a failover of.
    const fn failed_over<'a>(&self, target_ids: TargetIds<'a>) -> Option<&'a ClusterId> {
        if self.force_failover { target_ids.cluster } else { None }
    }

    fn reboot(&self, instance: &InstanceId) -> RdsCall {
        RdsCall::RebootDbInstance {
            instance_id: instance.clone(),
            force_failover: self.force_failover,
        }
    }

    fn prepare_instance(&self, live: &LiveInstance) -> Result<Preparation<RebootOutput>, Failure> {
        Self::ALLOWED.require_instance(Self::NAME, &live.status)?;
        if self.force_failover && !live.multi_az {
            return Err(Failure::operation_failed("failover_requires_multi_az"));
        }
        Ok(Preparation::Send(self.reboot(&live.instance_id)))
    }

    fn judge_settled(
        &self,
        view: &EvidenceView<'_, RebootEvidence>,
        live: &LiveInstance,
    ) -> Verdict<RebootOutput> {
        let Some(needed) = self.settled_reads_needed(view) else {
            return self.judge_abandoned(view);
        };
        if view.evidence.instance.settled < needed {
            return Verdict::Pending(None);
        }
        match (self.failover(view), self.parameters(view, live)) {
            (_, Parameters::Failed) => Verdict::Failed(failed_to_apply()),
            (Some(failover), Parameters::Are(status)) => {
                Verdict::Done(self.output(failover, status, view))
            }
            (None, _) | (_, Parameters::Pending) => Verdict::Pending(None),
        }
    }

    /// How many settled reads the evidence for a restart asks for; none without evidence.
    ///
    /// For a failover the answer to the call is no evidence: RDS may accept one and abandon it
    /// (RDS-EVENT-0034). Nor is the zone, which shows minutes late and may be an earlier
    /// failover's. Nor is what comes with a change of the class, which fails over too.
    fn settled_reads_needed(&self, view: &EvidenceView<'_, RebootEvidence>) -> Option<u32> {
        let evidence = view.evidence;
        if self.force_failover && evidence.class_changed() {
            return None;
        }
        let failed_over = self.force_failover && evidence.events.saw(EventKind::FailoverCompleted);
        if evidence.events.saw(EventKind::Restarted) || failed_over {
            Some(1)
        } else if evidence.instance.statuses.contain(REBOOTING) {
            Some(SETTLED_AFTER_TRANSITION)
        } else if self.answered_rebooting(view) && SHOWN_WITHIN <= view.elapsed {
            Some(SETTLED_AFTER_ANSWER)
        } else {
            None
        }
    }

    fn answered_rebooting(&self, view: &EvidenceView<'_, RebootEvidence>) -> bool {
        !self.force_failover && view.evidence.answer_status.as_deref() == Some(REBOOTING)
    }

    /// Without any evidence of a restart, an abandoned failover is the one thing that explains it.
    /// Events come in no particular order, so that of a restart is given some looks more.
    fn judge_abandoned(&self, view: &EvidenceView<'_, RebootEvidence>) -> Verdict<RebootOutput> {
        let evidence = view.evidence;
        let waited = view.last || evidence.instance.settled >= SETTLED_AFTER_ANSWER;
        if self.force_failover && waited && evidence.events.saw(EventKind::FailoverAbandoned) {
            Verdict::Failed(Failure::operation_failed("failover_abandoned"))
        } else {
            Verdict::Pending(None)
        }
    }

    /// What became of the failover; `None` while its evidence may still come.
    fn failover(&self, view: &EvidenceView<'_, RebootEvidence>) -> Option<Failover> {
        let evidence = view.evidence;
        if !self.force_failover {
            Some(Failover::NotRequested)
        } else if evidence.events.saw(EventKind::FailoverCompleted) {
            Some(Failover::Verified)
        } else if evidence.events.saw(EventKind::FailoverAbandoned) {
            Some(Failover::Abandoned)
        } else if evidence.zone_changed {
            Some(Failover::Verified)
        } else {
            view.last.then_some(Failover::NotVerified)
        }
    }

    fn output(
        &self,
        failover: Failover,
        parameters: Option<&str>,
        view: &EvidenceView<'_, RebootEvidence>,
    ) -> RebootOutput {
        RebootOutput {
            force_failover: self.force_failover,
            failover,
            parameter_apply_status: parameters.map(str::to_owned),
            warnings: self.warning_after(parameters, view).into_iter().collect(),
            cluster: None,
        }
    }
}

/// An instance that was in this status before the call may be shown in it for a moment longer:
/// only reads in a row after a sign of the restart, or the deadline, prove that it is in it again.
fn judge_stuck(
    view: &EvidenceView<'_, RebootEvidence>,
    live: &LiveInstance,
) -> Verdict<RebootOutput> {
    let evidence = view.evidence;
    let as_before = evidence.instance.before.as_deref() == Some(live.status.as_str());
    let restarted =
        evidence.events.saw(EventKind::Restarted) || evidence.instance.statuses.contain(REBOOTING);
    let proven = view.last || (restarted && evidence.instance.stuck >= STUCK_AGAIN);
    if as_before && !proven {
        return Verdict::Pending(None);
    }
    Verdict::Failed(stuck_in_status(&live.status))
}

/// A Multi-AZ DB cluster is rebooted as a whole (`RebootDBCluster`), an Aurora cluster instance by
/// instance (RDS model, `RebootDBCluster`).
fn aurora_only(live: &LiveInstance) -> Result<(), Failure> {
    if live.is_aurora() { Ok(()) } else { Err(Failure::operation_failed("cluster_member")) }
}
