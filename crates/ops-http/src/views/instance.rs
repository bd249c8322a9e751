//! Instances, and what may be done with them.

use ops_api_types as api;
use ops_domain::failure::Failure;
use ops_domain::instance::LiveInstance;
use ops_domain::ports::BrokenItem;
use ops_domain::service::{Available, AvailableOperation, InstanceView};
use ops_domain::time::to_seconds_text;

use super::classification;
use super::error::refusal;

/// An instance. `not_allowed` is why the caller may run nothing on it.
pub(crate) fn instance(view: &InstanceView, not_allowed: Option<Failure>) -> api::InstanceView {
    let item = &view.item;
    api::InstanceView {
        instance_id: item.target.instance_id.to_string(),
        account_id: item.target.account_id.to_string(),
        region: item.target.region.to_string(),
        engine: item.engine.clone(),
        instance_class: item.instance_class.clone(),
        environment: view.classification.environment.to_string(),
        status: view.status().map(str::to_owned),
        status_from: status_from(view),
        operations_allowed: not_allowed.is_none(),
        not_allowed: not_allowed.as_ref().map(refusal),
        running_operation_id: view.operation.map(|id| id.to_string()),
        multi_az: item.multi_az,
        db_cluster_id: item.db_cluster_id.as_ref().map(ToString::to_string),
        read_replica_source: item.read_replica_source.clone(),
        tags: item.tags.clone(),
        seen_at: item.managed.as_ref().map(|managed| to_seconds_text(managed.seen_at)),
        gone_since: item
            .managed
            .as_ref()
            .and_then(|managed| managed.gone_since)
            .map(to_seconds_text),
        live: view.live.as_ref().map(live_instance),
        live_error: view.live_error.clone(),
        classification: classification(&view.classification),
    }
}

/// What the caller may run on an instance and what not, and why.
pub(crate) fn available_operations(
    view: &InstanceView,
    available: Result<Available, Failure>,
) -> api::AvailableOperations {
    let target = &view.item.target;
    let (available, refused) = match available {
        Ok(available) => (available, None),
        Err(failure) => (Available::default(), Some(failure)),
    };
    let first = available.not_permitted.first().map(|(_, failure)| failure);
    let why = refused.as_ref().or(first).filter(|_| available.operations.is_empty()).map(refusal);
    api::AvailableOperations {
        instance_id: target.instance_id.to_string(),
        account_id: target.account_id.to_string(),
        region: target.region.to_string(),
        environment: view.classification.environment.to_string(),
        status: view.status().map(str::to_owned),
        status_from: status_from(view),
        running_operation_id: view.operation.map(|id| id.to_string()),
        refusal: why,
        not_permitted: available.not_permitted.iter().map(not_permitted).collect(),
        operations: available.operations.into_iter().map(available_operation).collect(),
        live_error: view.live_error.clone(),
        classification: classification(&view.classification),
    }
}

fn available_operation(available: AvailableOperation) -> api::AvailableOperation {
    let AvailableOperation { operation, parameters } = available;
    api::AvailableOperation { operation: operation.to_owned(), parameters }
}

fn not_permitted((operation, failure): &(&str, Failure)) -> api::NotPermitted {
    api::NotPermitted { operation: (*operation).to_owned(), refusal: refusal(failure) }
}

/// Where the status of an instance is from.
const fn status_from(view: &InstanceView) -> api::StatusFrom {
    if view.live.is_some() { api::StatusFrom::Live } else { api::StatusFrom::Inventory }
}

/// An item of the inventory that can't be understood.
pub(crate) fn broken_item(item: &BrokenItem) -> api::BrokenItem {
    api::BrokenItem { instance_id: item.instance_id.clone(), problem: item.problem.clone() }
}

fn live_instance(live: &LiveInstance) -> api::LiveInstance {
    api::LiveInstance {
        instance_id: live.instance_id.to_string(),
        arn: live.arn.clone(),
        dbi_resource_id: live.dbi_resource_id.clone(),
        engine: live.engine.clone(),
        engine_version: live.engine_version.clone(),
        status: live.status.clone(),
        instance_class: live.instance_class.clone(),
        multi_az: live.multi_az,
        availability_zone: live.availability_zone.clone(),
        secondary_availability_zone: live.secondary_availability_zone.clone(),
        backup_window: live.backup_window.as_ref().map(ToString::to_string),
        maintenance_window: live.maintenance_window.as_ref().map(ToString::to_string),
        backup_retention_days: live.backup_retention_days,
        pending_modifications: live.pending_modifications.clone(),
        tags: live.tags.clone(),
        cluster_id: live.cluster_id.clone(),
        replica_source: live.replica_source.clone(),
        source_cluster: live.source_cluster.clone(),
        replicas: live.replicas.clone(),
        replica_clusters: live.replica_clusters.clone(),
        parameter_apply_statuses: live.parameter_groups.values().cloned().collect(),
        automatic_restart_time: live.automatic_restart_time.map(to_seconds_text),
        parameter_groups: live.parameter_groups.clone(),
        aws_backup_recovery_point: live.aws_backup_recovery_point.clone(),
        copy_tags_to_snapshot: live.copy_tags_to_snapshot,
    }
}
