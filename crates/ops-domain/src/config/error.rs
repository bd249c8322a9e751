//! What is wrong with a configuration.

use std::error::Error;
use std::fmt;

use thiserror::Error as ThisError;

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

/// One line for each problem.
impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ConfigError::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Error for ConfigErrors {}
