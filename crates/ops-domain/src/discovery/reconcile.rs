//! What a run does about an instance, by what RDS described and what the inventory has. Pure.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use crate::cluster::LiveCluster;
use crate::discovery::change::differences;
use crate::discovery::{Change, Conflict};
use crate::id::InstanceId;
use crate::instance::{InstanceRef, InventoryItem, LiveInstance, Managed, Scope};
use crate::time::{Timestamp, after};

/// Complete runs that must not show an instance before it counts as gone: a page of RDS may lack
/// an instance that is renamed while the pages are read.
pub const GONE_AFTER_RUNS: u32 = 3;

/// For how long the item of an instance that is gone is kept.
pub const REMOVED_AFTER: Duration = Duration::from_hours(30 * 24);

/// What holds for one run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Run {
    /// When it started: what is written as the time at which it saw an instance.
    pub started_at: Timestamp,
    /// Whether items of another writer become items of discovery.
    pub adopt: bool,
}

/// What the key of an instance holds in the inventory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Occupant {
    /// Nothing.
    Nobody,
    /// An item, of this instance or of another of its name.
    Item(Box<InventoryItem>),
    /// An item that can't be understood, and what is wrong with it.
    Broken(String),
}

/// What the DB clusters of an account and Region replicate, by the lower-case identifier of the
/// cluster. RDS names the source of a replica cluster at the cluster, not at its members.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClusterSources(BTreeMap<String, String>);

impl ClusterSources {
    /// Takes a cluster in; most replicate nothing.
    pub fn add(&mut self, cluster: &LiveCluster) {
        if let Some(source) = &cluster.replica_source {
            self.0.insert(cluster.cluster_id.to_string(), source.clone());
        }
    }

    fn of(&self, live: &LiveInstance) -> Option<String> {
        self.0.get(&live.cluster_id.as_ref()?.to_ascii_lowercase()).cloned()
    }
}

/// The item of an instance as RDS describes it.
#[must_use]
pub fn item_of(
    scope: &Scope,
    live: &LiveInstance,
    sources: &ClusterSources,
    run: &Run,
) -> InventoryItem {
    let own_source = live.replica_source.clone().or_else(|| live.source_cluster.clone());
    InventoryItem {
        target: InstanceRef {
            account_id: scope.account_id.clone(),
            region: scope.region.clone(),
            instance_id: live.instance_id.clone(),
        },
        engine: live.engine.clone(),
        tags: live.tags.clone(),
        db_cluster_id: live.cluster_id.as_ref().and_then(|id| id.parse().ok()),
        multi_az: Some(live.multi_az),
        instance_class: live.instance_class.clone(),
        status: Some(live.status.clone()).filter(|status| !status.is_empty()),
        dbi_resource_id: live.dbi_resource_id.clone(),
        read_replica_source: own_source.or_else(|| sources.of(live)),
        managed: Some(Managed::seen(run.started_at)),
    }
}

/// What a run does about an instance that RDS described as `item`. Nothing when the item is just
/// that already. Writes are in the order in which they must be made.
#[must_use]
pub fn of_described(occupant: Occupant, item: InventoryItem, run: &Run) -> Vec<Change> {
    let before = match occupant {
        Occupant::Nobody => return vec![Change::Added(item)],
        Occupant::Broken(problem) => return conflict(item.target, Conflict::Broken(problem)),
        Occupant::Item(before) => *before,
    };
    if before == item {
        return Vec::new();
    }
    if before.target != item.target {
        return of_namesake(before, item);
    }
    match &before.managed {
        None if run.adopt => vec![Change::Adopted { before, item }],
        None => conflict(item.target, Conflict::Foreign),
        Some(_) if differences(&before, &item).is_empty() => {
            vec![Change::Confirmed { before, item }]
        }
        Some(_) => vec![Change::Updated { before, item }],
    }
}

/// An instance that is gone leaves its key to another of its name.
fn of_namesake(before: InventoryItem, item: InventoryItem) -> Vec<Change> {
    if before.is_gone() {
        vec![Change::Removed { before }, Change::Added(item)]
    } else {
        conflict(item.target, Conflict::Namesake(before.target))
    }
}

fn conflict(target: InstanceRef, conflict: Conflict) -> Vec<Change> {
    vec![Change::Conflict { target, conflict }]
}

/// What a run does about an item after it has read the item's account and Region in full. Nothing
/// for an item that it saw, that another run has seen since, or that is of another writer.
#[must_use]
pub fn of_unseen(before: &InventoryItem, names: &Names, run: &Run) -> Option<Change> {
    let managed = before.managed.as_ref()?;
    if managed.seen_at >= run.started_at {
        return None;
    }
    let before = before.clone();
    if let Some(to) = names.now(&before) {
        return Some(Change::Renamed { before, to: to.clone() });
    }
    if let Some(gone_since) = managed.gone_since {
        let is_over = after(gone_since, REMOVED_AFTER) <= run.started_at;
        return is_over.then_some(Change::Removed { before });
    }
    if managed.missed_at.is_some_and(|missed_at| missed_at >= run.started_at) {
        return None;
    }
    let missed_runs = managed.missed_runs.saturating_add(1);
    let is_gone = missed_runs >= GONE_AFTER_RUNS;
    let managed = Managed {
        seen_at: managed.seen_at,
        missed_runs,
        missed_at: Some(run.started_at),
        gone_since: is_gone.then_some(run.started_at),
    };
    let item = InventoryItem { managed: Some(managed), ..before.clone() };
    Some(if is_gone { Change::Gone { before, item } } else { Change::Missed { before, item } })
}

/// The names of the instances that a run has seen, by the identifier that survives renaming: an
/// instance that was not seen under its old name was perhaps seen under another.
///
/// It is all that a run keeps of an instance: some tens of bytes.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<u64, Seen>);

/// Under which name a run has seen an identifier.
#[derive(Clone, Debug)]
enum Seen {
    As(InstanceId),
    /// Under several: an instance that was renamed while the pages were read, or an identifier that
    /// does not tell instances apart. Neither tells the name now.
    UnderSeveral,
}

impl Names {
    /// Takes in an instance that RDS described.
    pub fn add(&mut self, item: &InventoryItem) {
        if let Some(key) = key(item) {
            self.see(key, Seen::As(item.target.instance_id.clone()));
        }
    }

    /// Takes in those of another part of the run.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, seen) in other.0 {
            self.see(key, seen);
        }
    }

    fn see(&mut self, key: u64, seen: Seen) {
        let known = self.0.entry(key).or_insert_with(|| seen.clone());
        let is_same = matches!((&*known, &seen), (Seen::As(one), Seen::As(other)) if one == other);
        if !is_same {
            *known = Seen::UnderSeveral;
        }
    }

    /// Another name under which the instance of `item` was seen.
    fn now(&self, item: &InventoryItem) -> Option<&InstanceId> {
        match self.0.get(&key(item)?)? {
            Seen::As(name) if *name != item.target.instance_id => Some(name),
            Seen::As(_) | Seen::UnderSeveral => None,
        }
    }
}

/// Of 50,000 instances, two have the same key with a probability of one to ten thousand million.
/// Such an item would be removed, and added again by the next run that sees its instance.
fn key(item: &InventoryItem) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    (item.target.scope(), item.dbi_resource_id.as_ref()?).hash(&mut hasher);
    Some(hasher.finish())
}
