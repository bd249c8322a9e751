//! What the log has of the life of an operation, compared with what the service did.

use ops_domain::ports::Clock as _;
use ops_domain::service::Submitted;
use ops_domain::state::OperationRecord;
use ops_domain::time::to_micros_text;
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use ops_testkit::memory::{Call, Side};
use ops_testkit::simulated_rds::{Fault, ObserveFault, SendFault};
use ops_testkit::world::World;
use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

fn start() -> (Memory, DefaultGuard) {
    Memory::start(&Levels::at(LevelFilter::INFO))
}

fn of(memory: &Memory, message: &str) -> Vec<Map<String, Value>> {
    memory.lines().into_iter().filter(|line| line["message"] == json!(message)).collect()
}

fn snapshot(instance: &str) -> Value {
    json!({ "operation": "create_snapshot", "instance_id": instance, "reason": "s3cr3t reason",
        "parameters": { "snapshot_id": format!("{instance}-manual"), "tags": [{ "Key": "Ticket", "Value": "s3cr3t" }] } })
}

async fn submitted(world: &World, request: &Value) -> OperationRecord {
    match world.submit(request).await.expect("it is accepted") {
        Submitted::Operation(record) => *record,
        Submitted::DryRun(_) => panic!("it is no dry run"),
    }
}

/// What every line about an operation has, wherever it was written.
#[track_caller]
fn assert_about(line: &Map<String, Value>, record: &OperationRecord) {
    for (name, value) in [
        ("operation_id", json!(record.id)),
        ("operation", json!(record.operation.name())),
        ("account_id", json!(record.target.account_id)),
        ("region", json!(record.target.region)),
        ("db_instance_identifier", json!(record.target.instance_id)),
        ("environment_class", json!(record.classification.environment)),
        ("principal", json!(record.caller.principal)),
    ] {
        assert_eq!(line.get(name), Some(&value), "{name} in {line:?}");
    }
}

#[tokio::test]
async fn each_step_that_was_stored_has_one_line_with_what_was_stored() {
    let (memory, _guard) = start();
    let world = World::demo();
    let mut stored = vec![submitted(&world, &snapshot("dev-postgres-01")).await];
    while let Some(next_at) = stored.last().unwrap().next_at() {
        world.clock.advance_to(next_at);
        stored.push(world.service.driver().advance(stored[0].id).await.unwrap());
    }
    let steps = of(&memory, "step");
    assert_eq!(steps.len(), stored.len(), "{steps:?}");
    assert!(stored.len() >= 3, "it was looked at more than once");
    for (step, record) in steps.iter().zip(&stored) {
        let watch = record.watch().unwrap();
        assert_about(step, record);
        assert_eq!(step["phase"], json!(record.status()));
        assert_eq!((&step["polls"], &step["failed_polls"]), (&json!(watch.polls), &json!(0)));
        assert_eq!(
            step.get("observed_status"),
            watch.last_status.as_ref().map(|status| json!(status)).as_ref()
        );
        assert_eq!(
            step.get("next_at"),
            record.next_at().map(|at| json!(to_micros_text(at))).as_ref()
        );
        assert_eq!(step.get("outcome").is_some(), record.status().is_terminal());
    }
    let call = stored[0].traces[0].rds_request_id.as_ref().expect("the simulated RDS gives ids");
    assert_eq!(
        steps[0]["rds_request_id"],
        json!(call),
        "the step that sent the order has RDS's id of it"
    );
    assert!(
        steps[1..].iter().all(|step| step.get("rds_request_id").is_none()),
        "and no other step"
    );
    assert_eq!(steps.last().unwrap()["outcome"], json!("available"));
    assert!(!memory.text().contains("s3cr3t"), "{}", memory.text());
}

#[tokio::test]
async fn steps_not_taken_are_not_logged() {
    let (memory, _guard) = start();
    let world = World::demo();
    let record = submitted(&world, &snapshot("dev-postgres-01")).await;
    world.service.driver().advance(record.id).await.unwrap();
    assert_eq!(of(&memory, "step").len(), 1, "the order alone");
    world.clock.advance_to(record.next_at().unwrap());
    let driver = world.service.driver();
    let both = tokio::join!(driver.advance(record.id), driver.advance(record.id));
    assert_eq!(both.0.unwrap().version, both.1.unwrap().version);
    assert_eq!(of(&memory, "step").len(), 2, "one of them won");
}

#[tokio::test]
async fn a_shared_look_gives_each_operation_a_line_of_its_own() {
    let (memory, _guard) = start();
    let world = World::demo();
    let first = submitted(&world, &snapshot("dev-postgres-01")).await;
    let second = submitted(&world, &snapshot("test-mysql-01")).await;
    assert_eq!(first.target.scope(), second.target.scope(), "one look serves both");
    world.clock.advance_to(first.next_at().max(second.next_at()).unwrap());
    world.service.driver().advance(first.id).await.unwrap();
    let steps = of(&memory, "step");
    assert_eq!(steps.len(), 4, "{steps:?}");
    for record in [&first, &second] {
        let own: Vec<_> =
            steps.iter().filter(|step| step["operation_id"] == json!(record.id)).collect();
        assert_eq!(own.len(), 2, "{steps:?}");
        own.iter().for_each(|step| assert_about(step, record));
    }
}

#[tokio::test]
async fn a_failed_poll_is_logged_and_counted() {
    for (fault, code) in [
        (ObserveFault::Throttled, "throttled"),
        (ObserveFault::Denied, "AccessDenied"),
        (ObserveFault::Unavailable, "upstream_unavailable"),
    ] {
        let (memory, _guard) = start();
        let world = World::demo();
        let record = submitted(&world, &snapshot("dev-postgres-01")).await;
        world.clock.advance_to(record.next_at().unwrap());
        world.rds.inject(Fault::next_describe(fault));
        world.service.driver().advance(record.id).await.unwrap();
        let failed = of(&memory, "RDS was not seen");
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_about(&failed[0], &record);
        assert_eq!((&failed[0]["level"], &failed[0]["error_code"]), (&json!("WARN"), &json!(code)));
        assert_eq!(of(&memory, "step")[1]["failed_polls"], json!(1));
    }
}

#[tokio::test]
async fn a_call_that_rds_refuses_ends_in_a_line_with_its_code() {
    let (memory, _guard) = start();
    let world = World::demo();
    world.rds.inject(Fault::next_send(SendFault::Refused { code: "SnapshotQuotaExceeded".into() }));
    let record = submitted(&world, &snapshot("dev-postgres-01")).await;
    let steps = of(&memory, "step");
    assert_eq!(steps.len(), 1);
    assert_about(&steps[0], &record);
    let shown = ["phase", "outcome", "error_code"].map(|name| &steps[0][name]);
    assert_eq!(shown, ["failed", "failed", "SnapshotQuotaExceeded"]);
}

#[tokio::test]
async fn a_refused_request_has_a_line_that_says_who_was_refused_what() {
    let (memory, _guard) = start();
    let world = World::demo();
    for (operation, instance, code, known) in [
        ("create_snapshot", "prod-orders-01", "production_blocked", Some("Production")),
        ("create_snapshot", "nowhere-01", "instance_not_found", None),
    ] {
        let mut request = snapshot(instance);
        request["operation"] = json!(operation);
        let failure = world.submit(&request).await.unwrap_err();
        let refused = of(&memory, "refused").pop().unwrap();
        assert_eq!(refused["error_code"], json!(failure.code));
        for (name, value) in [
            ("error_code", Some(code)),
            ("outcome", Some("refused")),
            ("operation", Some(operation)),
            ("db_instance_identifier", Some(instance)),
            ("principal", Some("iam:alice")),
            ("environment_class", known),
        ] {
            assert_eq!(refused.get(name), value.map(Value::from).as_ref(), "{name} in {refused:?}");
        }
    }
    assert_eq!(of(&memory, "step"), []);
    assert!(!memory.text().contains("s3cr3t"), "{}", memory.text());
}

#[tokio::test]
async fn a_step_that_can_not_be_stored_has_its_cause_in_the_log_once() {
    let (memory, _guard) = start();
    let world = World::demo();
    let record = submitted(&world, &snapshot("dev-postgres-01")).await;
    world.clock.advance_to(record.next_at().unwrap());
    world.store.fail_next(Call::Commit, 1, Side::Before);
    world.service.driver().advance(record.id).await.unwrap_err();
    let causes = of(&memory, "a store can't be used");
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_about(&causes[0], &record);
    assert_eq!(
        (&causes[0]["level"], &causes[0]["exception_name"]),
        (&json!("ERROR"), &json!("StoreError"))
    );
    assert!(
        causes[0]["exception"].as_str().unwrap().contains(": "),
        "with what led to it: {causes:?}"
    );
}

#[tokio::test]
async fn a_sweep_says_what_it_did() {
    let (memory, _guard) = start();
    let world = World::demo();
    let record = submitted(&world, &snapshot("dev-postgres-01")).await;
    world.clock.advance_to(record.next_at().unwrap() + chrono::TimeDelta::minutes(5));
    let until = world.clock.now() + chrono::TimeDelta::minutes(1);
    let swept = world.service.driver().sweep(10, until).await.unwrap();
    let lines = of(&memory, "swept");
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["advanced"], &lines[0]["left"]),
        (&json!(swept.advanced.len()), &json!(swept.left))
    );
    assert_about(of(&memory, "step").last().unwrap(), &record);
}

#[tokio::test]
async fn warnings_keep_their_context_at_a_higher_level() {
    let (memory, _guard) = Memory::start(&Levels::at(LevelFilter::WARN));
    let world = World::demo();
    let record = submitted(&world, &snapshot("dev-postgres-01")).await;
    world.clock.advance_to(record.next_at().unwrap());
    world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    world.service.driver().advance(record.id).await.unwrap();
    let lines = memory.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_about(&lines[0], &record);
}
