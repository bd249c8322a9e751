//! The machine's clock.

use std::time::SystemTime;

use async_trait::async_trait;
use ops_domain::ports::Clock;
use ops_domain::time::Timestamp;

/// The machine's clock, and tokio's timer to wait by.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    async fn sleep_until(&self, at: Timestamp) {
        if let Ok(pause) = (at - self.now()).to_std() {
            tokio::time::sleep(pause).await;
        }
    }
}
