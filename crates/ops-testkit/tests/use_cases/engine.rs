//! What drives operations when no caller waits: the engine, and the sweep behind it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use ops_config::Config;
use ops_domain::failure::Code;
use ops_domain::id::OperationId;
use ops_domain::job::Job;
use ops_domain::ports::{Clock as _, Engine, EngineError};
use ops_domain::service::Ports;
use ops_domain::state::Status;
use ops_domain::time::Timestamp;
use ops_testkit::memory::{Call, Side};
use ops_testkit::recording::Recording;
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault};
use ops_testkit::world::World;
use serde_json::json;

use crate::story::*;

/// An engine that keeps what it was asked, and needs two minutes to take a step.
#[derive(Clone, Default)]
struct Patient(Recording);

const GRACE: Duration = Duration::from_mins(2);

#[async_trait]
impl Engine for Patient {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        self.0.wake(job, at).await
    }

    fn grace(&self) -> Duration {
        GRACE
    }
}

fn with_patient_engine() -> (World, Recording) {
    let world = World::demo();
    let engine = Patient::default();
    let ports = Ports { engine: Arc::new(engine.clone()), ..world.ports.clone() };
    (world.over(ports), engine.0)
}

fn in_a_minute(world: &World) -> Timestamp {
    world.clock.now() + TimeDelta::minutes(1)
}

#[tokio::test]
async fn the_engine_is_asked_once_for_each_operation() {
    let (world, engine) = with_patient_engine();
    let record = begun(&world, &snapshot()).await;
    assert_eq!(engine.wakes(), [(record.id, record.next_at().unwrap())]);
    world.run_to_end(record.id).await;
    let over =
        begun(&world, &json!({ "operation": "reboot_instance", "instance_id": "dev-stopped-01" }))
            .await;
    assert_eq!((over.status(), engine.wakes().len()), (Status::Failed, 1));
}

#[tokio::test]
async fn the_sweep_takes_overdue_steps() {
    let (world, engine) = with_patient_engine();
    engine.engine_down(true);
    let record = begun(&world, &snapshot()).await;
    engine.engine_down(false);
    world.clock.advance_to(
        record.next_at().unwrap() + TimeDelta::from_std(GRACE).unwrap() - TimeDelta::seconds(1),
    );
    assert_eq!(
        world.service.driver().sweep(10, in_a_minute(&world)).await.unwrap().advanced,
        [],
        "the engine may still come"
    );
    world.clock.advance(Duration::from_secs(1));
    let swept = world.service.driver().sweep(10, in_a_minute(&world)).await.unwrap();
    assert_eq!(swept.advanced.iter().map(|swept| swept.id).collect::<Vec<_>>(), [record.id]);
    assert_eq!((swept.advanced[0].version, swept.left), (record.version + 1, 0));
    assert_eq!(engine.wakes().len(), usize::from(!swept.advanced[0].status().is_terminal()));
}

#[tokio::test]
async fn sweeps_alone_take_an_operation_to_its_end_without_an_engine() {
    for request in [snapshot(), reboot(), window()] {
        let world = World::demo();
        let id = begun(&world, &request).await.id;
        for _ in 0..30 {
            world.clock.advance(Duration::from_mins(1));
            world.service.driver().sweep(10, in_a_minute(&world)).await.unwrap();
        }
        let record = world.service.queries().operation(id).await.unwrap();
        assert_eq!(record.status(), Status::Available, "{request}");
        assert!(done_by_rds(&world, &record), "{request}");
    }
}

#[tokio::test]
async fn a_sweep_stops_in_time_and_reports_what_is_left() {
    let world = World::demo();
    let record = begun(&world, &snapshot()).await;
    world.clock.advance_to(record.next_at().unwrap());
    let swept = world.service.driver().sweep(10, world.clock.now()).await.unwrap();
    assert_eq!((swept.advanced.len(), swept.left), (0, 1));
    world.store.fail_next(Call::Load, 1, Side::Before);
    let swept = world.service.driver().sweep(10, in_a_minute(&world)).await.unwrap();
    assert_eq!((swept.advanced.len(), swept.left), (0, 1), "a step that fails is still due");
    assert_eq!(
        world.service.driver().sweep(10, in_a_minute(&world)).await.unwrap().advanced.len(),
        1
    );
}

#[tokio::test]
async fn an_early_worker_waits_within_the_clock_skew() {
    let world = World::demo();
    let record = begun(&world, &snapshot()).await;
    let due = record.next_at().unwrap();
    world.clock.advance_to(due - TimeDelta::seconds(20));
    assert_eq!(world.service.driver().advance_when_due(record.id).await.unwrap(), record);
    world.clock.advance_to(due - TimeDelta::seconds(9));
    let advanced = world.service.driver().advance_when_due(record.id).await.unwrap();
    assert_eq!((advanced.version, world.clock.now()), (record.version + 1, due));
    let nobody =
        world.service.driver().advance_when_due(OperationId::from_parts(1, 1)).await.unwrap_err();
    assert_eq!(nobody.code, Code::OperationNotFound);
}

/// A step takes nine events of an execution's history, and a call that fails three. The history may
/// have 25,000.
#[tokio::test]
async fn the_longest_life_fits_one_execution_history() {
    let settings =
        "state_machine_arn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:rds-ops'
        late_watch_hours = 100
        poll_interval_seconds = 2
        operation_timeout_seconds = 2800";
    let settings = Config::load(Some(settings), |_| None)
        .expect("1,800 steps are the most that is allowed")
        .service;
    let endless = Behaviour { snapshot: Duration::from_hours(1_000), ..Behaviour::quick() };
    let world = World::demo_with(endless, settings);
    world.rds.inject(Fault::Observe { nth: 7, fault: ObserveFault::Throttled });
    let id = begun(&world, &snapshot()).await.id;
    let mut steps = 0;
    while let Some(next_at) = world.service.queries().operation(id).await.unwrap().next_at() {
        world.clock.advance_to(next_at);
        world.service.driver().advance_when_due(id).await.unwrap();
        steps += 1;
    }
    assert!((1_750..=1_820).contains(&steps), "{steps} steps");
    assert!(steps * 9 + 2_500 * 3 < 25_000, "{steps} steps and 2,500 failed calls have room");
}
