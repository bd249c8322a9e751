//! Previews.

use ops_api_types as api;
use ops_domain::guidance::Warning;
use ops_domain::operation::Interruption;
use ops_domain::parameter_group::ParameterDifference;
use ops_domain::preview::{Affected, NOTHING, Preview, PreviewedSnapshot};
use ops_domain::rds_call::RdsRequest;
use ops_domain::service::{Check, DryRun};

use super::classification;
use super::reading_order::members;

/// The answer to a dry run.
#[must_use]
pub fn preview(dry_run: &DryRun) -> api::Preview {
    let conflict = |id| api::Conflict { running_operation_id: id };
    let running = dry_run.running_operation_id.map(|id| id.to_string());
    api::Preview {
        dry_run: true,
        operation: dry_run.operation.to_owned(),
        instance_id: dry_run.instance_id.to_string(),
        passed: dry_run.passed(),
        would: api::Would {
            action: dry_run.preview.as_ref().map_or(NOTHING, Preview::action).to_owned(),
            effects: dry_run.preview.as_ref().map(effects),
            conflicts: running.map(conflict).into_iter().collect(),
        },
        checks: dry_run.checks.iter().map(check).collect(),
        plan_hash: dry_run.preview.as_ref().map(|preview| preview.hash().to_string()),
        classification: classification(&dry_run.classification),
    }
}

fn effects(preview: &Preview) -> api::Effects {
    api::Effects {
        parameters: preview.parameters.clone(),
        rds_call: preview.rds_request().map(planned_call),
        scope: match preview.db_cluster_id {
            Some(_) => api::Scope::Cluster,
            None => api::Scope::Instance,
        },
        db_cluster_id: preview.db_cluster_id.as_ref().map(ToString::to_string),
        affected: preview.affected.iter().map(affected).collect(),
        interruption: api::Interruption {
            kind: kind(preview.interruption),
            explanation: preview.interruption.explanation().to_owned(),
        },
        warnings: preview.warnings.iter().copied().map(warning).collect(),
        pending_modifications: preview.pending_modifications.clone(),
        parameter_apply_status: preview.parameter_apply_status.clone(),
        maintenance_window: preview.maintenance_window.as_ref().map(ToString::to_string),
        snapshot: preview.snapshot.as_ref().map(snapshot),
        parameter_differences: preview.parameter_differences.iter().map(difference).collect(),
        tags_not_copied: preview.tags_not_copied.clone(),
    }
}

fn snapshot(snapshot: &PreviewedSnapshot) -> api::PreviewedSnapshot {
    api::PreviewedSnapshot {
        snapshot_id: snapshot.snapshot_id.to_string(),
        snapshot_create_time: snapshot.snapshot_create_time.clone(),
        delete_after: snapshot.delete_after.clone(),
    }
}

fn difference(difference: &ParameterDifference) -> api::ParameterDifference {
    api::ParameterDifference {
        parameter: difference.parameter.clone(),
        from: difference.from.clone(),
        to: difference.to.clone(),
        is_static: difference.is_static,
    }
}

fn planned_call(request: RdsRequest) -> api::PlannedCall {
    api::PlannedCall { action: request.action.to_owned(), parameters: request.parameters }
}

fn affected(affected: &Affected) -> api::Affected {
    api::Affected { instance_id: affected.instance_id.clone(), effect: kind(affected.effect) }
}

const fn kind(interruption: Interruption) -> api::InterruptionKind {
    match interruption {
        Interruption::None => api::InterruptionKind::None,
        Interruption::IoPause => api::InterruptionKind::IoPause,
        Interruption::Restart => api::InterruptionKind::Restart,
        Interruption::Failover => api::InterruptionKind::Failover,
        Interruption::Stop => api::InterruptionKind::Stop,
        Interruption::InWindow => api::InterruptionKind::InWindow,
        Interruption::ReplicationPause => api::InterruptionKind::ReplicationPause,
    }
}

fn warning(warning: Warning) -> api::Warning {
    let guidance = warning.guidance();
    api::Warning {
        code: guidance.code.to_owned(),
        message: guidance.sentence.to_owned(),
        guidance: guidance.advice.to_owned(),
    }
}

fn check(check: &Check) -> api::Check {
    let failure = check.failure.as_ref();
    api::Check {
        check: check.name.to_owned(),
        passed: check.has_passed(),
        error: failure.map(|failure| failure.sentence.clone()),
        code: failure.map(|failure| failure.code.to_string()),
        error_code: failure.and_then(|failure| failure.error_code.clone()),
        guidance: failure.map(|failure| failure.guidance.clone()),
        facts: failure.map(|failure| members(&failure.facts)).unwrap_or_default(),
    }
}
