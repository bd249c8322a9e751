//! Whether an entry is of the user that a list asks for.

use ops_domain::audit::AuditEntry;
use ops_domain::user::{UserFilter, is_named};
use serde::Deserialize;

use crate::original::{ReadEntry as _, original_names};

/// The names of a person in `user_identity` of an entry of ours.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Names {
    name: Option<String>,
    email: Option<String>,
}

/// Whose an entry is.
pub trait OfUser {
    /// Whether the entry is of the user that is asked for. Entries of the original service are
    /// found by every name in their `user_identity`.
    fn is_of(&self, user: &UserFilter) -> bool;
}

impl OfUser for AuditEntry {
    fn is_of(&self, user: &UserFilter) -> bool {
        match user {
            UserFilter::Principal(principal) => self.is_by(principal),
            UserFilter::Name(name) => self.is_by(name) || has_name(self, name),
        }
    }
}

fn has_name(entry: &AuditEntry, name: &str) -> bool {
    match &entry.principal {
        Some(principal) => {
            is_named(principal, name)
                || shown_names(entry).iter().flatten().any(|shown| shown == name)
        }
        None => original_names(entry).iter().any(|original| is_named(original, name)),
    }
}

fn shown_names(entry: &AuditEntry) -> [Option<String>; 2] {
    let Names { name, email } = serde_json::from_str(&entry.user_identity).unwrap_or_default();
    [name, email]
}

#[cfg(test)]
mod tests {
    use super::*;
    use ops_domain::caller::Caller;

    #[test]
    fn an_entry_is_of_whom_its_caller_is() {
        let mut caller = Caller::new("cognito:0a1b", "r");
        caller.display_name = Some("erin".into());
        caller.attributes.insert("email".into(), "erin@example.com".into());
        let ours = AuditEntry {
            principal: Some(caller.principal.clone()),
            user_identity: caller.identity_json(),
            ..AuditEntry::default()
        };
        let arn = r#"{"userArn": "arn:aws:iam::111122223333:user/erin", "role": "dba"}"#;
        let original = AuditEntry { user_identity: arn.into(), ..AuditEntry::default() };
        for (text, of_ours, of_original) in [
            ("cognito:0a1b", true, false),
            ("0a1b", true, false),
            ("erin", true, true),
            ("erin@example.com", true, false),
            ("arn:aws:iam::111122223333:user/erin", false, true),
            ("dba", false, false),
            ("rin", false, false),
        ] {
            let user = UserFilter::of(text);
            assert_eq!(
                (ours.is_of(&user), original.is_of(&user)),
                (of_ours, of_original),
                "{text}"
            );
            assert_eq!(ours.is_of(&user), user.accepts(&caller), "{text}");
        }
    }
}
