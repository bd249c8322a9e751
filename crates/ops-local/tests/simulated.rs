//! The simulated RDS of a data folder: one RDS for all processes, which remembers what it answered.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;
use std::time::Duration;

use ops_domain::id::OperationId;
use ops_domain::observation::ObserveRequest;
use ops_domain::ports::{RdsControl as _, Receipt, SendError};
use ops_local::folder::DataFolder;
use ops_local::simulated::FolderRds;
use ops_testkit::clock::VirtualClock;
use ops_testkit::{fleet, sample};
use rusqlite::Connection;

/// The RDS as another process on the same folder would open it.
async fn open(folder: &Path, clock: &VirtualClock) -> FolderRds<VirtualClock> {
    FolderRds::open(DataFolder::open(folder).unwrap(), clock.clone(), 60).await.unwrap()
}

async fn request_snapshot(rds: &FolderRds<VirtualClock>, name: &str) -> Result<Receipt, SendError> {
    let target = fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "dev-postgres-01");
    let snapshot_id = name.parse().unwrap();
    let call = sample::calls::snapshot(&target.instance_id, &snapshot_id, Vec::new());
    rds.send(&sample::authorized(OperationId::first_at(1), &target, call, sample::start()))
        .await
        .answer
}

async fn has_snapshot(rds: &FolderRds<VirtualClock>, name: &str) -> bool {
    let scope =
        fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "dev-postgres-01").scope();
    !rds.observe(&scope, &ObserveRequest::snapshot(&name.parse().unwrap()))
        .await
        .unwrap()
        .snapshots
        .is_empty()
}

#[tokio::test]
async fn simulated_processes_share_one_rds() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), VirtualClock::new(sample::start()));
    let (one, other) = (open(folder.path(), &clock).await, open(folder.path(), &clock).await);
    assert!(!has_snapshot(&other, "shared").await);
    request_snapshot(&one, "shared").await.unwrap();
    clock.advance(Duration::from_mins(10));
    assert!(has_snapshot(&other, "shared").await);
    let again = request_snapshot(&other, "shared").await;
    assert!(
        matches!(&again, Err(SendError::Refused { code, .. }) if code == "DBSnapshotAlreadyExists"),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_unstored_call_is_forgotten() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), VirtualClock::new(sample::start()));
    let rds = open(folder.path(), &clock).await;
    let database = Connection::open(folder.path().join("rds-ops.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON simulated_rds BEGIN SELECT \
                        RAISE(ABORT, 'full'); END",
        )
        .unwrap();
    let lost = request_snapshot(&rds, "lost").await;
    assert!(matches!(lost, Err(SendError::MayHaveHappened(_))), "{lost:?}");
    clock.advance(Duration::from_mins(10));
    assert!(!has_snapshot(&rds, "lost").await, "memory says what the disk says");

    database.execute_batch("DROP TRIGGER full").unwrap();
    request_snapshot(&rds, "lost").await.unwrap();
    clock.advance(Duration::from_mins(10));
    assert!(has_snapshot(&rds, "lost").await);
}

/// The journal of a file of the version before is in another form; the fleet stays as it is.
#[tokio::test]
async fn a_world_of_the_version_before_is_operated_on() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), VirtualClock::new(sample::start()));
    request_snapshot(&open(folder.path(), &clock).await, "before").await.unwrap();
    let file = Connection::open(folder.path().join("rds-ops.db")).unwrap();
    let earlier = "UPDATE simulated_rds SET state = json_remove(json_set(state, '$.orders', \
                   json('[{\"asked\":{\"order\":\"create_snapshot\"}}]')), '$.calls'); \
                   PRAGMA user_version = 3";
    file.execute_batch(earlier).unwrap();
    drop(file);
    let rds = open(folder.path(), &clock).await;
    clock.advance(Duration::from_mins(10));
    assert!(has_snapshot(&rds, "before").await);
    request_snapshot(&rds, "after").await.unwrap();
    clock.advance(Duration::from_mins(10));
    assert!(has_snapshot(&rds, "after").await);
}
