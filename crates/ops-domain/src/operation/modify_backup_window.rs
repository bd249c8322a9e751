//! `modify_backup_window`: sets the daily window of automated backups, of the instance or of the
//! cluster that it is a member of.
//!
//! RDS applies it as soon as it can, with or without `ApplyImmediately` (RDS model,
//! `ModifyDBInstance`, `ModifyDBCluster`), and never shows it among the pending changes. Done
//! means: the described window equals the requested one.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use crate::cluster::{LiveCluster, TargetIds};
use crate::evidence::NoEvidence;
use crate::failure::{Code, Failure};
use crate::guidance::Warning;
use crate::instance::LiveInstance;
use crate::observation::ObserveRequest;
use crate::operation::parameter::parameters;
use crate::operation::result::ClusterScope;
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

    /// RDS modifies an instance that is `available`, and all but its storage while it works on
    /// that; one that is `storage-full` wants storage first (RDS User Guide, "Viewing instance
    /// status"). Of a cluster no other status than `available` is documented.
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &["available", "storage-optimization", "storage-initialization"],
        cluster: &["available"],
    };

    /// The change is read back at once, and again after a second if RDS does not show it yet.
    const DEFAULT_SCHEDULE: DefaultSchedule = DefaultSchedule {
        first_poll: Some(Duration::ZERO),
        interval: Some(Duration::from_secs(1)),
        ..DefaultSchedule::GENERAL
    };

    fn example() -> Self {
        let backup_window = "01:00-02:00".parse().expect("it is a valid window");
        Self { backup_window, apply_immediately: false }
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let described = Described::from(context.live_target());
        if described.backup_window == Some(self.backup_window) {
            return Ok(Preparation::Nothing(self.output(described, Some(false))));
        }
        match context.cluster {
            None => Self::ALLOWED.require_instance(Self::NAME, &context.live.status)?,
            Some(cluster) => {
                Self::ALLOWED.require_cluster(Self::NAME, &cluster.cluster_id, &cluster.status)?
            }
        }
        self.overlap_refused(described)?;
        self.flush_refused(described)?;
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
        Described::from(live_target).warnings()
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        _evidence: &NoEvidence,
        _submitted_at: Timestamp,
    ) -> ObserveRequest {
        target_ids
            .cluster
            .map_or_else(|| ObserveRequest::instance(target_ids.instance), ObserveRequest::cluster)
    }

    fn record(&self, _evidence: &mut NoEvidence, _poll: &Poll<'_>) {}

    fn evaluate(&self, view: &EvidenceView<'_, NoEvidence>) -> Verdict<Self::Output> {
        match described(view) {
            Err(gone) => Verdict::Failed(gone),
            Ok(described) if described.backup_window == Some(self.backup_window) => {
                Verdict::Done(self.output(described, view.accepted.then_some(true)))
            }
            Ok(_) => Verdict::Pending(None),
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, NoEvidence>) -> Resolution {
        match described(view) {
            Err(gone) => Resolution::Failed(gone),
            Ok(described) if described.backup_window == Some(self.backup_window) => {
                Resolution::Happened
            }
            Ok(_) if view.last => Resolution::DidNotHappen,
            Ok(_) => Resolution::Pending,
        }
    }
}

/// What matters of the description of whatever has the window: the instance or the cluster.
#[derive(Clone, Copy)]
struct Described<'a> {
    backup_window: Option<BackupWindow>,
    maintenance_window: Option<MaintenanceWindow>,
    pending_modifications: &'a BTreeMap<String, String>,
    backups_off: bool,
    managed_by_aws_backup: bool,
    cluster: Option<&'a LiveCluster>,
}

impl<'a> From<LiveTarget<'a>> for Described<'a> {
    fn from(live_target: LiveTarget<'a>) -> Self {
        live_target.cluster.map_or_else(|| Self::from(live_target.live), Self::from)
    }
}

impl<'a> From<&'a LiveInstance> for Described<'a> {
    fn from(live: &'a LiveInstance) -> Self {
        Self {
            backup_window: live.backup_window,
            maintenance_window: live.maintenance_window,
            pending_modifications: &live.pending_modifications,
            backups_off: live.backup_retention_days == Some(0),
            managed_by_aws_backup: live.aws_backup_recovery_point.is_some(),
            cluster: None,
        }
    }
}

impl<'a> From<&'a LiveCluster> for Described<'a> {
    fn from(live: &'a LiveCluster) -> Self {
        Self {
            backup_window: live.backup_window,
            maintenance_window: live.maintenance_window,
            pending_modifications: &live.pending_modifications,
            // A cluster keeps its backups for a day at least (RDS model,
            // `ModifyDBCluster.BackupRetentionPeriod`).
            backups_off: false,
            managed_by_aws_backup: false,
            cluster: Some(live),
        }
    }
}

impl Described<'_> {
    const fn noun(self) -> &'static str {
        if self.cluster.is_some() { "cluster" } else { "instance" }
    }

    /// The window counts only "if automated backups are enabled" (RDS model,
    /// `ModifyDBInstance.PreferredBackupWindow`), and a backup plan has windows of its own (RDS
    /// User Guide, "Using AWS Backup to manage automated backups").
    fn warnings(self) -> Vec<Warning> {
        let backups_off = self.backups_off.then_some(Warning::BackupsOff);
        let managed = self.managed_by_aws_backup.then_some(Warning::ManagedByAwsBackup);
        backups_off.into_iter().chain(managed).collect()
    }
}

/// What the latest poll showed; a failure when it is not there any more.
fn described<'a>(view: &EvidenceView<'a, NoEvidence>) -> Result<Described<'a>, Failure> {
    match view.poll.target_ids.cluster {
        None => view
            .live()
            .map(Described::from)
            .ok_or_else(|| Failure::operation_failed("instance_disappeared")),
        Some(cluster) => {
            let live = view.live_cluster(cluster).map(Described::from);
            live.ok_or_else(|| Failure::operation_failed("cluster_disappeared"))
        }
    }
}

impl ModifyBackupWindow {
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
                "The maintenance window {maintenance} leaves no {} minutes free on every day. Have \
                 it shortened in the RDS console first, then send the request again.",
                MIN_MINUTES
            )
        } else {
            format!(
                "Choose a window outside the maintenance window {maintenance}, on every day of the \
                 week. The nearest free ones are {nearest} (UTC). Or have the maintenance window \
                 moved in the RDS console first."
            )
        };
        failure
            .with_fact("maintenance_window", json!(maintenance))
            .with_fact("free_backup_windows", json!(free))
    }

    /// `ApplyImmediately` would apply every other waiting change too, which may be an outage.
    fn flush_refused(&self, described: Described<'_>) -> Result<(), Failure> {
        if !self.apply_immediately || described.pending_modifications.is_empty() {
            return Ok(());
        }
        let sentence = format!(
            "Other changes wait on this {}, and apply_immediately would apply them now.",
            described.noun()
        );
        Err(Failure::with_sentence(Code::PendingChangesWouldApply, sentence)
            .with_fact("pending_modifications", json!(described.pending_modifications)))
    }

    fn output(&self, described: Described<'_>, changed: Option<bool>) -> ModifyBackupWindowOutput {
        let scope =
            |cluster: &LiveCluster| ClusterScope::new(&cluster.cluster_id, &cluster.members);
        ModifyBackupWindowOutput {
            backup_window: self.backup_window,
            apply_immediately: self.apply_immediately,
            pending_modifications: described.pending_modifications.clone(),
            changed,
            warnings: described.warnings(),
            cluster: described.cluster.map(scope),
        }
    }
}
