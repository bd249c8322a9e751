//! `modify_instance_class`: changes the instance class, in the next maintenance window or at once.
//!
//! A class is one of an instance, also in an Aurora cluster. Done means: with `apply_immediately`,
//! the instance is described with the class, none waits, and it is settled; without, the class
//! waits for the window, and the result says that it is not in use yet.

mod evidence;
mod refusals;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::cluster::TargetIds;
use crate::evidence::ClassState;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::{InstanceClass, InstanceId};
use crate::instance::{LiveInstance, PENDING_CLASS};
use crate::observation::{EventKind, Observation, ObserveRequest};
use crate::operation::modify_instance_class::evidence::{EVENTS_BEFORE, RDS_CLOCK_SKEW};
use crate::operation::parameter::parameters;
use crate::operation::refusal::stuck_in_status;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, KnownState, LiveTarget,
    OperationSpec, Poll, Preparation, PrepareContext, Resolution, Verdict,
};
use crate::rds_call::{InstanceSetting, RdsCall};
use crate::status::{StatusClass, classify_instance_status};
use crate::time::Timestamp;
use crate::window::MaintenanceWindow;

pub use evidence::ModifyInstanceClassEvidence;

parameters! {
    /// Change the class of the instance.
    pub struct ModifyInstanceClass {
        /// The new DB instance class, e.g. db.r6g.large.
        instance_class: InstanceClass,
        /// Change it now, with an interruption; otherwise in the next maintenance window. True is
        /// refused while other changes wait.
        apply_immediately: bool = false,
    }
}

/// The instance with its class, in use or waiting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModifyInstanceClassOutput {
    instance_class: InstanceClass,
    apply_immediately: bool,
    /// Whether the class is in use; otherwise it waits for the maintenance window.
    applied: bool,
    instance_status: String,
    /// The class before the call, where it was another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_class: Option<String>,
    pending_modifications: BTreeMap<String, String>,
    /// The window in which what waits is applied, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    maintenance_window: Option<MaintenanceWindow>,
    /// `None` where it is as wanted and it is not known whether this operation's call made it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

/// Reads in a row of the class in use that prove the change, by whether RDS's event reports it.
const IN_USE_WITHOUT_EVENT: u32 = 2;
const IN_USE_WITH_EVENT: u32 = 1;

/// Reads in a row of the waiting class that prove that it waits.
const WAITING: u32 = 2;

/// Reads in a row of a settled instance without the class that prove that RDS does not have it any
/// more: one may be an old one.
const NOT_KEPT: u32 = 3;

/// Reads in a row of a status that the instance does not leave by itself. It was in another one
/// before the call.
const STUCK: u32 = 2;

impl OperationSpec for ModifyInstanceClass {
    type Output = ModifyInstanceClassOutput;
    type Evidence = ModifyInstanceClassEvidence;

    const NAME: &'static str = "modify_instance_class";
    const DONE_WHEN: &'static str = "RDS describes the requested class, no other class waits, and \
                                     the instance is `available`; without `apply_immediately`, \
                                     the class waits for the maintenance window";
    /// Other people change classes too, and the change restarts the instance as a reboot does.
    const EVIDENCE_IS_ITS_OWN: bool = false;
    const PREVIEW_FIRST: bool = true;

    /// RDS changes the class of an instance that is `available`, also while it optimises its
    /// storage (RDS User Guide, "Working with storage for Amazon RDS DB instances"). Of a member,
    /// the cluster must be `available` too (RDS model, `ModifyDBInstance`,
    /// `InvalidDBClusterStateFault`).
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &["available", "storage-optimization"],
        cluster: &["available"],
    };

    /// With a standby, RDS changes that first and then fails over (RDS User Guide, "Modifying an
    /// Amazon RDS DB instance"). That takes some ten minutes, and longer for a large instance.
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule {
        slowest: Some(Duration::from_mins(1)),
        timeout: Some(Duration::from_mins(90)),
        ..DefaultSchedule::GENERAL
    };

    fn example() -> Self {
        let instance_class = "db.r6g.large".parse().expect("it is a class");
        Self { instance_class, apply_immediately: false }
    }

    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        refusals::kind(known.engine, known.cluster.is_some())?;
        known.live.map_or(Ok(()), refusals::instance)?;
        known.require_instance(Self::NAME, Self::ALLOWED)?;
        match known.cluster {
            None => Ok(()),
            Some(cluster) => known.require_cluster(Self::NAME, Self::ALLOWED, cluster),
        }
    }

    /// Events, and whether the class can be ordered for the instance.
    fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
        ObserveRequest::orderable(target_ids.instance, &self.instance_class)
            .with_events_of(target_ids.instance, now - EVENTS_BEFORE)
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let live = context.live;
        refusals::kind(&live.engine, context.cluster.is_some())?;
        if self.is_done_in(live) {
            return Ok(Preparation::Nothing(self.output(live, None, Some(false))));
        }
        refusals::instance(live)?;
        refusals::not_allowed(self, context.allowed_classes)?;
        refusals::serverless(self.instance_class.as_str())?;
        Self::ALLOWED.require_instance(Self::NAME, &live.status)?;
        if let Some(cluster) = context.cluster {
            Self::ALLOWED.require_cluster(Self::NAME, &cluster.cluster_id, &cluster.status)?;
        }
        refusals::waiting(self, context.live_target())?;
        refusals::not_orderable(self, context)?;
        Ok(Preparation::Send(self.call(&live.instance_id)))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        self.call(target_ids.instance)
    }

    /// The class changes with an outage (RDS model, `ModifyDBInstance.DBInstanceClass`); with a
    /// standby, by a failover. Whether Aurora fails over when the class of its writer changes is
    /// not verified; it is expected where there is a reader.
    fn interruption(&self, live_target: LiveTarget<'_>) -> Interruption {
        if !self.apply_immediately {
            return Interruption::InWindow;
        }
        let takes_over = match live_target.cluster {
            None => live_target.live.multi_az,
            Some(cluster) => {
                let own = live_target.live.instance_id.as_str();
                let writes = |writer: &String| writer.eq_ignore_ascii_case(own);
                cluster.members.len() > 1 && cluster.writer.as_ref().is_some_and(writes)
            }
        };
        if takes_over { Interruption::Failover } else { Interruption::Restart }
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let live = live_target.live;
        if self.is_in_use(live) {
            return Vec::new();
        }
        if self.is_done_in(live) {
            return vec![Warning::ClassWaitsForWindow];
        }
        let memory = matches!(live.engine.as_str(), "mysql" | "mariadb");
        let memory = memory.then_some(Warning::ClassChangesMemory);
        let waits = (!self.apply_immediately).then_some(Warning::ClassWaitsForWindow);
        std::iter::once(Warning::ClassChangesCost).chain(memory).chain(waits).collect()
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> Self::Evidence {
        ModifyInstanceClassEvidence::before(target_ids, seen)
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &ModifyInstanceClassEvidence,
        submitted_at: Timestamp,
    ) -> ObserveRequest {
        ObserveRequest::instance(target_ids.instance)
            .with_events_of(target_ids.instance, submitted_at - RDS_CLOCK_SKEW)
    }

    fn record(&self, evidence: &mut ModifyInstanceClassEvidence, poll: &Poll<'_>) {
        evidence.record(&self.instance_class, poll);
    }

    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        poll.instance_status()
    }

    fn evaluate(
        &self,
        view: &EvidenceView<'_, ModifyInstanceClassEvidence>,
    ) -> Verdict<Self::Output> {
        let Some(live) = view.live() else {
            return Verdict::Failed(Failure::operation_failed("instance_disappeared"));
        };
        match classify_instance_status(&live.status) {
            StatusClass::NeedsAttention | StatusClass::Failed
                if view.last || view.evidence.instance.stuck >= STUCK =>
            {
                Verdict::Failed(stuck_in_status(&live.status))
            }
            StatusClass::Available | StatusClass::Usable | StatusClass::Off => {
                self.evaluate_settled(view, live)
            }
            StatusClass::NeedsAttention
            | StatusClass::Failed
            | StatusClass::InProgress
            | StatusClass::Unknown => Verdict::Pending(None),
        }
    }

    /// Where the class waited before the call, that it waits is no sign of the call.
    fn resolve(&self, view: &EvidenceView<'_, ModifyInstanceClassEvidence>) -> Resolution {
        let evidence = view.evidence;
        let waited = evidence.waited_before.as_deref() == Some(self.instance_class.as_str());
        let shown = evidence.class.saw_it_in_use() || (evidence.class.saw_it() && !waited);
        let reported = evidence.events.saw(EventKind::ClassChangeStarted)
            || evidence.events.saw(EventKind::ClassChanged)
            || evidence.events.saw(EventKind::ClassChangeFailed);
        if view.live().is_none() {
            Resolution::Failed(Failure::operation_failed("instance_disappeared"))
        } else if shown || reported {
            Resolution::Happened
        } else if view.last {
            Resolution::DidNotHappen
        } else {
            Resolution::Pending
        }
    }
}

impl ModifyInstanceClass {
    fn call(&self, instance: &InstanceId) -> RdsCall {
        RdsCall::ModifyDbInstance {
            instance_id: instance.clone(),
            setting: InstanceSetting::Class(self.instance_class.clone()),
            apply_immediately: self.apply_immediately,
        }
    }

    fn is_in_use(&self, live: &LiveInstance) -> bool {
        live.instance_class.as_deref() == Some(self.instance_class.as_str())
            && !live.pending_modifications.contains_key(PENDING_CLASS)
    }

    fn waits(&self, live: &LiveInstance) -> bool {
        let waiting = live.pending_modifications.get(PENDING_CLASS);
        waiting.is_some_and(|waiting| *waiting == self.instance_class.as_str())
    }

    /// Whether nothing is left to ask for.
    fn is_done_in(&self, live: &LiveInstance) -> bool {
        self.is_in_use(live) || (!self.apply_immediately && self.waits(live))
    }

    fn evaluate_settled(
        &self,
        view: &EvidenceView<'_, ModifyInstanceClassEvidence>,
        live: &LiveInstance,
    ) -> Verdict<ModifyInstanceClassOutput> {
        let evidence = view.evidence;
        let reported = evidence.events.saw(EventKind::ClassChanged);
        let needed = if reported { IN_USE_WITH_EVENT } else { IN_USE_WITHOUT_EVENT };
        let in_use = evidence.class.in_a_row(ClassState::InUse) >= needed;
        let waits =
            !self.apply_immediately && evidence.class.in_a_row(ClassState::Waiting) >= WAITING;
        if in_use || waits {
            let changed = view.accepted.then_some(true);
            return Verdict::Done(self.output(live, evidence.class_before.as_deref(), changed));
        }
        if evidence.class.in_a_row(ClassState::Absent) < NOT_KEPT {
            return Verdict::Pending(None);
        }
        if evidence.events.saw(EventKind::ClassChangeFailed) {
            Verdict::Failed(Failure::operation_failed("class_change_failed"))
        } else if evidence.class.saw_it() || reported {
            Verdict::Failed(refusals::not_kept(live))
        } else {
            Verdict::Pending(None)
        }
    }

    /// The result for the instance as it is.
    fn output(
        &self,
        live: &LiveInstance,
        before: Option<&str>,
        changed: Option<bool>,
    ) -> ModifyInstanceClassOutput {
        let applied = self.is_in_use(live);
        let previous = before.filter(|class| *class != self.instance_class.as_str());
        ModifyInstanceClassOutput {
            instance_class: self.instance_class.clone(),
            apply_immediately: self.apply_immediately,
            applied,
            instance_status: live.status.clone(),
            previous_class: previous.map(str::to_owned),
            pending_modifications: live.pending_modifications.clone(),
            maintenance_window: live.maintenance_window.filter(|_| !applied),
            changed,
            warnings: (!applied).then_some(Warning::ClassWaitsForWindow).into_iter().collect(),
        }
    }
}
