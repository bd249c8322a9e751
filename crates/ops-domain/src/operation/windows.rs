//! What the operations that set a window share. The window of a member of a cluster is that of its
//! cluster.
//!
//! RDS applies a window as soon as it can, with or without `ApplyImmediately` (RDS model,
//! `ModifyDBInstance`, `ModifyDBCluster`), and never shows it among the pending changes.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cluster::{LiveCluster, TargetIds};
use crate::evidence::NoEvidence;
use crate::failure::Failure;
use crate::instance::{LiveInstance, is_aurora};
use crate::observation::ObserveRequest;
use crate::operation::result::ClusterScope;
use crate::operation::{
    AllowedStatuses, DefaultSchedule, EvidenceView, LiveTarget, Resolution, Verdict,
};
use crate::window::{BackupWindow, MaintenanceWindow};

/// RDS modifies an instance that is `available`, and all but its storage while it works on that;
/// one that is `storage-full` wants storage first (RDS User Guide, "Viewing instance status"). Of a
/// cluster no other status than `available` is documented.
pub(super) const ALLOWED: AllowedStatuses = AllowedStatuses {
    instance: &["available", "storage-optimization", "storage-initialization"],
    cluster: &["available"],
};

/// The change is read back at once, and again after a second if RDS does not show it yet.
pub(super) const SCHEDULE: DefaultSchedule = DefaultSchedule {
    first_poll: Some(Duration::ZERO),
    interval: Some(Duration::from_secs(1)),
    ..DefaultSchedule::GENERAL
};

/// What matters of the description of whatever has the window: the instance or the cluster.
#[derive(Clone, Copy)]
pub(super) struct Described<'a> {
    pub(super) backup_window: Option<BackupWindow>,
    pub(super) maintenance_window: Option<MaintenanceWindow>,
    pub(super) pending_modifications: &'a BTreeMap<String, String>,
    pub(super) backups_off: bool,
    pub(super) managed_by_aws_backup: bool,
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
    pub(super) const fn noun(self) -> &'static str {
        if self.cluster.is_some() { "cluster" } else { "instance" }
    }

    /// Whether it is a cluster of Aurora.
    pub(super) fn is_of_aurora(self) -> bool {
        self.cluster.is_some_and(|cluster| is_aurora(&cluster.engine))
    }

    pub(super) fn cluster_scope(self) -> Option<ClusterScope> {
        self.cluster.map(|cluster| ClusterScope::new(&cluster.cluster_id, &cluster.members))
    }
}

/// What to describe after the call: whatever has the window.
pub(super) fn observe_after(target_ids: TargetIds<'_>) -> ObserveRequest {
    target_ids
        .cluster
        .map_or_else(|| ObserveRequest::instance(target_ids.instance), ObserveRequest::cluster)
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

/// Done when the latest poll showed that the window `is_set`.
pub(super) fn evaluate<Output>(
    view: &EvidenceView<'_, NoEvidence>,
    is_set: impl FnOnce(Described<'_>) -> bool,
    output: impl FnOnce(Described<'_>, Option<bool>) -> Output,
) -> Verdict<Output> {
    match described(view) {
        Err(gone) => Verdict::Failed(gone),
        Ok(described) if is_set(described) => {
            Verdict::Done(output(described, view.accepted.then_some(true)))
        }
        Ok(_) => Verdict::Pending(None),
    }
}

/// A window names its call by its value: it `is_set`, or the call did not reach RDS.
pub(super) fn resolve(
    view: &EvidenceView<'_, NoEvidence>,
    is_set: impl FnOnce(Described<'_>) -> bool,
) -> Resolution {
    match described(view) {
        Err(gone) => Resolution::Failed(gone),
        Ok(described) if is_set(described) => Resolution::Happened,
        Ok(_) if view.last => Resolution::DidNotHappen,
        Ok(_) => Resolution::Pending,
    }
}
