//! What a poll shows: the state as of a moment ago.

use std::collections::BTreeSet;
use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::instance::{InstanceRef, Scope};
use ops_domain::observation::{
    ClusterEvent, InstanceEvent, Observation, ObserveRequest, Quota, Quotas,
};
use ops_domain::time::{Timestamp, delta};

use crate::simulated_rds::behaviour::Behaviour;
use crate::simulated_rds::classes;
use crate::simulated_rds::snapshots::Kind;
use crate::simulated_rds::state::{EVENTS_KEPT, ResultFields, State};

/// Without a beginning, `DescribeEvents` shows the last hour (RDS model, `DescribeEvents`).
const EVENTS_BY_DEFAULT: Duration = Duration::from_hours(1);

impl State {
    /// What `request` shows at `now`.
    pub(super) fn observe(
        &mut self,
        scope: &Scope,
        request: &ObserveRequest,
        now: Timestamp,
        behaviour: &Behaviour,
    ) -> Observation {
        let mut seen = Observation::default();
        for target in self.asked_instances(scope, request) {
            let as_of = self.shown_as_of(now, behaviour);
            let live = self.instance(&target).and_then(|instance| instance.live.as_of(as_of));
            seen.instances.extend(live.map(|live| (target.instance_id.clone(), live.clone())));
        }
        for id in &request.clusters {
            let as_of = self.shown_as_of(now, behaviour);
            let cluster = self.assembly(&ClusterRef::new(scope.clone(), id.clone()));
            let live = cluster.and_then(|cluster| cluster.live.as_of(as_of));
            seen.clusters.extend(live.map(|live| (id.clone(), live.clone())));
        }
        self.show_snapshots(scope, request, now, behaviour, &mut seen);
        for name in &request.parameter_groups {
            let group = self.parameter_group(scope, name);
            seen.parameter_groups.extend(group.map(|group| (name.clone(), group)));
        }
        self.tell_events(scope, request, now, &mut seen);
        seen.quotas =
            (request.quotas && behaviour.quotas_readable).then(|| self.quotas(scope, behaviour));
        for (id, class) in &request.classes {
            let orderable = seen.instances.get(id).map(|live| classes::orderable(live, class));
            seen.orderable.extend(orderable.map(|orderable| (id.clone(), orderable)));
        }
        seen
    }

    fn show_snapshots(
        &mut self,
        scope: &Scope,
        request: &ObserveRequest,
        now: Timestamp,
        behaviour: &Behaviour,
        seen: &mut Observation,
    ) {
        for id in &request.snapshots {
            let as_of = self.shown_as_of(now, behaviour);
            let shown = self.snapshot_as_of(Kind::Instance, &format!("{scope}/{id}"), as_of);
            seen.snapshots.extend(shown.map(|snapshot| (id.clone(), snapshot.clone())));
        }
        for id in &request.cluster_snapshots {
            let as_of = self.shown_as_of(now, behaviour);
            let shown = self.snapshot_as_of(Kind::Cluster, &format!("{scope}/{id}"), as_of);
            seen.cluster_snapshots.extend(shown.map(|snapshot| (id.clone(), snapshot.clone())));
        }
        if request.manual_snapshots {
            let as_of = self.shown_as_of(now, behaviour);
            seen.manual_snapshots = self.all_snapshots(scope, Kind::Instance, as_of);
            seen.manual_cluster_snapshots = self.all_snapshots(scope, Kind::Cluster, as_of);
        }
        for id in &request.snapshots_of {
            let as_of = self.shown_as_of(now, behaviour);
            let listed = self.list_snapshots(scope, Kind::Instance, id.as_str(), as_of);
            seen.snapshots_of.insert(id.clone(), listed);
        }
        for id in &request.cluster_snapshots_of {
            let as_of = self.shown_as_of(now, behaviour);
            let listed = self.list_snapshots(scope, Kind::Cluster, id.as_str(), as_of);
            seen.cluster_snapshots_of.insert(id.clone(), listed);
        }
        for id in &request.sharing_of {
            let shared = self.sharing(Kind::Instance, &format!("{scope}/{id}"));
            seen.sharing.extend(shared.map(|accounts| (id.clone(), accounts)));
        }
        for id in &request.cluster_sharing_of {
            let shared = self.sharing(Kind::Cluster, &format!("{scope}/{id}"));
            seen.cluster_sharing.extend(shared.map(|accounts| (id.clone(), accounts)));
        }
    }

    /// How many snapshots there are and may be (RDS model, `DescribeAccountAttributes`).
    fn quotas(&self, scope: &Scope, behaviour: &Behaviour) -> Quotas {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let quota = |used, max| Some(Quota { used: count(used), max: count(max) });
        Quotas {
            manual_snapshots: quota(self.snapshots_in(scope).count(), behaviour.snapshot_quota),
            manual_cluster_snapshots: quota(
                self.cluster_snapshots_in(scope).count(),
                behaviour.cluster_snapshot_quota,
            ),
        }
    }

    /// The instances that a poll names, and the members of the clusters that it names.
    fn asked_instances(&self, scope: &Scope, request: &ObserveRequest) -> BTreeSet<InstanceRef> {
        let named = request.instances.iter().cloned();
        let residents = self.residents.values().map(|instance| instance.live.latest());
        let members = residents
            .filter(|live| request.members_of.iter().any(|cluster| live.is_in(Some(cluster))));
        let members = members.map(|live| live.instance_id.clone());
        let target = |instance_id| {
            let Scope { account_id, region } = scope.clone();
            InstanceRef { account_id, region, instance_id }
        };
        named.chain(members).map(target).collect()
    }

    fn tell_events(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
        now: Timestamp,
        seen: &mut Observation,
    ) {
        let since = request
            .events_since
            .unwrap_or_else(|| now - delta(EVENTS_BY_DEFAULT))
            .max(now - delta(EVENTS_KEPT));
        let shown = self.events.iter().filter(|shown| shown.told_at <= now && shown.at >= since);
        for ResultFields { lock_scope, at, kind, told_at: _ } in
            shown.filter(|shown| shown.lock_scope.scope() == *scope)
        {
            match lock_scope {
                LockScope::Instance(target) if request.events_of.contains(&target.instance_id) => {
                    let instance_id = target.instance_id.clone();
                    seen.events.push(InstanceEvent { instance_id, at: *at, kind: *kind });
                }
                LockScope::Cluster(cluster)
                    if request.cluster_events_of.contains(&cluster.cluster_id) =>
                {
                    let cluster_id = cluster.cluster_id.clone();
                    seen.cluster_events.push(ClusterEvent { cluster_id, at: *at, kind: *kind });
                }
                LockScope::Instance(_) | LockScope::Cluster(_) => {}
            }
        }
    }

    /// The moment that a read at `now` shows: `lag` ago, and by chance even earlier.
    pub(super) fn shown_as_of(&mut self, now: Timestamp, behaviour: &Behaviour) -> Timestamp {
        let is_stale = !behaviour.stale_for.is_zero() && self.roll(behaviour.seed) < 0.5;
        let stale_for = if is_stale { behaviour.stale_for } else { Duration::ZERO };
        now - delta(behaviour.scaled(behaviour.lag + stale_for))
    }
}
