//! The worker's tasks on the fakes, without a function around them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::{Context, LambdaEvent};
use ops_domain::instance::InstanceRef;
use ops_domain::ports::Clock as _;
use ops_domain::time::delta;
use ops_lambda::telemetry::Telemetry;
use ops_lambda::worker::work;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::world::World;
use serde_json::{Value, json};

fn mysql() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "test-mysql-01")
}

/// A world in which a snapshot has expired, and a later one is there.
fn expired() -> World {
    let world = World::demo();
    let tag = ("rds-ops:delete-after", "2026-01-15");
    for (name, days, tags) in [("old-1", 20, &[tag][..]), ("old-2", 1, &[])] {
        let age = delta(Duration::from_hours(24) * days);
        world.rds.add_own_snapshot(&mysql(), name, world.clock.now() - age, tags);
    }
    world
}

/// A sweep by a function that has this much time.
async fn sweep(world: &World, time: Duration) -> Value {
    let deadline = SystemTime::now() + time;
    let mut context = Context::default();
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap().as_millis();
    context.deadline = u64::try_from(deadline).unwrap();
    let event = LambdaEvent::new(json!({ "sweep": true }), context);
    work(&world.service, &Telemetry::of("ops-worker"), event).await.unwrap()
}

/// The answer of a sweep counts steps of operations that were there before.
#[tokio::test]
async fn a_sweep_deletes_what_has_expired() {
    let world = expired();
    for _ in 0..8 {
        let answer = sweep(&world, Duration::from_mins(2)).await;
        assert_eq!(answer["left"], json!(0));
    }
    let records = world.store.records();
    assert_eq!(records.len(), 1);
    world.run_to_end(records[0].id).await;
    let left = world.rds.snapshots(&mysql());
    assert_eq!((left.len(), left[0].snapshot_id.as_str()), (1, "old-2"));
}

/// Late steps have the time first.
#[tokio::test]
async fn a_sweep_without_time_deletes_nothing() {
    let world = expired();
    for _ in 0..8 {
        sweep(&world, Duration::from_secs(5)).await;
    }
    assert!(world.store.records().is_empty() && world.rds.calls().is_empty());
}
