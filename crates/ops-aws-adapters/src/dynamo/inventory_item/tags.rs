//! The `tags` of an inventory item, in the shapes that programs give them.
//!
//! What can't be read in full is an error and never a smaller set of tags: the tag that is left out
//! may be the one that says production.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::instance::Tags;
use ops_domain::request::json::Json;
use serde_json::Value;

use crate::dynamo::foreign::scalar;

/// Tags as a map, as a list of `{Key, Value}` or `{key, value}`, or as the JSON text of either.
/// None where the attribute is null or blank.
///
/// # Errors
/// What is wrong with them.
pub(super) fn read(value: &AttributeValue) -> Result<Tags, String> {
    match value {
        AttributeValue::S(text) if text.trim().is_empty() => Ok(Tags::new()),
        AttributeValue::S(text) => {
            let Json(json) = serde_json::from_str(text).map_err(|_| {
                "`tags` is a text that is no JSON, or in which a member appears twice".to_owned()
            })?;
            structured(&attribute(json))
        }
        other => structured(other),
    }
}

fn structured(value: &AttributeValue) -> Result<Tags, String> {
    match value {
        AttributeValue::M(map) => of_map(map),
        AttributeValue::L(list) => of_list(list),
        AttributeValue::Null(_) => Ok(Tags::new()),
        _ => Err("`tags` is neither a map nor a list".to_owned()),
    }
}

fn of_map(map: &HashMap<String, AttributeValue>) -> Result<Tags, String> {
    if is_one_tag(map) {
        return Err("`tags` is a single tag, and no list of them".to_owned());
    }
    map.iter().map(|(key, value)| Ok((key.clone(), tag_value(key, value)?))).collect()
}

fn of_list(list: &[AttributeValue]) -> Result<Tags, String> {
    let mut tags = Tags::new();
    for entry in list {
        let (key, value) = listed(entry)?;
        match tags.insert(key.clone(), value.clone()) {
            Some(other) if other != value => {
                return Err(format!("the tag `{key}` appears twice in `tags`"));
            }
            Some(_) | None => {}
        }
    }
    Ok(tags)
}

/// A tag of a list. One without a value has an empty one.
fn listed(entry: &AttributeValue) -> Result<(String, String), String> {
    let keyless = || "`tags` holds an entry without Key".to_owned();
    let entry = entry.as_m().map_err(|_| keyless())?;
    let part = |names: [&str; 2]| match names.map(|name| entry.get(name)) {
        [Some(_), Some(_)] => {
            Err(format!("`tags` holds an entry with both {} and {}", names[0], names[1]))
        }
        [one, other] => Ok(one.or(other)),
    };
    let key =
        part(["Key", "key"])?.and_then(scalar).filter(|key| !key.is_empty()).ok_or_else(keyless)?;
    if !is_one_tag(entry) {
        return Err(format!("the entry of the tag `{key}` in `tags` has more than Key and Value"));
    }
    let value = part(["Value", "value"])?
        .map_or_else(|| Ok(String::new()), |value| tag_value(&key, value))?;
    Ok((key, value))
}

fn tag_value(key: &str, value: &AttributeValue) -> Result<String, String> {
    scalar(value).ok_or_else(|| format!("the tag `{key}` in `tags` is no text"))
}

/// Whether a map is an entry of a list of tags; as a map of tags it would have lost the tag.
fn is_one_tag(map: &HashMap<String, AttributeValue>) -> bool {
    let is_part = |name: &String| ["Key", "key", "Value", "value"].contains(&name.as_str());
    !map.is_empty() && map.keys().all(is_part)
}

fn attribute(json: Value) -> AttributeValue {
    match json {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(truth) => AttributeValue::Bool(truth),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(values) => AttributeValue::L(values.into_iter().map(attribute).collect()),
        Value::Object(members) => AttributeValue::M(
            members.into_iter().map(|(name, value)| (name, attribute(value))).collect(),
        ),
    }
}
