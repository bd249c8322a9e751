//! Class changes: now and in the maintenance window, with people and RDS in between.

use expect_test::expect;
use ops_testkit::simulated_rds::{
    Behaviour, ClassOutcome, Events, Fault, SendFault, SimulatedInstance,
};
use ops_testkit::world::World;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, db, postgres};

const LARGE: &str = "db.r6g.large";

fn now() -> Walk {
    Walk::new(
        "modify_instance_class",
        json!({ "instance_class": LARGE, "apply_immediately": true }),
    )
}

fn in_window() -> Walk {
    Walk::new("modify_instance_class", json!({ "instance_class": LARGE }))
}

fn slow_to_show(rds: &mut Behaviour) {
    (rds.lag, rds.stale_for) = (20 * SECOND, 20 * SECOND);
}

fn by_hand(class: &'static str, now: bool) -> impl Fn(&World) {
    move |world| {
        let class = class.parse().expect("it is a class");
        world.rds.modify_class_by_hand(&db(), &class, now);
    }
}

#[test]
fn a_class_change_is_done_when_the_class_is_in_use() {
    now().check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
    now().on(postgres().multi_az()).behaving(slow_to_show).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
    now().behaving(|rds| rds.events = Events::Never).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
    now().behaving(|rds| rds.class_change = 80 * MINUTE).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
    now().behaving(|rds| rds.class_change = 3 * HOUR).check(expect![
        "in_progress timeout available: done, late, instance_status available, applied true, \
         changed true"
    ]);
    let optimising = |rds: &mut Behaviour| rds.class_ends_in = "storage-optimization".into();
    now().behaving(optimising).check(expect![
        "in_progress available: done, instance_status storage-optimization, applied true, changed \
         true"
    ]);
    now().on(postgres().status("storage-optimization")).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
}

#[test]
fn a_class_change_for_the_window_waits_and_says_so() {
    in_window().check(expect![
        "in_progress available: done, instance_status available, applied false, changed true, \
         warning class_waits_for_window"
    ]);
    in_window().behaving(slow_to_show).check(expect![
        "in_progress available: done, instance_status available, applied false, changed true, \
         warning class_waits_for_window"
    ]);
    in_window().on(postgres().pending("AllocatedStorage", "200")).check(expect![
        "in_progress available: done, instance_status available, applied false, changed true, \
         warning class_waits_for_window"
    ]);
    // The window begins before anybody looks, and while it is looked at.
    in_window().behaving(|rds| rds.window_in = 5 * SECOND).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
    let between = |rds: &mut Behaviour| (rds.window_in, rds.class_change) = (35 * SECOND, HOUR);
    in_window().behaving(between).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
}

#[test]
fn what_is_so_already_is_left_alone() {
    now().on(postgres().class(LARGE)).check(expect![
        "available: done, instance_status available, applied true, changed false, nothing sent"
    ]);
    in_window().on(postgres().pending("DBInstanceClass", LARGE)).check(expect![
        "available: done, instance_status available, applied false, changed false, warning \
         class_waits_for_window, nothing sent"
    ]);
    now().on(postgres().pending("DBInstanceClass", LARGE)).check(expect![
        "in_progress available: done, instance_status available, applied true, changed true"
    ]);
}

#[test]
fn what_would_do_more_or_fail_is_refused() {
    let storage = || postgres().pending("AllocatedStorage", "200");
    now().on(storage()).check(expect!["failed: not done, nothing sent"]);
    now()
        .on(storage().pending("DBInstanceClass", LARGE))
        .check(expect!["failed: not done, nothing sent"]);
    in_window()
        .on(postgres().pending("DBInstanceClass", "db.r5.large"))
        .check(expect!["failed: not done, another_class_waits, nothing sent"]);
    in_window()
        .on(postgres().pending("EngineVersion", "17.2"))
        .check(expect!["failed: not done, engine_upgrade_waits, nothing sent"]);
    in_window().on(postgres().status("stopped")).check(expect![
        "failed: not done, status_not_allowed, instance_status stopped, nothing sent"
    ]);
    let mut reserved = postgres();
    reserved.capacity_reservation = Some("cr-1".to_owned());
    now()
        .on(reserved)
        .check(expect!["failed: not done, capacity_reservation_in_use, nothing sent"]);
    let mut features = postgres();
    features.processor_features = [("coreCount".to_owned(), "2".to_owned())].into();
    now().on(features).check(expect!["failed: not done, processor_features_set, nothing sent"]);
    let oracle = || SimulatedInstance::new("oracle-se2").tag("Environment", "dev");
    now().on(oracle()).check(expect!["failed: not done, class_not_orderable, nothing sent"]);
    let express = SimulatedInstance::new("sqlserver-web").tag("Environment", "dev").multi_az();
    let mut walk = now().on(express);
    walk.parameters["instance_class"] = json!("db.r5.large");
    walk.check(expect!["failed: not done, class_not_orderable, nothing sent"]);
}

#[test]
fn a_class_change_that_comes_to_nothing_is_told_with_its_cause() {
    now()
        .behaving(|rds| rds.class_outcome = ClassOutcome::NoCapacity)
        .check(expect!["failed: not done, InsufficientDBInstanceCapacity"]);
    now()
        .behaving(|rds| rds.class_outcome = ClassOutcome::Fails)
        .check(expect!["in_progress failed: not done, class_change_failed"]);
    let silent = |rds: &mut Behaviour| {
        (rds.class_outcome, rds.events) = (ClassOutcome::Fails, Events::Never);
    };
    now().behaving(silent).check(expect!["in_progress failed: not done, class_not_kept"]);
    let bad = |rds: &mut Behaviour| rds.class_ends_in = "incompatible-parameters".into();
    now().behaving(bad).check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
         incompatible-parameters"
    ]);
    now().enters(20 * SECOND, "insufficient-capacity").check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
         insufficient-capacity"
    ]);
    now()
        .then(20 * SECOND, |world| world.rds.remove(&db()))
        .check(expect!["in_progress failed: not done, instance_disappeared"]);
}

#[test]
fn a_class_that_others_change_meanwhile_is_not_claimed() {
    in_window()
        .then(35 * SECOND, by_hand("db.r5.large", false))
        .check(expect!["in_progress failed: not done, class_not_kept"]);
    in_window()
        .then(35 * SECOND, |world| world.rds.stop_by_hand(&db()))
        .check(expect!["in_progress failed: not done, class_not_kept"]);
    now()
        .then(85 * SECOND, by_hand("db.r5.large", true))
        .check(expect!["in_progress failed: not done, class_not_kept"]);
    // Between the request and the call, and the call is lost.
    let lost = || vec![Fault::next_send(SendFault::LostBefore)];
    let mut walk = now().then(5 * SECOND, by_hand(LARGE, true));
    walk.faults = lost();
    walk.check(expect![
        "unresolved in_progress available: done, instance_status available, applied true, nothing \
         sent"
    ]);
    let mut walk = now().then(5 * SECOND, by_hand("db.r5.large", false));
    walk.faults = lost();
    walk.check(expect![
        "unresolved accepted submitting unresolved failed: not done, outcome_unknown, nothing sent"
    ]);
}

/// What somebody queued meanwhile is not applied by a call that is sent again.
#[test]
fn a_lost_call_is_sent_again_only_after_the_same_checks() {
    let storage = |world: &World| {
        let mut instance = postgres();
        instance = instance.pending("AllocatedStorage", "200");
        world.rds.add(db(), instance);
    };
    let mut walk = now().then(5 * SECOND, storage);
    walk.faults = vec![Fault::next_send(SendFault::LostBefore)];
    walk.check(expect![
        "unresolved accepted submitting unresolved failed: not done, outcome_unknown, nothing sent"
    ]);
}

#[test]
fn a_lost_answer_is_resolved_and_the_class_changed_once() {
    let waits = || postgres().pending("DBInstanceClass", LARGE);
    for walk in [now, in_window, || now().on(postgres().pending("DBInstanceClass", LARGE))] {
        for fault in [SendFault::LostBefore, SendFault::LostAfter] {
            let mut walk = walk();
            walk.faults = vec![Fault::next_send(fault.clone())];
            let is_queued = walk.instance == waits();
            let (world, record) = walk.run();
            assert_eq!(record.status().as_str(), "available", "{fault:?} {is_queued}");
            let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
            assert_eq!(accepted, 1, "{fault:?} {is_queued}");
        }
    }
}
