//! What an operation says about itself.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cluster::TargetIds;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::instance::LiveInstance;
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::parameter::Parameters;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, KnownState, LiveTarget, Poll,
    Preparation, PrepareContext, Resolution, Verdict,
};
use crate::parameter_group::ParameterDifference;
use crate::rds_call::{RdsCall, Receipt};
use crate::time::Timestamp;

/// Everything that the service knows about one kind of operation.
///
/// To add an operation, declare its parameters with the macro `parameters!`, write this trait for
/// them, and name the type in the `operations!` list below.
/// A call that no operation makes yet is a new variant of [`RdsCall`].
pub trait OperationSpec: Parameters {
    /// What is told of the operation once it is done: a struct, whose members join those of the
    /// answer.
    type Output: Serialize;
    /// What its polls show over time, as far as it needs that.
    type Evidence: Clone + Debug + Default + DeserializeOwned + PartialEq + Serialize;

    /// The name in requests and answers.
    const NAME: &'static str;
    /// What has to show for it to count as done: the end of a sentence that begins with "It is done
    /// when". The user guide says it.
    const DONE_WHEN: &'static str;
    /// Whether its evidence names the call, as a snapshot's name does. Evidence that any call of
    /// the kind leaves, such as a restart, counts only while no other operation has had the
    /// instance.
    const EVIDENCE_IS_ITS_OWN: bool;

    /// Whether it counts a restart as its evidence, which RDS may still show of the operation before
    /// it.
    const EVIDENCE_IS_A_RESTART: bool = false;

    /// Whether a person has to see its preview, and to confirm it, before it is sent: it may
    /// interrupt those who use the database, or can't be undone.
    const PREVIEW_FIRST: bool = false;

    /// The statuses in which RDS carries it out.
    const ALLOWED: AllowedStatuses;
    /// When to poll and for how long, where the configuration says nothing about this operation.
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule::GENERAL;

    /// An operation that anybody could ask for, with the least of parameters.
    fn example() -> Self;

    /// Whether it is possible, whatever its parameters, on a database of which this is known.
    ///
    /// # Errors
    /// The [`Failure`] that the operation would meet.
    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        known.require(Self::NAME, Self::ALLOWED)
    }

    /// What to describe before the call, beside the instance itself and its cluster.
    fn observe_before(&self, _place: TargetIds<'_>, _now: Timestamp) -> ObserveRequest {
        ObserveRequest::default()
    }

    /// What to describe before the call that can be asked for only once the instance, and its
    /// cluster, have been described.
    fn observe_described(&self, _live_target: LiveTarget<'_>) -> ObserveRequest {
        ObserveRequest::default()
    }

    /// What to do with the instance as it is now: the call to send, nothing, or a refusal.
    ///
    /// # Errors
    /// A [`Failure`] when the call would be refused or would do more than was asked.
    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure>;

    /// The call that this will probably lead to, before the instance has been read; its tags are
    /// left out. Only [`OperationSpec::prepare`] says what is sent: a wrong guess costs a call of
    /// STS and gives no right.
    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall;

    /// The snapshot that the call changes, as the poll before it showed it. Its own tags count for
    /// the environment beside those of the database.
    fn changed_snapshot<'a>(
        &self,
        _target_ids: TargetIds<'_>,
        _seen: &'a Observation,
    ) -> Option<&'a Snapshot> {
        None
    }

    /// What users of the database, as it is now, notice of the call.
    fn interruption(&self, live_target: LiveTarget<'_>) -> Interruption;

    /// The other members of the cluster that restart together with the instance, where the call is
    /// one of the instance.
    fn restarted_with(&self, _site: LiveTarget<'_>) -> Vec<String> {
        Vec::new()
    }

    /// What a caller should know about the operation on the database as it is now.
    fn warnings(&self, _site: LiveTarget<'_>) -> Vec<Warning> {
        Vec::new()
    }

    /// In what the parameters that the operation brings differ from those of the instance, where
    /// both were described before the call.
    fn parameter_differences(
        &self,
        _live: &LiveInstance,
        _seen: &Observation,
    ) -> Vec<ParameterDifference> {
        Vec::new()
    }

    /// What is known before the call is sent, by the poll before it.
    fn before(&self, _target_ids: TargetIds<'_>, _seen: &Observation) -> Self::Evidence {
        Self::Evidence::default()
    }

    /// Takes in what RDS answered to the call that it accepted.
    fn record_answer(&self, _evidence: &mut Self::Evidence, _receipt: &Receipt) {}

    /// What to describe after the call, where `evidence` is there already.
    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        evidence: &Self::Evidence,
        submitted_at: Timestamp,
    ) -> ObserveRequest;

    /// Takes in what a poll showed.
    fn record(&self, evidence: &mut Self::Evidence, poll: &Poll<'_>);

    /// The status that a poll showed of what the operation changes, for the progress.
    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        poll.target_status()
    }

    /// The members of the cluster, as far as polls showed them, where another operation on any of
    /// them leaves the same evidence.
    fn known_members(_evidence: &Self::Evidence) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// What the evidence says about a call that RDS accepted.
    fn evaluate(&self, view: &EvidenceView<'_, Self::Evidence>) -> Verdict<Self::Output>;

    /// What the evidence says about a call of which it is unknown whether it reached RDS.
    fn resolve(&self, view: &EvidenceView<'_, Self::Evidence>) -> Resolution;
}
