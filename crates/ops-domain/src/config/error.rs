//! What is wrong with a configuration.

use std::error::Error;
use std::fmt;

use thiserror::Error as ThisError;

use super::Settings;

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// The variable or the TOML key.
    pub name: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// Everything that is wrong with the configuration: at least one problem, in the order in which settings are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl ConfigErrors {
    /// The settings, unless something is wrong with them or with what a host reads beside them.
    ///
    /// # Errors
    /// Every problem of both, that of the host first.
    pub fn together(beside: Option<ConfigError>, settings: Result<Settings, Self>) -> Result<Settings, Self> {
        let Some(problem) = beside else { return settings };
        let others = settings.err().map_or_else(Vec::new, |Self(others)| others);
        Err(Self([vec![problem], others].concat()))
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
