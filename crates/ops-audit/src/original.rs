//! Entries of the original service: they have the first nine fields at most, and no place in a
//! chain.

use std::borrow::Cow;

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use ops_domain::audit::AuditEntry;
use ops_domain::time::Timestamp;

/// How the time begins in every spelling of ISO 8601: `2025-11-13T10:30:00`, and
/// `2025-11-13 10:30:00`.
const TO_SECONDS: usize = "2025-11-13T10:30:00".len();

/// Members of the original `user_identity` that hold who it was, in lower case and without
/// separators, the most exact first.
const NAMING: [&str; 11] = [
    "principal",
    "userarn",
    "arn",
    "callerarn",
    "sub",
    "email",
    "username",
    "cognitousername",
    "user",
    "userid",
    "principalid",
];

/// What the original service wrote where it knew nobody.
const NOBODY: &str = "unknown";

/// Members of the original `user_identity` that hold an object with some of [`NAMING`], in the same
/// spelling.
const AROUND: [&str; 4] = ["identity", "useridentity", "claims", "authorizer"];

/// The kinds of our principals that are followed by what the original service knew of the same
/// person.
const KINDS: [&str; 4] = ["iam:", "cognito:", "lambda:", "apikey:"];

/// What an entry of either service says, however it is spelt.
pub trait ReadEntry {
    /// Whether the original service wrote the entry, by all that it shows: it has none of the
    /// fields that came later.
    fn is_original(&self) -> bool;

    /// When it happened, in UTC; `None` when `timestamp` can't be read.
    ///
    /// Of an original entry the text counts as it is, whatever offset follows: the trail is in the
    /// order of the texts, and a period that were taken otherwise would miss entries of that order.
    fn at(&self) -> Option<Timestamp>;

    /// The principal; in an original entry, the most exact name of the person in `user_identity`.
    /// `None` where that names nobody.
    fn user(&self) -> Option<Cow<'_, str>>;

    /// The person by the name that both services have for them: the ARN, subject, principal id or
    /// key of a principal, without its kind, and [`ReadEntry::user`] otherwise.
    ///
    /// The subject of a token alone is nobody's name, because another issuer may have it too: the
    /// principal of a token counts as a whole, and is another person than an original entry names
    /// by the subject.
    fn person(&self) -> Option<Cow<'_, str>>;

    /// Whether it was `user`: the principal, or in an original entry whatever of `user_identity`
    /// names a person.
    ///
    /// There, `user` may also be a principal of this service about the same ARN, subject, principal
    /// id or key.
    fn is_by(&self, user: &str) -> bool;
}

impl ReadEntry for AuditEntry {
    fn is_original(&self) -> bool {
        self.event.is_none()
            && self.principal.is_none()
            && self.prev_hash.is_none()
            && self.hash.is_none()
    }

    fn at(&self) -> Option<Timestamp> {
        let text = &self.timestamp;
        let seconds = text.get(..TO_SECONDS)?;
        let fraction = text.get(TO_SECONDS..)?.strip_prefix('.').unwrap_or_default();
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let exact = if digits > 0 {
            format!("{seconds}.{}", &fraction[..digits])
        } else {
            seconds.to_owned()
        };
        let read = |format| NaiveDateTime::parse_from_str(&exact, format);
        let at = read("%Y-%m-%dT%H:%M:%S%.f").or_else(|_| read("%Y-%m-%d %H:%M:%S%.f")).ok()?;
        Some(at.and_utc())
    }

    fn user(&self) -> Option<Cow<'_, str>> {
        match &self.principal {
            Some(principal) => Some(Cow::Borrowed(principal)),
            None => names(&self.user_identity).into_iter().next().map(Cow::Owned),
        }
    }

    fn person(&self) -> Option<Cow<'_, str>> {
        match &self.principal {
            Some(principal) => Some(Cow::Borrowed(known(principal).unwrap_or(principal))),
            None => self.user(),
        }
    }

    fn is_by(&self, user: &str) -> bool {
        match &self.principal {
            Some(principal) => principal == user,
            None => names(&self.user_identity).iter().any(|name| is_same(name, user)),
        }
    }
}

/// Everybody whom an original entry names.
pub(crate) fn original_names(entry: &AuditEntry) -> Vec<String> {
    names(&entry.user_identity)
}

/// Everything in a `user_identity` that says who it was, the most exact first. A text that is no
/// JSON names a person itself.
fn names(user_identity: &str) -> Vec<String> {
    let mut names = match serde_json::from_str(user_identity) {
        Ok(Value::Object(identity)) => named_in(&identity),
        Ok(Value::String(name)) => vec![(0, name)],
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => Vec::new(),
        Err(_) => vec![(0, user_identity.trim().to_owned())],
    };
    names.sort_by_key(|(rank, _)| *rank);
    let names = names.into_iter().map(|(_, name)| name);
    names.filter(|name| !name.trim().is_empty() && name != NOBODY).collect()
}

/// Each name, and its place in [`NAMING`].
fn named_in(identity: &Map<String, Value>) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (member, value) in identity {
        let member: String =
            member.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        match value {
            Value::String(name) => {
                names.extend(
                    NAMING
                        .iter()
                        .position(|naming| *naming == member)
                        .map(|rank| (rank, name.clone())),
                );
            }
            Value::Object(inner) if AROUND.contains(&member.as_str()) || member == "user" => {
                names.extend(named_in(inner));
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
    }
    names
}

/// What the original service knew of the person of a principal of ours that is not a token's.
fn known(principal: &str) -> Option<&str> {
    KINDS.iter().find_map(|kind| principal.strip_prefix(kind))
}

/// Our principals are `<kind>:<name>`, those of a token `jwt:<issuer>|<subject>`.
fn is_same(name: &str, user: &str) -> bool {
    let subject = user
        .strip_prefix("jwt:")
        .and_then(|token| token.rsplit_once('|'))
        .map(|(_, subject)| subject);
    name == user || Some(name) == known(user) || Some(name) == subject
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(timestamp: &str, user_identity: &str) -> AuditEntry {
        AuditEntry {
            audit_id: format!("dev-1#{timestamp}"),
            timestamp: timestamp.into(),
            operation: "reboot_instance".into(),
            instance_id: "dev-1".into(),
            parameters: "{}".into(),
            user_identity: user_identity.into(),
            result: "{}".into(),
            ..AuditEntry::default()
        }
    }

    #[test]
    fn times_are_read_in_every_spelling() {
        for (text, expected) in [
            ("2025-11-13T10:30:00Z", Some("2025-11-13T10:30:00Z")),
            ("2025-11-13T10:30:00.123456Z", Some("2025-11-13T10:30:00.123456Z")),
            ("2025-11-13T10:30:00.123456", Some("2025-11-13T10:30:00.123456Z")),
            ("2025-11-13T10:30:00.123456+00:00", Some("2025-11-13T10:30:00.123456Z")),
            ("2025-11-13T10:30:00+00:00", Some("2025-11-13T10:30:00Z")),
            ("2025-11-13T10:30:00+02:00", Some("2025-11-13T10:30:00Z")),
            ("2025-11-13 10:30:00", Some("2025-11-13T10:30:00Z")),
            ("2025-11-13T10:30:00.Z", Some("2025-11-13T10:30:00Z")),
            ("2025-11-13", None),
            ("13.11.2025 10:30:00.5", None),
            ("2025-13-45T99:99:99Z", None),
            ("zweitausendfünfundzwanzig", None),
            ("", None),
        ] {
            let expected: Option<Timestamp> = expected.map(|expected| expected.parse().unwrap());
            assert_eq!(entry(text, "").at(), expected, "{text:?}");
        }
    }

    #[test]
    fn original_entries_are_found_by_person() {
        let arn = "arn:aws:sts::111122223333:assumed-role/DBA/alice";
        let ours = format!("iam:{arn}");
        for (identity, user) in [
            (format!(r#"{{"userArn":"{arn}","sourceIp":"192.0.2.7"}}"#), arn),
            (format!(r#"{{"userArn":"{arn}"}}"#), ours.as_str()),
            (format!(r#"{{"user_arn":"{arn}"}}"#), arn),
            (
                format!(r#"{{"type":"AssumedRole","principalId":"AROA:alice","arn":"{arn}"}}"#),
                "AROA:alice",
            ),
            (r#"{"user":"alice"}"#.into(), "alice"),
            (r#"{"username":"alice","groups":["dba"]}"#.into(), "alice"),
            (r#"{"claims":{"sub":"u-1","email":"alice@example.com"}}"#.into(), "alice@example.com"),
            (r#"{"claims":{"sub":"u-1"}}"#.into(), "cognito:u-1"),
            (r#"{"sub":"u-1"}"#.into(), "jwt:https://idp.example.com|u-1"),
            (r#"{"user":{"cognito:username":"alice"}}"#.into(), "alice"),
            (r#""alice""#.into(), "alice"),
            ("alice".into(), "alice"),
            ("{broken".into(), "{broken"),
        ] {
            assert!(entry("", &identity).is_by(user), "{user} in {identity}");
            assert!(!entry("", &identity).is_by("mallory"), "{identity}");
        }
    }

    #[test]
    fn a_person_of_both_services_counts_once() {
        let arn = "arn:aws:sts::111122223333:assumed-role/DBA/alice";
        for (identity, ours, is_one) in [
            (format!(r#"{{"userArn":"{arn}"}}"#), format!("iam:{arn}"), true),
            (r#"{"sub":"u-1","email":"alice@example.com"}"#.into(), "cognito:u-1".into(), true),
            (r#"{"principalId":"alice"}"#.into(), "lambda:alice".into(), true),
            (r#"{"sub":"u-1"}"#.into(), "jwt:https://idp.example.com|u-1".into(), false),
            (r#"{"user":"alice"}"#.into(), "local:alice".into(), false),
        ] {
            let entry_of_ours = AuditEntry { principal: Some(ours.clone()), ..entry("", "{}") };
            assert_eq!(
                entry("", &identity).person() == entry_of_ours.person(),
                is_one,
                "{ours} and {identity}"
            );
        }
    }

    #[test]
    fn what_names_no_person_is_nobody() {
        for (identity, user) in [
            (r#"{"sourceIp":"192.0.2.7"}"#, "192.0.2.7"),
            (
                r#"{"session":{"arn":"arn:aws:iam::111122223333:role/DBA"}}"#,
                "arn:aws:iam::111122223333:role/DBA",
            ),
            (r#"{"user":""}"#, ""),
            ("", ""),
            (r#"{"user":"alice"}"#, "Alice"),
            (r#"{"user":"alice"}"#, "ali"),
        ] {
            assert!(!entry("", identity).is_by(user), "{user} in {identity}");
        }
    }

    #[test]
    fn the_principal_of_an_entry_of_ours_counts_and_nothing_else() {
        let mut ours = entry("", r#"{"principal":"iam:alice","email":"bob@example.com"}"#);
        ours.principal = Some("iam:alice".into());
        assert!(ours.is_by("iam:alice") && !ours.is_by("bob@example.com") && !ours.is_by("alice"));
        assert!(!ours.is_original() && entry("", "alice").is_original());
    }

    proptest::proptest! {
        #[test]
        fn no_text_of_another_service_panics(timestamp in ".{0,40}", identity in ".{0,80}", user in ".{0,20}") {
            let entry = entry(&timestamp, &identity);
            let _ = (entry.at(), entry.is_by(&user));
        }
    }

    #[test]
    fn the_person_of_an_original_entry_is_found() {
        for (identity, user) in [
            (
                r#"{"userArn": "arn:aws:iam::111122223333:user/alice", "sourceIp": "192.0.2.1"}"#,
                Some("arn:aws:iam::111122223333:user/alice"),
            ),
            (r#"{"email": "alice@example.com", "sub": "7"}"#, Some("7")),
            (r#"{"identity": {"user": "alice", "user_arn": "arn:alice"}}"#, Some("arn:alice")),
            (r#"{"userArn": null, "user": "alice"}"#, Some("alice")),
            (r#"{"user": "", "email": "alice@example.com"}"#, Some("alice@example.com")),
            (r#""alice""#, Some("alice")),
            ("alice", Some("alice")),
            (r#"{"user": "unknown"}"#, None),
            ("{}", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(
                entry("2025-11-13T10:30:00Z", identity).user().as_deref(),
                user,
                "{identity}"
            );
        }
    }
}
