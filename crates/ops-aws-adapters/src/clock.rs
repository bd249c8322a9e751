//! The machine's clock.

use std::time::SystemTime;

use async_trait::async_trait;
use ops_domain::ports::Clock;
use ops_domain::time::{Timestamp, in_micros};

/// The machine's clock, and tokio's timer to wait by.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        in_micros(SystemTime::now().into())
    }

    async fn sleep_until(&self, at: Timestamp) {
        if let Ok(pause) = (at - self.now()).to_std() {
            tokio::time::sleep(pause).await;
        }
    }
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
