//! `DescribeDBSnapshotAttributes` and `DescribeDBClusterSnapshotAttributes`: whom a snapshot is
//! shared with.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use futures_util::future::try_join_all;
use ops_domain::id::{ClusterSnapshotId, SnapshotId};
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::classify::look_error;

/// The attribute that lists the accounts which may restore or copy the snapshot; `all` is everybody
/// (RDS model, `DBSnapshotAttribute`).
const RESTORE: &str = "restore";

/// The IAM actions of the describe calls.
const ACTION: &str = "DescribeDBSnapshotAttributes";
const CLUSTER_ACTION: &str = "DescribeDBClusterSnapshotAttributes";

/// The sharing of these snapshots that exist, one to a call: RDS has no other form.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<SnapshotId>,
) -> Result<BTreeMap<SnapshotId, BTreeSet<String>>, ObserveError> {
    let found = try_join_all(wanted.iter().map(|id| one(client, id))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The same of cluster snapshots.
pub(super) async fn observe_clusters(
    client: &Client,
    wanted: &BTreeSet<ClusterSnapshotId>,
) -> Result<BTreeMap<ClusterSnapshotId, BTreeSet<String>>, ObserveError> {
    let found = try_join_all(wanted.iter().map(|id| one_of_cluster(client, id))).await?;
    Ok(found.into_iter().flatten().collect())
}

async fn one(
    client: &Client,
    id: &SnapshotId,
) -> Result<Option<(SnapshotId, BTreeSet<String>)>, ObserveError> {
    let call = client.describe_db_snapshot_attributes().db_snapshot_identifier(id.as_str());
    let described = match call.send().await {
        Ok(output) => output.db_snapshot_attributes_result,
        Err(error) if answer(&error) == Answer::Refused("DBSnapshotNotFound") => return Ok(None),
        Err(error) => return Err(look_error(ACTION, error)),
    };
    let attributes = described.and_then(|it| it.db_snapshot_attributes);
    // Without a list of attributes nothing is known.
    Ok(attributes.map(|attributes| {
        let named = attributes.into_iter().map(|it| (it.attribute_name, it.attribute_values));
        (id.clone(), restored_by(named))
    }))
}

async fn one_of_cluster(
    client: &Client,
    id: &ClusterSnapshotId,
) -> Result<Option<(ClusterSnapshotId, BTreeSet<String>)>, ObserveError> {
    let call = client
        .describe_db_cluster_snapshot_attributes()
        .db_cluster_snapshot_identifier(id.as_str());
    let described = match call.send().await {
        Ok(output) => output.db_cluster_snapshot_attributes_result,
        Err(error) if answer(&error) == Answer::Refused("DBClusterSnapshotNotFoundFault") => {
            return Ok(None);
        }
        Err(error) => return Err(look_error(CLUSTER_ACTION, error)),
    };
    let attributes = described.and_then(|it| it.db_cluster_snapshot_attributes);
    Ok(attributes.map(|attributes| {
        let named = attributes.into_iter().map(|it| (it.attribute_name, it.attribute_values));
        (id.clone(), restored_by(named))
    }))
}

/// The accounts in the values of the attributes that are named `restore`.
fn restored_by(
    attributes: impl Iterator<Item = (Option<String>, Option<Vec<String>>)>,
) -> BTreeSet<String> {
    attributes
        .filter(|(name, _)| name.as_deref() == Some(RESTORE))
        .flat_map(|(_, values)| values.unwrap_or_default())
        .collect()
}
