//! The operations. Each has one file below this module that says everything about it; this file
//! names them all.

mod allowed;
pub mod change_parameter_group;
pub mod create_snapshot;
pub mod delete_snapshot;
mod evaluation;
pub mod fields;
mod interruption;
pub mod modify_backup_window;
pub mod modify_instance_class;
pub mod modify_maintenance_window;
pub mod parameter;
mod power;
mod preparation;
pub mod reboot_instance;
mod refusal;
mod result;
mod schedule;
mod spec;
pub mod start_instance;
pub mod stop_instance;
mod warned;
mod windows;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use allowed::{AllowedStatuses, KnownCluster, KnownState};
pub use evaluation::{EvidenceView, Poll, Resolution, Verdict};
pub use interruption::Interruption;
pub use preparation::{LiveTarget, Preparation, PrepareContext};
pub use schedule::DefaultSchedule;
pub use spec::OperationSpec;
pub(crate) use warned::add_warnings;

use crate::cluster::TargetIds;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::instance::LiveInstance;
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::fields::Fields;
use crate::operation::parameter::Parameters;
use crate::parameter_group::ParameterDifference;
use crate::rds_call::{RdsCall, Receipt};
use crate::time::Timestamp;

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

            /// What has to show for each operation to count as done, by operation name
            /// ([`OperationSpec::DONE_WHEN`]).
            pub const DONE_WHEN: &'static [(&'static str, &'static str)] =
                &[$(($module::$variant::NAME, $module::$variant::DONE_WHEN)),+];

            /// One of each operation, with the least of parameters.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                vec![$(Self::$variant($module::$variant::example())),+]
            }

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

            /// Whether a person has to see the preview of the operation `name` first
            /// ([`OperationSpec::PREVIEW_FIRST`]).
            #[must_use]
            pub fn preview_first(name: &str) -> bool {
                match name {
                    $($module::$variant::NAME => $module::$variant::PREVIEW_FIRST,)+
                    _ => false,
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

            /// Whether a restart is its evidence ([`OperationSpec::EVIDENCE_IS_A_RESTART`]).
            #[must_use]
            pub const fn evidence_is_a_restart(&self) -> bool {
                match self {
                    $(Self::$variant(_) => $module::$variant::EVIDENCE_IS_A_RESTART,)+
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

            /// What to describe before the call: the instance, its cluster with all members, and
            /// what else the operation needs.
            #[must_use]
            pub fn observe_before(&self, target_ids: TargetIds<'_>, now: Timestamp) -> ObserveRequest {
                let mut request = ObserveRequest::instance(target_ids.instance);
                if let Some(cluster) = target_ids.cluster {
                    request.merge(ObserveRequest::cluster(cluster).with_members_of(cluster));
                }
                request.merge(match self {
                    $(Self::$variant(spec) => spec.observe_before(target_ids, now),)+
                });
                request
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

            /// The snapshot that the call changes ([`OperationSpec::changed_snapshot`]).
            #[must_use]
            pub fn changed_snapshot<'a>(
                &self,
                target_ids: TargetIds<'_>,
                seen: &'a Observation,
            ) -> Option<&'a Snapshot> {
                match self {
                    $(Self::$variant(spec) => spec.changed_snapshot(target_ids, seen),)+
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

            /// What to describe before the call, by what the instance and its cluster are.
            #[must_use]
            pub fn observe_described(&self, live_target: LiveTarget<'_>) -> ObserveRequest {
                match self {
                    $(Self::$variant(spec) => spec.observe_described(live_target),)+
                }
            }

            /// In what the parameters that it brings differ from those of the instance.
            #[must_use]
            pub fn parameter_differences(
                &self,
                live: &LiveInstance,
                seen: &Observation,
            ) -> Vec<ParameterDifference> {
                match self {
                    $(Self::$variant(spec) => spec.parameter_differences(live, seen),)+
                }
            }

            /// What is known before the call is sent, by the poll before it.
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

            /// What to describe after the call.
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
    StopInstance in stop_instance,
    StartInstance in start_instance,
    ModifyMaintenanceWindow in modify_maintenance_window,
    ChangeParameterGroup in change_parameter_group,
    ModifyInstanceClass in modify_instance_class,
    DeleteSnapshot in delete_snapshot,
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
