//! `rds-ops inventory`, and a server that keeps its inventory.

use std::path::Path;
use std::process::Output;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{DEADLINE, Server, folder, rds_ops};

fn inventory(folder: &Path, args: &[&str]) -> Output {
    let mut command = rds_ops(&["inventory"]);
    command.args(args).args(["--output", "json", "--data"]).arg(folder).output().unwrap()
}

fn answer(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a run changes: the kind, the instance and the detail of each.
fn changes(answer: &Value) -> Vec<Value> {
    let change = |it: &Value| json!([it["change"], it["instance_id"], it["detail"]]);
    answer["changes"].as_array().unwrap().iter().map(change).collect()
}

/// The demo fleet has one instance whose tags have changed since its item was written.
#[test]
fn a_dry_run_shows_what_a_sync_then_writes() {
    let folder = folder();
    let found = [json!(["updated", "stale-inventory-01", "tags"])];
    for (args, expected) in [
        (&["sync", "--dry-run"][..], &found[..]),
        (&["sync", "--dry-run"], &found),
        (&["sync"], &found),
        (&["sync"], &[]),
    ] {
        let run = answer(&inventory(folder.path(), args));
        assert_eq!(
            (changes(&run).as_slice(), &run["instances"]),
            (expected, &json!(23)),
            "{args:?}"
        );
    }
    let status = answer(&inventory(folder.path(), &["status"]));
    assert_eq!((&status["instances"], &status["unread"]), (&json!(23), &json!(0)), "{status}");
}

#[test]
fn people_get_a_table_of_the_changes_and_a_summary() {
    let folder = folder();
    let mut command = rds_ops(&["inventory", "sync", "--output", "table", "--data"]);
    let output = command.arg(folder.path()).output().unwrap();
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(table.lines().any(|line| line.starts_with("updated  222233334444")), "{table}");
    let told = String::from_utf8_lossy(&output.stderr);
    let summary = "23 instances in 6 accounts and Regions: 1 change is written, 22 as before";
    assert!(told.contains(summary), "{told}");
}

/// The accounts are those of the configuration; one that the simulation does not have is empty.
#[test]
fn without_accounts_a_server_that_is_to_sync_does_not_start() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--sync", "--data"]);
    command.arg(folder.path()).env("OPS_DISCOVERY_ACCOUNTS", "111122223333");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("discovery.regions"), "{told}");
}

#[test]
fn a_server_that_syncs_reads_everything_at_its_start() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--sync", "--data"]);
    command.arg(folder.path());
    let server = Server::run(command);
    let began = Instant::now();
    loop {
        let (_, status) = server.get("/inventory/status");
        if status["unread"] == json!(0) {
            break assert_eq!(status["instances"], json!(23));
        }
        assert!(began.elapsed() < DEADLINE, "{status}");
    }
    let (_, instance) = server.get("/instances/stale-inventory-01");
    assert_eq!(instance["tags"]["Environment"], json!("Production"), "{instance}");
}
