//! Maintenance windows: done when RDS describes the wanted one. The walks begin on a Saturday, 10:00
//! UTC.

use expect_test::expect;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, postgres};

fn window(maintenance_window: &str) -> Walk {
    Walk::new("modify_maintenance_window", json!({ "maintenance_window": maintenance_window }))
}

#[test]
fn a_maintenance_window_is_done_when_it_is_described() {
    window("tue:23:00-wed:00:00").check(expect!["in_progress available: done, changed true"]);
    window("tue:23:00-wed:00:00")
        .behaving(|rds| rds.window_delay = 40 * SECOND)
        .check(expect!["in_progress available: done, changed true"]);
    window("tue:23:00-wed:00:00")
        .behaving(|rds| rds.window_delay = 90 * MINUTE)
        .check(expect!["in_progress timeout available: done, late, changed true"]);
    window("tue:23:00-wed:00:00")
        .behaving(|rds| rds.window_delay = 48 * HOUR)
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
    window("Sun:05:00-Sun:06:00").check(expect!["in_progress available: done, changed true"]);
}

#[test]
fn a_window_that_would_begin_now_is_refused_whatever_waits() {
    let waiting = || postgres().pending("DBInstanceClass", "db.r6g.large");
    window("sat:09:00-sat:11:00")
        .check(expect!["failed: not done, window_would_reboot_now, nothing sent"]);
    window("sat:10:14-sat:11:00")
        .on(waiting())
        .check(expect!["failed: not done, window_would_reboot_now, nothing sent"]);
    window("sat:10:16-sat:11:00").on(waiting()).check(expect![
        "in_progress available: done, changed true, warning pending_changes_follow_window"
    ]);
}

#[test]
fn a_maintenance_window_over_the_backup_window_is_refused() {
    window("tue:03:15-tue:04:00").check(expect!["failed: not done, windows_overlap, nothing sent"]);
    window("tue:03:30-tue:04:00").check(expect!["in_progress available: done, changed true"]);
}

#[test]
fn a_maintenance_window_needs_an_instance_that_rds_modifies() {
    for (status, expected) in [
        ("storage-optimization", expect!["in_progress available: done, changed true"]),
        (
            "stopped",
            expect!["failed: not done, status_not_allowed, instance_status stopped, nothing sent"],
        ),
    ] {
        window("tue:23:00-wed:00:00").on(postgres().status(status)).check(expected);
    }
}
