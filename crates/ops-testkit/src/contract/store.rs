//! What an [`OperationStore`](ops_domain::ports::OperationStore) promises.

mod acquire;
mod begin;
mod cluster;
mod commit;
mod list;

pub use acquire::*;
pub use begin::*;
pub use cluster::*;
pub use commit::*;
pub use list::*;

use ops_domain::audit::AuditEntry;
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::ports::{AuditQuery, Begin, Commit, LeaseChange};
use ops_domain::state::{Completion, OperationRecord, State};
use ops_domain::time::Timestamp;

use crate::contract::Stores;

/// Makes one test of each promise.
#[macro_export]
macro_rules! store_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            store, $module, $setup;
            begin_stores_the_operation_its_lease_and_its_audit_entry,
            begin_is_all_or_nothing,
            a_second_begin_is_busy_and_names_the_owner,
            of_concurrent_begins_on_one_instance_one_wins,
            a_begin_without_a_lease_holds_nothing,
            a_claim_is_found_and_a_second_begin_with_it_is_claimed,
            an_expired_claim_is_free_again,
            an_expired_lease_is_taken_over_and_the_old_holder_loses_it,
            a_stale_version_conflicts_and_stores_nothing,
            of_concurrent_commits_of_one_version_one_wins,
            a_commit_stores_its_audit_entry_with_the_state,
            a_commit_renews_the_lease,
            a_commit_without_a_lease_gives_it_back,
            a_token_grows_with_every_change_of_hands,
            a_commit_acquires_a_free_lease_with_a_higher_token,
            a_lease_of_another_is_not_acquired_and_nothing_is_stored,
            an_expired_lease_is_acquired_and_its_old_owner_loses_it,
            of_concurrent_acquisitions_one_wins,
            a_stale_version_conflicts_before_it_acquires,
            members_of_one_cluster_exclude_each_other,
            a_cluster_and_an_instance_of_its_name_do_not_hold_each_other,
            a_token_grows_from_one_member_of_a_cluster_to_the_next,
            an_operation_that_was_never_begun_can_not_be_committed,
            due_lists_what_waits_by_scope_and_time,
            due_tells_job_scope_and_time,
            a_scope_is_not_starved_by_another,
            operations_are_loaded_together,
            what_has_ended_is_not_due,
            list_pages_newest_first_without_gaps,
            list_filters_narrow,
            the_operations_of_a_person_are_found_by_name,
            a_list_cursor_that_no_page_gave_is_refused,
        );
    };
}

/// The beginning, which must succeed.
async fn begun(stores: &Stores, begin: Begin) -> OperationRecord {
    stores.store.begin(begin).await.expect("nothing stands against it")
}

/// A commit of `record` as it is.
/// The operation that holds `lock_scope` at `at`.
async fn lease_owner_of(
    stores: &Stores,
    lock_scope: &LockScope,
    at: Timestamp,
) -> Option<OperationId> {
    let lease_owners = stores
        .store
        .lease_owners(std::slice::from_ref(lock_scope), at)
        .await
        .expect("it can be read");
    lease_owners.into_iter().next().flatten()
}

/// Renews the lease of the next state, or releases it where that has none.
const fn lease_change(next: &OperationRecord) -> LeaseChange {
    if next.lease.is_some() { LeaseChange::Renew } else { LeaseChange::Release }
}

fn commit(record: &OperationRecord, at: Timestamp) -> Commit {
    Commit {
        record: record.clone(),
        lease: lease_change(record),
        lease_required: false,
        audit: None,
        now: at,
    }
}

/// `record`, ended at `at` and without its lease.
fn ended(record: &OperationRecord, at: Timestamp) -> OperationRecord {
    let mut next = record.clone();
    next.transition(State::Ended { completion: Completion::Cancelled, watch: None }, at);
    next.lease = None;
    next
}

/// Who holds an instance that stands alone.
async fn owner_of(stores: &Stores, target: &InstanceRef, at: Timestamp) -> Option<OperationId> {
    lease_owner_of(stores, &LockScope::Instance(target.clone()), at).await
}

async fn entries_of(stores: &Stores, id: OperationId, at: Timestamp) -> Vec<AuditEntry> {
    let query = AuditQuery {
        instance_id: None,
        user: None,
        operation: None,
        operation_id: Some(id),
        from: None,
        to: None,
        limit: 100,
        cursor: None,
        now: at,
    };
    stores.audit.query(&query).await.expect("the trail can be read").items
}
