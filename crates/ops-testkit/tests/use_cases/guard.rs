//! Who may change what, and that nothing else reaches RDS.

use ops_audit::SealDraft as _;
use std::sync::Arc;

use ops_domain::audit::AuditEvent;
use ops_domain::environment::{Classification, Environment};
use ops_domain::failure::Code;
use ops_domain::id::OperationId;
use ops_domain::instance::{InventoryItem, Tags};
use ops_domain::operation::{Operation, reboot_instance};
use ops_domain::policy;
use ops_domain::ports::Inventory as _;
use ops_domain::rds_call::RdsCall;
use ops_domain::request::Request;
use ops_domain::rules::Rules;
use ops_domain::service::{Ports, Service, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, State, Status};
use ops_testkit::fleet::{
    DEVELOPMENT_ACCOUNT, FRANKFURT, OPERATIONS_ACCOUNT, TEAMS_ACCOUNT, VIRGINIA, target,
};
use ops_testkit::mocks::{MockAuditLog, MockInventory, MockOperationStore, MockRdsControl};
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

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
        assert!(
            failure.classification.is_some_and(|classification| !classification.trace.is_empty())
        );
        assert_eq!(events(&world), ["denied"]);
        assert_eq!(world.rds.calls(), []);
        assert_eq!(world.rds.look_count(), 0, "{name} is blocked without asking RDS");
    }
}

#[tokio::test]
async fn production_relatives_block_the_operation() {
    let dev = |name: &str| target(DEVELOPMENT_ACCOUNT, FRANKFURT, name);
    let replica = SimulatedInstance::new("postgres").tag("env", "dev").replica_of("source");
    let source = SimulatedInstance::new("postgres").tag("env", "production");
    let member =
        SimulatedInstance::new("aurora-mysql").tag("env", "dev").member_of("unknown-cluster");
    let fleet = [("replica", replica), ("source", source), ("member", member)];
    let fleet =
        fleet.map(|(name, instance)| (instance.inventory_item(&dev(name)), instance)).into();
    let world = World::of(fleet, Behaviour::quick(), Settings::default());
    for name in ["replica", "member"] {
        let record =
            begun(&world, &json!({ "operation": "reboot_instance", "instance_id": name })).await;
        assert_eq!(record.status(), Status::Denied, "{name}");
    }
    assert_eq!(world.rds.calls(), []);
    assert_eq!(events(&world), ["accepted", "denied", "accepted", "denied"]);
}

#[tokio::test]
async fn a_live_tag_that_turns_production_stops_the_call() {
    let world = World::demo();
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "prod".to_owned())].into());
    for request in [snapshot(), reboot(), window()] {
        assert_eq!(begun(&world, &request).await.status(), Status::Denied);
    }
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn a_name_in_two_accounts_needs_the_account() {
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
    let Ok(Submitted::DryRun(dry_run)) = world.submit(&request).await else { panic!("a preview") };
    let preview = answer_to(&dry_run);
    assert_eq!(
        (&preview["passed"], &preview["would"]["action"]),
        (&json!(true), &json!("create_snapshot"))
    );
    request["instance_id"] = json!("dev-stopped-01");
    let Ok(Submitted::DryRun(dry_run)) = world.submit(&request).await else { panic!("a preview") };
    let preview = answer_to(&dry_run);
    assert_eq!(
        (&preview["passed"], &preview["would"]["action"]),
        (&json!(false), &json!("nothing"))
    );
    request["instance_id"] = json!("stale-inventory-01");
    assert_eq!(refused(&world, &request).await.code, Code::ProductionBlocked);
    assert_eq!(events(&world), ["dry_run", "dry_run", "denied"]);
    assert_eq!((world.rds.calls(), world.store.records()), (vec![], vec![]));
}

#[tokio::test]
async fn accounts_outside_the_allow_list_are_refused() {
    let allowed_accounts = vec![OPERATIONS_ACCOUNT.parse().unwrap()];
    let settings = Settings { allowed_accounts, ..Settings::default() };
    let world = World::demo_with(Behaviour::quick(), settings);
    assert_eq!(refused(&world, &reboot()).await.code, Code::PermissionDenied);
    assert_eq!((events(&world), world.rds.look_count()), (vec!["denied".to_owned()], 0));
}

/// Cost counts in calls that follow each other: a refusal takes the inventory and the audit trail.
#[tokio::test]
async fn a_blocked_request_takes_two_calls_and_never_asks_rds() {
    let world = World::demo();
    let item = InventoryItem {
        tags: Tags::new(),
        ..world.inventory.find(&dev().instance_id).await.unwrap().remove(0)
    };
    let mut inventory = MockInventory::new();
    inventory
        .expect_find()
        .withf(|id| *id == dev().instance_id)
        .times(1)
        .returning(move |_| Ok(vec![item.clone()]));
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
        ..world.ports.clone()
    };
    let service = Service::new(ports, Settings::default());
    let request = Request::parse(reboot().to_string().as_bytes()).unwrap();
    let failure =
        service.commands().submit(&world.caller("alice"), None, &request).await.unwrap_err();
    assert_eq!(failure.code, Code::ProductionBlocked);
}

#[test]
fn a_call_needs_intent_lease_and_time() {
    let now = sample::start();
    let call = || sample::calls::reboot(&dev().instance_id);
    let operation =
        Operation::RebootInstance(reboot_instance::RebootInstance { force_failover: false });
    let record = sample::record(OperationId::first_at(1), &dev(), operation, now);
    let after = |seconds| now + chrono::TimeDelta::seconds(seconds);
    let authorize = |record: &OperationRecord, at| {
        policy::authorize(record, &sample::development(), &Rules::default(), call(), at)
            .map_err(|failure| failure.error_code)
    };
    let refused = Err(Some("lease_lost".to_owned()));
    // The sender is taken for gone after 75 s; a request takes 15 s, and clocks differ by 10 s.
    assert!(authorize(&record, after(49)).is_ok());
    assert_eq!(
        authorize(&record, after(51)),
        refused,
        "another worker would take this sender for gone"
    );
    let unheld = OperationRecord { lease: None, ..record.clone() };
    assert_eq!(authorize(&unheld, now), refused);
    let unstored = OperationRecord {
        state: State::Queued { next_at: now, busy_with: None },
        ..record.clone()
    };
    assert_eq!(authorize(&unstored, now), refused);
    let elsewhere: [RdsCall; 2] = [
        sample::calls::reboot(&"billing-dev".parse().unwrap()),
        sample::calls::failover(&"orders".parse().unwrap()),
    ];
    for call in elsewhere {
        let development = sample::development();
        let failure = policy::authorize(&record, &development, &Rules::default(), call, now);
        assert_eq!(failure.unwrap_err().error_code.as_deref(), Some("lease_lost"));
    }
    let production =
        Classification { environment: Environment::Production, ..sample::development() };
    let failure =
        policy::authorize(&record, &production, &Rules::default(), call(), now).unwrap_err();
    assert_eq!(failure.code, Code::ProductionBlocked);
}
