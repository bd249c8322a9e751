//! `DescribeDBClusters`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbCluster, DbClusterMember};
use futures_util::future::try_join_all;
use ops_domain::cluster::LiveCluster;
use ops_domain::id::ClusterId;
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::pending::cluster_modifications;
use crate::rds::{MAX_RECORDS, PAGE, filter, tags, timestamp};

/// The IAM action of the describe call.
pub(super) const ACTION: &str = "DescribeDBClusters";

/// The clusters of these identifiers that exist, a hundred to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<ClusterId>,
) -> Result<BTreeMap<ClusterId, LiveCluster>, ObserveError> {
    let ids: Vec<&ClusterId> = wanted.iter().collect();
    let described = match ids.as_slice() {
        [] => Vec::new(),
        [id] => one(client, id).await?,
        ids => try_join_all(ids.chunks(PAGE).map(|ids| many(client, ids))).await?.concat(),
    };
    let live = described.into_iter().filter_map(live_cluster);
    Ok(live
        .filter(|live| wanted.contains(&live.cluster_id))
        .map(|live| (live.cluster_id.clone(), live))
        .collect())
}

async fn one(client: &Client, id: &ClusterId) -> Result<Vec<DbCluster>, ObserveError> {
    match client.describe_db_clusters().db_cluster_identifier(id.as_str()).send().await {
        Ok(page) => Ok(page.db_clusters.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBClusterNotFoundFault") => Ok(Vec::new()),
        Err(error) => Err(look_error(ACTION, error)),
    }
}

async fn many(client: &Client, ids: &[&ClusterId]) -> Result<Vec<DbCluster>, ObserveError> {
    let filter = filter("db-cluster-id", ids.iter().map(|id| id.as_str()));
    let pages = client
        .describe_db_clusters()
        .filters(filter)
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    pages.try_collect().await.map_err(|error| look_error(ACTION, error))
}

/// The member that takes the writes.
pub(super) fn writer(members: &[DbClusterMember]) -> Option<String> {
    members
        .iter()
        .find(|member| member.is_cluster_writer == Some(true))?
        .db_instance_identifier
        .clone()
}

/// None for an item whose identifier is none: nobody asked for such a thing.
pub(super) fn live_cluster(described: DbCluster) -> Option<LiveCluster> {
    let members = described.db_cluster_members.unwrap_or_default();
    Some(LiveCluster {
        cluster_id: described.db_cluster_identifier?.parse().ok()?,
        engine: described.engine.unwrap_or_default(),
        status: described.status.unwrap_or_default(),
        tags: tags(described.tag_list),
        writer: writer(&members),
        members: members.into_iter().filter_map(|member| member.db_instance_identifier).collect(),
        backup_window: described.preferred_backup_window.and_then(|window| window.parse().ok()),
        maintenance_window: described
            .preferred_maintenance_window
            .and_then(|window| window.parse().ok()),
        pending_modifications: described
            .pending_modified_values
            .map(cluster_modifications)
            .unwrap_or_default(),
        replica_source: described.replication_source_identifier.filter(|source| !source.is_empty()),
        replicas: described.read_replica_identifiers.unwrap_or_default().into_iter().collect(),
        global_cluster_id: described.global_cluster_identifier.filter(|id| !id.is_empty()),
        copy_tags_to_snapshot: described.copy_tags_to_snapshot.unwrap_or_default(),
        resource_id: described.db_cluster_resource_id,
        engine_mode: described.engine_mode.filter(|mode| !mode.is_empty()),
        automatic_restart_time: described.automatic_restart_time.and_then(timestamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use aws_sdk_rds::types::{ClusterPendingModifiedValues, Tag};
    use aws_smithy_types::DateTime;

    #[test]
    fn a_description_becomes_the_domains_cluster() {
        let member = |id: &str, writer| {
            DbClusterMember::builder().db_instance_identifier(id).is_cluster_writer(writer).build()
        };
        let described = DbCluster::builder()
            .db_cluster_identifier("Orders")
            .engine("aurora-mysql")
            .status("available")
            .db_cluster_members(member("orders-1", false))
            .db_cluster_members(member("orders-2", true))
            .preferred_backup_window("03:00-04:00")
            .preferred_maintenance_window("sun:05:00-sun:06:00")
            .pending_modified_values(
                ClusterPendingModifiedValues::builder().engine_version("8.0").build(),
            )
            .read_replica_identifiers("arn:aws:rds:us-east-1:111122223333:cluster:orders-copy")
            .global_cluster_identifier("")
            .copy_tags_to_snapshot(true)
            .engine_mode("serverless")
            .automatic_restart_time(DateTime::from_secs(1_700_000_000))
            .tag_list(Tag::builder().key("Environment").value("dev").build())
            .build();
        let live = live_cluster(described).unwrap();
        assert_eq!(
            (live.cluster_id.as_str(), live.writer.as_deref()),
            ("orders", Some("orders-2"))
        );
        assert_eq!(live.members, ["orders-1".to_owned(), "orders-2".to_owned()].into());
        assert_eq!(live.backup_window, Some("03:00-04:00".parse().unwrap()));
        assert_eq!(live.maintenance_window, Some("sun:05:00-sun:06:00".parse().unwrap()));
        assert_eq!(live.pending_modifications, [("EngineVersion".into(), "8.0".into())].into());
        assert_eq!(
            (live.replicas.len(), live.replica_source, live.global_cluster_id),
            (1, None, None)
        );
        assert_eq!(live.tags, [("Environment".into(), "dev".into())].into());
        assert!(live.copy_tags_to_snapshot);
        assert_eq!(live.engine_mode.as_deref(), Some("serverless"));
        assert_eq!(live.automatic_restart_time.unwrap().timestamp(), 1_700_000_000);
    }
}
