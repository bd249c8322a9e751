//! Audit entries as items: the names and types of the original table, and those that came later.

use aws_sdk_dynamodb::types::AttributeValue;
use ops_audit::fields::{FIELDS, Field, FieldValue, Kind};
use ops_domain::audit::{AuditEntry, NO_INSTANCE};

use crate::dynamo::foreign::{json, scalar, truth};
use crate::dynamo::item::{BadItem, Item, get_text, number, text};
use crate::dynamo::layout::{AUDIT_ID, TIMESTAMP};

/// The item of an entry. What the entry lacks, the item lacks: an index key must not be empty.
pub(super) fn to_item(entry: &AuditEntry) -> Item {
    let attribute = |field: &Field| {
        let value = match (field.get)(entry)? {
            FieldValue::Text(value) => text(value),
            FieldValue::Flag(flag) => AttributeValue::Bool(flag),
            FieldValue::Whole(value) => number(value),
            FieldValue::Number(value) => number(value),
        };
        Some((field.name.to_owned(), value))
    };
    FIELDS.iter().filter_map(attribute).collect()
}

/// The entry of an item. Entries of the original service have the first nine attributes and no
/// more, or fewer, and not all of the types that they should be of. They are shown as far as they
/// can be: a trail that hides what it can't read is none.
///
/// # Errors
/// When the item has no id or no time as text. Then it is on no index, so no list finds it.
pub(super) fn from_item(item: &Item) -> Result<AuditEntry, BadItem> {
    let (audit_id, _) = (get_text(item, AUDIT_ID)?, get_text(item, TIMESTAMP)?);
    let mut entry = AuditEntry::default();
    instance_of(audit_id).clone_into(&mut entry.instance_id);
    for (field, value) in FIELDS.iter().filter_map(|field| Some((field, item.get(field.name)?))) {
        match (field.kind, value) {
            (Kind::Text, AttributeValue::S(text)) => {
                (field.set)(&mut entry, FieldValue::Text(text));
            }
            (Kind::Text, value) if field.required => {
                if let Some(text) = shown(value) {
                    (field.set)(&mut entry, FieldValue::Text(&text));
                }
            }
            (Kind::Text, _) => {}
            (Kind::Flag | Kind::Whole | Kind::Number, value) => {
                if let Some(value) = read(field.kind, value) {
                    (field.set)(&mut entry, value);
                }
            }
        }
    }
    Ok(entry)
}

/// What is not a text, as far as it can be read.
fn read(kind: Kind, value: &AttributeValue) -> Option<FieldValue<'static>> {
    match kind {
        Kind::Text => None,
        Kind::Flag => scalar(value).and_then(|text| truth(&text)).map(FieldValue::Flag),
        Kind::Whole => seconds(value).map(FieldValue::Whole),
        Kind::Number => value.as_n().ok()?.parse().ok().map(FieldValue::Number),
    }
}

/// A text as it is, anything else as JSON text; none for null.
fn shown(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) => Some(text.clone()),
        AttributeValue::Null(_) => None,
        other => Some(json(other).to_string()),
    }
}

/// The instance in an id, which is `<instance_id>#<timestamp>`.
fn instance_of(audit_id: &str) -> &str {
    audit_id.rsplit_once('#').map_or(NO_INSTANCE, |(instance_id, _)| instance_id)
}

/// Full seconds. An item expires by a number only: another value is not an expiry.
fn seconds(value: &AttributeValue) -> Option<i64> {
    let text = value.as_n().ok()?;
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    whole.parse().ok()
}

#[cfg(test)]
mod tests;
