//! How long a running operation may still take.

use std::sync::Arc;
use std::time::Duration;

use ops_domain::ports::Clock as _;
use ops_domain::request::Request;
use ops_domain::service::{Ports, Service, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, State};
use ops_http::views;
use ops_testkit::mocks::MockAuditLog;
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

fn snapshot_named(instance: &str, snapshot: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": snapshot }
    })
}

fn taking(snapshot: Duration) -> Behaviour {
    Behaviour { snapshot, ..Behaviour::quick() }
}

async fn progress(world: &World, record: &OperationRecord) -> Value {
    let record = world.service.queries().operation(record.id).await.expect("it is stored");
    let estimate = world.service.queries().estimate(&record).await;
    let shown = views::operation_in_full(&record, estimate, world.clock.now());
    json!(shown.progress)
}

#[tokio::test]
async fn the_time_left_follows_the_percentage() {
    let world = World::demo_with(taking(Duration::from_mins(100)), Settings::default());
    let record = begun(&world, &snapshot()).await;
    assert_eq!(progress(&world, &record).await.get("seconds_left"), None, "nothing is known yet");
    let mut latest = record.clone();
    while latest.watch().unwrap().percent != Some(30) {
        world.clock.advance_to(latest.next_at().unwrap());
        latest = world.service.driver().advance(record.id).await.unwrap();
    }
    let progress = progress(&world, &record).await;
    let left = progress["seconds_left"].as_i64().unwrap();
    assert!(
        (60 * 70..60 * 105).contains(&left),
        "30 of 100 minutes, or a look of the late watch later: {progress}"
    );
    assert_eq!(progress["estimate_from"], json!("percent"));
    let completion: ops_domain::time::Timestamp =
        progress["estimated_completion"].as_str().unwrap().parse().unwrap();
    assert_eq!((completion - world.clock.now()).num_seconds(), left);
}

#[tokio::test]
async fn earlier_snapshots_give_the_first_estimate() {
    let world = World::demo_with(taking(Duration::from_mins(4)), Settings::default());
    for (instance, name) in
        [("dev-postgres-01", "a"), ("dev-postgres-01", "b"), ("poc-search-01", "c")]
    {
        world.run(&snapshot_named(instance, name)).await;
    }
    world.rds.behave(taking(Duration::from_hours(3)));
    let record = begun(&world, &snapshot_named("dev-postgres-01", "d")).await;
    let known = progress(&world, &record).await;
    assert_eq!((&known["seconds_left"], &known["estimate_from"]), (&json!(240), &json!("history")));
    world.clock.advance(Duration::from_secs(200));
    assert_eq!(progress(&world, &record).await["seconds_left"], json!(40));
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(
        progress(&world, &record).await.get("seconds_left"),
        None,
        "it takes longer than the ones before"
    );
    let other = begun(&world, &snapshot_named("sandbox-alice-01", "e")).await;
    assert_eq!(
        progress(&world, &other).await.get("seconds_left"),
        None,
        "other instances say nothing about it"
    );
}

#[tokio::test]
async fn failed_operations_and_namesakes_are_no_history() {
    let world = World::demo();
    let on = |account: &str, name: &str| {
        let mut request = snapshot_named("shared-dev-01", name);
        request["account_id"] = json!(account);
        request
    };
    world.run(&on("111122223333", "a")).await;
    let failing = Behaviour { snapshot_ends_in: "failed".into(), ..Behaviour::quick() };
    world.rds.behave(failing);
    world.run(&on("333344445555", "b")).await;
    world.rds.behave(Behaviour::quick());
    let record = begun(&world, &on("333344445555", "c")).await;
    assert_eq!(progress(&world, &record).await.get("seconds_left"), None);
}

#[tokio::test]
async fn an_unreadable_trail_only_omits_the_estimate() {
    let world = World::demo();
    world.run(&snapshot_named("dev-postgres-01", "a")).await;
    let record = begun(&world, &snapshot_named("dev-postgres-01", "b")).await;
    assert!(progress(&world, &record).await.get("seconds_left").is_some());
    world.store.audit_down(true);
    assert_eq!(progress(&world, &record).await.get("seconds_left"), None);
}

/// The mock knows no call at all: neither the request nor its answer reads the trail.
#[tokio::test]
async fn accepting_a_request_does_not_read_the_trail() {
    let world = World::demo();
    world.run(&snapshot_named("dev-postgres-01", "a")).await;
    let ports = Ports { audit: Arc::new(MockAuditLog::new()), ..world.ports.clone() };
    let service = Service::new(ports, Settings::default());
    let request =
        Request::parse(snapshot_named("dev-postgres-01", "b").to_string().as_bytes()).unwrap();
    let Ok(Submitted::Operation(record)) =
        service.commands().submit(&world.caller("alice"), None, &request).await
    else {
        panic!("an operation")
    };
    assert!(matches!(record.state, State::Watching { .. }));
    assert!(record.answer(record.created_at).contains_key("progress"));
}
