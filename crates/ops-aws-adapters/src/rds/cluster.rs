//! `DescribeDBClusters`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::DbCluster;
use futures_util::future::try_join_all;
use ops_domain::id::ClusterId;
use ops_domain::instance::LiveCluster;
use ops_domain::ports::LookError;

use crate::classify::{Answer, answer, look_error};
use crate::rds::{MAX_RECORDS, PAGE, filter, tags};

/// The clusters of these identifiers that exist, a hundred to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<ClusterId>,
) -> Result<BTreeMap<ClusterId, LiveCluster>, LookError> {
    let ids: Vec<&ClusterId> = wanted.iter().collect();
    let described = match ids.as_slice() {
        [] => Vec::new(),
        [id] => one(client, id).await?,
        ids => try_join_all(ids.chunks(PAGE).map(|ids| many(client, ids))).await?.concat(),
    };
    let live = described.into_iter().filter_map(live_cluster);
    Ok(live.filter(|live| wanted.contains(&live.cluster_id)).map(|live| (live.cluster_id.clone(), live)).collect())
}

async fn one(client: &Client, id: &ClusterId) -> Result<Vec<DbCluster>, LookError> {
    match client.describe_db_clusters().db_cluster_identifier(id.as_str()).send().await {
        Ok(page) => Ok(page.db_clusters.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBClusterNotFoundFault") => Ok(Vec::new()),
        Err(error) => Err(look_error(error)),
    }
}

async fn many(client: &Client, ids: &[&ClusterId]) -> Result<Vec<DbCluster>, LookError> {
    let filter = filter("db-cluster-id", ids.iter().map(|id| id.as_str()));
    let pages = client.describe_db_clusters().filters(filter).max_records(MAX_RECORDS).into_paginator().items().send();
    pages.try_collect().await.map_err(look_error)
}

fn live_cluster(described: DbCluster) -> Option<LiveCluster> {
    let members = described.db_cluster_members.unwrap_or_default();
    Some(LiveCluster {
        cluster_id: described.db_cluster_identifier?.parse().ok()?,
        status: described.status.unwrap_or_default(),
        tags: tags(described.tag_list),
        members: members.into_iter().filter_map(|member| member.db_instance_identifier).collect(),
    })
}
