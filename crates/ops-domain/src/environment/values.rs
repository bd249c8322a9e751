//! The values of environment tags, as seen in AWS's examples, public schedulers and Terraform
//! modules.

use std::str::FromStr;

use thiserror::Error;

use super::{Environment, normalise};

/// The environment that a value stands for in the shipped table. Exact after normalising, never by
/// substring.
///
/// The danger of this table is only a non-production list that is too wide, so it stays short:
/// companies add their own spellings in the configuration.
pub(super) fn shipped(text: &str) -> Option<Environment> {
    match normalise::value(text).as_str() {
        "prod" | "production" | "prd" | "live" | "prodn" | "dr" | "disaster-recovery" => {
            Some(Environment::Production)
        }
        "stg" | "stage" | "staging" | "uat" | "acc" | "acceptance" | "preprod" | "pre-prod"
        | "preproduction" | "pre-production" => Some(Environment::Staging),
        "qa" | "test" | "tst" | "testing" | "qat" | "sit" | "int" | "integration" | "perf" => {
            Some(Environment::Test)
        }
        "dev" | "develop" | "development" => Some(Environment::Development),
        "poc" | "proof-of-concept" => Some(Environment::Poc),
        "sandbox" | "sbx" | "sb" | "lab" | "demo" => Some(Environment::Sandbox),
        "nonprod" | "non-prod" | "nonproduction" | "non-production" => {
            Some(Environment::NonProduction)
        }
        _ => None,
    }
}

/// Whether a word of a value or of a name is one of the table that means production.
pub(super) fn is_production(text: &str) -> bool {
    shipped(text) == Some(Environment::Production)
}

/// The environment that a value stands for beyond the shipped table: a usual word, a name in
/// several words, a name with `environment` behind it. None of them means production, and the
/// configuration may give each another meaning.
pub(super) fn common(text: &str) -> Option<Environment> {
    let normal = normalise::value(text);
    let plain =
        ["-environment", "-env"].iter().find_map(|completion| normal.strip_suffix(completion));
    match plain.unwrap_or(&normal) {
        "nonprd" | "non-prd" | "np" | "not-prod" | "not-production" | "training" | "preview"
        | "ephemeral" => Some(Environment::NonProduction),
        "user-acceptance"
        | "user-acceptance-test"
        | "user-acceptance-testing"
        | "acceptance-test"
        | "acceptance-testing" => Some(Environment::Staging),
        "quality-assurance"
        | "system-integration-test"
        | "system-integration-testing"
        | "integration-test"
        | "integration-testing"
        | "performance-test"
        | "performance-testing" => Some(Environment::Test),
        other => {
            shipped(other).filter(|environment| plain.is_some() && !environment.is_production())
        }
    }
}

/// The name in front of a number of at most three digits: `uat` of `uat2` and of `UAT-02`.
pub(super) fn without_number(text: &str) -> Option<String> {
    let normal = normalise::value(text);
    let name = normal.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = normal.len() - name.len();
    let name = name.trim_end_matches('-');
    ((1..=MOST_DIGITS).contains(&digits) && !name.is_empty()).then(|| name.to_owned())
}

/// A longer number is rather a date or an account than the number of an environment.
const MOST_DIGITS: usize = 3;

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
