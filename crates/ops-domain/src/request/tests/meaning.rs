//! What counts as the same request, and what holds for every body.

use proptest::prelude::*;

use super::*;

#[test]
fn requests_that_mean_the_same_have_the_same_hash() {
    let one = json!({ "operation": "reboot_instance", "instance_id": "dev-1" });
    let same = [
        r#"{"instance_id":"dev-1","operation":"reboot_instance"}"#,
        "{ \"operation\" : \"reboot_instance\",\n \"instance_id\" : \"dev\\u002d1\" }",
        r#"{"operation":"reboot_instance","instance_id":"DEV-1"}"#,
        r#"{"operation":"reboot_instance","instance_id":"dev-1","parameters":{},"dry_run":false,"reason":null}"#,
        r#"{"operation":"reboot_instance","instance_id":"dev-1","parameters":{"force_failover":false}}"#,
    ];
    let hash = parse(&one).unwrap().hash;
    for body in same {
        assert_eq!(Request::parse(body.as_bytes()).unwrap().hash, hash, "{body}");
    }
}

#[test]
fn requests_that_mean_something_else_have_other_hashes() {
    let plain = snapshot(json!({ "snapshot_id": "s" }));
    let changed = |name: &str, value: Value| {
        let mut body = plain.clone();
        body[name] = value;
        body
    };
    let bodies = [
        plain.clone(),
        changed("instance_id", json!("dev-2")),
        changed("account_id", json!("111122223333")),
        changed("region", json!("eu-central-1")),
        changed("dry_run", json!(true)),
        changed("reason", json!("eu-central-1")),
        changed("reason", json!("")),
        changed("parameters", json!({ "snapshot_id": "s2" })),
        changed(
            "parameters",
            json!({ "snapshot_id": "s", "tags": [{ "Key": "a", "Value": "b" }] }),
        ),
        changed(
            "parameters",
            json!({ "snapshot_id": "s", "tags": [{ "Key": "a", "Value": "B" }] }),
        ),
        reboot(json!({})),
        reboot(json!({ "force_failover": true })),
        window("03:00-04:00"),
    ];
    let hashes: std::collections::BTreeSet<String> =
        bodies.iter().map(|body| parse(body).unwrap().hash).collect();
    assert_eq!(hashes.len(), bodies.len());
}

#[test]
fn no_caller_meets_the_idempotency_key_of_another() {
    assert_eq!(
        scoped_idempotency_key("iam:alice", "key-1"),
        scoped_idempotency_key("iam:alice", "key-1")
    );
    assert_ne!(
        scoped_idempotency_key("iam:alice", "key-1"),
        scoped_idempotency_key("iam:bob", "key-1")
    );
    assert_ne!(
        scoped_idempotency_key("iam:alice", "1key"),
        scoped_idempotency_key("iam:alice1", "key")
    );
}

/// JSON with the names of requests, so that it gets past the first check.
fn any_json() -> impl Strategy<Value = Value> {
    let names = proptest::sample::select(
        &[
            "reboot_instance",
            "create_snapshot",
            "modify_backup_window",
            "dev-1",
            "s",
            "03:00-04:00",
            "é\n",
        ][..],
    );
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        names.prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let keys = proptest::sample::select(
        &[
            "operation",
            "instance_id",
            "parameters",
            "account_id",
            "region",
            "dry_run",
            "reason",
            "snapshot_id",
            "tags",
            "Key",
            "Value",
            "force_failover",
            "backup_window",
            "apply_immediately",
            "~/",
        ][..],
    );
    leaf.prop_recursive(4, 32, 6, move |inner| {
        let keys = keys.clone().prop_map(str::to_owned);
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => proptest::collection::hash_map(keys, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Request::parse(&body).is_err());
    }

    #[test]
    fn no_json_makes_reading_panic_and_a_refusal_says_why(body in any_json()) {
        if let Err(rejected) = parse(&body) {
            prop_assert!(!rejected.failure.problems.is_empty());
            let codes = [Code::InvalidRequest, Code::UnknownOperation, Code::MissingParameter, Code::InvalidParameter];
            prop_assert!(codes.contains(&rejected.failure.code), "{}", rejected.failure.code);
            let rooted = |pointer: &str| pointer.is_empty() || pointer.starts_with('/');
            prop_assert!(rejected.failure.problems.iter().all(|problem| rooted(&problem.pointer)));
        }
    }

    #[test]
    fn what_is_accepted_means_the_same_when_it_is_written_out(
        instance in "[a-zA-Z](-?[a-zA-Z0-9]){0,20}", failover: bool, dry_run: bool, reason in ".{0,64}",
    ) {
        let mut body = reboot(json!({ "force_failover": failover }));
        body["instance_id"] = json!(instance);
        body["dry_run"] = json!(dry_run);
        body["reason"] = json!(reason);
        let request = parse(&body).unwrap();
        let written = json!({
            "operation": request.operation.name(), "instance_id": request.instance_id, "dry_run": request.dry_run,
            "reason": request.reason, "parameters": request.operation.parameters()
        });
        prop_assert_eq!(parse(&written).unwrap(), request);
    }
}
