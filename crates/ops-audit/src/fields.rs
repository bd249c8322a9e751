//! The fields of an audit entry, in one list: what the hash covers, and the columns of CSV.

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

/// One field of an entry.
#[derive(Debug)]
pub struct Field {
    /// Its name, as stores and exports spell it.
    pub name: &'static str,
    /// Since when the hash covers it. Fields are hashed in the order of [`FIELDS`].
    pub hashed: Hashed,
    /// Its column in CSV, from 0.
    pub column: usize,
    /// Its value as text.
    pub text: fn(&AuditEntry) -> Option<Cow<'_, str>>,
}

/// Every field. New ones come at the end, [`Hashed::WherePresent`] and in the next column.
pub const FIELDS: [Field; 23] = [
    field("audit_id", 0, |entry| Some(entry.audit_id.as_str().into())),
    field("timestamp", 1, |entry| Some(entry.timestamp.as_str().into())),
    field("operation", 3, |entry| Some(entry.operation.as_str().into())),
    field("instance_id", 5, |entry| Some(entry.instance_id.as_str().into())),
    field("parameters", 13, |entry| Some(entry.parameters.as_str().into())),
    field("user_identity", 10, |entry| Some(entry.user_identity.as_str().into())),
    field("result", 15, |entry| Some(entry.result.as_str().into())),
    field("success", 16, |entry| shown(entry.success)),
    field("ttl", 18, |entry| shown(entry.ttl)),
    field("event", 2, |entry| borrowed(entry.event.as_ref())),
    field("principal", 9, |entry| borrowed(entry.principal.as_ref())),
    field("operation_id", 4, |entry| borrowed(entry.operation_id.as_ref())),
    field("account_id", 6, |entry| borrowed(entry.account_id.as_ref())),
    field("region", 7, |entry| borrowed(entry.region.as_ref())),
    field("environment", 8, |entry| borrowed(entry.environment.as_ref())),
    field("duration_seconds", 17, |entry| shown(entry.duration_seconds)),
    field("request_id", 12, |entry| borrowed(entry.request_id.as_ref())),
    field("source_ip", 11, |entry| borrowed(entry.source_ip.as_ref())),
    field("reason", 14, |entry| borrowed(entry.reason.as_ref())),
    later("prev_ttl", 19, |entry| shown(entry.prev_ttl)),
    later("chain", 22, |entry| borrowed(entry.chain.as_ref())),
    of_the_hash("prev_hash", 20, |entry| borrowed(entry.prev_hash.as_ref())),
    of_the_hash("hash", 21, |entry| borrowed(entry.hash.as_ref())),
];

type Text = fn(&AuditEntry) -> Option<Cow<'_, str>>;

const fn field(name: &'static str, column: usize, text: Text) -> Field {
    Field { name, hashed: Hashed::Always, column, text }
}

const fn later(name: &'static str, column: usize, text: Text) -> Field {
    Field { name, hashed: Hashed::WherePresent, column, text }
}

const fn of_the_hash(name: &'static str, column: usize, text: Text) -> Field {
    Field { name, hashed: Hashed::Never, column, text }
}

fn borrowed(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| text.as_str().into())
}

fn shown<T: ToString>(value: Option<T>) -> Option<Cow<'static, str>> {
    value.map(|value| value.to_string().into())
}

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
            assert_eq!((field.text)(&entry).as_deref(), Some(text.as_str()), "{}", field.name);
        }
    }

    #[test]
    fn every_column_is_one_field() {
        let columns: BTreeSet<usize> = FIELDS.iter().map(|field| field.column).collect();
        assert_eq!(columns, (0..FIELDS.len()).collect());
    }
}
