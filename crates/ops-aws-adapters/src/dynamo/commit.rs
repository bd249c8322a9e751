//! The next state of an operation: the operation, its lease and its audit entry, in one
//! transaction.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use ops_config::Tables;
use ops_domain::ports::{Commit, CommitError, LeaseChange, StoreError};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

use crate::dynamo::chain::{ChainAppend, Heads, unbuilt};
use crate::dynamo::item::{Item, number};
use crate::dynamo::layout::VERSION;
use crate::dynamo::lease::{self, LeaseItem};
use crate::dynamo::record;
use crate::dynamo::transaction::{ItemRole, Refused, TransactionPlan};

/// A next state on its way into the tables.
pub(super) struct CommitTransaction<'a> {
    pub(super) record: OperationRecord,
    pub(super) append: Option<ChainAppend<'a>>,
    tables: &'a Tables,
    retention: Duration,
    loaded_version: u64,
    lease_required: bool,
    now: Timestamp,
    /// What is written about the lease; nothing where it is another's by now.
    lease: LeaseChange,
}

impl<'a> CommitTransaction<'a> {
    pub(super) fn new(
        commit: Commit,
        tables: &'a Tables,
        retention: Duration,
        heads: &Heads,
    ) -> Self {
        let Commit { mut record, lease, lease_required, audit, now } = commit;
        let loaded_version = record.version;
        record.version += 1;
        if lease == LeaseChange::Acquire {
            record.lease = record.lease.map(|wanted| lease::first_try(wanted, now));
        }
        let append = audit.map(|audit| ChainAppend::new(tables, heads, audit));
        Self { record, append, tables, retention, loaded_version, lease_required, now, lease }
    }

    fn operation(&self) -> Result<TransactWriteItem, StoreError> {
        let item = record::to_item(&self.record, self.retention)
            .map_err(|e| StoreError::Unavailable(e.into()))?;
        let put = Put::builder()
            .table_name(&self.tables.operations)
            .set_item(Some(item))
            .condition_expression("#version = :loaded")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":loaded", number(self.loaded_version))
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn lease(&self) -> Result<Option<TransactWriteItem>, StoreError> {
        let (table, lock_scope, id) =
            (&self.tables.operations, self.record.lock_scope(), self.record.id);
        match (self.lease, self.record.lease) {
            (LeaseChange::Acquire, Some(lease)) => {
                lease::take(table, &lock_scope, id, lease, self.now).map(Some)
            }
            (LeaseChange::Renew, Some(lease)) => {
                lease::renew(table, &lock_scope, id, lease).map(Some)
            }
            (LeaseChange::Release, _) => lease::release(table, &lock_scope, id).map(Some),
            (LeaseChange::Keep, _) | (LeaseChange::Acquire | LeaseChange::Renew, None) => Ok(None),
        }
    }
}

impl CommitTransaction<'_> {
    /// Somebody has the lease, or had it with a token above ours.
    fn on_lease_conflict(&mut self, found: Option<&Item>) -> Result<(), CommitError> {
        let Some(found) = found else { return Ok(()) };
        let found = LeaseItem::read(found).map_err(|bad| StoreError::Unavailable(bad.into()))?;
        if let Some(owner) = found.owner_at(self.now) {
            return Err(CommitError::Busy { owner });
        }
        self.record.lease = self.record.lease.map(|wanted| found.next_try(wanted));
        Ok(())
    }
}

impl TransactionPlan for CommitTransaction<'_> {
    type Error = CommitError;

    fn writes(&self) -> Result<Vec<(ItemRole, TransactWriteItem)>, CommitError> {
        let mut writes = vec![(ItemRole::Operation, self.operation()?)];
        match self.lease()? {
            Some(lease) => writes.push((ItemRole::Lease, lease)),
            None if self.lease_required => return Err(CommitError::LeaseLost),
            None => {}
        }
        if let Some(append) = &self.append {
            writes.extend(append.writes()?);
        }
        Ok(writes)
    }

    fn on_conflict(&mut self, refused: Refused) -> Result<(), CommitError> {
        if refused.contains_key(&ItemRole::Operation) {
            return Err(CommitError::Conflict);
        }
        if let (LeaseChange::Acquire, Some(found)) = (self.lease, refused.get(&ItemRole::Lease)) {
            self.on_lease_conflict(found.as_ref())?;
        } else if refused.contains_key(&ItemRole::Lease) {
            if self.lease_required {
                return Err(CommitError::LeaseLost);
            }
            self.lease = LeaseChange::Keep;
            self.record.lease = None;
        }
        match &mut self.append {
            Some(append) => Ok(append.on_conflict(&refused)?),
            None => Ok(()),
        }
    }
}
