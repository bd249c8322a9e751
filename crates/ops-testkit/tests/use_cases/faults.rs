//! What fails on the way, and what is left then.

use std::sync::Arc;
use std::time::Duration;

use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::failure::Code;
use ops_domain::id::OperationId;
use ops_domain::ports::{
    Begin, BeginError, Clock as _, Measurement, OperationStore as _, StoreError,
};
use ops_domain::service::Ports;
use ops_domain::settings::Settings;
use ops_domain::state::{Completion, OperationRecord, State, Status};
use ops_testkit::fleet::{FRANKFURT, TEAMS_ACCOUNT, target};
use ops_testkit::memory::{Call, Side};
use ops_testkit::mocks::{MockAuditLog, MockOperationStore};
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault, SendFault};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

#[tokio::test]
async fn without_an_audit_trail_or_a_store_nothing_is_sent() {
    let world = World::demo();
    world.store.audit_down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::AuditUnavailable);
    let prod = json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" });
    assert_eq!(
        refused(&world, &prod).await.code,
        Code::AuditUnavailable,
        "a refusal must be on the trail too"
    );
    world.store.audit_down(false);
    world.store.store_down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::StoreUnavailable);
    world.store.store_down(false);
    world.inventory.down(true);
    assert_eq!(refused(&world, &reboot()).await.code, Code::InventoryUnavailable);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn what_rds_refuses_is_told_with_its_code_and_guidance() {
    let world = World::demo();
    world.rds.inject(Fault::next_send(SendFault::Refused { code: "SnapshotQuotaExceeded".into() }));
    let record = world.run(&snapshot()).await;
    let answer = record.answer(record.created_at);
    assert_eq!(
        (&answer["success"], &answer["error_code"]),
        (&json!(false), &json!("SnapshotQuotaExceeded"))
    );
    assert!(answer["guidance"].as_str().unwrap().contains("quota"), "{answer:?}");
}

#[tokio::test]
async fn what_rds_would_refuse_is_told_with_our_own_code_and_guidance() {
    let world = World::demo();
    let stopped = json!({ "operation": "reboot_instance", "instance_id": "dev-stopped-01" });
    let record = world.run(&stopped).await;
    let answer = record.answer(record.created_at);
    assert_eq!((&answer["success"], &answer["status"]), (&json!(false), &json!("failed")));
    assert_eq!(answer["error_code"], json!("status_not_allowed"));
    assert_eq!(world.rds.calls(), [], "known before it is sent");

    world.run(&snapshot()).await;
    let again = world.run(&snapshot()).await;
    assert_eq!(again.answer(again.created_at)["error_code"], json!("snapshot_name_taken"));
    assert_eq!(world.rds.snapshots(&dev()).len(), 1);
}

#[tokio::test]
async fn an_unreadable_rds_ends_the_operation_unsent() {
    for (fault, code) in [
        (ObserveFault::Denied, "permission_denied"),
        (ObserveFault::Unavailable, "upstream_unavailable"),
    ] {
        let world = World::demo();
        world.rds.inject(Fault::next_describe(fault));
        let record = begun(&world, &reboot()).await;
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!((&answer["status"], &answer["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(world.rds.calls(), []);
        assert_eq!(events(&world), ["accepted", "outcome"]);
    }
}

#[tokio::test]
async fn throttling_slows_an_operation_down_and_does_not_fail_it() {
    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    world.rds.inject(Fault::next_send(SendFault::Throttled));
    let record = begun(&world, &snapshot()).await;
    assert_eq!(record.status(), Status::Accepted);
    world.rds.inject(Fault::Observe { nth: 5, fault: ObserveFault::Throttled });
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Available);
    assert_eq!(record.watch().map(|watch| watch.failed_polls), Some(1));
    assert_eq!(world.rds.snapshots(&dev()).len(), 1);
}

#[tokio::test]
async fn what_aws_denies_is_named_on_the_trail() {
    let denied_look = (Fault::next_describe(ObserveFault::Denied), "rds:DescribeDBInstances");
    let denied_send = (Fault::next_send(SendFault::Denied), "rds:RebootDBInstance");
    for (fault, action) in [denied_look, denied_send] {
        let world = World::demo();
        world.rds.inject(fault);
        let record = begun(&world, &reboot()).await;
        assert_eq!(record.answer(record.created_at)["denied_action"], json!(action));
        let entry = world.store.entries().pop().expect("the outcome");
        let result: Value = serde_json::from_str(&entry.result).unwrap();
        assert_eq!(result["denied_action"], json!(action), "{entry:?}");
    }
}

/// However long AWS throttles, an operation that could be sent in its time is sent, and not a
/// moment after it.
#[tokio::test]
async fn throttling_is_retried_until_the_deadline() {
    let world = World::demo();
    (1..=200)
        .for_each(|nth| world.rds.inject(Fault::Observe { nth, fault: ObserveFault::Throttled }));
    let pauses = async |name: &str| {
        let request = json!({ "operation": "reboot_instance", "instance_id": name });
        let mut record = begun(&world, &request).await;
        let deadline = record.created_at + chrono::TimeDelta::minutes(5);
        let mut pauses = Vec::new();
        while let Some(next_at) = record.next_at() {
            pauses.push(next_at - world.clock.now());
            assert_eq!((record.status(), next_at <= deadline), (Status::Accepted, true));
            world.clock.advance_to(next_at);
            record = world.service.driver().advance(record.id).await.unwrap();
        }
        assert_eq!((record.status(), record.ended_at()), (Status::Failed, Some(deadline)));
        assert_eq!(record.answer(deadline)["code"], json!("throttled"));
        pauses
    };
    let (one, other) = (pauses("dev-postgres-01").await, pauses("test-mysql-01").await);
    assert!((8..30).contains(&one.len()), "{} tries in five minutes", one.len());
    assert_ne!(one, other, "two operations do not come back together");
    assert_eq!(world.rds.calls(), []);
    assert_eq!(events(&world), ["accepted", "outcome", "accepted", "outcome"]);
}

#[tokio::test]
async fn an_expired_queued_call_is_not_sent() {
    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &reboot()).await;
    assert_eq!(record.status(), Status::Accepted);
    let deadline = record.created_at + chrono::TimeDelta::minutes(5);
    world.clock.advance_to(deadline + chrono::TimeDelta::seconds(1));

    let swept =
        world.service.driver().sweep(10, deadline + chrono::TimeDelta::hours(1)).await.unwrap();
    let [record] = swept.advanced.as_slice() else { panic!("{swept:?}") };
    assert_eq!(
        (record.status(), record.answer(deadline)["code"].clone()),
        (Status::Failed, json!("throttled"))
    );
    assert_eq!(world.rds.calls(), []);
    assert_eq!(events(&world), ["accepted", "outcome"]);
}

#[tokio::test]
async fn a_lost_response_never_sends_a_second_reboot() {
    for (request, fault, ends, calls) in [
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
        assert_eq!(world.rds.calls().iter().filter(|call| call.is_accepted()).count(), calls);
        assert_eq!(done_by_rds(&world, &record), ends == Status::Available);
        if ends == Status::Failed {
            assert_eq!(record.answer(record.created_at)["error_code"], json!("outcome_unknown"));
        }
        assert_eq!(events(&world), ["accepted", "outcome"]);
    }
}

/// One error of RDS at the call does not hold the instance until the operation's deadline, however
/// long that is.
#[tokio::test]
async fn a_lost_call_is_sent_again_or_ended_within_two_minutes() {
    let cases = [
        (snapshot(), Status::Available, true),
        (window(), Status::Available, true),
        (reboot(), Status::Failed, false),
    ];
    for (request, ends, sent) in cases {
        let settings =
            Settings { operation_timeout: Duration::from_hours(4), ..Settings::default() };
        let world = World::demo_with(Behaviour::quick(), settings);
        world.rds.inject(Fault::next_send(SendFault::LostBefore));
        let asked_at = world.clock.now();
        let id = begun(&world, &request).await.id;
        let record = world.run_to_end(id).await;
        assert_eq!(record.status(), ends, "{request}");
        let sent_at = world.rds.calls().first().map(|call| call.at);
        assert_eq!(sent_at.is_some(), sent);
        let free_by = sent_at.or_else(|| record.ended_at()).unwrap();
        let took = (free_by - asked_at).num_seconds();
        assert!((60..=120).contains(&took), "{took} s: {request}");
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!(answer["warnings"][0]["code"].as_str(), sent.then_some("sent_late"), "{answer}");
        assert_eq!(answer.get("submitted_at").is_some(), sent, "{answer}");
        assert_claims_hold(&world, &record);
    }
}

/// Nobody expects a snapshot that is taken long after it was asked for.
#[tokio::test]
async fn nothing_is_sent_again_ten_minutes_after_it_was_asked_for() {
    let world = World::demo();
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let id = begun(&world, &snapshot()).await.id;
    world.clock.advance(Duration::from_mins(11));
    let record = world.run_to_end(id).await;
    assert_eq!(record.answer(record.created_at)["error_code"], json!("outcome_unknown"));
    assert_eq!(world.rds.calls(), []);
}

/// AWS carries nothing out with credentials that it does not accept, so the call is made again with
/// new ones, once.
#[tokio::test]
async fn credentials_that_expired_at_the_call_are_replaced_once() {
    for (refusals, ends, calls) in [(1, Status::Available, 1), (2, Status::Failed, 0)] {
        for request in [snapshot(), reboot(), window()] {
            let world = World::demo();
            for nth in 1..=refusals {
                world.rds.inject(Fault::Send { nth, fault: SendFault::Unauthenticated });
            }
            let record = world.run(&request).await;
            assert_eq!(record.status(), ends, "{request}");
            assert_eq!(world.rds.calls().len(), calls);
            let answer = Value::Object(record.answer(record.created_at));
            assert_eq!(answer["error_code"].as_str(), (calls == 0).then_some("ExpiredToken"));
            assert_claims_hold(&world, &record);
            assert_eq!(world.store.lease(&dev()), None);
        }
    }
}

/// The reboot of the first operation shows late; many operations of a namesake in another account
/// have come since.
#[tokio::test]
async fn a_predecessor_is_found_behind_many_operations_of_a_namesake() {
    let (reboot_takes, lag) = (Duration::from_secs(700), Duration::from_secs(400));
    let slow = Behaviour {
        reboot: reboot_takes,
        lag,
        answer_shows_rebooting: false,
        ..Behaviour::quick()
    };
    let world = World::demo_with(slow, Settings::default());
    let mut first = begun(&world, &reboot()).await;
    while first.status() != Status::Timeout {
        world.clock.advance_to(first.next_at().unwrap());
        first = world.service.driver().advance(first.id).await.unwrap();
    }
    let (now, namesake) = (world.clock.now(), target(TEAMS_ACCOUNT, FRANKFURT, "dev-postgres-01"));
    for n in 0..150 {
        let id = OperationId::from_parts(now.timestamp_millis().unsigned_abs() - 1, n);
        let mut record = sample::record(id, &namesake, first.operation.clone(), now);
        record.lease = None;
        record.transition(State::Ended { completion: Completion::Cancelled, watch: None }, now);
        let audit = AuditDraft::about(&record, AuditEvent::Cancelled, now, Duration::from_hours(1));
        world.store.begin(Begin { record, idempotency: None, audit, now }).await.unwrap();
    }
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let second = begun(&world, &reboot()).await;
    assert_eq!(second.status(), Status::Unresolved, "{:?}", second.answer(now));
    let second = world.run_to_end(second.id).await;
    assert_eq!(second.answer(second.created_at)["error_code"], json!("outcome_unknown"));
}

/// RDS shows the snapshot of a call whose answer was lost only after the deadline, and there is
/// no room for another.
#[tokio::test]
async fn a_lost_call_is_found_when_its_resend_is_refused() {
    let behaviour =
        Behaviour { lag: Duration::from_mins(6), snapshot_quota: 1, ..Behaviour::quick() };
    let world = World::demo_with(behaviour, Settings::default());
    world.rds.inject(Fault::next_send(SendFault::LostAfter));
    let id = begun(&world, &snapshot()).await.id;
    let record = world.run_to_end(id).await;
    assert_eq!((record.status(), record.resends), (Status::Available, 1));
    assert!(done_by_rds(&world, &record));
    assert_eq!(world.rds.calls().len(), 1);
}

#[tokio::test]
async fn a_lost_begin_response_leads_to_one_call() {
    let world = World::demo();
    world.store.fail_next(Call::Begin, 1, Side::After);
    let record = begun(&world, &snapshot()).await;
    assert_eq!(record.status(), Status::InProgress);
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
    assert_eq!(
        (world.rds.calls().len(), events(&world)),
        (1, vec!["accepted".to_owned(), "outcome".to_owned()])
    );
    assert_eq!(world.recording.measurements().len(), 1, "no audit entry is missing");
}

/// The answer took so long that others took the sender for gone.
#[tokio::test]
async fn an_operation_advanced_by_another_is_left_alone() {
    let world = World::demo();
    let ended = world.run(&snapshot()).await;
    let mut store = MockOperationStore::new();
    store
        .expect_begin()
        .returning(|_| Err(BeginError::Store(StoreError::Unavailable("no answer".into()))));
    let loaded = ended.clone();
    store.expect_load().returning(move |_| Ok(Some(loaded.clone())));
    let late = world.over(Ports { store: Arc::new(store), ..world.ports.clone() });
    assert_eq!(begun(&late, &window()).await, ended);
    assert_eq!(world.rds.calls().len(), 1);
}

#[tokio::test]
async fn an_outage_answer_names_the_operation_that_may_have_begun() {
    let world = World::demo();
    world.store.fail_next(Call::Begin, 1, Side::After);
    world.store.fail_next(Call::Load, 1, Side::Before);
    let failure = refused(&world, &snapshot()).await;
    let [record] = world.store.records().try_into().expect("it began");
    assert_eq!((failure.code, failure.operation_id), (Code::StoreUnavailable, Some(record.id)));
    assert!(!failure.guidance.contains("Nothing was sent"), "{}", failure.guidance);
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
}

#[tokio::test]
async fn a_busy_trail_counts_as_a_missing_entry() {
    let world = World::demo();
    let mut busy = MockAuditLog::new();
    busy.expect_append().returning(|_| Err(StoreError::Throttled));
    let world = world.over(Ports { audit: Arc::new(busy), ..world.ports.clone() });
    let prod = json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" });
    assert_eq!(refused(&world, &prod).await.code, Code::AuditUnavailable);
    assert!(world.recording.measurements().contains(&Measurement::AuditWriteFailed));
}

/// Too many writers at once is no outage: the caller comes back later, and nobody is woken.
#[tokio::test]
async fn contention_on_the_trail_is_told_from_an_outage() {
    let world = World::demo();
    let mut busy = MockAuditLog::new();
    busy.expect_append().returning(|_| Err(StoreError::Contended));
    let world = world.over(Ports { audit: Arc::new(busy), ..world.ports.clone() });
    let prod = json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" });
    let failure = refused(&world, &prod).await;
    assert_eq!((failure.code, failure.retry_after_seconds.is_some()), (Code::Throttled, true));
    let measured = world.recording.measurements();
    assert!(measured.contains(&Measurement::AuditContended), "{measured:?}");
    assert!(!measured.contains(&Measurement::AuditWriteFailed), "{measured:?}");
}

/// An attempt that meets a store in trouble is on the trail where that can be written.
#[tokio::test]
async fn attempts_that_meet_a_store_in_trouble_are_on_the_trail() {
    let dry_run = json!({
        "operation": "reboot_instance", "instance_id": "dev-postgres-01", "dry_run": true
    });
    for (request, call, event) in
        [(reboot(), Call::Begin, None), (dry_run, Call::Holders, Some("refused"))]
    {
        let world = World::demo();
        world.store.fail_next(call, 1, Side::Before);
        assert_eq!(refused(&world, &request).await.code, Code::StoreUnavailable);
        assert_eq!(
            events(&world).first().map(String::as_str),
            event,
            "what may have begun is no refusal"
        );
    }
    let world = World::demo();
    let mut store = MockOperationStore::new();
    store.expect_find_idempotent().returning(|_, _| Ok(None));
    store.expect_begin().returning(|_| Err(BeginError::Store(StoreError::Contended)));
    store.expect_load().returning(|_| Ok(None));
    let contended = world.over(Ports { store: Arc::new(store), ..world.ports.clone() });
    assert_eq!(refused(&contended, &reboot()).await.code, Code::Throttled);
    assert_eq!(events(&world), ["refused"]);

    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let waiting = begun(&world, &reboot()).await;
    world.store.fail_next(Call::Commit, 1, Side::Before);
    world.service.commands().cancel(&world.caller("bob"), waiting.id).await.unwrap_err();
    assert_eq!(events(&world), ["accepted", "refused"]);
}

/// The first call got no answer, and RDS showed nothing of it until it was time to send another
/// one.
#[tokio::test]
async fn a_call_that_may_be_sent_is_not_cancelled() {
    let stopped = |world: &World| world.rds.remove(&dev());
    let denied = |world: &World| {
        world.rds.set_tags(&dev(), [("Environment".to_owned(), "prod".to_owned())].into())
    };
    let blind = |world: &World| world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    for meanwhile in [&stopped as &dyn Fn(&World), &denied, &blind] {
        let world = World::demo();
        world.rds.inject(Fault::next_send(SendFault::LostBefore));
        let mut record = begun(&world, &snapshot()).await;
        while record.resends == 0 {
            world.clock.advance_to(record.next_at().unwrap());
            record = world.service.driver().advance(record.id).await.unwrap();
        }
        assert_eq!(record.status(), Status::Accepted);
        let failure =
            world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap_err();
        assert_eq!(failure.code, Code::NotCancellable);
        meanwhile(&world);
        let record = world.run_to_end(record.id).await;
        let answer = Value::Object(record.answer(record.created_at));
        let says_so = answer["guidance"]
            .as_str()
            .is_some_and(|guidance| guidance.contains("may have reached RDS"));
        let done = record.status() == Status::Available;
        assert!(done || says_so || record.outcome_is_unknown(), "{answer}");
        let claims = answer.to_string().to_lowercase();
        assert!(
            !claims.contains("nothing was sent") && !claims.contains("nothing was changed"),
            "{answer}"
        );
        let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
        assert_eq!(accepted, usize::from(done), "{answer}");
    }
}

/// Every store call fails once, on either side of its effect; then a sweep finds what was left.
#[tokio::test]
async fn store_faults_leave_one_true_outcome() {
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
        let _ = world
            .service
            .driver()
            .sweep(10, world.clock.now() + chrono::TimeDelta::minutes(1))
            .await;
        latest = world
            .store
            .records()
            .into_iter()
            .find(|record| record.id == latest.id)
            .expect("records stay");
    }
    assert!(latest.status().is_terminal(), "{story}: {:?}", latest.status());
    let done = done_by_rds(world, &latest);
    assert_eq!(latest.status() == Status::Available, done, "{story}: {:?}", latest.state);
    let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
    assert!(accepted <= 1, "{story}: {accepted} orders");
    let outcomes = events(world).iter().filter(|event| *event == "outcome").count();
    assert_eq!(outcomes, 1, "{story}");
    assert_eq!(world.store.lease(&latest.target), None, "{story}");
}

#[tokio::test]
async fn a_waiting_caller_does_not_hammer_a_store_in_trouble() {
    let world = World::demo();
    let record = begun(&world, &snapshot()).await;
    world.clock.advance_to(record.next_at().unwrap());
    world.store.store_down(true);
    let until = world.clock.now() + chrono::TimeDelta::seconds(20);
    let waited = world.service.commands().wait(record.clone(), until).await;
    assert_eq!((waited, world.clock.now()), (record, until));
}

/// What RDS shows soon after a restart may be that restart, and not that of a request whose answer
/// was lost.
#[tokio::test]
async fn a_lost_reboot_is_not_resolved_by_the_restart_before_it() {
    let world = World::demo();
    assert_eq!(world.run(&reboot()).await.status(), Status::Available);
    world.clock.advance(Duration::from_secs(40));
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let record = begun(&world, &reboot()).await;
    world.rds.set_status(&dev(), "rebooting");
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Failed);
    assert!(record.outcome_is_unknown());
    assert_eq!(world.rds.restarts(&dev()), 1);
}

/// A second request that AWS does not permit does not mean that the first one was lost.
#[tokio::test]
async fn a_failed_resend_goes_on_looking_for_the_first_request() {
    let world = World::demo();
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let record = begun(&world, &snapshot()).await;
    world.rds.inject(Fault::next_send(SendFault::Denied));
    let mut record = record;
    while record.resends == 0 || record.status() == Status::Accepted {
        world.clock.advance_to(record.next_at().unwrap());
        record = world.service.driver().advance(record.id).await.unwrap();
    }
    assert_eq!(record.status(), Status::Unresolved, "{:?}", record.state);
    let record = world.run_to_end(record.id).await;
    assert!(record.outcome_is_unknown() || record.status() == Status::Available);
    assert_claims_hold(&world, &record);
}
