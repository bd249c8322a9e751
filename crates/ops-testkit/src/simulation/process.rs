//! One process of the service: its own clock, its own view of the stores, requests and sweeps.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use ops_domain::caller::Caller;
use ops_domain::ports::{Clock, Nobody};
use ops_domain::request::Request;
use ops_domain::service::{Driver, Ports, Service, Submitted};
use ops_domain::state::OperationRecord;
use ops_domain::time::{Timestamp, delta};

use super::executions::Executions;
use super::invariants::Invariants;
use super::mutant::Mutant;
use super::schedule::Schedule;
use super::seed::{Asked, World};
use super::stepped::{Stepped, SteppedIds};
use crate::memory::MemoryStore;

/// A clock that goes wrong by a fixed difference.
#[derive(Clone)]
pub(super) struct SkewedClock {
    schedule: Schedule,
    skew: TimeDelta,
}

impl SkewedClock {
    pub(super) const fn new(schedule: Schedule, skew: TimeDelta) -> Self {
        Self { schedule, skew }
    }
}

#[async_trait]
impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        self.schedule.now() + self.skew
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.schedule.sleep_until(at - self.skew).await;
    }
}

/// How long a sweep may begin steps.
const SWEEP_TIME: TimeDelta = TimeDelta::minutes(1);

/// Between two sweeps of one that follows what is due.
const SHORTEST_PAUSE: TimeDelta = TimeDelta::seconds(1);

/// One process. It dies with all its tasks; what it had stored stays.
pub(super) struct Process {
    service: Service,
    /// How late a sweep finds a step that the engine was asked to take.
    grace: Duration,
    clock: SkewedClock,
    invariants: Invariants,
}

impl Process {
    pub(super) fn new(
        world: &World,
        invariants: &Invariants,
        schedule: &Schedule,
        executions: Option<&Executions>,
        skew: TimeDelta,
        mutant: Mutant,
    ) -> Self {
        let clock = SkewedClock::new(schedule.clone(), skew);
        let stepped = Arc::new(Stepped::new(
            world,
            invariants.clone(),
            schedule.clone(),
            executions.cloned(),
            mutant,
        ));
        let ports = Ports {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SteppedIds::new(schedule.clone())),
            inventory: stepped.clone(),
            rds: stepped.clone(),
            store: stepped.clone(),
            audit: stepped.clone(),
            engine: stepped.clone(),
            notifier: stepped,
            metrics: Arc::new(Nobody),
        };
        let grace = ports.engine.grace();
        let service = Service::new(ports, world.settings.as_ref().clone());
        Self { service, grace, clock, invariants: invariants.clone() }
    }

    /// The worker of this process, for who calls it from outside.
    pub(super) fn driver(&self) -> Driver {
        self.service.driver()
    }

    /// Takes a request at `at`, waits as long as its caller does, and tells the watchdog what was
    /// said.
    pub(super) fn answer(
        &self,
        at: Timestamp,
        asked: Asked,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (commands, clock, invariants) =
            (self.service.commands(), self.clock.clone(), self.invariants.clone());
        async move {
            clock.schedule.sleep_until(at).await;
            let request = Request::parse(asked.body.to_string().as_bytes())
                .expect("the plan asks for valid requests");
            let caller = Caller::new(asked.caller.clone(), format!("request-{at}"));
            let key = asked.key.as_deref();
            if let Ok(Submitted::Operation(record)) = commands.submit(&caller, key, &request).await
            {
                invariants.claimed(&asked, &request, record.id);
                let record = commands.wait(*record, clock.now() + asked.patience).await;
                invariants.said(&record);
            }
        }
    }

    /// Cancels at `at` the operation that stands at `place` of the store then.
    pub(super) fn cancel(
        &self,
        at: Timestamp,
        place: usize,
        store: MemoryStore,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (commands, clock) = (self.service.commands(), self.clock.clone());
        async move {
            clock.schedule.sleep_until(at).await;
            if let Some(record) = store.records().get(place) {
                let _ = commands.cancel(&Caller::new("user-0", "cancels"), record.id).await;
            }
        }
    }

    /// Sweeps for ever.
    pub(super) fn sweep(&self, every: TimeDelta) -> impl Future<Output = ()> + Send + 'static {
        self.sweep_from(self.clock.schedule.now(), every)
    }

    /// Sweeps whenever something is due, until everything in `store` has ended.
    pub(super) fn sweep_to_the_end(
        &self,
        store: MemoryStore,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (driver, clock, invariants) =
            (self.service.driver(), self.clock.clone(), self.invariants.clone());
        let grace = self.grace;
        async move {
            while let Some(due) = store.records().iter().filter_map(OperationRecord::next_at).min()
            {
                let late = due + delta(grace);
                clock.sleep_until(late.max(clock.now() + SHORTEST_PAUSE)).await;
                sweep_once(&driver, &clock, &invariants).await;
            }
        }
    }

    /// Sweeps for ever, from `at` on.
    pub(super) fn sweep_from(
        &self,
        at: Timestamp,
        every: TimeDelta,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (driver, clock, invariants) =
            (self.service.driver(), self.clock.clone(), self.invariants.clone());
        async move {
            clock.schedule.sleep_until(at).await;
            loop {
                sweep_once(&driver, &clock, &invariants).await;
                clock.schedule.sleep_until(clock.schedule.now() + every).await;
            }
        }
    }
}

async fn sweep_once(driver: &Driver, clock: &SkewedClock, invariants: &Invariants) {
    if let Ok(swept) = driver.sweep(5, clock.now() + SWEEP_TIME).await {
        swept.advanced.iter().for_each(|record| invariants.said(record));
    }
    let expired = driver.delete_expired(clock.now() + SWEEP_TIME).await;
    expired.operations.iter().for_each(|record| invariants.said(record));
}
