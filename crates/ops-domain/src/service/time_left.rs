//! The time that the host has. A function is frozen or stopped at its end, and its caller then gets
//! the gateway's answer instead of the service's. So nothing begins that may outlast it: a read is
//! given up, and a call that changes something is left to the engine.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::policy::{SEND_TIMEOUT, STORE_TIMEOUT};
use crate::ports::ObserveError;
use crate::service::Service;
use crate::time::{Timestamp, after};

/// What a request to RDS takes with the state that is stored after it.
pub(super) const SENDING: Duration = SEND_TIMEOUT.saturating_add(STORE_TIMEOUT);

/// The least that is left for reading RDS where a step reads it: RDS describes within a second, as
/// a rule.
const LEAST_READING: Duration = Duration::from_secs(3);

/// What a step takes that reads RDS and stores what it saw.
pub(super) const WATCHING: Duration = LEAST_READING.saturating_add(STORE_TIMEOUT);

impl Service {
    /// The same service for a host that ends at `at`.
    ///
    /// What it does is over then, as far as RDS and the stores answer within [`SEND_TIMEOUT`] and
    /// [`STORE_TIMEOUT`]. An operation that can't be sent in time is stored as `accepted`, for the
    /// engine.
    #[must_use]
    pub fn ending_at(&self, at: Timestamp) -> Self {
        Self { ends_at: Some(at), ..self.clone() }
    }

    /// Whether something that takes `needed` is over in time.
    #[must_use]
    pub(super) fn has_time_for(&self, needed: Duration) -> bool {
        self.ends_at.is_none_or(|ends_at| after(self.ports.clock.now(), needed) <= ends_at)
    }

    /// What RDS shows, if it does while there is time to store what follows.
    pub(super) async fn read_in_time<T>(
        &self,
        read: impl Future<Output = Result<T, ObserveError>> + Send,
    ) -> Result<T, ObserveError> {
        let Some(ends_at) = self.ends_at else { return read.await };
        let too_late = self.ports.clock.sleep_until(ends_at - crate::time::delta(STORE_TIMEOUT));
        match select(pin!(read), too_late).await {
            Either::Left((seen, _)) => seen,
            Either::Right(_) => Err(ObserveError::Unavailable(
                "RDS did not answer in the time that was left".into(),
            )),
        }
    }
}
