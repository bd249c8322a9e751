//! What is accepted, and what is refused in which words.

mod meaning;
mod start;

use expect_test::{Expect, expect};

use super::*;

fn parse(body: &Value) -> Result<Request, Box<Rejected>> {
    Request::parse(body.to_string().as_bytes())
}

fn snapshot(parameters: Value) -> Value {
    json!({ "operation": "create_snapshot", "instance_id": "dev-1", "parameters": parameters })
}

fn tagged(tags: Value) -> Value {
    snapshot(json!({ "snapshot_id": "s", "tags": tags }))
}

fn reboot(parameters: Value) -> Value {
    json!({ "operation": "reboot_instance", "instance_id": "dev-1", "parameters": parameters })
}

fn window(text: &str) -> Value {
    let parameters = json!({ "backup_window": text });
    json!({ "operation": "modify_backup_window", "instance_id": "dev-1", "parameters": parameters })
}

/// The code, and each problem on its line.
fn shown(rejected: &Rejected) -> String {
    let problems = rejected
        .failure
        .problems
        .iter()
        .map(|problem| format!("\n{}: {}", problem.pointer, problem.message));
    format!("{}{}", rejected.failure.code, problems.collect::<String>())
}

#[track_caller]
fn refused(body: &Value, expected: &Expect) {
    expected.assert_eq(&shown(&parse(body).unwrap_err()));
}

#[track_caller]
fn refused_text(body: &str, expected: &Expect) {
    expected.assert_eq(&shown(&Request::parse(body.as_bytes()).unwrap_err()));
}

#[test]
fn a_complete_request_is_read_with_every_value() {
    let body = json!({
        "operation": "create_snapshot", "instance_id": "Dev-1", "account_id": "111122223333", "region": "eu-central-1",
        "dry_run": true, "reason": "vor der Umstellung",
        "parameters": { "snapshot_id": "Before-1", "tags": [{ "Key": "Ticket", "Value": "T 1" }, { "Key": "Owner" }] }
    });
    let request = parse(&body).unwrap();
    assert_eq!(
        (request.instance_id.as_str(), request.operation.name()),
        ("dev-1", "create_snapshot")
    );
    assert_eq!(request.account_id.unwrap().as_str(), "111122223333");
    assert_eq!(request.region.unwrap().as_str(), "eu-central-1");
    assert_eq!((request.dry_run, request.reason.as_deref()), (true, Some("vor der Umstellung")));
    let tags = json!([{ "Key": "Ticket", "Value": "T 1" }, { "Key": "Owner", "Value": "" }]);
    assert_eq!(
        Value::Object(request.operation.parameters()),
        json!({ "snapshot_id": "before-1", "tags": tags })
    );
}

#[test]
fn what_may_be_left_out_may_also_be_null() {
    let short = parse(&json!({ "operation": "reboot_instance", "instance_id": "dev-1" })).unwrap();
    let nulls = json!({
        "operation": "reboot_instance", "instance_id": "dev-1", "parameters": null, "account_id": null, "region": null,
        "dry_run": null, "reason": null
    });
    assert_eq!(parse(&nulls).unwrap(), short);
    assert!(
        !short.dry_run
            && short.account_id.is_none()
            && short.region.is_none()
            && short.reason.is_none()
    );
}

#[test]
fn a_body_that_is_no_json_is_refused_with_the_place() {
    refused_text(
        "",
        &expect![[r#"
        invalid_json
        : is not valid JSON at line 1, column 0"#]],
    );
    refused_text(
        "{\"operation\": }",
        &expect![[r#"
        invalid_json
        : is not valid JSON at line 1, column 15"#]],
    );
    refused_text(
        "{}\n{}",
        &expect![[r#"
        invalid_json
        : is not valid JSON at line 2, column 1"#]],
    );
    refused_text(
        "{\"dry_run\": NaN}",
        &expect![[r#"
        invalid_json
        : is not valid JSON at line 1, column 13"#]],
    );
    refused_text(
        &"[".repeat(100_000),
        &expect![[r#"
            invalid_request
            : is nested deeper than 32 levels"#]],
    );
    let latin1 = Request::parse(b"{\"reason\": \"\xe9\"}").unwrap_err();
    assert_eq!(latin1.failure.code, Code::InvalidJson);
    assert!(!latin1.failure.sentence.contains("reason"), "the body is not repeated");
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for body in ["null", "true", "7", "\"reboot_instance\"", "[]", "[{}]"] {
        refused_text(
            body,
            &expect![[r#"
            invalid_request
            : must be a JSON object"#]],
        );
    }
}

#[test]
fn an_empty_object_names_what_is_missing() {
    refused(
        &json!({}),
        &expect![[r#"
        missing_parameter
        /operation: is required
        /instance_id: is required"#]],
    );
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    let body = json!({
        "operation": "reboot_instance", "instance_id": 7, "account_id": 111_122_223_333_u64, "region": ["eu-central-1"],
        "dry_run": "true", "reason": {}, "parameters": { "force_failover": 1 }
    });
    refused(
        &body,
        &expect![[r#"
        invalid_parameter
        /parameters/force_failover: must be true or false
        /instance_id: must be a string
        /account_id: must be a string
        /region: must be a string
        /dry_run: must be true or false
        /reason: must be a string"#]],
    );
    refused(
        &json!({ "operation": ["reboot_instance"], "instance_id": "dev-1" }),
        &expect![[r#"
        invalid_parameter
        /operation: must be a string"#]],
    );
    for parameters in [json!([]), json!("x"), json!(false)] {
        refused(
            &reboot(parameters),
            &expect![[r#"
            invalid_request
            /parameters: must be a JSON object"#]],
        );
    }
}

#[test]
fn an_unknown_field_is_refused_where_it_stands() {
    refused(
        &reboot(json!({ "force_failovr": true })),
        &expect![[r#"
        invalid_parameter
        /parameters/force_failovr: is not a known field; known are force_failover"#]],
    );
    let mut body = reboot(json!({}));
    body["force_failover"] = json!(true);
    body["a/b~c"] = json!(null);
    refused(
        &body,
        &expect![[r#"
            invalid_request
            /a~1b~0c: is not a known field; known are operation, parameters, instance_id, account_id, region, start, if_busy, start_within_minutes, dry_run, reason, plan_hash
            /force_failover: is not a known field; known are operation, parameters, instance_id, account_id, region, start, if_busy, start_within_minutes, dry_run, reason, plan_hash"#]],
    );
    refused(
        &snapshot(json!({ "snapshot_id": "s", "Tags": [] })),
        &expect![[r#"
            invalid_parameter
            /parameters/Tags: is not a known field; known are snapshot_id, tags, retain_days"#]],
    );
    refused(
        &tagged(json!([{ "Key": "a", "Value": "b", "value": "c" }])),
        &expect![[r#"
        invalid_parameter
        /parameters/tags/0/value: is not a known field; known are Key, Value"#]],
    );
}

#[test]
fn the_name_of_an_unknown_field_is_cut_off() {
    let mut body = reboot(json!({}));
    body["x".repeat(10_000)] = json!(1);
    let rejected = parse(&body).unwrap_err();
    assert_eq!(rejected.failure.problems[0].pointer, format!("/{}", "x".repeat(64)));
}

#[test]
fn an_unknown_operation_is_refused_with_the_known_ones() {
    let body =
        json!({ "operation": "delete_instance", "instance_id": "dev-1", "parameters": { "x": 1 } });
    refused(
        &body,
        &expect![[r#"
            unknown_operation
            /operation: is not an operation; known are create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot"#]],
    );
    for name in ["", "Reboot_Instance", "reboot_instance "] {
        let rejected = parse(&json!({ "operation": name, "instance_id": "dev-1" })).unwrap_err();
        assert_eq!(
            (rejected.failure.code, rejected.operation),
            (Code::UnknownOperation, AuditedOperation::UNKNOWN),
            "{name:?}"
        );
        assert_eq!(rejected.asked_operation.unwrap_or_default(), name);
    }
}

#[test]
fn missing_parameters_are_named() {
    refused(
        &snapshot(json!({})),
        &expect![[r#"
        missing_parameter
        /parameters/snapshot_id: is required"#]],
    );
    refused(
        &snapshot(json!({ "snapshot_id": null })),
        &expect![[r#"
        missing_parameter
        /parameters/snapshot_id: is required"#]],
    );
    let body = json!({ "operation": "modify_backup_window", "instance_id": "dev-1" });
    refused(
        &body,
        &expect![[r#"
        missing_parameter
        /parameters/backup_window: is required"#]],
    );
}

#[test]
fn identifiers_follow_the_rules_of_rds() {
    let body = json!({
        "operation": "create_snapshot", "instance_id": "d".repeat(64), "account_id": "1111", "region": "eu_central_1",
        "parameters": { "snapshot_id": "s".repeat(256) }
    });
    refused(
        &body,
        &expect![[r#"
        invalid_parameter
        /parameters/snapshot_id: must have at most 255 characters
        /instance_id: must have at most 63 characters
        /account_id: must be an AWS account id of 12 digits
        /region: must be an AWS Region name such as eu-central-1"#]],
    );
    for id in
        ["", "1db", "-db", "db-", "my--db", "my_db", "db.prod", "dbé", "ｄｂ", "db-1\n", " db"]
    {
        let mut body = snapshot(json!({ "snapshot_id": id }));
        body["instance_id"] = json!(id);
        let rejected = parse(&body).unwrap_err();
        let pointers: Vec<&str> =
            rejected.failure.problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(rejected.failure.code, Code::InvalidParameter, "{id:?}");
        assert_eq!(pointers, ["/parameters/snapshot_id", "/instance_id"], "{id:?}");
    }
    let mut longest = snapshot(json!({ "snapshot_id": "s".repeat(255) }));
    longest["instance_id"] = json!("d".repeat(63));
    assert!(parse(&longest).is_ok());
}

#[test]
fn windows_are_written_as_rds_writes_them_and_long_enough() {
    refused(
        &window("3:00-4:00"),
        &expect![[r#"
            invalid_parameter
            /parameters/backup_window: must have the form hh24:mi-hh24:mi in UTC, zero-padded, such as 03:00-04:00"#]],
    );
    refused(
        &window("23:45-00:14"),
        &expect![[r#"
            invalid_parameter
            /parameters/backup_window: is 29 minutes long and must be at least 30"#]],
    );
    for text in
        ["", "24:00-01:00", "03:00–04:00", "03:00-04:00 ", "03:00-03:00", "sun:03:00-sun:04:00"]
    {
        assert_eq!(
            parse(&window(text)).unwrap_err().failure.code,
            Code::InvalidParameter,
            "{text:?}"
        );
    }
    for text in ["03:00-04:00", "23:45-00:15"] {
        assert!(parse(&window(text)).is_ok(), "{text:?}");
    }
}

#[test]
fn every_problem_of_every_tag_is_told_at_its_place() {
    let tags = json!([
        "Owner=dba",
        { "Key": "CHG#1", "Value": "a*b" },
        { "Key": "rds-ops:operation-id", "Value": "x" },
        { "Value": 7 },
        { "Key": "Owner", "Value": "dba" },
        { "Key": "Owner", "Value": "dba" },
        { "Key": "owner", "Value": null },
        { "Key": "aws:x", "Value": "v".repeat(257) },
        { "Key": "k".repeat(129), "Value": "" },
    ]);
    refused(
        &tagged(tags),
        &expect![[r#"
            missing_parameter
            /parameters/tags/0: must be an object with Key and Value
            /parameters/tags/1/Key: must have only letters, digits, spaces and _ . : / = + - @, and has '#'
            /parameters/tags/1/Value: must have only letters, digits, spaces and _ . : / = + - @, and has '*'
            /parameters/tags/2/Key: must not begin with rds-ops:, which is reserved for this service
            /parameters/tags/3/Key: is required
            /parameters/tags/3/Value: must be a string
            /parameters/tags/7/Key: must not begin with aws:, which is reserved by AWS
            /parameters/tags/7/Value: must have at most 256 characters, and has 257
            /parameters/tags/8/Key: must have at most 128 characters, and has 129
            /parameters/tags/5/Key: appears more than once"#]],
    );
    refused(
        &tagged(json!({ "Owner": "dba" })),
        &expect![[r#"
        invalid_parameter
        /parameters/tags: must be a list of {"Key", "Value"}"#]],
    );
}

#[test]
fn fifty_tags_can_be_asked_for_and_no_more() {
    let tags =
        |count: usize| (0..count).map(|at| json!({ "Key": format!("k{at}") })).collect::<Vec<_>>();
    assert!(parse(&tagged(json!(tags(50)))).is_ok());
    refused(
        &tagged(json!(tags(51))),
        &expect![[r#"
            invalid_parameter
            /parameters/tags: must have at most 50 tags, and has 51"#]],
    );
}

#[test]
fn a_reason_has_at_most_256_characters_of_any_script() {
    let mut body = reboot(json!({}));
    body["reason"] = json!("ü".repeat(256));
    assert!(parse(&body).is_ok());
    body["reason"] = json!("ü".repeat(257));
    refused(
        &body,
        &expect![[r#"
        invalid_parameter
        /reason: must have at most 256 characters"#]],
    );
}

#[test]
fn all_problems_are_told_at_once_and_the_gravest_gives_the_code() {
    let body = json!({
        "operation": "create_snapshot", "instance_id": "1db", "region": "nowhere", "dryrun": true,
        "reason": "r".repeat(300),
        "parameters": { "tags": [{ "Key": "" }], "snapshot": "s" }
    });
    refused(
        &body,
        &expect![[r#"
            missing_parameter
            /parameters/snapshot_id: is required
            /parameters/tags/0/Key: must not be empty
            /parameters/snapshot: is not a known field; known are snapshot_id, tags, retain_days
            /instance_id: must begin with an ASCII letter
            /region: must be an AWS Region name such as eu-central-1
            /reason: must have at most 256 characters
            /dryrun: is not a known field; known are operation, parameters, instance_id, account_id, region, start, if_busy, start_within_minutes, dry_run, reason, plan_hash"#]],
    );
}

#[test]
fn a_rejected_request_is_audited_as_understood() {
    let mut body = reboot(json!({ "force_failovr": true }));
    let rejected = parse(&body).unwrap_err();
    assert_eq!((rejected.operation.as_str(), rejected.asked_operation), ("reboot_instance", None));
    assert_eq!(rejected.instance_id.unwrap().as_str(), "dev-1");
    assert_eq!(rejected.parameters, json!({ "force_failovr": true }));
    body["instance_id"] = json!("<script>");
    body["parameters"] = json!({ "x": "y".repeat(5_000) });
    let rejected = parse(&body).unwrap_err();
    assert_eq!(rejected.instance_id, None);
    assert_eq!(rejected.parameters, json!({ "omitted": "too long" }));
}

#[test]
fn a_member_that_stands_twice_is_refused_wherever_it_stands() {
    refused_text(
        r#"{"operation":"reboot_instance","instance_id":"a","instance_id":"b"}"#,
        &expect![[r#"
            invalid_request
            : has the member `instance_id` twice in one object, at line 1 column 67"#]],
    );
    refused_text(
        r#"{"operation":"reboot_instance","instance_id":"a","parameters":{"force_failover":true,"force_failover":false}}"#,
        &expect![[r#"
            invalid_request
            : has the member `force_failover` twice in one object, at line 1 column 108"#]],
    );
}

#[test]
fn a_body_nested_beyond_reason_is_refused() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    refused_text(
        &deep,
        &expect![[r#"
            invalid_request
            : is nested deeper than 32 levels"#]],
    );
}
