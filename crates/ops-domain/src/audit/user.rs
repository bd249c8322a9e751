//! Who an entry is about.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::audit::AuditEntry;

/// Where the identities that API Gateway hands to a function have the person, the most exact name first.
const NAMES: [&str; 10] =
    ["principal", "userArn", "user_arn", "arn", "sub", "email", "username", "user", "user_id", "principalId"];

impl AuditEntry {
    /// The principal; in an entry of the original service, the person in the text of `user_identity`. None where that names
    /// nobody.
    #[must_use]
    pub fn user(&self) -> Option<Cow<'_, str>> {
        match &self.principal {
            Some(principal) => Some(Cow::Borrowed(principal)),
            None => named_in(&self.user_identity),
        }
    }
}

/// The person in a JSON text, or the text itself where it is no JSON.
fn named_in(identity: &str) -> Option<Cow<'_, str>> {
    match serde_json::from_str(identity) {
        Ok(Value::Object(fields)) => named_in_fields(&fields).map(Cow::Owned),
        Ok(Value::String(name)) => Some(Cow::Owned(name)).filter(|name| is_name(name)),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => None,
        Err(_) => Some(Cow::Borrowed(identity.trim())).filter(|name| is_name(name)),
    }
}

fn named_in_fields(fields: &Map<String, Value>) -> Option<String> {
    let named = NAMES.iter().filter_map(|name| fields.get(*name)?.as_str());
    named.map(str::trim).find(|name| is_name(name)).map(str::to_owned)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text != "unknown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_is_found_in_the_shapes_that_the_original_service_wrote() {
        for (identity, user) in [
            (
                r#"{"userArn": "arn:aws:iam::111122223333:user/alice", "sourceIp": "192.0.2.1"}"#,
                Some("arn:aws:iam::111122223333:user/alice"),
            ),
            (r#"{"sub": "7", "email": "alice@example.com"}"#, Some("7")),
            (r#"{"userArn": null, "user": "alice"}"#, Some("alice")),
            (r#"{"user": "", "email": "alice@example.com"}"#, Some("alice@example.com")),
            (r#""alice""#, Some("alice")),
            ("alice", Some("alice")),
            (r#"{"user": "unknown"}"#, None),
            ("{}", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(named_in(identity).as_deref(), user, "{identity}");
        }
    }
}
