//! `delete_snapshot`: deletes a manual snapshot that this service made, of the instance or of the
//! cluster that it is a member of. Done when the *snapshot* is gone.
//!
//! Nothing brings a snapshot back, so it is deleted only where everything speaks for it (see the
//! refusals). A name can be used again: a snapshot that was created after the request is another
//! one. It is not deleted, and the call is not sent again for it.

mod refusals;

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::evidence::{Members, SnapshotReads};
use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::{ClusterSnapshotId, SnapshotId};
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::parameter::parameters;
use crate::operation::result::ClusterScope;
use crate::operation::{
    AllowedStatuses, EvidenceView, Interruption, LiveTarget, OperationSpec, Poll, Preparation,
    PrepareContext, Resolution, Verdict,
};
use crate::rds_call::RdsCall;
use crate::time::{Timestamp, to_seconds_text};

use refusals::Candidate;

parameters! {
    /// Delete a manual snapshot that this service made.
    pub struct DeleteSnapshot {
        /// Name of the snapshot. It must be one of the instance, or of its cluster.
        snapshot_id: SnapshotId,
        /// Delete the snapshot even if it is the newest one.
        allow_newest: bool = false,
        /// Delete the snapshot only if the days of its `retain_days` are over.
        only_expired: bool = false,
    }
}

/// The snapshot that is gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeleteSnapshotOutput {
    snapshot_id: SnapshotId,
    /// To the second, as RDS described it before; `None` when the call was found to have happened.
    snapshot_create_time: Option<String>,
    /// `None` where it is not known whether this operation's call deleted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(flatten)]
    cluster: Option<ClusterScope>,
}

/// Whether polls showed the snapshot, and whose members it is of.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct DeleteSnapshotEvidence {
    snapshot: SnapshotReads,
    /// `SnapshotCreateTime` before the call.
    created_at: Option<Timestamp>,
    members: Members,
}

/// Reads in a row without the snapshot that prove that it is gone: what RDS shows may go back for a
/// moment.
const GONE: u32 = 2;

impl OperationSpec for DeleteSnapshot {
    type Output = DeleteSnapshotOutput;
    type Evidence = DeleteSnapshotEvidence;

    const NAME: &'static str = "delete_snapshot";
    const DONE_WHEN: &'static str = "the snapshot is gone";
    const EVIDENCE_IS_ITS_OWN: bool = true;
    const PREVIEW_FIRST: bool = true;

    /// RDS requires nothing of the instance ("the DB snapshot must be in the available state to be
    /// deleted", RDS model, `DeleteDBSnapshot`). In these statuses RDS takes no snapshot that would
    /// not show yet.
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &["available", "storage-optimization", "storage-initialization", "stopped"],
        cluster: &["available", "stopped"],
    };

    fn example() -> Self {
        let snapshot_id = "before-migration".parse().expect("it is a valid identifier");
        Self { snapshot_id, allow_newest: false, only_expired: false }
    }

    /// The snapshot, whom it is shared with, and the others of the same source.
    fn observe_before(&self, target_ids: TargetIds<'_>, _now: Timestamp) -> ObserveRequest {
        match (target_ids.cluster, self.cluster_snapshot_id()) {
            (None, _) => ObserveRequest::snapshot_among(&self.snapshot_id, target_ids.instance),
            (Some(cluster), Some(id)) => ObserveRequest::cluster_snapshot_among(&id, cluster),
            (Some(_), None) => ObserveRequest::default(),
        }
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        match context.cluster {
            None => Self::ALLOWED.require_instance(Self::NAME, &context.live.status)?,
            Some(cluster) => {
                Self::ALLOWED.require_cluster(Self::NAME, &cluster.cluster_id, &cluster.status)?
            }
        }
        self.candidate(context)?.refuse(self, context)?;
        Ok(Preparation::Send(self.likely_call(context.target_ids())))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        match (target_ids.cluster, self.cluster_snapshot_id()) {
            (Some(cluster), Some(snapshot_id)) => {
                RdsCall::DeleteDbClusterSnapshot { cluster_id: cluster.clone(), snapshot_id }
            }
            // A name that no snapshot of a cluster can have is refused before the call.
            (Some(_) | None, _) => RdsCall::DeleteDbSnapshot {
                instance_id: target_ids.instance.clone(),
                snapshot_id: self.snapshot_id.clone(),
            },
        }
    }

    fn changed_snapshot<'a>(
        &self,
        target_ids: TargetIds<'_>,
        seen: &'a Observation,
    ) -> Option<&'a Snapshot> {
        // One that this service did not make is refused, whatever its tags are.
        self.shown(target_ids, seen).filter(|snapshot| refusals::is_own(snapshot))
    }

    fn interruption(&self, _live_target: LiveTarget<'_>) -> Interruption {
        Interruption::None
    }

    fn warnings(&self, _live_target: LiveTarget<'_>) -> Vec<Warning> {
        vec![Warning::DeletionIsFinal]
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> Self::Evidence {
        DeleteSnapshotEvidence {
            snapshot: SnapshotReads::default(),
            created_at: self.shown(target_ids, seen).and_then(|snapshot| snapshot.created_at),
            members: Members::before(target_ids, seen),
        }
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        evidence: &Self::Evidence,
        _submitted_at: Timestamp,
    ) -> ObserveRequest {
        let mut request = match (target_ids.cluster, self.cluster_snapshot_id()) {
            (None, _) => ObserveRequest::snapshot(&self.snapshot_id),
            (Some(_), Some(id)) => ObserveRequest::cluster_snapshot(&id),
            (Some(_), None) => ObserveRequest::default(),
        };
        request.merge(evidence.members.observe(target_ids));
        request
    }

    fn record(&self, evidence: &mut Self::Evidence, poll: &Poll<'_>) {
        evidence.snapshot.record(self.still_there(poll).is_some());
        evidence.members.record(poll.target_ids, poll.seen);
    }

    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        self.shown(poll.target_ids, poll.seen).map(|snapshot| &*snapshot.status)
    }

    fn evaluate(&self, view: &EvidenceView<'_, Self::Evidence>) -> Verdict<Self::Output> {
        if view.evidence.snapshot.misses() >= GONE {
            Verdict::Done(self.output(view))
        } else {
            Verdict::Pending(None)
        }
    }

    /// While the snapshot of the call is there, nobody has deleted it, and the call may be sent
    /// again. A snapshot that is being deleted does not come back, whoever deletes it.
    fn resolve(&self, view: &EvidenceView<'_, Self::Evidence>) -> Resolution {
        match self.still_there(&view.poll) {
            Some(snapshot) if refusals::is_being_deleted(snapshot) => Resolution::Happened,
            Some(_) if view.last => Resolution::DidNotHappen,
            None if view.evidence.snapshot.misses() >= GONE => Resolution::Happened,
            Some(_) | None => Resolution::Pending,
        }
    }
}

impl DeleteSnapshot {
    /// The name as one of a cluster snapshot, which may be shorter only.
    fn cluster_snapshot_id(&self) -> Option<ClusterSnapshotId> {
        self.snapshot_id.as_str().parse().ok()
    }

    /// The snapshot of this name as a poll showed it.
    fn shown<'a>(&self, target_ids: TargetIds<'_>, seen: &'a Observation) -> Option<&'a Snapshot> {
        match target_ids.cluster {
            None => seen.snapshots.get(&self.snapshot_id),
            Some(_) => seen.cluster_snapshots.get(&self.cluster_snapshot_id()?),
        }
    }

    /// The snapshot that the call is about, if a poll showed it. One that was created after the
    /// request, or that RDS has not begun yet, is another one of the same name.
    fn still_there<'a>(&self, poll: &Poll<'a>) -> Option<&'a Snapshot> {
        self.shown(poll.target_ids, poll.seen)
            .filter(|snapshot| refusals::was_there(snapshot, poll.asked_at))
    }

    /// The snapshot with all that decides about it.
    fn candidate<'a>(&self, context: &PrepareContext<'a>) -> Result<Candidate<'a>, Failure> {
        let snapshot = self
            .shown(context.target_ids(), context.seen)
            .ok_or_else(|| refusals::not_found(&self.snapshot_id))?;
        let seen = context.seen;
        Ok(match context.cluster {
            None => Candidate {
                snapshot,
                listed: seen.snapshots_of.get(&context.live.instance_id),
                shared_with: seen.sharing.get(&self.snapshot_id),
                source_id: context.live.instance_id.as_str(),
                source_resource_id: context.live.dbi_resource_id.as_deref(),
            },
            Some(cluster) => Candidate {
                snapshot,
                listed: seen.cluster_snapshots_of.get(&cluster.cluster_id),
                shared_with: self
                    .cluster_snapshot_id()
                    .and_then(|id| seen.cluster_sharing.get(&id)),
                source_id: cluster.cluster_id.as_str(),
                source_resource_id: cluster.resource_id.as_deref(),
            },
        })
    }

    fn output(&self, view: &EvidenceView<'_, DeleteSnapshotEvidence>) -> DeleteSnapshotOutput {
        let members = view.evidence.members.ids();
        DeleteSnapshotOutput {
            snapshot_id: self.snapshot_id.clone(),
            snapshot_create_time: view.evidence.created_at.map(to_seconds_text),
            changed: view.accepted.then_some(true),
            cluster: view.poll.target_ids.cluster.map(|id| ClusterScope::new(id, members)),
        }
    }
}
