//! Operations, leases, idempotency keys and the audit trail, in one place that changes as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ops_audit::SealDraft as _;
use ops_audit::trail::WantsEntry as _;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::job::{Due, Job};
use ops_domain::ports::{
    AuditLog, AuditQuery, Begin, BeginError, Commit, CommitError, IdempotencyRecord, LeaseChange,
    OperationQuery, OperationStore, Page, StoreError,
};
use ops_domain::state::{Lease, OperationRecord};
use ops_domain::time::{Timestamp, after};

/// The store of this service. A store over a database does each call in one transaction.
#[derive(Default)]
pub struct Store(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    operations: BTreeMap<OperationId, OperationRecord>,
    /// The token of the latest lease, and who has it until when. It stays when the lease is
    /// released, so that the token never falls.
    leases: HashMap<LockScope, (u64, Option<(OperationId, Timestamp)>)>,
    keys: HashMap<String, (IdempotencyRecord, Timestamp)>,
    trail: Vec<AuditEntry>,
    heads: BTreeMap<String, ChainHead>,
}

impl Store {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn owner(&self, scope: &LockScope, now: Timestamp) -> Option<OperationId> {
        let (_, held) = self.leases.get(scope)?;
        held.filter(|(_, until)| now < *until).map(|(owner, _)| owner)
    }

    fn key(&self, key: &str, now: Timestamp) -> Option<IdempotencyRecord> {
        self.keys.get(key).filter(|(_, until)| now < *until).map(|(record, _)| record.clone())
    }

    /// Gives the record the lease that it wants, with the next token.
    fn lease(&mut self, record: &mut OperationRecord) {
        let Some(wanted) = record.lease else { return };
        let (token, held) = self.leases.entry(record.lock_scope()).or_default();
        *token += 1;
        *held = Some((record.id, wanted.until));
        record.lease = Some(Lease { token: *token, until: wanted.until });
    }

    /// Whether nobody else has had the lease since this operation got it.
    fn has_lease(&self, record: &OperationRecord, token: Option<u64>) -> bool {
        let lease = self.leases.get(&record.lock_scope());
        lease.is_some_and(|(latest, held)| {
            token == Some(*latest) && held.is_some_and(|(owner, _)| owner == record.id)
        })
    }

    fn set_owner(&mut self, record: &OperationRecord, held: Option<(OperationId, Timestamp)>) {
        if let Some((_, owner)) = self.leases.get_mut(&record.lock_scope()) {
            *owner = held;
        }
    }

    /// Puts an entry at the end of its chain. Ids are times, and two entries never share one.
    fn append(&mut self, mut draft: AuditDraft) -> AuditEntry {
        let chain = draft.chain_id().to_owned();
        let (entry, head) = loop {
            let (entry, head) = draft.clone().seal(self.heads.get(&chain));
            if !self.trail.iter().any(|other| other.audit_id == entry.audit_id) {
                break (entry, head);
            }
            draft.at = after(head.at, Duration::from_micros(1));
        };
        self.heads.insert(chain, head);
        self.trail.push(entry.clone());
        entry
    }
}

#[async_trait]
impl OperationStore for Store {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        let mut tables = self.tables();
        let Begin { mut record, idempotency, audit, now } = begin;
        // A repeated request gets its operation, also while that has the instance.
        if let Some(used) = idempotency.as_ref().and_then(|new| tables.key(&new.key, now)) {
            return Err(BeginError::KeyUsed(used));
        }
        let owner = tables.owner(&record.lock_scope(), now).filter(|_| record.lease.is_some());
        if let Some(owner) = owner {
            return Err(BeginError::Busy { owner });
        }
        if tables.operations.contains_key(&record.id) {
            return Err(StoreError::Unavailable("the id is taken".into()).into());
        }
        tables.lease(&mut record);
        if let Some(new) = idempotency {
            let used =
                IdempotencyRecord { operation_id: record.id, request_hash: new.request_hash };
            tables.keys.insert(new.key, (used, new.expires_at));
        }
        tables.append(audit);
        tables.operations.insert(record.id, record.clone());
        Ok(record)
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        let mut tables = self.tables();
        let Commit { mut record, lease, lease_required, audit, now } = commit;
        let stored = tables.operations.get(&record.id).ok_or(CommitError::Conflict)?;
        if stored.version != record.version {
            return Err(CommitError::Conflict);
        }
        let token = record.lease.or(stored.lease).map(|lease| lease.token);
        if lease == LeaseChange::Acquire {
            if let Some(owner) = tables.owner(&record.lock_scope(), now) {
                return Err(CommitError::Busy { owner });
            }
            tables.lease(&mut record);
        } else if tables.has_lease(&record, token) {
            match lease {
                LeaseChange::Release => tables.set_owner(&record, None),
                LeaseChange::Keep | LeaseChange::Renew | LeaseChange::Acquire => {
                    let held = record.lease.map(|lease| (record.id, lease.until));
                    tables.set_owner(&record, held);
                }
            }
        } else if lease_required {
            return Err(CommitError::LeaseLost);
        } else {
            record.lease = None;
        }
        if let Some(draft) = audit {
            tables.append(draft);
        }
        record.version += 1;
        tables.operations.insert(record.id, record.clone());
        Ok(record)
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        Ok(self.tables().operations.get(&id).cloned())
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        let tables = self.tables();
        Ok(ids.iter().filter_map(|id| tables.operations.get(id).cloned()).collect())
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        Ok(self.tables().key(key, now))
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        let tables = self.tables();
        Ok(lock_scopes.iter().map(|scope| tables.owner(scope, now)).collect())
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        Ok(self.tables().leases.get(lock_scope).map(|(token, _)| *token))
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        let tables = self.tables();
        let mut wanted: Vec<_> = tables.operations.values().filter(|it| wants(query, it)).collect();
        wanted.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.id)));
        page(&wanted, query.cursor.as_deref(), query.limit, |record| record.id.to_string())
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        let tables = self.tables();
        let jobs = tables.operations.values().filter_map(|record| {
            let scope = record.target.scope();
            record.next_at().map(|at| Due { at, job: Job::Operation(record.id), scope })
        });
        let is_wanted = |due: &Due| due.at <= by && scope.is_none_or(|scope| due.scope == *scope);
        let mut due: Vec<Due> = jobs.filter(is_wanted).collect();
        due.sort();
        due.truncate(limit);
        Ok(due)
    }
}

fn wants(query: &OperationQuery, record: &OperationRecord) -> bool {
    query.instance_id.as_ref().is_none_or(|id| *id == record.target.instance_id)
        && query.scope.as_ref().is_none_or(|scope| *scope == record.target.scope())
        && (query.statuses.is_empty() || query.statuses.contains(&record.status()))
        && query.user.as_ref().is_none_or(|user| user.accepts(&record.caller))
        && query.operation.as_ref().is_none_or(|name| name == record.operation.name())
        && query.from.is_none_or(|from| from <= record.created_at)
        && query.to.is_none_or(|to| record.created_at < to)
}

#[async_trait]
impl AuditLog for Store {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        Ok(self.tables().append(draft))
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        let tables = self.tables();
        let mut wanted: Vec<_> = tables.trail.iter().filter(|entry| query.wants(entry)).collect();
        wanted.sort_by_key(|entry| std::cmp::Reverse((&entry.timestamp, &entry.audit_id)));
        page(&wanted, query.cursor.as_deref(), query.limit, |entry| entry.audit_id.clone())
    }

    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError> {
        Ok(self.tables().heads.get(chain).cloned())
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        let tables = self.tables();
        let all: Vec<_> =
            tables.heads.iter().map(|(id, head)| (id.clone(), head.clone())).collect();
        page(&all.iter().collect::<Vec<_>>(), cursor, limit, |(id, _)| id.clone())
    }
}

/// The items behind the one that the cursor names.
fn page<T: Clone>(
    all: &[&T],
    cursor: Option<&str>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let begin = match cursor {
        None => 0,
        Some(cursor) => {
            let last = all.iter().position(|item| name(item) == cursor);
            last.ok_or(StoreError::BadCursor)? + 1
        }
    };
    let items: Vec<T> = all.iter().skip(begin).take(limit).map(|item| (*item).clone()).collect();
    let is_more = begin + items.len() < all.len();
    let next = if is_more { items.last().map(&name) } else { None };
    Ok(Page { items, next })
}
