//! JSON texts to be hashed: members in the order of their names, whatever order a map keeps them
//! in. Whether `serde_json` keeps the order of insertion depends on a feature that any crate of a
//! program may turn on.

use serde_json::Value;

/// The text of `value` with the members of every object in the order of their names, without
/// blanks.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            object(members.iter().map(|(name, value)| (name.as_str(), text(value))))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, String)>) -> String {
    let mut members: Vec<(&str, String)> = members.collect();
    members.sort();
    let members = members.into_iter().map(|(name, value)| format!("{}:{value}", Value::from(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_in_the_order_of_their_names() {
        let members =
            |names: [&'static str; 3]| object(names.into_iter().map(|name| (name, "1".to_owned())));
        assert_eq!(members(["b", "a", "c"]), members(["c", "b", "a"]));
        assert_eq!(members(["b", "a", "\"c"]), r#"{"\"c":1,"a":1,"b":1}"#);
        let nested = json!({ "b": [{ "d": null, "c": "x\n" }], "a": { "f": 1.5, "e": true } });
        assert_eq!(text(&nested), r#"{"a":{"e":true,"f":1.5},"b":[{"c":"x\n","d":null}]}"#);
    }
}
