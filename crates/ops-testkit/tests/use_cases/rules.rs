//! Rules over the whole service: at the request, at the preview, and again before the call.

use std::collections::BTreeSet;

use ops_config::Config;
use ops_domain::caller::Caller;
use ops_domain::environment::{Classification, Environment};
use ops_domain::failure::{Code, Failure};
use ops_domain::id::OperationId;
use ops_domain::operation::{Operation, reboot_instance};
use ops_domain::policy;
use ops_domain::ports::Measurement;
use ops_domain::request::Request;
use ops_domain::rules::{Effect, Glob, Rule, Rules, Who};
use ops_domain::service::Submitted;
use ops_domain::settings::Settings;
use ops_domain::state::Status;
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, Fault, SendFault};
use ops_testkit::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::story::*;

fn world(rules: &str) -> World {
    let settings = Config::load(Some(rules), |_| None).expect("the rules are valid").service;
    World::demo_with(Behaviour::quick(), settings)
}

/// Somebody of these groups.
fn member(groups: &str) -> Caller {
    let mut caller = Caller::new("jwt:https://login.example.com|7", "request-7");
    caller.attributes.insert("groups".into(), groups.into());
    caller
}

async fn ask(world: &World, caller: &Caller, request: &Value) -> Result<Submitted, Failure> {
    let request = Request::parse(request.to_string().as_bytes()).expect("the request is valid");
    world.service.commands().submit(caller, None, &request).await
}

const SNAPSHOTS_FOR_DEVELOPERS: &str = "[[rules]]\ngroups = ['developers']\noperations = \
                                        ['create_snapshot']\nenvironments = ['development']\n";

#[tokio::test]
async fn an_unpermitted_request_is_denied_and_audited() {
    let world = world(SNAPSHOTS_FOR_DEVELOPERS);
    for (caller, request, lacks) in [
        (member("developers"), reboot(), "operation"),
        (member("testers"), snapshot(), "caller"),
        (world.caller("alice"), snapshot(), "caller"),
    ] {
        let failure = ask(&world, &caller, &request).await.unwrap_err();
        assert_eq!(
            (failure.code, &failure.facts["rules_lack"]),
            (Code::PermissionDenied, &json!(lacks))
        );
    }
    assert_eq!(events(&world), ["denied", "denied", "denied"]);
    assert_eq!((world.rds.calls(), world.rds.look_count()), (vec![], 0));
    let counted = |one: &Measurement| matches!(one, Measurement::PermissionDenied { .. });
    assert_eq!(world.recording.measurements().iter().filter(|one| counted(one)).count(), 3);

    let Submitted::Operation(record) =
        ask(&world, &member("developers"), &snapshot()).await.unwrap()
    else {
        panic!("an operation")
    };
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
}

#[tokio::test]
async fn a_preview_is_refused_like_the_request() {
    let world = world(SNAPSHOTS_FOR_DEVELOPERS);
    let mut request = reboot();
    request["dry_run"] = json!(true);
    let failure = ask(&world, &member("developers"), &request).await.unwrap_err();
    assert_eq!(failure.code, Code::PermissionDenied);
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "test".to_owned())].into());
    let mut request = snapshot();
    request["dry_run"] = json!(true);
    let failure = ask(&world, &member("developers"), &request).await.unwrap_err();
    assert_eq!(failure.facts["rules_lack"], json!("environment"), "by the live tags");
    assert_eq!(events(&world), ["denied", "denied"]);
}

#[tokio::test]
async fn rules_apply_to_the_live_environment() {
    let world = world(SNAPSHOTS_FOR_DEVELOPERS);
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "test".to_owned())].into());
    let Submitted::Operation(record) =
        ask(&world, &member("developers"), &snapshot()).await.unwrap()
    else {
        panic!("an operation")
    };
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(record.answer(record.created_at)["code"], json!("permission_denied"));
    assert_eq!(events(&world), ["accepted", "denied"]);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn both_environment_readings_need_a_rule() {
    let world = world("[[rules]]\nenvironments = ['test']");
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "test".to_owned())].into());
    assert_eq!(refused(&world, &reboot()).await.code, Code::PermissionDenied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn an_instance_lists_what_this_caller_may_run() {
    let world = world(SNAPSHOTS_FOR_DEVELOPERS);
    let view = world.service.queries().instance(&dev().instance_id, None, None).await.unwrap();
    let available =
        world.service.queries().available_operations(&member("developers"), &view).unwrap();
    let names: Vec<&str> = available.operations.iter().map(|one| one.operation).collect();
    assert_eq!(names, ["create_snapshot"]);
    let others: BTreeSet<&str> = available.not_permitted.iter().map(|(name, _)| *name).collect();
    let all = Operation::NAMES.iter().copied();
    assert_eq!(others, all.filter(|name| *name != "create_snapshot").collect());
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "test".to_owned())].into());
    let view = world.service.queries().instance(&dev().instance_id, None, None).await.unwrap();
    let available =
        world.service.queries().available_operations(&member("developers"), &view).unwrap();
    assert_eq!(available.operations, [], "the order would be refused too");
}

#[tokio::test]
async fn cancelling_and_reading_are_no_matter_of_rules() {
    let world = world("[[rules]]\ngroups = ['dba']");
    world.rds.inject(Fault::Send { nth: 1, fault: SendFault::Throttled });
    let Submitted::Operation(record) = ask(&world, &member("dba"), &reboot()).await.unwrap() else {
        panic!("an operation")
    };
    assert_eq!(record.status(), Status::Accepted);
    assert!(world.service.queries().operation(record.id).await.is_ok());
    let cancelled =
        world.service.commands().cancel(&world.caller("alice"), record.id).await.unwrap();
    assert_eq!(cancelled.status(), Status::Cancelled);
}

/// A rule of any kind, also such as no configuration can have: one that names production.
fn any_rule() -> impl Strategy<Value = Rule> {
    let named = [Environment::Production, Environment::Development, Environment::Test];
    let environments = proptest::option::of(proptest::sample::subsequence(named.to_vec(), 1..=3));
    let everybody = || vec![Glob("*".into())];
    let who = prop_oneof![
        Just(Who::Everybody),
        Just(Who::Named { principals: everybody(), groups: everybody() })
    ];
    let effect = prop_oneof![4 => Just(Effect::Allow), 1 => Just(Effect::Deny)];
    (effect, who, environments).prop_map(|(effect, who, environments)| Rule {
        effect,
        who,
        operations: None,
        environments: environments.map(|these| these.into_iter().collect()),
        accounts: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_rules_open_production(rules in proptest::collection::vec(any_rule(), 0..4)) {
        let settings = Settings { rules: Rules(rules), ..Settings::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for name in ["prod-orders-01", "orders-legacy", "reports-weird-01", "stale-inventory-01"] {
                let world = World::demo_with(Behaviour::quick(), settings.clone());
                let request = json!({ "operation": "reboot_instance", "instance_id": name });
                match ask(&world, &member("dba"), &request).await {
                    // The inventory of one says development, for which the rules may allow nothing.
                    Err(failure) => {
                        assert!(matches!(failure.code, Code::ProductionBlocked | Code::PermissionDenied), "{name}");
                    }
                    Ok(Submitted::Operation(record)) => assert_eq!(record.status(), Status::Denied, "{name}"),
                    Ok(Submitted::DryRun(preview)) => panic!("{preview:?}"),
                }
                assert_eq!(world.rds.calls(), []);
                let view = world.service.queries().instance(&name.parse().unwrap(), None, None).await.unwrap();
                assert_eq!(view.classification.environment, Environment::Production);
                let available = world.service.queries().available_operations(&member("dba"), &view);
                assert_eq!(available.unwrap_err().code, Code::ProductionBlocked);
            }
        });
    }

    #[test]
    fn no_rules_authorize_a_call_for_production(rules in proptest::collection::vec(any_rule(), 0..4)) {
        let operation = Operation::RebootInstance(reboot_instance::RebootInstance { force_failover: false });
        let record = sample::record(OperationId::first_at(1), &dev(), operation, sample::start());
        let production = Classification { environment: Environment::Production, ..sample::development() };
        let call = sample::calls::reboot(&dev().instance_id);
        let refused = policy::authorize(&record, &production, &Rules(rules), call, sample::start());
        prop_assert_eq!(refused.unwrap_err().code, Code::ProductionBlocked);
    }
}
