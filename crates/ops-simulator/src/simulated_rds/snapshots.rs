//! Snapshots: what RDS makes of their deletion, what it lists of them, whom they are shared with,
//! and what people do with them by hand.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::id::{ClusterId, ClusterSnapshotId, InstanceId, OperationId, SnapshotId};
use ops_domain::instance::{InstanceRef, Scope, Tags};
use ops_domain::observation::{ListedSnapshot, Snapshot};
use ops_domain::rds_call::RdsCall;
use ops_domain::time::{Timestamp, after};
use serde::{Deserialize, Serialize};

use crate::simulated_rds::SimulatedRds;
use crate::simulated_rds::calls::{Acceptance, Arrival, Refusal, new_snapshot, receipt, refusal};
use crate::simulated_rds::state::{Change, State};
use crate::simulated_rds::timeline::Timeline;

/// Of what a snapshot is. Names of the two kinds have nothing to do with each other.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Instance,
    Cluster,
}

/// A snapshot that is gone, as long as a read may still show it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Gone {
    kind: Kind,
    key: String,
    pub(super) at: Timestamp,
    past: Timeline<Snapshot>,
}

impl Arrival<'_> {
    /// "The DB snapshot must be in the available state to be deleted", and the deletion ends copies
    /// of it that run (RDS model, `DeleteDBSnapshot`). RDS asks nothing of its tags, its source or
    /// its sharing.
    pub(super) fn delete_snapshot(
        &mut self,
        instance_id: &InstanceId,
        id: &SnapshotId,
    ) -> Result<Acceptance, Refusal> {
        let target = InstanceRef { instance_id: instance_id.clone(), ..self.target.clone() };
        let codes = ["DBSnapshotNotFound", "InvalidDBSnapshotState"];
        self.delete(Kind::Instance, LockScope::Instance(target), id, codes)
    }

    /// The same of a cluster (RDS model, `DeleteDBClusterSnapshot`).
    pub(super) fn delete_cluster_snapshot(
        &mut self,
        cluster_id: &ClusterId,
        id: &ClusterSnapshotId,
    ) -> Result<Acceptance, Refusal> {
        let cluster = ClusterRef::new(self.target.scope(), cluster_id.clone());
        let id = id.as_str().parse().expect("it follows stricter rules of the same kind");
        let codes = ["DBClusterSnapshotNotFoundFault", "InvalidDBClusterSnapshotStateFault"];
        self.delete(Kind::Cluster, LockScope::Cluster(cluster), &id, codes)
    }

    fn delete(
        &mut self,
        kind: Kind,
        lock_scope: LockScope,
        id: &SnapshotId,
        [not_found, not_available]: [&'static str; 2],
    ) -> Result<Acceptance, Refusal> {
        let key = format!("{}/{id}", self.target.scope());
        let Some(snapshot) = self.state.table(kind).get(&key).map(|it| it.latest().clone()) else {
            return Err(refusal(not_found, format!("The snapshot {id} was not found.")));
        };
        if snapshot.status != "available" {
            let message = format!("The snapshot {id} is not in available state.");
            return Err(refusal(not_available, message));
        }
        self.state.end_copies_of(kind, &snapshot, self.now);
        self.state.set_snapshot_status(kind, &key, "deleting", self.now);
        let length = self.state.lasting(self.behaviour, self.behaviour.deletion);
        let gone = Change::SnapshotGone(id.clone());
        self.state.schedule(after(self.now, length), &lock_scope, gone);
        Ok(Acceptance { receipt: receipt(None), flushed: BTreeMap::new() })
    }
}

impl State {
    fn table(&self, kind: Kind) -> &BTreeMap<String, Timeline<Snapshot>> {
        match kind {
            Kind::Instance => &self.snapshots,
            Kind::Cluster => &self.cluster_snapshots,
        }
    }

    fn table_mut(&mut self, kind: Kind) -> &mut BTreeMap<String, Timeline<Snapshot>> {
        match kind {
            Kind::Instance => &mut self.snapshots,
            Kind::Cluster => &mut self.cluster_snapshots,
        }
    }

    fn set_snapshot_status(&mut self, kind: Kind, key: &str, status: &str, at: Timestamp) {
        if let Some(snapshot) = self.table_mut(kind).get_mut(key) {
            snapshot.change(at, |snapshot| status.clone_into(&mut snapshot.status));
        }
    }

    /// In which status RDS leaves such a copy is not documented.
    fn end_copies_of(&mut self, kind: Kind, source: &Snapshot, at: Timestamp) {
        let ended = self.table_mut(kind).values_mut().filter(|copy| {
            let copy = copy.latest();
            copy.status == "copying" && copy.source_id == source.source_id
        });
        ended.for_each(|copy| copy.change(at, |copy| "failed".clone_into(&mut copy.status)));
    }

    /// The snapshot is gone. Reads show that with their lag.
    pub(super) fn snapshot_gone(&mut self, lock_scope: &LockScope, id: &SnapshotId, at: Timestamp) {
        let kind = kind_of(lock_scope);
        let key = format!("{}/{id}", lock_scope.scope());
        let is_deleting = |it: &Timeline<Snapshot>| it.latest().status == "deleting";
        if self.table(kind).get(&key).is_some_and(is_deleting)
            && let Some(past) = self.table_mut(kind).remove(&key)
        {
            self.shared.remove(&sharing_key(kind, &key));
            self.gone.push(Gone { kind, key, at, past });
        }
    }

    /// The snapshot as it was at `as_of`.
    pub(super) fn snapshot_as_of(
        &self,
        kind: Kind,
        key: &str,
        as_of: Timestamp,
    ) -> Option<&Snapshot> {
        let present = self.table(kind).get(key).and_then(|snapshot| snapshot.as_of(as_of));
        present.or_else(|| {
            let gone = |gone: &&Gone| gone.kind == kind && gone.key == key && as_of < gone.at;
            self.gone.iter().rev().find(gone).and_then(|gone| gone.past.as_of(as_of))
        })
    }

    /// All snapshots of one instance or cluster as they were at `as_of`.
    pub(super) fn list_snapshots(
        &self,
        scope: &Scope,
        kind: Kind,
        source_id: &str,
        as_of: Timestamp,
    ) -> Vec<ListedSnapshot> {
        let shown = self.shown_snapshots(scope, kind, as_of);
        let of_source = shown.filter(|shown| shown.source_id.as_deref() == Some(source_id));
        of_source.map(listed).collect()
    }

    /// All snapshots of one kind as they were at `as_of`.
    pub(super) fn all_snapshots(
        &self,
        scope: &Scope,
        kind: Kind,
        as_of: Timestamp,
    ) -> Vec<Snapshot> {
        self.shown_snapshots(scope, kind, as_of).cloned().collect()
    }

    fn shown_snapshots(
        &self,
        scope: &Scope,
        kind: Kind,
        as_of: Timestamp,
    ) -> impl Iterator<Item = &Snapshot> {
        let prefix = format!("{scope}/");
        let gone = self.gone.iter().filter(|gone| gone.kind == kind).map(|gone| &gone.key);
        let keys: BTreeSet<&String> =
            self.table(kind).keys().chain(gone).filter(|key| key.starts_with(&prefix)).collect();
        keys.into_iter().filter_map(move |key| self.snapshot_as_of(kind, key, as_of))
    }

    /// Whom a snapshot is shared with. There is no lag.
    pub(super) fn sharing(&self, kind: Kind, key: &str) -> Option<BTreeSet<String>> {
        self.table(kind).get(key)?;
        Some(self.shared.get(&sharing_key(kind, key)).cloned().unwrap_or_default())
    }
}

impl SimulatedRds {
    /// Adds a cluster snapshot that was always there, or replaces the one of this name.
    pub fn add_cluster_snapshot(&self, scope: &Scope, snapshot: Snapshot) {
        let key = format!("{scope}/{}", snapshot.snapshot_id);
        self.edit(|state| state.cluster_snapshots.insert(key, Timeline::always(snapshot)));
    }

    /// Adds an `available` snapshot of an instance, or of its cluster, as if the service had made it
    /// at `created_at`: with the tags of what it is of, the tag of an operation, and `tags`.
    pub fn add_own_snapshot(
        &self,
        target: &InstanceRef,
        name: &str,
        created_at: Timestamp,
        tags: &[(&str, &str)],
    ) {
        let Some(live) = self.instance(target) else { return };
        let cluster = live.cluster_id.as_deref().and_then(|id| id.parse().ok());
        let cluster = cluster.map(|id| ClusterRef::new(target.scope(), id));
        let of_cluster = cluster.as_ref().and_then(|cluster| self.cluster(cluster));
        let unix_ms = created_at.timestamp_millis().unsigned_abs();
        let own = ("rds-ops:operation-id".to_owned(), OperationId::first_at(unix_ms).to_string());
        let more = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let mut all = of_cluster.as_ref().map_or(&live.tags, |cluster| &cluster.tags).clone();
        all.extend([own].into_iter().chain(more));
        let lock_scope = LockScope::of(target, of_cluster.as_ref().map(|it| &it.cluster_id));
        let resource_id = of_cluster.map_or(live.dbi_resource_id, |cluster| cluster.resource_id);
        let id = name.parse().expect("the tests name snapshots well");
        let snapshot = Snapshot {
            status: "available".to_owned(),
            percent: Some(100),
            created_at: Some(created_at),
            taken_at: Some(created_at),
            ..new_snapshot(&lock_scope, resource_id, &id, all)
        };
        match kind_of(&lock_scope) {
            Kind::Instance => self.add_snapshot(&target.scope(), snapshot),
            Kind::Cluster => self.add_cluster_snapshot(&target.scope(), snapshot),
        }
    }

    /// Shares a snapshot of an instance with an account, or with `all`.
    pub fn share_snapshot(&self, scope: &Scope, id: &SnapshotId, account: &str) {
        let key = sharing_key(Kind::Instance, &format!("{scope}/{id}"));
        self.edit(|state| {
            state.shared.entry(key).or_default().insert(account.to_owned());
        });
    }

    /// Shares a snapshot of a cluster with an account, or with `all`.
    pub fn share_cluster_snapshot(&self, scope: &Scope, id: &SnapshotId, account: &str) {
        let key = sharing_key(Kind::Cluster, &format!("{scope}/{id}"));
        self.edit(|state| {
            state.shared.entry(key).or_default().insert(account.to_owned());
        });
    }

    /// Deletes a snapshot of an instance, as if somebody did it by hand. Nothing happens where RDS
    /// would refuse.
    pub fn delete_snapshot_by_hand(&self, target: &InstanceRef, id: &SnapshotId) {
        self.by_hand(target, |instance_id| RdsCall::DeleteDbSnapshot {
            instance_id,
            snapshot_id: id.clone(),
        });
    }

    /// Has a copy of a snapshot of an instance begin, as if somebody copied it by hand.
    pub fn copy_snapshot_by_hand(&self, scope: &Scope, id: &SnapshotId, copy: &SnapshotId) {
        let (now, mut inner) = self.caught_up();
        let source = inner.state.snapshots.get(&format!("{scope}/{id}"));
        let Some(source) = source.map(|source| source.latest().clone()) else { return };
        let copied = Snapshot {
            snapshot_id: copy.clone(),
            status: "copying".to_owned(),
            percent: Some(0),
            created_at: Some(now),
            ..source
        };
        inner.state.snapshots.insert(format!("{scope}/{copy}"), Timeline::since(now, copied));
        inner.changed();
    }

    /// Gives a snapshot of an instance these tags. Every read shows them.
    pub fn set_snapshot_tags(&self, scope: &Scope, id: &SnapshotId, tags: &Tags) {
        self.edit(|state| {
            if let Some(snapshot) = state.snapshots.get_mut(&format!("{scope}/{id}")) {
                snapshot.rewrite(|snapshot| snapshot.tags.clone_from(tags));
            }
        });
    }

    /// Whether a snapshot of an instance is shared with anybody.
    #[must_use]
    pub fn is_shared(&self, scope: &Scope, id: &SnapshotId) -> bool {
        self.is_kind_shared(Kind::Instance, scope, id)
    }

    /// Whether a snapshot of a cluster is shared with anybody.
    #[must_use]
    pub fn is_cluster_snapshot_shared(&self, scope: &Scope, id: &SnapshotId) -> bool {
        self.is_kind_shared(Kind::Cluster, scope, id)
    }

    fn is_kind_shared(&self, kind: Kind, scope: &Scope, id: &SnapshotId) -> bool {
        let sharing = self.caught_up().1.state.sharing(kind, &format!("{scope}/{id}"));
        sharing.is_some_and(|accounts| !accounts.is_empty())
    }
}

const fn kind_of(lock_scope: &LockScope) -> Kind {
    match lock_scope {
        LockScope::Instance(_) => Kind::Instance,
        LockScope::Cluster(_) => Kind::Cluster,
    }
}

fn sharing_key(kind: Kind, key: &str) -> String {
    match kind {
        Kind::Instance => format!("snapshot:{key}"),
        Kind::Cluster => format!("cluster-snapshot:{key}"),
    }
}

fn listed(snapshot: &Snapshot) -> ListedSnapshot {
    ListedSnapshot {
        name: snapshot.snapshot_id.to_string(),
        source_resource_id: snapshot.source_resource_id.clone(),
        kind: snapshot.kind.clone(),
        status: snapshot.status.clone(),
        taken_at: snapshot.taken_at,
    }
}
