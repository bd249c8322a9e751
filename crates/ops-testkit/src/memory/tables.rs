//! What is stored, and the few ways in which it changes.

use ops_audit::SealDraft as _;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::ports::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, LeaseChange, NewIdempotencyRecord,
    StoreError,
};
use ops_domain::state::{Lease, OperationRecord};
use ops_domain::time::{Timestamp, after};

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) operations: BTreeMap<OperationId, OperationRecord>,
    pub(super) holds: BTreeMap<LockScope, Hold>,
    pub(super) claims: HashMap<String, Claimed>,
    pub(super) entries: Vec<AuditEntry>,
    pub(super) heads: HashMap<String, ChainHead>,
}

/// Who holds an instance or a cluster. It outlives its owner, so that the token never falls.
#[derive(Debug, Default)]
pub(super) struct Hold {
    token: u64,
    owner: Option<(OperationId, Timestamp)>,
}

/// A claimed key.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) idempotency: IdempotencyRecord,
    pub(super) expires_at: Timestamp,
}

impl Hold {
    /// The operation that holds the instance at `now`.
    pub(super) fn lease_owner(&self, now: Timestamp) -> Option<OperationId> {
        self.owner.filter(|(_, until)| now < *until).map(|(id, _)| id)
    }

    pub(super) fn lease(&self) -> Option<Lease> {
        self.owner.map(|(_, until)| Lease { token: self.token, until })
    }

    /// Whether the instance has not changed hands since this operation got this token.
    fn is_held_by(&self, id: OperationId, token: u64) -> bool {
        self.token == token && self.owner.is_some_and(|(owner, _)| owner == id)
    }

    fn take(&mut self, id: OperationId, until: Timestamp) -> Lease {
        self.token += 1;
        self.owner = Some((id, until));
        Lease { token: self.token, until }
    }
}

impl Tables {
    /// Stores a new operation with all that belongs to it. A repeated key comes before a held
    /// instance: who asks again is told what became of the first request, not that it is in its own
    /// way.
    pub(super) fn begin(&mut self, begin: Begin) -> Result<OperationRecord, BeginError> {
        let Begin { mut record, idempotency, audit, now } = begin;
        if let Some(claimed) =
            idempotency.as_ref().and_then(|idempotency| self.idempotency(&idempotency.key, now))
        {
            return Err(BeginError::KeyUsed(claimed));
        }
        if let Some(owner) =
            self.lease_owner(&record.lock_scope(), now).filter(|_| record.lease.is_some())
        {
            return Err(BeginError::Busy { owner });
        }
        if self.operations.contains_key(&record.id) {
            return Err(StoreError::Unavailable("there is an operation of this id".into()).into());
        }
        if let Some(lease) = record.lease {
            let hold = self.holds.entry(record.lock_scope()).or_default();
            record.lease = Some(hold.take(record.id, lease.until));
        }
        if let Some(NewIdempotencyRecord { key, request_hash, expires_at }) = idempotency {
            let idempotency = IdempotencyRecord { operation_id: record.id, request_hash };
            self.claims.insert(key, Claimed { idempotency, expires_at });
        }
        self.append(audit);
        self.operations.insert(record.id, record.clone());
        Ok(record)
    }

    /// Stores the next state of an operation with all that belongs to it.
    pub(super) fn commit(&mut self, commit: Commit) -> Result<OperationRecord, CommitError> {
        let Commit { mut record, lease, lease_required, audit, now } = commit;
        let stored = self.operations.get(&record.id).ok_or(CommitError::Conflict)?;
        if stored.version != record.version {
            return Err(CommitError::Conflict);
        }
        let token = record.lease.or(stored.lease).map(|lease| lease.token);
        if let (LeaseChange::Acquire, Some(wanted)) = (lease, record.lease) {
            if let Some(owner) = self.lease_owner(&record.lock_scope(), now) {
                return Err(CommitError::Busy { owner });
            }
            let hold = self.holds.entry(record.lock_scope()).or_default();
            record.lease = Some(hold.take(record.id, wanted.until));
            return Ok(self.put(record, audit));
        }
        let hold = self.holds.get_mut(&record.lock_scope());
        let held = hold.filter(|hold| token.is_some_and(|token| hold.is_held_by(record.id, token)));
        match (held, lease, record.lease) {
            (None, _, _) if lease_required => return Err(CommitError::LeaseLost),
            (None, _, _) => record.lease = None,
            (Some(hold), LeaseChange::Renew, Some(lease)) => {
                hold.owner = Some((record.id, lease.until))
            }
            (Some(hold), LeaseChange::Release, _) => hold.owner = None,
            (Some(_), LeaseChange::Keep | LeaseChange::Acquire | LeaseChange::Renew, _) => {}
        }
        Ok(self.put(record, audit))
    }

    /// Stores a record in its next version, with its audit entry.
    fn put(&mut self, mut record: OperationRecord, audit: Option<AuditDraft>) -> OperationRecord {
        if let Some(audit) = audit {
            self.append(audit);
        }
        record.version += 1;
        self.operations.insert(record.id, record.clone());
        record
    }

    /// Writes an entry at the end of its chain.
    pub(super) fn append(&mut self, mut draft: AuditDraft) -> AuditEntry {
        let chain = draft.chain_id().to_owned();
        let (entry, head) = loop {
            let (entry, head) = draft.clone().seal(self.heads.get(&chain));
            if self.entries.iter().all(|other| other.audit_id != entry.audit_id) {
                break (entry, head);
            }
            // Another chain has an entry about the same instance at this moment.
            draft.at = after(head.at, Duration::from_micros(1));
        };
        self.heads.insert(chain, head);
        self.entries.push(entry.clone());
        entry
    }

    pub(super) fn last_fencing_token(&self, lock_scope: &LockScope) -> Option<u64> {
        self.holds.get(lock_scope).map(|hold| hold.token)
    }

    pub(super) fn lease_owner(
        &self,
        lock_scope: &LockScope,
        now: Timestamp,
    ) -> Option<OperationId> {
        self.holds.get(lock_scope)?.lease_owner(now)
    }

    /// The operation that a key was used for, unless the key has expired.
    pub(super) fn idempotency(&self, key: &str, now: Timestamp) -> Option<IdempotencyRecord> {
        self.claims
            .get(key)
            .filter(|claimed| now < claimed.expires_at)
            .map(|claimed| claimed.idempotency.clone())
    }
}
