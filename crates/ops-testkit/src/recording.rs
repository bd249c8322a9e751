//! Listeners that keep what they were told, and ids that count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::id::OperationId;
use ops_domain::job::Job;
use ops_domain::notice::Notice;
use ops_domain::ports::{Engine, EngineError, Ids, Measurement, Metrics, Notifier};
use ops_domain::time::Timestamp;

/// An engine, a notifier and metrics that keep what they were told. Clones keep it together.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    wakes: Vec<(Job, Timestamp)>,
    notices: Vec<Notice>,
    measurements: Vec<Measurement>,
    engine_down: bool,
}

impl Recording {
    /// The operations that the engine was asked to wake, and when.
    #[must_use]
    pub fn wakes(&self) -> Vec<(OperationId, Timestamp)> {
        self.lock().wakes.iter().map(|(Job::Operation(id), at)| (*id, *at)).collect()
    }

    /// What people were told.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.lock().notices.clone()
    }

    /// What was counted.
    #[must_use]
    pub fn measurements(&self) -> Vec<Measurement> {
        self.lock().measurements.clone()
    }

    /// Has the engine refuse from now on, or work again.
    pub fn engine_down(&self, down: bool) {
        self.lock().engine_down = down;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Engine for Recording {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        let mut inner = self.lock();
        if inner.engine_down {
            return Err(EngineError("the engine is down".into()));
        }
        inner.wakes.push((job, at));
        Ok(())
    }

    fn grace(&self) -> Duration {
        Duration::ZERO
    }
}

#[async_trait]
impl Notifier for Recording {
    async fn notify(&self, notice: &Notice) {
        self.lock().notices.push(notice.clone());
    }
}

impl Metrics for Recording {
    fn record(&self, measurement: &Measurement) {
        self.lock().measurements.push(measurement.clone());
    }
}

/// Ids of the time of the request and a number that counts up from 1.
#[derive(Debug, Default)]
pub struct SequentialIds {
    last: AtomicU64,
}

impl Ids for SequentialIds {
    fn operation_id(&self, now: Timestamp) -> OperationId {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        OperationId::from_parts(unix_ms, u128::from(number))
    }
}
