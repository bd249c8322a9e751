//! Waiting for an operation while somebody wants to see its end. Nothing depends on it: without a waiting caller the
//! engine takes the same steps.

use std::time::Duration;

use crate::failure::Failure;
use crate::id::OperationId;
use crate::life::{OperationRecord, Status};
use crate::service::Service;
use crate::time::{Timestamp, after};

/// How often a waiting caller looks for a state that somebody else stored.
const GLANCE: Duration = Duration::from_secs(1);

impl Service {
    /// Takes the steps of an operation as they become due, until it has ended, timed out, or `until` has come.
    pub async fn wait(&self, record: OperationRecord, until: Timestamp) -> OperationRecord {
        let mut latest = record;
        while !is_answerable(&latest) && self.pause(latest.next_at(), until).await {
            latest = self.advance_or_rest(latest, until).await;
        }
        latest
    }

    /// As [`Service::wait`], but until anything has changed since `version`.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such operation or the store can't be used.
    pub async fn wait_for_change(&self, id: OperationId, until: Timestamp) -> Result<OperationRecord, Failure> {
        let first = self.advance(id).await?;
        let mut latest = first.clone();
        while !latest.status().is_terminal()
            && latest.version == first.version
            && self.pause(latest.next_at(), until).await
        {
            latest = self.advance_or_rest(latest, until).await;
        }
        Ok(latest)
    }

    /// Takes a step. If the store can't be used now, rests, so that a store in trouble is not asked without a pause.
    async fn advance_or_rest(&self, record: OperationRecord, until: Timestamp) -> OperationRecord {
        if let Ok(advanced) = self.advance(record.id).await {
            return advanced;
        }
        self.pause(None, until).await;
        record
    }

    /// Sleeps until `next_at`, for [`GLANCE`] at most; `false` when there is no time left.
    async fn pause(&self, next_at: Option<Timestamp>, until: Timestamp) -> bool {
        let now = self.ports.clock.now();
        if now >= until {
            return false;
        }
        let glance = after(now, GLANCE);
        let at = next_at.map_or(glance, |next_at| next_at.min(glance)).min(until);
        self.ports.clock.sleep_until(at).await;
        true
    }
}

/// Whether the caller can be told something final, if only that it takes longer.
fn is_answerable(record: &OperationRecord) -> bool {
    record.status().is_terminal() || record.status() == Status::Timeout
}
