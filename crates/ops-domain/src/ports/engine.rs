//! What drives operations on, and who is told of them.

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

use crate::id::OperationId;
use crate::job::Job;
use crate::notice::Notice;
use crate::ports::Source;
use crate::state::Status;
use crate::time::Timestamp;

/// What drives operations on when no caller waits.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Sees to it that a step of this job is taken at `at` or soon after, and from then on whenever
    /// its next one is due, until it has ended. Asking again is harmless, and compensates for an
    /// engine that gave up.
    ///
    /// # Errors
    /// An [`EngineError`]; the periodic sweep finds the job all the same.
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError>;

    /// How long after its time a step may still come from this engine. A step that is later than
    /// that is taken by the sweep. Zero for an engine that drives nothing.
    fn grace(&self) -> Duration;
}

/// The engine could not be asked.
#[derive(Debug, Error)]
#[error("the engine could not be asked to drive the job")]
pub struct EngineError(#[source] pub Source);

/// Tells people what happened. A failure is the notifier's own to log.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Tells of an operation that ended, timed out, or was refused. Whoever asked for it may wait
    /// for this, so it takes a few seconds at most.
    async fn notify(&self, notice: &Notice);
}

/// Counts. A failure is the listener's own to log.
pub trait Metrics: Send + Sync {
    /// Takes in one fact.
    fn record(&self, measurement: &Measurement);
}

/// One fact to count.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurement {
    /// An operation ended or timed out. One that timed out is measured again when it ends.
    Finished {
        /// The operation.
        operation_id: OperationId,
        /// The operation's name.
        operation: &'static str,
        /// The environment, as text.
        environment: String,
        /// The state that it is in.
        status: Status,
        /// Whether it was measured before, when it timed out.
        late: bool,
        /// From the request.
        duration: Duration,
        /// Polls that showed something.
        polls: u32,
    },
    /// A request for a production instance was refused.
    ProductionBlocked {
        /// The operation's name.
        operation: &'static str,
    },
    /// A permission was missing: AWS refused the service's role, or the caller may not run the
    /// operation there.
    PermissionDenied {
        /// The operation's name.
        operation: &'static str,
    },
    /// An audit entry could not be written.
    AuditWriteFailed,
    /// An audit entry that belongs to no operation was not written, because too many others were
    /// written to its chain.
    AuditContended,
    /// A table of the service went on asking for slower requests.
    StoreThrottled,
    /// A run of discovery has ended.
    Discovered {
        /// The instances that it saw.
        instances: u64,
        /// Accounts and Regions that it did not read in full.
        unread_scopes: u64,
        /// For how long the longest of them, or the list of accounts, was not read in full, in
        /// minutes.
        longest_unread_minutes: u64,
    },
}

/// Drives nothing: for a host that calls `advance` and the sweep itself, and tells and counts
/// nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

#[async_trait]
impl Engine for Nobody {
    async fn wake(&self, _job: Job, _at: Timestamp) -> Result<(), EngineError> {
        Ok(())
    }

    fn grace(&self) -> Duration {
        Duration::ZERO
    }
}

#[async_trait]
impl Notifier for Nobody {
    async fn notify(&self, _notice: &Notice) {}
}

impl Metrics for Nobody {
    fn record(&self, _measurement: &Measurement) {}
}
