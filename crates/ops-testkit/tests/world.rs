//! The world around the service: time, faults and the demo fleet do what they say.

use std::time::Duration;

use ops_domain::environment::Environment;
use ops_domain::failure::Code;
use ops_domain::ports::{Clock, Inventory, OperationQuery, OperationStore, StoreError};
use ops_domain::service::InstanceFilter;
use ops_domain::state::Status;
use ops_domain::time::after;
use ops_testkit::clock::VirtualClock;
use ops_testkit::memory::{Call, Side};
use ops_testkit::mocks::{MockInventory, MockOperationStore};
use ops_testkit::sample;
use ops_testkit::world::World;
use serde_json::{Value, json};

fn snapshot_of(instance_id: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance_id,
        "parameters": { "snapshot_id": "snap-1" }
    })
}

#[tokio::test]
async fn an_operation_runs_to_its_end_on_virtual_time() {
    let world = World::demo();
    let record = world.run(&snapshot_of("dev-postgres-01")).await;
    assert_eq!(record.status(), Status::Available);
    assert_eq!(world.rds.snapshots(&record.target).len(), 1);
    assert_eq!(world.store.records(), [record]);
    assert_eq!(world.store.entries().len(), 2, "one for the attempt and one for its outcome");
    assert!(!world.recording.wakes().is_empty() && !world.recording.measurements().is_empty());
}

#[tokio::test]
async fn the_demo_fleet_has_every_environment() {
    let world = World::demo();
    let filter = InstanceFilter { limit: 100, ..InstanceFilter::default() };
    let views = world.service.queries().instances(&filter).await.unwrap().items;
    let environment = |name: &str| {
        let view = views
            .iter()
            .find(|view| view.item.target.instance_id.as_str() == name)
            .expect("it is listed");
        view.classification.environment.clone()
    };
    for (name, expected) in [
        ("dev-postgres-01", Environment::Development),
        ("test-mysql-01", Environment::Test),
        ("staging-orders-01", Environment::Staging),
        ("poc-search-01", Environment::Poc),
        ("sandbox-alice-01", Environment::Sandbox),
        ("prod-orders-01", Environment::Production),
        ("orders-legacy", Environment::Production),
        ("reports-weird-01", Environment::Production),
        ("stale-inventory-01", Environment::Development),
    ] {
        assert_eq!(environment(name), expected, "{name}");
    }
    let ambiguous = world.submit(&snapshot_of("shared-dev-01")).await.unwrap_err();
    assert_eq!(ambiguous.code, Code::AmbiguousInstance);
    let stale = world.run(&snapshot_of("stale-inventory-01")).await;
    assert_eq!(stale.status(), Status::Denied, "the live tags say production");
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn faults_before_a_call_prevent_it_and_faults_after_do_not() {
    for (side, stored) in [(Side::Before, 0), (Side::After, 1)] {
        let world = World::demo();
        world.store.fail_next(Call::Begin, 1, side);
        world.store.fail_next(Call::Load, 1, Side::Before);
        let failure = world.submit(&snapshot_of("dev-postgres-01")).await.unwrap_err();
        assert_eq!(failure.code, Code::StoreUnavailable, "{side:?}");
        assert_eq!(world.store.records().len(), stored, "{side:?}");
        assert_eq!(world.store.entries().len(), stored, "{side:?}");
        assert_eq!(world.rds.calls(), [], "{side:?}");
    }
}

#[tokio::test]
async fn nothing_is_stored_while_the_audit_trail_is_down() {
    let world = World::demo();
    world.store.audit_down(true);
    let failure = world.submit(&snapshot_of("dev-postgres-01")).await.unwrap_err();
    assert_eq!(failure.code, Code::AuditUnavailable);
    assert_eq!((world.store.records().len(), world.store.entries().len()), (0, 0));
    world.store.audit_down(false);
    assert_eq!(world.run(&snapshot_of("dev-postgres-01")).await.status(), Status::Available);
}

#[tokio::test]
async fn a_store_that_is_down_answers_nothing_until_it_is_up() {
    let world = World::demo();
    world.store.store_down(true);
    let query = OperationQuery { limit: 10, ..OperationQuery::default() };
    assert!(matches!(world.store.list(&query).await, Err(StoreError::Unavailable(_))));
    world.store.store_down(false);
    assert_eq!(world.store.list(&query).await.unwrap().items, []);
}

#[tokio::test]
async fn sleepers_wake_in_the_order_of_their_times() {
    let clock = VirtualClock::new(sample::start());
    let woken = std::sync::Mutex::new(Vec::new());
    let sleep = async |name: &'static str, every: u64| {
        for turn in 1..=3_u32 {
            clock.sleep_until(after(sample::start(), Duration::from_secs(every) * turn)).await;
            woken.lock().unwrap().push((clock.now(), name));
        }
    };
    tokio::join!(sleep("slow", 25), sleep("quick", 10));
    let seconds: Vec<(i64, &str)> = woken
        .into_inner()
        .unwrap()
        .into_iter()
        .map(|(at, name)| ((at - sample::start()).num_seconds(), name))
        .collect();
    let expected =
        [(10, "quick"), (20, "quick"), (25, "slow"), (30, "quick"), (50, "slow"), (75, "slow")];
    assert_eq!(seconds, expected);
}

#[tokio::test]
async fn a_sleep_that_is_given_up_does_not_hold_the_others() {
    let clock = VirtualClock::new(sample::start());
    let soon = after(sample::start(), Duration::from_secs(1));
    let late = after(sample::start(), Duration::from_secs(100));
    tokio::select! {
        () = clock.sleep_until(late) => panic!("the shorter sleep ends first"),
        () = clock.sleep_until(soon) => {}
    }
    assert_eq!(clock.now(), soon);
    clock.sleep_until(late).await;
    assert_eq!(clock.now(), late);
}

#[tokio::test]
async fn mocks_answer_calls_with_borrowed_options() {
    let mut inventory = MockInventory::new();
    inventory
        .expect_list()
        .withf(|cursor, limit| *cursor == Some("next") && *limit == 5)
        .times(1)
        .returning(|_, _| Ok(ops_domain::ports::InventoryPage::default()));
    inventory.list(Some("next"), 5).await.unwrap();
    let mut store = MockOperationStore::new();
    store
        .expect_due()
        .withf(|scope, _, _| scope.is_none())
        .times(1)
        .returning(|_, _, _| Ok(Vec::new()));
    assert_eq!(store.due(None, sample::start(), 1).await.unwrap(), []);
}
