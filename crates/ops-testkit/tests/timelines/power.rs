//! Stops and starts: databases that people and RDS stop and start meanwhile.

use expect_test::expect;
use ops_testkit::simulated_rds::{
    Behaviour, Events, Fault, SendFault, SimulatedInstance, StartOutcome,
};
use ops_testkit::world::World;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, db, postgres};

fn stop() -> Walk {
    Walk::new("stop_instance", json!({}))
}

fn stop_with_snapshot() -> Walk {
    Walk::new("stop_instance", json!({ "snapshot_id": "s-1" }))
}

fn start() -> Walk {
    Walk::new("start_instance", json!({})).on(stopped())
}

fn stopped() -> SimulatedInstance {
    postgres().status("stopped")
}

fn slow_to_show(rds: &mut Behaviour) {
    (rds.lag, rds.stale_for) = (20 * SECOND, 20 * SECOND);
}

fn without_a_sign(rds: &mut Behaviour) {
    (rds.events, rds.answer_shows_rebooting) = (Events::Never, false);
}

#[test]
fn a_stop_is_done_when_the_database_is_stopped() {
    stop().check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop().behaving(slow_to_show).check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop().behaving(without_a_sign).check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop().behaving(|rds| rds.stop = 50 * MINUTE).check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop().behaving(|rds| rds.stop = 3 * HOUR).check(expect![
        "in_progress timeout available: done, late, instance_status stopped, changed \
         true, warning starts_again_after_seven_days"
    ]);
}

#[test]
fn a_stop_with_a_snapshot_is_done_when_both_are() {
    stop_with_snapshot().check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop_with_snapshot().behaving(|rds| rds.snapshot = HOUR).check(expect![
        "in_progress available: done, instance_status stopped, changed true, warning \
         starts_again_after_seven_days"
    ]);
    stop_with_snapshot().behaving(|rds| rds.snapshot_ends_in = "failed".into()).check(expect![
        "in_progress failed: not done, stopped_without_snapshot, snapshot_status failed"
    ]);
    let delete = |world: &World| world.rds.remove_snapshot(&db().scope(), "s-1");
    stop_with_snapshot().then(MINUTE, delete).check(expect![
        "in_progress failed: not done, stopped_without_snapshot, snapshot_status absent"
    ]);
}

#[test]
fn what_is_stopped_already_is_left_alone() {
    stop().on(stopped()).check(expect![
        "available: done, instance_status stopped, changed false, warning \
         starts_again_after_seven_days, nothing sent"
    ]);
    stop_with_snapshot()
        .on(stopped())
        .check(expect!["failed: not done, already_stopped, nothing sent"]);
    start()
        .on(postgres())
        .check(expect!["available: done, instance_status available, changed false, nothing sent"]);
}

/// Somebody stops it by hand between the request and the call: RDS refuses, and the service sees
/// why.
#[test]
fn a_database_that_is_stopped_by_hand_meanwhile_is_stopped() {
    let refused = || Fault::next_send(SendFault::Refused { code: "InvalidDBInstanceState".into() });
    let mut walk = stop().then(SECOND, |world| world.rds.stop_by_hand(&db()));
    walk.faults = vec![refused()];
    walk.check(expect![
        "accepted submitting failed: not done, status_not_allowed, instance_status stopping"
    ]);
    let mut walk = stop().then(SECOND, |world| world.rds.set_status(&db(), "stopped"));
    walk.faults = vec![refused()];
    walk.check(expect![
        "accepted submitting available: done, instance_status stopped, changed false, \
         warning starts_again_after_seven_days"
    ]);
}

#[test]
fn a_database_that_is_started_meanwhile_is_not_called_stopped() {
    // Between two polls nobody sees it stopped.
    stop()
        .behaving(|rds| (rds.stop, rds.start) = (65 * SECOND, 10 * MINUTE))
        .then(70 * SECOND, |world| world.rds.start_by_hand(&db()))
        .check(expect!["in_progress failed: not done, started_meanwhile"]);
    start()
        .behaving(|rds| rds.start = 10 * SECOND)
        .then(15 * SECOND, |world| world.rds.stop_by_hand(&db()))
        .check(expect!["in_progress failed: not done, stopped_meanwhile"]);
}

/// RDS ends the seven days while the stop is still watched.
#[test]
fn a_stop_that_rds_takes_back_is_told_so() {
    stop()
        .behaving(|rds| (rds.restart_after, rds.start) = (SECOND, 10 * MINUTE))
        .behaving(|rds| rds.stop = 80 * SECOND)
        .check(expect!["in_progress failed: not done, started_meanwhile"]);
}

/// The start of somebody else is not the one that was asked for, and the database runs all the
/// same.
#[test]
fn a_start_by_somebody_else_is_not_claimed() {
    let by_hand = |world: &World| world.rds.start_by_hand(&db());
    let mut walk = start().then(5 * SECOND, by_hand);
    walk.faults = vec![Fault::next_send(SendFault::LostBefore)];
    walk.check(expect![
        "unresolved in_progress available: done, instance_status available, nothing sent"
    ]);
}

#[test]
fn a_start_is_done_when_the_database_runs() {
    start().check(expect!["in_progress available: done, instance_status available, changed true"]);
    start()
        .behaving(slow_to_show)
        .check(expect!["in_progress available: done, instance_status available, changed true"]);
    start()
        .behaving(without_a_sign)
        .check(expect!["in_progress available: done, instance_status available, changed true"]);
    start()
        .behaving(|rds| rds.start = 100 * MINUTE)
        .check(expect!["in_progress available: done, instance_status available, changed true"]);
    start().behaving(|rds| rds.start = 5 * HOUR).check(expect![
        "in_progress timeout available: done, late, instance_status available, changed true"
    ]);
}

#[test]
fn a_start_without_capacity_is_told_with_what_to_do() {
    start()
        .behaving(|rds| rds.start_outcome = StartOutcome::NoCapacity)
        .check(expect!["failed: not done, InsufficientDBInstanceCapacity"]);
    start()
        .behaving(|rds| rds.start_outcome = StartOutcome::FallsBack)
        .check(expect!["in_progress failed: not done, start_given_up"]);
    let slowly = |rds: &mut Behaviour| {
        (rds.start_outcome, rds.start) = (StartOutcome::FallsBack, 20 * MINUTE);
    };
    start().behaving(slowly).check(expect!["in_progress failed: not done, start_given_up"]);
}

#[test]
fn a_database_that_does_not_come_up_is_told_with_its_status() {
    let bad = |rds: &mut Behaviour| rds.start_ends_in = "incompatible-parameters".into();
    start().behaving(bad).check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
         incompatible-parameters"
    ]);
    start()
        .then(20 * SECOND, |world| world.rds.remove(&db()))
        .check(expect!["in_progress failed: not done, instance_disappeared"]);
    stop().enters(20 * SECOND, "storage-full").check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status storage-full"
    ]);
}

#[test]
fn a_lost_answer_is_resolved_and_the_call_carried_out_once() {
    for walk in [stop, stop_with_snapshot, start] {
        for fault in [SendFault::LostBefore, SendFault::LostAfter] {
            let mut walk = walk();
            walk.faults = vec![Fault::next_send(fault)];
            let (world, record) = walk.run();
            assert_eq!(record.status().as_str(), "available");
            let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
            assert_eq!(accepted, 1);
        }
    }
}

#[test]
fn a_replica_is_not_stopped_and_says_why() {
    stop()
        .on(postgres().replicated_by("db-2"))
        .check(expect!["failed: not done, replication_prevents_stop, nothing sent"]);
    stop()
        .on(SimulatedInstance::new("sqlserver-se").tag("Environment", "dev").multi_az())
        .check(expect!["failed: not done, sqlserver_multi_az_not_stoppable, nothing sent"]);
    stop()
        .on(SimulatedInstance::new("custom-oracle-ee").tag("Environment", "dev"))
        .check(expect!["failed: not done, unsupported_engine, nothing sent"]);
}
