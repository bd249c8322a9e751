use super::*;

/// What RDS shows may go back for a moment, so one read proves nothing.
#[test]
fn a_deletion_is_done_at_two_reads_without_it() {
    check(
        &delete_snapshot(),
        None,
        &[
            "available old:deleting",
            "available",
            "available old:deleting",
            "available",
            "available",
        ],
        expect![[r#"
            30s available old:deleting -> poll at 60
            60s available -> poll at 90
            90s available old:deleting -> poll at 120
            120s available -> poll at 150
            150s available -> done {"changed":true,"snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
        "#]],
    );
}

/// The name is unique, so the one that was to be deleted is gone.
#[test]
fn a_new_snapshot_of_the_same_name_is_another() {
    check(
        &delete_snapshot(),
        None,
        &["available old:available", "available snap:creating", "available new:available"],
        expect![[r#"
            30s available old:available -> poll at 60
            60s available snap:creating -> poll at 90
            90s available new:available -> done {"changed":true,"snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
        "#]],
    );
}

#[test]
fn a_deletion_needs_no_sight_of_the_instance() {
    check(
        &delete_snapshot(),
        None,
        &["-", "!", "-"],
        expect![[r#"
        30s - -> poll at 60
        60s ! -> poll at 111
        111s - -> done {"changed":true,"snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
    "#]],
    );
}

#[test]
fn a_deletion_that_shows_nothing_is_waited_for() {
    check(
        &delete_snapshot(),
        None,
        &["available old:available"; 11],
        expect![[r#"
        30s available old:available -> poll at 60
        60s available old:available -> poll at 90
        90s available old:available -> poll at 120
        120s available old:available -> poll at 150
        150s available old:available -> poll at 180
        180s available old:available -> poll at 210
        210s available old:available -> poll at 240
        240s available old:available -> poll at 270
        270s available old:available -> poll at 300
        300s available old:available -> timeout, poll at 360
        360s available old:available -> poll at 480
    "#]],
    );
}
