//! `change_parameter_group`: attaches another DB parameter group to an instance, also to one of an
//! Aurora cluster.
//!
//! The group is attached at once, and its parameters are in use after a reboot without failover,
//! which is another operation (RDS model, `ModifyDBInstance.DBParameterGroupName`). Done means: the
//! group is described as attached, at two reads with the same apply status.

mod refusals;

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::{InstanceId, ParameterGroupName};
use crate::instance::LiveInstance;
use crate::observation::{Observation, ObserveRequest};
use crate::operation::parameter::parameters;
use crate::operation::refusal::flush_refused;
use crate::operation::windows;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, KnownState, LiveTarget,
    OperationSpec, Poll, Preparation, PrepareContext, Resolution, Verdict,
};
use crate::parameter_group::ParameterDifference;
use crate::rds_call::{InstanceSetting, RdsCall};
use crate::time::Timestamp;

parameters! {
    /// Attach another parameter group to the instance.
    pub struct ChangeParameterGroup {
        /// Name of the DB parameter group, of the family that the instance has.
        parameter_group: ParameterGroupName,
        /// RDS attaches a group at once either way; true is refused while other changes wait.
        apply_immediately: bool = false,
    }
}

/// The group as it is attached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangeParameterGroupOutput {
    parameter_group: ParameterGroupName,
    apply_immediately: bool,
    /// `ParameterApplyStatus`, e.g. `in-sync` or `pending-reboot`.
    apply_status: String,
    /// Whether its parameters wait for a reboot without failover.
    reboot_required: bool,
    /// `None` where the group is attached and it is not known whether this operation's call did
    /// that.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

/// The apply status of the wanted group, read after read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChangeParameterGroupEvidence {
    status: Option<String>,
    in_a_row: u32,
}

/// Reads in a row of one apply status that settle it: RDS may show the group first and what becomes
/// of its parameters after that.
const SETTLED: NonZeroU32 = NonZeroU32::new(2).expect("it is not zero");

const PENDING_REBOOT: &str = "pending-reboot";

impl OperationSpec for ChangeParameterGroup {
    type Output = ChangeParameterGroupOutput;
    type Evidence = ChangeParameterGroupEvidence;

    const NAME: &'static str = "change_parameter_group";
    const DONE_WHEN: &'static str =
        "RDS describes the group as attached, and shows whether a reboot is required";
    const EVIDENCE_IS_ITS_OWN: bool = true;

    /// As for windows; of a member, the cluster must be `available` too (RDS model,
    /// `ModifyDBInstance`, `InvalidDBClusterStateFault`).
    const ALLOWED: AllowedStatuses = windows::ALLOWED;
    const DEFAULT_SCHEDULE: DefaultSchedule = windows::SCHEDULE;

    fn example() -> Self {
        let parameter_group = "default.postgres16".parse().expect("it is a valid name");
        Self { parameter_group, apply_immediately: false }
    }

    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        refusals::kind(known.engine, known.cluster.is_some())?;
        known.require_instance(Self::NAME, Self::ALLOWED)?;
        match known.cluster {
            None => Ok(()),
            Some(cluster) => known.require_cluster(Self::NAME, Self::ALLOWED, cluster),
        }
    }

    fn observe_before(&self, _target_ids: TargetIds<'_>, _now: Timestamp) -> ObserveRequest {
        ObserveRequest::parameter_group(&self.parameter_group)
    }

    /// The present group, which the wanted one is compared with.
    fn observe_described(&self, live_target: LiveTarget<'_>) -> ObserveRequest {
        let present = present_group(live_target.live);
        present
            .filter(|present| *present != self.parameter_group)
            .map(|present| ObserveRequest::parameter_group(&present))
            .unwrap_or_default()
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let live = context.live;
        refusals::kind(&live.engine, context.cluster.is_some())?;
        if let Some(status) = self.apply_status(live) {
            refusals::attached_and_failed(status)?;
            return Ok(Preparation::Nothing(self.output(status, Some(false))));
        }
        Self::ALLOWED.require_instance(Self::NAME, &live.status)?;
        if let Some(cluster) = context.cluster {
            Self::ALLOWED.require_cluster(Self::NAME, &cluster.cluster_id, &cluster.status)?;
        }
        refusals::engine_upgrade(live)?;
        refusals::group(self, live, context.seen)?;
        flush_refused(self.apply_immediately, "instance", &live.pending_modifications)?;
        Ok(Preparation::Send(self.call(&live.instance_id)))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        self.call(target_ids.instance)
    }

    /// "The parameter group name change takes effect immediately without an outage" (RDS model,
    /// `ModifyDBInstance.DBParameterGroupName`).
    fn interruption(&self, _live_target: LiveTarget<'_>) -> Interruption {
        Interruption::None
    }

    fn parameter_differences(
        &self,
        live: &LiveInstance,
        seen: &Observation,
    ) -> Vec<ParameterDifference> {
        let described = |name: &ParameterGroupName| seen.parameter_groups.get(name);
        let present = present_group(live);
        match (present.as_ref().and_then(described), described(&self.parameter_group)) {
            (Some(present), Some(wanted)) => present.differences(wanted),
            (Some(_) | None, _) => Vec::new(),
        }
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let is_attached = self.apply_status(live_target.live).is_some();
        (!is_attached).then_some(Warning::GroupNeedsReboot).into_iter().collect()
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &ChangeParameterGroupEvidence,
        _submitted_at: Timestamp,
    ) -> ObserveRequest {
        ObserveRequest::instance(target_ids.instance)
    }

    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        poll.instance_status()
    }

    fn record(&self, evidence: &mut ChangeParameterGroupEvidence, poll: &Poll<'_>) {
        let live = poll.seen.instances.get(poll.target_ids.instance);
        let status = live.and_then(|live| self.apply_status(live));
        let same = evidence.status.as_deref() == status;
        evidence.in_a_row = if same { evidence.in_a_row.saturating_add(1) } else { 1 };
        evidence.status = status.map(str::to_owned);
    }

    fn evaluate(
        &self,
        view: &EvidenceView<'_, ChangeParameterGroupEvidence>,
    ) -> Verdict<Self::Output> {
        if view.live().is_none() {
            return Verdict::Failed(Failure::operation_failed("instance_disappeared"));
        }
        let evidence = view.evidence;
        let is_settled = evidence.in_a_row >= SETTLED.get();
        match evidence.status.as_deref() {
            Some(refusals::FAILED) if is_settled => Verdict::Failed(refusals::failed_to_apply()),
            // Still at work; at the deadline it is reported as that.
            Some("applying") if !view.last => Verdict::Pending(None),
            Some(status) if is_settled => {
                Verdict::Done(self.output(status, view.accepted.then_some(true)))
            }
            Some(_) | None => Verdict::Pending(None),
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, ChangeParameterGroupEvidence>) -> Resolution {
        if view.live().is_none() {
            Resolution::Failed(Failure::operation_failed("instance_disappeared"))
        } else if view.evidence.status.is_some() {
            Resolution::Happened
        } else if view.last {
            Resolution::DidNotHappen
        } else {
            Resolution::Pending
        }
    }
}

impl ChangeParameterGroup {
    fn call(&self, instance: &InstanceId) -> RdsCall {
        RdsCall::ModifyDbInstance {
            instance_id: instance.clone(),
            setting: InstanceSetting::ParameterGroup(self.parameter_group.clone()),
            apply_immediately: self.apply_immediately,
        }
    }

    /// The `ParameterApplyStatus` of the wanted group; `None` where it is not attached.
    fn apply_status<'a>(&self, live: &'a LiveInstance) -> Option<&'a str> {
        let is_it = |name: &str| name.eq_ignore_ascii_case(self.parameter_group.as_str());
        live.parameter_groups
            .iter()
            .find(|(name, _)| is_it(name))
            .map(|(_, status)| status.as_str())
    }

    fn output(&self, status: &str, changed: Option<bool>) -> ChangeParameterGroupOutput {
        let reboot_required = status == PENDING_REBOOT;
        let not_in_use = reboot_required.then_some(Warning::GroupNeedsReboot);
        ChangeParameterGroupOutput {
            parameter_group: self.parameter_group.clone(),
            apply_immediately: self.apply_immediately,
            apply_status: status.to_owned(),
            reboot_required,
            changed,
            warnings: not_in_use.into_iter().collect(),
        }
    }
}

/// The parameter group that is attached. RDS lists them, and an instance has one.
fn present_group(live: &LiveInstance) -> Option<ParameterGroupName> {
    live.parameter_groups.keys().find_map(|name| name.parse().ok())
}
