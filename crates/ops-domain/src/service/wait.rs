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
        while !is_answerable(&latest) && self.pause(&latest, until).await {
            latest = self.advance(latest.id).await.unwrap_or(latest);
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
        while !latest.status().is_terminal() && latest.version == first.version && self.pause(&latest, until).await {
            latest = self.advance(id).await.unwrap_or(latest);
        }
        Ok(latest)
    }

    /// Sleeps until the next step may be due; `false` when there is no time left.
    async fn pause(&self, record: &OperationRecord, until: Timestamp) -> bool {
        let now = self.ports.clock.now();
        if now >= until {
            return false;
        }
        let glance = after(now, GLANCE);
        let at = record.next_at().map_or(glance, |next_at| next_at.min(glance)).min(until);
        self.ports.clock.sleep_until(at).await;
        true
    }
}

/// Whether the caller can be told something final, if only that it takes longer.
fn is_answerable(record: &OperationRecord) -> bool {
    record.status().is_terminal() || record.status() == Status::Timeout
}
