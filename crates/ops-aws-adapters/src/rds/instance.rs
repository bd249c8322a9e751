//! `DescribeDBInstances`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, DbParameterGroupStatus, ProcessorFeature};
use futures_util::future::try_join_all;
use ops_domain::id::{ClusterId, InstanceId};
use ops_domain::instance::LiveInstance;
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::pending::pending_modifications;
use crate::rds::{MAX_RECORDS, PAGE, filter, tags, timestamp};

/// The IAM action of the describe call.
pub(super) const ACTION: &str = "DescribeDBInstances";

/// The instances of these identifiers that exist, and the members of these clusters, a hundred
/// names to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<InstanceId>,
    members_of: &BTreeSet<ClusterId>,
) -> Result<BTreeMap<InstanceId, LiveInstance>, ObserveError> {
    let (named, members) =
        tokio::try_join!(by_name(client, wanted), by_cluster(client, members_of))?;
    let named = named
        .into_iter()
        .filter_map(live_instance)
        .filter(|live| wanted.contains(&live.instance_id));
    let is_member =
        |live: &LiveInstance| members_of.iter().any(|cluster| live.is_in(Some(cluster)));
    let members = members.into_iter().filter_map(live_instance).filter(is_member);
    Ok(named.chain(members).map(|live| (live.instance_id.clone(), live)).collect())
}

async fn by_name(
    client: &Client,
    wanted: &BTreeSet<InstanceId>,
) -> Result<Vec<DbInstance>, ObserveError> {
    let ids: Vec<&InstanceId> = wanted.iter().collect();
    match ids.as_slice() {
        [] => Ok(Vec::new()),
        [id] => one(client, id).await,
        ids => {
            let names = ids.iter().map(|id| id.as_str()).collect::<Vec<_>>();
            Ok(try_join_all(names.chunks(PAGE).map(|names| many(client, "db-instance-id", names)))
                .await?
                .concat())
        }
    }
}

async fn by_cluster(
    client: &Client,
    wanted: &BTreeSet<ClusterId>,
) -> Result<Vec<DbInstance>, ObserveError> {
    let names = wanted.iter().map(|id| id.as_str()).collect::<Vec<_>>();
    Ok(try_join_all(names.chunks(PAGE).map(|names| many(client, "db-cluster-id", names)))
        .await?
        .concat())
}

async fn one(client: &Client, id: &InstanceId) -> Result<Vec<DbInstance>, ObserveError> {
    match client.describe_db_instances().db_instance_identifier(id.as_str()).send().await {
        Ok(page) => Ok(page.db_instances.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBInstanceNotFound") => Ok(Vec::new()),
        Err(error) => Err(look_error(ACTION, error)),
    }
}

/// A filter, unlike an identifier, does not fail for what does not exist.
async fn many(
    client: &Client,
    name: &str,
    values: &[&str],
) -> Result<Vec<DbInstance>, ObserveError> {
    let filter = filter(name, values.iter().copied());
    let pages = client
        .describe_db_instances()
        .filters(filter)
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    pages.try_collect().await.map_err(|error| look_error(ACTION, error))
}

/// None for an item whose identifier is none: nobody asked for such a thing.
pub(super) fn live_instance(described: DbInstance) -> Option<LiveInstance> {
    Some(LiveInstance {
        instance_id: described.db_instance_identifier?.parse().ok()?,
        arn: described.db_instance_arn,
        dbi_resource_id: described.dbi_resource_id,
        engine: described.engine.unwrap_or_default(),
        engine_version: described.engine_version,
        status: described.db_instance_status.unwrap_or_default(),
        instance_class: described.db_instance_class,
        multi_az: described.multi_az.unwrap_or_default(),
        availability_zone: described.availability_zone,
        secondary_availability_zone: described.secondary_availability_zone,
        backup_window: described.preferred_backup_window.and_then(|window| window.parse().ok()),
        maintenance_window: described
            .preferred_maintenance_window
            .and_then(|window| window.parse().ok()),
        backup_retention_days: described
            .backup_retention_period
            .and_then(|days| u32::try_from(days).ok()),
        pending_modifications: described
            .pending_modified_values
            .map(pending_modifications)
            .unwrap_or_default(),
        tags: tags(described.tag_list),
        cluster_id: said(described.db_cluster_identifier),
        replica_source: said(described.read_replica_source_db_instance_identifier),
        source_cluster: said(described.read_replica_source_db_cluster_identifier),
        replicas: set(described.read_replica_db_instance_identifiers),
        replica_clusters: set(described.read_replica_db_cluster_identifiers),
        parameter_groups: described.db_parameter_groups.map(parameter_groups).unwrap_or_default(),
        aws_backup_recovery_point: said(described.aws_backup_recovery_point_arn),
        copy_tags_to_snapshot: described.copy_tags_to_snapshot.unwrap_or_default(),
        automatic_restart_time: described.automatic_restart_time.and_then(timestamp),
        capacity_reservation: said(described.db_capacity_reservation_identifier),
        license_model: said(described.license_model),
        storage_type: said(described.storage_type),
        processor_features: described
            .processor_features
            .map(processor_features)
            .unwrap_or_default(),
    })
}

/// A text that says something: an emulator writes an empty one for none.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn set(names: Option<Vec<String>>) -> BTreeSet<String> {
    names.unwrap_or_default().into_iter().collect()
}

/// The attached groups, each with its `ParameterApplyStatus`.
fn parameter_groups(groups: Vec<DbParameterGroupStatus>) -> BTreeMap<String, String> {
    let pair = |group: DbParameterGroupStatus| {
        let name = group.db_parameter_group_name.unwrap_or_default();
        (name, group.parameter_apply_status.unwrap_or_default())
    };
    groups.into_iter().map(pair).collect()
}

fn processor_features(features: Vec<ProcessorFeature>) -> BTreeMap<String, String> {
    let pair = |feature: ProcessorFeature| Some((feature.name?, feature.value.unwrap_or_default()));
    features.into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use aws_sdk_rds::types::{DbParameterGroupStatus, ProcessorFeature, Tag};
    use aws_smithy_types::DateTime;

    #[test]
    fn a_description_becomes_the_domains_instance() {
        let group =
            DbParameterGroupStatus::builder().parameter_apply_status("pending-reboot").build();
        let described = DbInstance::builder()
            .db_instance_identifier("Orders-Dev")
            .db_instance_status("available")
            .engine("postgres")
            .engine_version("16.4")
            .copy_tags_to_snapshot(true)
            .automatic_restart_time(DateTime::from_secs(1_700_000_000))
            .db_capacity_reservation_identifier("")
            .license_model("postgresql-license")
            .storage_type("gp3")
            .processor_features(ProcessorFeature::builder().name("coreCount").value("4").build())
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
        assert_eq!(
            live.tags,
            [("Environment".into(), "dev".into()), ("flag".into(), String::new())].into()
        );
        assert!(live.multi_az && live.parameters_pending_reboot());
        assert_eq!(
            (live.engine_version.as_deref(), live.copy_tags_to_snapshot),
            (Some("16.4"), true)
        );
        assert_eq!(live.automatic_restart_time.unwrap().timestamp(), 1_700_000_000);
        assert_eq!(live.capacity_reservation, None);
        assert_eq!(live.license_model.as_deref(), Some("postgresql-license"));
        assert_eq!(live.storage_type.as_deref(), Some("gp3"));
        assert_eq!(live.processor_features, [("coreCount".into(), "4".into())].into());
    }

    /// A name in the wrong place would be searched among instances, and not found.
    #[test]
    fn relatives_that_are_clusters_are_told_from_instances() {
        let described = DbInstance::builder()
            .db_instance_identifier("replica")
            .read_replica_source_db_instance_identifier("")
            .read_replica_source_db_cluster_identifier("orders-cluster")
            .read_replica_db_instance_identifiers("replica-2")
            .read_replica_db_cluster_identifiers("orders-copy")
            .build();
        let live = live_instance(described).unwrap();
        assert_eq!(
            (live.replica_source, live.source_cluster.as_deref()),
            (None, Some("orders-cluster"))
        );
        assert_eq!(live.replicas, ["replica-2".to_owned()].into());
        assert_eq!(live.replica_clusters, ["orders-copy".to_owned()].into());
    }
}
