//! `start_instance`: starts an instance that is stopped, or the Aurora cluster that it is a member
//! of.
//!
//! RDS starts a database by itself seven days after it was stopped, so a start that is seen need
//! not be the one that was asked for. Done means: `available` after the call, at two reads or with
//! RDS's event. A start that RDS gives up (`starting`, then `stopped` again) is a failure.

use serde::Serialize;

use crate::cluster::TargetIds;
use crate::evidence::Power;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::observation::{EventKind, Observation, ObserveRequest};
use crate::operation::parameter::parameters;
use crate::operation::power::{self, PowerEvidence};
use crate::operation::refusal::stuck_in_status;
use crate::operation::result::ClusterScope;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, KnownState, LiveTarget,
    OperationSpec, Poll, Preparation, PrepareContext, Resolution, Verdict,
};
use crate::rds_call::{RdsCall, Receipt};
use crate::time::Timestamp;

use std::collections::BTreeSet;
use std::time::Duration;

parameters! {
    /// Start the instance, or its cluster.
    pub struct StartInstance {}
}

/// The database that runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StartInstanceOutput {
    /// The status of the instance, or of its cluster.
    instance_status: String,
    /// `None` where it runs and it is not known whether this operation's call started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(flatten)]
    cluster: Option<ClusterScope>,
}

/// Reads in a row of a running database that prove a start, by whether RDS's event reports it.
const UP_WITHOUT_EVENT: u32 = 2;
const UP_WITH_EVENT: u32 = 1;

/// Reads in a row of a stopped database that prove that a start was given up: one that comes after
/// `starting` may be an old one.
const DOWN_AGAIN: u32 = 3;

/// RDS starts an instance of SQL Server that is stopped and not one in `incompatible-network`, as
/// its own refusal says.
const SQL_SERVER: AllowedStatuses = AllowedStatuses {
    instance: &["stopped", "inaccessible-encryption-credentials-recoverable"],
    cluster: StartInstance::ALLOWED.cluster,
};

impl OperationSpec for StartInstance {
    type Output = StartInstanceOutput;
    type Evidence = PowerEvidence;

    const NAME: &'static str = "start_instance";
    const DONE_WHEN: &'static str = "the instance, or its cluster with all members, is \
                                     `available` after the call";
    /// RDS and other people start databases too.
    const EVIDENCE_IS_ITS_OWN: bool = false;

    /// The statuses that RDS's own refusals of `StartDBInstance` and `StartDBCluster` list.
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &[
            "stopped",
            "inaccessible-encryption-credentials-recoverable",
            "incompatible-network",
        ],
        cluster: &["stopped", "inaccessible-encryption-credentials-recoverable"],
    };

    /// A start recovers the database first and takes "minutes to hours" (RDS User Guide, "Starting
    /// an Amazon RDS DB instance that was previously stopped").
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule {
        slowest: Some(Duration::from_mins(1)),
        timeout: Some(Duration::from_hours(2)),
        ..DefaultSchedule::GENERAL
    };

    fn example() -> Self {
        Self {}
    }

    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        power::kind_refused(known.engine, known.cluster.is_some())?;
        known.require(Self::NAME, allowed(known.engine))
    }

    fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
        power::observe_before(target_ids, now)
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let live_target = context.live_target();
        let live = context.live;
        power::kind_refused(&live.engine, context.cluster.is_some())?;
        if power::live_power(live_target) == Power::Up {
            return Ok(Preparation::Nothing(StartInstanceOutput {
                instance_status: status_of(live_target),
                changed: Some(false),
                cluster: context.cluster.map(|it| ClusterScope::new(&it.cluster_id, &it.members)),
            }));
        }
        allowed(&live.engine).require_target(Self::NAME, live_target)?;
        Ok(Preparation::Send(self.likely_call(context.target_ids())))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        match target_ids.cluster {
            None => RdsCall::StartDbInstance { instance_id: target_ids.instance.clone() },
            Some(cluster) => RdsCall::StartDbCluster { cluster_id: cluster.clone() },
        }
    }

    /// Nobody uses a database that does not run.
    fn interruption(&self, _live_target: LiveTarget<'_>) -> Interruption {
        Interruption::None
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let parameters =
            power::parameters_wait(live_target.live).then_some(Warning::ParametersApplyAtStart);
        let is_up = power::live_power(live_target) == Power::Up;
        parameters.into_iter().filter(|_| !is_up).collect()
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> PowerEvidence {
        PowerEvidence::before(target_ids, seen)
    }

    fn record_answer(&self, evidence: &mut PowerEvidence, receipt: &Receipt) {
        evidence.record_answer(receipt.instance_status.as_deref());
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &PowerEvidence,
        submitted_at: Timestamp,
    ) -> ObserveRequest {
        power::observe_after(target_ids, submitted_at)
    }

    fn record(&self, evidence: &mut PowerEvidence, poll: &Poll<'_>) {
        evidence.record(poll);
    }

    fn known_members(evidence: &PowerEvidence) -> BTreeSet<String> {
        evidence.members.ids().clone()
    }

    fn evaluate(&self, view: &EvidenceView<'_, PowerEvidence>) -> Verdict<Self::Output> {
        let evidence = view.evidence;
        match power::power(&view.poll) {
            None => Verdict::Failed(power::disappeared(view)),
            Some(Power::Up) if is_up(evidence) => Verdict::Done(output(view)),
            Some(Power::Down) if evidence.reads.in_a_row(Power::Down) >= DOWN_AGAIN => {
                evaluate_down(evidence)
            }
            Some(Power::Stuck) => evaluate_stuck(view),
            // A read that still shows `stopped` is an old one, or RDS has not begun yet.
            Some(Power::Up | Power::Down | Power::Stopping | Power::Starting | Power::Other) => {
                Verdict::Pending(None)
            }
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, PowerEvidence>) -> Resolution {
        let evidence = view.evidence;
        let started = evidence.reads.saw(Power::Starting)
            || evidence.reads.in_a_row(Power::Up) >= UP_WITHOUT_EVENT
            || evidence.events.saw(EventKind::Started);
        match power::power(&view.poll) {
            None => Resolution::Failed(power::disappeared(view)),
            Some(_) if started => Resolution::Happened,
            Some(_) if view.last => Resolution::DidNotHappen,
            Some(_) => Resolution::Pending,
        }
    }
}

/// The statuses in which RDS starts an instance of this engine.
fn allowed(engine: &str) -> AllowedStatuses {
    if engine.starts_with("sqlserver") { SQL_SERVER } else { StartInstance::ALLOWED }
}

fn status_of(live_target: LiveTarget<'_>) -> String {
    live_target.cluster.map_or(&live_target.live.status, |cluster| &cluster.status).clone()
}

fn is_up(evidence: &PowerEvidence) -> bool {
    let reported = evidence.events.saw(EventKind::Started);
    evidence.reads.in_a_row(Power::Up) >= if reported { UP_WITH_EVENT } else { UP_WITHOUT_EVENT }
}

/// A database that is down was started and stopped since, or RDS gave its start up. Without a sign
/// of either, RDS has not begun yet. RDS's event of a stop proves nothing: that of the stop before
/// may come late.
fn evaluate_down(evidence: &PowerEvidence) -> Verdict<StartInstanceOutput> {
    let fell = evidence.reads.fell_after_rising();
    if evidence.events.saw(EventKind::Started) || (fell && evidence.reads.saw(Power::Up)) {
        Verdict::Failed(Failure::operation_failed("stopped_meanwhile"))
    } else if fell {
        Verdict::Failed(Failure::operation_failed("start_given_up"))
    } else {
        Verdict::Pending(None)
    }
}

fn evaluate_stuck(view: &EvidenceView<'_, PowerEvidence>) -> Verdict<StartInstanceOutput> {
    let left = view.evidence.shows(Power::Starting, EventKind::Started);
    match power::stuck_status(&view.poll) {
        Some(status) if view.evidence.is_stuck_in(status, left, view.last) => {
            Verdict::Failed(stuck_in_status(status))
        }
        Some(_) | None => Verdict::Pending(None),
    }
}

fn output(view: &EvidenceView<'_, PowerEvidence>) -> StartInstanceOutput {
    let cluster = view.poll.target_ids.cluster;
    StartInstanceOutput {
        instance_status: view.poll.target_status().unwrap_or_default().to_owned(),
        changed: view.accepted.then_some(true),
        cluster: cluster.map(|id| ClusterScope::new(id, view.evidence.members.ids())),
    }
}
