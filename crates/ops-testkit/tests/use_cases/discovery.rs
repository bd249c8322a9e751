//! Discovery over the simulated RDS: three accounts and two Regions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::discovery::{
    AccountSource, Change, DiscoveryProblem, DiscoverySettings, InventoryWrite, Occupant,
    ScopeReport,
};
use ops_domain::failure::{Code, Failure};
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::ports::{
    InventoryError, InventoryPage, ManagedInventory, Measurement, Nobody, Written,
};
use ops_domain::service::{
    Discovered, Discovery, DiscoveryEvent, DiscoveryObserver, DiscoveryPorts, DiscoveryRequest,
    InstanceFilter, Submitted,
};
use ops_domain::settings::Settings;
use ops_domain::time::{Timestamp, after};
use ops_testkit::fleet;
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::json;
use tokio::sync::Notify;

const MONTH: Duration = Duration::from_hours(30 * 24);

fn settings() -> DiscoverySettings {
    DiscoverySettings {
        accounts: AccountSource::Given(fleet::accounts().into()),
        regions: [fleet::FRANKFURT, fleet::VIRGINIA]
            .map(|region| region.parse().expect("a Region"))
            .into(),
        ..DiscoverySettings::default()
    }
}

/// The demo fleet, of which the inventory knows nothing.
fn unknown_fleet() -> World {
    let settings = Settings { discovery: settings(), ..Settings::default() };
    let world = World::of(Vec::new(), Behaviour::quick(), settings);
    let _known_to_nobody = fleet::settle_demo(&world.rds);
    world
}

fn ports(world: &World) -> DiscoveryPorts {
    DiscoveryPorts {
        clock: world.ports.clock.clone(),
        accounts: Arc::new(world.organization.clone()),
        rds: Arc::new(world.rds.clone()),
        inventory: Arc::new(world.inventory.clone()),
        log: Arc::new(world.discovery_log.clone()),
        metrics: world.ports.metrics.clone(),
    }
}

/// The next run, a quarter of an hour later.
async fn run(world: &World) -> Discovered {
    run_with(world, &DiscoveryRequest::default(), &Nobody).await
}

async fn run_with(
    world: &World,
    request: &DiscoveryRequest,
    observer: &dyn DiscoveryObserver,
) -> Discovered {
    let now = world.ports.clock.now();
    world.clock.advance_to(after(now, Duration::from_mins(15)));
    let discovery = Discovery::new(ports(world), settings());
    discovery.run(request, observer).await.expect("the stores can be used")
}

/// The changes that count for people.
fn changes(discovered: &Discovered) -> Vec<(&'static str, u64)> {
    let shown = discovered.changes.iter().filter(|(name, _)| **name != "confirmed");
    shown.map(|(name, count)| (*name, *count)).collect()
}

/// The item is what RDS has.
fn assert_is_right(world: &World) {
    let items = world.inventory.items();
    for item in &items {
        let live = world.rds.instance(&item.target).expect("the instance is there");
        assert_eq!(
            (&item.engine, &item.tags, &item.dbi_resource_id),
            (&live.engine, &live.tags, &live.dbi_resource_id)
        );
        let cluster = item.db_cluster_id.as_ref().map(ToString::to_string);
        assert_eq!(
            (cluster, item.read_replica_source.clone()),
            (live.cluster_id, live.replica_source)
        );
    }
    assert_eq!(items.len(), fleet::demo().len());
}

fn dev() -> InstanceRef {
    fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "dev-postgres-01")
}

fn tagged(value: &str) -> Tags {
    Tags::from([("Environment".to_owned(), value.to_owned())])
}

fn item_of(world: &World, target: &InstanceRef) -> Option<InventoryItem> {
    world.inventory.items().into_iter().find(|item| item.target == *target)
}

fn report(discovered: &Discovered, account: &str, region: &str) -> ScopeReport {
    let wanted = fleet::target(account, region, "any").scope();
    let reports = discovered.scopes.iter().map(|outcome| &outcome.report);
    reports.clone().find(|report| report.scope == wanted).expect("it is configured").clone()
}

#[tokio::test]
async fn an_empty_inventory_becomes_right() {
    let world = unknown_fleet();
    let first = run(&world).await;
    let fleet = u64::try_from(fleet::demo().len()).unwrap();
    assert_eq!(changes(&first), [("added", fleet)]);
    assert_eq!((first.instances(), first.scopes.len()), (fleet, 6));
    assert_is_right(&world);
    let second = run(&world).await;
    assert_eq!(second.changes, BTreeMap::from([("confirmed", fleet)]));
    let seen_at = item_of(&world, &dev()).unwrap().managed.unwrap().seen_at;
    assert_eq!(seen_at, second.started_at);
    assert_eq!(
        world.recording.measurements().last(),
        Some(&Measurement::Discovered {
            instances: fleet,
            unread_scopes: 0,
            longest_unread_minutes: 0
        })
    );
}

#[tokio::test]
async fn the_inventory_follows_creations_renames_and_tags() {
    let world = unknown_fleet();
    run(&world).await;
    let created = fleet::target(fleet::TEAMS_ACCOUNT, fleet::FRANKFURT, "created");
    world.rds.add(created.clone(), SimulatedInstance::new("postgres").tag("env", "dev"));
    world.rds.rename(&dev(), &"renamed".parse().unwrap());
    let tagged_one = fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "test-mysql-01");
    world.rds.set_tags(&tagged_one, tagged("Production"));
    let second = run(&world).await;
    assert_eq!(changes(&second), [("added", 2), ("renamed", 1), ("updated", 1)]);
    assert_eq!(item_of(&world, &dev()), None);
    let renamed = fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "renamed");
    assert!(item_of(&world, &renamed).is_some() && item_of(&world, &created).is_some());
    assert_eq!(item_of(&world, &tagged_one).unwrap().tags, tagged("Production"));
}

#[tokio::test]
async fn a_deleted_instance_is_hidden_and_then_removed() {
    let world = unknown_fleet();
    run(&world).await;
    world.rds.remove(&dev());
    let shown = async |gone| {
        let filter = InstanceFilter {
            text: Some("dev-postgres".into()),
            gone,
            limit: 10,
            ..InstanceFilter::default()
        };
        world.service.queries().instances(&filter).await.unwrap().items.len()
    };
    for _ in 0..2 {
        assert_eq!(changes(&run(&world).await), [("missed", 1)]);
        assert_eq!(shown(false).await, 1);
    }
    assert_eq!(changes(&run(&world).await), [("gone", 1)]);
    assert_eq!((shown(false).await, shown(true).await), (0, 1));
    world.clock.advance_to(after(world.ports.clock.now(), MONTH));
    assert_eq!(changes(&run(&world).await), [("removed", 1)]);
    assert_eq!(shown(true).await, 0);
}

#[tokio::test]
async fn an_account_that_denies_keeps_its_items_and_stops_nobody() {
    let world = unknown_fleet();
    let first = run(&world).await;
    let account = fleet::DEVELOPMENT_ACCOUNT.parse().unwrap();
    world.rds.deny(&account, true);
    world.rds.remove(&dev());
    let elsewhere = fleet::target(fleet::TEAMS_ACCOUNT, fleet::VIRGINIA, "elsewhere");
    world.rds.add(elsewhere.clone(), SimulatedInstance::new("mysql"));
    let before = item_of(&world, &dev());
    let mut last = run(&world).await;
    for _ in 0..3 {
        last = run(&world).await;
    }
    assert_eq!(item_of(&world, &dev()), before);
    assert!(item_of(&world, &elsewhere).is_some());
    let report = report(&last, fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT);
    assert_eq!(report.completed_at, Some(first.started_at));
    assert_eq!(
        report.problem,
        Some(DiscoveryProblem {
            code: "AccessDenied".into(),
            action: Some("rds:DescribeDBInstances".into()),
            since: after(first.started_at, Duration::from_mins(15)),
        })
    );
    assert_eq!(last.unread().count(), 2);
    let measured = world.recording.measurements().pop();
    assert!(
        matches!(
            measured,
            Some(Measurement::Discovered { unread_scopes: 2, longest_unread_minutes: 60, .. })
        ),
        "{measured:?}"
    );
    let status = world.service.queries().inventory_status().await.unwrap();
    let unread = status
        .scopes
        .iter()
        .filter(|(_, report)| report.as_ref().is_some_and(|report| report.problem.is_some()));
    assert_eq!(unread.count(), 2);
    world.rds.deny(&account, false);
    assert_eq!(run(&world).await.unread().count(), 0);
}

#[tokio::test]
async fn items_of_another_writer_are_told_of_and_left_alone() {
    let world = unknown_fleet();
    let foreign = InventoryItem { tags: tagged("Production"), ..fleet::demo().remove(0).0 };
    world.inventory.put(foreign.clone());
    let noticed = Noticed::default();
    let first = run_with(&world, &DiscoveryRequest::default(), &noticed).await;
    let conflicts = noticed.conflicts();
    assert_eq!(conflicts, [foreign.target.to_string()]);
    assert_eq!(first.changes["conflict"], 1);
    assert_eq!(report(&first, fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT).conflicts, 1);
    world.rds.remove(&foreign.target);
    for _ in 0..4 {
        run(&world).await;
    }
    assert_eq!(item_of(&world, &foreign.target), Some(foreign));
}

#[tokio::test]
async fn an_adoption_takes_over_what_it_is_told_to() {
    let world = unknown_fleet();
    let foreign = fleet::demo().remove(0).0;
    world.inventory.put(foreign.clone());
    let adopt = DiscoveryRequest { adopt: true, ..DiscoveryRequest::default() };
    let first = run_with(&world, &adopt, &Nobody).await;
    assert_eq!(first.changes["adopted"], 1);
    assert!(item_of(&world, &foreign.target).unwrap().managed.is_some());
    assert_eq!(run(&world).await.changes.get("conflict"), None);
}

#[tokio::test]
async fn a_dry_run_shows_the_changes_and_writes_nothing() {
    let world = unknown_fleet();
    run(&world).await;
    let before = world.inventory.items();
    world.rds.remove(&dev());
    let created = fleet::target(fleet::TEAMS_ACCOUNT, fleet::FRANKFURT, "created");
    world.rds.add(created, SimulatedInstance::new("postgres"));
    let measured = world.recording.measurements().len();
    let dry = DiscoveryRequest { dry_run: true, ..DiscoveryRequest::default() };
    let shown = run_with(&world, &dry, &Nobody).await;
    assert_eq!(changes(&shown), [("added", 1), ("missed", 1)]);
    assert_eq!(world.inventory.items(), before);
    assert_eq!(world.recording.measurements().len(), measured);
    let status = world.service.queries().inventory_status().await.unwrap();
    let attempted = status.scopes.iter().filter_map(|(_, report)| report.as_ref());
    assert!(attempted.into_iter().all(|report| report.attempted_at < shown.started_at));
}

#[tokio::test]
async fn throttling_in_the_middle_is_waited_out() {
    let world = unknown_fleet();
    for nth in [2, 3, 4, 7] {
        world.rds.inject(Fault::Observe { nth, fault: ObserveFault::Throttled });
    }
    world.inventory.throttle_write(5);
    let began = world.ports.clock.now();
    let first = run(&world).await;
    assert_eq!(first.unread().count(), 0);
    assert_is_right(&world);
    assert!(world.ports.clock.now() > after(began, Duration::from_mins(15)));
}

#[tokio::test]
async fn an_account_that_goes_on_throttling_is_left_for_the_next_run() {
    let world = unknown_fleet();
    for nth in 1..=200 {
        world.rds.inject(Fault::Observe { nth, fault: ObserveFault::Throttled });
    }
    let first = run(&world).await;
    let throttled = first.unread().filter_map(|report| report.problem.as_ref());
    assert!(throttled.into_iter().all(|problem| problem.code == "discovery_throttled"));
    assert!(first.unread().count() > 0);
}

/// The next run begins with what this one has left.
#[tokio::test]
async fn a_run_that_is_out_of_time_leaves_the_rest_to_the_next() {
    let world = unknown_fleet();
    let now = world.ports.clock.now();
    let none = DiscoveryRequest { until: Some(now), ..DiscoveryRequest::default() };
    let first = run_with(&world, &none, &Nobody).await;
    assert!(first.unread().all(|report| {
        report.problem.as_ref().is_some_and(|problem| problem.code == "discovery_out_of_time")
    }));
    assert_eq!((first.unread().count(), first.instances()), (6, 0));
    run(&world).await;
    assert_is_right(&world);
}

/// Broken off after any number of writes, nothing wrong stands there, and the next run completes it.
#[tokio::test]
async fn a_kill_anywhere_leaves_what_the_next_run_completes() {
    for writes in 0..30 {
        let world = unknown_fleet();
        let died = Arc::new(Notify::new());
        let mortal =
            Mortal { world: world.clone(), left: Mutex::new(writes), died: Arc::clone(&died) };
        let ports = DiscoveryPorts { inventory: Arc::new(mortal), ..ports(&world) };
        let killed = Discovery::new(ports, settings());
        let request = DiscoveryRequest::default();
        tokio::select! {
            _ = killed.run(&request, &Nobody) => {}
            () = died.notified() => {}
        }
        assert!(world.inventory.items().len() <= fleet::demo().len());
        let next = run(&world).await;
        assert_eq!(next.unread().count(), 0, "after {writes} writes");
        assert_is_right(&world);
    }
}

/// A process that ends after so many writes: the next one has no answer.
struct Mortal {
    world: World,
    left: Mutex<u32>,
    died: Arc<Notify>,
}

#[async_trait]
impl ManagedInventory for Mortal {
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        self.world.inventory.occupant(target).await
    }

    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError> {
        let lives = {
            let mut left = self.left.lock().expect("no other thread panics");
            let lives = *left > 0;
            *left = left.saturating_sub(1);
            lives
        };
        if !lives {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        self.world.inventory.write(write).await
    }

    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.world.inventory.managed(cursor, limit).await
    }
}

#[tokio::test]
async fn an_inventory_that_can_not_be_read_ends_the_run() {
    let world = unknown_fleet();
    world.inventory.down(true);
    let discovery = Discovery::new(ports(&world), settings());
    let failed = discovery.run(&DiscoveryRequest::default(), &Nobody).await.unwrap_err();
    assert_eq!(failed.code, Code::InventoryUnavailable);
    let status = world.service.queries().inventory_status().await.unwrap();
    let reports = status.scopes.iter().filter_map(|(_, report)| report.as_ref());
    let codes: Vec<_> = reports.filter_map(|report| Some(&report.problem.as_ref()?.code)).collect();
    assert_eq!(codes, ["discovery_inventory_unavailable"; 3], "those that have instances");
}

#[tokio::test]
async fn without_an_account_there_is_nothing_to_run() {
    let world = World::demo();
    let failed = world.service.driver().discover(Timestamp::MAX_UTC).await.unwrap_err();
    assert_eq!(failed.code, Code::InvalidRequest);
    let status = world.service.queries().inventory_status().await.unwrap();
    assert!(!status.settings.is_on() && status.scopes.is_empty());
}

/// The live read decides what is done; an old item is no reason to ask RDS at all.
#[tokio::test]
async fn an_operation_on_an_item_of_long_ago_is_refused() {
    let world = unknown_fleet();
    run(&world).await;
    let request = json!({
        "operation": "create_snapshot", "instance_id": dev().instance_id,
        "parameters": { "snapshot_id": "before-upgrade" }, "dry_run": true,
    });
    assert!(matches!(world.submit(&request).await, Ok(Submitted::DryRun(_))));
    let limit = settings().refuse_after;
    world.clock.advance_to(after(world.ports.clock.now(), limit + Duration::from_secs(1)));
    let looks = world.rds.look_count();
    let Err(Failure { code, guidance, facts, .. }) = world.submit(&request).await else {
        panic!("it is refused")
    };
    assert_eq!(code, Code::InventoryStale);
    assert!(guidance.contains("rds-ops inventory sync"), "{guidance}");
    assert!(facts.contains_key("seen_at"));
    assert_eq!(world.rds.look_count(), looks);
    run(&world).await;
    assert!(world.submit(&request).await.is_ok());
}

/// 5,000 instances in 100 accounts; what the run holds is bounded by the pages that are open.
#[tokio::test]
async fn a_large_fleet_is_read_within_its_time() {
    let accounts: Vec<String> =
        (0..100).map(|nth| format!("{:012}", 100_000_000_000_u64 + nth)).collect();
    let settings = DiscoverySettings {
        accounts: AccountSource::Given(
            accounts.iter().map(|account| account.parse().expect("an account")).collect(),
        ),
        regions: vec![fleet::FRANKFURT.parse().unwrap()],
        ..DiscoverySettings::default()
    };
    let world = World::of(Vec::new(), Behaviour::quick(), Settings::default());
    for (nth, account) in (0..5_000).zip(accounts.iter().cycle()) {
        let target = fleet::target(account, fleet::FRANKFURT, &format!("db-{nth}"));
        world.rds.add(target, SimulatedInstance::new("postgres"));
    }
    let discovery = Discovery::new(ports(&world), settings);
    let first = discovery.run(&DiscoveryRequest::default(), &Nobody).await.unwrap();
    assert_eq!((first.instances(), first.changes["added"]), (5_000, 5_000));
    assert_eq!(first.unread().count(), 0);
    assert_eq!(world.inventory.items().len(), 5_000);
}

/// What an observer was told.
#[derive(Default)]
struct Noticed {
    changes: Mutex<Vec<Change>>,
}

impl DiscoveryObserver for Noticed {
    fn notice(&self, event: DiscoveryEvent<'_>) {
        if let DiscoveryEvent::Changed(change) = event {
            self.changes.lock().expect("no other thread panics").push(change.clone());
        }
    }
}

impl Noticed {
    fn conflicts(&self) -> Vec<String> {
        let changes = self.changes.lock().expect("no other thread panics");
        let conflicts = changes.iter().filter(|change| matches!(change, Change::Conflict { .. }));
        conflicts.map(|change| change.target().to_string()).collect()
    }
}
