//! An inventory and a run over it, in their simplest form.

use std::collections::BTreeMap;

use crate::cluster::LiveCluster;
use crate::discovery::{
    Change, ClusterSources, InventoryWrite, Names, Occupant, Run, item_of, of_described, of_unseen,
};
use crate::instance::{InstanceRef, InventoryItem, LiveInstance, Scope, Tags};
use crate::time::Timestamp;

/// An instance as a run sees it: each part is one of few.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) name: usize,
    pub(super) resource: usize,
    pub(super) tag: usize,
}

pub(super) fn at(hours: u32) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + i64::from(hours) * 3600, 0).expect("it is a time")
}

pub(super) fn scope(nth: usize) -> Scope {
    let account_id = ["111122223333", "222233334444"][nth];
    Scope {
        account_id: account_id.parse().expect("an account"),
        region: "eu-central-1".parse().expect("a Region"),
    }
}

pub(super) fn target(at: usize, name: usize) -> InstanceRef {
    let Scope { account_id, region } = scope(at);
    let instance_id = format!("db-{name}").parse().expect("an identifier");
    InstanceRef { account_id, region, instance_id }
}

pub(super) fn live(seen: &Seen) -> LiveInstance {
    let description = serde_json::json!({
        "instance_id": format!("db-{}", seen.name), "engine": "postgres", "status": "available",
        "dbi_resource_id": format!("db-RESOURCE{}", seen.resource), "multi_az": false,
        "tags": { "Team": seen.tag.to_string() }, "pending_modifications": {}, "replicas": [],
        "replica_clusters": [],
    });
    serde_json::from_value(description).expect("it is an instance")
}

pub(super) fn replica_cluster(name: &str, source: &str) -> LiveCluster {
    let description = serde_json::json!({
        "cluster_id": name.to_lowercase(), "engine": "aurora-mysql", "status": "available",
        "tags": {}, "members": [], "pending_modifications": {}, "replicas": [],
        "replica_source": source,
    });
    serde_json::from_value(description).expect("it is a cluster")
}

/// An item of another writer.
pub(super) fn foreign(name: usize, at: usize) -> InventoryItem {
    InventoryItem {
        target: target(at, name),
        engine: "mysql".into(),
        tags: Tags::new(),
        db_cluster_id: None,
        multi_az: None,
        instance_class: None,
        status: None,
        dbi_resource_id: Some(format!("db-RESOURCE{name}")),
        read_replica_source: None,
        managed: None,
    }
}

/// The key of an item: its name, and with a sort key also where it is.
type Key = (String, Option<Scope>);

#[derive(Clone, Debug)]
pub(super) struct Model {
    sorted: bool,
    items: BTreeMap<Key, InventoryItem>,
}

impl Model {
    pub(super) fn new(sorted: bool, items: Vec<InventoryItem>) -> Self {
        let mut model = Self { sorted, items: BTreeMap::new() };
        for item in items {
            model.items.insert(model.key(&item.target), item);
        }
        model
    }

    fn key(&self, target: &InstanceRef) -> Key {
        (target.instance_id.to_string(), self.sorted.then(|| target.scope()))
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &InventoryItem> {
        self.items.values()
    }

    pub(super) fn foreign(&self) -> Vec<InventoryItem> {
        self.items().filter(|item| item.managed.is_none()).cloned().collect()
    }

    /// One run over one account and Region.
    pub(super) fn run(
        &mut self,
        scope: &Scope,
        seen: &[Seen],
        complete: bool,
        run: &Run,
    ) -> Vec<Change> {
        let (mut changes, mut names) = (Vec::new(), Names::default());
        for seen in seen {
            let item = item_of(scope, &live(seen), &ClusterSources::default(), run);
            names.add(&item);
            let occupant = self.items.get(&self.key(&item.target)).cloned();
            let occupant = occupant.map_or(Occupant::Nobody, |item| Occupant::Item(Box::new(item)));
            let decided = of_described(occupant, item, run);
            self.apply(&decided);
            changes.extend(decided);
        }
        if complete {
            let own = self.items.values().filter(|item| item.target.scope() == *scope);
            let unseen: Vec<_> = own.filter_map(|item| of_unseen(item, &names, run)).collect();
            self.apply(&unseen);
            changes.extend(unseen);
        }
        changes
    }

    fn apply(&mut self, changes: &[Change]) {
        for write in changes.iter().filter_map(Change::write) {
            match write {
                InventoryWrite::Create(item) => {
                    let before = self.items.insert(self.key(&item.target), item);
                    assert_eq!(before, None, "a new item takes the place of none");
                }
                InventoryWrite::Replace { before, item } => {
                    let was = self.items.insert(self.key(&item.target), item.clone());
                    let was = was.expect("what is replaced is there");
                    assert_eq!((was.managed, was.target), (Some(before), item.target));
                }
                InventoryWrite::Adopt(item) => {
                    let was = self.items.insert(self.key(&item.target), item.clone());
                    assert_eq!(was.expect("what is adopted is there").target, item.target);
                }
                InventoryWrite::Delete { target, before } => {
                    let was = self.items.remove(&self.key(&target));
                    assert_eq!(was.expect("what is removed is there").managed, Some(before));
                }
            }
        }
    }
}
