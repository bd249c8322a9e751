//! Deletions of snapshots that people delete and make again meanwhile.

use expect_test::expect;
use ops_domain::time::after;
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, Fault, SendFault};
use ops_testkit::world::World;
use serde_json::json;

use crate::walk::{HOUR, MINUTE, SECOND, Walk, db};

fn delete() -> Walk {
    Walk::new("delete_snapshot", json!({ "snapshot_id": "old-1" }))
}

fn slow_to_show(rds: &mut Behaviour) {
    (rds.lag, rds.stale_for) = (20 * SECOND, 20 * SECOND);
}

fn by_hand(world: &World) {
    let id = "old-1".parse().expect("it is an identifier");
    world.rds.delete_snapshot_by_hand(&db(), &id);
}

/// Somebody makes another snapshot under the same name.
fn made_again(world: &World) {
    world.rds.add_own_snapshot(&db(), "old-1", after(sample::start(), MINUTE), &[]);
}

#[test]
fn a_deletion_is_done_when_the_snapshot_is_gone() {
    delete().check(expect!["in_progress available: done, changed true"]);
    delete().behaving(slow_to_show).check(expect!["in_progress available: done, changed true"]);
    delete()
        .behaving(|rds| rds.deletion = 3 * HOUR)
        .check(expect!["in_progress timeout available: done, late, changed true"]);
}

#[test]
fn a_lost_deletion_is_carried_out_once() {
    for fault in [SendFault::LostBefore, SendFault::LostAfter] {
        let mut walk = delete();
        walk.faults = vec![Fault::next_send(fault)];
        let (world, record) = walk.run();
        assert_eq!(record.status().as_str(), "available");
        let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
        assert_eq!(accepted, 1);
    }
}

/// The snapshot is gone, and the answer does not say by whose call.
#[test]
fn a_snapshot_that_is_deleted_by_another_is_not_claimed() {
    let mut walk = delete().then(5 * SECOND, by_hand);
    walk.faults = vec![Fault::next_send(SendFault::LostBefore)];
    walk.check(expect!["unresolved in_progress available: done, nothing sent"]);
    let mut walk = delete().then(SECOND, by_hand);
    walk.faults = vec![Fault::next_send(SendFault::Refused { code: "DBSnapshotNotFound".into() })];
    walk.check(expect!["failed: not done, DBSnapshotNotFound"]);
}

/// Whatever the name means now, the snapshot that was meant is gone: another one is not deleted.
#[test]
fn a_snapshot_that_was_made_again_is_not_deleted() {
    delete()
        .then(40 * SECOND, made_again)
        .check(expect!["in_progress available: done, changed true"]);
    let mut walk = delete().then(5 * SECOND, made_again);
    walk.faults = vec![Fault::next_send(SendFault::LostBefore)];
    let (world, record) = walk.run();
    assert_eq!(record.status().as_str(), "available");
    assert!(world.rds.calls().is_empty());
    assert!(world.rds.snapshots(&db()).iter().any(|it| it.snapshot_id.as_str() == "old-1"));
}

#[test]
fn a_snapshot_stays_while_anything_speaks_against_its_deletion() {
    let newest = json!({ "snapshot_id": "old-2" });
    Walk::new("delete_snapshot", newest)
        .check(expect!["failed: not done, snapshot_is_newest, nothing sent"]);
    let allowed = json!({ "snapshot_id": "old-2", "allow_newest": true });
    Walk::new("delete_snapshot", allowed)
        .check(expect!["in_progress available: done, changed true"]);
    let unknown = json!({ "snapshot_id": "never-made" });
    Walk::new("delete_snapshot", unknown)
        .check(expect!["failed: not done, snapshot_not_found, nothing sent"]);
    let kept = json!({ "snapshot_id": "old-1", "only_expired": true });
    Walk::new("delete_snapshot", kept)
        .check(expect!["failed: not done, snapshot_without_expiry, nothing sent"]);
}
