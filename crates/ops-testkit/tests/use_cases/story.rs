//! What the stories have in common.

use chrono::TimeDelta;
use ops_domain::failure::Failure;
use ops_domain::instance::InstanceRef;
use ops_domain::service::{DryRun, Submitted};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;
use ops_http::views;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::sample;
use ops_testkit::world::World;
use serde_json::{Map, Value, json};

pub(crate) fn snapshot() -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": "dev-postgres-01",
        "parameters": { "snapshot_id": "manual-1" }
    })
}

pub(crate) fn reboot() -> Value {
    json!({ "operation": "reboot_instance", "instance_id": "dev-postgres-01" })
}

pub(crate) fn window() -> Value {
    json!({ "operation": "modify_backup_window", "instance_id": "dev-postgres-01",
        "parameters": { "backup_window": "01:00-02:00" } })
}

pub(crate) fn maintenance_window() -> Value {
    json!({ "operation": "modify_maintenance_window", "instance_id": "dev-postgres-01",
        "parameters": { "maintenance_window": "tue:23:00-wed:00:00" } })
}

pub(crate) fn parameter_group() -> Value {
    json!({ "operation": "change_parameter_group", "instance_id": "dev-postgres-01",
        "parameters": { "parameter_group": "tuned" } })
}

/// Of an instance without replicas, which RDS would not stop.
pub(crate) fn stop() -> Value {
    json!({ "operation": "stop_instance", "instance_id": "test-mysql-01" })
}

/// The same with a snapshot before it.
pub(crate) fn stop_with_snapshot() -> Value {
    json!({
        "operation": "stop_instance", "instance_id": "test-mysql-01",
        "parameters": { "snapshot_id": "before-stop" }
    })
}

pub(crate) fn start() -> Value {
    json!({ "operation": "start_instance", "instance_id": "dev-stopped-01" })
}

/// Of an instance with a standby, now.
pub(crate) fn class() -> Value {
    json!({ "operation": "modify_instance_class", "instance_id": "test-mysql-01",
        "parameters": { "instance_class": "db.r6g.large", "apply_immediately": true } })
}

/// The same in the next maintenance window.
pub(crate) fn class_in_window() -> Value {
    json!({ "operation": "modify_instance_class", "instance_id": "test-mysql-01",
        "parameters": { "instance_class": "db.r6g.large" } })
}

pub(crate) fn deletion() -> Value {
    json!({
        "operation": "delete_snapshot", "instance_id": "test-mysql-01",
        "parameters": { "snapshot_id": "old-1" }
    })
}

/// The demo world, with two snapshots of `test-mysql-01` that the service has made, the older one
/// first.
pub(crate) fn with_old_snapshots() -> World {
    let world = World::demo();
    let target = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "test-mysql-01");
    for (name, days) in [("old-1", 20), ("old-2", 10)] {
        world.rds.add_own_snapshot(&target, name, sample::start() - TimeDelta::days(days), &[]);
    }
    world
}

pub(crate) fn dev() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-postgres-01")
}

/// The events on the audit trail, in the order in which they were written.
pub(crate) fn events(world: &World) -> Vec<String> {
    world.store.entries().into_iter().filter_map(|entry| entry.event).collect()
}

/// Operations as the API answers about them.
pub(crate) trait Answered {
    /// The answer to the caller that asked for the operation.
    fn answer(&self, now: Timestamp) -> Map<String, Value>;
}

impl Answered for OperationRecord {
    fn answer(&self, now: Timestamp) -> Map<String, Value> {
        let Value::Object(answer) = json!(views::operation(self, now)) else {
            panic!("an answer is an object")
        };
        answer
    }
}

/// The answer to a dry run.
pub(crate) fn answer_to(dry_run: &DryRun) -> Value {
    json!(views::preview(dry_run))
}

pub(crate) async fn begun(world: &World, request: &Value) -> OperationRecord {
    match world.submit(request).await {
        Ok(Submitted::Operation(record)) => *record,
        other => panic!("no operation: {other:?}"),
    }
}

pub(crate) async fn refused(world: &World, request: &Value) -> Failure {
    world.submit(request).await.expect_err("the request is refused")
}

/// Fails where the answer says that nothing was sent or changed, and RDS knows better; or that RDS
/// has accepted what it never saw.
#[track_caller]
pub(crate) fn assert_claims_hold(world: &World, record: &OperationRecord) {
    let answer = Value::Object(record.answer(record.created_at)).to_string().to_lowercase();
    let calls = world.rds.calls();
    let accepted = calls.iter().any(|call| call.is_accepted());
    for idempotency in ["nothing was sent", "sent nothing", "was not sent", "does not send"] {
        assert!(!answer.contains(idempotency) || calls.is_empty(), "{idempotency}: {answer}");
    }
    for idempotency in ["nothing was changed", "changed nothing"] {
        assert!(!answer.contains(idempotency) || !accepted, "{idempotency}: {answer}");
    }
    for idempotency in
        ["rds accepted", "was accepted by rds", "rds has the request", "was sent to rds, "]
    {
        assert!(!answer.contains(idempotency) || accepted, "{idempotency}: {answer}");
    }
}

/// Whether RDS really did what the operation asked.
pub(crate) fn done_by_rds(world: &World, record: &OperationRecord) -> bool {
    match record.operation.name() {
        "create_snapshot" => world
            .rds
            .snapshots(&record.target)
            .iter()
            .any(|snapshot| snapshot.status == "available"),
        "reboot_instance" => world.rds.restarts(&record.target) == 1,
        "modify_backup_window" => {
            world.rds.backup_window(&record.target) == "01:00-02:00".parse().ok()
        }
        "modify_maintenance_window" => {
            let live = world.rds.instance(&record.target).expect("the instance stays");
            live.maintenance_window == "tue:23:00-wed:00:00".parse().ok()
        }
        "change_parameter_group" => {
            let live = world.rds.instance(&record.target).expect("the instance stays");
            live.parameter_groups.contains_key("tuned")
        }
        "stop_instance" => world.rds.stops(&record.target) == 1,
        "start_instance" => world.rds.starts(&record.target) == 1,
        "modify_instance_class" => {
            let class = "db.r6g.large".parse().expect("it is a class");
            match record.operation.parameters()["apply_immediately"].as_bool() {
                Some(true) => world.rds.had_class(&record.target, &class),
                _ => world.rds.had_waiting_class(&record.target, &class),
            }
        }
        "delete_snapshot" => !world
            .rds
            .snapshots(&record.target)
            .iter()
            .any(|snapshot| snapshot.snapshot_id.as_str() == "old-1"),
        other => panic!("{other}"),
    }
}
