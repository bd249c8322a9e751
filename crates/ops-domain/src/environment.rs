//! Which environment an instance belongs to, and why.
//!
//! The service works on non-production instances only, so this module fails closed: what is
//! unknown, unreadable or contradictory is production. Five sources are read in order (tags,
//! instance mapping, account mapping, name patterns, the default); the first that yields an
//! environment decides, and everything else may only raise the answer to production
//! (docs/user/environment-classification.md).
//!
//! | Source | may say non-production | may raise to production |
//! |---|---|---|
//! | strong tag key (`Environment`, `env`, `stage`, …) | yes; two keys that differ are a conflict: production | yes |
//! | weak tag key (`tier`) | only where no strong key is set | yes |
//! | strong tag key with a value that nobody knows | no: production, unless an instance mapping speaks | with a word that may mean production |
//! | key that has to do with the environment (misspelt, prefixed, translated, `is-production`) | no | yes |
//! | instance mapping | yes | yes |
//! | account mapping | yes | yes |
//! | name pattern (none unless configured) | yes | yes ¹ |
//! | production word in the name | no | yes ¹ |
//! | default environment | yes, if configured so | no: it speaks only when all others are silent |
//!
//! ¹ Unless the instance mapping names this very instance as non-production.

mod evidence;
mod gather;
mod keys;
mod mapping;
mod name;
mod normalise;
mod policy;
mod production;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::evidence::{Classification, Evidence, Origin, Source, Subject};
pub use self::keys::{EnvironmentKey, EnvironmentKeyError};
pub use self::mapping::{
    InstanceKey, InstanceKeyError, NamePattern, NamePatternError, PatternRule,
};
pub use self::name::has_production_word;
pub use self::policy::EnvironmentPolicy;
pub use self::values::{EnvironmentValue, EnvironmentValueError};

/// The class of systems that an instance belongs to.
///
/// Text form (`Display`, serde): `Production`, `Staging`, `Test`, `Development`, `POC`, `Sandbox`,
/// `NonProduction`, or the configured name. Reading accepts every value of the shipped table, in
/// any case: `dev`, `Development`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Environment {
    /// Serves real users, stands by for that (disaster recovery), or cannot be shown not to. Never
    /// operated on.
    Production,
    /// Staging, acceptance, pre-production.
    Staging,
    /// Test, quality assurance, integration, performance.
    Test,
    /// Development.
    Development,
    /// Proof of concept.
    Poc,
    /// Sandbox, laboratory, demonstration.
    Sandbox,
    /// Known not to be production, and no more than that.
    NonProduction,
    /// An environment that the configuration adds, under its configured name. Made by
    /// [`Environment::named`].
    Other(String),
}

/// A text is not the name of an environment.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{0:?} is not a known environment")]
pub struct UnknownEnvironment(String);

impl Environment {
    /// The environment of that name: one of the shipped ones if the text is a value of theirs, else
    /// [`Environment::Other`]. So a name that means production never becomes an environment of its
    /// own.
    ///
    /// # Errors
    /// The text has no letter or digit.
    pub fn named(name: &str) -> Result<Self, UnknownEnvironment> {
        let name = name.trim();
        if !name.chars().any(char::is_alphanumeric) {
            return Err(UnknownEnvironment(name.to_owned()));
        }
        Ok(values::shipped(name).unwrap_or_else(|| Self::Other(name.to_owned())))
    }

    /// Whether instances of this environment must not be operated on.
    ///
    /// Environments that the configuration protects are already [`Environment::Production`] in a
    /// [`Classification`].
    #[must_use]
    pub fn is_production(&self) -> bool {
        match self {
            Self::Production => true,
            Self::Staging
            | Self::Test
            | Self::Development
            | Self::Poc
            | Self::Sandbox
            | Self::NonProduction => false,
            Self::Other(name) => values::shipped(name) == Some(Self::Production),
        }
    }

    /// The text form, capitalised as shown to people.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Production => "Production",
            Self::Staging => "Staging",
            Self::Test => "Test",
            Self::Development => "Development",
            Self::Poc => "POC",
            Self::Sandbox => "Sandbox",
            Self::NonProduction => "NonProduction",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Reads a value of the shipped table. For values and names that the configuration adds,
    /// use [`EnvironmentPolicy::parse`].
    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        values::shipped(text).ok_or_else(|| UnknownEnvironment(text.to_owned()))
    }
}

impl TryFrom<String> for Environment {
    type Error = UnknownEnvironment;

    fn try_from(text: String) -> Result<Self, UnknownEnvironment> {
        Self::named(&text)
    }
}

impl From<Environment> for String {
    fn from(environment: Environment) -> Self {
        environment.as_str().to_owned()
    }
}
