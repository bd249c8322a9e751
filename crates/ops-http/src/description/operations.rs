//! The parameters of each operation, from the operations' own declarations.

use ops_domain::operation::Operation;
use serde_json::{Value, json};

const REQUEST: &str = "OperationRequest";

/// Adds a schema for the parameters of each operation, and has the request's parameters be those of
/// its operation.
pub(super) fn describe_parameters(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    let mut choices = Vec::new();
    for (operation, parameters) in Operation::schemas() {
        let name = format!("{}Parameters", camel_case(operation));
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        choices.push(json!({
            "title": operation,
            "properties": { "operation": { "const": operation }, "parameters": reference },
            "required": needs(&parameters),
        }));
        schemas[name] = parameters;
    }
    schemas[REQUEST]["properties"]["operation"]["enum"] = json!(Operation::NAMES);
    schemas[REQUEST]["oneOf"] = json!(choices);
}

/// `parameters` may be left out where nothing in it is required.
fn needs(parameters: &Value) -> Vec<&'static str> {
    let required = parameters["required"].as_array().is_some_and(|names| !names.is_empty());
    if required { vec!["operation", "parameters"] } else { vec!["operation"] }
}

fn camel_case(name: &str) -> String {
    let mut words = String::new();
    for word in name.split('_') {
        let (first, rest) = word.split_at(word.len().min(1));
        words.push_str(&first.to_uppercase());
        words.push_str(rest);
    }
    words
}
