//! Backup windows: done when RDS describes the wanted one.

use expect_test::expect;
use ops_testkit::simulated_rds::Events;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, postgres};

fn window(backup_window: &str) -> Walk {
    Walk::new("modify_backup_window", json!({ "backup_window": backup_window }))
}

#[test]
fn a_window_is_done_when_it_is_described() {
    window("01:00-02:00").check(expect!["in_progress available: done, changed true"]);
    window("01:00-02:00")
        .behaving(|rds| rds.window_delay = 40 * SECOND)
        .check(expect!["in_progress available: done, changed true"]);
    let stale = |rds: &mut ops_testkit::simulated_rds::Behaviour| {
        (rds.lag, rds.stale_for, rds.events) = (10 * SECOND, 20 * SECOND, Events::Never);
    };
    window("01:00-02:00")
        .behaving(stale)
        .check(expect!["in_progress available: done, changed true"]);
}

#[test]
fn a_window_is_done_only_when_described() {
    window("01:00-02:00")
        .behaving(|rds| rds.window_delay = 48 * HOUR)
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
    window("01:00-02:00")
        .behaving(|rds| rds.window_delay = 90 * MINUTE)
        .check(expect!["in_progress timeout available: done, late, changed true"]);
}

#[test]
fn an_unchanged_window_sends_nothing() {
    window("03:00-03:30").check(expect!["available: done, changed false, nothing sent"]);
    window("03:00-03:30")
        .on(postgres().status("stopped"))
        .check(expect!["available: done, changed false, nothing sent"]);
}

#[test]
fn an_overlapping_window_is_rejected() {
    for (wanted, expected) in [
        ("04:30-05:00", expect!["in_progress available: done, changed true"]),
        ("04:30-05:01", expect!["failed: not done, windows_overlap, nothing sent"]),
        ("05:30-06:00", expect!["in_progress available: done, changed true"]),
        ("23:45-05:15", expect!["failed: not done, windows_overlap, nothing sent"]),
    ] {
        window(wanted).check(expected);
    }
}

#[test]
fn statuses_decide_before_the_call_and_not_after_it() {
    for (status, expected) in [
        ("storage-optimization", expect!["in_progress available: done, changed true"]),
        (
            "storage-full",
            expect![
                "failed: not done, status_not_allowed, instance_status storage-full, nothing sent"
            ],
        ),
        (
            "incompatible-parameters",
            expect![
                "failed: not done, status_not_allowed, instance_status incompatible-parameters, \
                 nothing sent"
            ],
        ),
        (
            "quantum-tuning",
            expect![
                "failed: not done, status_not_allowed, instance_status quantum-tuning, nothing sent"
            ],
        ),
    ] {
        window("01:00-02:00").on(postgres().status(status)).check(expected);
    }
}

#[test]
fn a_window_without_effect_is_set_with_a_warning() {
    window("01:00-02:00")
        .on(postgres().without_backups())
        .check(expect!["in_progress available: done, changed true, warning backups_off"]);
    window("01:00-02:00")
        .on(postgres().managed_by_aws_backup())
        .check(expect!["in_progress available: done, changed true, warning managed_by_aws_backup"]);
    window("03:00-03:30")
        .on(postgres().without_backups())
        .check(expect!["available: done, changed false, warning backups_off, nothing sent"]);
}
