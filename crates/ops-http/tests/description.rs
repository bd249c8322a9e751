//! The API description is that of the routes and types, as it is checked in.
#![cfg(feature = "openapi")]

use std::collections::BTreeSet;

use expect_test::expect_file;
use ops_http::description;
use serde_json::Value;

const METHODS: [&str; 2] = ["get", "post"];

fn document() -> Value {
    serde_json::from_str(&description::document()).expect("it is JSON")
}

/// `UPDATE_EXPECT=1` writes it.
#[test]
fn the_checked_in_description_is_that_of_the_code() {
    expect_file!["../openapi.json"].assert_eq(&description::document());
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let document = document();
    let paths = document["paths"].as_object().expect("there are paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| METHODS.map(|method| (path, method, item[method].is_object())))
        .filter(|(_, _, is_there)| *is_there)
        .map(|(path, method, _)| (path.clone(), method.to_owned()))
        .collect();
    let listed = description::listed().iter();
    let listed = listed.map(|(path, method)| ((*path).to_owned(), (*method).to_owned())).collect();
    assert_eq!(described, listed);
}

#[test]
fn every_reference_leads_to_a_schema() {
    let document = document();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("it is within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
