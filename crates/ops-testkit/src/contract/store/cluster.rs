//! The hold on a cluster, which all its members share.

use ops_domain::cluster::LockScope;
use ops_domain::id::ClusterId;
use ops_domain::instance::InstanceRef;
use ops_domain::ports::{Begin, BeginError, Commit, CommitError};
use ops_domain::time::Timestamp;

use crate::contract::Stores;
use crate::contract::fresh::{begin, later, now, target, text};
use crate::contract::store::{begun, commit, ended, lease_owner_of, owner_of};

fn cluster_id() -> ClusterId {
    text().parse().expect("letters and digits are an identifier")
}

/// The beginning of an operation on a member of `cluster`.
fn on_member(target: &InstanceRef, cluster: &ClusterId, at: Timestamp) -> Begin {
    let mut begin = begin(target, at);
    begin.record.cluster_id = Some(cluster.clone());
    begin
}

/// Whichever member is asked for: the cluster is one.
pub async fn members_of_one_cluster_exclude_each_other(stores: &Stores) {
    let (one, other, cluster, at) = (target(), target(), cluster_id(), now());
    let first = begun(stores, on_member(&one, &cluster, at)).await;
    let lock_scope = LockScope::of(&other, Some(&cluster));
    assert_eq!(lease_owner_of(stores, &lock_scope, at).await, Some(first.id));
    let answer = stores.store.begin(on_member(&other, &cluster, later(at, 1))).await;
    assert!(matches!(&answer, Err(BeginError::Busy { owner }) if *owner == first.id), "{answer:?}");
    stores.store.commit(commit(&ended(&first, at), at)).await.expect("it is the latest");
    assert_eq!(lease_owner_of(stores, &lock_scope, at).await, None);
    begun(stores, on_member(&other, &cluster, later(at, 2))).await;
}

/// Clusters and instances have names of their own.
pub async fn a_cluster_and_an_instance_of_its_name_do_not_hold_each_other(stores: &Stores) {
    let (member, alone, at) = (target(), target(), now());
    let cluster =
        alone.instance_id.as_str().parse().expect("identifiers of both follow the same rules");
    let of_cluster = begun(stores, on_member(&member, &cluster, at)).await;
    assert_eq!(owner_of(stores, &alone, at).await, None);
    let of_instance = begun(stores, begin(&alone, at)).await;
    assert_eq!(owner_of(stores, &alone, at).await, Some(of_instance.id));
    let lock_scope = LockScope::of(&member, Some(&cluster));
    assert_eq!(lease_owner_of(stores, &lock_scope, at).await, Some(of_cluster.id));
    assert_eq!(
        owner_of(stores, &member, at).await,
        None,
        "the member is held by its cluster alone"
    );
}

/// So an operation sees that another one has had the cluster since, by whichever member.
pub async fn a_token_grows_from_one_member_of_a_cluster_to_the_next(stores: &Stores) {
    let (one, other, cluster, at) = (target(), target(), cluster_id(), now());
    let lock_scope = LockScope::of(&one, Some(&cluster));
    assert_eq!(stores.store.last_fencing_token(&lock_scope).await.expect("it can be read"), None);
    let first = begun(stores, on_member(&one, &cluster, at)).await;
    let lease = first.lease.expect("it holds the cluster");
    assert_eq!(
        stores.store.last_fencing_token(&lock_scope).await.expect("it can be read"),
        Some(lease.token)
    );
    let second = begun(stores, on_member(&other, &cluster, lease.until)).await;
    let token = second.lease.expect("it holds the cluster").token;
    assert!(lease.token < token, "{} < {token}", lease.token);
    assert_eq!(
        stores.store.last_fencing_token(&lock_scope).await.expect("it can be read"),
        Some(token)
    );
    let late = Commit { lease_required: true, ..commit(&first, lease.until) };
    let answer = stores.store.commit(late).await;
    assert!(matches!(answer, Err(CommitError::LeaseLost)), "{answer:?}");
}
