use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{ParameterType, Parameters};
use crate::failure::Code;
use crate::id::{InstanceClass, ParameterGroupName, SnapshotId};
use crate::operation::fields::Fields;
use crate::retention::RetainDays;
use crate::tag::Tag;
use crate::window::{BackupWindow, MaintenanceWindow};

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
        "x-expected": "must contain only ASCII letters, digits and hyphens; must begin with an ASCII \
                       letter; must not end with a hyphen or contain two consecutive hyphens; must \
                       have at most 255 characters",
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
            "on": {
                "type": "boolean", "default": true, "description": "Is on by default.",
                "x-expected": "must be true or false",
            },
            "other_id": described(text, "Means something when it is left out."),
        }
    });
    assert_eq!(Each::schema(), expected);
    let nothing = json!({ "type": "object", "additionalProperties": false, "properties": {} });
    assert_eq!(Nothing::schema(), nothing);
}

/// What is said of a value that is refused.
#[track_caller]
fn refusal<T: ParameterType>(value: &Value) -> String {
    let object = Map::new();
    let mut problems = Vec::new();
    let mut fields = Fields::new(&object, "", &mut problems);
    T::read(&mut fields, "it", value);
    assert!(!problems.is_empty(), "{value} is refused");
    problems.remove(0).1.message
}

/// The refusal is one of the rules, and perhaps what is there instead.
#[track_caller]
fn assert_is_said(expected: &str, refusal: &str) {
    let is_said = expected.split("; ").any(|rule| refusal.starts_with(rule));
    assert!(is_said, "{refusal:?} is none of {expected:?}");
}

#[track_caller]
fn check_expected<T: ParameterType>(refused: &[Value]) {
    let expected = T::expected();
    for value in refused {
        assert_is_said(&expected, &refusal::<T>(value));
    }
}

#[test]
fn a_schema_expects_what_a_refusal_says() {
    check_expected::<bool>(&[json!("yes"), json!(1)]);
    check_expected::<RetainDays>(&[json!(0), json!(3651), json!(1.5), json!("7")]);
    let long = "a".repeat(256);
    check_expected::<SnapshotId>(&[
        json!("a_b"),
        json!("1"),
        json!("a-"),
        json!("a--b"),
        json!(long),
    ]);
    check_expected::<Option<SnapshotId>>(&[json!("a_b")]);
    check_expected::<BackupWindow>(&[json!("3:00-4:00"), json!("03:00"), json!("24:00-24:30")]);
    check_expected::<MaintenanceWindow>(&[json!("sun:04:30"), json!("so:04:30-so:05:30")]);
    check_expected::<ParameterGroupName>(&[json!("1"), json!("a--b"), json!(long)]);
    check_expected::<InstanceClass>(&[json!("t4g.medium"), json!("db."), json!("db")]);
    check_expected::<Vec<Tag>>(&[json!({ "Key": "a" }), json!(vec![Value::Null; 51])]);
}

/// A tag says itself what its parts must be.
#[test]
fn a_tag_expects_what_a_refusal_says() {
    let schema = <Vec<Tag>>::schema();
    let (tag, parts) = (&schema["items"], &schema["items"]["properties"]);
    for (item, expected) in [
        (json!("a"), &tag["x-expected"]),
        (json!({ "Key": "", "Value": "" }), &parts["Key"]["x-expected"]),
        (json!({ "Key": "k".repeat(129), "Value": "" }), &parts["Key"]["x-expected"]),
        (json!({ "Key": "a#b", "Value": "" }), &parts["Key"]["x-expected"]),
        (json!({ "Key": "aws:a", "Value": "" }), &parts["Key"]["x-expected"]),
        (json!({ "Key": "RDS-ops:a", "Value": "" }), &parts["Key"]["x-expected"]),
        (json!({ "Key": "a", "Value": "v".repeat(257) }), &parts["Value"]["x-expected"]),
        (json!({ "Key": "a", "Value": "*" }), &parts["Value"]["x-expected"]),
        (json!({ "Key": "a", "Value": "rds:a" }), &parts["Value"]["x-expected"]),
    ] {
        assert_is_said(expected.as_str().unwrap(), &refusal::<Vec<Tag>>(&json!([item])));
    }
}
