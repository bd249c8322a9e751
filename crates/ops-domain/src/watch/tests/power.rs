use super::*;

#[test]
fn a_stop_is_done_when_it_shows_stopped() {
    check(
        &stop(None),
        Some("stopping"),
        &["available", "stopping", "stopped"],
        expect![[r#"
        30s available -> poll at 60
        60s stopping -> poll at 90
        90s stopped -> done {"changed":true,"instance_status":"stopped","status":"available","warnings":[{"code":"starts_again_after_seven_days","guidance":"The result has the time (`automatic_restart_time`) as soon as RDS returns it. Send the operation again after that if the database is to stay stopped. A start needs recovery and free capacity for the instance class, and may take long.","message":"RDS starts a stopped database again by itself after seven days. Until then its storage and its backups are charged, and it gets no maintenance."}]}
    "#]],
    );
    // Without a sign of the stop, one read may be an old one of an earlier stop.
    check(
        &stop(None),
        None,
        &["stopped", "available", "stopped", "stopped"],
        expect![[r#"
        30s stopped -> poll at 60
        60s available -> poll at 90
        90s stopped -> poll at 120
        120s stopped -> done {"changed":true,"instance_status":"stopped","status":"available","warnings":[{"code":"starts_again_after_seven_days","guidance":"The result has the time (`automatic_restart_time`) as soon as RDS returns it. Send the operation again after that if the database is to stay stopped. A start needs recovery and free capacity for the instance class, and may take long.","message":"RDS starts a stopped database again by itself after seven days. Until then its storage and its backups are charged, and it gets no maintenance."}]}
    "#]],
    );
    check(
        &stop(None),
        None,
        &["stopped +stopped:5"],
        expect![[r#"
        30s stopped +stopped:5 -> done {"changed":true,"instance_status":"stopped","status":"available","warnings":[{"code":"starts_again_after_seven_days","guidance":"The result has the time (`automatic_restart_time`) as soon as RDS returns it. Send the operation again after that if the database is to stay stopped. A start needs recovery and free capacity for the instance class, and may take long.","message":"RDS starts a stopped database again by itself after seven days. Until then its storage and its backups are charged, and it gets no maintenance."}]}
    "#]],
    );
}

#[test]
fn a_database_that_was_started_again_is_not_stopped() {
    check(
        &stop(None),
        Some("stopping"),
        &["starting", "available", "available", "stopping", "starting", "available", "available"],
        expect![[r#"
            30s starting -> poll at 60
            60s available -> poll at 90
            90s available -> poll at 120
            120s stopping -> poll at 150
            150s starting -> poll at 180
            180s available -> poll at 210
            210s available -> failed started_meanwhile
        "#]],
    );
}

#[test]
fn a_stop_with_snapshot_needs_both() {
    check(
        &stop(Some("s-1")),
        Some("stopping"),
        &["stopping snap:creating:40", "stopped snap:creating:90", "stopped snap:available:100"],
        expect![[r#"
            30s stopping snap:creating:40 -> poll at 60
            60s stopped snap:creating:90 -> poll at 90
            90s stopped snap:available:100 -> done {"changed":true,"instance_status":"stopped","snapshot_arn":"arn:aws:rds:eu-central-1:111122223333:snapshot:s-1","snapshot_create_time":null,"snapshot_id":"s-1","status":"available","warnings":[{"code":"starts_again_after_seven_days","guidance":"The result has the time (`automatic_restart_time`) as soon as RDS returns it. Send the operation again after that if the database is to stay stopped. A start needs recovery and free capacity for the instance class, and may take long.","message":"RDS starts a stopped database again by itself after seven days. Until then its storage and its backups are charged, and it gets no maintenance."}]}
        "#]],
    );
    check(
        &stop(Some("s-1")),
        Some("stopping"),
        &["stopping snap:creating:40", "stopped snap:failed"],
        expect![[r#"
            30s stopping snap:creating:40 -> poll at 60
            60s stopped snap:failed -> failed stopped_without_snapshot
        "#]],
    );
    let never = ["stopping", "stopped", "stopped", "stopped", "stopped", "stopped"];
    check(
        &stop(Some("s-1")),
        Some("stopping"),
        &never,
        expect![[r#"
        30s stopping -> poll at 60
        60s stopped -> poll at 90
        90s stopped -> poll at 120
        120s stopped -> failed stopped_without_snapshot
    "#]],
    );
}

#[test]
fn a_start_is_done_at_two_reads_or_by_its_event() {
    check(
        &start(),
        Some("starting"),
        &["stopped", "starting", "available", "available"],
        expect![[r#"
            30s stopped -> poll at 60
            60s starting -> poll at 90
            90s available -> poll at 120
            120s available -> done {"changed":true,"instance_status":"available","status":"available"}
        "#]],
    );
    check(
        &start(),
        Some("starting"),
        &["available +started:20"],
        expect![[r#"
        30s available +started:20 -> done {"changed":true,"instance_status":"available","status":"available"}
    "#]],
    );
    check(
        &start(),
        None,
        &["stopped", "available", "stopped", "available", "storage-optimization"],
        expect![[r#"
            30s stopped -> poll at 60
            60s available -> poll at 90
            90s stopped -> poll at 120
            120s available -> poll at 150
            150s storage-optimization -> done {"changed":true,"instance_status":"storage-optimization","status":"available"}
        "#]],
    );
}

#[test]
fn a_start_that_falls_back_has_failed() {
    check(
        &start(),
        Some("starting"),
        &["starting", "stopping", "stopped", "stopped", "stopped"],
        expect![[r#"
            30s starting -> poll at 60
            60s stopping -> poll at 90
            90s stopped -> poll at 120
            120s stopped -> poll at 150
            150s stopped -> failed start_given_up
        "#]],
    );
}

#[test]
fn a_database_that_was_stopped_again_is_not_started() {
    let down = ["stopped +started:40", "stopped", "stopped"];
    check(
        &start(),
        Some("starting"),
        &down,
        expect![[r#"
        30s stopped +started:40 -> poll at 60
        60s stopped -> poll at 90
        90s stopped -> failed stopped_meanwhile
    "#]],
    );
    check(
        &start(),
        Some("starting"),
        &["starting", "available", "stopping", "stopped", "stopped", "stopped"],
        expect![[r#"
            30s starting -> poll at 60
            60s available -> poll at 90
            90s stopping -> poll at 120
            120s stopped -> poll at 150
            150s stopped -> poll at 180
            180s stopped -> failed stopped_meanwhile
        "#]],
    );
}

/// It may be an old read, or RDS has not begun yet.
#[test]
fn a_start_that_shows_nothing_is_waited_for() {
    check(
        &start(),
        Some("starting"),
        &["stopped"; 11],
        expect![[r#"
        30s stopped -> poll at 60
        60s stopped -> poll at 90
        90s stopped -> poll at 120
        120s stopped -> poll at 150
        150s stopped -> poll at 180
        180s stopped -> poll at 210
        210s stopped -> poll at 240
        240s stopped -> poll at 270
        270s stopped -> poll at 300
        300s stopped -> timeout, poll at 360
        360s stopped -> poll at 480
    "#]],
    );
}

#[test]
fn a_database_that_gets_stuck_has_failed_with_its_status() {
    for operation in [start(), stop(None)] {
        check(
            &operation,
            Some("modifying"),
            &["incompatible-parameters", "incompatible-parameters"],
            expect![[r#"
                30s incompatible-parameters -> poll at 60
                60s incompatible-parameters -> failed instance_needs_attention
            "#]],
        );
    }
}
