//! The failover of a whole cluster, which a forced failover of one of its members is.
//!
//! RDS promotes another member to be the writer and restarts the previous one as a reader. Done
//! means: another member than before the call is the writer, or RDS told that the failover
//! completed; and the cluster is `available` again.

use serde::Serialize;
use serde_json::json;

use crate::cluster::LiveCluster;
use crate::failure::Failure;
use crate::id::ClusterId;
use crate::observation::EventKind;
use crate::operation::reboot_instance::evidence::{ClusterEvidence, RebootEvidence};
use crate::operation::reboot_instance::{Failover, RebootInstance, RebootOutput};
use crate::operation::result::ClusterScope;
use crate::operation::{EvidenceView, OperationSpec, Preparation, Resolution, Verdict};
use crate::rds_call::RdsCall;
use crate::status::normalise;

/// The cluster after its failover.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FailedOverCluster {
    /// The member that takes the writes now.
    writer: Option<String>,
    #[serde(flatten)]
    scope: ClusterScope,
}

/// The status of a cluster during a failover (Aurora User Guide, "Viewing DB cluster status").
const FAILING_OVER: &str = "failing-over";

/// A failover needs a member to fail over to (RDS model, `FailoverDBCluster`).
pub(super) fn prepare(cluster: &LiveCluster) -> Result<Preparation<RebootOutput>, Failure> {
    if cluster.members.len() < 2 {
        let failure = Failure::operation_failed("failover_requires_two_members");
        return Err(failure.with_fact("members", json!(cluster.members)));
    }
    RebootInstance::ALLOWED.require_cluster(
        RebootInstance::NAME,
        &cluster.cluster_id,
        &cluster.status,
    )?;
    Ok(Preparation::Send(RdsCall::FailoverDbCluster { cluster_id: cluster.cluster_id.clone() }))
}

pub(super) fn evaluate(
    id: &ClusterId,
    view: &EvidenceView<'_, RebootEvidence>,
) -> Verdict<RebootOutput> {
    let Some(cluster) = view.live_cluster(id) else {
        return Verdict::Failed(Failure::operation_failed("cluster_disappeared"));
    };
    if normalise(&cluster.status) != "available" {
        return Verdict::Pending(None);
    }
    let evidence = &view.evidence.cluster;
    if failed_over(evidence) {
        return Verdict::Done(output(cluster));
    }
    if evidence.events.saw(EventKind::FailoverFailed) {
        return Verdict::Failed(Failure::operation_failed("cluster_failover_failed"));
    }
    Verdict::Pending(None)
}

pub(super) fn resolve(view: &EvidenceView<'_, RebootEvidence>) -> Resolution {
    let evidence = &view.evidence.cluster;
    // Other operations on the members may have done it; who they are is known when the members are.
    if !view.evidence.members.are_known() && !view.last {
        return Resolution::Pending;
    }
    let began =
        evidence.events.saw(EventKind::FailoverStarted) || evidence.statuses.contain(FAILING_OVER);
    if began || failed_over(evidence) || evidence.events.saw(EventKind::FailoverFailed) {
        Resolution::Happened
    } else if view.last {
        Resolution::Failed(Failure::operation_failed("outcome_unknown"))
    } else {
        Resolution::Pending
    }
}

/// A completed failover that RDS also calls failed was taken back: then only another writer counts.
fn failed_over(evidence: &ClusterEvidence) -> bool {
    evidence.writer.changed()
        || (evidence.events.saw(EventKind::FailoverCompleted)
            && !evidence.events.saw(EventKind::FailoverFailed))
}

fn output(cluster: &LiveCluster) -> RebootOutput {
    RebootOutput {
        force_failover: true,
        failover: Failover::Verified,
        parameter_apply_status: None,
        warnings: Vec::new(),
        cluster: Some(FailedOverCluster {
            writer: cluster.writer.clone(),
            scope: ClusterScope::new(&cluster.cluster_id, &cluster.members),
        }),
    }
}
