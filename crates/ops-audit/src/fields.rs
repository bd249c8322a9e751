//! The fields of an audit entry, in one list: what stores keep, what the hash covers, and the
//! columns of CSV.

use std::borrow::Cow;

use ops_domain::audit::AuditEntry;

/// Since when the hash covers a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hashed {
    /// From the first release on: a missing value is hashed as such.
    Always,
    /// From a later release on: hashed only where it is present, so that entries of before keep
    /// their hash. Taking the value out of an entry, or putting one in, changes the hash.
    WherePresent,
    /// Not at all: it is made of the hash.
    Never,
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A text.
    Text(&'a str),
    /// A yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
}

/// What values a field has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Texts.
    Text,
    /// Yes or no.
    Flag,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
}

/// One field of an entry.
#[derive(Debug)]
pub struct Field {
    /// Its name, as stores and exports spell it.
    pub name: &'static str,
    /// Since when the hash covers it. Fields are hashed in the order of [`FIELDS`].
    pub hashed: Hashed,
    /// Its column in CSV, from 0.
    pub column: usize,
    /// What values it has.
    pub kind: Kind,
    /// Whether every entry has it, also those of the original service.
    pub required: bool,
    /// Its value in an entry.
    pub get: fn(&AuditEntry) -> Option<FieldValue<'_>>,
    /// Puts a value of its kind into an entry; one of another kind changes nothing.
    pub set: fn(&mut AuditEntry, FieldValue<'_>),
}

impl Field {
    /// Its value in an entry, as text.
    #[must_use]
    pub fn text<'a>(&self, entry: &'a AuditEntry) -> Option<Cow<'a, str>> {
        (self.get)(entry).map(|value| match value {
            FieldValue::Text(text) => text.into(),
            FieldValue::Flag(flag) => flag.to_string().into(),
            FieldValue::Whole(number) => number.to_string().into(),
            FieldValue::Number(number) => number.to_string().into(),
        })
    }
}

/// Declares a field by its name, which is that of the member of [`AuditEntry`], its hashing, its
/// column and its kind.
macro_rules! field {
    ($name:ident, $hashed:ident, $column:literal, text) => {
        Field {
            required: true,
            get: |entry| Some(FieldValue::Text(&entry.$name)),
            set: |entry, value| {
                if let FieldValue::Text(text) = value {
                    text.clone_into(&mut entry.$name);
                }
            },
            ..field!(@named $name, $hashed, $column, Text)
        }
    };
    ($name:ident, $hashed:ident, $column:literal, optional text) => {
        Field {
            get: |entry| entry.$name.as_deref().map(FieldValue::Text),
            set: |entry, value| {
                if let FieldValue::Text(text) = value {
                    entry.$name = Some(text.to_owned());
                }
            },
            ..field!(@named $name, $hashed, $column, Text)
        }
    };
    ($name:ident, $hashed:ident, $column:literal, $kind:ident) => {
        Field {
            get: |entry| entry.$name.map(FieldValue::$kind),
            set: |entry, value| {
                if let FieldValue::$kind(value) = value {
                    entry.$name = Some(value);
                }
            },
            ..field!(@named $name, $hashed, $column, $kind)
        }
    };
    (@named $name:ident, $hashed:ident, $column:literal, $kind:ident) => {
        Field {
            name: stringify!($name),
            hashed: Hashed::$hashed,
            column: $column,
            kind: Kind::$kind,
            required: false,
            get: |_| None,
            set: |_, _| {},
        }
    };
}

/// Every field. New ones come at the end, [`Hashed::WherePresent`] and in the next column. Stores,
/// hash and CSV go by this list.
pub const FIELDS: [Field; 23] = [
    field!(audit_id, Always, 0, text),
    field!(timestamp, Always, 1, text),
    field!(operation, Always, 3, text),
    field!(instance_id, Always, 5, text),
    field!(parameters, Always, 13, text),
    field!(user_identity, Always, 10, text),
    field!(result, Always, 15, text),
    field!(success, Always, 16, Flag),
    field!(ttl, Always, 18, Whole),
    field!(event, Always, 2, optional text),
    field!(principal, Always, 9, optional text),
    field!(operation_id, Always, 4, optional text),
    field!(account_id, Always, 6, optional text),
    field!(region, Always, 7, optional text),
    field!(environment, Always, 8, optional text),
    field!(duration_seconds, Always, 17, Number),
    field!(request_id, Always, 12, optional text),
    field!(source_ip, Always, 11, optional text),
    field!(reason, Always, 14, optional text),
    field!(prev_ttl, WherePresent, 19, Whole),
    field!(chain, WherePresent, 22, optional text),
    field!(prev_hash, Never, 20, optional text),
    field!(hash, Never, 21, optional text),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value, json};

    use super::*;

    /// An entry of which every member has a value of its own.
    fn full() -> Map<String, Value> {
        let texts = FIELDS.iter().map(|field| (field.name.to_owned(), json!(field.name)));
        let numbers = ["ttl", "prev_ttl"].map(|name| (name.to_owned(), json!(7)));
        texts
            .chain(numbers)
            .chain([
                ("success".to_owned(), json!(true)),
                ("duration_seconds".to_owned(), json!(1.5)),
            ])
            .collect()
    }

    #[test]
    fn the_list_has_every_member_of_an_entry_and_reads_it() {
        let members = full();
        let entry: AuditEntry = serde_json::from_value(Value::Object(members.clone())).unwrap();
        let written = serde_json::to_value(&entry).unwrap();
        let names: BTreeSet<&str> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(names, written.as_object().unwrap().keys().map(String::as_str).collect());
        for field in &FIELDS {
            let value = &members[field.name];
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(field.text(&entry).as_deref(), Some(text.as_str()), "{}", field.name);
        }
    }

    #[test]
    fn what_is_read_of_every_field_can_be_put_into_another_entry() {
        let entry: AuditEntry = serde_json::from_value(Value::Object(full())).unwrap();
        let mut copy = AuditEntry::default();
        for field in &FIELDS {
            (field.set)(&mut copy, (field.get)(&entry).unwrap());
        }
        assert_eq!(copy, entry);
    }

    #[test]
    fn every_column_is_one_field() {
        let columns: BTreeSet<usize> = FIELDS.iter().map(|field| field.column).collect();
        assert_eq!(columns, (0..FIELDS.len()).collect());
    }
}
