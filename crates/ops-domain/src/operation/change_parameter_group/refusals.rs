//! Which parameter groups are not attached, refused by name before RDS is asked.

use serde_json::json;

use crate::failure::Failure;
use crate::instance::{LiveInstance, is_aurora};
use crate::observation::Observation;
use crate::operation::change_parameter_group::{ChangeParameterGroup, present_group};
use crate::operation::refusal::custom_refused;

/// "This setting doesn't apply to RDS Custom DB instances" (RDS model,
/// `ModifyDBInstance.DBParameterGroupName`). The parameters of a Multi-AZ DB cluster are those of
/// the cluster's group (RDS User Guide, "Working with parameter groups for Multi-AZ DB clusters").
pub(super) fn kind(engine: &str, in_cluster: bool) -> Result<(), Failure> {
    custom_refused(engine)?;
    if in_cluster && !is_aurora(engine) {
        return Err(Failure::operation_failed("multi_az_cluster_group_not_changeable"));
    }
    Ok(())
}

/// A group that is attached already, and whose parameters the engine did not take over.
pub(super) fn attached_and_failed(status: &str) -> Result<(), Failure> {
    if status == FAILED { Err(failed_to_apply()) } else { Ok(()) }
}

/// The `ParameterApplyStatus` of parameters that the engine did not take over.
pub(super) const FAILED: &str = "failed-to-apply";

pub(super) fn failed_to_apply() -> Failure {
    Failure::operation_failed("parameter_group_failed_to_apply")
        .with_fact("parameter_apply_status", json!(FAILED))
}

/// An upgrade to another major version needs a group of another family in the same request (RDS
/// model, `ModifyDBInstance.EngineVersion`).
pub(super) fn engine_upgrade(live: &LiveInstance) -> Result<(), Failure> {
    match live.pending_modifications.get("EngineVersion") {
        Some(_) => Err(Failure::operation_failed("engine_upgrade_waits")
            .with_fact("pending_modifications", json!(live.pending_modifications))),
        None => Ok(()),
    }
}

/// A group that does not exist, or that is of another family than the present one: "the DB parameter
/// group must be in the same DB parameter group family as the DB instance" (RDS model,
/// `ModifyDBInstance.DBParameterGroupName`).
pub(super) fn group(
    wanted: &ChangeParameterGroup,
    live: &LiveInstance,
    seen: &Observation,
) -> Result<(), Failure> {
    let Some(group) = seen.parameter_groups.get(&wanted.parameter_group) else {
        let failure = Failure::operation_failed("parameter_group_not_found");
        return Err(failure.with_fact("parameter_group", json!(wanted.parameter_group)));
    };
    let present = present_group(live).and_then(|name| seen.parameter_groups.get(&name));
    match present {
        Some(present) if present.family != group.family => {
            Err(Failure::operation_failed("parameter_group_family_differs")
                .with_fact("parameter_group_family", json!(group.family))
                .with_fact("instance_family", json!(present.family)))
        }
        Some(_) | None => Ok(()),
    }
}
