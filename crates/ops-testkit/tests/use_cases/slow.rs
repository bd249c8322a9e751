//! Stores and an RDS that take long to answer, and a host whose time ends: what begins is over in
//! time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::instance::Scope;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::{AuthorizedCall, SEND_TIMEOUT, STORE_TIMEOUT};
use ops_domain::ports::{Clock as _, ObserveError, RdsControl, SendError, Sent, StoreError};
use ops_domain::request::Request;
use ops_domain::service::{Ports, Service, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::after;
use ops_testkit::clock::VirtualClock;
use ops_testkit::intercepted::{Intercept, intercepted};
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

/// An endpoint that delays each call. Calls are given up as the adapters do.
struct Slow {
    clock: VirtualClock,
    rds: Duration,
    store: Duration,
}

impl Slow {
    async fn wait(&self, time: Duration) {
        self.clock.sleep_until(after(self.clock.now(), time)).await;
    }
}

impl Intercept for Slow {
    async fn call<T: Send>(&self, name: &'static str, call: impl Future<Output = T> + Send) -> T {
        match name {
            "find" => self.wait(self.store.min(STORE_TIMEOUT)).await,
            "observe" => self.wait(self.rds).await,
            _ => {}
        }
        call.await
    }

    async fn sent(&self, call: impl Future<Output = Sent> + Send) -> Sent {
        self.wait(self.rds.min(SEND_TIMEOUT)).await;
        let sent = call.await;
        if self.rds > SEND_TIMEOUT {
            return SendError::MayHaveHappened("it took too long".into()).into();
        }
        sent
    }

    /// A call of a store; it is given up after [`STORE_TIMEOUT`].
    async fn stored<T: Send, E: From<StoreError> + Send>(
        &self,
        _name: &'static str,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        self.wait(self.store.min(STORE_TIMEOUT)).await;
        if self.store > STORE_TIMEOUT {
            return Err(StoreError::Unavailable("it took too long".into()).into());
        }
        call.await
    }
}

/// The time of the API function, without what it keeps for its answer.
const API_TIME: Duration = Duration::from_secs(26);

/// The time of the worker function.
const WORKER_TIME: Duration = Duration::from_secs(117);

/// How long a caller waits by default.
const WAIT: Duration = Duration::from_secs(20);

/// The service of this world over ports that take so many seconds.
fn slow(world: &World, rds: u64, store: u64) -> Service {
    let (rds, store) = (Duration::from_secs(rds), Duration::from_secs(store));
    let slow = Arc::new(Slow { clock: world.clock.clone(), rds, store });
    world.over(intercepted(&world.ports, slow)).service
}

/// The same with another value of a member.
fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

/// Asks as the API function does, and waits. The operation, if one began, and how long it took.
async fn ask(
    world: &World,
    service: &Service,
    body: &Value,
) -> (Option<Box<OperationRecord>>, Duration) {
    let arrived = world.clock.now();
    let service = service.ending_at(after(arrived, API_TIME));
    let request = Request::parse(body.to_string().as_bytes()).expect("it is valid");
    let record = match service.commands().submit(&world.caller("alice"), None, &request).await {
        Ok(Submitted::Operation(record)) => {
            Some(Box::new(service.commands().wait(*record, after(arrived, WAIT)).await))
        }
        Ok(Submitted::DryRun(_)) | Err(_) => None,
    };
    (record, (world.clock.now() - arrived).to_std().expect("time goes on"))
}

#[tokio::test]
async fn the_answer_comes_in_time_however_slow_rds_and_the_stores_are() {
    for (rds, store) in [
        (0, 0),
        (1, 0),
        (5, 0),
        (15, 0),
        (40, 0),
        (1, 1),
        (5, 1),
        (5, 5),
        (15, 1),
        (15, 5),
        (1, 15),
    ] {
        for body in [
            reboot(),
            with(&reboot(), "dry_run", json!(true)),
            with(&reboot(), "instance_id", json!("prod-orders-01")),
        ] {
            let world = World::demo();
            let (record, took) = ask(&world, &slow(&world, rds, store), &body).await;
            assert!(took <= API_TIME, "RDS {rds} s, stores {store} s: {took:?} for {body}");
            let sent = world.rds.calls().len();
            let stored = world.store.records();
            let is_running = |record: &OperationRecord| record.status() == Status::Submitting;
            assert!(
                !stored.iter().any(is_running),
                "RDS {rds} s, stores {store} s: nothing is left half done"
            );
            if let Some(record) = record {
                let status = record.status();
                assert_eq!(
                    sent == 0,
                    status == Status::Accepted,
                    "RDS {rds} s, stores {store} s: {status:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_there_was_no_time_for_is_sent_by_the_worker() {
    for (rds, sent_by_api) in [(0, true), (1, true), (2, true), (5, false), (15, false)] {
        let world = World::demo();
        let service = slow(&world, rds, 0);
        let (record, _) = ask(&world, &service, &reboot()).await;
        let id = record.expect("it began").id;
        assert_eq!(world.rds.calls().len() == 1, sent_by_api, "RDS takes {rds} s");
        let mut record = service.queries().operation(id).await.expect("it is stored");
        while let Some(next_at) = record.next_at() {
            world.clock.advance_to(next_at);
            let began = world.clock.now();
            record = service
                .ending_at(after(began, WORKER_TIME))
                .driver()
                .advance(id)
                .await
                .expect("the store works");
            assert!(world.clock.now() <= after(began, WORKER_TIME), "RDS takes {rds} s");
        }
        assert_eq!(
            (record.status(), world.rds.calls().len()),
            (Status::Available, 1),
            "RDS takes {rds} s"
        );
    }
}

#[tokio::test]
async fn a_live_description_that_takes_too_long_is_done_without() {
    let world = World::demo();
    let service = slow(&world, 40, 0).ending_at(after(world.clock.now(), API_TIME));
    let id = "dev-postgres-01".parse().expect("it is an id");
    let view = service.queries().instance(&id, None, None).await.expect("the inventory has it");
    assert!(view.live.is_none() && view.live_error.is_some());
    assert!(world.clock.now() - ops_testkit::sample::start() <= ops_domain::time::delta(API_TIME));
}

#[tokio::test]
async fn a_sweep_begins_no_step_that_it_has_no_time_for() {
    let world = World::demo_with(Behaviour::quick(), Settings::default());
    for instance in ["dev-postgres-01", "test-mysql-01"] {
        world
            .submit(&with(&reboot(), "instance_id", json!(instance)))
            .await
            .expect("it is accepted");
    }
    world.clock.advance(Duration::from_mins(2));
    let until = after(world.clock.now(), Duration::from_secs(5));
    let swept =
        world.service.ending_at(until).driver().sweep(10, until).await.expect("the store works");
    assert_eq!((swept.advanced.len(), swept.left), (0, 2));
}

/// The RDS of a world with a defect in the description of one account.
struct Defect(World);

#[async_trait]
impl RdsControl for Defect {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        assert!(scope.account_id != dev().account_id, "a defect");
        self.0.rds.observe(scope, request).await
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.0.rds.send(call).await
    }
}

#[tokio::test]
async fn a_panic_in_one_step_does_not_stop_the_sweep() {
    let world = World::demo();
    for instance in ["dev-postgres-01", "test-mysql-01", "poc-search-01", "dev-oracle-01"] {
        world
            .submit(&with(&reboot(), "instance_id", json!(instance)))
            .await
            .expect("it is accepted");
    }
    let elsewhere = world
        .store
        .records()
        .iter()
        .filter(|record| record.target.scope() != dev().scope())
        .count();
    assert!((1..4).contains(&elsewhere), "they are in several accounts");
    world.clock.advance(Duration::from_mins(2));
    let rds = Arc::new(Defect(world.clone()));
    let swept = world
        .over(Ports { rds, ..world.ports.clone() })
        .service
        .driver()
        .sweep(10, after(world.clock.now(), Duration::from_mins(1)))
        .await
        .expect("the store works");
    assert_eq!((swept.advanced.len(), swept.left), (elsewhere, 4 - elsewhere));
}
