//! What RDS makes of a new backup or maintenance window.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::cluster::{LiveCluster, LockScope};
use ops_domain::instance::LiveInstance;
use ops_domain::time::after;
use ops_domain::window::{BackupWindow, MaintenanceWindow};
use serde::{Deserialize, Serialize};

use crate::simulated_rds::calls::{Acceptance, Arrival, Refusal, receipt, refusal, refuse_member};
use crate::simulated_rds::state::Change;

/// A window of an instance or of a cluster.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum Window {
    Backup(BackupWindow),
    Maintenance(MaintenanceWindow),
}

impl Window {
    /// Puts it in the place of the one that was there.
    pub(super) const fn set(
        self,
        backup: &mut Option<BackupWindow>,
        maintenance: &mut Option<MaintenanceWindow>,
    ) {
        match self {
            Self::Backup(window) => *backup = Some(window),
            Self::Maintenance(window) => *maintenance = Some(window),
        }
    }

    /// "The backup window and maintenance window must not overlap" (RDS model).
    fn refuse_overlap(
        self,
        backup: Option<BackupWindow>,
        maintenance: Option<MaintenanceWindow>,
    ) -> Result<(), Refusal> {
        let (backup, maintenance) = match self {
            Self::Backup(window) => (Some(window), maintenance),
            Self::Maintenance(window) => (backup, Some(window)),
        };
        match backup.zip(maintenance) {
            Some((backup, maintenance)) if backup.overlaps(&maintenance) => {
                let message = "The backup window and maintenance window must not overlap.";
                Err(refusal("InvalidParameterValue", message.to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Arrival<'_> {
    /// A window shows after a moment, with `ApplyImmediately` or without; with it, RDS also applies
    /// everything else that waits (RDS model, `ModifyDBInstance`).
    pub(super) fn modify_instance_window(
        &mut self,
        live: &LiveInstance,
        window: Window,
        apply_immediately: bool,
    ) -> Result<Acceptance, Refusal> {
        refuse_member(live, "ModifyDBCluster")?;
        self.require_status(
            live,
            &["available", "storage-optimization", "storage-initialization"],
        )?;
        window.refuse_overlap(live.backup_window, live.maintenance_window)?;
        let waiting = &live.pending_modifications;
        Ok(self.set_window(&self.lock_scope(), window, &live.status, waiting, apply_immediately))
    }

    /// A window of a cluster, likewise (RDS model, `ModifyDBCluster`).
    pub(super) fn modify_cluster_window(
        &mut self,
        live: &LiveCluster,
        window: Window,
        apply_immediately: bool,
    ) -> Result<Acceptance, Refusal> {
        self.require_available(live)?;
        window.refuse_overlap(live.backup_window, live.maintenance_window)?;
        let waiting = &live.pending_modifications;
        let lock_scope = self.cluster_unit(live);
        Ok(self.set_window(&lock_scope, window, &live.status, waiting, apply_immediately))
    }

    fn set_window(
        &mut self,
        lock_scope: &LockScope,
        window: Window,
        status: &str,
        waiting: &BTreeMap<String, String>,
        apply_immediately: bool,
    ) -> Acceptance {
        let delay = self.state.lasting(self.behaviour, self.behaviour.window_delay);
        self.state.schedule(after(self.now, delay), lock_scope, Change::Window(window));
        let flushes = apply_immediately || self.opens_now(window);
        let flushed = self.flush(lock_scope, status, waiting, flushes);
        Acceptance { receipt: receipt(Some(status)), flushed }
    }

    /// Makes the changes that wait, if `flushes`, and returns them.
    pub(super) fn flush(
        &mut self,
        lock_scope: &LockScope,
        status: &str,
        waiting: &BTreeMap<String, String>,
        flushes: bool,
    ) -> BTreeMap<String, String> {
        if !flushes || waiting.is_empty() {
            return BTreeMap::new();
        }
        let applied = self.enter_for(lock_scope, "modifying", status, self.behaviour.modifying);
        self.state.schedule(applied, lock_scope, Change::Modified(waiting.clone()));
        waiting.clone()
    }

    /// A maintenance window that includes the present time has RDS make the changes that wait now
    /// (RDS model, `ModifyDBInstance.PreferredMaintenanceWindow`).
    fn opens_now(&self, window: Window) -> bool {
        matches!(window, Window::Maintenance(it) if it.is_near(self.now, Duration::ZERO))
    }
}
