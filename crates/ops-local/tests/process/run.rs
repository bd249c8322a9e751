//! `rds-ops run` as a process: its exit codes, and what it prints.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::support::{SPEED, Server, calls, folder, rds_ops};
use ops_domain::failure::PRODUCTION_SENTENCE;
use ops_domain::time::{Timestamp, after, to_seconds_text};
use serde_json::{Value, json};

/// `rds-ops run` on this folder for a program, to its end.
fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = rds_ops(&["run", "--output", "json", "--speed", SPEED, "--data"]);
    command.arg(folder).args(args).output().unwrap()
}

/// What a program reads: the answer on standard output, or the error on standard error.
fn answer(output: &Output) -> Value {
    let said = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
    serde_json::from_slice(said).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn a_finished_snapshot_exits_with_0() {
    let folder = folder();
    let tags = r#"tags=[{"Key":"Purpose","Value":"test"}]"#;
    let mut command = rds_ops(&["run", "create_snapshot", "dev-postgres-01", "--speed", SPEED]);
    command.args(["--param", "snapshot_id=s1", "--param", tags, "--data"]).arg(folder.path());
    let output = command.output().unwrap();
    let answer = answer(&output);
    assert_eq!(output.status.code(), Some(0), "{answer}");
    assert_eq!((&answer["status"], &answer["success"]), (&json!("available"), &json!(true)));
    let lines = String::from_utf8(output.stderr).unwrap();
    assert!(lines.lines().next().unwrap().contains("on the simulated fleet of"), "{lines}");
    assert!(lines.lines().nth(1).unwrap().contains("in progress"), "{lines}");
    assert!(lines.lines().last().unwrap().ends_with(": done"), "{lines}");
    assert!(!lines.contains('\u{1b}'), "no terminal, no escapes: {lines:?}");
}

#[test]
fn an_operation_that_rds_would_refuse_exits_with_1() {
    let folder = folder();
    let args = ["create_snapshot", "dev-postgres-01", "--param", "snapshot_id=s1"];
    assert_eq!(run(folder.path(), &args).status.code(), Some(0));
    let output = run(folder.path(), &args);
    let answer = answer(&output);
    assert_eq!((output.status.code(), &answer["success"]), (Some(1), &json!(false)), "{answer}");
    assert_eq!(answer["error_code"], json!("snapshot_name_taken"));
    assert!(!answer["guidance"].as_str().unwrap().is_empty());
}

#[test]
fn an_operation_that_takes_too_long_exits_with_6() {
    let folder = folder();
    let mut command =
        rds_ops(&["run", "create_snapshot", "dev-postgres-01", "--param", "snapshot_id=s1"]);
    command.args(["--speed", "1", "--data"]).arg(folder.path());
    command.env("OPS_POLL_INTERVAL_SECONDS", "1").env("OPS_OPERATION_TIMEOUT_SECONDS", "1");
    let output = command.output().unwrap();
    let answer = answer(&output);
    assert_eq!((output.status.code(), &answer["status"]), (Some(6), &json!("timeout")), "{answer}");
}

#[test]
fn denied_and_rejected_requests_exit_with_2() {
    let folder = folder();
    let snapshot = ["--param", "snapshot_id=s1"];
    let cases: [(&[&str], &str); 7] = [
        (&["create_snapshot", "prod-orders-01"], "production_blocked"),
        (&["create_snapshot", "stale-inventory-01"], "production_blocked"),
        (&["create_snapshot", "nobody-knows-it"], "instance_not_found"),
        (&["create_snapshot", "shared-dev-01"], "ambiguous_instance"),
        (&["create_snapshot", "dev-postgres-01", "--param", "tags=[broken"], "invalid_parameter"),
        (&["create_snapshot", "dev-postgres-01", "--param", "snapshot=typo"], "invalid_parameter"),
        (&["drop_database", "dev-postgres-01"], "unknown_operation"),
    ];
    for (args, code) in cases {
        let output = run(folder.path(), &[args, &snapshot[..]].concat());
        let answer = answer(&output);
        assert_eq!(
            (output.status.code(), &answer["code"]),
            (Some(2), &json!(code)),
            "{args:?}: {answer}"
        );
        if code == "production_blocked" {
            assert_eq!(answer["error"], json!(PRODUCTION_SENTENCE));
            assert_eq!(
                answer["classification"]["environment"],
                json!("Production"),
                "the guidance speaks of it: {answer}"
            );
        }
    }
    assert_eq!(calls(folder.path()).len(), 0);
}

#[test]
fn unknown_and_repeated_query_parameters_are_rejected() {
    let folder = folder();
    for (params, shown) in [
        (["snapshot_id=s1", "snapshot_id=s2"], "--param snapshot_id=… is given more than once"),
        (
            ["snapshot_id=s1", "tags"],
            "a parameter is NAME=VALUE, such as snapshot_id=before-upgrade",
        ),
        (
            ["snapshot_id=s1", "=s2"],
            "a parameter is NAME=VALUE, such as snapshot_id=before-upgrade",
        ),
    ] {
        let [first, second] = params;
        let output = run(
            folder.path(),
            &["create_snapshot", "dev-postgres-01", "--param", first, "--param", second],
        );
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(shown), "{output:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_ambiguous_name_is_told_apart_by_account_and_region() {
    let folder = folder();
    let args = ["create_snapshot", "shared-dev-01", "--param", "snapshot_id=s1"];
    let output = run(
        folder.path(),
        &[&args[..], &["--account", "333344445555", "--region", "us-east-1"]].concat(),
    );
    assert_eq!(
        (output.status.code(), &answer(&output)["account_id"]),
        (Some(0), &json!("333344445555"))
    );
}

#[test]
fn a_dry_run_exits_with_0_and_rds_is_asked_for_nothing() {
    let folder = folder();
    let output = run(
        folder.path(),
        &["reboot_instance", "test-mysql-01", "--param", "force_failover=true", "--dry-run"],
    );
    assert_eq!((output.status.code(), &answer(&output)["dry_run"]), (Some(0), &json!(true)));
    assert_eq!(calls(folder.path()).len(), 0);
}

#[test]
fn a_dry_run_that_does_not_pass_exits_with_2() {
    let folder = folder();
    let without_standby =
        ["reboot_instance", "dev-postgres-01", "--param", "force_failover=true", "--dry-run"];
    let output = run(folder.path(), &without_standby);
    let answer = answer(&output);
    assert_eq!((output.status.code(), &answer["dry_run"]), (Some(2), &json!(true)), "{answer}");
    assert_eq!(answer["passed"], json!(false));
}

#[test]
fn an_unwritable_trail_exits_with_1() {
    let folder = folder();
    run(folder.path(), &["reboot_instance", "prod-orders-01", "--confirm", "prod-orders-01"]);
    let database = rusqlite::Connection::open(folder.path().join("rds-ops.db")).unwrap();
    database.execute_batch("ALTER TABLE audit_log RENAME TO elsewhere").unwrap();
    let confirmed = ["--confirm", "dev-postgres-01"];
    let output =
        run(folder.path(), &[&["reboot_instance", "dev-postgres-01"], &confirmed[..]].concat());
    let answer = answer(&output);
    assert_eq!(
        (output.status.code(), &answer["code"]),
        (Some(1), &json!("audit_unavailable")),
        "{answer}"
    );
    assert_eq!(calls(folder.path()).len(), 0);
}

#[test]
fn the_same_idempotency_key_gives_the_same_operation() {
    let folder = folder();
    let ask = |key: &str| {
        run(
            folder.path(),
            &[
                "reboot_instance",
                "dev-postgres-01",
                "--confirm",
                "dev-postgres-01",
                "--idempotency-key",
                key,
                "--reason",
                "CHG-4711",
            ],
        )
    };
    let (first, second) = (ask("CHG-4711"), ask("CHG-4711"));
    assert_eq!([first.status.code(), second.status.code()], [Some(0); 2], "{second:?}");
    assert_eq!(answer(&first)["operation_id"], answer(&second)["operation_id"]);
    assert_eq!(calls(folder.path()).len(), 1);
    assert_eq!(ask("two words").status.code(), Some(2));
}

/// The line is said before the operation is asked for. What the program says of the operation is
/// what became of it.
#[cfg(unix)]
#[test]
fn an_interruption_does_not_abort_a_beginning_operation() {
    for (signal, snapshot) in [("-INT", "s1"), ("-TERM", "s2"), ("-INT", "s3")] {
        let folder = folder();
        let parameter = format!("snapshot_id={snapshot}");
        let mut command =
            rds_ops(&["run", "create_snapshot", "dev-postgres-01", "--param", &parameter]);
        command
            .args(["--speed", "20", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("on the simulated fleet")));
        let asked = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let shown = lines.collect::<Vec<_>>().join("\n");
        let output = child.wait_with_output().unwrap();
        let calls = calls(folder.path()).len();
        if output.stdout.is_empty() {
            assert_eq!((output.status.code(), calls), (Some(1), 0), "{shown}");
            assert!(shown.contains("nothing was asked of RDS"), "{shown}");
        } else {
            let answer = answer(&output);
            assert_eq!(output.status.code(), Some(3), "{answer}");
            assert_eq!(answer["status"] == json!("in_progress"), calls == 1, "{answer}");
            assert!(shown.contains("rds-ops watch "), "{shown}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_says_who_continues_the_operation() {
    let folder = folder();
    let mut command =
        rds_ops(&["run", "create_snapshot", "dev-postgres-01", "--param", "snapshot_id=s1"]);
    command
        .args(["--speed", "20", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("in progress")));
    let asked = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let shown = lines.collect::<Vec<_>>().join("\n");
    let output = child.wait_with_output().unwrap();
    let answer = answer(&output);
    assert_eq!(
        (output.status.code(), &answer["status"]),
        (Some(3), &json!("in_progress")),
        "{answer}"
    );
    let id = answer["operation_id"].as_str().unwrap();
    assert!(
        shown.contains(&format!("rds-ops watch {id} --data {}", folder.path().display()))
            && shown.contains("rds-ops serve"),
        "{shown}"
    );
    assert_eq!(Server::start(folder.path()).ended(id)["success"], json!(true));
}

#[test]
fn a_command_and_a_server_on_one_folder_work_on_the_same_fleet() {
    let folder = folder();
    let server = Server::start(folder.path());
    let parameters = json!({ "snapshot_id": "by-server" });
    let (_, running) =
        server.post("respond-async", "create_snapshot", "dev-postgres-01", &parameters);

    let busy = run(
        folder.path(),
        &["create_snapshot", "dev-postgres-01", "--param", "snapshot_id=by-command"],
    );
    assert_eq!((busy.status.code(), &answer(&busy)["code"]), (Some(7), &json!("instance_busy")));
    let done = run(
        folder.path(),
        &["create_snapshot", "test-mysql-01", "--param", "snapshot_id=by-command"],
    );
    assert_eq!(done.status.code(), Some(0));

    let (_, by_command) =
        server.get(&format!("/operations/{}", answer(&done)["operation_id"].as_str().unwrap()));
    assert_eq!(by_command["success"], json!(true));
    assert_eq!(server.ended(running["operation_id"].as_str().unwrap())["success"], json!(true));
    assert_eq!(calls(folder.path()).len(), 2, "neither has forgotten what the other asked");
}

/// The program does not wait for it: a server on the same folder starts it at its time.
#[test]
fn a_start_at_a_time_is_left_to_the_server() {
    let folder = folder();
    let at = to_seconds_text(after(Timestamp::from(SystemTime::now()), Duration::from_secs(4)));
    let snapshot = ["create_snapshot", "dev-postgres-01", "--param", "snapshot_id=s1"];
    let mut command = rds_ops(&["run", "--utc", "--speed", SPEED, "--data"]);
    command.arg(folder.path()).args(snapshot).args(["--start-at", &at]);
    let output = command.output().unwrap();
    let answer = answer(&output);
    assert_eq!((output.status.code(), &answer["status"]), (Some(3), &json!("scheduled")));
    let lines = String::from_utf8(output.stderr).unwrap();
    let shown = at.replace('T', " ");
    let waits =
        format!("waits until {shown}: the next `rds-ops serve` on this folder starts it then");
    assert!(lines.lines().any(|line| line.ends_with(&waits)), "{lines}");
    assert!(calls(folder.path()).is_empty());
    let server = Server::start(folder.path());
    let ended = server.ended(answer["operation_id"].as_str().unwrap());
    assert_eq!(ended["status"], json!("available"), "{ended}");
    let submitted = &ended["history"][1];
    assert_eq!(submitted["status"], json!("submitting"), "{ended}");
    assert!(at[..19] <= submitted["at"].as_str().unwrap()[..19], "{ended}");
}

#[test]
fn bad_starts_exit_with_2_and_name_the_problem() {
    let folder = folder();
    let snapshot = ["create_snapshot", "dev-postgres-01", "--param", "snapshot_id=s1"];
    for (args, pointer) in [
        (["--start-at", "tomorrow"], "/start/at"),
        (["--start-at", "2020-01-01T00:00:00Z"], "/start/at"),
        (["--start-within", "5"], "/start_within_minutes"),
    ] {
        let output = run(folder.path(), &[&snapshot[..], &args[..]].concat());
        let answer = answer(&output);
        assert_eq!(output.status.code(), Some(2), "{answer}");
        assert_eq!(answer["details"][0]["pointer"], json!(pointer), "{answer}");
    }
}
