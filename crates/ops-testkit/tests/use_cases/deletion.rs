//! Deletions of snapshots from the request to the answer: previewed, refused, and blocked for
//! production.

use chrono::TimeDelta;
use ops_domain::cluster::LockScope;
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::service::Submitted;
use ops_domain::state::Status;
use ops_testkit::fleet::{AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

fn mysql() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "test-mysql-01")
}

/// How the deletion ends.
async fn outcome(world: &World, request: &Value) -> String {
    let record = begun(world, request).await;
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(record.created_at);
    let code = answer.get("error_code").and_then(Value::as_str);
    code.unwrap_or_else(|| record.status().as_str()).to_owned()
}

#[tokio::test]
async fn a_snapshot_that_was_created_can_be_deleted_later() {
    let world = World::demo();
    for name in ["manual-1", "manual-2"] {
        let mut create = snapshot();
        create["parameters"] = json!({ "snapshot_id": name, "retain_days": 7 });
        let record = begun(&world, &create).await;
        let record = world.run_to_end(record.id).await;
        let answer = record.answer(record.created_at);
        assert_eq!(answer["delete_after"], json!("2026-02-07"));
    }
    let delete = |name: &str, only_expired: bool| {
        json!({
            "operation": "delete_snapshot", "instance_id": "dev-postgres-01",
            "parameters": { "snapshot_id": name, "only_expired": only_expired }
        })
    };
    assert_eq!(outcome(&world, &delete("manual-1", true)).await, "snapshot_not_expired");
    world.clock.advance_to("2026-02-08T00:00:00Z".parse().unwrap());
    assert_eq!(outcome(&world, &delete("manual-1", true)).await, "available");
    assert_eq!(outcome(&world, &delete("manual-2", true)).await, "snapshot_is_newest");
    let left: Vec<String> =
        world.rds.snapshots(&dev()).into_iter().map(|it| it.snapshot_id.to_string()).collect();
    assert_eq!(left, ["manual-2"]);
}

#[tokio::test]
async fn the_snapshot_of_a_member_is_deleted_for_its_cluster() {
    let world = World::demo();
    let aurora = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER);
    let member = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-aurora-01");
    for (name, days) in [("old-1", 20), ("old-2", 10)] {
        world.rds.add_own_snapshot(&member, name, sample::start() - TimeDelta::days(days), &[]);
    }
    let mut request = deletion();
    request["instance_id"] = json!("dev-aurora-01");
    let record = begun(&world, &request).await;
    assert_eq!(record.lock_scope(), LockScope::Cluster(aurora.clone()));
    assert_eq!(world.rds.calls()[0].call.action(), "DeleteDBClusterSnapshot");
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Available);
    let answer = Value::Object(record.answer(record.created_at));
    assert_eq!(
        (&answer["scope"], &answer["members"], &answer["changed"]),
        (&json!("cluster"), &json!(["dev-aurora-01", "dev-aurora-02"]), &json!(true))
    );
    assert_eq!(world.rds.cluster_snapshots(&aurora).len(), 1);
}

#[tokio::test]
async fn the_preview_of_a_deletion_warns_that_it_is_final() {
    let world = with_old_snapshots();
    let mut request = deletion();
    request["dry_run"] = json!(true);
    let Ok(Submitted::DryRun(dry_run)) = world.submit(&request).await else { panic!("no preview") };
    let preview = answer_to(&dry_run);
    let would = &preview["would"];
    assert_eq!(would["warnings"][0]["code"], json!("deletion_is_final"));
    assert_eq!(would["interruption"]["kind"], json!("none"));
    assert_eq!(
        would["rds_call"],
        json!({ "action": "DeleteDBSnapshot", "parameters": { "DBSnapshotIdentifier": "old-1" } })
    );
    assert_eq!(preview["passed"], json!(true));
    assert_eq!(world.rds.calls(), []);
}

/// The tags of the snapshot need not be those of the database.
#[tokio::test]
async fn a_snapshot_tagged_production_is_not_deleted() {
    for tag in [("Environment", "Production"), ("env", "prod"), ("Stage", "live")] {
        let world = with_old_snapshots();
        let at = sample::start() - TimeDelta::days(30);
        world.rds.add_own_snapshot(&mysql(), "old-0", at, &[tag]);
        let mut request = deletion();
        request["parameters"]["snapshot_id"] = json!("old-0");
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::Denied, "{tag:?}");
        let reason = record.classification.reason();
        assert!(reason.contains("of snapshot old-0 (related) says Production"), "{reason}");
        assert_eq!(world.rds.calls(), []);
    }
}

/// Without an environment tag nothing says that it is not production.
#[tokio::test]
async fn a_snapshot_without_environment_tags_is_not_deleted() {
    let world = with_old_snapshots();
    let own = world.rds.snapshots(&mysql()).remove(0).tags;
    let own = own.into_iter().filter(|(key, _)| key.starts_with("rds-ops:")).collect();
    world.rds.set_snapshot_tags(&mysql().scope(), &"old-1".parse().unwrap(), &own);
    let record = begun(&world, &deletion()).await;
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn no_snapshot_of_a_production_database_is_deleted() {
    let world = World::demo();
    for name in ["prod-orders-01", "orders-legacy"] {
        let mut request = deletion();
        request["instance_id"] = json!(name);
        assert_eq!(refused(&world, &request).await.code, Code::ProductionBlocked, "{name}");
    }
    // Its own tags are those of the time when it was taken.
    let world = with_old_snapshots();
    world.rds.set_tags(&mysql(), [("Environment".into(), "production".into())].into());
    let record = begun(&world, &deletion()).await;
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn a_snapshot_that_others_use_is_left_alone() {
    let (scope, old) = (mysql().scope(), "old-1".parse().unwrap());
    let world = with_old_snapshots();
    world.rds.share_snapshot(&scope, &old, "444455556666");
    assert_eq!(outcome(&world, &deletion()).await, "snapshot_shared");
    let world = with_old_snapshots();
    world.rds.copy_snapshot_by_hand(&scope, &old, &"copy-1".parse().unwrap());
    assert_eq!(outcome(&world, &deletion()).await, "snapshots_in_progress");
    assert_eq!(world.rds.calls(), []);
}

/// A lease on the database keeps a snapshot from being made meanwhile.
#[tokio::test]
async fn a_deletion_has_the_database_to_itself() {
    let world = with_old_snapshots();
    let record = begun(&world, &deletion()).await;
    let mut create = snapshot();
    create["instance_id"] = json!("test-mysql-01");
    assert_eq!(refused(&world, &create).await.code, Code::InstanceBusy);
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
}

/// The request is repeated after the deletion: the snapshot may never have been there.
#[tokio::test]
async fn a_second_deletion_finds_nothing_and_says_so() {
    let world = with_old_snapshots();
    assert_eq!(outcome(&world, &deletion()).await, "available");
    assert_eq!(outcome(&world, &deletion()).await, "snapshot_not_found");
    assert_eq!(world.rds.calls().len(), 1);
}

#[tokio::test]
async fn a_scheduled_deletion_spares_a_snapshot_made_again() {
    let world = with_old_snapshots();
    let mut request = deletion();
    let at = sample::start() + TimeDelta::hours(1);
    request["start"] = json!({ "at": at.to_rfc3339() });
    let record = begun(&world, &request).await;
    world.rds.remove_snapshot(&mysql().scope(), "old-1");
    let made = sample::start() + TimeDelta::minutes(10);
    world.rds.add_own_snapshot(&mysql(), "old-1", made, &[]);
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(record.created_at);
    assert_eq!(answer["error_code"], json!("snapshot_created_since"));
    assert_eq!(world.rds.calls(), []);
}

/// It has no tags of the service. Nobody could act on "production" for it.
#[tokio::test]
async fn the_snapshot_of_a_stop_is_refused_as_one_of_others() {
    let world = World::demo();
    let record = begun(&world, &stop_with_snapshot()).await;
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
    let delete = json!({
        "operation": "delete_snapshot", "instance_id": "test-mysql-01",
        "parameters": { "snapshot_id": "before-stop" }
    });
    assert_eq!(outcome(&world, &delete).await, "snapshot_not_made_by_service");
    assert_eq!(world.rds.snapshots(&mysql()).len(), 1);
}
