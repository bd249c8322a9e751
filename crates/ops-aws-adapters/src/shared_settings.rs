//! Settings in an object of Amazon S3 that running processes share, and read again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_config::SdkConfig;
use ops_config::{
    Config, ConfigErrors, FetchError, Fetched, Reload, S3Object, Status, Taken, Urgency,
};
use ops_domain::ports::Clock;

use crate::s3_object::Reader;

/// What returns the value of an environment variable.
type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The settings in an object, of which the last good version is in effect.
pub struct SharedSettings {
    reader: Reader,
    clock: Arc<dyn Clock>,
    lookup: Box<Lookup>,
    reload: Mutex<Reload>,
    /// Held by the one that reads the object.
    reading: tokio::sync::Mutex<()>,
}

/// What one more look at the object led to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refreshed {
    /// The same version is in effect.
    Same,
    /// Another version is in effect.
    Changed,
    /// The newest version is not in effect, because of a problem.
    Problem,
}

/// The content of an object, for one look.
///
/// # Errors
/// A [`FetchError`].
pub async fn content(sdk: &SdkConfig, object: S3Object) -> Result<Vec<u8>, FetchError> {
    match Reader::new(sdk, object).fetch(None).await? {
        Fetched::Document { content, .. } => Ok(content),
        // Nothing is unchanged without an earlier version.
        Fetched::Unchanged => Ok(Vec::new()),
    }
}

impl SharedSettings {
    /// Reads the object for the first time. The variables by `lookup` win over it, and say how
    /// often it is read again.
    ///
    /// # Errors
    /// Everything that is wrong with the object and the variables, as at every start.
    pub async fn open(
        sdk: &SdkConfig,
        object: S3Object,
        clock: Arc<dyn Clock>,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Result<(Self, Config), ConfigErrors> {
        let every = ops_config::refresh_every(&lookup);
        let reader = Reader::new(sdk, object);
        let fetched = reader.fetch(None).await;
        let begun = Reload::begin(fetched, clock.now(), every.clone().unwrap_or_default(), &lookup);
        let (reload, config) = match (every, begun) {
            (Ok(_), begun) => begun?,
            (Err(error), begun) => {
                let others = begun.err().into_iter().flat_map(|errors| errors.0);
                return Err(ConfigErrors([error].into_iter().chain(others).collect()));
            }
        };
        let (reload, reading) = (Mutex::new(reload), tokio::sync::Mutex::default());
        Ok((Self { reader, clock, lookup: Box::new(lookup), reload, reading }, config))
    }

    /// Which version is in effect, and why not a newer one.
    #[must_use]
    pub fn status(&self) -> Status {
        self.lock().status().clone()
    }

    /// How urgent another look at the object is.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.lock().urgency(self.clock.now())
    }

    /// Looks at the object, unless somebody else has just done so, and passes another configuration
    /// to `install`. What changes and what goes wrong is logged, once.
    pub async fn refresh(&self, install: impl FnOnce(Config)) -> Refreshed {
        let _reading = self.reading.lock().await;
        if self.urgency() == Urgency::None {
            return Refreshed::Same;
        }
        let etag = self.lock().etag().map(str::to_owned);
        let fetched = self.reader.fetch(etag.as_deref()).await;
        let (taken, status) = {
            let mut reload = self.lock();
            let taken = reload.take(fetched, self.clock.now(), &self.lookup);
            (taken, reload.status().clone())
        };
        log(&taken, &status);
        match taken {
            Taken::Unchanged | Taken::Recovered => Refreshed::Same,
            Taken::Changed(config) => {
                install(*config);
                Refreshed::Changed
            }
            Taken::Kept { .. } => Refreshed::Problem,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Reload> {
        self.reload.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(taken: &Taken, status: &Status) {
    let configuration_version = status.version.as_str();
    match (taken, &status.problem) {
        (Taken::Changed(_), _) => {
            tracing::info!(configuration_version, "the settings have changed");
        }
        (Taken::Recovered, _) => {
            tracing::info!(configuration_version, "the settings can be read again");
        }
        (Taken::Kept { is_new: true }, Some((problem, _))) => {
            let errors = problem.errors();
            tracing::error!(
                error_code = problem.code(),
                exception = &errors as &(dyn std::error::Error + 'static),
                exception_name = "ConfigErrors",
                configuration_version,
                "the settings could not be renewed"
            );
        }
        (Taken::Unchanged | Taken::Kept { .. }, _) => {}
    }
}
