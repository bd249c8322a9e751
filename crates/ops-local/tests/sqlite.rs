//! What SQLite adds to the promises of its ports: it outlives the process, several processes may
//! share it, and it says when it can't be used.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ops_audit::verify_chain;
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::job::Job;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Commit, CommitError, LeaseChange,
    NewIdempotencyRecord, OperationQuery, OperationStore, StoreError,
};
use ops_domain::state::OperationRecord;
use ops_domain::time::{Timestamp, after};
use ops_local::sqlite::{Database, SqliteError, SqliteStore};
use ops_testkit::{fleet, sample};
use rusqlite::Connection;
use tempfile::TempDir;

const RETENTION: Duration = Duration::from_hours(90 * 24);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("rds-ops.db")
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::new(Arc::new(Database::open(path).unwrap()))
}

fn instance(name: &str) -> InstanceRef {
    fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, name)
}

fn record(number: u128, instance: &InstanceRef, now: Timestamp) -> OperationRecord {
    let id = OperationId::from_parts(now.timestamp_millis().unsigned_abs(), number);
    sample::record(
        id,
        instance,
        Operation::RebootInstance(RebootInstance { force_failover: false }),
        now,
    )
}

fn begin(record: &OperationRecord, now: Timestamp) -> Begin {
    let audit = AuditDraft::about(record, AuditEvent::Accepted, now, RETENTION);
    Begin { record: record.clone(), idempotency: None, audit, now }
}

fn commit(record: &OperationRecord, now: Timestamp) -> Commit {
    let audit = AuditDraft::about(record, AuditEvent::Outcome, now, RETENTION);
    let lease = if record.lease.is_some() { LeaseChange::Renew } else { LeaseChange::Release };
    Commit { record: record.clone(), lease, lease_required: false, audit: Some(audit), now }
}

fn everything(now: Timestamp) -> AuditQuery {
    AuditQuery {
        instance_id: None,
        user: None,
        operation: None,
        operation_id: None,
        from: None,
        to: None,
        limit: 100,
        cursor: None,
        now,
    }
}

#[tokio::test]
async fn everything_survives_closing_the_file() {
    let (folder, now) = (folder(), sample::start());
    let begun = {
        let store = open(&file(&folder));
        let mut begin = begin(&record(1, &instance("dev-postgres-01"), now), now);
        begin.idempotency = Some(NewIdempotencyRecord {
            key: "key".into(),
            request_hash: "hash".into(),
            expires_at: after(now, RETENTION),
        });
        store.begin(begin).await.unwrap()
    };
    let store = open(&file(&folder));
    assert_eq!(store.load(begun.id).await.unwrap(), Some(begun.clone()));
    assert_eq!(store.lease_owners(&[begun.lock_scope()], now).await.unwrap(), [Some(begun.id)]);
    assert_eq!(store.find_idempotent("key", now).await.unwrap().unwrap().operation_id, begun.id);
    let entries = store.query(&everything(now)).await.unwrap().items;
    let head = store.chain_head("dev-postgres-01").await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(verify_chain(&entries, head.as_ref()), Ok(()));
}

/// A file of the version before has no shared chains. Its entries verify together with those that
/// come.
#[tokio::test]
async fn a_file_without_shared_chains_is_brought_up_to_date() {
    let (folder, now) = (folder(), sample::start());
    let draft = || {
        AuditDraft::about(
            &record(1, &instance("dev-postgres-01"), now),
            AuditEvent::DryRun,
            now,
            RETENTION,
        )
    };
    open(&file(&folder)).append(draft()).await.unwrap();
    let raw = rusqlite::Connection::open(file(&folder)).unwrap();
    raw.execute_batch("ALTER TABLE audit_log DROP COLUMN chain; PRAGMA user_version = 2").unwrap();
    drop(raw);
    let store = open(&file(&folder));
    store.append(draft()).await.unwrap();
    let mut entries = store.query(&everything(now)).await.unwrap().items;
    entries.reverse();
    let head = store.chain_head("dev-postgres-01").await.unwrap();
    assert_eq!((entries.len(), verify_chain(&entries, head.as_ref())), (2, Ok(())));
}

#[tokio::test]
async fn an_unreadable_operation_hides_no_other_due_ones() {
    let (folder, now) = (folder(), sample::start());
    let store = open(&file(&folder));
    let newer =
        store.begin(begin(&record(1, &instance("dev-postgres-01"), now), now)).await.unwrap();
    let known = store.begin(begin(&record(2, &instance("dev-mysql-01"), now), now)).await.unwrap();
    let connection = Connection::open(file(&folder)).unwrap();
    let changed = "UPDATE operations SET record = '{\"operation\":\"of a later version\"}', \
                   next_at = 0 WHERE id = ?1";
    assert_eq!(connection.execute(changed, [newer.id.to_string()]).unwrap(), 1);

    let due = store.due(None, after(now, RETENTION), 1).await.unwrap();
    assert_eq!(due.iter().map(|due| due.job).collect::<Vec<_>>(), [Job::Operation(known.id)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_begins_gets_the_lease() {
    let (folder, now) = (folder(), sample::start());
    let contenders: Vec<_> = (1..=8)
        .map(|number| {
            let store = open(&file(&folder));
            let begin = begin(&record(number, &instance("dev-postgres-01"), now), now);
            tokio::spawn(async move { store.begin(begin).await })
        })
        .collect();
    let mut begun = Vec::new();
    let mut lease_owners = Vec::new();
    for contender in contenders {
        match contender.await.unwrap() {
            Ok(record) => begun.push(record.id),
            Err(BeginError::Busy { owner }) => lease_owners.push(owner),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((begun.len(), lease_owners.len()), (1, 7));
    assert!(lease_owners.iter().all(|owner| *owner == begun[0]));
    let entries = open(&file(&folder)).query(&everything(now)).await.unwrap().items;
    assert_eq!(entries.len(), 1, "who was refused left nothing behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_commits_of_a_version_wins() {
    let (folder, now) = (folder(), sample::start());
    let begun = open(&file(&folder))
        .begin(begin(&record(1, &instance("dev-postgres-01"), now), now))
        .await
        .unwrap();
    let contenders: Vec<_> = (0..8)
        .map(|_| {
            let (store, commit) = (open(&file(&folder)), commit(&begun, now));
            tokio::spawn(async move { store.commit(commit).await })
        })
        .collect();
    let mut stored = 0;
    for contender in contenders {
        match contender.await.unwrap() {
            Ok(record) => {
                assert_eq!(record.version, 2);
                stored += 1;
            }
            Err(CommitError::Conflict) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let store = open(&file(&folder));
    let entries = store.query(&everything(now)).await.unwrap().items;
    assert_eq!((stored, entries.len()), (1, 2), "one commit, one more entry");
    let oldest_first: Vec<_> = entries.into_iter().rev().collect();
    let head = store.chain_head("dev-postgres-01").await.unwrap();
    assert_eq!(verify_chain(&oldest_first, head.as_ref()), Ok(()));
}

#[tokio::test]
async fn without_a_place_for_the_audit_entry_no_state_is_stored() {
    let (folder, now) = (folder(), sample::start());
    let store = open(&file(&folder));
    let begun =
        store.begin(begin(&record(1, &instance("dev-postgres-01"), now), now)).await.unwrap();
    Connection::open(file(&folder))
        .unwrap()
        .execute_batch("ALTER TABLE audit_log RENAME TO lost")
        .unwrap();

    let other = record(2, &instance("test-mysql-01"), now);
    let refused = store.begin(begin(&other, now)).await;
    assert!(
        matches!(refused, Err(BeginError::Store(StoreError::AuditUnavailable(_)))),
        "{refused:?}"
    );
    assert_eq!(store.load(other.id).await.unwrap(), None);
    assert_eq!(store.lease_owners(&[other.lock_scope()], now).await.unwrap(), [None]);

    let refused = store.commit(commit(&begun, now)).await;
    assert!(
        matches!(refused, Err(CommitError::Store(StoreError::AuditUnavailable(_)))),
        "{refused:?}"
    );
    assert_eq!(store.load(begun.id).await.unwrap(), Some(begun));
}

#[tokio::test]
async fn a_removed_or_replaced_file_is_noticed_by_every_call() {
    let (folder, now) = (folder(), sample::start());
    let store = open(&file(&folder));
    std::fs::remove_file(file(&folder)).unwrap();
    for replaced in [false, true] {
        if replaced {
            open(&file(&folder));
        }
        let begun = store.begin(begin(&record(1, &instance("dev-postgres-01"), now), now)).await;
        assert!(matches!(begun, Err(BeginError::Store(StoreError::Unavailable(_)))), "{begun:?}");
        let listed = store.list(&OperationQuery { limit: 1, ..OperationQuery::default() }).await;
        assert!(matches!(listed, Err(StoreError::Unavailable(_))), "{listed:?}");
        let queried = store.query(&everything(now)).await;
        assert!(matches!(queried, Err(StoreError::AuditUnavailable(_))), "{queried:?}");
    }
}

#[test]
fn a_file_of_another_version_is_not_touched() {
    let folder = folder();
    drop(open(&file(&folder)));
    Connection::open(file(&folder)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let opened = Database::open(&file(&folder));
    assert!(matches!(opened, Err(SqliteError::OtherVersion { found: 99, .. })), "{opened:?}");
}

#[tokio::test]
async fn operation_pages_are_complete_and_newest_first() {
    let (folder, start) = (folder(), sample::start());
    let store = open(&file(&folder));
    let mut begun = Vec::new();
    for number in 1..=7_u32 {
        // Two of each moment: the order within a moment must not lose one at the end of a page.
        let now = after(start, Duration::from_secs(u64::from(number / 2)));
        let mut new = record(u128::from(number), &instance("dev-postgres-01"), now);
        new.lease = None;
        begun.push(store.begin(begin(&new, now)).await.unwrap().id);
    }
    begun.reverse();
    let mut seen = Vec::new();
    let mut query = OperationQuery { limit: 3, ..OperationQuery::default() };
    loop {
        let page = store.list(&query).await.unwrap();
        seen.extend(page.items.iter().map(|record| record.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, begun);

    let first =
        store.list(&OperationQuery { limit: 1, ..OperationQuery::default() }).await.unwrap();
    let of_audit = store.query(&AuditQuery { cursor: first.next, ..everything(start) }).await;
    assert!(matches!(of_audit, Err(StoreError::BadCursor)), "{of_audit:?}");
}

/// Loading it is an error of its own, and lists show the others.
#[tokio::test]
async fn an_operation_of_another_version_is_refused_and_left_out() {
    let folder = folder();
    let store = open(&file(&folder));
    let now = sample::start();
    let [old, new] = [1, 2].map(|number| record(number, &instance(&format!("db-{number}")), now));
    for record in [&old, &new] {
        store.begin(begin(record, now)).await.unwrap();
    }
    let change = "UPDATE operations SET record = json_remove(record, '$.schema_version') \
                  WHERE id = ?1";
    Connection::open(file(&folder)).unwrap().execute(change, [old.id.to_string()]).unwrap();
    let error = store.load(old.id).await.unwrap_err();
    let StoreError::Unreadable { operation_id, source } = error else { panic!("{error:?}") };
    assert_eq!(operation_id, old.id);
    let form = "the operation is stored in form 1, and this version of the service reads form 2";
    assert_eq!(source.to_string(), form);
    let query = OperationQuery { limit: 1, ..OperationQuery::default() };
    let page = store.list(&query).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].id, page.next), (1, new.id, None));
}
