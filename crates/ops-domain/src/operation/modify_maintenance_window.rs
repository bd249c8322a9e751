//! `modify_maintenance_window`: sets the weekly window in which RDS does maintenance and makes the
//! changes that wait, of the instance or of the cluster that it is a member of.
//!
//! Done means: the described window equals the requested one.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use crate::cluster::TargetIds;
use crate::evidence::NoEvidence;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::observation::ObserveRequest;
use crate::operation::parameter::parameters;
use crate::operation::result::ClusterScope;
use crate::operation::windows::{self, Described};
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, Interruption, LiveTarget, OperationSpec, Poll,
    Preparation, PrepareContext, Resolution, Verdict,
};
use crate::rds_call::{ClusterSetting, InstanceSetting, RdsCall};
use crate::time::Timestamp;
use crate::window::{BackupWindow, MIN_MINUTES, MaintenanceWindow};

parameters! {
    /// Set the maintenance window of the instance, or of its cluster.
    pub struct ModifyMaintenanceWindow {
        /// Weekly window in UTC, at least 30 minutes, apart from the backup window on every day.
        maintenance_window: MaintenanceWindow,
    }
}

/// The window as it is set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModifyMaintenanceWindowOutput {
    maintenance_window: MaintenanceWindow,
    /// The changes that RDS makes in that window.
    pending_modifications: BTreeMap<String, String>,
    /// `None` where the window is as wanted and it is not known whether this operation's call made
    /// it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    #[serde(flatten)]
    cluster: Option<ClusterScope>,
}

/// How far from the present a window has to be, for the clocks of RDS and of this service and for
/// the time that the call takes.
const APART_FROM_NOW: Duration = Duration::from_mins(15);

impl OperationSpec for ModifyMaintenanceWindow {
    type Output = ModifyMaintenanceWindowOutput;
    type Evidence = NoEvidence;

    const NAME: &'static str = "modify_maintenance_window";
    const DONE_WHEN: &'static str = "RDS describes the requested window";
    const EVIDENCE_IS_ITS_OWN: bool = true;

    const ALLOWED: AllowedStatuses = windows::ALLOWED;
    const DEFAULT_SCHEDULE: DefaultSchedule = windows::SCHEDULE;

    fn example() -> Self {
        let maintenance_window = "sat:23:00-sun:00:00".parse().expect("it is a valid window");
        Self { maintenance_window }
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let described = Described::from(context.live_target());
        if self.is_set_in(described) {
            return Ok(Preparation::Nothing(self.output(described, Some(false))));
        }
        Self::ALLOWED.require_target(Self::NAME, context.live_target())?;
        self.overlap_refused(described)?;
        if self.maintenance_window.is_near(context.now, APART_FROM_NOW) {
            return Err(self.would_reboot_now(described));
        }
        Ok(Preparation::Send(self.likely_call(context.target_ids())))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        match target_ids.cluster {
            None => RdsCall::ModifyDbInstance {
                instance_id: target_ids.instance.clone(),
                setting: InstanceSetting::MaintenanceWindow(self.maintenance_window),
                apply_immediately: false,
            },
            Some(cluster) => RdsCall::ModifyDbCluster {
                cluster_id: cluster.clone(),
                setting: ClusterSetting::MaintenanceWindow(self.maintenance_window),
                apply_immediately: false,
            },
        }
    }

    /// "Changing this parameter doesn't result in an outage", but where the window includes the
    /// present time (RDS model, `ModifyDBInstance.PreferredMaintenanceWindow`), which is refused.
    fn interruption(&self, _live_target: LiveTarget<'_>) -> Interruption {
        Interruption::None
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        let described = Described::from(live_target);
        let moves = !self.is_set_in(described);
        warnings(described, moves)
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &NoEvidence,
        _submitted_at: Timestamp,
    ) -> ObserveRequest {
        windows::observe_after(target_ids)
    }

    fn record(&self, _evidence: &mut NoEvidence, _poll: &Poll<'_>) {}

    fn evaluate(&self, view: &EvidenceView<'_, NoEvidence>) -> Verdict<Self::Output> {
        windows::evaluate(
            view,
            |described| self.is_set_in(described),
            |described, changed| self.output(described, changed),
        )
    }

    fn resolve(&self, view: &EvidenceView<'_, NoEvidence>) -> Resolution {
        windows::resolve(view, |described| self.is_set_in(described))
    }
}

/// A change that waits for the window is made at another time when the window `moves`. Each
/// instance of Aurora has a window of its own, in addition to that of its cluster (Aurora User
/// Guide, "Maintaining an Amazon Aurora DB cluster").
fn warnings(described: Described<'_>, moves: bool) -> Vec<Warning> {
    let waits = moves && !described.pending_modifications.is_empty();
    let changes = waits.then_some(Warning::PendingChangesFollowWindow);
    let members = described.is_of_aurora().then_some(Warning::MembersHaveOwnWindows);
    changes.into_iter().chain(members).collect()
}

impl ModifyMaintenanceWindow {
    fn is_set_in(&self, described: Described<'_>) -> bool {
        described.maintenance_window == Some(self.maintenance_window)
    }

    fn overlap_refused(&self, described: Described<'_>) -> Result<(), Failure> {
        match &described.backup_window {
            Some(backup) if backup.overlaps(&self.maintenance_window) => {
                Err(self.overlap(described, backup))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn overlap(&self, described: Described<'_>, backup: &BackupWindow) -> Failure {
        let mut failure = Failure::operation_failed("windows_overlap");
        failure.sentence = format!(
            "The maintenance window {} overlaps the backup window {backup} of the {} (both UTC).",
            self.maintenance_window,
            described.noun()
        );
        let free = self.maintenance_window.nearest_free(backup);
        let nearest = free.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        failure.guidance = if free.is_empty() {
            format!(
                "The backup window {backup} leaves no {MIN_MINUTES} minutes free. Shorten it first \
                 (`modify_backup_window`), then send the request again."
            )
        } else {
            format!(
                "Choose a window outside the backup window {backup}, which is the same on every \
                 day. The nearest free ones are {nearest} (UTC). Or move the backup window first \
                 (`modify_backup_window`)."
            )
        };
        failure
            .with_fact("backup_window", json!(backup))
            .with_fact("free_maintenance_windows", json!(free))
    }

    /// "If there are pending actions that cause a reboot, and the maintenance window is changed to
    /// include the current time, then changing this parameter causes a reboot of the DB instance"
    /// (RDS model, `ModifyDBInstance.PreferredMaintenanceWindow`). Maintenance that waits does not
    /// show in the description, so such a window is refused whatever shows.
    fn would_reboot_now(&self, described: Described<'_>) -> Failure {
        Failure::operation_failed("window_would_reboot_now")
            .with_fact("pending_modifications", json!(described.pending_modifications))
    }

    fn output(
        &self,
        described: Described<'_>,
        changed: Option<bool>,
    ) -> ModifyMaintenanceWindowOutput {
        ModifyMaintenanceWindowOutput {
            maintenance_window: self.maintenance_window,
            pending_modifications: described.pending_modifications.clone(),
            changed,
            warnings: warnings(described, changed != Some(false)),
            cluster: described.cluster_scope(),
        }
    }
}
