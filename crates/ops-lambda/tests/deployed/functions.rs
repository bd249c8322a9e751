//! Each function on its own, called by a runtime API of the test: real events in, what RDS and
//! DynamoDB then hold.

use std::time::SystemTime;

use ops_domain::operation::Operation;
use ops_testkit::sample::far_off_maintenance_window;
use serde_json::{Value, json};

use crate::support::Function;
use crate::support::site::{DEV, PRODUCTION_ACCOUNT, Site, TARGET_ACCOUNT, http, parts, rest};

const SENTENCE: &str =
    "Operations not allowed on production instances. Please create a CloudOps request.";

/// Runs each test on both emulators.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod ministack { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name("OPS_TEST_MINISTACK_URL").await; })+ }
        mod moto { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name("OPS_TEST_MOTO_URL").await; })+ }
    };
}

on_both!(
    a_rest_api_snapshot_exists_and_is_audited,
    the_session_of_a_call_is_fetched_during_the_live_read,
    an_http_api_window_change_is_described_by_rds,
    a_reboot_is_sent_once_and_answered_by_its_evidence,
    a_parameter_group_is_attached,
    a_snapshot_is_deleted_and_the_newest_is_kept,
    a_database_is_stopped_and_started_again,
    a_class_is_changed_where_it_can_be_ordered,
    every_operation_is_answered_alike_through_both_kinds_of_api,
    production_is_refused_in_every_guise_and_no_mutation_is_sent,
    a_namesake_in_another_account_is_not_touched,
    without_an_audit_trail_nothing_is_sent,
    what_can_not_be_reached_is_told_and_nothing_is_sent,
    the_worker_finishes_what_the_caller_did_not_wait_for,
    one_function_and_its_sweeps_alone_finish_what_nobody_drives,
    lists_and_single_reads_answer,
    bad_requests_are_answered_and_nothing_is_sent,
);

async fn a_rest_api_snapshot_exists_and_is_audited(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let snapshot_id = format!("{instance}-manual");
    let body = json!({ "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": snapshot_id, "tags": [{ "Key": "Ticket", "Value": "T-1" }] }, "reason": "before the upgrade" });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!(answer["snapshot_id"], json!(snapshot_id));
    assert_eq!(answer["status"], json!("available"));

    let snapshots = site.snapshots(TARGET_ACCOUNT, &instance).await;
    assert_eq!(snapshots.len(), 1);
    assert_eq!(answer["snapshot_arn"], json!(snapshots[0].db_snapshot_arn().unwrap()));
    let tag = |key: &str| {
        snapshots[0]
            .tag_list()
            .iter()
            .find(|tag| tag.key() == Some(key))
            .and_then(|tag| tag.value())
            .map(str::to_owned)
    };
    assert_eq!(tag("Ticket").as_deref(), Some("T-1"));
    assert_eq!(tag("Environment").as_deref(), Some("Development"));
    assert_eq!(
        tag("rds-ops:operation-id").map(Value::String).as_ref(),
        Some(&answer["operation_id"])
    );

    let items = site.audit(&instance).await;
    let events: Vec<&String> = items.iter().map(|item| item["event"].as_s().unwrap()).collect();
    assert_eq!(events, ["accepted", "outcome"]);
    let outcome = &items[1];
    assert_eq!(
        *outcome["audit_id"].as_s().unwrap(),
        format!("{instance}#{}", outcome["timestamp"].as_s().unwrap())
    );
    assert_eq!(outcome["operation"].as_s().unwrap(), "create_snapshot");
    assert!(outcome["success"].as_bool().unwrap());
    let identity: Value = serde_json::from_str(outcome["user_identity"].as_s().unwrap()).unwrap();
    assert_eq!(
        identity["principal"],
        json!("iam:arn:aws:sts::999999999999:assumed-role/DBA/alice@example.com")
    );
    let parameters: Value = serde_json::from_str(outcome["parameters"].as_s().unwrap()).unwrap();
    assert_eq!(parameters["snapshot_id"], json!(snapshot_id));
    let result: Value = serde_json::from_str(outcome["result"].as_s().unwrap()).unwrap();
    assert_eq!(result["snapshot_arn"], answer["snapshot_arn"]);
    let [calls] = result["aws_calls"].as_array().unwrap().as_slice() else { panic!("{result}") };
    assert!(calls["rds_request_id"].is_string() && calls["sts_request_id"].is_string(), "{calls}");
    let id = answer["operation_id"].as_str().unwrap();
    let person = "iam-arn-aws-sts--999999999999-assumed-role-DBA-alice@example.com";
    let session_name =
        format!("{}-cd0a1bb4-{}", &person[person.len() - 44..], &id[id.len() - 10..]);
    assert_eq!(calls["session_name"], json!(session_name));
    let ttl: i64 = outcome["ttl"].as_n().unwrap().parse().unwrap();
    assert!((ttl - now() - 90 * 86_400).abs() < 120, "{ttl}");
    assert_eq!(site.tap.calls("CreateDBSnapshot"), 1);
    assert!(site.tap.calls("AssumeRole") >= 1);
}

/// So that a call through a role takes no more calls one after another than one without: the
/// inventory, the intent with the live read and the session beside it, the call, and its outcome.
async fn the_session_of_a_call_is_fetched_during_the_live_read(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let snapshot = |name: &str| {
        let parameters = json!({ "snapshot_id": format!("{instance}-{name}") });
        let body = json!({
            "operation": "create_snapshot", "instance_id": instance, "parameters": parameters
        });
        rest("POST", "/operations", Some(&body))
    };
    let (status, warm) = parts(&api.invoke(snapshot("one")).await);
    assert_eq!(status, 200, "{warm}");
    assert_eq!(site.tap.calls("AssumeRole"), 2, "one for looks and one for the order");

    site.tap.hold("DescribeDBInstances");
    let while_held = async {
        site.tap.held().await;
        site.tap.called("AssumeRole", 3).await;
        assert_eq!(site.tap.mutations(), 1, "and the order waits for the live read");
        site.tap.release();
    };
    let (answer, ()) = tokio::join!(api.invoke(snapshot("two")), while_held);
    let (status, answer) = parts(&answer);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!((site.tap.calls("AssumeRole"), site.tap.mutations()), (3, 2));
}

async fn an_http_api_window_change_is_described_by_rds(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let body = json!({ "operation": "modify_backup_window", "instance_id": instance,
        "parameters": { "backup_window": "01:00-02:00", "apply_immediately": true } });
    let (status, answer) = parts(&api.invoke(http("POST", "/operations", Some(&body))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!(answer["backup_window"], json!("01:00-02:00"));
    assert_eq!(answer["changed"], json!(true));
    assert_eq!(
        site.live(TARGET_ACCOUNT, &instance).await.preferred_backup_window(),
        Some("01:00-02:00")
    );

    let (_, again) = parts(&api.invoke(http("POST", "/operations", Some(&body))).await);
    assert_eq!((&again["success"], &again["changed"]), (&json!(true), &json!(false)), "{again}");
    assert_eq!(
        site.tap.calls("ModifyDBInstance"),
        1,
        "a window that is set already is not sent again"
    );
    let principals: Vec<String> = site
        .audit(&instance)
        .await
        .iter()
        .map(|item| item["principal"].as_s().unwrap().clone())
        .collect();
    assert_eq!(principals, vec!["jwt:https://login.example.com/|00u1bob"; 4]);
}

/// ministack tells the restart by an event. moto neither shows `rebooting` nor tells the restart,
/// so the truth there is that nobody knows.
async fn a_reboot_is_sent_once_and_answered_by_its_evidence(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = reboot_api(&site, emulator).await;
    let body = json!({ "operation": "reboot_instance", "instance_id": instance });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
    assert_eq!(status, 200, "{answer}");
    if emulator.contains("MINISTACK") {
        assert_eq!(
            (&answer["success"], &answer["status"]),
            (&json!(true), &json!("available")),
            "{answer}"
        );
        assert_eq!(answer["force_failover"], json!(false));
    } else {
        assert_eq!(
            (&answer["success"], &answer["status"]),
            (&json!(false), &json!("timeout")),
            "{answer}"
        );
    }
    assert_eq!(site.tap.calls("RebootDBInstance"), 1);
}

/// Now, and in the maintenance window. moto lists no class that can be ordered for
/// `postgres`, so nothing is sent there.
async fn a_class_is_changed_where_it_can_be_ordered(emulator: &str) {
    let site = Site::on(emulator).await;
    let api = site.api().await;
    let is_listed = emulator.contains("MINISTACK");
    for (name, apply_immediately) in [("now", true), ("window", false)] {
        let instance = site.instance(name, TARGET_ACCOUNT, DEV, DEV).await;
        let body = json!({ "operation": "modify_instance_class", "instance_id": instance,
            "parameters": {
                "instance_class": "db.r5.large", "apply_immediately": apply_immediately
            } });
        let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
        assert_eq!((status, &answer["success"]), (200, &json!(is_listed)), "{answer}");
        if is_listed {
            assert_eq!(answer["applied"], json!(apply_immediately), "{answer}");
        } else {
            assert_eq!(answer["error_code"], json!("class_not_orderable"), "{answer}");
        }
    }
    assert_eq!(site.tap.mutations(), if is_listed { 2 } else { 0 });
}

/// The preview does nothing, and the change is described by RDS.
async fn a_parameter_group_is_attached(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let group = site.parameter_group(TARGET_ACCOUNT, &instance).await;
    let api = site.api().await;
    let body = |dry_run: bool| {
        json!({ "operation": "change_parameter_group", "instance_id": instance,
            "parameters": { "parameter_group": group }, "dry_run": dry_run })
    };
    let (_, preview) = parts(&api.invoke(rest("POST", "/operations", Some(&body(true)))).await);
    assert_eq!(preview["passed"], json!(true), "{preview}");
    assert_eq!(site.tap.mutations(), 0);
    let (status, answer) =
        parts(&api.invoke(rest("POST", "/operations", Some(&body(false)))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!(answer["parameter_group"], json!(group));
    let live = site.live(TARGET_ACCOUNT, &instance).await;
    let attached: Vec<_> =
        live.db_parameter_groups().iter().map(|it| it.db_parameter_group_name()).collect();
    assert_eq!(attached, [Some(group.as_str())]);
    assert_eq!(site.tap.mutations(), 1);
}

/// The older of two, and not the newest. ministack does not show whom a snapshot is shared with, so
/// nothing is sent there.
async fn a_snapshot_is_deleted_and_the_newest_is_kept(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let names = ["old", "new"].map(|name| site.named(name));
    let ask = async |operation: &str, parameters: Value| {
        let body = json!({
            "operation": operation, "instance_id": instance, "parameters": parameters
        });
        parts(&api.invoke(rest("POST", "/operations", Some(&body))).await)
    };
    for name in &names {
        let (status, answer) =
            ask("create_snapshot", json!({ "snapshot_id": name, "retain_days": 7 })).await;
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        assert!(answer["delete_after"].is_string(), "{answer}");
    }
    let (status, old) = ask("delete_snapshot", json!({ "snapshot_id": names[0] })).await;
    let (_, new) = ask("delete_snapshot", json!({ "snapshot_id": names[1] })).await;
    let left = site.snapshots(TARGET_ACCOUNT, &instance).await;
    let left: Vec<_> = left.iter().filter_map(|it| it.db_snapshot_identifier()).collect();
    if emulator.contains("MOTO") {
        assert_eq!((status, &old["success"]), (200, &json!(true)), "{old}");
        assert_eq!(new["error_code"], json!("snapshot_is_newest"), "{new}");
        assert_eq!((left, site.tap.mutations()), (vec![names[1].as_str()], 3));
    } else {
        assert_eq!((status, left.len(), site.tap.mutations()), (503, 2, 2), "{old}");
    }
}

/// With a snapshot before the stop; ministack takes none. While it is stopped, nothing but a start
/// is possible.
async fn a_database_is_stopped_and_started_again(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let takes_snapshot = emulator.contains("MOTO");
    let snapshot_id = takes_snapshot.then(|| format!("{instance}-before-stop"));
    let stop = json!({ "operation": "stop_instance", "instance_id": instance,
        "parameters": { "snapshot_id": snapshot_id } });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&stop))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!((&answer["instance_status"], &answer["changed"]), (&json!("stopped"), &json!(true)));
    assert_eq!(answer["warnings"][0]["code"], json!("starts_again_after_seven_days"));
    let live = site.live(TARGET_ACCOUNT, &instance).await;
    assert_eq!(live.db_instance_status(), Some("stopped"));
    let snapshots = site.snapshots(TARGET_ACCOUNT, &instance).await;
    assert_eq!(snapshots.len(), usize::from(takes_snapshot));
    for snapshot in snapshots {
        assert_eq!(answer["snapshot_arn"], json!(snapshot.db_snapshot_arn().unwrap()));
    }

    let path = format!("/instances/{instance}/operations");
    let (_, possible) = parts(&api.invoke(rest("GET", &path, None)).await);
    let names: Vec<&Value> =
        possible["operations"].as_array().unwrap().iter().map(|it| &it["operation"]).collect();
    assert_eq!(names, [&json!("delete_snapshot"), &json!("start_instance")], "{possible}");

    let start = json!({ "operation": "start_instance", "instance_id": instance });
    let (status, answer) = parts(&api.invoke(http("POST", "/operations", Some(&start))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!(answer["instance_status"], json!("available"));
    assert_eq!(site.tap.mutations(), 2);
    let items = site.audit(&instance).await;
    let events: Vec<&String> = items.iter().map(|item| item["event"].as_s().unwrap()).collect();
    assert_eq!(events, ["accepted", "outcome", "accepted", "outcome"]);
}

async fn every_operation_is_answered_alike_through_both_kinds_of_api(emulator: &str) {
    let site = Site::on(emulator).await;
    let api = site.api().await;
    let reboots = reboot_api(&site, emulator).await;
    for (kind, event) in [("rest", rest as fn(&str, &str, Option<&Value>) -> Value), ("http", http)]
    {
        for (operation, parameters, fields) in [
            (
                "create_snapshot",
                json!({ "snapshot_id": site.named(kind) }),
                &["snapshot_id", "snapshot_arn"][..],
            ),
            (
                "modify_backup_window",
                json!({ "backup_window": "01:00-02:00" }),
                &["backup_window", "pending_modifications"],
            ),
            (
                "modify_maintenance_window",
                json!({ "maintenance_window": far_off_maintenance_window() }),
                &["maintenance_window", "pending_modifications"],
            ),
            ("reboot_instance", json!({ "force_failover": false }), &[]),
            ("stop_instance", json!({}), &["instance_status", "warnings"]),
            // It runs already.
            ("start_instance", json!({}), &["instance_status", "changed"]),
        ] {
            let name = format!("{kind}-{}", operation.replace('_', "-"));
            let instance = site.instance(&name, TARGET_ACCOUNT, DEV, DEV).await;
            let body = json!({
                "operation": operation, "instance_id": instance, "parameters": parameters
            });
            let api = if operation == "reboot_instance" { &reboots } else { &api };
            let (status, answer) =
                parts(&api.invoke(event("POST", "/operations", Some(&body))).await);
            assert_eq!((status, &answer["operation"]), (200, &json!(operation)), "{answer}");
            assert_eq!(answer["instance_id"], json!(instance));
            assert!(
                answer["operation_id"].is_string() && answer["duration_seconds"].is_number(),
                "{answer}"
            );
            let shown = operation != "reboot_instance" || emulator.contains("MINISTACK");
            assert_eq!(answer["success"], json!(shown), "{answer}");
            assert!(fields.iter().all(|field| !answer[field].is_null()), "{answer}");
        }
    }
    assert_eq!(site.tap.mutations(), 10);
}

async fn production_is_refused_in_every_guise_and_no_mutation_is_sent(emulator: &str) {
    let site = Site::on(emulator).await;
    let prod = &[("Environment", "Production")][..];
    let guises = [
        site.instance("tagged", TARGET_ACCOUNT, prod, prod).await,
        site.instance("stale", TARGET_ACCOUNT, prod, DEV).await,
        site.instance("untagged", TARGET_ACCOUNT, &[], &[]).await,
        site.instance("account", PRODUCTION_ACCOUNT, DEV, DEV).await,
    ];
    let api = site.api().await;
    for instance in guises {
        let mut unread = 0;
        for operation in Operation::examples() {
            let name = operation.name();
            let body = json!({
                "operation": name, "instance_id": instance, "parameters": operation.parameters()
            });
            let (status, answer) =
                parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
            // It does not show whom a snapshot is shared with, so nothing is known of the live tags.
            if emulator.contains("MINISTACK") && name == "delete_snapshot" && status == 503 {
                unread += 1;
                continue;
            }
            assert_eq!(
                (status, &answer["error"]),
                (403, &json!(SENTENCE)),
                "{instance} {name}: {answer}"
            );
            assert_eq!(answer["code"], json!("production_blocked"));
            assert_eq!(answer["classification"]["environment"], json!("Production"));
        }
        let denied = site.audit(&instance).await;
        let denied = denied.iter().filter(|item| item["event"].as_s().unwrap() == "denied").count();
        assert_eq!(denied + unread, Operation::NAMES.len(), "{instance}");
    }
    assert_eq!(site.tap.mutations(), 0);
}

/// Without a role the function's own credentials are used, and its own account has an instance of
/// the same name.
async fn a_namesake_in_another_account_is_not_touched(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    site.own_instance(&instance, DEV).await;
    let api = site.api_with("OPS_ROLE_NAME", "").await;
    let body = json!({ "operation": "reboot_instance", "instance_id": instance });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
    assert_eq!((status, &answer["error_code"]), (200, &json!("wrong_account")), "{answer}");
    assert_eq!(answer["success"], json!(false));
    let (_, live) = parts(&api.invoke(rest("GET", &format!("/instances/{instance}"), None)).await);
    assert!(live["live_error"].is_string() && live["live"].is_null(), "{live}");
    assert_eq!(site.tap.mutations(), 0);
}

async fn without_an_audit_trail_nothing_is_sent(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    site.drop_audit_table().await;
    let api = site.api().await;
    let body = json!({ "operation": "reboot_instance", "instance_id": instance });
    let (status, answer) = parts(&api.invoke(http("POST", "/operations", Some(&body))).await);
    assert_eq!((status, &answer["code"]), (503, &json!("audit_unavailable")), "{answer}");
    assert_eq!(site.tap.mutations(), 0);
}

async fn what_can_not_be_reached_is_told_and_nothing_is_sent(emulator: &str) {
    let nobody = "http://127.0.0.1:9".to_owned();
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let body = json!({ "operation": "reboot_instance", "instance_id": instance });
    for (variable, value, code) in [
        ("AWS_ENDPOINT_URL_RDS", nobody.clone(), "upstream_unavailable"),
        ("AWS_ENDPOINT_URL_STS", nobody.clone(), "upstream_unavailable"),
        ("AWS_ENDPOINT_URL_DYNAMODB", nobody, "inventory_unavailable"),
        ("OPS_INVENTORY_TABLE", "no-such-table".into(), "inventory_unavailable"),
        ("OPS_OPERATIONS_TABLE", "no-such-table".into(), "store_unavailable"),
        ("OPS_AUDIT_TABLE", "no-such-table".into(), "audit_unavailable"),
    ] {
        let api = site.api_with(variable, &value).await;
        let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
        assert_eq!((status, &answer["code"]), (503, &json!(code)), "{variable}: {answer}");
    }
    assert_eq!(site.tap.mutations(), 0);
}

async fn the_worker_finishes_what_the_caller_did_not_wait_for(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let body = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let mut event = http("POST", "/operations", Some(&body));
    event["headers"]["prefer"] = json!("respond-async");
    let answer = api.invoke(event).await;
    let (status, accepted) = parts(&answer);
    assert_eq!((status, &accepted["status"]), (202, &json!("in_progress")), "{accepted}");
    assert!(accepted.get("success").is_none());
    let id = accepted["operation_id"].as_str().unwrap();
    assert_eq!(header(&answer, "location"), Some(format!("operations/{id}")));
    assert!(header(&answer, "retry-after").is_some());
    drop(api);

    let worker = site.worker().await;
    let mut progress = worker.invoke(json!({ "operation_id": id })).await;
    for _ in 0..200 {
        if progress["done"] == json!(true) {
            break;
        }
        progress = worker.invoke(json!({ "job": format!("operation/{id}") })).await;
    }
    assert_eq!(
        (&progress["done"], &progress["status"]),
        (&json!(true), &json!("available")),
        "{progress}"
    );
    assert_eq!(worker.invoke(json!({ "sweep": true })).await, json!({ "advanced": 0, "left": 0 }));
    let nobody = json!({ "operation_id": "01JCK3000000000000000000ZZ" });
    for (event, error_type) in
        [(json!({ "sweeep": true }), "invalid_event"), (nobody, "operation_not_found")]
    {
        let failed = worker.invoke(event).await;
        assert_eq!(
            failed["errorType"],
            json!(error_type),
            "the state machine does not try these again: {failed}"
        );
    }
    assert_eq!(site.tap.calls("CreateDBSnapshot"), 1);
}

async fn one_function_and_its_sweeps_alone_finish_what_nobody_drives(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let body = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let mut event = rest("POST", "/operations", Some(&body));
    event["multiValueHeaders"]["Prefer"] = json!(["respond-async"]);
    let (status, accepted) = parts(&api.invoke(event).await);
    assert_eq!(status, 202, "{accepted}");
    let path = format!("/operations/{}", accepted["operation_id"].as_str().unwrap());
    for _ in 0..200 {
        api.invoke(json!({ "sweep": true })).await;
        let (_, operation) = parts(&api.invoke(rest("GET", &path, None)).await);
        if operation["success"].is_boolean() {
            assert_eq!(
                (&operation["status"], &operation["success"]),
                (&json!("available"), &json!(true)),
                "{operation}"
            );
            return;
        }
    }
    panic!("the sweeps do not finish the operation");
}

async fn lists_and_single_reads_answer(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let other = site.instance("live", TARGET_ACCOUNT, &[], &[]).await;
    let api = site.api().await;
    let body = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let (_, done) = parts(&api.invoke(rest("POST", "/operations", Some(&body))).await);
    let id = done["operation_id"].as_str().unwrap();

    let get = async |path: &str| {
        let (status, answer) = parts(&api.invoke(rest("GET", path, None)).await);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    assert_eq!(get("/healthz").await["status"], json!("ok"));
    let detail = get(&format!("/operations/{id}")).await;
    assert_eq!(
        (&detail["success"], &detail["snapshot_arn"]),
        (&json!(true), &done["snapshot_arn"])
    );
    assert_eq!(get("/operations").await["items"][0]["operation_id"], done["operation_id"]);
    let listed = get("/instances").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
    let live = get(&format!("/instances/{instance}")).await;
    assert_eq!(live["live"]["status"], json!("available"), "{live}");
    assert_eq!(
        get(&format!("/instances/{instance}/operations")).await["operations"]
            .as_array()
            .unwrap()
            .len(),
        Operation::possible_in("available").len()
    );
    let none = get(&format!("/instances/{other}/operations")).await;
    assert_eq!((&none["operations"], &none["reason"]), (&json!([]), &json!(SENTENCE)));
    let entries = get("/audit").await;
    let events: Vec<&Value> =
        entries["items"].as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, [&json!("outcome"), &json!("accepted")]);
}

async fn bad_requests_are_answered_and_nothing_is_sent(emulator: &str) {
    let site = Site::on(emulator).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site.api().await;
    let reboot = json!({ "operation": "reboot_instance", "instance_id": instance });
    let mut misspelt = reboot.clone();
    misspelt["parameters"] = json!({ "force_failovr": true });
    let mut nameless = rest("POST", "/operations", Some(&reboot));
    nameless["requestContext"]["identity"] = json!({ "sourceIp": "203.0.113.7" });
    let mut malformed = rest("POST", "/operations", None);
    malformed["body"] = json!("{\"operation\":");
    let cases = [
        (rest("POST", "/operations", Some(&misspelt)), 400, "invalid_parameter"),
        (malformed, 400, "invalid_json"),
        (
            rest("POST", "/operations", Some(&json!({ "operation": "drop", "instance_id": "x" }))),
            400,
            "unknown_operation",
        ),
        (
            rest(
                "POST",
                "/operations",
                Some(&json!({ "operation": "reboot_instance", "instance_id": "nobody" })),
            ),
            404,
            "instance_not_found",
        ),
        (nameless, 401, "unauthenticated"),
        (rest("GET", "/operations/01JCK3000000000000000000ZZ", None), 404, "operation_not_found"),
        (rest("GET", "/opérations?x=%zz", None), 404, "not_found"),
        (rest("DELETE", "/operations", None), 405, "method_not_allowed"),
    ];
    for (event, status, code) in cases {
        let (answered, answer) = parts(&api.invoke(event).await);
        assert_eq!((answered, &answer["code"]), (status, &json!(code)), "{answer}");
        assert!(
            answer["guidance"].as_str().is_some_and(|guidance| !guidance.is_empty()),
            "{answer}"
        );
    }
    let (answered, answer) = parts(&api.invoke(json!({ "hello": "world" })).await);
    assert_eq!((answered, &answer["code"]), (400, &json!("invalid_request")), "{answer}");
    assert_eq!(site.tap.mutations(), 0);
}

/// moto gives no evidence of a restart, so the answer there is the timeout.
async fn reboot_api(site: &Site, emulator: &str) -> Function {
    if emulator.contains("MOTO") { site.impatient_api().await } else { site.api().await }
}

fn header(answer: &Value, name: &str) -> Option<String> {
    let single = answer["headers"][name].as_str();
    single.or_else(|| answer["multiValueHeaders"][name][0].as_str()).map(str::to_owned)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
