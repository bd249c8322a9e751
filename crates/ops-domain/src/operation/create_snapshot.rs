//! `create_snapshot`: takes a manual snapshot, of the instance or of the cluster that it is a
//! member of. Done when the *snapshot* is `available`.
//!
//! The snapshot's identifier makes the call safe to resolve: RDS refuses a second snapshot of the
//! same name (`DBSnapshotAlreadyExists`), and our tag tells ours from another's.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cluster::TargetIds;
use crate::evidence::{Members, SnapshotReads};
use crate::failure::Failure;
use crate::id::{ClusterSnapshotId, SnapshotId};
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::parameter::parameters;
use crate::operation::refusal::{name_is_free, quota_allows};
use crate::operation::result::ClusterScope;
use crate::operation::{
    AllowedStatuses, EvidenceView, Interruption, LiveTarget, OperationSpec, Poll, Preparation,
    PrepareContext, Resolution, Verdict,
};
use crate::rds_call::RdsCall;
use crate::retention::{DeleteAfter, RetainDays};
use crate::status::{SnapshotStatus, classify_snapshot_status};
use crate::tag::{OwnKey, Tag, merge_snapshot_tags};
use crate::time::{Timestamp, to_seconds_text};

parameters! {
    /// Take a manual snapshot of the instance, or of its cluster.
    pub struct CreateSnapshot {
        /// Name of the new snapshot. Of a cluster, at most 63 characters.
        snapshot_id: SnapshotId,
        /// Tags of the snapshot, in addition to those that the service adds.
        tags: Vec<Tag> = Vec::new(),
        /// Days after which the service deletes the snapshot, if it is not the newest one.
        retain_days: Option<RetainDays> = None,
    }
}

/// The snapshot that is done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateSnapshotOutput {
    snapshot_id: SnapshotId,
    snapshot_arn: Option<String>,
    /// To the second, as RDS describes it.
    snapshot_create_time: Option<String>,
    /// The last day on which the service keeps it; it keeps one without such a day for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    delete_after: Option<String>,
    #[serde(flatten)]
    cluster: Option<ClusterScope>,
}

/// Whether polls showed the snapshot, and whose members it is of.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CreateSnapshotEvidence {
    snapshot: SnapshotReads,
    members: Members,
}

impl OperationSpec for CreateSnapshot {
    type Output = CreateSnapshotOutput;
    type Evidence = CreateSnapshotEvidence;

    const NAME: &'static str = "create_snapshot";
    const DONE_WHEN: &'static str = "the snapshot is `available`";
    const EVIDENCE_IS_ITS_OWN: bool = true;

    /// "Must be in the available or storage-optimization state" (RDS model, `CreateDBSnapshot`). Of
    /// a cluster no other status than `available` is documented.
    const ALLOWED: AllowedStatuses = AllowedStatuses {
        instance: &["available", "storage-optimization"],
        cluster: &["available"],
    };

    fn example() -> Self {
        let snapshot_id = "before-upgrade".parse().expect("it is a valid identifier");
        Self { snapshot_id, tags: Vec::new(), retain_days: None }
    }

    /// The quotas, and whatever has the name already.
    fn observe_before(&self, target_ids: TargetIds<'_>, _now: Timestamp) -> ObserveRequest {
        let mut request = self.observe_name(target_ids);
        request.merge(ObserveRequest::quotas());
        request
    }

    fn prepare(&self, context: &PrepareContext<'_>) -> Result<Preparation<Self::Output>, Failure> {
        let quotas = context.seen.quotas.as_ref();
        let call = match context.cluster {
            None => {
                Self::ALLOWED.require_instance(Self::NAME, &context.live.status)?;
                name_is_free(context.seen.snapshots.get(&self.snapshot_id))?;
                quota_allows(quotas.and_then(|quotas| quotas.manual_snapshots))?;
                RdsCall::CreateDbSnapshot {
                    instance_id: context.live.instance_id.clone(),
                    snapshot_id: self.snapshot_id.clone(),
                    tags: self.all_tags(context)?,
                }
            }
            Some(cluster) => {
                Self::ALLOWED.require_cluster(Self::NAME, &cluster.cluster_id, &cluster.status)?;
                let snapshot_id = self.cluster_snapshot_id()?;
                name_is_free(context.seen.cluster_snapshots.get(&snapshot_id))?;
                quota_allows(quotas.and_then(|quotas| quotas.manual_cluster_snapshots))?;
                RdsCall::CreateDbClusterSnapshot {
                    cluster_id: cluster.cluster_id.clone(),
                    snapshot_id,
                    tags: self.all_tags(context)?,
                }
            }
        };
        Ok(Preparation::Send(call))
    }

    fn likely_call(&self, target_ids: TargetIds<'_>) -> RdsCall {
        let tags = Vec::new();
        match (target_ids.cluster, self.cluster_snapshot_id()) {
            (Some(cluster), Ok(snapshot_id)) => {
                RdsCall::CreateDbClusterSnapshot { cluster_id: cluster.clone(), snapshot_id, tags }
            }
            // A name that no snapshot of a cluster can have is refused before the call.
            (Some(_) | None, _) => RdsCall::CreateDbSnapshot {
                instance_id: target_ids.instance.clone(),
                snapshot_id: self.snapshot_id.clone(),
                tags,
            },
        }
    }

    /// Without a standby the snapshot is taken of the database itself, and of SQL Server always
    /// (RDS User Guide, "Creating a DB snapshot"). Of a cluster it is taken of the storage (Aurora
    /// User Guide, "Overview of backing up and restoring an Aurora DB cluster").
    fn interruption(&self, live_target: LiveTarget<'_>) -> Interruption {
        let from_standby =
            live_target.live.multi_az && !live_target.live.engine.starts_with("sqlserver");
        if live_target.cluster.is_some() || from_standby {
            Interruption::None
        } else {
            Interruption::IoPause
        }
    }

    fn before(&self, target_ids: TargetIds<'_>, seen: &Observation) -> Self::Evidence {
        let members = Members::before(target_ids, seen);
        CreateSnapshotEvidence { snapshot: SnapshotReads::default(), members }
    }

    fn observe_after(
        &self,
        target_ids: TargetIds<'_>,
        evidence: &Self::Evidence,
        _submitted_at: Timestamp,
    ) -> ObserveRequest {
        let mut request = self.observe_name(target_ids);
        request.merge(evidence.members.observe(target_ids));
        request
    }

    fn record(&self, evidence: &mut Self::Evidence, poll: &Poll<'_>) {
        evidence.snapshot.record(self.shown(poll.target_ids, poll.seen).is_some());
        evidence.members.record(poll.target_ids, poll.seen);
    }

    fn shown_status<'a>(&self, poll: &Poll<'a>) -> Option<&'a str> {
        self.shown(poll.target_ids, poll.seen).map(|snapshot| &*snapshot.status)
    }

    fn evaluate(&self, view: &EvidenceView<'_, Self::Evidence>) -> Verdict<Self::Output> {
        let Some(snapshot) = self.shown(view.poll.target_ids, view.poll.seen) else {
            return absent(view);
        };
        match classify_snapshot_status(&snapshot.status) {
            SnapshotStatus::Available => Verdict::Done(self.output(view, snapshot)),
            SnapshotStatus::Failed => Verdict::Failed(lost(&snapshot.status)),
            SnapshotStatus::InProgress | SnapshotStatus::Unknown => {
                Verdict::Pending(snapshot.percent)
            }
        }
    }

    fn resolve(&self, view: &EvidenceView<'_, Self::Evidence>) -> Resolution {
        let ours = |snapshot: &Snapshot| {
            snapshot
                .tags
                .get(OwnKey::OperationId.as_str())
                .is_some_and(|id| *id == view.operation_id.to_string())
        };
        match self.shown(view.poll.target_ids, view.poll.seen) {
            Some(snapshot) if ours(snapshot) => Resolution::Happened,
            Some(_) => Resolution::Failed(Failure::operation_failed("snapshot_name_taken")),
            None if view.last => Resolution::DidNotHappen,
            None => Resolution::Pending,
        }
    }
}

impl CreateSnapshot {
    fn observe_name(&self, target_ids: TargetIds<'_>) -> ObserveRequest {
        match (target_ids.cluster, self.cluster_snapshot_id()) {
            (None, _) => ObserveRequest::snapshot(&self.snapshot_id),
            (Some(_), Ok(id)) => ObserveRequest::cluster_snapshot(&id),
            // A name that no snapshot of a cluster can have is refused before the call.
            (Some(_), Err(_)) => ObserveRequest::default(),
        }
    }

    /// The name as one of a cluster snapshot, which may be shorter only.
    fn cluster_snapshot_id(&self) -> Result<ClusterSnapshotId, Failure> {
        let name = self.snapshot_id.as_str();
        name.parse().map_err(|problem| {
            let mut failure = Failure::operation_failed("cluster_snapshot_name_too_long");
            failure.sentence = format!(
                "The instance is a member of a cluster, so this is a cluster snapshot, and its \
                 identifier {problem}; it has {}.",
                name.len()
            );
            failure
        })
    }

    fn all_tags(&self, context: &PrepareContext<'_>) -> Result<Vec<Tag>, Failure> {
        let mut own = vec![
            Tag::own(OwnKey::OperationId, &context.operation_id.to_string()),
            Tag::own(OwnKey::RequestedBy, context.principal),
        ];
        let last_day = self.retain_days.map(|days| DeleteAfter::of(context.now, days));
        own.extend(last_day.map(|day| Tag::own(OwnKey::DeleteAfter, &day.to_string())));
        merge_snapshot_tags(&own, context.inherited_tags, &self.tags).map_err(|error| {
            let failure = Failure::operation_failed("too_many_tags");
            Failure { sentence: format!("{error}"), ..failure }
        })
    }

    /// The snapshot as a poll showed it.
    fn shown<'a>(&self, target_ids: TargetIds<'_>, seen: &'a Observation) -> Option<&'a Snapshot> {
        match target_ids.cluster {
            None => seen.snapshots.get(&self.snapshot_id),
            Some(_) => seen.cluster_snapshots.get(&self.cluster_snapshot_id().ok()?),
        }
    }

    fn output(
        &self,
        view: &EvidenceView<'_, CreateSnapshotEvidence>,
        snapshot: &Snapshot,
    ) -> CreateSnapshotOutput {
        let members = view.evidence.members.ids();
        CreateSnapshotOutput {
            snapshot_id: self.snapshot_id.clone(),
            snapshot_arn: snapshot.arn.clone(),
            snapshot_create_time: snapshot.created_at.map(to_seconds_text),
            delete_after: snapshot.tags.get(OwnKey::DeleteAfter.as_str()).cloned(),
            cluster: view.poll.target_ids.cluster.map(|id| ClusterScope::new(id, members)),
        }
    }
}

/// A snapshot that RDS gave up, or that somebody deletes.
fn lost(status: &str) -> Failure {
    let code = if status.starts_with("delet") { "snapshot_disappeared" } else { "snapshot_failed" };
    Failure::operation_failed(code).with_fact("snapshot_status", json!(status))
}

fn absent(view: &EvidenceView<'_, CreateSnapshotEvidence>) -> Verdict<CreateSnapshotOutput> {
    if view.evidence.snapshot.prove_absence(view.elapsed) {
        Verdict::Failed(Failure::operation_failed("snapshot_disappeared"))
    } else {
        Verdict::Pending(None)
    }
}
