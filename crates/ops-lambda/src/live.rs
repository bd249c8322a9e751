//! What a function answers with, by the configuration that is in effect.
//!
//! Each invocation takes one snapshot and keeps it to its end, so no request and no step sees two
//! configurations. Where the settings are shared, the object is read again: beside an invocation,
//! or before it where the last answer about it is old. A function is frozen between invocations, so
//! nothing is read then.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ops_aws_adapters::shared_settings::{Refreshed, SharedSettings};
use ops_config::{Config, Status, Urgency};

use crate::telemetry::Telemetry;

/// The longest that an invocation waits for the settings. Then it goes by those it has.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes a snapshot by a configuration, from the one before.
type Make<T> = dyn Fn(Config, &T) -> T + Send + Sync;

/// What a function answers with.
pub struct Live<T> {
    current: RwLock<Arc<T>>,
    make: Box<Make<T>>,
    shared: Option<SharedSettings>,
    telemetry: Arc<Telemetry>,
}

impl<T: Send + Sync + 'static> Live<T> {
    /// Begins with `first`. When shared settings change, `make` makes the next snapshot.
    pub fn new(
        first: T,
        shared: Option<SharedSettings>,
        telemetry: Arc<Telemetry>,
        make: impl Fn(Config, &T) -> T + Send + Sync + 'static,
    ) -> Arc<Self> {
        let current = RwLock::new(Arc::new(first));
        Arc::new(Self { current, make: Box::new(make), shared, telemetry })
    }

    /// The snapshot for one invocation.
    pub async fn snapshot(self: &Arc<Self>) -> Arc<T> {
        match self.shared.as_ref().map_or(Urgency::None, SharedSettings::urgency) {
            Urgency::None => {}
            Urgency::Beside => drop(tokio::spawn(Arc::clone(self).renew())),
            Urgency::Before => {
                let renewed = tokio::spawn(Arc::clone(self).renew());
                // What is late, or breaks off, leaves the settings as they are.
                let _late = tokio::time::timeout(PATIENCE, renewed).await;
            }
        }
        self.current()
    }

    /// Which version of shared settings is in effect.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.shared.as_ref().map(SharedSettings::status)
    }

    async fn renew(self: Arc<Self>) {
        let Some(shared) = &self.shared else { return };
        match shared.refresh(|config| self.install(config)).await {
            Refreshed::Same | Refreshed::Changed => {}
            Refreshed::Problem => self.telemetry.settings_kept(),
        }
    }

    fn install(&self, config: Config) {
        let next = (self.make)(config, &self.current());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }

    fn current(&self) -> Arc<T> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}
