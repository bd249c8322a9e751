//! The live read: the instance, its cluster and its other relatives as RDS describes them now,
//! through the role that will make the change.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;

use crate::cluster::LiveCluster;
use crate::environment::{Classification, Origin, Subject};
use crate::failure::Failure;
use crate::id::ClusterId;
use crate::instance::{InstanceRef, LiveInstance, Scope, Tags};
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::LiveTarget;
use crate::ports::ObserveError;
use crate::service::Service;
use crate::service::relatives::{Denial, RelatedDatabase, RelatedDatabases, Seen};
use crate::state::OperationRecord;
use crate::time::Timestamp;

/// What the live read showed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LiveRead {
    /// Everything seen in the instance's own account and Region.
    pub(super) seen: Observation,
    /// The environment by the live tags of the instance and of its relatives; none when RDS has no
    /// such instance.
    pub(super) classification: Option<Classification>,
}

/// The cluster of the instance, which `inventory` says that it is a member of. The lease must be on
/// what the call changes: one that was taken by an inventory that is out of date holds the wrong
/// thing.
pub(super) fn held_cluster<'a>(
    inventory: Option<&ClusterId>,
    live: &LiveInstance,
    seen: &'a Observation,
) -> Result<Option<&'a LiveCluster>, Failure> {
    let cluster = inventory.and_then(|id| seen.clusters.get(id));
    if !live.is_in(inventory) || cluster.is_some() != inventory.is_some() {
        let failure = Failure::operation_failed("inventory_outdated");
        let failure = failure.with_fact("live_db_cluster_id", json!(live.cluster_id));
        return Err(failure.with_fact("inventory_db_cluster_id", json!(inventory)));
    }
    Ok(cluster)
}

impl Service {
    /// Reads the instance, the cluster that the inventory says it is in, and what its operation
    /// needs before the call, in one round; then, all at once, the relatives that these name, and
    /// what the operation needs to know of such a database. Most instances have no relatives and
    /// most operations need no more, so most reads are one round.
    pub(super) async fn read_live(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<LiveRead, ObserveError> {
        let operation = &record.operation;
        let request = operation.observe_before(record.target_ids(), now);
        let further = |live_target: LiveTarget<'_>| operation.observe_described(live_target);
        let rounds = self.read_rounds(&record.target, &request, further);
        let mut read = self.read_in_time(rounds).await?;
        if let Some(snapshot) = record.operation.changed_snapshot(record.target_ids(), &read.seen) {
            let own = self.classify_snapshot(&record.target, snapshot);
            read.classification = read.classification.map(|of_source| of_source.strictest(own));
        }
        Ok(read)
    }

    /// The environment of a snapshot of `target` by its own tags, which need not be those of its
    /// source. The configured mappings and patterns are about the source.
    pub(super) fn classify_snapshot(
        &self,
        target: &InstanceRef,
        snapshot: &Snapshot,
    ) -> Classification {
        let mut classification = self.classify_tags(target, &snapshot.tags, Origin::Related);
        for evidence in &mut classification.trace {
            evidence.subject = format!("snapshot {}", snapshot.snapshot_id);
        }
        classification
    }

    /// As [`Service::read_live`], by a poll of the caller's choice that includes `target`.
    pub(super) async fn read_with_relatives(
        &self,
        target: &InstanceRef,
        request: &ObserveRequest,
    ) -> Result<LiveRead, ObserveError> {
        let nothing = |_: LiveTarget<'_>| ObserveRequest::default();
        self.read_in_time(self.read_rounds(target, request, nothing)).await
    }

    /// `further` is asked for what to describe in the second round beside the relatives.
    async fn read_rounds(
        &self,
        target: &InstanceRef,
        request: &ObserveRequest,
        further: impl FnOnce(LiveTarget<'_>) -> ObserveRequest,
    ) -> Result<LiveRead, ObserveError> {
        let scope = target.scope();
        let mut own = self.ports.rds.observe(&scope, request).await?;
        let Some(live) = own.instances.get(&target.instance_id).cloned() else {
            return Ok(LiveRead { seen: own, classification: None });
        };
        let kinship = RelatedDatabases::of(&scope, &live, &own);
        // No account is entered because a description names it.
        let allowed =
            |at: &Scope| at.account_id == scope.account_id || self.settings.allows(&at.account_id);
        let mut requests = kinship.requests(&scope, &own);
        requests.retain(|scope, _| allowed(scope));
        let cluster = live.cluster_id.as_ref().and_then(|id| own.clusters.get(&id.parse().ok()?));
        let further = further(LiveTarget { live: &live, cluster });
        if !further.is_empty() {
            requests.entry(scope.clone()).or_default().merge(further);
        }
        let mut seen = self.look_at_all(requests).await?;
        match seen.remove(&scope) {
            Some(Ok(more)) => own.merge(more),
            Some(Err(Denial { code, action })) => {
                return Err(ObserveError::Denied { code, action });
            }
            None => {}
        }
        seen.insert(scope, Ok(own.clone()));
        let classification = self.classify_tags(target, &live.tags, Origin::Live);
        let classification =
            kinship.relatives.iter().fold(classification, |strictest, relative| {
                strictest.strictest(self.classify_relative(target, relative, &seen))
            });
        Ok(LiveRead { seen: own, classification: Some(classification) })
    }

    /// One poll in each account and Region, all at once. Where AWS refuses the role, its refusal
    /// stands in the place of what it hides; a poll that fails otherwise fails them all, to be
    /// tried again.
    async fn look_at_all(
        &self,
        requests: BTreeMap<Scope, ObserveRequest>,
    ) -> Result<Seen, ObserveError> {
        let requests = requests.into_iter().map(async |(scope, request)| {
            let seen = self.ports.rds.observe(&scope, &request).await;
            (scope, seen)
        });
        let mut all = Seen::new();
        for (scope, seen) in join_all(requests).await {
            let seen = match seen {
                Ok(seen) => Ok(seen),
                Err(ObserveError::Denied { code, action }) => Err(Denial { code, action }),
                Err(error) => return Err(error),
            };
            all.insert(scope, seen);
        }
        Ok(all)
    }

    /// The strictest of everything that follows the relative's name, its members included.
    fn classify_relative(
        &self,
        target: &InstanceRef,
        relative: &RelatedDatabase,
        seen: &Seen,
    ) -> Classification {
        let of_tags =
            |(named, tags): (InstanceRef, &Tags)| self.classify_tags(&named, tags, Origin::Related);
        match relative.described(target, seen) {
            Ok((first, others)) => {
                others.into_iter().map(of_tags).fold(of_tags(first), Classification::strictest)
            }
            Err(reason) => relative.unreadable(&reason),
        }
    }

    fn classify_tags(&self, target: &InstanceRef, tags: &Tags, origin: Origin) -> Classification {
        self.settings.environments.classify(&Subject {
            account_id: &target.account_id,
            region: Some(&target.region),
            instance_id: &target.instance_id,
            tags,
            origin,
        })
    }
}
