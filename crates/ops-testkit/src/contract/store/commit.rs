//! Commits: the next state, the lease and the audit entry, all or nothing.

use futures_util::future::join_all;
use ops_audit::verify_chain;
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::ports::{Commit, CommitError};
use ops_domain::state::{Lease, OperationRecord};
use ops_domain::time::Timestamp;

use crate::contract::Stores;
use crate::contract::fresh::{RETENTION, begin, later, now, record, target};
use crate::contract::store::{begun, commit, ended, entries_of, owner_of};

fn with_outcome(record: OperationRecord, at: Timestamp) -> Commit {
    let audit = AuditDraft::about(&record, AuditEvent::Outcome, at, RETENTION);
    Commit { audit: Some(audit), ..commit(&record, at) }
}

/// A crashed owner blocks its instance until its lease ends. Then the next one gets a higher
/// token, the old owner can't send any more, and what it may still store holds nothing.
pub async fn an_expired_lease_is_taken_over_and_the_old_holder_loses_it(stores: &Stores) {
    let (target, at) = (target(), now());
    let old = begun(stores, begin(&target, at)).await;
    let then = old.lease.expect("it holds the instance").until;
    assert_eq!(owner_of(stores, &target, then).await, None);
    let new = begun(stores, begin(&target, then)).await;
    assert!(new.lease.map(|lease| lease.token) > old.lease.map(|lease| lease.token));
    let answer = stores.store.commit(Commit { lease_required: true, ..commit(&old, then) }).await;
    assert!(matches!(answer, Err(CommitError::LeaseLost)), "{answer:?}");
    let stored = stores.store.commit(commit(&old, then)).await.expect("a look needs no lease");
    assert_eq!((stored.lease, stored.version), (None, 2));
    stores
        .store
        .commit(with_outcome(ended(&stored, then), then))
        .await
        .expect("an end needs no lease");
    assert_eq!(owner_of(stores, &target, then).await, Some(new.id));
}

/// Who commits a state that is not the latest stores nothing, not even its audit entry.
pub async fn a_stale_version_conflicts_and_stores_nothing(stores: &Stores) {
    let at = now();
    let loaded = begun(stores, begin(&target(), at)).await;
    let winner = stores.store.commit(commit(&loaded, at)).await.expect("it is the latest");
    assert_eq!(winner.version, 2);
    let answer = stores.store.commit(with_outcome(ended(&loaded, at), at)).await;
    assert!(matches!(answer, Err(CommitError::Conflict)), "{answer:?}");
    assert_eq!(stores.store.load(loaded.id).await.expect("it can be loaded"), Some(winner));
    assert_eq!(entries_of(stores, loaded.id, at).await.len(), 1);
}

/// However close they come.
pub async fn of_concurrent_commits_of_one_version_one_wins(stores: &Stores) {
    let at = now();
    let loaded = begun(stores, begin(&target(), at)).await;
    let answers =
        join_all((0..4).map(|_| stores.store.commit(with_outcome(ended(&loaded, at), at)))).await;
    assert_eq!(answers.iter().flatten().count(), 1, "{answers:?}");
    let conflicts =
        answers.iter().filter(|answer| matches!(answer, Err(CommitError::Conflict))).count();
    assert_eq!(conflicts, 3, "{answers:?}");
    assert_eq!(entries_of(stores, loaded.id, at).await.len(), 2);
}

/// The state and its entry are one, and the entry is the next link of the instance's chain.
pub async fn a_commit_stores_its_audit_entry_with_the_state(stores: &Stores) {
    let (target, at) = (target(), now());
    let first = begun(stores, begin(&target, at)).await;
    let stored =
        stores.store.commit(with_outcome(ended(&first, at), at)).await.expect("it is the latest");
    assert_eq!(stores.store.load(first.id).await.expect("it can be loaded"), Some(stored));
    let mut entries = entries_of(stores, first.id, at).await;
    entries.reverse();
    let events: Vec<_> = entries.iter().filter_map(|entry| entry.event.as_deref()).collect();
    assert_eq!(events, ["accepted", "outcome"]);
    let head = stores.audit.chain_head(target.instance_id.as_str()).await.expect("it can be read");
    assert_eq!(verify_chain(&entries, head.as_ref()), Ok(()));
}

/// The owner keeps the instance for as long as it says.
pub async fn a_commit_renews_the_lease(stores: &Stores) {
    let (target, at) = (target(), now());
    let mut next = begun(stores, begin(&target, at)).await;
    let end = later(at, 3 * 3600);
    next.lease = next.lease.map(|lease| Lease { until: end, ..lease });
    let stored = stores.store.commit(Commit { lease_required: true, ..commit(&next, at) }).await;
    assert_eq!(stored.expect("it holds the instance").lease, next.lease);
    assert_eq!(owner_of(stores, &target, later(at, 2 * 3600)).await, Some(next.id));
    assert_eq!(owner_of(stores, &target, end).await, None);
}

/// The end of an operation frees its instance.
pub async fn a_commit_without_a_lease_gives_it_back(stores: &Stores) {
    let (target, at) = (target(), now());
    let first = begun(stores, begin(&target, at)).await;
    let free = stores.store.commit(commit(&ended(&first, at), at)).await.expect("it is the latest");
    assert_eq!(owner_of(stores, &target, at).await, None);
    begun(stores, begin(&target, at)).await;
    stores
        .store
        .commit(commit(&free, at))
        .await
        .expect("what was given back can be given back again");
    assert_ne!(owner_of(stores, &target, at).await, None, "the next holder keeps it");
}

/// Also where the instance was released, and where the clock of the next owner is behind.
pub async fn a_token_grows_with_every_change_of_hands(stores: &Stores) {
    let (target, at) = (target(), now());
    let mut last = 0;
    for at in [at, later(at, 5), at] {
        let record = begun(stores, begin(&target, at)).await;
        let token = record.lease.expect("it holds the instance").token;
        assert!(last < token, "{last} < {token}");
        last = token;
        stores.store.commit(commit(&ended(&record, at), at)).await.expect("it is the latest");
    }
}

/// There is nothing to be the next state of.
pub async fn an_operation_that_was_never_begun_can_not_be_committed(stores: &Stores) {
    let at = now();
    let never = record(&target(), at);
    let answer = stores.store.commit(commit(&never, at)).await;
    assert!(matches!(answer, Err(CommitError::Conflict)), "{answer:?}");
    assert_eq!(stores.store.load(never.id).await.expect("it can be loaded"), None);
}
