//! The operations. Each has one file below this module that says everything about it; this file
//! names them all.

mod allowed;
pub mod create_snapshot;
pub mod fields;
mod interruption;
pub mod modify_backup_window;
pub mod parameter;
pub mod reboot_instance;
mod refusal;
mod result;
mod warned;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::time::Duration;

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use allowed::{AllowedStatuses, KnownCluster, KnownState};
pub use interruption::Interruption;
pub(crate) use warned::add_warnings;

use crate::cluster::{LiveCluster, TargetIds};
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::{ClusterId, OperationId};
use crate::instance::{LiveInstance, Tags};
use crate::observation::{Observation, ObserveRequest};
use crate::operation::fields::Fields;
use crate::operation::parameter::Parameters;
use crate::rds_call::{RdsCall, Receipt};
use crate::tag::InheritedTags;
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
    /// Whether its evidence names the call, as a snapshot's name does. Evidence that any call of
    /// the kind leaves, such as a restart, counts only while no other operation has had the
    /// instance.
    const EVIDENCE_IS_ITS_OWN: bool;

    /// The statuses in which RDS carries it out.
    const ALLOWED: AllowedStatuses;
    /// When to poll and for how long, where the configuration says nothing about this operation.
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule::GENERAL;

    /// Whether it is possible, whatever its parameters, on a database of which this is known.
    ///
    /// # Errors
    /// The [`Failure`] that the operation would meet.
    fn possible(known: &KnownState<'_>) -> Result<(), Failure> {
        known.require(Self::NAME, Self::ALLOWED)
    }

    /// What to look at before the call, beside the instance itself and its cluster.
    fn observe_before(&self, _place: TargetIds<'_>, _now: Timestamp) -> ObserveRequest {
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

    /// What is known before the call is sent, by the look before it.
    fn before(&self, _target_ids: TargetIds<'_>, _seen: &Observation) -> Self::Evidence {
        Self::Evidence::default()
    }

    /// Takes in what RDS answered to the call that it accepted.
    fn record_answer(&self, _evidence: &mut Self::Evidence, _receipt: &Receipt) {}

    /// What to look at after the call, where `evidence` is there already.
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

/// What an operation needs of its poll schedule. What it leaves out follows the general settings;
/// what is configured for the operation itself comes before both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DefaultSchedule {
    /// From the call to the first poll; the interval if none.
    pub first_poll: Option<Duration>,
    /// From the first poll to the second, growing to the configured interval; that interval from
    /// the start if none.
    pub interval: Option<Duration>,
    /// From the call to the answer "timeout", where that may take longer than the general setting.
    pub timeout: Option<Duration>,
}

impl DefaultSchedule {
    /// That of an operation for which the general settings are right.
    pub const GENERAL: Self = Self { first_poll: None, interval: None, timeout: None };
}

/// What an operation may know when it decides what to ask of RDS.
#[derive(Clone, Copy, Debug)]
pub struct PrepareContext<'a> {
    /// The operation.
    pub operation_id: OperationId,
    /// Who asked for it.
    pub principal: &'a str,
    /// The instance as it is now.
    pub live: &'a LiveInstance,
    /// The cluster that it is a member of, as it is now.
    pub cluster: Option<&'a LiveCluster>,
    /// The tags of the instance, or of its cluster, that a snapshot takes over.
    pub inherited_tags: &'a InheritedTags,
    /// All that the look before the call showed.
    pub seen: &'a Observation,
}

impl<'a> PrepareContext<'a> {
    /// The names of what the operation is about.
    #[must_use]
    pub fn target_ids(&self) -> TargetIds<'a> {
        let cluster = self.cluster.map(|cluster| &cluster.cluster_id);
        TargetIds { instance: &self.live.instance_id, cluster }
    }

    /// What the operation is about.
    #[must_use]
    pub const fn live_target(&self) -> LiveTarget<'a> {
        LiveTarget { live: self.live, cluster: self.cluster }
    }
}

/// An instance as it is now, and the cluster that it is a member of.
#[derive(Clone, Copy, Debug)]
pub struct LiveTarget<'a> {
    /// The instance.
    pub live: &'a LiveInstance,
    /// The cluster.
    pub cluster: Option<&'a LiveCluster>,
}

impl<'a> LiveTarget<'a> {
    /// The tags of what a snapshot is taken of, the instance or its cluster, and whether RDS copies
    /// them to snapshots.
    #[must_use]
    pub fn snapshot_source(&self) -> (&'a Tags, bool) {
        match self.cluster {
            None => (&self.live.tags, self.live.copy_tags_to_snapshot),
            Some(cluster) => (&cluster.tags, cluster.copy_tags_to_snapshot),
        }
    }
}

/// What to do with an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Preparation<O = Map<String, Value>> {
    /// Ask RDS for this.
    Send(RdsCall),
    /// The instance is as wanted already; this is the result.
    Nothing(O),
}

/// What one poll showed.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// The instance, and its cluster.
    pub target_ids: TargetIds<'a>,
    /// Everything that was seen. Other operations may have asked for some of it.
    pub seen: &'a Observation,
    /// When the call was about to be sent.
    pub submitted_at: Timestamp,
}

impl<'a> Poll<'a> {
    /// The status of the cluster, or of an instance that is in none.
    #[must_use]
    pub fn target_status(&self) -> Option<&'a str> {
        match self.target_ids.cluster {
            None => self.instance_status(),
            Some(id) => self.seen.clusters.get(id).map(|live| &*live.status),
        }
    }

    /// The status of the instance.
    #[must_use]
    pub fn instance_status(&self) -> Option<&'a str> {
        self.seen.instances.get(self.target_ids.instance).map(|live| &*live.status)
    }
}

/// What is known about an operation at one poll.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceView<'a, E = Evidence> {
    /// The operation.
    pub operation_id: OperationId,
    /// The instance, and its cluster.
    pub target_ids: TargetIds<'a>,
    /// The latest poll.
    pub seen: &'a Observation,
    /// What all polls together showed.
    pub evidence: &'a E,
    /// RDS answered the call and accepted it; without this it was found to have happened by
    /// looking.
    pub accepted: bool,
    /// The time since the call.
    pub elapsed: TimeDelta,
    /// Whether this is the last poll before the deadline.
    pub last: bool,
}

impl<'a, E> EvidenceView<'a, E> {
    /// The same with the evidence in the operation's own terms.
    fn of<Own>(&self, evidence: &'a Own) -> EvidenceView<'a, Own> {
        let Self { operation_id, target_ids, seen, evidence: _, accepted, elapsed, last } = *self;
        EvidenceView { operation_id, target_ids, seen, evidence, accepted, elapsed, last }
    }

    /// The instance as the latest look showed it.
    #[must_use]
    pub fn live(&self) -> Option<&'a LiveInstance> {
        self.seen.instances.get(self.target_ids.instance)
    }

    /// The cluster `id` as the latest look showed it.
    #[must_use]
    pub fn live_cluster(&self, id: &ClusterId) -> Option<&'a LiveCluster> {
        self.seen.clusters.get(id)
    }
}

/// What the evidence says about an accepted call.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<O = Map<String, Value>> {
    /// Not decided yet; RDS tells this much progress in percent.
    Pending(Option<u8>),
    /// Done, by evidence; this is the result.
    Done(O),
    /// It failed.
    Failed(Failure),
}

/// What the evidence says about a call that may or may not have reached RDS.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// Not decided yet.
    Pending,
    /// It reached RDS and was accepted.
    Happened,
    /// It did not reach RDS, and sending it (again) can't do harm.
    DidNotHappen,
    /// It can't be known, or it is known to have failed.
    Failed(Failure),
}

/// Declares the enums over all operations. The list stands once, at the call below.
macro_rules! operations {
    ($($variant:ident in $module:ident),+ $(,)?) => {
        /// One requested operation with its parameters.
        #[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(tag = "operation", content = "parameters", rename_all = "snake_case")]
        pub enum Operation {
            $(
                #[doc = concat!("See [`", stringify!($module), "`].")]
                $variant($module::$variant),
            )+
        }

        /// What the polls of one operation showed, in its own terms.
        #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Evidence {
            /// Nothing yet.
            #[default]
            None,
            $(
                #[doc = concat!("See [`", stringify!($module), "`].")]
                $variant(<$module::$variant as OperationSpec>::Evidence),
            )+
        }

        impl Evidence {
            $(
                /// The evidence of this operation; there is none where it is another's.
                fn $module(&self) -> Cow<'_, <$module::$variant as OperationSpec>::Evidence> {
                    if let Self::$variant(own) = self { Cow::Borrowed(own) } else { Cow::default() }
                }
            )+
        }

        impl Operation {
            /// The names of all operations.
            pub const NAMES: &'static [&'static str] = &[$($module::$variant::NAME),+];

            /// Reads the parameters of the operation `name`; `None` when a problem was left in
            /// `fields`.
            ///
            /// # Errors
            /// [`UnknownOperation`] when there is no operation of that name.
            pub fn parse(name: &str, fields: &mut Fields<'_>) -> Result<Option<Self>, UnknownOperation> {
                match name {
                    $($module::$variant::NAME => Ok($module::$variant::parse(fields).map(Self::$variant)),)+
                    _ => Err(UnknownOperation),
                }
            }

            /// The JSON schemas of the parameters, by operation name.
            #[must_use]
            pub fn schemas() -> BTreeMap<&'static str, Value> {
                [$(($module::$variant::NAME, $module::$variant::schema())),+].into()
            }

            /// The name in requests and answers.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $module::$variant::NAME,)+
                }
            }

            /// The statuses in which RDS carries each operation out, by operation name.
            #[must_use]
            pub const fn allowed_statuses() -> &'static [(&'static str, AllowedStatuses)] {
                &[$(($module::$variant::NAME, $module::$variant::ALLOWED)),+]
            }

            /// Whether the operation `name` is possible, whatever its parameters, on a database of
            /// which this is known.
            ///
            /// # Errors
            /// The [`Failure`] that the operation would meet.
            pub fn possible(name: &str, known: &KnownState<'_>) -> Result<(), Failure> {
                refusal::foreign_engine(known.engine)?;
                match name {
                    $($module::$variant::NAME => $module::$variant::possible(known),)+
                    _ => Ok(()),
                }
            }

            /// Whether its evidence names the call ([`OperationSpec::EVIDENCE_IS_ITS_OWN`]).
            #[must_use]
            pub const fn evidence_is_its_own(&self) -> bool {
                match self {
                    $(Self::$variant(_) => $module::$variant::EVIDENCE_IS_ITS_OWN,)+
                }
            }

            /// The parameters as the audit trail and the answers show them.
            #[must_use]
            pub fn parameters(&self) -> Map<String, Value> {
                match self {
                    $(Self::$variant(spec) => spec.display(),)+
                }
            }

            /// What the operation `name` needs of its poll schedule.
            #[must_use]
            pub fn default_schedule(name: &str) -> DefaultSchedule {
                match name {
                    $($module::$variant::NAME => $module::$variant::DEFAULT_SCHEDULE,)+
                    _ => DefaultSchedule::GENERAL,
                }
            }

            /// What to look at before the call: the instance, its cluster with all members, and
            /// what else the operation needs.
            #[must_use]
            pub fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
                let mut look = ObserveRequest::instance(target_ids.instance);
                if let Some(cluster) = target_ids.cluster {
                    look.merge(ObserveRequest::cluster(cluster).with_members_of(cluster));
                }
                look.merge(match self {
                    $(Self::$variant(spec) => spec.observe_before(target_ids, now),)+
                });
                look
            }

            /// What to do with the instance as it is now.
            ///
            /// # Errors
            /// A [`Failure`] when the call would be refused or would do more than was asked.
            pub fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation, Failure> {
                refusal::foreign_engine(&context.live.engine)?;
                match self {
                    $(Self::$variant(spec) => spec.prepare(context).map(Preparation::into_result),)+
                }
            }

            /// The call that this will probably lead to ([`OperationSpec::likely_call`]).
            #[must_use]
            pub fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
                match self {
                    $(Self::$variant(spec) => spec.likely_call(target_ids),)+
                }
            }

            /// What users of the database, as it is now, notice of the call.
            #[must_use]
            pub fn interruption(&self, live_target: LiveTarget<'_>) -> Interruption {
                match self {
                    $(Self::$variant(spec) => spec.interruption(live_target),)+
                }
            }

            /// The other members of the cluster that restart together with the instance
            /// ([`OperationSpec::restarted_with`]).
            #[must_use]
            pub fn restarted_with(&self, live_target: LiveTarget<'_>) -> Vec<String> {
                match self {
                    $(Self::$variant(spec) => spec.restarted_with(live_target),)+
                }
            }

            /// What a caller should know about the operation on the database as it is now.
            #[must_use]
            pub fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
                match self {
                    $(Self::$variant(spec) => spec.warnings(live_target),)+
                }
            }

            /// What is known before the call is sent, by the look before it.
            #[must_use]
            pub fn evidence_before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> Evidence {
                match self {
                    $(Self::$variant(spec) => Evidence::$variant(spec.before(target_ids, seen)),)+
                }
            }

            /// Takes in what RDS answered to the call that it accepted.
            pub fn record_answer(&self, evidence: &mut Evidence, receipt: &Receipt) {
                match self {
                    $(Self::$variant(spec) => {
                        let mut own = evidence.$module().into_owned();
                        spec.record_answer(&mut own, receipt);
                        *evidence = Evidence::$variant(own);
                    })+
                }
            }

            /// What to look at after the call.
            #[must_use]
            pub fn observe_after(
                &self,
                target_ids: TargetIds<'_>,
                evidence: &Evidence,
                submitted_at: Timestamp,
            ) -> ObserveRequest {
                match self {
                    $(Self::$variant(spec) => {
                        spec.observe_after(target_ids, &evidence.$module(), submitted_at)
                    })+
                }
            }

            /// Takes in what a poll showed.
            pub fn record(&self, evidence: &mut Evidence, poll: &Poll<'_>) {
                match self {
                    $(Self::$variant(spec) => {
                        let mut own = evidence.$module().into_owned();
                        spec.record(&mut own, poll);
                        *evidence = Evidence::$variant(own);
                    })+
                }
            }

            /// The status that a poll showed of what the operation changes.
            #[must_use]
            pub fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
                match self {
                    $(Self::$variant(spec) => spec.shown_status(poll),)+
                }
            }

            /// The members of the cluster, as far as polls showed them and they matter
            /// ([`OperationSpec::known_members`]).
            #[must_use]
            pub fn known_members(&self, evidence: &Evidence) -> BTreeSet<String> {
                match self {
                    $(Self::$variant(_) => $module::$variant::known_members(&evidence.$module()),)+
                }
            }

            /// What the evidence says about a call that RDS accepted.
            #[must_use]
            pub fn evaluate(&self, view: &EvidenceView<'_>) -> Verdict {
                match self {
                    $(Self::$variant(spec) => {
                        spec.evaluate(&view.of(&*view.evidence.$module())).into_result()
                    })+
                }
            }

            /// What the evidence says about a call of which it is unknown whether it reached RDS.
            #[must_use]
            pub fn resolve(&self, view: &EvidenceView<'_>) -> Resolution {
                match self {
                    $(Self::$variant(spec) => spec.resolve(&view.of(&*view.evidence.$module())),)+
                }
            }
        }
    };
}

operations! {
    CreateSnapshot in create_snapshot,
    RebootInstance in reboot_instance,
    ModifyBackupWindow in modify_backup_window,
}

impl Operation {
    /// The names of the operations that RDS carries out on an instance in `status`, which is in no
    /// cluster.
    #[must_use]
    pub fn possible_in(status: &str) -> Vec<&'static str> {
        let possible =
            Self::allowed_statuses().iter().filter(|(_, allowed)| allowed.instance_in(status));
        possible.map(|(name, _)| *name).collect()
    }
}

/// Refuses an engine that RDS lists and that is not RDS's own.
///
/// # Errors
/// A [`Failure`] that names the engine.
pub fn engine_is_operated(engine: &str) -> Result<(), Failure> {
    refusal::foreign_engine(engine)
}

/// There is no operation of that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownOperation;

#[cfg(test)]
mod tests;
