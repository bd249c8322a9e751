//! Snapshots: done when the snapshot is, whatever the instance does meanwhile.

use expect_test::expect;
use ops_testkit::world::World;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, db, postgres};

fn snapshot() -> Walk {
    Walk::new("create_snapshot", json!({ "snapshot_id": "s-1" }))
}

#[test]
fn a_snapshot_is_done_when_it_is_available() {
    snapshot().check(expect!["in_progress available: done"]);
    snapshot()
        .behaving(|rds| (rds.lag, rds.stale_for) = (90 * SECOND, 30 * SECOND))
        .check(expect!["in_progress available: done"]);
    snapshot().behaving(|rds| rds.backing_up = HOUR).check(expect!["in_progress available: done"]);
}

#[test]
fn a_snapshot_of_hours_is_told_late() {
    snapshot()
        .behaving(|rds| rds.snapshot = 6 * HOUR)
        .check(expect!["in_progress timeout available: done, late"]);
}

#[test]
fn a_snapshot_that_fails_or_is_deleted_is_told_so() {
    snapshot()
        .behaving(|rds| rds.snapshot_ends_in = "failed".into())
        .check(expect!["in_progress failed: not done, snapshot_failed, snapshot_status failed"]);
    snapshot().behaving(|rds| rds.snapshot_ends_in = "deleting".into()).check(expect![
        "in_progress failed: not done, snapshot_disappeared, snapshot_status deleting"
    ]);
    let delete = |world: &World| world.rds.remove_snapshot(&db().scope(), "s-1");
    snapshot()
        .behaving(|rds| rds.snapshot = 10 * MINUTE)
        .then(MINUTE, delete)
        .check(expect!["in_progress failed: not done, snapshot_disappeared"]);
}

#[test]
fn what_happens_to_the_instance_meanwhile_does_not_decide() {
    snapshot().enters(20 * SECOND, "storage-full").check(expect!["in_progress available: done"]);
    snapshot()
        .enters(20 * SECOND, "incompatible-parameters")
        .check(expect!["in_progress available: done"]);
    snapshot().enters(20 * SECOND, "quantum-tuning").check(expect!["in_progress available: done"]);
}

#[test]
fn a_snapshot_status_that_nobody_knows_never_counts_as_done() {
    snapshot()
        .behaving(|rds| rds.snapshot_ends_in = "quantum".into())
        .check(expect!["in_progress timeout unverified: not done, unverified, late"]);
}

#[test]
fn snapshots_are_rejected_in_other_statuses() {
    for (status, expected) in [
        ("storage-optimization", expect!["in_progress available: done"]),
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
        snapshot().on(postgres().status(status)).check(expected);
    }
}

#[test]
fn a_replica_and_its_source_are_snapshotted_like_others() {
    snapshot().on(postgres().replicated_by("db-2")).check(expect!["in_progress available: done"]);
}

#[test]
fn a_full_quota_is_told_whether_it_can_be_read_or_not() {
    snapshot()
        .behaving(|rds| rds.snapshot_quota = 0)
        .check(expect!["failed: not done, snapshot_quota_used_up, nothing sent"]);
    snapshot()
        .behaving(|rds| (rds.snapshot_quota, rds.quotas_readable) = (0, false))
        .check(expect!["failed: not done, SnapshotQuotaExceeded"]);
}
