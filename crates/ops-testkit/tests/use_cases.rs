//! Stories of the use cases: what the service said, against what the simulated RDS did.

use std::sync::Arc;

use ops_domain::audit::{AuditEvent, verify_chain};
use ops_domain::config::Settings;
use ops_domain::environment::{Classification, Environment};
use ops_domain::failure::{Code, Failure};
use ops_domain::id::OperationId;
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::life::{OperationRecord, Phase, Status};
use ops_domain::operation::{Operation, Order, reboot_instance};
use ops_domain::policy;
use ops_domain::ports::{AuditLog as _, Inventory as _};
use ops_domain::request::Request;
use ops_domain::service::{Ports, Service, Submitted};
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, OPERATIONS_ACCOUNT, TEAMS_ACCOUNT, VIRGINIA, target};
use ops_testkit::memory::{Call, Side};
use ops_testkit::mocks::{MockAuditLog, MockInventory, MockOperationStore, MockRdsControl};
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, Events, FailoverOutcome, Fault, LookFault, SendFault, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

fn snapshot() -> Value {
    json!({ "operation": "create_snapshot", "instance_id": "dev-postgres-01", "parameters": { "snapshot_id": "manual-1" } })
}

fn reboot() -> Value {
    json!({ "operation": "reboot_instance", "instance_id": "dev-postgres-01" })
}

fn window() -> Value {
    json!({ "operation": "modify_backup_window", "instance_id": "dev-postgres-01",
        "parameters": { "backup_window": "01:00-02:00" } })
}

fn dev() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-postgres-01")
}

/// The events on the audit trail, in the order in which they were written.
fn events(world: &World) -> Vec<String> {
    world.store.entries().into_iter().filter_map(|entry| entry.event).collect()
}

async fn begun(world: &World, request: &Value) -> OperationRecord {
    match world.submit(request).await {
        Ok(Submitted::Operation(record)) => *record,
        other => panic!("no operation: {other:?}"),
    }
}

async fn refused(world: &World, request: &Value) -> Failure {
    world.submit(request).await.expect_err("the request is refused")
}

/// Whether RDS really did what the operation asked.
fn done_by_rds(world: &World, record: &OperationRecord) -> bool {
    match record.operation.name() {
        "create_snapshot" => world.rds.snapshots(&record.target).iter().any(|snapshot| snapshot.status == "available"),
        "reboot_instance" => world.rds.restarts(&record.target) == 1,
        "modify_backup_window" => world.rds.backup_window(&record.target) == "01:00-02:00".parse().ok(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn each_operation_ends_when_rds_has_done_it_and_both_are_on_the_trail() {
    for request in [snapshot(), reboot(), window()] {
        let world = World::demo();
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::InProgress, "{request}");
        assert!(!record.answer(record.created_at).contains_key("success"));
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), Status::Available, "{request}");
        assert!(done_by_rds(&world, &record), "{request}");
        assert_eq!(world.rds.orders().len(), 1);
        assert_eq!(events(&world), ["accepted", "outcome"]);
        assert_eq!(world.store.lease(&record.target), None, "the instance is free again");
    }
}

#[tokio::test]
async fn a_caller_who_waits_gets_the_result() {
    let world = World::demo();
    let record = begun(&world, &window()).await;
    let until = record.created_at + chrono::TimeDelta::seconds(20);
    let record = world.service.wait(record, until).await;
    let answer = record.answer(until);
    assert_eq!((&answer["success"], &answer["changed"]), (&json!(true), &json!(true)));
    let record = begun(&world, &snapshot()).await;
    let until = record.created_at + chrono::TimeDelta::seconds(20);
    let record = world.service.wait(record, until).await;
    assert_eq!(record.status(), Status::InProgress, "a snapshot takes longer than a caller waits");
}

#[tokio::test]
async fn production_in_every_guise_is_refused_and_nothing_reaches_rds() {
    for name in ["prod-orders-01", "orders-legacy", "reports-weird-01", "stale-inventory-01"] {
        let world = World::demo();
        let request = json!({ "operation": "reboot_instance", "instance_id": name });
        let failure = match world.submit(&request).await {
            Err(failure) => failure,
            Ok(Submitted::Operation(record)) => {
                assert_eq!(record.status(), Status::Denied);
                let answer = Value::Object(record.answer(record.created_at));
                assert_eq!(answer["success"], json!(false));
                assert_eq!(answer["code"], json!("production_blocked"));
                continue;
            }
            Ok(other) => panic!("{other:?}"),
        };
        assert_eq!(failure.code, Code::ProductionBlocked, "{name}");
        assert_eq!(
            failure.sentence,
            "Operations not allowed on production instances. Please create a CloudOps request."
        );
        assert!(failure.classification.is_some_and(|classification| !classification.trace.is_empty()));
        assert_eq!(events(&world), ["denied"]);
        assert_eq!(world.rds.orders(), []);
        assert_eq!(world.rds.look_count(), 0, "{name} is blocked without asking RDS");
    }
}

#[tokio::test]
async fn a_replica_of_production_and_a_member_of_a_production_cluster_are_refused() {
    let dev = |name: &str| target(DEVELOPMENT_ACCOUNT, FRANKFURT, name);
    let replica = SimulatedInstance::new("postgres").tag("env", "dev").replica_of("source");
    let source = SimulatedInstance::new("postgres").tag("env", "production");
    let member = SimulatedInstance::new("aurora-mysql").tag("env", "dev").member_of("unknown-cluster");
    let fleet = [("replica", replica), ("source", source), ("member", member)];
    let fleet = fleet.map(|(name, instance)| (instance.inventory_item(&dev(name)), instance)).into();
    let world = World::of(fleet, Behaviour::quick(), Settings::default());
    for name in ["replica", "member"] {
        let record = begun(&world, &json!({ "operation": "reboot_instance", "instance_id": name })).await;
        assert_eq!(record.status(), Status::Denied, "{name}");
    }
    assert_eq!(world.rds.orders(), []);
    assert_eq!(events(&world), ["accepted", "denied", "accepted", "denied"]);
}

#[tokio::test]
async fn a_live_tag_that_turns_production_stops_the_order() {
    let world = World::demo();
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "prod".to_owned())].into());
    for request in [snapshot(), reboot(), window()] {
        assert_eq!(begun(&world, &request).await.status(), Status::Denied);
    }
    assert_eq!(world.rds.orders(), []);
}

#[tokio::test]
async fn a_second_operation_on_an_instance_is_told_who_holds_it() {
    let world = World::demo();
    let first = begun(&world, &snapshot()).await;
    let failure = refused(&world, &reboot()).await;
    assert_eq!(failure.code, Code::InstanceBusy);
    assert_eq!(failure.facts["running_operation_id"], json!(first.id));
    world.run_to_end(first.id).await;
    assert_eq!(world.run(&reboot()).await.status(), Status::Available);
    assert_eq!(events(&world), ["accepted", "refused", "outcome", "accepted", "outcome"]);
}

#[tokio::test]
async fn an_idempotency_key_gives_the_same_operation_and_one_order() {
    let world = World::demo();
    let submit = async |body: &Value, key: &str, who: &str| {
        let request = Request::parse(body.to_string().as_bytes()).unwrap();
        world.service.submit(&world.caller(who), Some(key), &request).await
    };
    let Ok(Submitted::Operation(first)) = submit(&reboot(), "k1", "alice").await else { panic!("accepted") };
    let Ok(Submitted::Operation(again)) = submit(&reboot(), "k1", "alice").await else { panic!("replayed") };
    assert_eq!(again.id, first.id);
    let conflict = submit(&window(), "k1", "alice").await.unwrap_err();
    assert_eq!((conflict.code, conflict.operation_id), (Code::IdempotencyConflict, Some(first.id)));
    let other = submit(&reboot(), "k1", "bob").await.unwrap_err();
    assert_eq!(other.code, Code::InstanceBusy, "another caller's key is another key");
    assert_eq!(world.rds.orders().len(), 1);
}

#[tokio::test]
async fn without_an_audit_trail_or_a_store_nothing_is_sent() {
    let world = World::demo();
    world.store.audit_down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::AuditUnavailable);
    let prod = json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" });
    assert_eq!(refused(&world, &prod).await.code, Code::AuditUnavailable, "a refusal must be on the trail too");
    world.store.audit_down(false);
    world.store.store_down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::StoreUnavailable);
    world.store.store_down(false);
    world.inventory.down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::InventoryUnavailable);
    assert_eq!(world.rds.orders(), []);
}

#[tokio::test]
async fn what_rds_refuses_is_told_with_its_code_and_guidance() {
    let world = World::demo();
    let stopped = json!({ "operation": "reboot_instance", "instance_id": "dev-stopped-01" });
    let record = world.run(&stopped).await;
    let answer = record.answer(record.created_at);
    assert_eq!((&answer["success"], &answer["status"]), (&json!(false), &json!("failed")));
    assert_eq!(answer["error_code"], json!("InvalidDBInstanceState"));
    assert_eq!(world.rds.orders(), [], "known before it is sent");

    world.run(&snapshot()).await;
    let again = world.run(&snapshot()).await;
    assert_eq!(again.answer(again.created_at)["error_code"], json!("DBSnapshotAlreadyExists"));
    assert_eq!(world.rds.snapshots(&dev()).len(), 1);
}

#[tokio::test]
async fn an_unreachable_or_denying_rds_ends_the_operation_before_anything_is_sent() {
    for (fault, code) in [(LookFault::Denied, "permission_denied"), (LookFault::Unavailable, "upstream_unavailable")] {
        let world = World::demo();
        world.rds.inject(Fault::next_look(fault));
        let record = begun(&world, &reboot()).await;
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!((&answer["status"], &answer["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(world.rds.orders(), []);
        assert_eq!(events(&world), ["accepted", "outcome"]);
    }
}

#[tokio::test]
async fn throttling_slows_an_operation_down_and_does_not_fail_it() {
    let world = World::demo();
    world.rds.inject(Fault::next_look(LookFault::Throttled));
    world.rds.inject(Fault::next_send(SendFault::Throttled));
    let record = begun(&world, &snapshot()).await;
    assert_eq!(record.status(), Status::Accepted);
    world.rds.inject(Fault::Look { nth: 3, fault: LookFault::Throttled });
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Available);
    assert_eq!(record.watch().map(|watch| watch.failed_looks), Some(1));
    assert_eq!(world.rds.snapshots(&dev()).len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_resolved_by_looking_and_a_reboot_is_never_sent_twice() {
    for (request, fault, ends, orders) in [
        (snapshot(), SendFault::LostAfter, Status::Available, 1),
        (snapshot(), SendFault::LostBefore, Status::Available, 1),
        (window(), SendFault::LostAfter, Status::Available, 1),
        (window(), SendFault::LostBefore, Status::Available, 1),
        (reboot(), SendFault::LostAfter, Status::Available, 1),
        (reboot(), SendFault::LostBefore, Status::Failed, 0),
    ] {
        let world = World::demo();
        world.rds.inject(Fault::next_send(fault.clone()));
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::Unresolved);
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), ends, "{request} {fault:?}");
        assert_eq!(world.rds.orders().iter().filter(|order| order.is_accepted()).count(), orders);
        assert_eq!(done_by_rds(&world, &record), ends == Status::Available);
        if ends == Status::Failed {
            assert_eq!(record.answer(record.created_at)["error_code"], json!("outcome_unknown"));
        }
        assert_eq!(events(&world), ["accepted", "outcome"]);
    }
}

/// Every store call fails once, on either side of its effect; then a sweep finds what was left.
#[tokio::test]
async fn whatever_store_call_fails_the_operation_ends_truly_with_one_outcome() {
    for request in [snapshot(), reboot(), window()] {
        for call in [Call::Begin, Call::Commit, Call::Load, Call::Due] {
            for side in [Side::Before, Side::After] {
                for nth in 1..=6 {
                    let world = World::demo();
                    world.store.fail_next(call, nth, side);
                    let story = format!("{request} {call:?} {nth} {side:?}");
                    let _ = world.submit(&request).await;
                    for record in world.store.records() {
                        survive(&world, record, &story).await;
                    }
                }
            }
        }
    }
}

/// Sweeps until the operation has ended, and compares what was said with what was done.
async fn survive(world: &World, record: OperationRecord, story: &str) {
    let mut latest = record;
    for _ in 0..2_000 {
        let Some(next_at) = latest.next_at() else { break };
        world.clock.advance_to(next_at);
        let _ = world.service.sweep(10).await;
        latest = world.store.records().into_iter().find(|record| record.id == latest.id).expect("records stay");
    }
    assert!(latest.status().is_terminal(), "{story}: {:?}", latest.status());
    let done = done_by_rds(world, &latest);
    assert_eq!(latest.status() == Status::Available, done, "{story}: {:?}", latest.phase);
    let accepted = world.rds.orders().iter().filter(|order| order.is_accepted()).count();
    assert!(accepted <= 1, "{story}: {accepted} orders");
    let outcomes = events(world).iter().filter(|event| *event == "outcome").count();
    assert_eq!(outcomes, 1, "{story}");
    assert_eq!(world.store.lease(&latest.target), None, "{story}");
}

#[tokio::test]
async fn a_timeout_is_an_answer_and_the_late_outcome_follows_on_the_trail() {
    let slow = Behaviour { snapshot: std::time::Duration::from_hours(2), ..Behaviour::quick() };
    let world = World::demo_with(slow, Settings::default());
    let record = begun(&world, &snapshot()).await;
    let until = record.created_at + chrono::TimeDelta::hours(1);
    let record = world.service.wait(record, until).await;
    let answer = Value::Object(record.answer(until));
    assert_eq!((&answer["success"], &answer["status"]), (&json!(false), &json!("timeout")));
    assert_eq!(answer["error_code"], json!("operation_timeout"));
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(until);
    assert_eq!((&answer["success"], &answer["late"]), (&json!(true), &json!(true)));
    assert_eq!(events(&world), ["accepted", "outcome", "late_outcome"]);
}

#[tokio::test]
async fn a_reboot_without_any_evidence_is_never_called_done() {
    let dark = Behaviour {
        events: Events::Never,
        answer_shows_rebooting: false,
        reboot: std::time::Duration::from_secs(10),
        ..Behaviour::quick()
    };
    let world = World::demo_with(dark, Settings::default());
    let record = world.run(&reboot()).await;
    assert_eq!(record.status(), Status::Unverified);
    assert_eq!(events(&world), ["accepted", "outcome", "late_outcome"]);
}

#[tokio::test]
async fn a_failover_is_verified_abandoned_or_refused() {
    let failover = |name: &str| json!({ "operation": "reboot_instance", "instance_id": name, "parameters": { "force_failover": true } });
    for (outcome, told) in
        [(FailoverOutcome::Completes, json!("verified")), (FailoverOutcome::AbandonedAfterRestart, json!("abandoned"))]
    {
        let behaviour = Behaviour { failover_outcome: outcome, ..Behaviour::quick() };
        let world = World::demo_with(behaviour, Settings::default());
        let record = world.run(&failover("test-mysql-01")).await;
        assert_eq!(record.answer(record.created_at)["failover"], told);
        assert_eq!(world.rds.restarts(&record.target), 1);
    }
    let behaviour = Behaviour { failover_outcome: FailoverOutcome::Abandoned, ..Behaviour::quick() };
    let world = World::demo_with(behaviour, Settings::default());
    let record = world.run(&failover("test-mysql-01")).await;
    assert_ne!(record.status(), Status::Available);
    assert_eq!(world.rds.restarts(&record.target), 0);
    let single = world.run(&failover("dev-postgres-01")).await;
    assert_eq!(single.answer(single.created_at)["error_code"], json!("failover_requires_multi_az"));
}

#[tokio::test]
async fn one_look_serves_every_operation_of_an_account_and_region() {
    let instances = (0..30).map(|n| {
        let instance = SimulatedInstance::new("postgres").tag("env", "dev");
        (instance.inventory_item(&target(DEVELOPMENT_ACCOUNT, FRANKFURT, &format!("db-{n}"))), instance)
    });
    let world = World::of(instances.collect(), Behaviour::quick(), Settings::default());
    let mut ids = Vec::new();
    for n in 0..30 {
        let request = json!({ "operation": "create_snapshot", "instance_id": format!("db-{n}"),
            "parameters": { "snapshot_id": format!("s-{n}") } });
        ids.push(begun(&world, &request).await.id);
    }
    let before = world.rds.look_count();
    for id in &ids {
        world.run_to_end(*id).await;
    }
    let looks = world.rds.look_count() - before;
    assert!(looks <= 4, "{looks} looks for 30 snapshots of a minute, at one per 30 s");
}

#[tokio::test]
async fn a_name_in_two_accounts_is_ambiguous_until_the_account_is_told() {
    let world = World::demo();
    let mut request = json!({ "operation": "reboot_instance", "instance_id": "shared-dev-01" });
    let failure = refused(&world, &request).await;
    assert_eq!(failure.code, Code::AmbiguousInstance);
    assert_eq!(failure.facts["candidates"].as_array().map(Vec::len), Some(2));
    request["account_id"] = json!(TEAMS_ACCOUNT);
    let record = world.run(&request).await;
    assert_eq!(record.target, target(TEAMS_ACCOUNT, VIRGINIA, "shared-dev-01"));
    assert_eq!(world.rds.restarts(&target(DEVELOPMENT_ACCOUNT, FRANKFURT, "shared-dev-01")), 0);
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_does_nothing() {
    let world = World::demo();
    let mut request = snapshot();
    request["dry_run"] = json!(true);
    let Ok(Submitted::DryRun(preview)) = world.submit(&request).await else { panic!("a preview") };
    assert_eq!((&preview["passed"], &preview["would"]["action"]), (&json!(true), &json!("create_snapshot")));
    request["instance_id"] = json!("dev-stopped-01");
    let Ok(Submitted::DryRun(preview)) = world.submit(&request).await else { panic!("a preview") };
    assert_eq!((&preview["passed"], &preview["would"]["action"]), (&json!(false), &json!("nothing")));
    request["instance_id"] = json!("stale-inventory-01");
    assert_eq!(refused(&world, &request).await.code, Code::ProductionBlocked);
    assert_eq!(events(&world), ["dry_run", "dry_run", "denied"]);
    assert_eq!((world.rds.orders(), world.store.records()), (vec![], vec![]));
}

#[tokio::test]
async fn accounts_outside_the_allow_list_are_refused() {
    let mut settings = Settings::default();
    settings.cross_account.allowed_accounts = vec![OPERATIONS_ACCOUNT.parse().unwrap()];
    let world = World::demo_with(Behaviour::quick(), settings);
    assert_eq!(refused(&world, &reboot()).await.code, Code::PermissionDenied);
    assert_eq!((events(&world), world.rds.look_count()), (vec!["denied".to_owned()], 0));
}

#[tokio::test]
async fn the_trail_of_a_busy_instance_is_one_unbroken_chain() {
    let world = World::demo();
    for n in 0..5 {
        let mut request = snapshot();
        request["parameters"]["snapshot_id"] = json!(format!("s-{n}"));
        let record = begun(&world, &request).await;
        refused(&world, &reboot()).await;
        world.run_to_end(record.id).await;
    }
    let entries = world.store.entries();
    assert_eq!(entries.len(), 15);
    let head = world.store.chain_head("dev-postgres-01").await.unwrap();
    assert_eq!(verify_chain(&entries, head.as_ref()), Ok(()));
    assert!(entries.iter().all(|entry| entry.principal.as_deref() == Some("iam:alice")));
}

#[tokio::test]
async fn what_waits_to_be_sent_can_be_cancelled_and_nothing_reaches_rds() {
    let world = World::demo();
    world.rds.inject(Fault::next_look(LookFault::Throttled));
    let record = begun(&world, &reboot()).await;
    assert_eq!(record.status(), Status::Accepted);
    let cancelled = world.service.cancel(&world.caller("bob"), record.id).await.unwrap();
    assert_eq!(cancelled.status(), Status::Cancelled);
    assert_eq!(world.service.cancel(&world.caller("bob"), record.id).await.unwrap(), cancelled);
    world.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Cancelled);
    assert_eq!((world.rds.orders(), world.store.lease(&dev())), (vec![], None));
    assert_eq!(events(&world), ["accepted", "cancelled"]);
    assert_eq!(world.store.entries()[1].principal.as_deref(), Some("iam:bob"));
}

#[tokio::test]
async fn what_rds_was_asked_for_can_not_be_cancelled_and_goes_on() {
    for fault in [None, Some(SendFault::LostAfter)] {
        let world = World::demo();
        fault.into_iter().for_each(|fault| world.rds.inject(Fault::next_send(fault)));
        let record = begun(&world, &snapshot()).await;
        let failure = world.service.cancel(&world.caller("bob"), record.id).await.unwrap_err();
        assert_eq!((failure.code, failure.operation_id), (Code::NotCancellable, Some(record.id)));
        assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
        let failure = world.service.cancel(&world.caller("bob"), record.id).await.unwrap_err();
        assert_eq!(failure.code, Code::NotCancellable);
        assert_eq!(events(&world), ["accepted", "refused", "outcome", "refused"]);
    }
}

/// Cost counts in calls that follow each other: a refusal takes the inventory and the audit trail.
#[tokio::test]
async fn a_blocked_request_takes_two_calls_and_never_asks_rds() {
    let world = World::demo();
    let item = InventoryItem { tags: Tags::new(), ..world.inventory.find(&dev().instance_id).await.unwrap().remove(0) };
    let mut inventory = MockInventory::new();
    inventory.expect_find().withf(|id| *id == dev().instance_id).times(1).returning(move |_| Ok(vec![item.clone()]));
    let mut audit = MockAuditLog::new();
    audit
        .expect_append()
        .withf(|draft| draft.event == AuditEvent::Denied && draft.caller.principal == "iam:alice")
        .times(1)
        .returning(|draft| Ok(draft.seal(None).0));
    let ports = Ports {
        inventory: Arc::new(inventory),
        audit: Arc::new(audit),
        rds: Arc::new(MockRdsControl::new()),
        store: Arc::new(MockOperationStore::new()),
        ..world.service.ports.clone()
    };
    let service = Service::new(ports, Settings::default());
    let request = Request::parse(reboot().to_string().as_bytes()).unwrap();
    let failure = service.submit(&world.caller("alice"), None, &request).await.unwrap_err();
    assert_eq!(failure.code, Code::ProductionBlocked);
}

#[tokio::test]
async fn a_waiting_caller_does_not_hammer_a_store_in_trouble() {
    let world = World::demo();
    let record = begun(&world, &snapshot()).await;
    world.clock.advance_to(record.next_at().unwrap());
    world.store.store_down(true);
    let until = world.service.ports.clock.now() + chrono::TimeDelta::seconds(20);
    let waited = world.service.wait(record.clone(), until).await;
    assert_eq!((waited, world.service.ports.clock.now()), (record, until));
}

#[test]
fn an_order_is_allowed_only_with_a_stored_intent_a_held_instance_and_time_to_send_it() {
    let now = sample::start();
    let order = || Order::RebootInstance(reboot_instance::Order { force_failover: false });
    let operation = Operation::RebootInstance(reboot_instance::RebootInstance { force_failover: false });
    let record = sample::record(OperationId::first_at(1), &dev(), operation, now);
    let after = |seconds| now + chrono::TimeDelta::seconds(seconds);
    let authorize = |record: &OperationRecord, at| {
        policy::authorize(record, &sample::development(), order(), at).map_err(|failure| failure.error_code)
    };
    let refused = Err(Some("lease_lost".to_owned()));
    assert!(authorize(&record, after(34)).is_ok());
    assert_eq!(authorize(&record, after(36)), refused, "another worker would take this sender for gone");
    let unheld = OperationRecord { lease: None, ..record.clone() };
    assert_eq!(authorize(&unheld, now), refused);
    let unstored = OperationRecord { phase: Phase::Accepted { next_at: now }, ..record.clone() };
    assert_eq!(authorize(&unstored, now), refused);
    let production = Classification { environment: Environment::Production, ..sample::development() };
    let failure = policy::authorize(&record, &production, order(), now).unwrap_err();
    assert_eq!(failure.code, Code::ProductionBlocked);
}
