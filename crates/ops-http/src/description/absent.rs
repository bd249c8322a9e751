//! Members that may be absent. They are never `null`: where there is nothing they are not written.

use serde_json::{Value, json};

/// Takes `null` from the schemas of members that are not required.
pub(super) fn describe(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(serde_json::Map::values_mut) {
        visit(schema);
    }
}

/// A schema, and those within it.
fn visit(schema: &mut Value) {
    for parts in ["allOf", "oneOf"] {
        if let Some(parts) = schema.get_mut(parts).and_then(Value::as_array_mut) {
            parts.iter_mut().for_each(visit);
        }
    }
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(or_not_there);
    }
    if let Some(items) = schema.get_mut("items") {
        visit(items);
    }
    let required = schema.get("required").cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let names = required.as_array().map(Vec::as_slice).unwrap_or_default();
        if !names.iter().any(|required| required == name) {
            without_null(property);
        }
        visit(property);
    }
}

/// Members of another type that are all there, or none of them is.
fn or_not_there(part: &mut Value) {
    let Some(choices) = part.get_mut("oneOf").and_then(Value::as_array_mut) else { return };
    let null = json!({ "type": "null" });
    if choices.contains(&null) {
        choices.retain(|choice| *choice != null);
        choices.push(json!({ "type": "object" }));
        *part = json!({ "anyOf": choices });
    }
}

fn without_null(property: &mut Value) {
    if let Some(types) = property.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            property["type"] = only.clone();
        }
    }
    if let Some(choices) = property.get_mut("oneOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [only] = choices.as_slice() {
            *property = only.clone();
        }
    }
}
