//! A list of tags as a parameter.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::failure::Code;
use crate::operation::fields::Fields;
use crate::operation::parameter::ParameterType;
use crate::tag::{MAX_TAGS, Tag, TagError, TagKey, TagValue, duplicate_keys};

const LIST: &str = "must be a list of {\"Key\", \"Value\"}";

const TAG: &str = "must be an object with Key and Value";

fn at_most() -> String {
    format!("must have at most {MAX_TAGS} tags")
}

impl ParameterType for Vec<Tag> {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        let Some(items) = value.as_array() else {
            fields.problem(Code::InvalidParameter, name, LIST);
            return None;
        };
        if items.len() > MAX_TAGS {
            let message = format!("{}, and has {}", at_most(), items.len());
            fields.problem(Code::InvalidParameter, name, &message);
            return None;
        }
        let read = items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| Some((at, parse_tag(fields, &format!("{name}/{at}"), item)?)));
        let (positions, tags): (Vec<usize>, Self) = read.unzip();
        for at in duplicate_keys(&tags) {
            fields.problem(
                Code::InvalidParameter,
                &format!("{name}/{}/Key", positions[at]),
                "appears more than once",
            );
        }
        (tags.len() == items.len()).then_some(tags)
    }

    fn schema() -> Value {
        json!({
            "type": "array", "maxItems": MAX_TAGS,
            "items": {
                "type": "object", "additionalProperties": false, "required": ["Key", "Value"],
                "properties": {
                    "Key": {
                        "type": "string", "minLength": 1, "maxLength": TagKey::MAX_CHARS,
                        "x-expected": TagKey::rules().join("; "),
                    },
                    "Value": {
                        "type": "string", "maxLength": TagValue::MAX_CHARS,
                        "x-expected": TagValue::rules().join("; "),
                    }
                },
                "x-expected": TAG,
            }
        })
    }

    fn expected() -> String {
        [LIST, &at_most()].join("; ")
    }
}

fn parse_tag(fields: &mut Fields<'_>, path: &str, item: &Value) -> Option<Tag> {
    let Some(object) = item.as_object() else {
        fields.problem(Code::InvalidParameter, path, TAG);
        return None;
    };
    let mut tag = fields.below(object, path);
    let key = tag.required("Key").map(|UserKey(key)| key);
    let value = tag.optional("Value").unwrap_or_default();
    tag.finish(Code::InvalidParameter);
    Some(Tag { key: key?, value })
}

/// A tag key by the rules for requests, which leave the keys of this service out.
struct UserKey(TagKey);

impl FromStr for UserKey {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        TagKey::from_user(text).map(Self)
    }
}
