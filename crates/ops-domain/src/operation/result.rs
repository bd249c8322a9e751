//! Results as the audit trail and the answers show them, and what several of them share.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::id::ClusterId;

/// The members of a struct by name.
pub(super) fn members(of: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(members)) => members,
        Ok(other) => unreachable!("{other} is not a struct"),
        Err(error) => unreachable!("names and values of these structs are plain: {error}"),
    }
}

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
