//! What a look shows: the state as of a moment ago.

use std::time::Duration;

use ops_domain::instance::{InstanceRef, Scope};
use ops_domain::observation::{Look, Observation, Quota, Quotas};
use ops_domain::time::{Timestamp, delta};

use crate::simulated_rds::behaviour::Behaviour;
use crate::simulated_rds::state::{EVENTS_KEPT, State};

/// Without a beginning, `DescribeEvents` shows the last hour (RDS model, `DescribeEvents`).
const EVENTS_BY_DEFAULT: Duration = Duration::from_hours(1);

impl State {
    /// What `look` shows at `now`.
    pub(super) fn observe(&mut self, scope: &Scope, look: &Look, now: Timestamp, behaviour: &Behaviour) -> Observation {
        let mut seen = Observation::default();
        for id in &look.instances {
            let Scope { account_id, region } = scope.clone();
            let target = InstanceRef { account_id, region, instance_id: id.clone() };
            let as_of = self.shown_as_of(now, behaviour);
            let live = self.resident(&target).and_then(|resident| resident.live.as_of(as_of));
            seen.instances.extend(live.map(|live| (id.clone(), live.clone())));
        }
        for id in &look.clusters {
            let cluster = self.clusters.get(&format!("{scope}/{id}"));
            seen.clusters.extend(cluster.map(|cluster| (id.clone(), cluster.clone())));
        }
        for id in &look.snapshots {
            let as_of = self.shown_as_of(now, behaviour);
            let snapshot = self.snapshots.get(&format!("{scope}/{id}")).and_then(|snapshot| snapshot.as_of(as_of));
            seen.snapshots.extend(snapshot.map(|snapshot| (id.clone(), snapshot.clone())));
        }
        let since = look.events_since.unwrap_or_else(|| now - delta(EVENTS_BY_DEFAULT)).max(now - delta(EVENTS_KEPT));
        let told = self.events.iter().filter(|told| told.told_at <= now && told.scope == *scope);
        let wanted = told.map(|told| &told.event).filter(|event| look.events_of.contains(&event.instance_id));
        seen.events = wanted.filter(|event| event.at >= since).cloned().collect();
        seen.quotas = (look.quotas && behaviour.quotas_readable).then(|| self.quotas(scope, behaviour));
        seen
    }

    /// How many snapshots there are and may be (RDS model, `DescribeAccountAttributes`).
    fn quotas(&self, scope: &Scope, behaviour: &Behaviour) -> Quotas {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let used = count(self.snapshots_in(scope).count());
        let manual_snapshots = Some(Quota { used, max: count(behaviour.snapshot_quota) });
        Quotas { manual_snapshots, manual_cluster_snapshots: None }
    }

    /// The moment that a read at `now` shows: `lag` ago, and by chance even earlier.
    fn shown_as_of(&mut self, now: Timestamp, behaviour: &Behaviour) -> Timestamp {
        let is_stale = !behaviour.stale_for.is_zero() && self.roll(behaviour.seed) < 0.5;
        let stale_for = if is_stale { behaviour.stale_for } else { Duration::ZERO };
        now - delta(behaviour.scaled(behaviour.lag + stale_for))
    }
}
