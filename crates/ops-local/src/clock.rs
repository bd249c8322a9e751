//! The machine's clock, and ids made of its time and chance.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use ops_domain::id::OperationId;
use ops_domain::ports::{Clock, Ids};
use ops_domain::time::{Timestamp, in_micros};

/// The longest single sleep: afterwards the machine's clock, which may have been set meanwhile, is
/// asked again.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// The time of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        in_micros(SystemTime::now().into())
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let left = (at - self.now()).to_std().unwrap_or_default();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
        }
    }
}

/// Ids of this machine's time and 80 random bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn operation_id(&self, now: Timestamp) -> OperationId {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        OperationId::from_parts(millis, rand::random())
    }
}

/// The id of a new request: a ULID, as operations have.
#[must_use]
pub fn request_id() -> String {
    RandomIds.operation_id(SystemClock.now()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_what_its_text_tells() {
        for _ in 0..100 {
            assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
        }
    }
}
