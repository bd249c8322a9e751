//! Items and their attribute values.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::ports::Source;
use ops_domain::time::Timestamp;
use thiserror::Error;

/// An item, or a key, as DynamoDB has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// A stored item is not as this crate wrote it.
#[derive(Debug, Error)]
pub(super) enum BadItem {
    /// An attribute is absent or of another type.
    #[error("attribute `{0}` is absent or not of its type")]
    Attribute(&'static str),
    /// An attribute holds something else than it should.
    #[error("attribute `{0}` can't be read")]
    Content(&'static str, #[source] Source),
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A key of one string attribute.
pub(super) fn key(name: &str, value: impl Into<String>) -> Item {
    Item::from([(name.to_owned(), text(value))])
}

pub(super) fn get_text<'a>(item: &'a Item, name: &'static str) -> Result<&'a str, BadItem> {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value.map(String::as_str).ok_or(BadItem::Attribute(name))
}

pub(super) fn get_number<T: std::str::FromStr>(
    item: &Item,
    name: &'static str,
) -> Result<T, BadItem> {
    let value = item.get(name).and_then(|value| value.as_n().ok());
    value.and_then(|value| value.parse().ok()).ok_or(BadItem::Attribute(name))
}

pub(super) fn get_time(item: &Item, name: &'static str) -> Result<Timestamp, BadItem> {
    get_text(item, name)?.parse().map_err(|error| BadItem::Content(name, Box::new(error)))
}
