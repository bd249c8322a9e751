//! The deletion of snapshots whose `retain_days` are over.

use chrono::TimeDelta;
use ops_config::Config;
use ops_domain::instance::InstanceRef;
use ops_domain::ports::Clock as _;
use ops_domain::service::{Expired, Service};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::Timestamp;
use ops_testkit::fleet::{AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample;
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

const OVER: (&str, &str) = ("rds-ops:delete-after", "2026-01-15");
const LATER: (&str, &str) = ("rds-ops:delete-after", "2026-01-31");

fn mysql() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "test-mysql-01")
}

fn days_ago(days: i64) -> Timestamp {
    sample::start() - TimeDelta::days(days)
}

/// One snapshot that has expired, and a later one.
fn expired() -> World {
    let world = World::demo();
    world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER]);
    world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
    world
}

/// Looks until every account and Region has been looked at.
async fn look(world: &World, service: &Service) -> Expired {
    let mut all = Expired::default();
    for _ in 0..8 {
        let until = world.clock.now() + TimeDelta::minutes(1);
        let found = service.driver().delete_expired(until).await;
        all.operations.extend(found.operations);
        all.left_alone += found.left_alone;
    }
    all
}

async fn ended(world: &World) -> Vec<OperationRecord> {
    let found = look(world, &world.service).await;
    let mut ended = Vec::new();
    for record in found.operations {
        ended.push(world.run_to_end(record.id).await);
    }
    ended
}

fn left(world: &World) -> Vec<String> {
    let snapshots = world.rds.snapshots(&mysql()).into_iter();
    snapshots.map(|snapshot| snapshot.snapshot_id.to_string()).collect()
}

/// It is an operation like any other, under a name of the service.
#[tokio::test]
async fn an_expired_snapshot_is_deleted_by_an_operation() {
    let world = expired();
    let ended = ended(&world).await;
    assert_eq!(ended.len(), 1);
    let record = &ended[0];
    assert_eq!(record.status(), Status::Available, "{:?}", record.state);
    assert_eq!(record.caller.principal, "service:rds-ops-retention");
    assert_eq!(record.caller.display_name.as_deref(), Some("rds-ops retention"));
    let reason = record.reason.as_deref().unwrap();
    assert!(reason.starts_with("kept until 2026-01-15, made by operation 01"), "{reason}");
    assert_eq!(
        Value::Object(record.operation.parameters()),
        json!({ "snapshot_id": "old-1", "allow_newest": false, "only_expired": true })
    );
    assert_eq!(left(&world), ["old-2"]);
    assert_eq!(events(&world), ["accepted", "outcome"]);
}

#[tokio::test]
async fn the_cluster_snapshot_that_has_expired_is_deleted() {
    let world = World::demo();
    let member = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-aurora-02");
    world.rds.add_own_snapshot(&member, "old-1", days_ago(20), &[OVER]);
    world.rds.add_own_snapshot(&member, "old-2", days_ago(1), &[]);
    let ended = ended(&world).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].status(), Status::Available);
    assert_eq!(world.rds.calls()[0].call.action(), "DeleteDBClusterSnapshot");
    let aurora = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER);
    assert_eq!(world.rds.cluster_snapshots(&aurora).len(), 1);
}

/// Two processes, and the same one again: the snapshot has one operation a day.
#[tokio::test]
async fn two_looks_start_one_operation() {
    // The second look still shows the snapshot.
    let lag = std::time::Duration::from_mins(1);
    let world = World::demo_with(Behaviour { lag, ..Behaviour::quick() }, Settings::default());
    world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER]);
    world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
    let other = world.over(world.ports.clone());
    let first = look(&world, &world.service).await.operations;
    let second = look(&world, &other.service).await.operations;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].id, second[0].id);
    assert_eq!(world.store.records().len(), 1);
    assert_eq!(world.rds.calls().len(), 1);
}

/// One of a process that does it once an hour.
#[tokio::test]
async fn an_account_is_looked_at_once_an_hour() {
    let world = World::demo();
    look(&world, &world.service).await;
    let looks = world.rds.look_count();
    assert!((1..=12).contains(&looks), "one for each account and Region: {looks}");
    world.clock.advance(std::time::Duration::from_mins(59));
    look(&world, &world.service).await;
    assert_eq!(world.rds.look_count(), looks);
    world.clock.advance(std::time::Duration::from_mins(1));
    look(&world, &world.service).await;
    assert_eq!(world.rds.look_count(), 2 * looks);
    assert_eq!(world.store.entries(), []);
}

/// A call looks at a few accounts and Regions, and at none when its time is over.
#[tokio::test]
async fn a_look_is_bounded() {
    let world = World::demo();
    let driver = world.service.driver();
    driver.delete_expired(world.clock.now()).await;
    assert_eq!(world.rds.look_count(), 0);
    driver.delete_expired(world.clock.now() + TimeDelta::minutes(1)).await;
    assert!(world.rds.look_count() <= 4, "{}", world.rds.look_count());
    let ending = world.service.ending_at(world.clock.now() + TimeDelta::seconds(5));
    let before = world.rds.look_count();
    ending.driver().delete_expired(world.clock.now() + TimeDelta::minutes(1)).await;
    assert_eq!(world.rds.look_count(), before);
}

#[tokio::test]
async fn what_is_kept_is_not_touched() {
    for tags in [&[LATER][..], &[]] {
        let world = World::demo();
        world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), tags);
        world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
        assert_eq!(look(&world, &world.service).await, Expired::default());
    }
    // The newest is kept for as long as it is the newest.
    let world = World::demo();
    world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER]);
    assert_eq!(look(&world, &world.service).await, Expired::default());
    assert_eq!(world.store.entries(), []);
}

#[tokio::test]
async fn what_was_changed_by_hand_is_left_alone_and_counted() {
    for tag in [
        ("rds-ops:delete-after", "2026-1-15"),
        ("rds-ops:delete-after", "soon"),
        ("rds-ops:operation-id", "by-hand"),
        ("Environment", "production"),
    ] {
        let world = World::demo();
        world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER, tag]);
        world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
        let found = look(&world, &world.service).await;
        assert_eq!((found.operations.len(), found.left_alone), (0, 1), "{tag:?}");
        assert_eq!(world.store.entries(), [], "{tag:?}");
        assert_eq!(left(&world).len(), 2);
    }
}

/// A copy has the tags of its source where somebody copies them with it.
#[tokio::test]
async fn a_copy_with_the_tags_of_its_source_is_left_alone() {
    let world = World::demo();
    let mut create = snapshot();
    create["parameters"] = json!({ "snapshot_id": "manual-1", "retain_days": 1 });
    let record = begun(&world, &create).await;
    world.run_to_end(record.id).await;
    let scope = dev().scope();
    world.rds.copy_snapshot_by_hand(&scope, &"manual-1".parse().unwrap(), &"copy".parse().unwrap());
    let snapshots = world.rds.snapshots(&dev()).into_iter();
    for mut snapshot in snapshots {
        snapshot.status = "available".into();
        world.rds.add_snapshot(&scope, snapshot);
    }
    world.clock.advance_to("2026-02-03T00:00:00Z".parse().unwrap());
    world.rds.add_own_snapshot(&dev(), "later", world.clock.now(), &[]);
    let deleted = ended(&world).await;
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0].operation.parameters()["snapshot_id"], json!("manual-1"));
    world.clock.advance(std::time::Duration::from_hours(1));
    let found = look(&world, &world.service).await;
    assert_eq!((found.operations.len(), found.left_alone), (0, 1), "the copy");
}

#[tokio::test]
async fn a_snapshot_of_what_the_inventory_lacks_is_left_alone() {
    let world = expired();
    world.inventory.remove(&mysql());
    let found = look(&world, &world.service).await;
    assert_eq!((found.operations.len(), found.left_alone), (0, 1));
    assert_eq!(world.rds.calls(), []);
}

/// Rules hold for the service itself. Where they leave it out, no entry is written each hour.
#[tokio::test]
async fn rules_that_leave_the_service_out_keep_its_snapshots() {
    for (principal, started) in [("iam:*", 0), ("service:*", 1)] {
        let rules = format!("[[rules]]\nprincipals = ['{principal}']");
        let settings = Config::load(Some(&rules), |_| None).unwrap().service;
        let world = World::demo_with(Behaviour::quick(), settings);
        world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER]);
        world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
        let found = look(&world, &world.service).await;
        assert_eq!((found.operations.len(), found.left_alone), (started, 1 - started));
        assert_eq!(world.store.entries().is_empty(), started == 0);
    }
}

/// What is refused before the call is on the trail once a day, not once an hour.
#[tokio::test]
async fn a_shared_snapshot_is_reported_once_a_day() {
    let world = expired();
    world.rds.share_snapshot(&mysql().scope(), &"old-1".parse().unwrap(), "444455556666");
    for hours in 0..48 {
        world.clock.advance_to(sample::start() + TimeDelta::hours(hours));
        for record in look(&world, &world.service).await.operations {
            let record = world.run_to_end(record.id).await;
            let answer = record.answer(record.created_at);
            assert_eq!(answer["error_code"], json!("snapshot_shared"));
        }
    }
    assert!((2..=3).contains(&world.store.records().len()), "{}", world.store.records().len());
    assert_eq!(left(&world).len(), 2);
}

/// A snapshot that stays is not in the way of the next one of its database.
#[tokio::test]
async fn a_refused_deletion_does_not_hold_up_the_next() {
    let world = expired();
    let earlier = ("rds-ops:delete-after", "2026-01-10");
    world.rds.add_own_snapshot(&mysql(), "old-0", days_ago(22), &[earlier]);
    world.rds.share_snapshot(&mysql().scope(), &"old-0".parse().unwrap(), "all");
    let statuses: Vec<Status> = ended(&world).await.iter().map(OperationRecord::status).collect();
    assert_eq!(statuses, [Status::Failed, Status::Available]);
    assert_eq!(left(&world), ["old-0", "old-2"]);
}

/// Of several that have expired, one at a time is deleted of each database, the oldest day first.
#[tokio::test]
async fn several_expired_snapshots_go_one_after_the_other() {
    let world = expired();
    let earlier = ("rds-ops:delete-after", "2026-01-10");
    world.rds.add_own_snapshot(&mysql(), "old-0", days_ago(22), &[earlier]);
    let mut gone = Vec::new();
    for hours in 0..3 {
        world.clock.advance_to(sample::start() + TimeDelta::hours(hours));
        for record in look(&world, &world.service).await.operations {
            let record = world.run_to_end(record.id).await;
            gone.push(record.operation.parameters()["snapshot_id"].clone());
        }
    }
    assert_eq!(gone, [json!("old-0"), json!("old-1")]);
    assert_eq!(left(&world), ["old-2"]);
}

#[tokio::test]
async fn an_account_off_the_list_is_not_looked_at() {
    let allowed_accounts = vec!["222233334444".parse().unwrap()];
    let settings = Settings { allowed_accounts, ..Settings::default() };
    let world = World::demo_with(Behaviour::quick(), settings);
    world.rds.add_own_snapshot(&mysql(), "old-1", days_ago(20), &[OVER]);
    world.rds.add_own_snapshot(&mysql(), "old-2", days_ago(1), &[]);
    assert_eq!(look(&world, &world.service).await, Expired::default());
}

/// The operation that made the snapshot has its last day, too.
#[tokio::test]
async fn a_last_day_that_was_changed_by_hand_deletes_nothing() {
    for (days, date, is_deleted) in
        [(1, None, true), (30, Some("2026-02-02"), false), (1, Some("2026-02-02"), false)]
    {
        let world = World::demo();
        for (name, retain_days) in [("old-1", Some(days)), ("old-2", None)] {
            let made = begun(&world, &made_with(name, retain_days)).await;
            assert_eq!(world.run_to_end(made.id).await.status(), Status::Available);
        }
        let made = world.rds.snapshots(&mysql()).into_iter();
        for mut snapshot in made.filter(|it| it.snapshot_id.as_str() == "old-1") {
            if let Some(date) = date {
                snapshot.tags.insert("rds-ops:delete-after".into(), date.into());
            }
            world.rds.add_snapshot(&mysql().scope(), snapshot);
        }
        world.clock.advance(std::time::Duration::from_hours(24 * 5));
        let ended = ended(&world).await;
        assert_eq!(ended.len(), usize::from(is_deleted), "{days} {date:?}");
        assert_eq!(left(&world).len(), if is_deleted { 1 } else { 2 });
    }
}

fn made_with(name: &str, retain_days: Option<u32>) -> Value {
    json!({ "operation": "create_snapshot", "instance_id": "test-mysql-01",
        "parameters": { "snapshot_id": name, "retain_days": retain_days } })
}
