//! One account and Region of a run: its pages, each settled before the next is read.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::discovery::{Change, ClusterSources, Names, Run, ScopeReport, item_of, of_described};
use crate::instance::{InstanceRef, InventoryItem, LiveInstance, Scope};
use crate::ports::{InventoryError, Written};
use crate::service::discovery::DiscoveryEvent;
use crate::service::discovery::stop::{OTHER_ACCOUNT, OUT_OF_TIME, Stop};
use crate::service::discovery::work::{WRITES_AT_ONCE, Work};

/// How often an item is read and decided about where another run writes it at the same time.
const TRIES: usize = 3;

/// What was read: of one account and Region, or of several together.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) instances: u64,
    pub(super) names: Names,
    pub(super) changes: BTreeMap<&'static str, u64>,
    /// What a dry run has seen. What another run has seen is in the inventory.
    pub(super) dry_seen: BTreeSet<InstanceRef>,
}

impl Reading {
    pub(super) fn count(&mut self, change: &Change) {
        *self.changes.entry(change.name()).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: Self) {
        let Self { instances, names, changes, dry_seen } = other;
        self.instances += instances;
        self.names.merge(names);
        for (name, count) in changes {
            *self.changes.entry(name).or_default() += count;
        }
        self.dry_seen.extend(dry_seen);
    }

    /// What is kept of it.
    pub(super) fn report(
        &self,
        scope: Scope,
        last: Option<&ScopeReport>,
        read: Result<(), Stop>,
        run: &Run,
    ) -> ScopeReport {
        let conflicts = self.changes.get("conflict").copied().unwrap_or_default();
        let last_problem = last.and_then(|last| last.problem.as_ref());
        match read {
            Ok(()) => ScopeReport {
                scope,
                attempted_at: run.started_at,
                completed_at: Some(run.started_at),
                instances: self.instances,
                conflicts,
                problem: None,
            },
            Err(stop) => ScopeReport {
                scope,
                attempted_at: run.started_at,
                completed_at: last.and_then(|last| last.completed_at),
                instances: last.map_or(0, |last| last.instances),
                conflicts: last.map_or(0, |last| last.conflicts),
                problem: Some(stop.problem(last_problem, run)),
            },
        }
    }
}

impl Work<'_> {
    /// Reads an account and Region page by page, and brings the items of each page in line.
    pub(super) async fn read(&self, scope: &Scope, reading: &mut Reading) -> Result<(), Stop> {
        let sources = self.cluster_sources(scope).await?;
        let mut marker: Option<String> = None;
        loop {
            self.check_time()?;
            let rds = &self.ports.rds;
            let page = self.list(|| rds.instances(scope, marker.as_deref())).await?;
            let items = self.items(scope, &page.items, &sources)?;
            let instances = items.len();
            self.settle(items, reading).await?;
            self.observer.notice(DiscoveryEvent::Page { scope, instances });
            marker = page.next;
            if marker.is_none() {
                return Ok(());
            }
        }
    }

    fn check_time(&self) -> Result<(), Stop> {
        if self.has_time() { Ok(()) } else { Err(Stop::of(OUT_OF_TIME)) }
    }

    async fn cluster_sources(&self, scope: &Scope) -> Result<ClusterSources, Stop> {
        let (mut sources, mut marker) = (ClusterSources::default(), None::<String>);
        loop {
            self.check_time()?;
            let rds = &self.ports.rds;
            let page = self.list(|| rds.clusters(scope, marker.as_deref())).await?;
            page.items.iter().for_each(|cluster| sources.add(cluster));
            marker = page.next;
            if marker.is_none() {
                return Ok(sources);
            }
        }
    }

    /// The items of a page, unless what was described is of another account or Region: then the
    /// items there would be written under the wrong one.
    fn items(
        &self,
        scope: &Scope,
        described: &[LiveInstance],
        sources: &ClusterSources,
    ) -> Result<Vec<InventoryItem>, Stop> {
        let item = |live: &LiveInstance| {
            let item = item_of(scope, live, sources, &self.run);
            if live.is(&item.target) { Ok(item) } else { Err(Stop::of(OTHER_ACCOUNT)) }
        };
        described.iter().map(item).collect()
    }

    async fn settle(&self, items: Vec<InventoryItem>, reading: &mut Reading) -> Result<(), Stop> {
        for item in &items {
            reading.instances += 1;
            reading.names.add(item);
            if self.request.dry_run {
                reading.dry_seen.insert(item.target.clone());
            }
        }
        let mut settled =
            stream::iter(items).map(|item| self.settle_one(item)).buffer_unordered(WRITES_AT_ONCE);
        while let Some(changes) = settled.try_next().await? {
            for change in &changes {
                reading.count(change);
                self.observer.notice(DiscoveryEvent::Changed(change));
            }
        }
        Ok(())
    }

    /// Brings one item in line. Where another run writes it at the same time, it is read again; at
    /// the end the other one is right.
    async fn settle_one(&self, item: InventoryItem) -> Result<Vec<Change>, InventoryError> {
        for _ in 0..TRIES {
            let occupant = self.occupant(&item.target).await?;
            let changes = of_described(occupant, item.clone(), &self.run);
            let mut all_done = true;
            for change in &changes {
                all_done = all_done && self.write(change).await? == Written::Done;
            }
            if all_done {
                return Ok(changes);
            }
        }
        Ok(Vec::new())
    }
}
