//! `DescribeDBSnapshots`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbSnapshot, Filter};
use futures_util::future::try_join_all;
use ops_domain::id::{InstanceId, SnapshotId};
use ops_domain::observation::{ListedSnapshot, Snapshot};
use ops_domain::ports::ObserveError;
use ops_domain::time::Timestamp;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::{MAX_RECORDS, PAGE, filter, tags, timestamp};

/// The IAM action of the describe call.
const ACTION: &str = "DescribeDBSnapshots";

/// The snapshots of these identifiers that exist, a hundred to a call.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<SnapshotId>,
) -> Result<BTreeMap<SnapshotId, Snapshot>, ObserveError> {
    let ids: Vec<&SnapshotId> = wanted.iter().collect();
    let described = match ids.as_slice() {
        [] => Vec::new(),
        [id] => one(client, id).await?,
        ids => try_join_all(ids.chunks(PAGE).map(|ids| many(client, ids))).await?.concat(),
    };
    let seen = described.into_iter().filter_map(snapshot);
    Ok(seen
        .filter(|seen| wanted.contains(&seen.snapshot_id))
        .map(|seen| (seen.snapshot_id.clone(), seen))
        .collect())
}

async fn one(client: &Client, id: &SnapshotId) -> Result<Vec<DbSnapshot>, ObserveError> {
    match client.describe_db_snapshots().db_snapshot_identifier(id.as_str()).send().await {
        Ok(page) => Ok(page.db_snapshots.unwrap_or_default()),
        Err(error) if answer(&error) == Answer::Refused("DBSnapshotNotFound") => Ok(Vec::new()),
        Err(error) => Err(look_error(ACTION, error)),
    }
}

async fn many(client: &Client, ids: &[&SnapshotId]) -> Result<Vec<DbSnapshot>, ObserveError> {
    filtered(client, filter("db-snapshot-id", ids.iter().map(|id| id.as_str()))).await
}

async fn filtered(client: &Client, filter: Filter) -> Result<Vec<DbSnapshot>, ObserveError> {
    let pages = client
        .describe_db_snapshots()
        .filters(filter)
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    pages.try_collect().await.map_err(|error| look_error(ACTION, error))
}

/// All snapshots of each of these instances, the automated ones included ("if you don't specify a
/// `SnapshotType` value, then both automated and manual snapshots are returned", RDS model,
/// `DescribeDBSnapshots`). Whether those of AWS Backup are among them is not verified.
pub(super) async fn list(
    client: &Client,
    of: &BTreeSet<InstanceId>,
) -> Result<BTreeMap<InstanceId, Vec<ListedSnapshot>>, ObserveError> {
    let each = of.iter().map(async |id| {
        let described = filtered(client, filter("db-instance-id", [id.as_str()])).await?;
        let of_it = described.into_iter().filter(|described| {
            let source = described.db_instance_identifier.as_deref();
            source.is_some_and(|source| source.eq_ignore_ascii_case(id.as_str()))
        });
        Ok((id.clone(), of_it.filter_map(listed).collect()))
    });
    Ok(try_join_all(each).await?.into_iter().collect())
}

/// All manual snapshots of instances.
pub(super) async fn all_manual(client: &Client) -> Result<Vec<Snapshot>, ObserveError> {
    let pages = client
        .describe_db_snapshots()
        .snapshot_type("manual")
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    let described = pages.try_collect().await.map_err(|error| look_error(ACTION, error))?;
    Ok(described.into_iter().filter_map(snapshot).collect())
}

fn listed(described: DbSnapshot) -> Option<ListedSnapshot> {
    let taken_at = taken_at(&described);
    Some(ListedSnapshot {
        name: described.db_snapshot_identifier?,
        source_resource_id: described.dbi_resource_id,
        kind: described.snapshot_type,
        status: described.status.unwrap_or_default(),
        taken_at,
    })
}

/// A copy has the time of its source.
fn taken_at(described: &DbSnapshot) -> Option<Timestamp> {
    let original = described.original_snapshot_create_time;
    original.or(described.snapshot_create_time).and_then(timestamp)
}

fn snapshot(described: DbSnapshot) -> Option<Snapshot> {
    let taken_at = taken_at(&described);
    Some(Snapshot {
        snapshot_id: described.db_snapshot_identifier?.parse().ok()?,
        source_id: described.db_instance_identifier,
        source_resource_id: described.dbi_resource_id,
        kind: described.snapshot_type,
        arn: described.db_snapshot_arn,
        status: described.status.unwrap_or_default(),
        percent: described.percent_progress.and_then(|percent| u8::try_from(percent).ok()),
        created_at: described.snapshot_create_time.and_then(timestamp),
        taken_at,
        tags: tags(described.tag_list),
    })
}
