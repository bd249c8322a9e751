//! `rds-ops serve` as a process, over HTTP.

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::sync::Barrier;
use std::thread;

use crate::support::{SPEED, Server, calls, folder, rds_ops};
use ops_domain::failure::PRODUCTION_SENTENCE;
use ops_domain::operation::Operation;
use ops_testkit::sample::far_off_maintenance_window;
use serde_json::json;

#[test]
fn the_server_is_healthy_and_knows_the_demo_fleet() {
    let folder = folder();
    let server = Server::start(folder.path());
    assert_eq!(server.get("/healthz").0, 200);
    let (status, page) = server.get("/instances?limit=100");
    assert_eq!((status, page["items"].as_array().unwrap().len() >= 12), (200, true), "{page}");
}

#[test]
fn the_session_names_the_user_and_says_that_rds_is_simulated() {
    let folder = folder();
    let server = Server::start(folder.path());
    let (status, session) = server.get("/session");
    assert_eq!(status, 200);
    for (member, expected) in [
        ("service", json!("rds-ops")),
        ("principal", json!("local:alice")),
        ("name", json!("alice")),
        ("authentication", json!("local")),
        ("simulated", json!(true)),
    ] {
        assert_eq!(session[member], expected, "{session}");
    }
}

#[test]
fn the_listen_flag_wins_over_the_variable() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    let serve = |args: &[&str]| {
        let mut command = rds_ops(&["serve", "--data"]);
        command.arg(folder.path()).args(args).env("OPS_LISTEN", &address);
        command
    };
    let refused = serve(&[]).output().unwrap();
    assert!(
        String::from_utf8_lossy(&refused.stderr)
            .contains(&format!("{address} can't be listened on"))
    );
    assert_eq!(Server::run(serve(&["--listen", "127.0.0.1:0"])).get("/healthz").0, 200);
}

#[test]
fn a_snapshot_finishes_while_its_caller_waits() {
    let folder = folder();
    let server = Server::start(folder.path());
    let parameters = json!({ "snapshot_id": "dev-postgres-01-manual" });
    let (status, answer) =
        server.post("wait=20", "create_snapshot", "dev-postgres-01", &parameters);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["success"], json!(true));
    assert_eq!(answer["status"], json!("available"));
    assert_eq!(answer["snapshot_id"], json!("dev-postgres-01-manual"));
    assert!(answer["snapshot_arn"].as_str().unwrap().ends_with(":snapshot:dev-postgres-01-manual"));
    let id = answer["operation_id"].as_str().unwrap();
    assert_eq!(server.events(id), ["accepted", "outcome"]);
    let (_, operation) = server.get(&format!("/operations/{id}"));
    assert_eq!(operation["requested_by"], json!("local:alice"));
}

#[test]
fn production_is_blocked_and_nothing_is_sent() {
    let folder = folder();
    let server = Server::start(folder.path());
    for instance in ["prod-orders-01", "orders-legacy", "stale-inventory-01"] {
        for operation in Operation::examples() {
            let parameters = json!(operation.parameters());
            let (status, answer) = server.post("wait=20", operation.name(), instance, &parameters);
            assert_eq!(
                (status, &answer["code"]),
                (403, &json!("production_blocked")),
                "{instance}: {answer}"
            );
            assert_eq!(answer["error"], json!(PRODUCTION_SENTENCE), "{instance}");
        }
    }
    assert_eq!(calls(folder.path()), [json!(null); 0]);
}

#[test]
fn a_killed_server_finishes_its_snapshot_once() {
    let folder = folder();
    let server = Server::start(folder.path());
    let parameters = json!({ "snapshot_id": "survivor" });
    let (status, answer) =
        server.post("respond-async", "create_snapshot", "dev-postgres-01", &parameters);
    assert_eq!((status, &answer["status"]), (202, &json!("in_progress")), "{answer}");
    let id = answer["operation_id"].as_str().unwrap().to_owned();
    assert_eq!(server.events(&id), ["accepted"]);
    server.kill();

    let server = Server::start(folder.path());
    let operation = server.ended(&id);
    assert_eq!(
        (&operation["status"], &operation["success"]),
        (&json!("available"), &json!(true)),
        "{operation}"
    );
    assert_eq!(server.events(&id), ["accepted", "outcome"]);
    let calls = calls(folder.path());
    assert_eq!(calls.len(), 1, "{calls:?}");
}

#[test]
fn repeated_kills_end_every_operation_once() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let asked = [
        ("create_snapshot", "dev-postgres-01", json!({ "snapshot_id": "survivor" })),
        ("reboot_instance", "test-mysql-01", json!({ "force_failover": true })),
        ("modify_backup_window", "poc-search-01", json!({ "backup_window": "01:00-02:00" })),
        (
            "modify_maintenance_window",
            "dev-oracle-01",
            json!({ "maintenance_window": far_off_maintenance_window() }),
        ),
        ("stop_instance", "sandbox-alice-01", json!({ "snapshot_id": "before-stop" })),
        ("stop_instance", "dev-aurora-01", json!({})),
        ("start_instance", "dev-stopped-01", json!({})),
        (
            "modify_instance_class",
            "staging-orders-01",
            json!({ "instance_class": "db.r6g.large", "apply_immediately": true }),
        ),
        ("change_parameter_group", "dev-replica-01", json!({ "parameter_group": "tuned" })),
    ];
    let ids = asked.map(|(operation, instance, parameters)| {
        let (status, answer) = server.post("respond-async", operation, instance, &parameters);
        assert_eq!(status, 202, "{answer}");
        server = Server::after_the_death_of(&mut server, folder.path());
        answer["operation_id"].as_str().unwrap().to_owned()
    });
    for _ in 0..8 {
        server = Server::after_the_death_of(&mut server, folder.path());
        assert_eq!(server.get("/healthz").0, 200);
    }
    for id in ids {
        let operation = server.ended(&id);
        assert_eq!(
            (&operation["status"], &operation["success"]),
            (&json!("available"), &json!(true)),
            "{operation}"
        );
        assert_eq!(server.events(&id), ["accepted", "outcome"]);
    }
    assert_eq!(calls(folder.path()).len(), 9);
}

#[test]
fn a_snapshot_is_kept_for_its_days_and_deleted_on_request() {
    let folder = folder();
    let server = Server::start(folder.path());
    for name in ["old", "new"] {
        let parameters = json!({ "snapshot_id": name, "retain_days": 7 });
        let (_, answer) = server.post("wait=20", "create_snapshot", "poc-search-01", &parameters);
        assert_eq!(answer["success"], json!(true), "{answer}");
        assert!(answer["delete_after"].is_string(), "{answer}");
    }
    let delete = |name: &str| {
        let parameters = json!({ "snapshot_id": name });
        server.post("wait=20", "delete_snapshot", "poc-search-01", &parameters).1
    };
    assert_eq!(delete("new")["error_code"], json!("snapshot_is_newest"));
    let deleted = delete("old");
    assert_eq!((&deleted["success"], &deleted["changed"]), (&json!(true), &json!(true)));
    assert_eq!(delete("old")["error_code"], json!("snapshot_not_found"));
    assert_eq!(calls(folder.path()).len(), 3);
}

#[test]
fn one_of_two_requests_is_told_busy() {
    let folder = folder();
    let server = Server::start(folder.path());
    let together = Barrier::new(2);
    let mut answers: Vec<_> = thread::scope(|scope| {
        let ask = |snapshot: &'static str| {
            let (server, together) = (&server, &together);
            scope.spawn(move || {
                together.wait();
                server.post(
                    "respond-async",
                    "create_snapshot",
                    "dev-postgres-01",
                    &json!({ "snapshot_id": snapshot }),
                )
            })
        };
        [ask("first"), ask("second")].map(|asking| asking.join().unwrap()).into()
    });
    answers.sort_by_key(|(status, _)| *status);
    let [(accepted, running), (refused, busy)] = answers.as_slice() else { panic!("two answers") };
    assert_eq!((*accepted, *refused), (202, 409), "{running} {busy}");
    assert_eq!(busy["code"], json!("instance_busy"));
    assert_eq!(busy["running_operation_id"], running["operation_id"]);
    assert_eq!(server.ended(running["operation_id"].as_str().unwrap())["success"], json!(true));
    assert_eq!(calls(folder.path()).len(), 1);
}

#[test]
fn a_server_that_is_asked_to_end_ends_well() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let asked =
        Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_server_that_is_asked_to_end_answers_who_waits() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--speed", "1", "--data"]);
    command.arg(folder.path());
    let mut server = Server::run(command);
    let parameters = json!({ "snapshot_id": "waited-for" });
    let (_, started) =
        server.post("respond-async", "create_snapshot", "dev-postgres-01", &parameters);
    let mut waiting = server.connect();
    let id = started["operation_id"].as_str().unwrap();
    write!(waiting, "GET /operations/{id} HTTP/1.1\r\nhost: localhost\r\nprefer: wait=20\r\n\r\n")
        .unwrap();
    // It is answered after the other has arrived.
    assert_eq!(server.get("/healthz").0, 200);
    let asked =
        Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

/// Some clients are gone before their request is read, and some while it is answered.
#[cfg(unix)]
#[test]
fn closed_connections_leave_no_operation_half_done() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    for instance in
        ["dev-postgres-01", "test-mysql-01", "poc-search-01", "dev-oracle-01", "shared-dev-01"]
    {
        let body = REBOOT.replace("dev-postgres-01", instance);
        let head =
            "POST /operations HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        let mut connection = server.connect();
        connection.write_all(request.as_bytes()).unwrap();
        // Another one is answered meanwhile, so that this one has begun.
        assert_eq!(server.get("/healthz").0, 200);
        drop(connection);
    }
    let asked =
        Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let (_, page) = Server::start(folder.path()).get("/operations?status=submitting");
    assert_eq!(page["items"], json!([]), "{page}");
    let (_, page) = Server::start(folder.path()).get("/operations?limit=100");
    let begun = page["items"].as_array().unwrap().len();
    assert_eq!(calls(folder.path()).len(), begun, "{page}");
}

#[test]
fn a_name_or_a_port_alone_may_be_listened_on() {
    for listen in ["localhost:0", ":0", "0"] {
        let folder = folder();
        let mut command = rds_ops(&["serve", "--listen", listen, "--data"]);
        command.arg(folder.path());
        let server = Server::run(command);
        assert!(server.origin().starts_with("http://127.0.0.1:"), "{listen}: {}", server.origin());
        assert_eq!(server.get("/healthz").0, 200);
    }
    for (listen, shown) in
        [("0.0.0.0:0", "is no loopback address"), ("localhost", "expected an address and a port")]
    {
        let output =
            rds_ops(&["serve", "--listen", listen, "--data", "never-made"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(shown), "{listen}: {said}");
    }
}

#[test]
fn dns_rebinding_is_rejected() {
    let folder = folder();
    let server = Server::start(folder.path());
    let (status, answer) = server.get_as("attacker.example", "/instances");
    assert_eq!((status, &answer["code"]), (403, &json!("permission_denied")), "{answer}");
}

const REBOOT: &str =
    r#"{"operation":"reboot_instance","instance_id":"dev-postgres-01","parameters":{}}"#;

#[test]
fn a_foreign_origin_changes_nothing() {
    let folder = folder();
    let server = Server::start(folder.path());
    let of_evil = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let of_another_port = [("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "same-site")];
    let plain = ("content-type", "text/plain");
    for (method, path, headers, body) in [
        ("POST", "/operations", &of_evil[..], REBOOT),
        (
            "POST",
            "/operations",
            &[of_evil[0], of_evil[1], ("content-type", "application/json")],
            REBOOT,
        ),
        ("POST", "/operations", &of_another_port, REBOOT),
        ("POST", "/operations", &[("origin", "null")], REBOOT),
        ("POST", "/operations/01KG9QXG800000000000000000/cancel", &[of_evil[0], plain], "x"),
        ("GET", "/audit?format=csv", &[of_evil[1]], ""),
        ("GET", "/audit?format=csv", &[of_another_port[1]], ""),
        ("OPTIONS", "/operations", &[of_evil[0], ("access-control-request-method", "POST")], ""),
    ] {
        let (status, answer) = server.send(method, path, headers, body);
        assert_eq!(status, 403, "{method} {path} {headers:?}: {answer}");
        assert!(answer.contains("OPS_ALLOWED_ORIGINS"), "{answer}");
    }
    assert_eq!(server.send("POST", "/operations", &[], REBOOT).0, 415);
    let (_, trail) = server.get("/audit");
    let events: Vec<_> =
        trail["items"].as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, ["refused"], "only of the last request, which came from no page");
    assert_eq!(calls(folder.path()), [json!(null); 0]);
}

#[test]
fn same_and_allowed_origins_may_write() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--speed", SPEED, "--data"]);
    command.arg(folder.path()).env("OPS_ALLOWED_ORIGINS", "https://ops.example.com");
    let server = Server::run(command);
    let own = [("origin", server.origin()), ("sec-fetch-site", "same-origin")];
    let allowed = [("origin", "https://ops.example.com"), ("sec-fetch-site", "cross-site")];
    for (headers, instance) in [(own, "dev-postgres-01"), (allowed, "test-mysql-01")] {
        let headers = [
            headers[0],
            headers[1],
            ("content-type", "application/json"),
            ("prefer", "respond-async"),
        ];
        let (status, answer) = server.send(
            "POST",
            "/operations",
            &headers,
            &REBOOT.replace("dev-postgres-01", instance),
        );
        assert_eq!(status, 202, "{answer}");
    }
    assert_eq!(calls(folder.path()).len(), 2);
}

#[test]
fn an_address_that_others_can_reach_needs_a_word_more() {
    let output = rds_ops(&["serve", "--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--allow-remote"));
}

#[test]
fn every_configuration_problem_stops_the_start() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.path().join("data"));
    let output = command
        .env("OPS_POLL_INTERVAL_SECONDS", "soon")
        .env("OPS_MAX_WAIT_SECONDS", "-1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("OPS_POLL_INTERVAL_SECONDS") && text.contains("OPS_MAX_WAIT_SECONDS"),
        "{text}"
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn why_a_folder_can_not_be_used_is_told_once() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output = rds_ops(&["run", "reboot_instance", "dev-postgres-01", "--data"])
        .arg(&file)
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        shown.contains("file can't be used: ") && shown.matches("can't be used").count() == 1,
        "{shown}"
    );
}

#[test]
fn a_misspelt_variable_stops_the_start() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command
        .arg(folder.path().join("data"))
        .env("OPS_ALLOWED_ACCOUNT", "111122223333")
        .env("OPS_LOG", "loud");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("OPS_ALLOWED_ACCOUNT: unknown variable; expected OPS_ALLOWED_ACCOUNTS"),
        "{text}"
    );
    assert!(text.contains("OPS_LOG: \"loud\" is no level"), "{text}");
    assert!(!folder.path().join("data").exists());
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_aws_says_how_to_add_it() {
    for args in
        [&["serve", "--listen", "127.0.0.1:0", "--backend", "aws"][..], &["tables", "create"]]
    {
        let output = rds_ops(args).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains("--features aws"));
    }
}

#[test]
fn rules_apply_to_local_users() {
    let folder = folder();
    let rules = "[[rules]]\nprincipals = ['local:alice']\noperations = ['create_snapshot']\n\
                 [[rules]]\ngroups = ['dba']\noperations = ['modify_backup_window']";
    let serve = |groups: &[&str]| {
        let mut command =
            rds_ops(&["serve", "--listen", "127.0.0.1:0", "--speed", SPEED, "--data"]);
        command.arg(folder.path()).args(groups).env("OPS_CONFIG", rules);
        Server::run(command)
    };
    let ask = |server: &Server, operation, parameters| {
        server.post("wait=20", operation, "dev-postgres-01", &parameters).0
    };
    let window = || json!({ "backup_window": "03:00-04:00" });
    let alone = serve(&[]);
    assert_eq!(ask(&alone, "reboot_instance", json!({})), 403);
    assert_eq!(ask(&alone, "modify_backup_window", window()), 403);
    assert_eq!(ask(&alone, "create_snapshot", json!({ "snapshot_id": "by-rule" })), 200);
    alone.kill();
    let member = serve(&["--group", "oncall", "--group", "dba"]);
    assert_eq!(ask(&member, "reboot_instance", json!({})), 403);
    assert_eq!(ask(&member, "modify_backup_window", window()), 200);
    member.kill();

    let mut run = rds_ops(&["run", "reboot_instance", "dev-postgres-01", "--data"]);
    let output = run.arg(folder.path()).env("OPS_CONFIG", rules).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(calls(folder.path()).len(), 2);
}
