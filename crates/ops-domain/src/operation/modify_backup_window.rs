//! `modify_backup_window`: sets the daily window of automated backups.
//!
//! RDS applies it as soon as it can, with or without `ApplyImmediately` (RDS model, `ModifyDBInstance`), and never shows it
//! among the pending changes. Done means: the described window equals the requested one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::failure::{Code, Failure};
use crate::guidance::Warning;
use crate::id::InstanceId;
use crate::instance::LiveInstance;
use crate::observation::Look;
use crate::operation::fields::Fields;
use crate::operation::refusal::wrong_status;
use crate::operation::warned::add_warnings;
use crate::operation::{Action, Context, Interruption, Pace, Permission, Plan, RdsCall, Resolution, Sight, Verdict};
use crate::status::{StatusClass, classify_instance_status};
use crate::time::Timestamp;
use crate::window::BackupWindow;

/// Set the backup window of the instance.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ModifyBackupWindow {
    /// The new window, in UTC.
    pub backup_window: BackupWindow,
    /// Whether the caller asked for `ApplyImmediately`.
    #[serde(default)]
    pub apply_immediately: bool,
}

/// What RDS is asked (`ModifyDBInstance` with this one setting).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
    /// The new window, in UTC.
    pub backup_window: BackupWindow,
    /// Sent as it is; true only when no other change waits.
    pub apply_immediately: bool,
}

impl Action for ModifyBackupWindow {
    const NAME: &'static str = "modify_backup_window";
    type Order = Order;
    const EVIDENCE_IS_ITS_OWN: bool = true;

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        let backup_window = fields.required("backup_window");
        let apply_immediately = fields.flag("apply_immediately");
        Some(Self { backup_window: backup_window?, apply_immediately })
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["backup_window"],
            "properties": {
                "backup_window": {
                    "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
                    "description": "Daily window in UTC, at least 30 minutes, apart from the maintenance window."
                },
                "apply_immediately": {
                    "type": "boolean", "default": false,
                    "description": "RDS applies a window at once either way; true is refused while other changes wait."
                }
            }
        })
    }

    fn parameters(&self) -> Map<String, Value> {
        let mut parameters = Map::new();
        parameters.insert("backup_window".into(), json!(self.backup_window));
        parameters.insert("apply_immediately".into(), json!(self.apply_immediately));
        parameters
    }

    /// The change is read back at once, and again after a second if RDS does not show it yet.
    fn pace() -> Pace {
        Pace { first_look: Some(Duration::ZERO), interval: Some(Duration::from_secs(1)) }
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Plan<Order>, Failure> {
        let live = context.live;
        if live.cluster_id.is_some() {
            return Err(Failure::operation_failed("cluster_member"));
        }
        if live.backup_window == Some(self.backup_window) {
            return Ok(Plan::Nothing(self.result(live, Some(false))));
        }
        modify_allowed(&live.status)?;
        self.overlap_refused(live)?;
        self.flush_refused(live)?;
        Ok(Plan::Send(Order { backup_window: self.backup_window, apply_immediately: self.apply_immediately }))
    }

    fn call(order: &Order, instance: &InstanceId) -> RdsCall {
        RdsCall::new(
            "ModifyDBInstance",
            [
                ("DBInstanceIdentifier", json!(instance)),
                ("PreferredBackupWindow", json!(order.backup_window)),
                ("ApplyImmediately", json!(order.apply_immediately)),
            ],
        )
    }

    fn permission(_order: &Order, instance: &InstanceId) -> Permission {
        Permission::on_instance("ModifyDBInstance", instance)
    }

    fn foreseen(&self, instance: &InstanceId) -> Permission {
        Permission::on_instance("ModifyDBInstance", instance)
    }

    /// "Changing this parameter doesn't result in an outage" (RDS model, `ModifyDBInstance.PreferredBackupWindow`).
    fn interruption(&self, _live: &LiveInstance) -> Interruption {
        Interruption::None
    }

    /// The window counts only "if automated backups are enabled" (RDS model, `ModifyDBInstance.PreferredBackupWindow`), and
    /// a backup plan has windows of its own (RDS User Guide, "Using AWS Backup to manage automated backups").
    fn warnings(&self, live: &LiveInstance) -> Vec<Warning> {
        let backups_off = (live.backup_retention_days == Some(0)).then_some(Warning::BackupsOff);
        let managed = live.aws_backup_recovery_point.is_some().then_some(Warning::ManagedByAwsBackup);
        backups_off.into_iter().chain(managed).collect()
    }

    fn look_after(&self, instance: &InstanceId, _submitted_at: Timestamp) -> Look {
        Look::at_instance(instance)
    }

    fn judge(&self, sight: &Sight<'_>) -> Verdict {
        match sight.live() {
            None => Verdict::Failed(Failure::operation_failed("instance_disappeared")),
            Some(live) if live.backup_window == Some(self.backup_window) => {
                Verdict::Done(self.result(live, sight.facts.accepted.then_some(true)))
            }
            Some(_) => Verdict::Pending(None),
        }
    }

    fn resolve(&self, sight: &Sight<'_>) -> Resolution {
        match sight.live() {
            None => Resolution::Failed(Failure::operation_failed("instance_disappeared")),
            Some(live) if live.backup_window == Some(self.backup_window) => Resolution::Happened,
            Some(_) if sight.last => Resolution::DidNotHappen,
            Some(_) => Resolution::Pending,
        }
    }
}

impl ModifyBackupWindow {
    fn overlap_refused(&self, live: &LiveInstance) -> Result<(), Failure> {
        match &live.maintenance_window {
            Some(maintenance) if self.backup_window.overlaps(maintenance) => Err(Failure::refused_by_rds(
                "InvalidParameterValue",
                &format!(
                    "The backup window {} overlaps the maintenance window {maintenance} of the instance.",
                    self.backup_window
                ),
            )
            .with_fact("maintenance_window", json!(maintenance))),
            Some(_) | None => Ok(()),
        }
    }

    /// `ApplyImmediately` would apply every other waiting change too, which may be an outage.
    fn flush_refused(&self, live: &LiveInstance) -> Result<(), Failure> {
        if !self.apply_immediately || live.pending_modifications.is_empty() {
            return Ok(());
        }
        Err(Failure::of_code(Code::PendingChangesWouldApply)
            .with_fact("pending_modifications", json!(live.pending_modifications)))
    }

    /// `changed` is none where the window is as wanted and it is not known whether this operation's order made it so.
    fn result(&self, live: &LiveInstance, changed: Option<bool>) -> Map<String, Value> {
        let mut result = Map::new();
        result.insert("backup_window".into(), json!(self.backup_window));
        result.insert("apply_immediately".into(), json!(self.apply_immediately));
        result.insert("status".into(), json!("available"));
        result.insert("pending_modifications".into(), json!(live.pending_modifications));
        if let Some(changed) = changed {
            result.insert("changed".into(), json!(changed));
        }
        add_warnings(&mut result, self.warnings(live));
        result
    }
}

/// RDS modifies an instance that is `available`, and all but its storage during `storage-optimization`; one that is
/// `storage-full` wants storage first (RDS User Guide, "Viewing instance status").
fn modify_allowed(status: &str) -> Result<(), Failure> {
    match classify_instance_status(status) {
        StatusClass::Available | StatusClass::Usable => Ok(()),
        StatusClass::InProgress
        | StatusClass::Off
        | StatusClass::NeedsAttention
        | StatusClass::Failed
        | StatusClass::Unknown => Err(wrong_status(status)),
    }
}
