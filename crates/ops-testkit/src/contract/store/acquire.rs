//! A commit that acquires the lease of its operation, whose turn has come.

use futures_util::future::join_all;
use ops_domain::instance::InstanceRef;
use ops_domain::ports::{Commit, CommitError, LeaseChange};
use ops_domain::state::{Lease, OperationRecord};
use ops_domain::time::Timestamp;

use crate::contract::Stores;
use crate::contract::fresh::{begin, later, now, target};
use crate::contract::store::{begun, commit, ended, owner_of};

/// An operation on `target` that was begun without a lease.
async fn queued(stores: &Stores, target: &InstanceRef, at: Timestamp) -> OperationRecord {
    let mut beginning = begin(target, at);
    beginning.record.lease = None;
    begun(stores, beginning).await
}

/// A commit that acquires the lease for an hour.
fn acquiring(record: &OperationRecord, at: Timestamp) -> Commit {
    let lease = Some(Lease { token: 0, until: later(at, 3600) });
    Commit {
        record: OperationRecord { lease, ..record.clone() },
        lease: LeaseChange::Acquire,
        lease_required: true,
        audit: None,
        now: at,
    }
}

/// Whether the instance never had an owner, or had one that is gone.
pub async fn a_commit_acquires_a_free_lease_with_a_higher_token(stores: &Stores) {
    let (target, at) = (target(), now());
    let mut last = 0;
    for _ in 0..2 {
        let record = queued(stores, &target, at).await;
        let stored = stores.store.commit(acquiring(&record, at)).await.expect("nobody has it");
        let lease = stored.lease.expect("it was acquired");
        assert!(last < lease.token, "{last} < {}", lease.token);
        assert_eq!((lease.until, stored.version), (later(at, 3600), 2));
        assert_eq!(owner_of(stores, &target, at).await, Some(record.id));
        assert_eq!(
            stores.store.load(record.id).await.expect("it can be loaded"),
            Some(stored.clone())
        );
        let scope = record.lock_scope();
        let token = stores.store.last_fencing_token(&scope).await.expect("it can be read");
        assert_eq!(token, Some(lease.token));
        let free = stores.store.commit(commit(&ended(&stored, at), at)).await;
        assert_eq!(free.expect("it is the latest").lease, None);
        last = lease.token;
    }
}

/// The answer names the owner, and the operation stays as it was.
pub async fn a_lease_of_another_is_not_acquired_and_nothing_is_stored(stores: &Stores) {
    let (target, at) = (target(), now());
    let owner = begun(stores, begin(&target, at)).await;
    let record = queued(stores, &target, at).await;
    let answer = stores.store.commit(acquiring(&record, at)).await;
    let Err(CommitError::Busy { owner: shown }) = answer else { panic!("{answer:?}") };
    assert_eq!(shown, owner.id);
    assert_eq!(stores.store.load(record.id).await.expect("it can be loaded"), Some(record));
    let renewed = stores.store.commit(Commit { lease_required: true, ..commit(&owner, at) }).await;
    assert_eq!(renewed.expect("the owner has it still").lease, owner.lease);
}

/// The fencing token of the old owner is worth nothing from then on.
pub async fn an_expired_lease_is_acquired_and_its_old_owner_loses_it(stores: &Stores) {
    let (target, at) = (target(), now());
    let old = begun(stores, begin(&target, at)).await;
    let then = old.lease.expect("it has the lease").until;
    let record = queued(stores, &target, at).await;
    let stored = stores.store.commit(acquiring(&record, then)).await.expect("it has expired");
    assert!(stored.lease.map(|lease| lease.token) > old.lease.map(|lease| lease.token));
    let answer = stores.store.commit(Commit { lease_required: true, ..commit(&old, then) }).await;
    assert!(matches!(answer, Err(CommitError::LeaseLost)), "{answer:?}");
    assert_eq!(owner_of(stores, &target, then).await, Some(record.id));
}

/// However close they come.
pub async fn of_concurrent_acquisitions_one_wins(stores: &Stores) {
    let (target, at) = (target(), now());
    let records = join_all((0..4).map(|_| async { queued(stores, &target, at).await })).await;
    let answers =
        join_all(records.iter().map(|record| stores.store.commit(acquiring(record, at)))).await;
    let winners: Vec<&OperationRecord> = answers.iter().flatten().collect();
    let [winner] = winners[..] else { panic!("{answers:?}") };
    assert_eq!(owner_of(stores, &target, at).await, Some(winner.id));
    for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(matches!(error, CommitError::Busy { owner } if *owner == winner.id), "{error:?}");
    }
}

/// The later of two commits of one version conflicts, and does not get the lease.
pub async fn a_stale_version_conflicts_before_it_acquires(stores: &Stores) {
    let (target, at) = (target(), now());
    let record = queued(stores, &target, at).await;
    let winner = stores.store.commit(acquiring(&record, at)).await.expect("nobody has it");
    let answer = stores.store.commit(acquiring(&record, at)).await;
    assert!(matches!(answer, Err(CommitError::Conflict)), "{answer:?}");
    assert_eq!(owner_of(stores, &target, at).await, Some(winner.id));
    assert_eq!(stores.store.load(record.id).await.expect("it can be loaded"), Some(winner));
}
