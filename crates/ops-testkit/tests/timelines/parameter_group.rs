//! Parameter groups: done when RDS describes the wanted one, with what became of its parameters.

use expect_test::expect;
use ops_testkit::simulated_rds::{Behaviour, Fault, SendFault};
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, postgres};

fn group(parameter_group: &str) -> Walk {
    Walk::new("change_parameter_group", json!({ "parameter_group": parameter_group }))
}

#[test]
fn a_group_is_done_when_it_is_attached_and_settled() {
    group("tuned").check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    group("tuned").behaving(|rds| rds.window_delay = 40 * SECOND).check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    group("tuned").behaving(|rds| rds.parameters_applying = 90 * SECOND).check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    let stale = |rds: &mut Behaviour| (rds.lag, rds.stale_for) = (10 * SECOND, 20 * SECOND);
    group("tuned").behaving(stale).check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    group("default.postgres16").on(postgres().parameter_group("tuned")).check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
}

#[test]
fn a_group_that_shows_late_is_told_late() {
    group("tuned").behaving(|rds| rds.window_delay = 90 * MINUTE).check(expect!["in_progress timeout available: done, late, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    group("tuned")
        .behaving(|rds| rds.window_delay = 48 * HOUR)
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
}

#[test]
fn a_group_that_changes_nothing_needs_no_reboot() {
    group("tuned")
        .on(postgres().parameter_group("tuned"))
        .check(expect!["available: done, apply_status in-sync, changed false, nothing sent"]);
    group("tuned")
        .on(postgres().parameter_group("tuned").status("stopped"))
        .check(expect!["available: done, apply_status in-sync, changed false, nothing sent"]);
    group("default.postgres16")
        .check(expect!["available: done, apply_status in-sync, changed false, nothing sent"]);
}

#[test]
fn parameters_that_the_engine_refuses_are_a_failure() {
    group("tuned")
        .behaving(|rds| rds.parameter_group_ends_in = Some("failed-to-apply".to_owned()))
        .check(expect!["in_progress failed: not done, parameter_group_failed_to_apply, parameter_apply_status failed-to-apply"]);
    group("tuned")
        .behaving(|rds| rds.parameter_group_ends_in = Some("pending-database-upgrade".to_owned()))
        .check(expect![
            "in_progress available: done, apply_status pending-database-upgrade, changed true"
        ]);
}

#[test]
fn a_group_that_does_not_fit_is_refused_before_the_call() {
    group("missing").check(expect!["failed: not done, parameter_group_not_found, nothing sent"]);
    group("mysql-tuned")
        .check(expect!["failed: not done, parameter_group_family_differs, nothing sent"]);
    group("tuned").on(postgres().status("stopped")).check(expect![
        "failed: not done, status_not_allowed, instance_status stopped, nothing sent"
    ]);
    group("tuned")
        .on(postgres().pending("EngineVersion", "17.2"))
        .check(expect!["failed: not done, engine_upgrade_waits, nothing sent"]);
    group("tuned").on(postgres().pending("DBInstanceClass", "db.r6g.large")).check(expect!["in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot"]);
    let now = json!({ "parameter_group": "tuned", "apply_immediately": true });
    Walk::new("change_parameter_group", now)
        .on(postgres().pending("DBInstanceClass", "db.r6g.large"))
        .check(expect!["failed: not done, nothing sent"]);
}

#[test]
fn a_lost_answer_is_resolved_by_the_attached_group() {
    let lost = |fault| {
        let mut walk = group("tuned");
        walk.faults = vec![Fault::next_send(fault)];
        walk
    };
    lost(SendFault::LostAfter).check(expect!["unresolved in_progress available: done, apply_status pending-reboot, warning group_needs_reboot"]);
    lost(SendFault::LostBefore).check(expect!["unresolved accepted submitting in_progress available: done, apply_status pending-reboot, changed true, warning group_needs_reboot, warning sent_late"]);
}
