//! Whose operations and audit entries a list asks for.

use crate::caller::Caller;

/// Whose operations or entries are asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UserFilter {
    /// Those of this principal, exactly. Stores have an index for it.
    Principal(String),
    /// Those of everybody of this name: the last part of the principal (a session name, a user
    /// name, a subject), the principal without its kind, the display name or the email address.
    /// Several people may have one name. A store looks through what else is asked for.
    Name(String),
}

impl UserFilter {
    /// The filter that `text` means. Every principal has its kind before a colon, so a text with a
    /// colon is a principal and any other text a name.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.contains(':') { Self::Principal(text) } else { Self::Name(text) }
    }

    /// The principal or the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Principal(text) | Self::Name(text) => text,
        }
    }

    /// By what is looked for: `principal` or `name`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Principal(_) => "principal",
            Self::Name(_) => "name",
        }
    }

    /// The principal, if one is asked for.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        match self {
            Self::Principal(principal) => Some(principal),
            Self::Name(_) => None,
        }
    }

    /// Whether the caller is one of those that are asked for.
    #[must_use]
    pub fn accepts(&self, caller: &Caller) -> bool {
        match self {
            Self::Principal(principal) => *principal == caller.principal,
            Self::Name(name) => {
                let shown = [caller.display_name.as_ref(), caller.attributes.get(EMAIL)];
                is_named(&caller.principal, name)
                    || shown.into_iter().flatten().any(|shown| shown == name)
            }
        }
    }

    /// A text that is in the JSON of each caller of this name, so that a store can drop the others
    /// before they are read. None for a principal, and for a name that JSON may spell in other
    /// ways.
    #[must_use]
    pub fn text_in_json(&self) -> Option<&str> {
        let has_one_spelling =
            |name: &str| !name.chars().any(|c| c.is_control() || c == '"' || c == '\\');
        match self {
            Self::Principal(_) => None,
            Self::Name(name) => Some(name.as_str()).filter(|name| has_one_spelling(name)),
        }
    }
}

/// The attribute of a caller with the email address.
pub(crate) const EMAIL: &str = "email";

/// Whether `name` is the principal, the principal without its kind, or the last part of it.
#[must_use]
pub fn is_named(principal: &str, name: &str) -> bool {
    let without_kind = principal.split_once(':').map(|(_, rest)| rest);
    let last = principal.rsplit(['/', '|', ':']).next();
    principal == name || [without_kind, last].contains(&Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_found_by_principal_and_by_every_name() {
        let role = Caller::new("iam:arn:aws:sts::111122223333:assumed-role/DBA/alice", "r");
        let mut token = Caller::new("jwt:https://idp.example.com/|u-1", "r");
        token.display_name = Some("Zoë \"Z\" Ng".into());
        token.attributes.insert("email".into(), "zoe@example.com".into());
        let lambda = Caller::new("lambda:user|erin", "r");
        for (text, caller, found) in [
            ("iam:arn:aws:sts::111122223333:assumed-role/DBA/alice", &role, true),
            ("arn:aws:sts::111122223333:assumed-role/DBA/alice", &role, false),
            ("alice", &role, true),
            ("DBA", &role, false),
            ("Alice", &role, false),
            ("lice", &role, false),
            ("iam", &role, false),
            ("u-1", &token, true),
            ("Zoë \"Z\" Ng", &token, true),
            ("zoe@example.com", &token, true),
            ("zoe", &token, false),
            ("user|erin", &lambda, true),
            ("erin", &lambda, true),
            ("lambda:erin", &lambda, false),
        ] {
            let filter = UserFilter::of(text);
            assert_eq!(filter.accepts(caller), found, "{text}");
            let json = serde_json::to_string(caller).unwrap();
            let may_be = filter.text_in_json().is_none_or(|text| json.contains(text));
            assert!(may_be || !found, "a store that looks for {text} would drop {json}");
        }
    }
}
