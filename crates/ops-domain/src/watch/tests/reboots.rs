use super::*;

#[test]
fn available_after_a_reboot_is_not_success_yet() {
    let polls = ["available", "rebooting", "available", "available"];
    check(
        &reboot(false),
        None,
        &polls,
        expect![[r#"
        30s available -> poll at 60
        60s rebooting -> poll at 90
        90s available -> poll at 120
        120s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn a_reboot_that_fits_between_two_looks_is_proved_by_its_event() {
    check(
        &reboot(false),
        None,
        &["available +restarted:12"],
        expect![[r#"
        30s available +restarted:12 -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn an_event_from_before_the_call_is_no_evidence() {
    let polls = ["available +restarted:-500"; 11];
    check(
        &reboot(false),
        None,
        &polls,
        expect![[r#"
        30s available +restarted:-500 -> poll at 60
        60s available +restarted:-500 -> poll at 90
        90s available +restarted:-500 -> poll at 120
        120s available +restarted:-500 -> poll at 150
        150s available +restarted:-500 -> poll at 180
        180s available +restarted:-500 -> poll at 210
        210s available +restarted:-500 -> poll at 240
        240s available +restarted:-500 -> poll at 270
        270s available +restarted:-500 -> poll at 300
        300s available +restarted:-500 -> timeout, poll at 360
        360s available +restarted:-500 -> poll at 480
    "#]],
    );
}

/// RDS may show an instance as it was before for a minute or two.
#[test]
fn the_response_counts_with_three_reads_after_two_minutes() {
    check(
        &reboot(false),
        Some("rebooting"),
        &["available"; 4],
        expect![[r#"
        30s available -> poll at 60
        60s available -> poll at 90
        90s available -> poll at 120
        120s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
    let polls = ["available", "modifying", "available", "available", "available"];
    check(
        &reboot(false),
        Some("rebooting"),
        &polls,
        expect![[r#"
        30s available -> poll at 60
        60s modifying -> poll at 90
        90s available -> poll at 120
        120s available -> poll at 150
        150s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn a_later_backup_is_not_evidence_of_a_restart() {
    let polls = ["backing-up", "available", "available", "available"];
    check(
        &reboot(false),
        None,
        &polls,
        expect![[r#"
        30s backing-up -> poll at 60
        60s available -> poll at 90
        90s available -> poll at 120
        120s available -> poll at 150
    "#]],
    );
}

#[test]
fn a_status_that_nobody_knows_is_still_in_progress() {
    let polls = ["rebooting", "polishing", "available", "available"];
    check(
        &reboot(false),
        None,
        &polls,
        expect![[r#"
        30s rebooting -> poll at 60
        60s polishing -> poll at 90
        90s available -> poll at 120
        120s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn an_instance_that_comes_up_broken_fails_at_once() {
    check(
        &reboot(false),
        Some("rebooting"),
        &["rebooting", "incompatible-parameters"],
        expect![[r#"
        30s rebooting -> poll at 60
        60s incompatible-parameters -> failed instance_needs_attention
    "#]],
    );
    check(
        &reboot(false),
        Some("rebooting"),
        &["available +restart-failed:20"],
        expect![[r#"
        30s available +restart-failed:20 -> failed reboot_failed
    "#]],
    );
    check(
        &reboot(false),
        Some("rebooting"),
        &["-"],
        expect![[r#"
        30s - -> failed instance_disappeared
    "#]],
    );
}

#[test]
fn a_failover_needs_evidence_of_its_own() {
    let polls = ["rebooting", "available", "available", "available @b"];
    check(
        &reboot(true),
        Some("rebooting"),
        &polls,
        expect![[r#"
        30s rebooting -> poll at 60
        60s available -> poll at 90
        90s available -> poll at 120
        120s available @b -> done {"failover":"verified","force_failover":true,"status":"available"}
    "#]],
    );
}

/// A change of the class fails over, too.
#[test]
fn a_failover_is_not_proved_by_one_of_a_class_change() {
    let polls = ["available", "rebooting +class-started:40", "available @b", "available @b"];
    check(
        &reboot(true),
        None,
        &polls,
        expect![[r#"
        30s available -> poll at 60
        60s rebooting +class-started:40 -> poll at 90
        90s available @b -> poll at 120
        120s available @b -> poll at 150
    "#]],
    );
}

#[test]
fn an_abandoned_failover_is_told_apart_from_a_restart() {
    let polls = ["rebooting", "available", "available +abandoned:40"];
    check(
        &reboot(true),
        Some("rebooting"),
        &polls,
        expect![[r#"
        30s rebooting -> poll at 60
        60s available -> poll at 90
        90s available +abandoned:40 -> done {"failover":"abandoned","force_failover":true,"status":"available"}
    "#]],
    );
    check(
        &reboot(true),
        None,
        &["available +abandoned:10", "available +abandoned:10", "available +abandoned:10"],
        expect![[r#"
            30s available +abandoned:10 -> poll at 60
            60s available +abandoned:10 -> poll at 90
            90s available +abandoned:10 -> failed failover_abandoned
        "#]],
    );
}

#[test]
fn a_failover_without_evidence_is_not_verified_at_the_deadline() {
    let polls = [
        "rebooting",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
    ];
    check(
        &reboot(true),
        Some("rebooting"),
        &polls,
        expect![[r#"
        30s rebooting -> poll at 60
        60s available -> poll at 90
        90s available -> poll at 120
        120s available -> poll at 150
        150s available -> poll at 180
        180s available -> poll at 210
        210s available -> poll at 240
        240s available -> poll at 270
        270s available -> poll at 300
        300s available -> done {"failover":"not_verified","force_failover":true,"status":"available"}
    "#]],
    );
}
