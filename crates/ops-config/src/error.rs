//! What is wrong with a configuration.

use std::error::Error;
use std::fmt;

use thiserror::Error as ThisError;

use crate::Config;

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// The variable or the TOML key.
    pub name: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// Everything that is wrong with the configuration: at least one problem, in the order in which
/// settings are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl ConfigErrors {
    /// The configuration, unless something is wrong with it or with what a host reads in addition.
    ///
    /// # Errors
    /// Every problem of both, those of the host first.
    pub fn together(
        beside: impl IntoIterator<Item = ConfigError>,
        config: Result<Config, Self>,
    ) -> Result<Config, Self> {
        let mut problems: Vec<ConfigError> = beside.into_iter().collect();
        if problems.is_empty() {
            return config;
        }
        problems.extend(config.err().into_iter().flat_map(|Self(others)| others));
        Err(Self(problems))
    }
}

/// One line for each problem.
impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ConfigError::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Error for ConfigErrors {}
