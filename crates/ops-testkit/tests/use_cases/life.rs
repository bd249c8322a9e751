//! From a request to its end.

use ops_audit::verify_chain;
use ops_domain::audit::AuditEvent;
use ops_domain::failure::Code;
use ops_domain::notice::Notice;
use ops_domain::ports::{AuditLog as _, Measurement};
use ops_domain::request::Request;
use ops_domain::service::Submitted;
use ops_domain::settings::Settings;
use ops_domain::state::Status;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::simulated_rds::{
    Behaviour, Events, FailoverOutcome, Fault, ObserveFault, SendFault, SimulatedInstance,
};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

#[tokio::test]
async fn each_operation_ends_with_evidence_on_the_trail() {
    for request in [snapshot(), reboot(), window()] {
        let world = World::demo();
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::InProgress, "{request}");
        assert!(!record.answer(record.created_at).contains_key("success"));
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), Status::Available, "{request}");
        assert!(done_by_rds(&world, &record), "{request}");
        assert_eq!(world.rds.calls().len(), 1);
        assert_eq!(events(&world), ["accepted", "outcome"]);
        assert_eq!(world.store.lease(&record.target), None, "the instance is free again");
    }
}

#[tokio::test]
async fn a_caller_who_waits_gets_the_result() {
    let world = World::demo();
    let record = begun(&world, &window()).await;
    let until = record.created_at + chrono::TimeDelta::seconds(20);
    let record = world.service.commands().wait(record, until).await;
    let answer = record.answer(until);
    assert_eq!((&answer["success"], &answer["changed"]), (&json!(true), &json!(true)));
    let record = begun(&world, &snapshot()).await;
    let until = record.created_at + chrono::TimeDelta::seconds(20);
    let record = world.service.commands().wait(record, until).await;
    assert_eq!(record.status(), Status::InProgress, "a snapshot takes longer than a caller waits");
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
async fn an_idempotency_key_gives_the_same_operation_and_call() {
    let world = World::demo();
    let submit = async |body: &Value, key: &str, who: &str| {
        let request = Request::parse(body.to_string().as_bytes()).unwrap();
        world.service.commands().submit(&world.caller(who), Some(key), &request).await
    };
    let Ok(Submitted::Operation(first)) = submit(&reboot(), "k1", "alice").await else {
        panic!("accepted")
    };
    let Ok(Submitted::Operation(again)) = submit(&reboot(), "k1", "alice").await else {
        panic!("replayed")
    };
    assert_eq!(again.id, first.id);
    let conflict = submit(&window(), "k1", "alice").await.unwrap_err();
    assert_eq!((conflict.code, conflict.operation_id), (Code::IdempotencyConflict, Some(first.id)));
    let other = submit(&reboot(), "k1", "bob").await.unwrap_err();
    assert_eq!(other.code, Code::InstanceBusy, "another caller's key is another key");
    assert_eq!(world.rds.calls().len(), 1);
}

#[tokio::test]
async fn a_timeout_is_followed_by_a_late_outcome() {
    let slow = Behaviour { snapshot: std::time::Duration::from_hours(2), ..Behaviour::quick() };
    let world = World::demo_with(slow, Settings::default());
    let record = begun(&world, &snapshot()).await;
    let until = record.created_at + chrono::TimeDelta::hours(1);
    let record = world.service.commands().wait(record, until).await;
    let answer = Value::Object(record.answer(until));
    assert_eq!((&answer["success"], &answer["status"]), (&json!(false), &json!("timeout")));
    assert_eq!(answer["error_code"], json!("operation_timeout"));
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(until);
    assert_eq!((&answer["success"], &answer["late"]), (&json!(true), &json!(true)));
    assert_eq!(events(&world), ["accepted", "outcome", "late_outcome"]);
    let shown: Vec<_> =
        world.recording.notices().iter().map(|notice| (notice.event, notice.success)).collect();
    assert_eq!(shown, [(AuditEvent::Outcome, false), (AuditEvent::LateOutcome, true)]);
    let subjects: Vec<_> = world.recording.notices().iter().map(Notice::subject).collect();
    let about = "create_snapshot of dev-postgres-01 (Development)";
    assert_eq!(subjects, [format!("Timed out: {about}"), format!("Done late: {about}")]);
    let measured =
        world.recording.measurements().into_iter().filter_map(|measured| match measured {
            Measurement::Finished { operation_id, status, late, .. } => {
                Some((operation_id, status, late))
            }
            Measurement::ProductionBlocked { .. }
            | Measurement::PermissionDenied { .. }
            | Measurement::AuditContended
            | Measurement::AuditWriteFailed
            | Measurement::StoreThrottled
            | Measurement::Discovered { .. } => None,
        });
    let expected = [(record.id, Status::Timeout, false), (record.id, Status::Available, true)];
    assert_eq!(
        measured.collect::<Vec<_>>(),
        expected,
        "an operation that ends late is not counted as another one"
    );
}

#[tokio::test]
async fn a_production_block_is_notified() {
    let world = World::demo();
    let mut asked = reboot();
    asked["instance_id"] = json!("prod-orders-01");
    asked["reason"] = json!("by mistake");
    let request = Request::parse(asked.to_string().as_bytes()).unwrap();
    let refused =
        world.service.commands().submit(&world.caller("alice"), None, &request).await.unwrap_err();
    let notices = world.recording.notices();
    let [shown] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    assert_eq!(shown.subject(), "Blocked: reboot_instance of prod-orders-01 (Production)");
    assert!(
        shown.account_id.is_some() && shown.region.is_some() && shown.operation_id.is_none(),
        "{shown:?}"
    );
    assert_eq!(shown.principal, world.caller("alice").principal);
    let text = shown.text();
    assert!(text.contains(&refused.sentence) && text.contains(&refused.guidance), "{text}");
    assert!(text.contains("by mistake"), "{text}");
    assert_eq!(world.rds.calls().len(), 0);
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
    let failover = |name: &str| {
        json!({
            "operation": "reboot_instance", "instance_id": name,
            "parameters": { "force_failover": true }
        })
    };
    for (outcome, shown) in [
        (FailoverOutcome::Completes, json!("verified")),
        (FailoverOutcome::AbandonedAfterRestart, json!("abandoned")),
    ] {
        let behaviour = Behaviour { failover_outcome: outcome, ..Behaviour::quick() };
        let world = World::demo_with(behaviour, Settings::default());
        let record = world.run(&failover("test-mysql-01")).await;
        assert_eq!(record.answer(record.created_at)["failover"], shown);
        assert_eq!(world.rds.restarts(&record.target), 1);
    }
    let behaviour =
        Behaviour { failover_outcome: FailoverOutcome::Abandoned, ..Behaviour::quick() };
    let world = World::demo_with(behaviour, Settings::default());
    let record = world.run(&failover("test-mysql-01")).await;
    assert_ne!(record.status(), Status::Available);
    assert_eq!(world.rds.restarts(&record.target), 0);
    let single = world.run(&failover("dev-postgres-01")).await;
    assert_eq!(single.answer(single.created_at)["error_code"], json!("failover_requires_multi_az"));
}

/// The zone of an earlier failover shows minutes late, after the next one was ordered, which RDS
/// abandons without a word.
#[tokio::test]
async fn an_earlier_failovers_zone_is_not_evidence() {
    let failover = json!({ "operation": "reboot_instance", "instance_id": "test-mysql-01",
        "parameters": { "force_failover": true } });
    for (outcome, ends, shown) in [
        (FailoverOutcome::AbandonedAfterRestart, Status::Available, json!("not_verified")),
        (FailoverOutcome::Abandoned, Status::Unverified, Value::Null),
    ] {
        let zone_lag = std::time::Duration::from_mins(4);
        let world =
            World::demo_with(Behaviour { zone_lag, ..Behaviour::quick() }, Settings::default());
        let first = world.run(&failover).await;
        assert_eq!(first.answer(first.created_at)["failover"], json!("verified"));
        let silent = Behaviour {
            failover_outcome: outcome,
            events: Events::Never,
            zone_lag,
            ..Behaviour::quick()
        };
        world.rds.behave(silent);
        let second = world.run(&failover).await;
        let answer = Value::Object(second.answer(second.created_at));
        assert_eq!((second.status(), &answer["failover"]), (ends, &shown), "{outcome:?}");
        assert_eq!(world.rds.failovers(&second.target), 1, "{outcome:?}");
    }
}

#[tokio::test]
async fn one_look_serves_every_operation_of_an_account_and_region() {
    let instances = (0..30).map(|n| {
        let instance = SimulatedInstance::new("postgres").tag("env", "dev");
        (
            instance.inventory_item(&target(DEVELOPMENT_ACCOUNT, FRANKFURT, &format!("db-{n}"))),
            instance,
        )
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
    let requests = world.rds.look_count() - before;
    assert!(requests <= 4, "{requests} polls for 30 snapshots of a minute, at one per 30 s");
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
async fn a_queued_call_can_be_cancelled() {
    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &reboot()).await;
    assert_eq!(record.status(), Status::Accepted);
    let cancelled = world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap();
    assert_eq!(cancelled.status(), Status::Cancelled);
    assert_eq!(
        world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap(),
        cancelled
    );
    world.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Cancelled);
    assert_eq!((world.rds.calls(), world.store.lease(&dev())), (vec![], None));
    assert_eq!(events(&world), ["accepted", "cancelled"]);
    assert_eq!(world.store.entries()[1].principal.as_deref(), Some("iam:bob"));
}

#[tokio::test]
async fn what_rds_was_asked_for_can_not_be_cancelled_and_goes_on() {
    for fault in [None, Some(SendFault::LostAfter)] {
        let world = World::demo();
        fault.into_iter().for_each(|fault| world.rds.inject(Fault::next_send(fault)));
        let record = begun(&world, &snapshot()).await;
        let failure =
            world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap_err();
        assert_eq!((failure.code, failure.operation_id), (Code::NotCancellable, Some(record.id)));
        assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
        let failure =
            world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap_err();
        assert_eq!(failure.code, Code::NotCancellable);
        assert_eq!(events(&world), ["accepted", "refused", "outcome", "refused"]);
    }
}
