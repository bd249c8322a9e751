use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::Parameters;
use crate::failure::Code;
use crate::id::SnapshotId;
use crate::operation::fields::Fields;

super::parameters! {
    /// One parameter of each kind.
    struct Each {
        /// The text that goes on
        /// over two lines.
        snapshot_id: SnapshotId,
        /// Is on by default.
        on: bool = true,
        /// Means something when it is left out.
        other_id: Option<SnapshotId> = None,
    }
}

super::parameters! {
    /// No parameters.
    struct Nothing {}
}

fn parsed<P: Parameters>(request: &Value) -> Result<P, String> {
    let object = request.as_object().expect("an object");
    let mut problems = Vec::new();
    let mut fields = Fields::new(object, "/parameters", &mut problems);
    let read = P::parse(&mut fields);
    fields.finish(Code::InvalidParameter);
    let reported =
        problems.iter().map(|(code, it)| format!("{code} {}: {}\n", it.pointer, it.message));
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        _ => Err(reported.collect()),
    }
}

#[track_caller]
fn check_problems<P: Parameters>(request: &Value, expected: Expect) {
    let Err(problems) = parsed::<P>(request) else { panic!("it is valid") };
    expected.assert_eq(&problems);
}

#[test]
fn one_declaration_reads_and_shows_parameters() {
    for (request, shown) in [
        (json!({ "snapshot_id": "A" }), json!({ "snapshot_id": "a", "on": true })),
        (json!({ "snapshot_id": "a", "on": null }), json!({ "snapshot_id": "a", "on": true })),
        (
            json!({ "snapshot_id": "a", "on": false, "other_id": "B" }),
            json!({ "snapshot_id": "a", "on": false, "other_id": "b" }),
        ),
    ] {
        let read: Each = parsed(&request).unwrap();
        assert_eq!(Value::Object(read.display()), shown);
        assert_eq!(serde_json::from_value::<Each>(shown).unwrap(), read);
    }
    assert_eq!(Value::Object(parsed::<Nothing>(&json!({})).unwrap().display()), json!({}));
}

#[test]
fn every_problem_of_the_parameters_is_told() {
    check_problems::<Each>(
        &json!({ "on": 1, "other_id": "-", "off": 1 }),
        expect![[r#"
            missing_parameter /parameters/snapshot_id: is required
            invalid_parameter /parameters/on: must be true or false
            invalid_parameter /parameters/other_id: must begin with an ASCII letter
            invalid_parameter /parameters/off: is not a known field; known are snapshot_id, on, other_id
        "#]],
    );
    check_problems::<Nothing>(
        &json!({ "force": true }),
        expect![[r#"
        invalid_parameter /parameters/force: is not a known field; there are none
    "#]],
    );
}

#[test]
fn the_schema_says_what_is_required_and_by_default() {
    let text = json!({
        "type": "string", "minLength": 1, "maxLength": 255,
        "pattern": "^[A-Za-z](-?[A-Za-z0-9])*$",
    });
    let described = |mut schema: Value, description: &str| {
        schema["description"] = json!(description);
        schema
    };
    let expected = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["snapshot_id"],
        "properties": {
            "snapshot_id": described(text.clone(), "The text that goes on over two lines."),
            "on": { "type": "boolean", "default": true, "description": "Is on by default." },
            "other_id": described(text, "Means something when it is left out."),
        }
    });
    assert_eq!(Each::schema(), expected);
    let nothing = json!({ "type": "object", "additionalProperties": false, "properties": {} });
    assert_eq!(Nothing::schema(), nothing);
}
