//! `DescribeDBClusterSnapshots`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbClusterSnapshot, Filter};
use futures_util::future::try_join_all;
use ops_domain::id::{ClusterId, ClusterSnapshotId};
use ops_domain::observation::{ListedSnapshot, Snapshot};
use ops_domain::ports::ObserveError;
use ops_domain::time::Timestamp;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::{MAX_RECORDS, PAGE, filter, tags, timestamp};

/// The IAM action of the describe call.
const ACTION: &str = "DescribeDBClusterSnapshots";

/// The cluster snapshots of these identifiers that exist, a hundred to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<ClusterSnapshotId>,
) -> Result<BTreeMap<ClusterSnapshotId, Snapshot>, ObserveError> {
    let ids: Vec<&ClusterSnapshotId> = wanted.iter().collect();
    let described = match ids.as_slice() {
        [] => Vec::new(),
        [id] => one(client, id).await?,
        ids => try_join_all(ids.chunks(PAGE).map(|ids| many(client, ids))).await?.concat(),
    };
    Ok(described.into_iter().filter_map(snapshot).filter(|(id, _)| wanted.contains(id)).collect())
}

async fn one(
    client: &Client,
    id: &ClusterSnapshotId,
) -> Result<Vec<DbClusterSnapshot>, ObserveError> {
    match client
        .describe_db_cluster_snapshots()
        .db_cluster_snapshot_identifier(id.as_str())
        .send()
        .await
    {
        Ok(page) => Ok(page.db_cluster_snapshots.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBClusterSnapshotNotFoundFault") => {
            Ok(Vec::new())
        }
        Err(error) => Err(look_error(ACTION, error)),
    }
}

async fn many(
    client: &Client,
    ids: &[&ClusterSnapshotId],
) -> Result<Vec<DbClusterSnapshot>, ObserveError> {
    filtered(client, filter("db-cluster-snapshot-id", ids.iter().map(|id| id.as_str()))).await
}

async fn filtered(client: &Client, filter: Filter) -> Result<Vec<DbClusterSnapshot>, ObserveError> {
    let call = client.describe_db_cluster_snapshots().filters(filter).max_records(MAX_RECORDS);
    call.into_paginator()
        .items()
        .send()
        .try_collect()
        .await
        .map_err(|error| look_error(ACTION, error))
}

/// All snapshots of each of these clusters, the automated ones included (RDS model,
/// `DescribeDBClusterSnapshots`).
pub(super) async fn list(
    client: &Client,
    of: &BTreeSet<ClusterId>,
) -> Result<BTreeMap<ClusterId, Vec<ListedSnapshot>>, ObserveError> {
    let each = of.iter().map(async |id| {
        let described = filtered(client, filter("db-cluster-id", [id.as_str()])).await?;
        let of_it = described.into_iter().filter(|described| {
            let source = described.db_cluster_identifier.as_deref();
            source.is_some_and(|source| source.eq_ignore_ascii_case(id.as_str()))
        });
        Ok((id.clone(), of_it.filter_map(listed).collect()))
    });
    Ok(try_join_all(each).await?.into_iter().collect())
}

/// All manual snapshots of clusters.
pub(super) async fn all_manual(client: &Client) -> Result<Vec<Snapshot>, ObserveError> {
    let pages = client
        .describe_db_cluster_snapshots()
        .snapshot_type("manual")
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    let described = pages.try_collect().await.map_err(|error| look_error(ACTION, error))?;
    Ok(described.into_iter().filter_map(snapshot).map(|(_, snapshot)| snapshot).collect())
}

fn listed(described: DbClusterSnapshot) -> Option<ListedSnapshot> {
    let taken_at = taken_at(&described);
    Some(ListedSnapshot {
        name: described.db_cluster_snapshot_identifier?,
        source_resource_id: described.db_cluster_resource_id,
        kind: described.snapshot_type,
        status: described.status.unwrap_or_default(),
        taken_at,
    })
}

/// When the source of a copy was taken does not show.
fn taken_at(described: &DbClusterSnapshot) -> Option<Timestamp> {
    let is_copy = described.source_db_cluster_snapshot_arn.is_some();
    described.snapshot_create_time.filter(|_| !is_copy).and_then(timestamp)
}

fn snapshot(described: DbClusterSnapshot) -> Option<(ClusterSnapshotId, Snapshot)> {
    let taken_at = taken_at(&described);
    let name = described.db_cluster_snapshot_identifier?;
    let snapshot = Snapshot {
        snapshot_id: name.parse().ok()?,
        source_id: described.db_cluster_identifier,
        source_resource_id: described.db_cluster_resource_id,
        kind: described.snapshot_type,
        arn: described.db_cluster_snapshot_arn,
        status: described.status.unwrap_or_default(),
        percent: described.percent_progress.and_then(|percent| u8::try_from(percent).ok()),
        created_at: described.snapshot_create_time.and_then(timestamp),
        taken_at,
        tags: tags(described.tag_list),
    };
    Some((name.parse().ok()?, snapshot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automated_snapshots_are_not_listed() {
        let described = |id: &str| {
            DbClusterSnapshot::builder()
                .db_cluster_snapshot_identifier(id)
                .db_cluster_identifier("orders")
                .db_cluster_snapshot_arn(
                    "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:s-1",
                )
                .status("creating")
                .percent_progress(30)
                .build()
        };
        let (id, shown) = snapshot(described("S-1")).unwrap();
        assert_eq!((id.as_str(), shown.snapshot_id.as_str()), ("s-1", "s-1"));
        assert_eq!(
            (shown.source_id.as_deref(), shown.status.as_str(), shown.percent),
            (Some("orders"), "creating", Some(30))
        );
        assert!(shown.created_at.is_none() && shown.tags.is_empty());
        assert_eq!(snapshot(described("rds:orders-2026-01-31-03-00")), None);
    }
}
