//! The in-process engine takes every operation to its end, whatever was lost on the way. On virtual
//! time.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::sync::Arc;
use std::time::Duration;

use ops_domain::id::OperationId;
use ops_domain::ports::{Clock as _, Nobody};
use ops_domain::service::{Ports, Submitted};
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::{after, delta};
use ops_local::engine::{self, Driver};
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::memory::{Call, Side};
use ops_testkit::world::World;
use serde_json::json;

const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// The world with its service on an engine that drives it.
fn driven() -> (World, Driver) {
    let world = World::demo();
    let (engine, driver) = engine::pair();
    let ports = Ports { engine: Arc::new(engine), ..world.ports.clone() };
    (world.over(ports), driver)
}

async fn snapshot(world: &World, instance: &str) -> OperationId {
    let request = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": format!("{instance}-manual") }
    });
    match world.submit(&request).await.unwrap() {
        Submitted::Operation(record) => record.id,
        Submitted::DryRun(preview) => panic!("{preview:?}"),
    }
}

/// Lets the driver run until these operations have ended, an hour at most.
async fn drive(world: &World, driver: Driver, ids: &[OperationId]) -> Vec<OperationRecord> {
    let ended = async {
        let deadline = after(world.clock.now(), Duration::from_hours(1));
        let records =
            || world.store.records().into_iter().filter(|record| ids.contains(&record.id));
        while records().any(|record| !record.status().is_terminal()) && world.clock.now() < deadline
        {
            world.clock.sleep_until(after(world.clock.now(), Duration::from_secs(1))).await;
        }
    };
    driver.run(world.service.driver(), SWEEP_EVERY, ended).await;
    world.store.records().into_iter().filter(|record| ids.contains(&record.id)).collect()
}

#[tokio::test]
async fn operations_end_without_a_waiting_caller() {
    let (world, driver) = driven();
    let ids = [snapshot(&world, "dev-postgres-01").await, snapshot(&world, "test-mysql-01").await];
    let records = drive(&world, driver, &ids).await;
    assert_eq!(
        records.iter().map(OperationRecord::status).collect::<Vec<_>>(),
        [Status::Available; 2]
    );
}

#[tokio::test]
async fn what_an_earlier_process_left_is_taken_up() {
    let (world, driver) = driven();
    let request = json!({
        "operation": "create_snapshot", "instance_id": "dev-postgres-01", "parameters": { "snapshot_id": "left" }
    });
    let left = world.over(Ports { engine: Arc::new(Nobody), ..world.ports.clone() });
    let Submitted::Operation(record) = left.submit(&request).await.unwrap() else {
        panic!("it is no dry run")
    };

    let records = drive(&world, driver, &[record.id]).await;
    assert_eq!(records[0].status(), Status::Available);
    assert_eq!(world.rds.snapshots(&record.target).len(), 1);
}

/// Nobody asks for it. The engine looks when it starts, and drives what it finds.
#[tokio::test]
async fn an_expired_snapshot_is_found_and_deleted() {
    let (world, driver) = driven();
    let mysql = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "test-mysql-01");
    let expired = ("rds-ops:delete-after", "2026-01-15");
    let day = Duration::from_hours(24);
    for (name, age, tags) in [("old-1", day * 20, &[expired][..]), ("old-2", day, &[])] {
        let created_at = world.clock.now() - delta(age);
        world.rds.add_own_snapshot(&mysql, name, created_at, tags);
    }
    let left = || world.rds.snapshots(&mysql).len();
    let ended = async {
        let deadline = after(world.clock.now(), Duration::from_hours(1));
        let open = || world.store.records().iter().any(|it| !it.status().is_terminal());
        while (left() > 1 || open()) && world.clock.now() < deadline {
            world.clock.sleep_until(after(world.clock.now(), Duration::from_secs(1))).await;
        }
    };
    driver.run(world.service.driver(), SWEEP_EVERY, ended).await;
    let records = world.store.records();
    assert_eq!(
        records.iter().map(OperationRecord::status).collect::<Vec<_>>(),
        [Status::Available]
    );
    assert_eq!((left(), world.rds.calls().len()), (1, 1));
}

#[tokio::test]
async fn a_step_that_fails_is_taken_again() {
    let (world, driver) = driven();
    let id = snapshot(&world, "dev-postgres-01").await;
    for nth in 1..=3 {
        world.store.fail_next(Call::Load, nth, Side::Before);
    }
    world.store.fail_next(Call::Due, 1, Side::Before);
    let records = drive(&world, driver, &[id]).await;
    assert_eq!(records[0].status(), Status::Available);
}
