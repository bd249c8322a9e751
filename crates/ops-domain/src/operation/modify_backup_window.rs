//! `modify_backup_window`: sets the daily window of automated backups, of the instance or of the
//! cluster that it is a member of.
//!
//! Done means: the described window equals the requested one.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::cluster::TargetIds;
use crate::evidence::NoEvidence;
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::observation::ObserveRequest;
use crate::operation::parameter::parameters;
use crate::operation::refusal::flush_refused;
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
    /// Set the backup window of the instance, or of its cluster.
    pub struct ModifyBackupWindow {
        /// Daily window in UTC, at least 30 minutes, apart from the maintenance window.
        backup_window: BackupWindow,
        /// RDS applies a window at once either way; true is refused while other changes wait.
        apply_immediately: bool = false,
    }
}

/// The window as it is set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModifyBackupWindowOutput {
    backup_window: BackupWindow,
    apply_immediately: bool,
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

impl OperationSpec for ModifyBackupWindow {
    type Output = ModifyBackupWindowOutput;
    type Evidence = NoEvidence;

    const NAME: &'static str = "modify_backup_window";
    const DONE_WHEN: &'static str = "RDS describes the requested window";
    const EVIDENCE_IS_ITS_OWN: bool = true;

    const ALLOWED: AllowedStatuses = windows::ALLOWED;
    const DEFAULT_SCHEDULE: DefaultSchedule = windows::SCHEDULE;

    fn example() -> Self {
        let backup_window = "01:00-02:00".parse().expect("it is a valid window");
        Self { backup_window, apply_immediately: false }
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let described = Described::from(context.live_target());
        if self.is_set_in(described) {
            return Ok(Preparation::Nothing(self.output(described, Some(false))));
        }
        Self::ALLOWED.require_target(Self::NAME, context.live_target())?;
        self.overlap_refused(described)?;
        flush_refused(self.apply_immediately, described.noun(), described.pending_modifications)?;
        Ok(Preparation::Send(self.call(context.target_ids())))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        self.call(target_ids)
    }

    /// "Changing this parameter doesn't result in an outage" (RDS model,
    /// `ModifyDBInstance.PreferredBackupWindow`).
    fn interruption(&self, _site: LiveTarget<'_>) -> Interruption {
        Interruption::None
    }

    fn warnings(&self, live_target: LiveTarget<'_>) -> Vec<Warning> {
        warnings(Described::from(live_target))
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

/// The window counts only "if automated backups are enabled" (RDS model,
/// `ModifyDBInstance.PreferredBackupWindow`), and a backup plan has windows of its own (RDS
/// User Guide, "Using AWS Backup to manage automated backups").
fn warnings(described: Described<'_>) -> Vec<Warning> {
    let backups_off = described.backups_off.then_some(Warning::BackupsOff);
    let managed = described.managed_by_aws_backup.then_some(Warning::ManagedByAwsBackup);
    backups_off.into_iter().chain(managed).collect()
}

impl ModifyBackupWindow {
    fn is_set_in(&self, described: Described<'_>) -> bool {
        described.backup_window == Some(self.backup_window)
    }

    fn call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        let apply_immediately = self.apply_immediately;
        match target_ids.cluster {
            None => RdsCall::ModifyDbInstance {
                instance_id: target_ids.instance.clone(),
                setting: InstanceSetting::BackupWindow(self.backup_window),
                apply_immediately,
            },
            Some(cluster) => RdsCall::ModifyDbCluster {
                cluster_id: cluster.clone(),
                setting: ClusterSetting::BackupWindow(self.backup_window),
                apply_immediately,
            },
        }
    }

    fn overlap_refused(&self, described: Described<'_>) -> Result<(), Failure> {
        match &described.maintenance_window {
            Some(maintenance) if self.backup_window.overlaps(maintenance) => {
                Err(self.overlap(described, maintenance))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn overlap(&self, described: Described<'_>, maintenance: &MaintenanceWindow) -> Failure {
        let mut failure = Failure::operation_failed("windows_overlap");
        failure.sentence = format!(
            "The backup window {} overlaps the maintenance window {maintenance} of the {} (both \
             UTC).",
            self.backup_window,
            described.noun()
        );
        let free = self.backup_window.nearest_free(maintenance);
        let nearest = free.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        failure.guidance = if free.is_empty() {
            format!(
                "The maintenance window {maintenance} leaves no {} minutes free on every day. \
                 Shorten it first (`modify_maintenance_window`), then send the request again.",
                MIN_MINUTES
            )
        } else {
            format!(
                "Choose a window outside the maintenance window {maintenance}, on every day of the \
                 week. The nearest free ones are {nearest} (UTC). Or move the maintenance window first \
                 (`modify_maintenance_window`)."
            )
        };
        failure
            .with_fact("maintenance_window", json!(maintenance))
            .with_fact("free_backup_windows", json!(free))
    }

    fn output(&self, described: Described<'_>, changed: Option<bool>) -> ModifyBackupWindowOutput {
        ModifyBackupWindowOutput {
            backup_window: self.backup_window,
            apply_immediately: self.apply_immediately,
            pending_modifications: described.pending_modifications.clone(),
            changed,
            warnings: warnings(described),
            cluster: described.cluster_scope(),
        }
    }
}
