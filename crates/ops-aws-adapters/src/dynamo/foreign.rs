//! Values as other programs write them. boto3 writes a `Decimal` as a number, `None` as null, a
//! `dict` as a map, a `list` as a list and a `set` as a set (boto3, "DynamoDB customization
//! reference").

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Number, Value};

/// The text of a scalar, none for anything else. Null is a blank text.
pub(super) fn scalar(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        AttributeValue::Bool(truth) => Some(truth.to_string()),
        AttributeValue::Null(_) => Some(String::new()),
        _ => None,
    }
}

/// A truth value in whatever spelling; none for anything else.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// The value as JSON: sets are arrays, bytes are Base64. A number that JSON numbers can't hold
/// exactly is a text.
pub(super) fn json(value: &AttributeValue) -> Value {
    let texts = |texts: &[String]| texts.iter().cloned().map(Value::String).collect();
    match value {
        AttributeValue::S(text) => Value::String(text.clone()),
        AttributeValue::N(number) => json_number(number),
        AttributeValue::Bool(truth) => Value::Bool(*truth),
        AttributeValue::M(map) => {
            map.iter().map(|(name, value)| (name.clone(), json(value))).collect()
        }
        AttributeValue::L(list) => list.iter().map(json).collect(),
        AttributeValue::Ss(set) => texts(set),
        AttributeValue::Ns(set) => set.iter().map(|number| json_number(number)).collect(),
        AttributeValue::B(bytes) => Value::String(BASE64_STANDARD.encode(bytes)),
        AttributeValue::Bs(set) => {
            set.iter().map(|bytes| Value::String(BASE64_STANDARD.encode(bytes))).collect()
        }
        // `AttributeValue` is not exhaustive: a type that this release of the SDK does not know has
        // no value here.
        _ => Value::Null,
    }
}

fn json_number(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Number(whole.into());
    }
    let fraction = text.parse::<f64>().ok().filter(|fraction| fraction.to_string() == text);
    fraction
        .and_then(Number::from_f64)
        .map_or_else(|| Value::String(text.to_owned()), Value::Number)
}
