//! Results as the audit trail and the answers show them, and what several of them share.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::id::ClusterId;
use crate::operation::{Preparation, Verdict};

/// The members of a struct by name.
pub(super) fn members(of: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(members)) => members,
        Ok(other) => unreachable!("{other} is not a struct"),
        Err(error) => unreachable!("names and values of these structs are plain: {error}"),
    }
}

/// The result of an operation that is done. It says `available` of each, as its status does.
pub(super) fn result_of(output: &impl Serialize) -> Map<String, Value> {
    let mut result = members(output);
    result.insert("status".into(), "available".into());
    result
}

impl<O: Serialize> Preparation<O> {
    /// The same with the result as it is stored and shown.
    pub(super) fn into_result(self) -> Preparation {
        match self {
            Self::Send(call) => Preparation::Send(call),
            Self::Nothing(output) => Preparation::Nothing(result_of(&output)),
        }
    }
}

impl<O: Serialize> Verdict<O> {
    /// The same with the result as it is stored and shown.
    pub(super) fn into_result(self) -> Verdict {
        match self {
            Self::Pending(percent) => Verdict::Pending(percent),
            Self::Done(output) => Verdict::Done(result_of(&output)),
            Self::Failed(failure) => Verdict::Failed(failure),
        }
    }
}

/// Says that the operation was one of the whole cluster, and which instances that affected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ClusterScope {
    scope: &'static str,
    db_cluster_id: ClusterId,
    members: BTreeSet<String>,
}

impl ClusterScope {
    pub(super) fn new(id: &ClusterId, members: &BTreeSet<String>) -> Self {
        Self { scope: "cluster", db_cluster_id: id.clone(), members: members.clone() }
    }
}
