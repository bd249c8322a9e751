//! Parameters as arguments: texts, of which the operation's schema says what they stand for.

use serde_json::{Map, Value};

/// The parameters, read by the schema of the operation where there is one.
pub(super) fn read(schema: Option<&Value>, params: &[(String, String)]) -> Map<String, Value> {
    let kind = |name: &str| schema.map_or("", |schema| kind(&schema["properties"][name]));
    params.iter().map(|(name, text)| (name.clone(), value(text, kind(name)))).collect()
}

/// `type` of a JSON schema, which may be a list with `null` in it.
fn kind(property: &Value) -> &str {
    let kinds = if let Value::Array(kinds) = &property["type"] {
        kinds.as_slice()
    } else {
        std::slice::from_ref(&property["type"])
    };
    kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
}

/// The value of a parameter. What can't be read stays text, which the operation then refuses with
/// its own words.
fn value(text: &str, kind: &str) -> Value {
    match text {
        digits if kind == "integer" => {
            digits.parse::<u64>().map_or_else(|_| digits.into(), Value::from)
        }
        text if kind == "string" => text.into(),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        json if json.starts_with(['[', '{']) => {
            serde_json::from_str(json).unwrap_or_else(|_| json.into())
        }
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use ops_domain::operation::Operation;
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_booleans_json_or_text() {
        let cases = [
            ("true", json!(true)),
            ("false", json!(false)),
            (r#"[{"Key":"a","Value":"b"}]"#, json!([{"Key": "a", "Value": "b"}])),
            ("a=b", json!("a=b")),
            ("123", json!("123")),
            ("[broken", json!("[broken")),
            ("", json!("")),
        ];
        for (text, read) in cases {
            assert_eq!(value(text, ""), read, "{text}");
        }
        assert_eq!((value("7", "integer"), value("7d", "integer")), (json!(7), json!("7d")));
    }

    #[test]
    fn the_schema_says_what_a_text_stands_for() {
        let schema = Operation::schemas().remove("create_snapshot");
        let params = [("snapshot_id", "true"), ("retain_days", "7"), ("tags", "[]")];
        let params = params.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let read = read(schema.as_ref(), &params);
        assert_eq!(Value::from(read), json!({"snapshot_id": "true", "retain_days": 7, "tags": []}));
    }
}
