//! Takes the steps of operations when they are due.

use std::time::Duration;

use async_trait::async_trait;
use ops_domain::job::Job;
use ops_domain::ports::{Engine, EngineError};
use ops_domain::service::Service;
use ops_domain::time::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Passes on which job is due, and when.
pub struct Wakes(UnboundedSender<(Job, Timestamp)>);

/// The jobs that the service asks to have woken.
pub type Woken = UnboundedReceiver<(Job, Timestamp)>;

/// The half that the service has, and the half that takes the steps.
#[must_use]
pub fn pair() -> (Wakes, Woken) {
    let (sender, receiver) = unbounded_channel();
    (Wakes(sender), receiver)
}

#[async_trait]
impl Engine for Wakes {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        self.0.send((job, at)).map_err(|closed| EngineError(closed.into()))
    }

    fn grace(&self) -> Duration {
        Duration::ZERO
    }
}

/// Takes each step in a task of its own. A step says when the next one is due; the same step taken
/// twice does no harm.
///
/// A host that may crash also calls `Driver::sweep` when it starts and now and then: that finds what
/// nobody was woken for.
pub async fn drive(service: Service, mut woken: Woken) {
    while let Some((job, mut at)) = woken.recv().await {
        let service = service.clone();
        tokio::spawn(async move {
            loop {
                service.clock().sleep_until(at).await;
                // An error is a store that can't be used now; the sweep finds the job again.
                match service.driver().take_step(job).await {
                    Ok(Some(next)) => at = next,
                    Ok(None) | Err(_) => return,
                }
            }
        });
    }
}
