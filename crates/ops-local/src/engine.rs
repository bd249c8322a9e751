//! What drives operations on one machine: a loop over what is due.
//!
//! [`InProcessEngine`] is the half that the service holds and asks for wakes; [`Driver`] is the
//! half that has the service take the steps. The channel between them is why neither needs the
//! other to be made first.

mod schedule;

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::failure::{Code, Failure};
use ops_domain::job::{Due, Job};
use ops_domain::ports::{Engine, EngineError};
use ops_domain::service;
use ops_domain::time::{Timestamp, after};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{Id, JoinError, JoinSet};

use crate::engine::schedule::{Outcome, Schedule};

/// Steps that are taken at the same time.
const MOST_AT_ONCE: usize = 32;

/// Jobs that one sweep takes up.
const SWEEP_LIMIT: usize = 500;

/// How long a look for expired snapshots may begin operations.
const RETENTION_TIME: Duration = Duration::from_mins(1);

/// How long running steps and requests may take when the program is asked to end. RDS describes
/// within 20 s, takes a call within 15 s, and a store answers within 6 s, or they are given up.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(45);

/// Passes wakes on to the [`Driver`].
#[derive(Debug)]
pub struct InProcessEngine {
    wakes: UnboundedSender<(Job, Timestamp)>,
}

/// Takes the steps of all jobs as they become due.
#[derive(Debug)]
pub struct Driver {
    wakes: UnboundedReceiver<(Job, Timestamp)>,
    schedule: Schedule,
    steps: JoinSet<Outcome>,
    running: HashMap<Id, Job>,
    /// The latest look for expired snapshots.
    retention: JoinSet<()>,
}

/// An engine and the loop behind it.
#[must_use]
pub fn pair() -> (InProcessEngine, Driver) {
    let (sender, receiver) = unbounded_channel();
    let driver = Driver {
        wakes: receiver,
        schedule: Schedule::default(),
        steps: JoinSet::new(),
        running: HashMap::new(),
        retention: JoinSet::new(),
    };
    (InProcessEngine { wakes: sender }, driver)
}

#[async_trait]
impl Engine for InProcessEngine {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        self.wakes.send((job, at)).map_err(|closed| EngineError(Box::new(closed)))
    }

    /// The [`Driver`] sweeps by itself.
    fn grace(&self) -> Duration {
        Duration::ZERO
    }
}

/// What the loop goes on for.
enum Event {
    Stop,
    Wake(Job, Timestamp),
    Stepped(Result<(Id, Outcome), JoinError>),
    Time,
}

impl Driver {
    /// Drives jobs until `stop` is ready; then waits a moment for running steps, which the
    /// next start would otherwise have to resolve by describing.
    ///
    /// At once and every `sweep_every` it asks the store what is due: that is how jobs go on that a
    /// crash or a lost wake has left.
    pub async fn run(
        mut self,
        driver: service::Driver,
        sweep_every: Duration,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = std::pin::pin!(stop);
        let mut next_sweep = driver.clock().now();
        loop {
            let now = driver.clock().now();
            if next_sweep <= now {
                self.sweep(&driver, now, sweep_every).await;
                self.delete_expired(&driver, now);
                next_sweep = after(now, sweep_every);
            }
            self.begin_due(&driver, now);
            match self.next_event(&driver, next_sweep, &mut stop).await {
                Event::Stop => break,
                Event::Wake(job, at) => self.schedule.wake(job, at),
                Event::Stepped(stepped) => self.finish(stepped, driver.clock().now()),
                Event::Time => {}
            }
        }
        let rest = async {
            while self.steps.join_next().await.is_some() {}
            while self.retention.join_next().await.is_some() {}
        };
        if tokio::time::timeout(SHUTDOWN_GRACE, rest).await.is_err() {
            tracing::warn!("steps were still running at the end; the next start resolves them");
        }
    }

    async fn next_event(
        &mut self,
        driver: &service::Driver,
        next_sweep: Timestamp,
        stop: &mut (impl Future<Output = ()> + Unpin),
    ) -> Event {
        let free = self.steps.len() < MOST_AT_ONCE;
        let next = self
            .schedule
            .next_at()
            .filter(|_| free)
            .map_or(next_sweep, |next| next.min(next_sweep));
        tokio::select! {
            () = stop => Event::Stop,
            Some((job, at)) = self.wakes.recv() => Event::Wake(job, at),
            Some(stepped) = self.steps.join_next_with_id() => Event::Stepped(stepped),
            () = driver.clock().sleep_until(next) => Event::Time,
        }
    }

    /// Takes up what will be due before the next sweep. What waits after a failure keeps its place.
    async fn sweep(&mut self, driver: &service::Driver, now: Timestamp, sweep_every: Duration) {
        match driver.due(after(now, sweep_every), SWEEP_LIMIT).await {
            Ok(due) => {
                for Due { job, at, .. } in due {
                    self.schedule.enqueue(job, at);
                }
            }
            Err(error) => {
                tracing::error!(exception = &error as &dyn Error, "the store can't say what is due")
            }
        }
    }

    /// Has expired snapshots looked for beside the steps, unless that still goes on.
    fn delete_expired(&mut self, driver: &service::Driver, now: Timestamp) {
        while self.retention.try_join_next().is_some() {}
        if self.retention.is_empty() {
            let (driver, until) = (driver.clone(), after(now, RETENTION_TIME));
            self.retention.spawn(async move {
                driver.delete_expired(until).await;
            });
        }
    }

    fn begin_due(&mut self, driver: &service::Driver, now: Timestamp) {
        while self.steps.len() < MOST_AT_ONCE
            && let Some(job) = self.schedule.begin(now)
        {
            let driver = driver.clone();
            let step =
                self.steps.spawn(async move { outcome_of(job, driver.take_step(job).await) });
            self.running.insert(step.id(), job);
        }
    }

    fn finish(&mut self, stepped: Result<(Id, Outcome), JoinError>, now: Timestamp) {
        let task = stepped.as_ref().map_or_else(JoinError::id, |(task, _)| *task);
        let job = self.running.remove(&task).expect("every step is entered when it begins");
        let outcome = stepped.map_or_else(|_| broken(job), |(_, outcome)| outcome);
        self.schedule.finish(job, outcome, now);
    }
}

/// What the panic said may hold values, so it is not told.
fn broken(job: Job) -> Outcome {
    let Job::Operation(id) = job;
    tracing::error!(operation_id = %id, "a step met a defect; it will be tried again");
    Outcome::Failed
}

fn outcome_of(job: Job, stepped: Result<Option<Timestamp>, Failure>) -> Outcome {
    let Job::Operation(id) = job;
    match stepped {
        Ok(next_at) => next_at.map_or(Outcome::Ended, Outcome::NextAt),
        Err(failure) if failure.code == Code::OperationNotFound => Outcome::Ended,
        Err(failure) => {
            tracing::warn!(operation_id = %id, error_code = %failure.code, "a step failed; it will be tried again");
            Outcome::Failed
        }
    }
}
