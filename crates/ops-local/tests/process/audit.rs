//! `rds-ops audit` as a process, and exports of the server over HTTP.

use std::path::Path;
use std::process::Output;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{SPEED, Server, folder, rds_ops};

/// A folder with a trail: a snapshot, and an attempt on production.
fn busy() -> TempDir {
    let folder = folder();
    for (operation, instance, parameter) in [
        ("create_snapshot", "dev-postgres-01", Some("snapshot_id=s-1")),
        ("reboot_instance", "prod-orders-01", None),
    ] {
        let mut command = rds_ops(&["run", "--speed", SPEED, "--reason", "=1+1", "--data"]);
        command.arg(folder.path()).args([operation, instance]);
        if let Some(parameter) = parameter {
            command.args(["--param", parameter]);
        }
        command.output().unwrap();
    }
    folder
}

fn audit(folder: &Path, args: &[&str]) -> Output {
    rds_ops(&["audit"]).args(args).arg("--data").arg(folder).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn tamper(folder: &Path, statement: &str) {
    let database = Connection::open(folder.join("rds-ops.db")).unwrap();
    assert!(database.execute(statement, []).unwrap() > 0);
}

#[test]
fn an_untouched_trail_verifies_with_0() {
    let folder = busy();
    let verified = audit(folder.path(), &["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert_eq!(lines(&verified), ["3 entries in 2 chains: every chain holds"]);
    let one = audit(folder.path(), &["verify", "--instance", "dev-postgres-01"]);
    assert_eq!(lines(&one), ["2 entries in 1 chain: every chain holds"]);
    let one = audit(folder.path(), &["verify", "--instance", "prod-orders-01"]);
    assert_eq!(lines(&one), ["1 entry in 1 chain: every chain holds"]);
}

#[test]
fn an_unknown_instance_is_an_error_a_removed_one_a_break() {
    let folder = busy();
    let unknown = audit(folder.path(), &["verify", "--instance", "dev-postgres-10"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(1), 0), "{unknown:?}");
    assert!(
        String::from_utf8_lossy(&unknown.stderr).contains("there is no chain of dev-postgres-10"),
        "{unknown:?}"
    );
    tamper(folder.path(), "DELETE FROM audit_log WHERE instance_id = 'dev-postgres-01'");
    let removed = audit(folder.path(), &["verify", "--instance", "dev-postgres-01"]);
    assert_eq!(removed.status.code(), Some(2), "{removed:?}");
}

#[test]
fn a_tampered_trail_verifies_with_exit_code_2() {
    for (statement, line) in [
        (
            "UPDATE audit_log SET principal = 'local:bob' WHERE event = 'outcome'",
            "dev-postgres-01: dev-postgres-01#",
        ),
        (
            "DELETE FROM audit_log WHERE event = 'outcome'",
            "dev-postgres-01: the newest entries, behind ",
        ),
        ("DELETE FROM audit_log WHERE event = 'accepted'", "dev-postgres-01: entries before "),
        ("DELETE FROM audit_log WHERE event = 'denied'", "prod-orders-01: no entry is left"),
        (
            "DELETE FROM audit_heads WHERE instance_id = 'prod-orders-01'",
            "prod-orders-01: the stored end",
        ),
    ] {
        let folder = busy();
        tamper(folder.path(), statement);
        let verified = audit(folder.path(), &["verify"]);
        assert_eq!(verified.status.code(), Some(2), "{statement}: {verified:?}");
        assert!(lines(&verified)[0].starts_with(line), "{statement}: {verified:?}");
        assert!(lines(&verified)[1].ends_with(": 1 break"), "{verified:?}");
        assert!(!lines(&verified)[1].contains(" 0 "), "{verified:?}");
    }
}

#[test]
fn an_entry_of_nobody_is_refused() {
    let folder = busy();
    for user in ["", " "] {
        let export = audit(folder.path(), &["export", "--user", user]);
        assert_eq!((export.status.code(), export.stdout.len()), (Some(2), 0), "{export:?}");
        let mut run = rds_ops(&["run", "reboot_instance", "dev-postgres-01", "--data"]);
        let run = run.arg(folder.path()).env("USER", user).output().unwrap();
        assert_eq!((run.status.code(), run.stdout.len()), (Some(2), 0), "{run:?}");
        assert!(
            String::from_utf8_lossy(&run.stderr).contains("the audit trail needs a name"),
            "{run:?}"
        );
    }
    assert_eq!(
        lines(&audit(folder.path(), &["verify"])),
        ["3 entries in 2 chains: every chain holds"]
    );
}

#[test]
fn a_folder_without_a_trail_is_an_error_and_stays_as_it_is() {
    let folder = folder();
    let missing = folder.path().join("misspelt");
    for args in [&["verify"][..], &["export"]] {
        let output = audit(&missing, args);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("there is no data of the service in"),
            "{output:?}"
        );
    }
    assert!(!missing.exists());
}

#[test]
fn an_export_is_csv_or_lines_of_json_filtered_and_on_the_trail() {
    let folder = busy();
    let csv = audit(folder.path(), &["export"]);
    assert_eq!(csv.status.code(), Some(0), "{csv:?}");
    let rows = lines(&csv);
    assert_eq!((rows.len(), rows[0].starts_with("audit_id,timestamp,")), (4, true));
    assert!(rows[1..].iter().all(|row| row.contains(",'=1+1,")), "{rows:?}");

    let json =
        audit(folder.path(), &["export", "--format", "jsonl", "--instance", "dev-postgres-01"]);
    let entries: Vec<Value> =
        lines(&json).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<&Value> = entries.iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, ["outcome", "accepted"]);

    let id = entries[0]["operation_id"].as_str().unwrap();
    let of_one = audit(folder.path(), &["export", "--operation-id", id]);
    let shown: Vec<bool> = lines(&of_one).iter().map(|row| row.contains(id)).collect();
    assert_eq!(shown, [false, true, true], "a header and two entries: {of_one:?}");
    assert_eq!(audit(folder.path(), &["export", "--operation-id", "none"]).status.code(), Some(2));
    let since_ever = audit(
        folder.path(),
        &["export", "--from", "0000-01-01", "--to", "9999-12-31", "--operation", "reboot_instance"],
    );
    assert_eq!(lines(&since_ever).len(), 2, "{since_ever:?}");
    let exports = audit(
        folder.path(),
        &["export", "--format", "jsonl", "--instance", "-", "--to", "2100-01-01T00:00:00Z"],
    );
    let shown: Vec<Value> = lines(&exports)
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|entry| serde_json::from_str(entry["parameters"].as_str().unwrap()).unwrap())
        .collect();
    let since_ever = json!({ "format": "csv", "operation": "reboot_instance",
        "from": "0000-01-01T00:00:00Z", "to": "9999-12-31T00:00:00Z" });
    let of_one = json!({ "format": "csv", "operation_id": id });
    let first_two = [
        json!({ "format": "jsonl", "instance_id": "dev-postgres-01" }),
        json!({ "format": "csv" }),
    ];
    assert_eq!((&shown[..2], &shown[2..]), (&[since_ever, of_one][..], &first_two[..]));
}

#[test]
fn the_server_streams_a_whole_export() {
    let folder = folder();
    let server = Server::start(folder.path());
    for _ in 0..300 {
        server.post("respond-async", "reboot_instance", "prod-orders-01", &json!({}));
    }
    let (headers, text) = server.get_text("/audit?format=csv");
    assert_eq!(text.lines().count(), 301);
    assert_eq!(headers.get("transfer-encoding").unwrap(), "chunked");
    assert_eq!(headers.get("strict-transport-security"), None);
    let (status, refused) = server.get_as("evil.example", "/audit");
    assert_eq!((status, &refused["code"]), (403, &json!("permission_denied")));
}
