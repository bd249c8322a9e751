//! The simulated Step Functions: executions that outlive every process, and call a worker in one of
//! them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DurationRound as _, TimeDelta};
use ops_domain::id::OperationId;
use ops_domain::service::Driver;
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use super::invariants::Invariants;
use super::schedule::Schedule;

/// The retries of the definition in `deploy/state-machine.asl.json`: how many in a row, and the
/// longest pause.
const MOST_RETRIES: u32 = 30;
const LONGEST_PAUSE: i64 = 300;

/// How often an execution sees whether its worker has answered or died.
const GLANCE: TimeDelta = TimeDelta::milliseconds(100);

/// Every execution. Clones are the same.
#[derive(Clone)]
pub(super) struct Executions {
    schedule: Schedule,
    invariants: Invariants,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    workers: Vec<Driver>,
    running: BTreeSet<OperationId>,
    /// Executions that saw the end of their operation.
    finished: usize,
}

impl Executions {
    pub(super) fn new(schedule: Schedule, invariants: Invariants) -> Self {
        Self { schedule, invariants, inner: Arc::default() }
    }

    /// Has these processes do the work, each in its place. They hold the executions that call them,
    /// until others are employed.
    pub(super) fn employ(&self, workers: Vec<Driver>) {
        self.lock().workers = workers;
    }

    /// Starts an execution that takes its first step at `at`, unless one runs.
    pub(super) fn start(&self, id: OperationId, at: Timestamp) {
        if !self.lock().running.insert(id) {
            return;
        }
        let this = self.clone();
        self.schedule.spawn_outside(async move {
            this.execute(id, full_second(at)).await;
            this.lock().running.remove(&id);
        });
    }

    /// Whether an execution still goes on.
    pub(super) fn is_busy(&self) -> bool {
        !self.lock().running.is_empty()
    }

    /// How many saw the end of their operation.
    pub(super) fn finished(&self) -> usize {
        self.lock().finished
    }

    /// Goes by what the worker answers until the operation has ended, or the worker has failed too
    /// often.
    async fn execute(&self, id: OperationId, mut at: Timestamp) {
        let mut failures = 0;
        loop {
            self.schedule.sleep_until(at).await;
            if let Some(record) = self.call_worker(id).await {
                self.invariants.said(&record);
                let Some(next_at) = record.next_at() else {
                    self.lock().finished += 1;
                    return;
                };
                at = full_second(next_at);
                failures = 0;
            } else if failures == MOST_RETRIES {
                return;
            } else {
                at = self.schedule.now() + self.pause(failures);
                failures += 1;
            }
        }
    }

    /// Has one of the processes take a step; none when it dies meanwhile or can't.
    async fn call_worker(&self, id: OperationId) -> Option<OperationRecord> {
        let (answer, mut answered) = oneshot::channel();
        let (process, worker) = self.choose_worker();
        self.schedule.spawn(process, async move {
            let _ = answer.send(worker.advance_when_due(id).await.ok());
        });
        loop {
            match answered.try_recv() {
                Ok(answer) => return answer,
                Err(TryRecvError::Closed) => return None,
                Err(TryRecvError::Empty) => {
                    self.schedule.sleep_until(self.schedule.now() + GLANCE).await
                }
            }
        }
    }

    fn choose_worker(&self) -> (usize, Driver) {
        let inner = self.lock();
        let count = u32::try_from(inner.workers.len()).expect("a seed has a handful of processes");
        let chosen = self.schedule.roll(count) as usize;
        (chosen, inner.workers[chosen].clone())
    }

    /// Twice as long after each failure, by full jitter.
    fn pause(&self, failures: u32) -> TimeDelta {
        let longest = (2_i64 << failures.min(16)).min(LONGEST_PAUSE) * 1000;
        let longest = u32::try_from(longest).expect("minutes in milliseconds are few");
        TimeDelta::milliseconds(i64::from(self.schedule.roll(longest)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Step Functions waits until full seconds; the service tells it no time before the step is due.
fn full_second(at: Timestamp) -> Timestamp {
    let truncated =
        at.duration_trunc(TimeDelta::seconds(1)).expect("a second divides every time of a run");
    if truncated == at { at } else { truncated + TimeDelta::seconds(1) }
}
