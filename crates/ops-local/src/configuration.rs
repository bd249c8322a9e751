//! Reads the configuration from where this program finds it.

use std::time::Duration;

use ops_config::{Config, ConfigError, ConfigErrors, Source, utf8};
use ops_domain::discovery::AccountSource;
use ops_domain::settings::Settings;
use ops_simulator::fleet;
use tracing::level_filters::LevelFilter;

use crate::error::StartError;
use crate::telemetry;

/// What this program reads itself: its arguments and its log.
const HOST_VARIABLES: [&str; 3] = ["OPS_LISTEN", "OPS_LOG_FORMAT", ops_log::levels::VARIABLE];

/// Reads the TOML text in the file that `OPS_CONFIG_FILE` names, or else in `OPS_CONFIG` or in the
/// object that it names; and the variables.
///
/// # Errors
/// A [`StartError`] with everything that is wrong.
pub async fn load() -> Result<Config, StartError> {
    let Content { bytes, shared } = content().await?;
    let config = utf8(&bytes).map_err(|error| ConfigErrors(vec![error])).and_then(|text| {
        if shared {
            Config::load_shared(text, variable)
        } else {
            Config::load(Some(text), variable)
        }
    });
    together(of_host(), config)
}

/// The TOML that is configured; nothing if there is none.
#[derive(Default)]
pub struct Content {
    /// The text, which may be none.
    pub bytes: Vec<u8>,
    /// Whether running processes share it.
    pub shared: bool,
}

/// Reads the TOML that is configured.
///
/// # Errors
/// A [`StartError`] when it can't be read.
pub async fn content() -> Result<Content, StartError> {
    let own = |bytes| Content { bytes, shared: false };
    match Source::of(variable) {
        Ok(Source::Nowhere) => Ok(Content::default()),
        Ok(Source::Text(text)) => Ok(own(text.into_bytes())),
        Ok(Source::File(path)) => std::fs::read(&path)
            .map(own)
            .map_err(|source| StartError::ConfigurationFile { path: path.into(), source }),
        Ok(Source::Object(object)) => {
            object_content(object).await.map(|bytes| Content { bytes, shared: true })
        }
        Err(error) => Err(unreadable(error)),
    }
}

#[cfg(feature = "aws")]
async fn object_content(object: ops_config::S3Object) -> Result<Vec<u8>, StartError> {
    let sdk = ops_aws_adapters::config::load().await?;
    let content = ops_aws_adapters::shared_settings::content(&sdk, object).await;
    content.map_err(|error| unreadable(error.into()))
}

#[cfg(not(feature = "aws"))]
async fn object_content(_object: ops_config::S3Object) -> Result<Vec<u8>, StartError> {
    std::future::ready(Err(StartError::WithoutAws)).await
}

/// The problem of the object, and those that there are besides.
fn unreadable(error: ConfigError) -> StartError {
    let others = Config::load(None, variable).err().into_iter().flat_map(|errors| errors.0);
    StartError::Configuration(ConfigErrors(
        std::iter::once(error).chain(of_host()).chain(others).collect(),
    ))
}

fn together(
    beside: impl IntoIterator<Item = ConfigError>,
    config: Result<Config, ConfigErrors>,
) -> Result<Config, StartError> {
    ConfigErrors::together(beside, config).map_err(StartError::Configuration)
}

/// A variable of the environment.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What is wrong with the environment besides the settings: the names of variables, and the levels
/// of the log.
pub fn of_host() -> impl Iterator<Item = ConfigError> {
    let levels = telemetry::levels(LevelFilter::INFO).err();
    let every = ops_config::refresh_every(variable).err();
    let unknown = ops_config::unknown_variables(std::env::vars_os(), &HOST_VARIABLES);
    unknown.into_iter().chain(levels).chain(every)
}

/// The shortest default pause between two polls at a simulated operation.
const SHORTEST_POLL: Duration = Duration::from_millis(500);

/// The settings for a simulated RDS that runs `speed` times as fast as the real one: it is looked
/// at more often, unless another interval than the default is configured.
#[must_use]
pub fn sped_up(mut settings: Settings, speed: u32) -> Settings {
    let default = Settings::default().poll_interval;
    if settings.poll_interval == default {
        settings.poll_interval = (default / speed.max(1)).max(SHORTEST_POLL);
    }
    settings
}

/// Longer than a data folder is used.
const NEVER: Duration = Duration::from_hours(100 * 365 * 24);

/// Whether the simulated RDS has discovery where nothing is configured. A server that does not run
/// it would only show that nothing has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DemoDiscovery {
    /// It has the accounts and Regions of the demo fleet.
    On,
    /// It has what is configured.
    Off,
}

/// The settings for the simulated RDS: without other accounts and Regions, discovery reads those of
/// the demo fleet where it is on, and no item is ever too old, since nothing reads them by itself.
///
/// # Panics
/// Never: the names are valid.
#[must_use]
pub fn of_demo_fleet(mut settings: Settings, demo: DemoDiscovery) -> Settings {
    let discovery = &mut settings.discovery;
    if discovery.is_on() {
        return settings;
    }
    discovery.refuse_after = NEVER;
    if demo == DemoDiscovery::On {
        let region = |region: &str| region.parse().expect("it is the name of a Region");
        discovery.accounts = AccountSource::Given(fleet::accounts().into());
        discovery.regions = [fleet::FRANKFURT, fleet::VIRGINIA].map(region).into();
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_poll_interval_follows_the_speed() {
        for (speed, millis) in [(1, 30_000), (6, 5_000), (60, 500), (10_000, 500)] {
            let settings = sped_up(Settings::default(), speed);
            assert_eq!(settings.poll_interval, Duration::from_millis(millis), "speed {speed}");
        }
    }

    #[test]
    fn a_configured_poll_interval_stays() {
        let configured = Settings { poll_interval: Duration::from_secs(7), ..Settings::default() };
        assert_eq!(sped_up(configured, 60).poll_interval, Duration::from_secs(7));
    }
}
