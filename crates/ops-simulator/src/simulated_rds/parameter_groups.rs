//! Parameter groups, and what RDS makes of one that is attached.

use std::collections::BTreeMap;

use ops_domain::cluster::LockScope;
use ops_domain::id::ParameterGroupName;
use ops_domain::instance::{LiveInstance, Scope, is_aurora};
use ops_domain::parameter_group::ParameterGroup;
use ops_domain::time::{Timestamp, after};

use crate::simulated_rds::calls::{Acceptance, Arrival, Refusal, receipt, refusal};
use crate::simulated_rds::state::{Change, State};

/// The `ParameterApplyStatus` of parameters that wait for a reboot.
pub(super) const PENDING_REBOOT: &str = "pending-reboot";

/// The same while RDS takes parameters over.
const APPLYING: &str = "applying";

pub(super) const IN_SYNC: &str = "in-sync";

/// The family of the parameter groups of an engine in the version of the simulation.
pub(super) fn family_of(engine: &str) -> String {
    let version = match engine {
        "postgres" | "aurora-postgresql" => "16",
        "mysql" | "aurora-mysql" => "8.0",
        "mariadb" => "10.11",
        _ => "",
    };
    format!("{engine}{version}")
}

/// The name of AWS's own group of a family, which sets no parameter.
pub(super) fn default_group(engine: &str) -> String {
    format!("default.{}", family_of(engine))
}

/// Has parameters that wait for a restart end in `status`.
pub(super) fn restarted(live: &mut LiveInstance, status: &str) {
    for waiting in live.parameter_groups.values_mut().filter(|status| *status == PENDING_REBOOT) {
        status.clone_into(waiting);
    }
}

impl State {
    /// A group of this name: one that was added, or AWS's own.
    pub(super) fn parameter_group(
        &self,
        scope: &Scope,
        name: &ParameterGroupName,
    ) -> Option<ParameterGroup> {
        let added = self.parameter_groups.get(&format!("{scope}/{name}")).cloned();
        let own = || {
            let family = name.as_str().strip_prefix("default.")?.to_owned();
            Some(ParameterGroup { family, parameters: BTreeMap::new() })
        };
        added.or_else(own)
    }

    /// The instance has this group, and no other.
    pub(super) fn attach(
        &mut self,
        lock_scope: &LockScope,
        at: Timestamp,
        name: &ParameterGroupName,
        status: &str,
    ) {
        let LockScope::Instance(target) = lock_scope else { return };
        self.change(target, at, |live| {
            live.parameter_groups = [(name.to_string(), status.to_owned())].into();
        });
        if let Some(instance) = self.instance_mut(target) {
            instance.groups.insert(name.to_string());
        }
    }
}

impl Arrival<'_> {
    /// A group is attached after a moment, with `ApplyImmediately` or without. Its parameters are
    /// `applying` for a while, and wait for a reboot then; a group that sets the same ones is
    /// `in-sync` (RDS model, `ModifyDBInstance.DBParameterGroupName`, `DBParameterGroupStatus`).
    /// With `ApplyImmediately`, RDS also applies everything else that waits.
    pub(super) fn change_parameter_group(
        &mut self,
        live: &LiveInstance,
        name: &ParameterGroupName,
        apply_immediately: bool,
    ) -> Result<Acceptance, Refusal> {
        self.require_status(
            live,
            &["available", "storage-optimization", "storage-initialization"],
        )?;
        let group = self.attachable(live, name)?;
        let lock_scope = self.lock_scope();
        let attached = self.state.lasting(self.behaviour, self.behaviour.window_delay);
        let attached = after(self.now, attached);
        let applied = self.state.lasting(self.behaviour, self.behaviour.parameters_applying);
        let change = |status: &str| Change::ParameterGroup(name.clone(), status.to_owned());
        self.state.schedule(attached, &lock_scope, change(APPLYING));
        let ends_in = self.attached_in(live, &group);
        self.state.schedule(after(attached, applied), &lock_scope, change(&ends_in));
        let flushed =
            self.flush(&lock_scope, &live.status, &live.pending_modifications, apply_immediately);
        Ok(Acceptance { receipt: receipt(Some(&live.status)), flushed })
    }

    /// A group that exists, of the family of the instance (RDS model,
    /// `ModifyDBInstance.DBParameterGroupName`; the code for another family is as people have met
    /// it). RDS Custom and Multi-AZ DB clusters have none of their own.
    fn attachable(
        &self,
        live: &LiveInstance,
        name: &ParameterGroupName,
    ) -> Result<ParameterGroup, Refusal> {
        let in_multi_az_cluster = live.cluster_id.is_some() && !is_aurora(&live.engine);
        if live.engine.starts_with("custom-") || in_multi_az_cluster {
            let message = format!("{} takes no DB parameter group.", live.instance_id);
            return Err(refusal("InvalidParameterCombination", message));
        }
        let scope = self.target.scope();
        let Some(group) = self.state.parameter_group(&scope, name) else {
            let message = format!("DBParameterGroup not found: {name}");
            return Err(refusal("DBParameterGroupNotFound", message));
        };
        let family = family_of(&live.engine);
        if group.family != family {
            let message = format!(
                "The parameter group {name} with DBParameterGroupFamily {} can't be used for this \
                 instance. Use a parameter group with DBParameterGroupFamily {family}.",
                group.family
            );
            return Err(refusal("InvalidParameterCombination", message));
        }
        Ok(group)
    }

    /// The status in which the parameters of a group end before a reboot.
    fn attached_in(&self, live: &LiveInstance, group: &ParameterGroup) -> String {
        let present = live.parameter_groups.keys().find_map(|name| name.parse().ok());
        let present =
            present.and_then(|name| self.state.parameter_group(&self.target.scope(), &name));
        let same = present.is_some_and(|present| present.differences(group).is_empty());
        match &self.behaviour.parameter_group_ends_in {
            Some(status) => status.clone(),
            None if same => IN_SYNC.to_owned(),
            None => PENDING_REBOOT.to_owned(),
        }
    }
}
