//! The values of environment tags, as seen in AWS's examples, public schedulers and Terraform modules.

use std::str::FromStr;

use thiserror::Error;

use super::{Environment, normalise};

/// The environment that a value stands for in the shipped table. Exact after normalising, never by substring.
///
/// The danger of this table is only a non-production list that is too wide, so it stays short: companies add
/// their own spellings in the configuration.
pub(super) fn shipped(text: &str) -> Option<Environment> {
    match normalise::value(text).as_str() {
        "prod" | "production" | "prd" | "live" | "prodn" | "dr" | "disaster-recovery" => Some(Environment::Production),
        "stg" | "stage" | "staging" | "uat" | "acc" | "acceptance" | "preprod" | "pre-prod" | "preproduction"
        | "pre-production" => Some(Environment::Staging),
        "qa" | "test" | "tst" | "testing" | "qat" | "sit" | "int" | "integration" | "perf" => Some(Environment::Test),
        "dev" | "develop" | "development" => Some(Environment::Development),
        "poc" | "proof-of-concept" => Some(Environment::Poc),
        "sandbox" | "sbx" | "sb" | "lab" | "demo" => Some(Environment::Sandbox),
        "nonprod" | "non-prod" | "nonproduction" | "non-production" => Some(Environment::NonProduction),
        _ => None,
    }
}

/// A value of an environment tag, in the form in which values are compared.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EnvironmentValue(String);

/// A text cannot be the value of an environment tag.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the value has no characters besides separators")]
pub struct EnvironmentValueError;

impl EnvironmentValue {
    /// The normalised text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EnvironmentValue {
    type Err = EnvironmentValueError;

    fn from_str(text: &str) -> Result<Self, EnvironmentValueError> {
        let normal = normalise::value(text);
        if normal.is_empty() { Err(EnvironmentValueError) } else { Ok(Self(normal)) }
    }
}
