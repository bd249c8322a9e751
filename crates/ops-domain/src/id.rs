//! Identifiers, parsed once at the edge: a value of one of these types is known to be well formed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time::Timestamp;

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum IdError {
    /// The text is empty.
    #[error("must not be empty")]
    Empty,
    /// The text has more characters than the identifier may have.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// The text is an ARN of RDS, which has more than the identifier.
    #[error(
        "is an ARN; send its last part alone, and its account and Region as account_id and region"
    )]
    Arn,
    /// The text is the endpoint of a database.
    #[error("is an endpoint; send what is before its first dot alone, and its Region as region")]
    Endpoint,
    /// RDS identifiers begin with a letter.
    #[error("must begin with an ASCII letter")]
    FirstNotLetter,
    /// A character other than an ASCII letter, a digit or a hyphen.
    #[error("must contain only ASCII letters, digits and hyphens")]
    BadCharacter,
    /// RDS identifiers neither end with a hyphen nor contain two in a row.
    #[error("must not end with a hyphen or contain two consecutive hyphens")]
    Hyphens,
    /// An account id is twelve ASCII digits.
    #[error("must be an AWS account id of 12 digits")]
    NotAccount,
    /// The name of a parameter group follows rules of its own.
    #[error(
        "must be the name of a DB parameter group: letters, digits and hyphens, first a letter, no \
         hyphen at the end and no two in a row; those of AWS also have dots"
    )]
    NotParameterGroup,
    /// A Region name looks like `eu-central-1`.
    #[error("must be an AWS Region name such as eu-central-1")]
    NotRegion,
    /// A DB instance class has the form `db.family.size`.
    #[error("must be a DB instance class such as db.r6g.large")]
    NotInstanceClass,
    /// An operation id is a ULID.
    #[error("must be an operation id (a ULID of 26 characters)")]
    NotOperation,
}

/// Checks the character rules that RDS identifiers share (RDS model, `CreateDBInstance` and
/// `CreateDBSnapshot`).
fn parse_rds_identifier(text: &str, max: usize) -> Result<String, IdError> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(IdError::Empty);
    }
    if text.starts_with("arn:") {
        return Err(IdError::Arn);
    }
    if text.contains(".rds.amazonaws.com") {
        return Err(IdError::Endpoint);
    }
    if text.chars().count() > max {
        return Err(IdError::TooLong { max });
    }
    if !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
        return Err(IdError::BadCharacter);
    }
    if !bytes[0].is_ascii_alphabetic() {
        return Err(IdError::FirstNotLetter);
    }
    if text.ends_with('-') || text.contains("--") {
        return Err(IdError::Hyphens);
    }
    Ok(text.to_ascii_lowercase())
}

/// With or without the hyphens with which the AWS console shows it: `1111-2222-3333`.
fn parse_account(text: &str) -> Result<String, IdError> {
    let groups: Vec<&str> = text.split('-').collect();
    let joined = groups.concat();
    let text = if groups.len() == 3 && groups.iter().all(|group| group.len() == 4) {
        &joined
    } else {
        text
    };
    let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.to_owned()).ok_or(IdError::NotAccount)
}

/// RDS stores it in lower case (RDS model, `CreateDBParameterGroup`). The names of default groups,
/// such as `default.mysql8.0`, have dots.
fn parse_parameter_group(text: &str) -> Result<String, IdError> {
    let text = text.to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let well_formed = (1..=255).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(plain)
        && !text.ends_with('-')
        && !text.contains("--");
    well_formed.then_some(text).ok_or(IdError::NotParameterGroup)
}

/// In any case: RDS's own names are in lower case. After `db` come a family and a size, and for some
/// engines more, e.g. `db.r5.12xlarge.tpc2.mem2x`; `db.serverless` has no size.
fn parse_instance_class(text: &str) -> Result<String, IdError> {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split('.');
    let named = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let begins = parts.next() == Some("db");
    let parts: Vec<&str> = parts.collect();
    let well_formed =
        text.len() <= 64 && begins && !parts.is_empty() && parts.into_iter().all(named);
    well_formed.then_some(text).ok_or(IdError::NotInstanceClass)
}

/// In any case: RDS's own names are in lower case.
fn parse_region(text: &str) -> Result<String, IdError> {
    let text = text.to_ascii_lowercase();
    let parts: Vec<&str> = text.split('-').collect();
    let lower = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed = text.len() <= 32
        && parts.len() >= 3
        && parts
            .split_last()
            .is_some_and(|(last, names)| number(last) && names.iter().all(|p| lower(p)));
    well_formed.then_some(text).ok_or(IdError::NotRegion)
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text, in its canonical form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                $parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// A DB instance identifier: 1-63 ASCII letters, digits and hyphens, kept in lower case as RDS
    /// does.
    InstanceId,
    |text| parse_rds_identifier(text, 63)
);

text_id!(
    /// A DB cluster identifier: 1-63 ASCII letters, digits and hyphens, kept in lower case as RDS
    /// does.
    ClusterId,
    |text| parse_rds_identifier(text, 63)
);

text_id!(
    /// The identifier of a new manual DB snapshot: 1-255 ASCII letters, digits and hyphens, kept in
    /// lower case.
    ///
    /// Automated snapshots (`rds:…`) have a colon in their name and are no value of this type.
    SnapshotId,
    |text| parse_rds_identifier(text, SnapshotId::MAX_CHARS)
);

impl SnapshotId {
    /// The most characters (RDS model, `CreateDBSnapshot`).
    pub(crate) const MAX_CHARS: usize = 255;

    /// What an identifier must be: each rule in the words in which a text that breaks it is refused.
    pub(crate) fn rules() -> [String; 4] {
        [
            IdError::BadCharacter,
            IdError::FirstNotLetter,
            IdError::Hyphens,
            IdError::TooLong { max: Self::MAX_CHARS },
        ]
        .map(|rule| rule.to_string())
    }
}

text_id!(
    /// The identifier of a new manual DB cluster snapshot: as [`SnapshotId`], but 63 characters at
    /// most (RDS model, `CreateDBClusterSnapshot`).
    ClusterSnapshotId,
    |text| parse_rds_identifier(text, 63)
);

text_id!(
    /// The name of a DB parameter group, in lower case.
    ParameterGroupName,
    parse_parameter_group
);

text_id!(
    /// A DB instance class such as `db.r6g.large`, in lower case.
    InstanceClass,
    parse_instance_class
);

text_id!(
    /// An AWS account id: twelve digits.
    AccountId,
    parse_account
);

text_id!(
    /// An AWS Region name such as `eu-central-1` or `us-gov-west-1`.
    Region,
    parse_region
);

/// The id of one operation: a ULID, so that ids sort by the time of the request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperationId(ulid::Ulid);

impl OperationId {
    /// The id made of a time (milliseconds since the Unix epoch) and 80 random bits.
    #[must_use]
    pub const fn from_parts(unix_ms: u64, random: u128) -> Self {
        Self(ulid::Ulid::from_parts(unix_ms, random))
    }

    /// The smallest id that an operation requested at `unix_ms` can have.
    #[must_use]
    pub const fn first_at(unix_ms: u64) -> Self {
        Self::from_parts(unix_ms, 0)
    }

    /// When the operation was requested, to the millisecond.
    #[must_use]
    pub fn requested_at(self) -> Timestamp {
        let unix_ms = i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX);
        Timestamp::from_timestamp_millis(unix_ms).unwrap_or(Timestamp::MAX_UTC)
    }
}

impl FromStr for OperationId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        ulid::Ulid::from_string(text).map(Self).map_err(|_| IdError::NotOperation)
    }
}

impl TryFrom<String> for OperationId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<OperationId> for String {
    fn from(id: OperationId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instance_identifiers_follow_the_rules_of_rds() {
        for valid in ["a", "mydb", "my-db-1", "DB-1", &"a".repeat(63)] {
            assert_eq!(valid.parse::<InstanceId>().unwrap().as_str(), valid.to_ascii_lowercase());
        }
        let invalid = [
            ("", IdError::Empty),
            ("1db", IdError::FirstNotLetter),
            ("-db", IdError::FirstNotLetter),
            ("db-", IdError::Hyphens),
            ("my--db", IdError::Hyphens),
            ("my_db", IdError::BadCharacter),
            ("db.prod", IdError::BadCharacter),
            ("dbé", IdError::BadCharacter),
            (&"a".repeat(64), IdError::TooLong { max: 63 }),
        ];
        for (text, error) in invalid {
            assert_eq!(text.parse::<InstanceId>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_snapshot_identifier_may_have_255_characters_and_no_colon() {
        assert!("s".repeat(255).parse::<SnapshotId>().is_ok());
        assert_eq!("s".repeat(256).parse::<SnapshotId>(), Err(IdError::TooLong { max: 255 }));
        assert_eq!("rds:auto-2026".parse::<SnapshotId>(), Err(IdError::BadCharacter));
        assert!("s".repeat(63).parse::<ClusterSnapshotId>().is_ok());
        assert_eq!("s".repeat(64).parse::<ClusterSnapshotId>(), Err(IdError::TooLong { max: 63 }));
    }

    #[test]
    fn a_pasted_arn_or_endpoint_is_refused_with_what_to_send() {
        let refusal = |text: &str| text.parse::<InstanceId>().unwrap_err();
        assert_eq!(refusal("arn:aws:rds:eu-central-1:111122223333:db:orders-dev"), IdError::Arn);
        for host in [
            "orders-dev.abc123.eu-central-1.rds.amazonaws.com",
            "x.cn-north-1.rds.amazonaws.com.cn",
        ] {
            assert_eq!(refusal(host), IdError::Endpoint, "{host}");
        }
    }

    #[test]
    fn accounts_are_twelve_ascii_digits() {
        assert!("111122223333".parse::<AccountId>().is_ok());
        assert_eq!("1111-2222-3333".parse::<AccountId>(), "111122223333".parse());
        for text in ["", "11112222333", "1111222233334", "11112222333a", "１１１１２２２２３３３３"]
        {
            assert_eq!(text.parse::<AccountId>(), Err(IdError::NotAccount), "{text:?}");
        }
    }

    #[test]
    fn regions_of_every_partition_are_accepted() {
        for region in ["eu-central-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2"] {
            assert!(region.parse::<Region>().is_ok(), "{region}");
        }
        assert_eq!("EU-Central-1".parse::<Region>(), "eu-central-1".parse());
        for text in ["", "eu", "eu-central", "eu-central-x", "eu/central-1", "eu--1"] {
            assert_eq!(text.parse::<Region>(), Err(IdError::NotRegion), "{text:?}");
        }
    }

    #[test]
    fn parameter_groups_are_named_in_lower_case() {
        for name in ["orders-pg16", "default.mysql8.0", "a"] {
            assert_eq!(name.parse::<ParameterGroupName>().unwrap().as_str(), name);
        }
        assert_eq!("Orders-PG16".parse::<ParameterGroupName>(), "orders-pg16".parse());
        let long = "a".repeat(256);
        for text in ["", "1a", "-a", "a-", "a--b", "a b", "a/b", "grüppe", long.as_str()] {
            assert_eq!(
                text.parse::<ParameterGroupName>(),
                Err(IdError::NotParameterGroup),
                "{text:?}"
            );
        }
    }

    #[test]
    fn instance_classes_begin_with_db() {
        for class in ["db.t4g.micro", "db.r5.12xlarge.tpc2.mem2x", "db.serverless"] {
            assert_eq!(class.parse::<InstanceClass>().unwrap().as_str(), class);
        }
        assert_eq!("DB.R6G.Large".parse::<InstanceClass>(), "db.r6g.large".parse());
        for text in ["", "db", "db.", "db..large", "r6g.large", "db.r6g large", "db.r6g.*"] {
            assert_eq!(text.parse::<InstanceClass>(), Err(IdError::NotInstanceClass), "{text:?}");
        }
    }

    #[test]
    fn operation_ids_sort_by_time() {
        let early = OperationId::from_parts(1_000, u128::MAX >> 48);
        assert!(early < OperationId::first_at(1_001));
        assert_eq!(early.to_string().parse(), Ok(early));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic_and_what_parses_prints_the_same(text in ".{0,300}") {
            if let Ok(id) = text.parse::<InstanceId>() {
                prop_assert_eq!(id.to_string().parse::<InstanceId>(), Ok(id));
            }
            let _ = (text.parse::<Region>(), text.parse::<AccountId>(), text.parse::<OperationId>());
        }
    }
}
