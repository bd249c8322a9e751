//! `DescribeDBInstances`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::DbInstance;
use futures_util::future::try_join_all;
use ops_domain::id::InstanceId;
use ops_domain::instance::LiveInstance;
use ops_domain::ports::LookError;

use crate::classify::{Answer, answer, look_error};
use crate::rds::pending::pending_modifications;
use crate::rds::{MAX_RECORDS, PAGE, filter, tags};

/// The instances of these identifiers that exist, a hundred to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<InstanceId>,
) -> Result<BTreeMap<InstanceId, LiveInstance>, LookError> {
    let ids: Vec<&InstanceId> = wanted.iter().collect();
    let described = match ids.as_slice() {
        [] => Vec::new(),
        [id] => one(client, id).await?,
        ids => try_join_all(ids.chunks(PAGE).map(|ids| many(client, ids))).await?.concat(),
    };
    let live = described.into_iter().filter_map(live_instance);
    Ok(live.filter(|live| wanted.contains(&live.instance_id)).map(|live| (live.instance_id.clone(), live)).collect())
}

async fn one(client: &Client, id: &InstanceId) -> Result<Vec<DbInstance>, LookError> {
    match client.describe_db_instances().db_instance_identifier(id.as_str()).send().await {
        Ok(page) => Ok(page.db_instances.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBInstanceNotFound") => Ok(Vec::new()),
        Err(error) => Err(look_error(error)),
    }
}

/// A filter, unlike an identifier, does not fail for what does not exist.
async fn many(client: &Client, ids: &[&InstanceId]) -> Result<Vec<DbInstance>, LookError> {
    let filter = filter("db-instance-id", ids.iter().map(|id| id.as_str()));
    let pages = client.describe_db_instances().filters(filter).max_records(MAX_RECORDS).into_paginator().items().send();
    pages.try_collect().await.map_err(look_error)
}

/// None for an item whose identifier is none: nobody asked for such a thing.
fn live_instance(described: DbInstance) -> Option<LiveInstance> {
    let replica_source = described
        .read_replica_source_db_instance_identifier
        .or(described.read_replica_source_db_cluster_identifier)
        .filter(|source| !source.is_empty());
    let groups = described.db_parameter_groups.unwrap_or_default();
    Some(LiveInstance {
        instance_id: described.db_instance_identifier?.parse().ok()?,
        arn: described.db_instance_arn,
        dbi_resource_id: described.dbi_resource_id,
        engine: described.engine.unwrap_or_default(),
        status: described.db_instance_status.unwrap_or_default(),
        instance_class: described.db_instance_class,
        multi_az: described.multi_az.unwrap_or_default(),
        availability_zone: described.availability_zone,
        secondary_availability_zone: described.secondary_availability_zone,
        backup_window: described.preferred_backup_window.and_then(|window| window.parse().ok()),
        maintenance_window: described.preferred_maintenance_window.and_then(|window| window.parse().ok()),
        backup_retention_days: described.backup_retention_period.and_then(|days| u32::try_from(days).ok()),
        pending_modifications: described.pending_modified_values.map(pending_modifications).unwrap_or_default(),
        tags: tags(described.tag_list),
        cluster_id: described.db_cluster_identifier.filter(|id| !id.is_empty()),
        replica_source,
        replicas: described.read_replica_db_instance_identifiers.unwrap_or_default().into_iter().collect(),
        parameter_apply_statuses: groups.into_iter().filter_map(|group| group.parameter_apply_status).collect(),
        aws_backup_recovery_point: described.aws_backup_recovery_point_arn.filter(|arn| !arn.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use aws_sdk_rds::types::{DbParameterGroupStatus, Tag};

    #[test]
    fn a_description_becomes_the_domains_instance() {
        let group = DbParameterGroupStatus::builder().parameter_apply_status("pending-reboot").build();
        let described = DbInstance::builder()
            .db_instance_identifier("Orders-Dev")
            .db_instance_status("available")
            .engine("postgres")
            .multi_az(true)
            .preferred_backup_window("03:00-04:00")
            .preferred_maintenance_window("Sun:05:00-Sun:06:00")
            .db_parameter_groups(group)
            .tag_list(Tag::builder().key("Environment").value("dev").build())
            .tag_list(Tag::builder().key("flag").build())
            .build();
        let live = live_instance(described).unwrap();
        assert_eq!(live.instance_id.as_str(), "orders-dev");
        assert_eq!(live.backup_window, Some("03:00-04:00".parse().unwrap()));
        assert_eq!(live.maintenance_window, Some("sun:05:00-sun:06:00".parse().unwrap()));
        assert_eq!(live.tags, [("Environment".into(), "dev".into()), ("flag".into(), String::new())].into());
        assert!(live.multi_az && live.parameters_pending_reboot());
    }

    /// The domain finds no instance of a cluster's name, and so counts the replica as production.
    #[test]
    fn the_source_of_a_replica_of_a_cluster_is_kept() {
        let described = DbInstance::builder()
            .db_instance_identifier("replica")
            .read_replica_source_db_cluster_identifier("orders-cluster")
            .build();
        assert_eq!(live_instance(described).unwrap().replica_source.as_deref(), Some("orders-cluster"));
    }
}
