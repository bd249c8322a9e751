//! Tags of RDS resources: what RDS accepts, what a user may set, and which tags a snapshot gets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

use crate::distinct::end_with_hash;

/// A tag that RDS accepts, in the form of the AWS API: `{"Key": …, "Value": …}`.
///
/// A missing `Value` is the empty one; any other field is refused.
///
/// Source: AWS RDS model, `Tag`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Tag {
    /// The key; keys that differ only in case are different keys.
    pub key: TagKey,
    /// The value.
    #[serde(default)]
    pub value: TagValue,
}

/// A tag key: 1 to [`TagKey::MAX_CHARS`] characters that RDS allows, without a prefix that AWS
/// keeps for itself.
///
/// The keys of this service ([`OWN_PREFIX`]) are keys too; a key from a request is read by
/// [`TagKey::from_user`].
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TagKey(String);

/// A tag value: at most [`TagValue::MAX_CHARS`] characters that RDS allows, without a prefix that
/// AWS keeps for itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TagValue(String);

/// The prefix of the keys that only this service sets.
pub const OWN_PREFIX: &str = "rds-ops:";

/// The keys that this service sets on the snapshots it makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OwnKey {
    /// The id of the operation that made the snapshot; proves after a lost answer whose snapshot it
    /// is.
    OperationId,
    /// The principal that asked for it.
    RequestedBy,
    /// The last day on which the service keeps it (see [`crate::retention`]).
    DeleteAfter,
}

/// The most tags of one resource.
///
/// Source: Amazon RDS User Guide, "Tagging Amazon RDS resources".
pub const MAX_TAGS: usize = 50;

/// The rule that a tag key or value breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TagError {
    /// A key has at least one character.
    #[error("must not be empty")]
    EmptyKey,
    /// More characters than RDS allows.
    #[error("{}, and has {actual}", at_most(*max))]
    TooLong {
        /// The characters of the text.
        actual: usize,
        /// The most characters allowed.
        max: usize,
    },
    /// A character outside the set that RDS allows.
    #[error("{CHARACTERS}, and has {0:?}")]
    RefusedCharacter(char),
    /// A prefix, in any case, that AWS keeps for itself.
    #[error("must not begin with {0}, which is reserved by AWS")]
    ReservedPrefix(&'static str),
    /// A key with [`OWN_PREFIX`], in any case, in a request.
    #[error("must not begin with {OWN_PREFIX}, which is reserved for this service")]
    OwnPrefix,
}

/// What the characters of a key or a value must be.
const CHARACTERS: &str = "must have only letters, digits, spaces and _ . : / = + - @";

fn at_most(max: usize) -> String {
    format!("must have at most {max} characters")
}

/// What a key or a value must be, each rule in the words in which a text that breaks it is refused.
fn rules(max: usize) -> impl Iterator<Item = String> {
    let prefixes = RESERVED_PREFIXES.map(|prefix| TagError::ReservedPrefix(prefix).to_string());
    [at_most(max), CHARACTERS.to_owned()].into_iter().chain(prefixes)
}

/// The tags that a snapshot takes over from the instance, or from the cluster, that it is taken of.
///
/// Passing any tag to `CreateDBSnapshot` turns RDS's own copying off (RDS User Guide, "Tagging
/// Amazon RDS resources"), so the service sends them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InheritedTags {
    /// Those that say the environment: every snapshot gets them.
    pub environment: BTreeMap<String, String>,
    /// All others, where `CopyTagsToSnapshot` is on; else none. A snapshot gets as many of them as
    /// there is room for.
    pub others: BTreeMap<String, String>,
}

impl InheritedTags {
    /// Sorts the `tags` of an instance or a cluster, which has `CopyTagsToSnapshot` on where
    /// `copying` is true.
    #[must_use]
    pub fn of(
        tags: &BTreeMap<String, String>,
        copying: bool,
        is_environment: impl Fn(&str) -> bool,
    ) -> Self {
        let (environment, others) =
            tags.clone().into_iter().partition(|(key, _)| is_environment(key));
        Self { environment, others: if copying { others } else { BTreeMap::new() } }
    }
}

/// A snapshot would get more tags than RDS allows. Each number counts what would be left after the
/// overrides.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{} tags exceed the {MAX_TAGS} that RDS allows: {own} of this service, {user} of the request, \
     {environment} copied from the instance",
    own + user + environment
)]
pub struct TooManyTags {
    /// Tags of this service.
    pub own: usize,
    /// Tags of the request that no tag of this service overrides.
    pub user: usize,
    /// Tags copied from the instance that neither of the others overrides.
    pub environment: usize,
}

impl Tag {
    /// A tag that RDS accepts.
    ///
    /// # Errors
    /// The first rule that the key, or else the value, breaks.
    pub fn new(key: &str, value: &str) -> Result<Self, TagError> {
        Ok(Self { key: key.parse()?, value: value.parse()? })
    }

    /// A tag of this service; its value is `text` as [`sanitise_tag_value`] leaves it.
    #[must_use]
    pub fn own(key: OwnKey, text: &str) -> Self {
        Self { key: TagKey(key.as_str().to_owned()), value: TagValue(sanitise_tag_value(text)) }
    }
}

impl OwnKey {
    /// The key as RDS stores it; starts with [`OWN_PREFIX`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OperationId => "rds-ops:operation-id",
            Self::RequestedBy => "rds-ops:requested-by",
            Self::DeleteAfter => "rds-ops:delete-after",
        }
    }
}

impl TagKey {
    /// The most characters (not bytes) of a key. Source: AWS RDS model, `Tag.Key`.
    pub const MAX_CHARS: usize = 128;

    /// Reads a key from a request, where the keys of this service are refused.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn from_user(text: &str) -> Result<Self, TagError> {
        if starts_with(text, OWN_PREFIX) { Err(TagError::OwnPrefix) } else { text.parse() }
    }

    /// What a key in a request must be.
    pub(crate) fn rules() -> Vec<String> {
        let own = [TagError::EmptyKey, TagError::OwnPrefix].map(|rule| rule.to_string());
        own.into_iter().chain(rules(Self::MAX_CHARS)).collect()
    }
}

impl TagValue {
    /// The most characters (not bytes) of a value. Source: AWS RDS model, `Tag.Value`.
    pub const MAX_CHARS: usize = 256;

    /// What a value in a request must be.
    pub(crate) fn rules() -> Vec<String> {
        rules(Self::MAX_CHARS).collect()
    }
}

/// The tags of a new snapshot, sorted by key.
///
/// Of `inherited`, what RDS would refuse (`aws:cloudformation:…`) and the tags of this service are
/// left out. On one key a tag of `user` wins over an inherited one, and a tag of `own` over both.
/// Where `user` repeats a key, the last one counts; [`duplicate_keys`] finds them. The other
/// inherited tags come last, in the order of their keys, and those for which there is no room are
/// left out.
///
/// # Errors
/// [`TooManyTags`] when more than [`MAX_TAGS`] are left without the other inherited ones. None of
/// these is dropped to make room.
pub fn merge_snapshot_tags(
    own: &[Tag],
    inherited: &InheritedTags,
    user: &[Tag],
) -> Result<Vec<Tag>, TooManyTags> {
    let mut merged = by_key(own);
    let own = merged.len();
    for (key, value) in by_key(user) {
        merged.entry(key).or_insert(value);
    }
    let user = merged.len() - own;
    for tag in inherited.environment.iter().filter_map(copied_tag) {
        merged.entry(tag.key).or_insert(tag.value);
    }
    let environment = merged.len() - own - user;
    if merged.len() > MAX_TAGS {
        return Err(TooManyTags { own, user, environment });
    }
    for tag in inherited.others.iter().filter_map(copied_tag) {
        if merged.len() < MAX_TAGS {
            merged.entry(tag.key).or_insert(tag.value);
        }
    }
    Ok(merged.into_iter().map(|(key, value)| Tag { key, value }).collect())
}

/// The positions in `tags` whose key an earlier tag already has. RDS compares keys by case.
#[must_use]
pub fn duplicate_keys(tags: &[Tag]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    (0..tags.len()).filter(|position| !seen.insert(&tags[*position].key)).collect()
}

/// Makes a tag value of any text: replaces every character that RDS refuses by `_`, and the colon
/// of a leading `aws:` or `rds:` too. A text that was changed, or is longer than
/// [`TagValue::MAX_CHARS`], ends with a hash of the whole, so that different texts have different
/// values.
#[must_use]
pub fn sanitise_tag_value(text: &str) -> String {
    let reserved_colon = reserved_prefix(text).map(|prefix| prefix.len() - 1);
    let accepted = |(position, character)| {
        if Some(position) == reserved_colon || !is_allowed(character) { '_' } else { character }
    };
    let value: String = text.chars().enumerate().map(accepted).collect();
    let fits = value.chars().count() <= TagValue::MAX_CHARS;
    if fits && value == text { value } else { end_with_hash(text, &value, TagValue::MAX_CHARS) }
}

fn by_key(tags: &[Tag]) -> BTreeMap<TagKey, TagValue> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

fn copied_tag((key, value): (&String, &String)) -> Option<Tag> {
    Some(Tag { key: TagKey::from_user(key).ok()?, value: value.parse().ok()? })
}

/// The prefixes that AWS keeps for itself, for keys and values. Source: AWS RDS model, `Tag`.
const RESERVED_PREFIXES: [&str; 2] = ["aws:", "rds:"];

fn reserved_prefix(text: &str) -> Option<&'static str> {
    RESERVED_PREFIXES.into_iter().find(|prefix| starts_with(text, prefix))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn check_key(text: &str) -> Result<(), TagError> {
    if text.is_empty() { Err(TagError::EmptyKey) } else { check(text, TagKey::MAX_CHARS) }
}

fn check_value(text: &str) -> Result<(), TagError> {
    check(text, TagValue::MAX_CHARS)
}

fn check(text: &str, max: usize) -> Result<(), TagError> {
    if let Some(prefix) = reserved_prefix(text) {
        return Err(TagError::ReservedPrefix(prefix));
    }
    if let Some(refused) = text.chars().find(|character| !is_allowed(*character)) {
        return Err(TagError::RefusedCharacter(refused));
    }
    match text.chars().count() {
        actual if actual > max => Err(TagError::TooLong { actual, max }),
        _ => Ok(()),
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, the pattern of the AWS RDS model for keys and values.
fn is_allowed(character: char) -> bool {
    is_letter(character)
        || is_separator(character)
        || character.is_numeric()
        || "_.:/=+-@".contains(character)
}

/// `\p{L}`: Unicode's `Alphabetic`, which the standard library knows, is `\p{L}`, letter numbers
/// (`\p{N}`, allowed as well), and some combining marks and circled or squared Latin letters, which
/// are taken out here.
fn is_letter(character: char) -> bool {
    let enclosed = matches!(character, 'Ⓐ'..='ⓩ' | '🄰'..='🅉' | '🅐'..='🅩' | '🅰'..='🆉');
    character.is_alphabetic() && !is_combining_mark(character) && !enclosed
}

/// `\p{Z}`: Unicode's `White_Space` without the control characters in it (tab, line feed and the
/// like).
fn is_separator(character: char) -> bool {
    character.is_whitespace() && !character.is_control()
}

macro_rules! checked_text {
    ($name:ident, $check:expr) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TagError;

            fn try_from(text: String) -> Result<Self, TagError> {
                $check(&text).map(|()| Self(text))
            }
        }

        impl FromStr for $name {
            type Err = TagError;

            fn from_str(text: &str) -> Result<Self, TagError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text!(TagKey, check_key);
checked_text!(TagValue, check_value);

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn key(text: &str, want: Expect) {
        let key = TagKey::from_user(text);
        want.assert_eq(&key.map_or_else(|error| error.to_string(), String::from));
    }

    #[track_caller]
    fn value(text: &str, want: Expect) {
        let value = text.parse::<TagValue>();
        want.assert_eq(&value.map_or_else(|error| error.to_string(), String::from));
    }

    fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
        pairs.iter().map(|(key, value)| Tag::new(key, value).expect("a valid tag")).collect()
    }

    fn numbered(prefix: &str, count: usize) -> Vec<Tag> {
        (0..count)
            .map(|number| Tag::new(&format!("{prefix}{number}"), "").expect("a valid tag"))
            .collect()
    }

    #[test]
    fn keys_are_checked_by_the_rules_of_rds_and_of_this_service() {
        key("Cost Center/Größe=1", expect!["Cost Center/Größe=1"]);
        key("環境_٣.:+-@", expect!["環境_٣.:+-@"]);
        key("", expect!["must not be empty"]);
        key(&"é".repeat(129), expect!["must have at most 128 characters, and has 129"]);
        key(
            "AWS:cloudformation:stack-id",
            expect!["must not begin with aws:, which is reserved by AWS"],
        );
        key("Rds:x", expect!["must not begin with rds:, which is reserved by AWS"]);
        key(
            "RDS-ops:operation-id",
            expect!["must not begin with rds-ops:, which is reserved for this service"],
        );
        key(
            "a#b",
            expect!["must have only letters, digits, spaces and _ . : / = + - @, and has '#'"],
        );
        assert_eq!(TagKey::from_user(&"é".repeat(128)).map(String::from), Ok("é".repeat(128)));
    }

    #[test]
    fn values_are_checked_by_the_rules_of_rds() {
        value("", expect![[""]]);
        value("rds-ops:anyone", expect!["rds-ops:anyone"]);
        value(
            "CHG#123",
            expect!["must have only letters, digits, spaces and _ . : / = + - @, and has '#'"],
        );
        value(
            "two\nlines",
            expect![[
                r#"must have only letters, digits, spaces and _ . : / = + - @, and has '\n'"#
            ]],
        );
        value("aws:x", expect!["must not begin with aws:, which is reserved by AWS"]);
        value(&"v".repeat(257), expect!["must have at most 256 characters, and has 257"]);
        assert!("v".repeat(256).parse::<TagValue>().is_ok());
        for refused in "#,()'\"!?&*;\t\u{0}\u{301}Ⓐ🅰😀".chars() {
            assert_eq!(
                refused.to_string().parse::<TagValue>(),
                Err(TagError::RefusedCharacter(refused))
            );
        }
    }

    #[test]
    fn tag_serde_has_the_aws_shape_and_validates() {
        let tag = serde_json::from_str::<Tag>(r#"{"Key":"Owner","Value":"dba"}"#).unwrap();
        assert_eq!(serde_json::to_string(&tag).unwrap(), r#"{"Key":"Owner","Value":"dba"}"#);
        assert_eq!(
            serde_json::from_str::<Tag>(r#"{"Key":"Owner"}"#).unwrap(),
            tags(&[("Owner", "")])[0]
        );
        assert!(serde_json::from_str::<Tag>(r#"{"Key":"Owner","value":"dba"}"#).is_err());
        assert!(serde_json::from_str::<Tag>(r#"{"Key":"aws:x","Value":""}"#).is_err());
    }

    #[test]
    fn tag_precedence_is_service_user_instance() {
        let own = [
            Tag::own(OwnKey::OperationId, "01J"),
            Tag::own(OwnKey::RequestedBy, "iam:arn:aws:sts::1:x/O'Hara"),
        ];
        let instance = [
            ("Environment", "Development"),
            ("environment", "dev"),
            ("Owner", "platform"),
            ("aws:cloudformation:x", "y"),
            ("Ticket", "CHG#123"),
            ("rds-ops:operation-id", "of an earlier snapshot"),
            ("rds-ops:other", "x"),
        ];
        let instance: BTreeMap<_, _> =
            instance.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let user = tags(&[
            ("Owner", "alice"),
            ("Purpose", "before migration"),
            ("rds-ops:requested-by", "forged"),
        ]);
        let is_environment = |key: &str| key.eq_ignore_ascii_case("environment");
        let merged = |inherited| merge_snapshot_tags(&own, &inherited, &user).unwrap();
        let merged_all =
            merged(InheritedTags { environment: instance.clone(), others: BTreeMap::new() });
        assert_eq!(
            merged(InheritedTags::of(&instance, true, is_environment)),
            merged_all,
            "whichever they are"
        );
        let lines: Vec<_> =
            merged_all.iter().map(|tag| format!("{} = {}", tag.key, tag.value)).collect();
        expect![[r#"
            Environment = Development
            Owner = alice
            Purpose = before migration
            environment = dev
            rds-ops:operation-id = 01J
            rds-ops:requested-by = iam:arn:aws:sts::1:x/O_Hara-de952050"#]]
        .assert_eq(&lines.join("\n"));
    }

    #[test]
    fn at_most_fifty_tags_fit() {
        let own = [Tag::own(OwnKey::OperationId, "01J")];
        let environment = (0..9).map(|number| (format!("copied{number}"), String::new())).collect();
        let instance = InheritedTags { environment, others: BTreeMap::new() };
        assert_eq!(
            merge_snapshot_tags(&own, &instance, &numbered("user", 40)).map(|tags| tags.len()),
            Ok(MAX_TAGS)
        );
        let error = merge_snapshot_tags(&own, &instance, &numbered("user", 41)).unwrap_err();
        assert_eq!(error, TooManyTags { own: 1, user: 41, environment: 9 });
        assert!(error.to_string().starts_with("51 tags exceed the 50 that RDS allows: 1 of"));
    }

    #[test]
    fn other_tags_of_the_instance_fill_what_room_is_left() {
        let own = [Tag::own(OwnKey::OperationId, "01J")];
        let instance: BTreeMap<_, _> =
            (10..70).map(|number| (format!("k{number}"), "v".to_owned())).collect();
        let is_environment = |key: &str| key == "k69";
        let keys = |copying, user: usize| {
            let inherited = InheritedTags::of(&instance, copying, is_environment);
            let merged = merge_snapshot_tags(&own, &inherited, &numbered("user", user)).unwrap();
            merged
                .iter()
                .map(|tag| tag.key.to_string())
                .filter(|key| key.starts_with('k'))
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(false, 3), ["k69"]);
        assert_eq!(keys(true, 45), ["k10", "k11", "k12", "k69"]);
        assert_eq!(keys(true, 48), ["k69"]);
        assert_eq!(keys(true, 0).len(), MAX_TAGS - 1);
    }

    #[test]
    fn the_keys_of_this_service_are_keys_to_rds_but_not_to_users() {
        for key in [OwnKey::OperationId, OwnKey::RequestedBy].map(OwnKey::as_str) {
            assert_eq!(key.parse::<TagKey>().map(String::from), Ok(key.to_owned()));
            assert_eq!(TagKey::from_user(key), Err(TagError::OwnPrefix));
        }
    }

    #[test]
    fn repeated_keys_are_found_at_their_later_positions() {
        let repeated =
            tags(&[("a", "1"), ("A", "2"), ("a", "3"), ("b", "4"), ("a", "1"), ("b", "5")]);
        assert_eq!(duplicate_keys(&repeated), [2, 4, 5]);
    }

    #[test]
    fn a_sanitised_value_keeps_what_rds_allows() {
        assert_eq!(
            sanitise_tag_value("iam:arn:aws:sts::1:assumed-role/DBA/alice"),
            "iam:arn:aws:sts::1:assumed-role/DBA/alice"
        );
        assert_eq!(sanitise_tag_value("Zoë (CHG#7)\n"), "Zoë _CHG_7__-015be0d5");
        assert!(sanitise_tag_value("AWS:x aws:y").starts_with("AWS_x aws:y-"));
        assert_eq!(sanitise_tag_value(&"é".repeat(300)).chars().count(), 256);
    }

    #[test]
    fn what_is_replaced_or_cut_leaves_people_distinct() {
        let long = "é".repeat(256);
        let people = [
            "jwt:x|a",
            "jwt:x_a",
            "jwt:x'a",
            &format!("1{long}"),
            &format!("2{long}"),
            &format!("{long}3"),
        ];
        let values: BTreeSet<_> = people.iter().map(|person| sanitise_tag_value(person)).collect();
        assert_eq!(values.len(), people.len(), "{values:?}");
    }

    const TEXT: &str = "((?i)aws:|rds:|rds-ops:)?(?s:.){0,300}";

    proptest! {
        #[test]
        fn a_sanitised_value_is_valid_and_a_valid_value_stays(text in TEXT) {
            let sanitised = sanitise_tag_value(&text);
            prop_assert!(sanitised.parse::<TagValue>().is_ok());
            if text.parse::<TagValue>().is_ok() {
                prop_assert_eq!(sanitised, text);
            }
        }

        #[test]
        fn no_text_makes_a_key_panic_and_what_parses_prints_the_same(text in "(?s:.){0,140}") {
            if let Ok(key) = TagKey::from_user(&text) {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
