//! Reads the configuration.

use thiserror::Error;

use crate::config::Settings;

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// The variable or the TOML key.
    pub name: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// Everything that is wrong with the configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl Settings {
    /// Reads the TOML text, if there is one, and the variables by `lookup`, which win.
    ///
    /// # Errors
    /// [`ConfigErrors`] with every problem at once.
    pub fn load(_file: Option<&str>, _lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        Ok(Self::default())
    }
}
