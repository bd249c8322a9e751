//! Fields that the results of several operations share.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::id::ClusterId;

/// Says that the operation was one of the whole cluster, and which instances that affected.
pub(super) fn of_cluster(
    result: &mut Map<String, Value>,
    cluster: &ClusterId,
    members: &BTreeSet<String>,
) {
    result.insert("scope".into(), json!("cluster"));
    result.insert("db_cluster_id".into(), json!(cluster));
    result.insert("members".into(), json!(members));
}
