//! Following an operation.

use std::time::Duration;

use ops_api_types::{OperationStatus, OperationView};

use crate::client::Client;
use crate::error::Error;

/// How long one request waits for a change. It is less than the 29 s after which an API gateway
/// ends a request.
const ONE_WAIT: Duration = Duration::from_secs(20);

/// How long the service may be away while an operation is followed. The operation goes on
/// meanwhile.
const PATIENCE: Duration = Duration::from_mins(2);

/// The shortest pause between two answers, where the service does not wait.
const PAUSE: Duration = Duration::from_millis(500);

/// What an operation is followed to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Until {
    /// Its end, its timeout, or the moment at which it waits for a time or an approval.
    Answer,
    /// Its end, or its timeout.
    End,
}

/// Whether nothing will happen any more. An operation that timed out may still end.
#[must_use]
pub const fn is_over(status: OperationStatus) -> bool {
    match status {
        OperationStatus::Rejected
        | OperationStatus::Available
        | OperationStatus::Failed
        | OperationStatus::Unverified
        | OperationStatus::Cancelled
        | OperationStatus::Denied => true,
        OperationStatus::PendingApproval
        | OperationStatus::Scheduled
        | OperationStatus::Accepted
        | OperationStatus::Submitting
        | OperationStatus::Unresolved
        | OperationStatus::InProgress
        | OperationStatus::Timeout => false,
    }
}

impl Until {
    const fn is_reached(self, status: OperationStatus) -> bool {
        match status {
            OperationStatus::PendingApproval | OperationStatus::Scheduled => {
                matches!(self, Self::Answer)
            }
            OperationStatus::Timeout => true,
            _ => is_over(status),
        }
    }
}

impl Client {
    /// Follows an operation, and calls `on_change` with each new state of it, the last one
    /// included.
    ///
    /// It has no time limit of its own; drop the future, or put `tokio::time::timeout` around it,
    /// to wait no longer. The operation goes on either way. A service that is away is waited for
    /// two minutes.
    ///
    /// # Errors
    /// An [`Error`] when the operation is not known or the service is away for longer.
    pub async fn wait(
        &self,
        id: &str,
        until: Until,
        mut on_change: impl FnMut(&OperationView),
    ) -> Result<OperationView, Error> {
        let patient = self.clone().with_retry(self.retry().with_patience(PATIENCE));
        let mut seen = patient.operation(id).await?;
        on_change(&seen);
        while !until.is_reached(seen.status) {
            let begun = tokio::time::Instant::now();
            let next = patient.operation_after_change(id, ONE_WAIT).await?;
            if next != seen {
                on_change(&next);
            }
            seen = next;
            if !until.is_reached(seen.status) {
                tokio::time::sleep_until(begun + PAUSE).await;
            }
        }
        Ok(seen)
    }
}
