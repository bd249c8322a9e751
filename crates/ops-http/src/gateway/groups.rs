//! The groups in the claims of a token, or in the context of a Lambda authorizer.
//!
//! Some claims have several readings, because a gateway flattens a list to one text. Names are kept
//! where there is one reading. Otherwise the groups are *ambiguous*: the caller may be in groups
//! that are not kept.

use serde_json::Value;

use super::text;

/// The groups that a caller certainly is in.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Groups {
    names: Vec<String>,
    /// Whether the caller may be in more groups than `names`.
    pub(super) ambiguous: bool,
}

impl Groups {
    /// Those of a user pool, or else those of another identity provider. Where both claims name
    /// groups and differ, the other claim's groups are not kept, so the groups are ambiguous.
    pub(super) fn of(claims: &Value) -> Self {
        let of_pool = read(&claims["cognito:groups"], split_at_blanks);
        let of_others = read(&claims["groups"], only_name);
        if of_pool == Self::default() || of_pool == of_others {
            return of_others;
        }
        let ambiguous = of_pool.ambiguous || of_others != Self::default();
        Self { ambiguous, ..of_pool }
    }

    /// The names, comma separated.
    pub(super) fn joined(&self) -> Option<String> {
        (!self.names.is_empty()).then(|| self.names.join(","))
    }

    /// A name with a comma in it would read as two groups, so it is not kept.
    fn from_names(names: impl Iterator<Item = Option<String>>) -> Self {
        let mut groups = Self::default();
        for name in names {
            match name {
                Some(name) if !name.contains(',') => groups.names.push(name),
                Some(_) | None => groups.ambiguous = true,
            }
        }
        groups
    }
}

/// REST APIs send a list comma separated, HTTP APIs as `[a b c]`, which `bracketed` reads, and a
/// Lambda authorizer perhaps as a list.
fn read(value: &Value, bracketed: fn(&str) -> Option<Vec<&str>>) -> Groups {
    match value {
        Value::Null => Groups::default(),
        Value::Array(items) => {
            Groups::from_names(items.iter().filter(|item| !is_blank(item)).map(trimmed))
        }
        Value::String(list) => {
            let inner = list.trim().strip_prefix('[').and_then(|list| list.strip_suffix(']'));
            match inner.map_or_else(|| Some(list.split(',').collect()), bracketed) {
                None => Groups { names: Vec::new(), ambiguous: true },
                Some(names) => {
                    let names = names.into_iter().map(str::trim).filter(|name| !name.is_empty());
                    Groups::from_names(names.map(|name| Some(name.to_owned())))
                }
            }
        }
        Value::Number(_) | Value::Bool(_) | Value::Object(_) => {
            Groups::from_names(std::iter::once(text(value)))
        }
    }
}

fn trimmed(item: &Value) -> Option<String> {
    text(item).map(|name| name.trim().to_owned())
}

/// Null and blank texts name no group.
fn is_blank(item: &Value) -> bool {
    item.is_null() || item.as_str().is_some_and(|name| name.trim().is_empty())
}

/// No group of a user pool has a blank in its name (Amazon Cognito API Reference, `CreateGroup`).
fn split_at_blanks(list: &str) -> Option<Vec<&str>> {
    Some(list.split(' ').collect())
}

/// Groups of other identity providers may have blanks in their names, so that several words have
/// several readings.
fn only_name(list: &str) -> Option<Vec<&str>> {
    let list = list.trim();
    (!list.contains(char::is_whitespace)).then(|| vec![list])
}
