//! The failover of a whole cluster, which a forced failover of one of its members is.
//!
//! RDS promotes another member to be the writer and restarts the previous one as a reader. Done means: another member
//! than before the order is the writer, or RDS told that the failover completed; and the cluster is `available` again.

use serde_json::{Map, json};

use crate::cluster::LiveCluster;
use crate::failure::Failure;
use crate::id::ClusterId;
use crate::observation::EventKind;
use crate::operation::reboot_instance::{Order, RebootInstance};
use crate::operation::result::of_cluster;
use crate::operation::{Action, Plan, Resolution, Sight, Verdict};
use crate::status::normalise;
use crate::watch::ClusterFacts;

/// The status of a cluster during a failover (Aurora User Guide, "Viewing DB cluster status").
const FAILING_OVER: &str = "failing-over";

/// A failover needs a member to fail over to (RDS model, `FailoverDBCluster`).
pub(super) fn prepare(cluster: &LiveCluster) -> Result<Plan<Order>, Failure> {
    if cluster.members.len() < 2 {
        let failure = Failure::operation_failed("failover_requires_two_members");
        return Err(failure.with_fact("members", json!(cluster.members)));
    }
    RebootInstance::ALLOWED.require_cluster(RebootInstance::NAME, &cluster.cluster_id, &cluster.status)?;
    Ok(Plan::Send(Order::FailOverCluster { cluster_id: cluster.cluster_id.clone() }))
}

pub(super) fn judge(id: &ClusterId, sight: &Sight<'_>) -> Verdict {
    let Some(cluster) = sight.live_cluster(id) else {
        return Verdict::Failed(Failure::operation_failed("cluster_disappeared"));
    };
    if normalise(&cluster.status) != "available" {
        return Verdict::Pending(None);
    }
    let facts = &sight.facts.cluster;
    if failed_over(facts) {
        return Verdict::Done(result(cluster));
    }
    if facts.saw(EventKind::FailoverFailed) {
        return Verdict::Failed(Failure::operation_failed("cluster_failover_failed"));
    }
    Verdict::Pending(None)
}

pub(super) fn resolve(sight: &Sight<'_>) -> Resolution {
    let facts = &sight.facts.cluster;
    // Other operations on the members may have done it; who they are is known when the members are.
    if facts.members.is_empty() && !sight.last {
        return Resolution::Pending;
    }
    let began = facts.saw(EventKind::FailoverStarted) || facts.saw_status(FAILING_OVER);
    if began || failed_over(facts) || facts.saw(EventKind::FailoverFailed) {
        Resolution::Happened
    } else if sight.last {
        Resolution::Failed(Failure::operation_failed("outcome_unknown"))
    } else {
        Resolution::Pending
    }
}

/// A completed failover that RDS also calls failed was taken back: then only another writer counts.
fn failed_over(facts: &ClusterFacts) -> bool {
    facts.writer_changed() || (facts.saw(EventKind::FailoverCompleted) && !facts.saw(EventKind::FailoverFailed))
}

fn result(cluster: &LiveCluster) -> Map<String, serde_json::Value> {
    let mut result = Map::new();
    result.insert("status".into(), json!("available"));
    result.insert("force_failover".into(), json!(true));
    result.insert("failover".into(), json!("verified"));
    result.insert("writer".into(), json!(cluster.writer));
    of_cluster(&mut result, &cluster.cluster_id, &cluster.members);
    result
}
