//! The port of operations.

use async_trait::async_trait;
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::job::{Due, Job};
use ops_domain::ports::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, OperationQuery, OperationStore,
    Page, StoreError,
};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

use crate::memory::{Call, MemoryStore};

#[async_trait]
impl OperationStore for MemoryStore {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.call(Call::Begin, true, |tables| tables.begin(begin))
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.call(Call::Commit, commit.audit.is_some(), |tables| tables.commit(commit))
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.call(Call::Load, false, |tables| Ok(tables.operations.get(&id).cloned()))
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        self.call(Call::Load, false, |tables| {
            Ok(ids.iter().filter_map(|id| tables.operations.get(id).cloned()).collect())
        })
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.call(Call::FindIdempotent, false, |tables| Ok(tables.idempotency(key, now)))
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.call(Call::Holders, false, |tables| {
            Ok(lock_scopes.iter().map(|lock_scope| tables.lease_owner(lock_scope, now)).collect())
        })
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.call(Call::LastToken, false, |tables| Ok(tables.last_fencing_token(lock_scope)))
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.call(Call::List, false, |tables| {
            let mut wanted: Vec<&OperationRecord> =
                tables.operations.values().filter(|it| wants(query, it)).collect();
            wanted.sort_by_key(|record| std::cmp::Reverse(target_ids(record)));
            if let Some(cursor) = &query.cursor {
                let last = read_cursor(cursor).and_then(|id| tables.operations.get(&id));
                let last = target_ids(last.ok_or(StoreError::BadCursor)?);
                wanted.retain(|record| target_ids(record) < last);
            }
            let items: Vec<OperationRecord> =
                wanted.iter().take(query.limit).map(|it| (*it).clone()).collect();
            let next =
                if wanted.len() > items.len() { items.last().map(cursor_after) } else { None };
            Ok(Page { items, next })
        })
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        self.call(Call::Due, false, |tables| {
            let due = tables.operations.values().filter_map(due_of);
            let mut due: Vec<Due> = due
                .filter(|due| due.at <= by && scope.is_none_or(|scope| due.scope == *scope))
                .collect();
            due.sort();
            due.truncate(limit);
            Ok(due)
        })
    }
}

fn due_of(record: &OperationRecord) -> Option<Due> {
    let (job, scope) = (Job::Operation(record.id), record.target.scope());
    record.next_at().map(|at| Due { at, job, scope })
}

fn wants(query: &OperationQuery, record: &OperationRecord) -> bool {
    query.instance_id.as_ref().is_none_or(|id| *id == record.target.instance_id)
        && query.scope.as_ref().is_none_or(|scope| *scope == record.target.scope())
        && (query.statuses.is_empty() || query.statuses.contains(&record.status()))
        && query.user.as_ref().is_none_or(|user| user.accepts(&record.caller))
        && query.operation.as_ref().is_none_or(|operation| operation == record.operation.name())
        && query.from.is_none_or(|from| from <= record.created_at)
        && query.to.is_none_or(|to| record.created_at < to)
}

/// The place of a record in the order of age.
fn target_ids(record: &OperationRecord) -> (Timestamp, OperationId) {
    (record.created_at, record.id)
}

const CURSOR_PREFIX: &str = "after-operation:";

fn cursor_after(record: &OperationRecord) -> String {
    format!("{CURSOR_PREFIX}{}", record.id)
}

fn read_cursor(cursor: &str) -> Option<OperationId> {
    cursor.strip_prefix(CURSOR_PREFIX)?.parse().ok()
}
