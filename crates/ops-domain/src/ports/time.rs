//! Time and new ids.

use async_trait::async_trait;

use crate::id::OperationId;
use crate::time::Timestamp;

/// Time. The only way in which a decision learns what time it is.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;
    /// Returns at `at` or a little later; at once when `at` has passed.
    async fn sleep_until(&self, at: Timestamp);
}

/// New ids.
pub trait Ids: Send + Sync {
    /// An operation id that nobody else has, for a request at `now`.
    fn operation_id(&self, now: Timestamp) -> OperationId;
}
