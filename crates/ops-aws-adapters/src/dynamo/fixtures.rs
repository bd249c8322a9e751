//! Items in DynamoDB JSON, as `aws dynamodb get-item` prints them.

use std::path::Path;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::dynamo::item::Item;

/// The item of a file below `tests/items`.
pub(super) fn item(name: &str) -> Item {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let answer: Value = serde_json::from_str(&text).expect("it is JSON");
    attributes(&answer["Item"])
}

/// The names of the files of a folder below `tests/items`, without their ending.
pub(super) fn names(kind: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items").join(kind);
    let files = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("it can be read"));
    let name = |file: std::fs::DirEntry| {
        file.path().file_stem().map(|stem| stem.to_string_lossy().into_owned())
    };
    let mut names: Vec<String> = files.filter_map(name).collect();
    names.sort();
    names
}

fn attributes(object: &Value) -> Item {
    let members = object.as_object().expect("an item is an object");
    members.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(typed: &Value) -> AttributeValue {
    let (kind, value) =
        typed.as_object().and_then(|object| object.iter().next()).expect("a value names its type");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let texts = |value: &Value| value.as_array().expect("an array").iter().map(text).collect();
    let bytes =
        |value: &Value| Blob::new(BASE64_STANDARD.decode(text(value)).expect("it is Base64"));
    match kind.as_str() {
        "S" => AttributeValue::S(text(value)),
        "N" => AttributeValue::N(text(value)),
        "BOOL" => AttributeValue::Bool(value.as_bool().expect("a truth value")),
        "NULL" => AttributeValue::Null(true),
        "M" => AttributeValue::M(attributes(value)),
        "L" => {
            AttributeValue::L(value.as_array().expect("an array").iter().map(attribute).collect())
        }
        "SS" => AttributeValue::Ss(texts(value)),
        "NS" => AttributeValue::Ns(texts(value)),
        "B" => AttributeValue::B(bytes(value)),
        "BS" => AttributeValue::Bs(value.as_array().expect("an array").iter().map(bytes).collect()),
        other => panic!("{other} is no type of DynamoDB"),
    }
}
