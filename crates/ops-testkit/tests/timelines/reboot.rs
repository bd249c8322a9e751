//! Reboots: `available` before and after, and everything that can lie between.

use expect_test::expect;
use ops_testkit::simulated_rds::{Behaviour, Events, FailoverOutcome, SimulatedInstance};
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, db, postgres};

fn reboot() -> Walk {
    Walk::new("reboot_instance", json!({}))
}

fn failover() -> Walk {
    Walk::new("reboot_instance", json!({ "force_failover": true })).on(postgres().multi_az())
}

/// Over in four seconds, between the call and the first poll.
fn between_looks(behaviour: &mut Behaviour) {
    (behaviour.reboot, behaviour.failover) = (4 * SECOND, 4 * SECOND);
}

#[test]
fn a_reboot_that_looks_see_is_done_when_it_is_over() {
    reboot().check(expect!["in_progress available: done"]);
    reboot()
        .behaving(|rds| (rds.lag, rds.stale_for) = (20 * SECOND, 20 * SECOND))
        .check(expect!["in_progress available: done"]);
}

#[test]
fn a_reboot_between_two_polls_needs_other_evidence() {
    reboot().behaving(between_looks).check(expect!["in_progress available: done"]);
    reboot()
        .behaving(between_looks)
        .behaving(|rds| rds.events = Events::Never)
        .check(expect!["in_progress available: done"]);
    reboot()
        .behaving(between_looks)
        .behaving(|rds| rds.events = Events::After(3 * MINUTE))
        .check(expect!["in_progress available: done"]);
}

fn without_a_sign(rds: &mut Behaviour) {
    between_looks(rds);
    (rds.events, rds.answer_shows_rebooting) = (Events::Never, false);
}

#[test]
fn a_reboot_without_evidence_is_never_done() {
    reboot()
        .behaving(without_a_sign)
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
    let late = |rds: &mut Behaviour| rds.events = Events::After(2 * HOUR);
    reboot()
        .behaving(without_a_sign)
        .behaving(late)
        .check(expect!["in_progress timeout available: done, late"]);
}

#[test]
fn a_reboot_with_hours_of_recovery_is_told_late() {
    reboot()
        .behaving(|rds| rds.reboot = 3 * HOUR)
        .check(expect!["in_progress timeout available: done, late"]);
}

#[test]
fn a_failover_is_verified_by_its_event_or_its_zone() {
    failover().check(expect!["in_progress available: done, failover verified"]);
    let by_zone = |rds: &mut Behaviour| (rds.events, rds.zone_lag) = (Events::Never, 3 * MINUTE);
    failover().behaving(by_zone).check(expect!["in_progress available: done, failover verified"]);
    // Where nothing else shows a restart, the zone may be that of an earlier failover.
    failover()
        .behaving(between_looks)
        .behaving(by_zone)
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
}

#[test]
fn a_failover_without_evidence_is_not_verified() {
    let dark = |rds: &mut Behaviour| (rds.events, rds.zone_lag) = (Events::Never, HOUR);
    failover().behaving(dark).check(expect!["in_progress available: done, failover not_verified"]);
    let abandoned =
        |rds: &mut Behaviour| rds.failover_outcome = FailoverOutcome::AbandonedAfterRestart;
    failover()
        .behaving(abandoned)
        .check(expect!["in_progress available: done, failover abandoned"]);
    failover()
        .behaving(abandoned)
        .behaving(between_looks)
        .check(expect!["in_progress available: done, failover abandoned"]);
    failover()
        .behaving(|rds| rds.failover_outcome = FailoverOutcome::Abandoned)
        .check(expect!["in_progress failed: not done, failover_abandoned"]);
}

#[test]
fn a_failover_is_refused_up_front_where_there_is_no_standby() {
    failover()
        .on(postgres())
        .check(expect!["failed: not done, failover_requires_multi_az, nothing sent"]);
}

#[test]
fn an_instance_that_does_not_come_back_is_told_with_its_status() {
    let bad = |rds: &mut Behaviour| rds.reboot_ends_in = "incompatible-parameters".into();
    reboot().behaving(bad).check(expect!["in_progress failed: not done, reboot_failed"]);
    reboot().behaving(bad).behaving(|rds| rds.events = Events::Never).check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
         incompatible-parameters"
    ]);
    reboot().enters(20 * SECOND, "storage-full").check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status storage-full"
    ]);
    reboot()
        .then(20 * SECOND, |world| world.rds.remove(&db()))
        .check(expect!["in_progress failed: not done, instance_disappeared"]);
}

#[test]
fn a_status_that_nobody_knows_is_waited_out() {
    reboot()
        .enters(10 * SECOND, "quantum-tuning")
        .enters(2 * MINUTE, "available")
        .check(expect!["in_progress available: done"]);
    reboot()
        .enters(10 * SECOND, "quantum-tuning")
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
    reboot().enters(10 * SECOND, "incompatible-quantum").check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
                        incompatible-quantum"
    ]);
}

#[test]
fn a_status_before_the_reboot_does_not_fail_it() {
    let stuck = || reboot().on(postgres().status("incompatible-parameters"));
    stuck().behaving(|rds| rds.lag = 45 * SECOND).check(expect!["in_progress available: done"]);
    let again = |rds: &mut Behaviour| rds.reboot_ends_in = "incompatible-parameters".into();
    stuck().behaving(again).check(expect!["in_progress failed: not done, reboot_failed"]);
    stuck().behaving(again).behaving(|rds| rds.events = Events::Never).check(expect![
        "in_progress failed: not done, instance_needs_attention, instance_status \
         incompatible-parameters"
    ]);
}

#[test]
fn unusual_kinds_of_instances_are_rejected() {
    for engine in ["custom-oracle-ee", "neptune", "docdb"] {
        let instance = SimulatedInstance::new(engine).tag("Environment", "Development");
        reboot().on(instance).check(expect!["failed: not done, unsupported_engine, nothing sent"]);
    }
}

#[test]
fn other_statuses_are_refused_before_anything_is_sent() {
    for (status, expected) in [
        (
            "storage-full",
            expect![
                "failed: not done, status_not_allowed, instance_status storage-full, nothing sent"
            ],
        ),
        (
            "backing-up",
            expect![
                "failed: not done, status_not_allowed, instance_status backing-up, nothing sent"
            ],
        ),
        (
            "quantum-tuning",
            expect![
                "failed: not done, status_not_allowed, instance_status quantum-tuning, nothing sent"
            ],
        ),
    ] {
        reboot().on(postgres().status(status)).check(expected);
    }
}

#[test]
fn parameters_that_waited_are_in_sync_or_told_as_what_they_are() {
    let waiting = || reboot().on(postgres().pending_parameters());
    waiting().check(expect!["in_progress available: done, parameter_apply_status in-sync"]);
    waiting()
        .behaving(|rds| rds.lag = 45 * SECOND)
        .check(expect!["in_progress available: done, parameter_apply_status in-sync"]);
    waiting()
        .behaving(|rds| rds.parameters_lag = 2 * MINUTE)
        .check(expect!["in_progress available: done, parameter_apply_status in-sync"]);
    waiting().behaving(|rds| rds.parameters_lag = HOUR).check(expect![
        "in_progress available: done, parameter_apply_status pending-reboot, warning \
         parameters_not_in_sync"
    ]);
    waiting().behaving(|rds| rds.parameters_end_in = "pending-reboot".into()).check(expect![
        "in_progress available: done, parameter_apply_status pending-reboot, warning \
         parameters_not_in_sync"
    ]);
    waiting().behaving(|rds| rds.parameters_end_in = "failed-to-apply".into()).check(expect![
        "in_progress failed: not done, parameters_failed_to_apply, parameter_apply_status \
         failed-to-apply"
    ]);
    let waiting = failover().on(postgres().multi_az().pending_parameters());
    waiting.check(expect![
        "in_progress available: done, failover verified, parameter_apply_status pending-reboot, \
         warning failover_leaves_parameters"
    ]);
}
