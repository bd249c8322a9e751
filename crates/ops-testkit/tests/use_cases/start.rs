//! Operations that wait: for their time, or for their turn on a busy instance.

use std::time::Duration;

use chrono::TimeDelta;
use ops_domain::failure::Code;
use ops_domain::guidance::Retry;
use ops_domain::ports::{Clock as _, Commit, LeaseChange, OperationStore as _};
use ops_domain::state::{Lease, OperationRecord, State, Status};
use ops_domain::time::Timestamp;
use ops_simulator::simulated_rds::{Fault, ObserveFault, SendFault};
use ops_testkit::sample;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

/// `request`, to be started an hour after the beginning of the world.
pub(crate) fn in_an_hour(mut request: Value) -> Value {
    request["start"] = json!({ "at": due().to_rfc3339() });
    request
}

fn due() -> Timestamp {
    sample::start() + TimeDelta::hours(1)
}

/// `request`, to be queued while its instance is busy.
fn queued(mut request: Value) -> Value {
    request["if_busy"] = json!("queue");
    request
}

fn another_snapshot() -> Value {
    let mut request = snapshot();
    request["parameters"]["snapshot_id"] = json!("manual-2");
    request
}

fn failure_of(record: &OperationRecord) -> String {
    let answer = record.answer(record.created_at);
    answer.get("error_code").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn has_lease(world: &World) -> bool {
    world.store.lease(&dev()).is_some()
}

#[tokio::test]
async fn what_waits_for_its_time_is_sent_at_that_time() {
    for request in [snapshot(), reboot(), window()] {
        let world = World::demo();
        let record = begun(&world, &in_an_hour(request.clone())).await;
        assert_eq!((record.status(), record.next_at()), (Status::Scheduled, Some(due())));
        assert!(!has_lease(&world), "nobody is kept from working meanwhile");
        assert_eq!(world.recording.wakes(), [(record.id, due())]);
        world.clock.advance_to(due() - TimeDelta::seconds(1));
        assert_eq!(world.service.driver().advance(record.id).await.unwrap(), record);
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), Status::Available, "{request}");
        assert!(done_by_rds(&world, &record));
        assert_eq!(world.rds.calls()[0].at, due());
        let statuses: Vec<Status> = record.history.iter().map(|change| change.status).collect();
        let life = [Status::Scheduled, Status::Submitting, Status::InProgress, Status::Available];
        assert_eq!(statuses, life);
        assert!(record.duration_seconds(due()) < 3000.0, "waiting is not part of the duration");
        assert_eq!(events(&world), ["accepted", "outcome"]);
        assert!(!has_lease(&world));
    }
}

#[tokio::test]
async fn a_caller_does_not_wait_for_a_time_to_come() {
    let world = World::demo();
    let record = begun(&world, &in_an_hour(snapshot())).await;
    let until = sample::start() + TimeDelta::seconds(25);
    assert_eq!(world.service.commands().wait(record.clone(), until).await, record);
    assert_eq!(world.clock.now(), sample::start());
}

/// Environment, state and preview are those of the time at which the request is sent.
#[tokio::test]
async fn everything_is_checked_again_when_the_time_comes() {
    let world = World::demo();
    let record = begun(&world, &in_an_hour(reboot())).await;
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "production".to_owned())].into());
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Denied);
    assert!(world.rds.calls().is_empty());
    assert_eq!(events(&world), ["accepted", "denied"]);

    let world = World::demo();
    let record = begun(&world, &in_an_hour(reboot())).await;
    world.rds.set_status(&dev(), "stopped");
    let record = world.run_to_end(record.id).await;
    assert_eq!(failure_of(&record), "status_not_allowed");
    assert!(world.rds.calls().is_empty());
}

/// Production is refused when it is asked for, and not only at its time; what a state of the
/// instance forbids may be possible then.
#[tokio::test]
async fn a_request_for_later_is_refused_for_what_time_does_not_change() {
    let production = json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" });
    let world = World::demo();
    let failure = refused(&world, &in_an_hour(production)).await;
    assert_eq!(failure.code, Code::ProductionBlocked);
    world.rds.set_tags(&dev(), [("Environment".to_owned(), "production".to_owned())].into());
    let failure = refused(&world, &in_an_hour(reboot())).await;
    assert_eq!(failure.code, Code::ProductionBlocked, "by its live tags");

    let world = World::demo();
    let mut overlapping = window();
    overlapping["parameters"]["backup_window"] = json!("04:45-05:45");
    let now = refused_or_failed(&world, &overlapping).await;
    let ahead = refused(&World::demo(), &in_an_hour(overlapping)).await;
    assert_eq!((now.as_str(), ahead.retry()), ("windows_overlap", Retry::Never));
    assert_eq!(ahead.error_code.as_deref(), Some("windows_overlap"));

    let world = World::demo();
    world.rds.set_status(&dev(), "stopped");
    assert_eq!(begun(&world, &in_an_hour(reboot())).await.status(), Status::Scheduled);
}

async fn refused_or_failed(world: &World, request: &Value) -> String {
    failure_of(&begun(world, request).await)
}

#[tokio::test]
async fn a_start_in_the_past_or_far_ahead_is_refused() {
    let world = World::demo();
    for (at, expected) in [
        (sample::start(), "must be in the future"),
        (sample::start() + TimeDelta::days(91), "must be within 90 days"),
    ] {
        for dry_run in [false, true] {
            let mut request = snapshot();
            request["start"] = json!({ "at": at.to_rfc3339() });
            request["dry_run"] = json!(dry_run);
            let failure = refused(&world, &request).await;
            let [problem] = &failure.problems[..] else { panic!("{failure:?}") };
            assert_eq!(
                (problem.pointer.as_str(), problem.message.as_str()),
                ("/start/at", expected)
            );
        }
    }
    assert!(world.store.records().is_empty());
}

#[tokio::test]
async fn an_operation_whose_time_is_over_is_not_started_late() {
    let world = World::demo();
    let mut request = in_an_hour(reboot());
    request["start_within_minutes"] = json!(10);
    let record = begun(&world, &request).await;
    world.clock.advance_to(due() + TimeDelta::minutes(10) + TimeDelta::seconds(1));
    let record = world.run_to_end(record.id).await;
    assert_eq!((record.status(), failure_of(&record).as_str()), (Status::Failed, "missed_start"));
    assert!(world.rds.calls().is_empty());
    assert_eq!(events(&world), ["accepted", "outcome"]);
}

#[tokio::test]
async fn a_busy_instance_queues_who_asks_for_it() {
    let world = World::demo();
    let first = begun(&world, &snapshot()).await;
    let second = begun(&world, &queued(another_snapshot())).await;
    assert_eq!((second.status(), second.busy_with()), (Status::Accepted, Some(first.id)));
    assert_eq!(second.lease, None);
    let answer = second.answer(second.created_at);
    assert_eq!(answer["progress"]["running_operation_id"], json!(first.id));
    assert_eq!(world.recording.wakes().last(), Some(&(second.id, second.next_at().unwrap())));
    let first = world.run_to_end(first.id).await;
    let second = world.run_to_end(second.id).await;
    assert_eq!((first.status(), second.status()), (Status::Available, Status::Available));
    let calls = world.rds.calls();
    assert_eq!(calls.len(), 2);
    assert!(first.ended_at().unwrap() <= calls[1].at, "one after the other");
    assert_eq!(events(&world), ["accepted", "accepted", "outcome", "outcome"]);
    assert!(!has_lease(&world));
}

/// What RDS shows right after a restart may still be that one. A snapshot has a name of its own.
#[tokio::test]
async fn a_reboot_is_not_sent_right_after_the_one_before_it() {
    for (request, apart) in [(reboot(), TimeDelta::minutes(2)), (snapshot(), TimeDelta::zero())] {
        let world = World::demo();
        let first = begun(&world, &reboot()).await;
        let second = begun(&world, &queued(request)).await;
        let first = world.run_to_end(first.id).await;
        let second = world.run_to_end(second.id).await;
        assert_eq!((first.status(), second.status()), (Status::Available, Status::Available));
        let between = world.rds.calls()[1].at - first.ended_at().unwrap();
        assert!(apart <= between && between <= apart + TimeDelta::seconds(30), "{between}");
    }
}

/// The longer it waits the more rarely it tries, and it ends when its time is over.
#[tokio::test]
async fn the_queue_is_bounded_by_the_time_to_start_in() {
    for minutes in [1, 60, 1440] {
        let world = World::demo();
        let owner = begun(&world, &snapshot()).await;
        hold_for_days(&world, &owner).await;
        let mut request = queued(another_snapshot());
        request["start_within_minutes"] = json!(minutes);
        let mut record = begun(&world, &request).await;
        let mut steps = 0;
        while let Some(next_at) = record.next_at() {
            assert!(next_at <= record.start.until, "no step after its time");
            world.clock.advance_to(next_at.max(world.clock.now() + TimeDelta::milliseconds(1)));
            record = world.service.driver().advance(record.id).await.unwrap();
            steps += 1;
        }
        assert_eq!(failure_of(&record), "missed_start", "{minutes}");
        let answer = record.answer(record.created_at);
        assert_eq!(answer["running_operation_id"], json!(owner.id));
        assert_eq!(record.start.until, record.created_at + TimeDelta::minutes(minutes));
        assert!(record.ended_at().unwrap() <= record.start.until + TimeDelta::seconds(1));
        assert!(steps <= 620, "{steps} steps in {minutes} minutes");
        assert_eq!(world.rds.calls().len(), 1, "that of the owner");
    }
}

/// Has an operation keep its instance.
async fn hold_for_days(world: &World, owner: &OperationRecord) {
    let until = world.clock.now() + TimeDelta::days(3);
    let lease = owner.lease.map(|lease| Lease { until, ..lease });
    let commit = Commit {
        record: OperationRecord { lease, ..owner.clone() },
        lease: LeaseChange::Renew,
        lease_required: true,
        audit: None,
        now: world.clock.now(),
    };
    world.store.commit(commit).await.expect("the owner has the lease");
}

/// A start at a time is one that waits, and its instance may be busy then.
#[tokio::test]
async fn what_waited_for_its_time_waits_for_its_turn_too() {
    let world = World::demo();
    let later = begun(&world, &in_an_hour(another_snapshot())).await;
    world.clock.advance_to(due());
    let owner = begun(&world, &snapshot()).await;
    let later = world.service.driver().advance(later.id).await.unwrap();
    assert_eq!((later.status(), later.busy_with()), (Status::Accepted, Some(owner.id)));
    world.run_to_end(owner.id).await;
    let later = world.run_to_end(later.id).await;
    assert_eq!(later.status(), Status::Available);
    let statuses: Vec<Status> = later.history.iter().map(|change| change.status).collect();
    assert_eq!(statuses[..3], [Status::Scheduled, Status::Accepted, Status::Submitting]);
}

#[tokio::test]
async fn what_waits_can_be_cancelled() {
    for request in [in_an_hour(reboot()), queued(reboot())] {
        let world = World::demo();
        let owner = begun(&world, &snapshot()).await;
        let record = begun(&world, &request).await;
        let cancelled =
            world.service.commands().cancel(&world.caller("bob"), record.id).await.unwrap();
        assert_eq!(cancelled.status(), Status::Cancelled);
        world.clock.advance_to(due() + TimeDelta::hours(1));
        assert_eq!(world.service.driver().advance(record.id).await.unwrap(), cancelled);
        world.run_to_end(owner.id).await;
        assert_eq!(world.rds.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_queued_operation_that_lost_its_lease_waits_again() {
    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &queued(snapshot())).await;
    assert_eq!((record.status(), record.lease.is_some()), (Status::Accepted, true));
    world.clock.advance(Duration::from_mins(10));
    let other = begun(&world, &another_snapshot()).await;
    assert_eq!(other.status(), Status::InProgress, "the lease had expired");
    let record = world.service.driver().advance(record.id).await.unwrap();
    assert!(matches!(record.state, State::Queued { .. }), "{:?}", record.state);
    assert_eq!(record.lease, None);
    world.run_to_end(other.id).await;
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
}

/// What may have reached RDS is resolved by the evidence; no lease is acquired for it anew.
#[tokio::test]
async fn a_queued_operation_sends_again_only_with_the_lease_it_had() {
    let world = World::demo();
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let record = begun(&world, &queued(snapshot())).await;
    assert_eq!(record.status(), Status::Unresolved);
    let record = world.run_to_end(record.id).await;
    assert_eq!((record.status(), record.resends), (Status::Available, 1));
    assert_eq!(world.rds.calls().iter().filter(|call| call.is_accepted()).count(), 1);
}

/// The same key leads to the operation that waits.
#[tokio::test]
async fn a_repeated_request_is_told_of_the_operation_that_waits() {
    let world = World::demo();
    let request = in_an_hour(snapshot());
    let parsed = ops_domain::request::Request::parse(request.to_string().as_bytes()).unwrap();
    let caller = world.caller("alice");
    let first = world.service.commands().submit(&caller, Some("key-1"), &parsed).await.unwrap();
    world.clock.advance_to(due() + TimeDelta::minutes(1));
    let again = world.service.commands().submit(&caller, Some("key-1"), &parsed).await.unwrap();
    assert_eq!(first, again, "also when its start is in the past by now");
    assert_eq!(world.store.records().len(), 1);
}

/// Its turn came twice, and between them another operation restarted the instance.
#[tokio::test]
async fn a_lost_reboot_is_not_resolved_by_one_between_its_turns() {
    let world = World::demo();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &queued(reboot())).await;
    world.clock.advance(Duration::from_mins(10));
    let other = begun(&world, &reboot()).await;
    let record = world.service.driver().advance(record.id).await.unwrap();
    assert_eq!(record.lease, None);
    world.run_to_end(other.id).await;
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let mut record = record;
    while record.status() == Status::Accepted {
        world.clock.advance_to(record.next_at().unwrap());
        record = world.service.driver().advance(record.id).await.unwrap();
    }
    world.rds.set_status(&dev(), "rebooting");
    let record = world.run_to_end(record.id).await;
    assert!(record.outcome_is_unknown(), "{:?}", record.state);
    assert_eq!(world.rds.restarts(&dev()), 1);
}
