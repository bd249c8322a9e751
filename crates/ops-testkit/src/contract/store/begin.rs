//! Beginnings: the operation, its lease, its key and its audit entry, all or nothing.

use futures_util::future::join_all;
use ops_domain::ports::{Begin, BeginError, IdempotencyRecord, NewIdempotencyRecord};
use ops_domain::time::Timestamp;

use crate::contract::Stores;
use crate::contract::fresh::{begin, later, now, target, text};
use crate::contract::store::{begun, commit, ended, entries_of, owner_of};

fn claimed(mut begin: Begin, key: &str, expires_at: Timestamp) -> Begin {
    begin.idempotency =
        Some(NewIdempotencyRecord { key: key.to_owned(), request_hash: "hash".into(), expires_at });
    begin
}

/// What was begun can be loaded, holds its instance and stands on the audit trail.
pub async fn begin_stores_the_operation_its_lease_and_its_audit_entry(stores: &Stores) {
    let (target, at) = (target(), now());
    let wanted = begin(&target, at);
    let record = begun(stores, wanted.clone()).await;
    assert_eq!(record.version, 1);
    let lease = record.lease.expect("it was wanted");
    assert!(lease.token > 0 && Some(lease.until) == wanted.record.lease.map(|lease| lease.until));
    assert_eq!(stores.store.load(record.id).await.expect("it can be loaded"), Some(record.clone()));
    assert_eq!(owner_of(stores, &target, at).await, Some(record.id));
    let entries = entries_of(stores, record.id, at).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].event.as_deref(), Some("accepted"));
}

/// A begin that is refused leaves no operation, no key and no audit entry.
pub async fn begin_is_all_or_nothing(stores: &Stores) {
    let (target, key, at) = (target(), text(), now());
    begun(stores, begin(&target, at)).await;
    let refused = claimed(begin(&target, at), &key, later(at, 3600));
    let id = refused.record.id;
    let head = stores.audit.chain_head(target.instance_id.as_str()).await.expect("it can be read");
    assert!(stores.store.begin(refused).await.is_err());
    assert_eq!(stores.store.load(id).await.expect("it can be loaded"), None);
    assert_eq!(stores.store.find_idempotent(&key, at).await.expect("it can be read"), None);
    assert_eq!(entries_of(stores, id, at).await, []);
    assert_eq!(
        stores.audit.chain_head(target.instance_id.as_str()).await.expect("it can be read"),
        head
    );
}

/// One operation at a time holds an instance.
pub async fn a_second_begin_is_busy_and_names_the_owner(stores: &Stores) {
    let (target, at) = (target(), now());
    let first = begun(stores, begin(&target, at)).await;
    let answer = stores.store.begin(begin(&target, later(at, 1))).await;
    assert!(matches!(&answer, Err(BeginError::Busy { owner }) if *owner == first.id), "{answer:?}");
}

/// However close they come.
pub async fn of_concurrent_begins_on_one_instance_one_wins(stores: &Stores) {
    let (target, at) = (target(), now());
    let answers = join_all((0..4).map(|_| stores.store.begin(begin(&target, at)))).await;
    let winners: Vec<_> = answers.iter().flatten().map(|record| record.id).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    let losers_name_the_winner = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .all(|error| matches!(error, BeginError::Busy { owner } if *owner == winners[0]));
    assert!(losers_name_the_winner, "{answers:?}");
}

/// An operation without a lease stands in nobody's way, and nobody in its.
pub async fn a_begin_without_a_lease_holds_nothing(stores: &Stores) {
    let (target, at) = (target(), now());
    let mut free = begin(&target, at);
    free.record.lease = None;
    assert_eq!(begun(stores, free.clone()).await.lease, None);
    assert_eq!(owner_of(stores, &target, at).await, None);
    begun(stores, begin(&target, at)).await;
}

/// A repeated key finds the first operation, even though that one holds the instance.
pub async fn a_claim_is_found_and_a_second_begin_with_it_is_claimed(stores: &Stores) {
    let (target, key, at) = (target(), text(), now());
    let first = begun(stores, claimed(begin(&target, at), &key, later(at, 3600))).await;
    let expected = IdempotencyRecord { operation_id: first.id, request_hash: "hash".into() };
    assert_eq!(
        stores.store.find_idempotent(&key, at).await.expect("it can be read"),
        Some(expected.clone())
    );
    let answer = stores.store.begin(claimed(begin(&target, at), &key, later(at, 3600))).await;
    assert!(
        matches!(&answer, Err(BeginError::KeyUsed(idempotency)) if *idempotency == expected),
        "{answer:?}"
    );
}

/// A key is kept until its time and no longer.
pub async fn an_expired_claim_is_free_again(stores: &Stores) {
    let (target, key, at) = (target(), text(), now());
    let first = begun(stores, claimed(begin(&target, at), &key, later(at, 3600))).await;
    let then = later(at, 3600);
    assert_eq!(stores.store.find_idempotent(&key, then).await.expect("it can be read"), None);
    let next = commit(&ended(&first, at), at);
    stores.store.commit(next).await.expect("nothing stands against it");
    let second = begun(stores, claimed(begin(&target, then), &key, later(then, 3600))).await;
    let found = stores.store.find_idempotent(&key, then).await.expect("it can be read");
    assert_eq!(found.map(|idempotency| idempotency.operation_id), Some(second.id));
}
