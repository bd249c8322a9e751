//! Reads the configuration from where this program finds it.

use std::time::Duration;

use ops_config::{Config, ConfigError, ConfigErrors, Source};
use ops_domain::settings::Settings;
use tracing::level_filters::LevelFilter;

use crate::error::StartError;
use crate::telemetry;

/// What this program reads itself: its arguments and its log.
const HOST_VARIABLES: [&str; 3] = ["OPS_LISTEN", "OPS_LOG_FORMAT", ops_log::levels::VARIABLE];

/// Reads the TOML text in the file that `OPS_CONFIG_FILE` names or else in `OPS_CONFIG`, and the
/// variables.
///
/// # Errors
/// A [`StartError`] with everything that is wrong.
pub fn load() -> Result<Config, StartError> {
    let config = Config::load(text()?.as_deref(), variable);
    ConfigErrors::together(of_host(), config).map_err(StartError::Configuration)
}

/// The TOML text that is configured, if there is one.
///
/// # Errors
/// [`StartError::ConfigurationFile`] when the file can't be read.
pub fn text() -> Result<Option<String>, StartError> {
    let invalid = |error| StartError::Configuration(ConfigErrors(vec![error]));
    match Source::of(variable).map_err(invalid)? {
        Source::Nowhere => Ok(None),
        Source::Text(text) => Ok(Some(text)),
        Source::File(path) => std::fs::read_to_string(&path)
            .map(Some)
            .map_err(|source| StartError::ConfigurationFile { path: path.into(), source }),
        Source::Object(_) => Err(StartError::WithoutAws),
    }
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
    ops_config::unknown_variables(std::env::vars_os(), &HOST_VARIABLES).into_iter().chain(levels)
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
