//! What the configuration maps to an environment: instances, and patterns of their names.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Environment;
use crate::glob;
use crate::id::{AccountId, IdError, InstanceId};
use crate::instance::InstanceRef;

/// Which instances an entry of the instance mapping names.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum InstanceKey {
    /// `<instance_id>`: those of this identifier in every account and Region.
    Everywhere(InstanceId),
    /// `<account_id>/<instance_id>`: those of this identifier in every Region of the account.
    InAccount(AccountId, InstanceId),
    /// `<account_id>/<region>/<instance_id>`: this very instance.
    This(InstanceRef),
}

/// A text does not name an instance.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum InstanceKeyError {
    /// The part before the first slash is no account id.
    #[error("the account is malformed")]
    Account(#[source] IdError),
    /// The part between two slashes is no Region.
    #[error("the Region is malformed")]
    Region(#[source] IdError),
    /// The part after the last slash, or all of it, is no instance identifier.
    #[error("the instance identifier is malformed")]
    Instance(#[source] IdError),
}

impl FromStr for InstanceKey {
    type Err = InstanceKeyError;

    fn from_str(text: &str) -> Result<Self, InstanceKeyError> {
        let account = |text: &str| text.parse().map_err(InstanceKeyError::Account);
        let instance = |text: &str| text.parse().map_err(InstanceKeyError::Instance);
        let Some((account_id, rest)) = text.split_once('/') else {
            return instance(text).map(Self::Everywhere);
        };
        let account_id = account(account_id)?;
        let Some((region, rest)) = rest.split_once('/') else {
            return Ok(Self::InAccount(account_id, instance(rest)?));
        };
        let region = region.parse().map_err(InstanceKeyError::Region)?;
        Ok(Self::This(InstanceRef { account_id, region, instance_id: instance(rest)? }))
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere(instance_id) => fmt::Display::fmt(instance_id, f),
            Self::InAccount(account_id, instance_id) => write!(f, "{account_id}/{instance_id}"),
            Self::This(InstanceRef { account_id, region, instance_id }) => {
                write!(f, "{account_id}/{region}/{instance_id}")
            }
        }
    }
}

/// Instances whose name matches the pattern belong to the environment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PatternRule {
    /// Which names.
    pub pattern: NamePattern,
    /// Their environment.
    pub environment: Environment,
}

/// A pattern of instance names: letters, digits and hyphens match themselves without regard to
/// case, and `*` matches any run of characters, also an empty one. The whole name must match.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NamePattern(String);

/// A text is not a name pattern.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum NamePatternError {
    /// The pattern has no letter or digit, so that it would match names of every kind.
    #[error("the pattern has no letter or digit")]
    NoLiteral,
    /// The pattern has a character that no instance name has.
    #[error("the pattern has a character other than ASCII letters, digits, hyphens and `*`")]
    BadCharacter,
}

impl NamePattern {
    /// Whether the whole of the name matches.
    #[must_use]
    pub fn matches(&self, name: &InstanceId) -> bool {
        glob::matches(&self.0, name.as_str())
    }

    /// The pattern in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NamePattern {
    type Err = NamePatternError;

    fn from_str(text: &str) -> Result<Self, NamePatternError> {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*')) {
            return Err(NamePatternError::BadCharacter);
        }
        if !text.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err(NamePatternError::NoLiteral);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_whole_names() {
        let vectors = [
            ("dev-*", "dev-orders", true),
            ("dev-*", "my-dev-orders", false),
            ("*-dev", "orders-dev", true),
            ("*-dev", "orders-dev-2", false),
            ("DEV-*", "dev-orders", true),
            ("orders", "orders", true),
            ("orders", "orders-2", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "abc", true),
            ("a*bc*c", "abc", false),
            ("ab*ba", "aba", false),
            ("*test*", "my-test-db", true),
            ("*t*t*", "t", false),
            ("a**b", "a-b", true),
        ];
        for (pattern, name, expected) in vectors {
            let matched = pattern.parse::<NamePattern>().unwrap().matches(&name.parse().unwrap());
            assert_eq!(matched, expected, "{pattern} against {name}");
        }
    }

    #[test]
    fn a_catch_all_name_pattern_is_rejected() {
        for text in ["", "*", "**", "-*"] {
            assert_eq!(text.parse::<NamePattern>(), Err(NamePatternError::NoLiteral), "{text:?}");
        }
        for text in ["dev_*", "dev?", "[ab]*", "dév*"] {
            assert_eq!(
                text.parse::<NamePattern>(),
                Err(NamePatternError::BadCharacter),
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_instance_key_has_three_scopes() {
        for text in ["orders-01", "111122223333/orders-01", "111122223333/eu-central-1/orders-01"] {
            assert_eq!(text.parse::<InstanceKey>().unwrap().to_string(), text);
        }
        for (text, error) in [
            ("orders/01", InstanceKeyError::Account(IdError::NotAccount)),
            ("111122223333/Frankfurt/orders", InstanceKeyError::Region(IdError::NotRegion)),
            (
                "111122223333/eu-central-1/orders/01",
                InstanceKeyError::Instance(IdError::BadCharacter),
            ),
        ] {
            assert_eq!(text.parse::<InstanceKey>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_it_was_made_from(name in "[a-z][a-z0-9]{0,20}", cut in 0_usize..20) {
            let cut = cut.min(name.len() - 1).max(1).min(name.len());
            let pattern = format!("{}*{}", &name[..cut], &name[cut..]).parse::<NamePattern>().unwrap();
            prop_assert!(pattern.matches(&name.parse().unwrap()));
        }
    }
}
