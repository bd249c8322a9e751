//! `sweep`: finds the jobs that nobody has driven on, takes their step, and hands them to the
//! engine again. With an engine that drives nothing, this alone takes every job to its end.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt as _, StreamExt as _, stream};
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::instance::Scope;
use crate::job::{Due, Job};
use crate::service::time_left::WATCHING;
use crate::service::{Service, log};
use crate::state::OperationRecord;
use crate::time::{Timestamp, delta};

/// Accounts and Regions that are swept at the same time: one that does not answer must not hold up
/// the others.
const SCOPES_AT_ONCE: usize = 16;

/// What a sweep came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// The operations whose step was taken, in their new state.
    pub advanced: Vec<OperationRecord>,
    /// How many steps could not be taken, or not in time. They are still due.
    pub left: usize,
}

impl Service {
    /// Takes one step of every operation that is later than the engine's grace allows, `limit` at
    /// most, the longest waiting first; begins none after `until`.
    ///
    /// # Errors
    /// A [`Failure`] when the store can't say what is due.
    pub(super) async fn sweep(&self, limit: usize, until: Timestamp) -> Result<Swept, Failure> {
        let late = self.ports.clock.now() - delta(self.ports.engine.grace());
        let due = self.ports.store.due(None, late, limit).await.map_err(Failure::from)?;
        let found = due.len();
        let scopes = by_scope(due).into_values().map(|jobs| self.sweep_scope(jobs, until));
        let advanced: Vec<OperationRecord> =
            stream::iter(scopes).buffer_unordered(SCOPES_AT_ONCE).concat().await;
        let left = found - advanced.len();
        tracing::info!(advanced = advanced.len(), left, "swept");
        Ok(Swept { left, advanced })
    }

    /// One after the other: the poll of the first serves all that are due in its scope.
    async fn sweep_scope(&self, jobs: Vec<Job>, until: Timestamp) -> Vec<OperationRecord> {
        let mut advanced = Vec::with_capacity(jobs.len());
        for job in jobs {
            if until <= self.ports.clock.now() || !self.has_time_for(WATCHING) {
                break;
            }
            if let Some(record) = self.advance_alone(job).await {
                self.hand_over(job, record.next_at()).instrument(log::operation(&record)).await;
                advanced.push(record);
            }
        }
        advanced
    }

    /// Takes a step of one job. A defect that it meets must not break off the steps of the others.
    async fn advance_alone(&self, job: Job) -> Option<OperationRecord> {
        let Job::Operation(id) = job;
        match AssertUnwindSafe(self.advance(id)).catch_unwind().await {
            Ok(advanced) => advanced.ok(),
            Err(_) => {
                tracing::error!(operation_id = %id, "a step met a defect; it is still due");
                None
            }
        }
    }

    /// Asks the engine to drive a job from `at` on. If it can't be asked, the next sweep finds the
    /// job.
    pub(super) async fn hand_over(&self, job: Job, at: Option<Timestamp>) {
        if let Some(at) = at {
            let asked = self.ports.engine.wake(job, at).await;
            let _ = asked.inspect_err(|error| {
                log::missed(error, "the engine was not asked to drive an operation")
            });
        }
    }
}

fn by_scope(due: Vec<Due>) -> BTreeMap<Scope, Vec<Job>> {
    let mut scopes: BTreeMap<Scope, Vec<Job>> = BTreeMap::new();
    for Due { scope, job, .. } in due {
        scopes.entry(scope).or_default().push(job);
    }
    scopes
}
