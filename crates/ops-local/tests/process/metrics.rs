//! `rds-ops metrics` as a process, and the same figures over HTTP.

use serde_json::{Value, json};

use crate::support::{SPEED, Server, folder, rds_ops};

#[test]
fn the_command_prints_the_figures_that_the_server_tells() {
    let folder = folder();
    let mut run = rds_ops(&["run", "--speed", SPEED, "--data"]);
    run.arg(folder.path()).args([
        "create_snapshot",
        "dev-postgres-01",
        "--param",
        "snapshot_id=s-1",
    ]);
    assert_eq!(run.output().unwrap().status.code(), Some(0));
    let mut run = rds_ops(&["run", "--data"]);
    run.arg(folder.path()).args(["reboot_instance", "prod-orders-01"]);
    run.args(["--confirm", "prod-orders-01"]);
    assert_eq!(run.output().unwrap().status.code(), Some(2));

    let printed = rds_ops(&["metrics", "--data"]).arg(folder.path()).output().unwrap();
    assert_eq!(printed.status.code(), Some(0), "{printed:?}");
    let mut printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let overall = &printed["overall"];
    assert_eq!((&overall["requests"], &overall["succeeded"]), (&json!(2), &json!(1)));
    assert_eq!(
        (&overall["production_block_rate"], &overall["active_users"]),
        (&json!(0.5), &json!(1))
    );

    let server = Server::start(folder.path());
    let (status, mut shown) = server.get("/metrics/summary");
    assert_eq!(status, 200);
    for figures in [&mut printed, &mut shown] {
        // The time has gone on between the two.
        let figures = figures.as_object_mut().unwrap();
        assert!(figures.remove("period").is_some() && figures.remove("operations_per").is_some());
    }
    assert_eq!(printed, shown);
}

#[test]
fn a_missing_trail_and_a_future_period_are_errors() {
    let folder = folder();
    let missing = folder.path().join("misspelt");
    let output = rds_ops(&["metrics", "--data"]).arg(&missing).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("there is no data of the service in"),
        "{output:?}"
    );
    assert!(!missing.exists());
    let listed = rds_ops(&["instances", "--data"]).arg(folder.path()).output().unwrap();
    assert_eq!(listed.status.code(), Some(0), "{listed:?}");
    let output = rds_ops(&["metrics", "--from", "2100-01-01", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("--from: must be in the past"),
        "{output:?}"
    );
}
