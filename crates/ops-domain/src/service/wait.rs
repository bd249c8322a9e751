//! Waiting for an operation while somebody wants to see its end. Nothing depends on it: without a
//! waiting caller the engine takes the same steps.

use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::failure::Failure;
use crate::id::OperationId;
use crate::policy::STORE_TIMEOUT;
use crate::service::Service;
use crate::service::time_left::{SENDING, WATCHING};
use crate::state::{OperationRecord, State, Status};
use crate::time::{Timestamp, after};

/// How often a waiting caller looks for a state that somebody else stored.
const GLANCE: Duration = Duration::from_secs(1);

impl Service {
    /// Takes the steps of an operation as they become due, until it has ended, timed out, or
    /// `until` has come.
    pub(super) async fn wait(&self, record: OperationRecord, until: Timestamp) -> OperationRecord {
        self.wait_unless(record, until, pending()).await
    }

    /// As [`Service::wait`], but no longer than until `stop` is ready. A step that has begun is
    /// taken to its end.
    pub(super) async fn wait_unless(
        &self,
        record: OperationRecord,
        until: Timestamp,
        stop: impl Future<Output = ()> + Send,
    ) -> OperationRecord {
        let mut stop = pin!(stop);
        let mut latest = record;
        while !is_answerable(&latest) && self.pause(&latest, until, stop.as_mut()).await {
            latest = self.advance_or_rest(latest, until, stop.as_mut()).await;
        }
        latest
    }

    /// As [`Service::wait_unless`], but until anything has changed since the first step.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such operation or the store can't be used.
    pub(super) async fn wait_for_change(
        &self,
        id: OperationId,
        until: Timestamp,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<OperationRecord, Failure> {
        let mut stop = pin!(stop);
        let first = self.advance(id).await?;
        let mut latest = first.clone();
        while !latest.status().is_terminal()
            && latest.version == first.version
            && self.pause(&latest, until, stop.as_mut()).await
        {
            latest = self.advance_or_rest(latest, until, stop.as_mut()).await;
        }
        Ok(latest)
    }

    /// Takes a step, or looks whether somebody else has where there is no time for it. If the store
    /// can't be used now, rests, so that a store in trouble is not asked without a pause.
    async fn advance_or_rest<S>(
        &self,
        record: OperationRecord,
        until: Timestamp,
        stop: Pin<&mut S>,
    ) -> OperationRecord
    where
        S: Future<Output = ()> + Send,
    {
        let advanced = if self.has_time_for_step(&record) {
            self.advance(record.id).await
        } else {
            self.load(record.id).await
        };
        if let Ok(advanced) = advanced {
            return advanced;
        }
        self.rest(None, until, stop).await;
        record
    }

    /// Sleeps until the next step, if there is time for it, for [`GLANCE`] at most; `false` when
    /// there is no time left to poll again, or `stop` is ready.
    async fn pause<S>(&self, record: &OperationRecord, until: Timestamp, stop: Pin<&mut S>) -> bool
    where
        S: Future<Output = ()> + Send,
    {
        let next_at = record.next_at().filter(|_| self.has_time_for_step(record));
        self.has_time_for(STORE_TIMEOUT) && self.rest(next_at, until, stop).await
    }

    async fn rest<S>(&self, next_at: Option<Timestamp>, until: Timestamp, stop: Pin<&mut S>) -> bool
    where
        S: Future<Output = ()> + Send,
    {
        let now = self.ports.clock.now();
        if now >= until {
            return false;
        }
        let glance = after(now, GLANCE);
        let at = next_at.map_or(glance, |next_at| next_at.min(glance)).min(until);
        match select(stop, self.ports.clock.sleep_until(at)).await {
            Either::Left(_) => false,
            Either::Right(_) => true,
        }
    }

    /// Whether the next step of the operation is over in time, be it taken now.
    fn has_time_for_step(&self, record: &OperationRecord) -> bool {
        match &record.state {
            // The intent is stored before the request to RDS.
            State::Waiting { .. } | State::Queued { .. } => {
                self.has_time_for(STORE_TIMEOUT.saturating_add(SENDING))
            }
            State::Submitting { .. }
            | State::Unresolved { .. }
            | State::Watching { .. }
            | State::Ended { .. } => self.has_time_for(WATCHING),
        }
    }
}

/// Whether the caller need not wait for more: the operation has ended, takes longer, or waits for
/// something itself.
fn is_answerable(record: &OperationRecord) -> bool {
    matches!(record.state, State::Waiting { .. })
        || record.status().is_terminal()
        || record.status() == Status::Timeout
}
