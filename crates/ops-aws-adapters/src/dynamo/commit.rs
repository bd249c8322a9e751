//! The next state of an operation: the operation, its lease and its audit entry, in one transaction.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use ops_domain::config::Tables;
use ops_domain::life::OperationRecord;
use ops_domain::ports::{Commit, CommitError, LeaseChange, StoreError};

use crate::dynamo::chain::{Heads, Link, unbuilt};
use crate::dynamo::item::number;
use crate::dynamo::layout::VERSION;
use crate::dynamo::lease;
use crate::dynamo::record;
use crate::dynamo::transaction::{Part, Refused, Writing};

/// A next state on its way into the tables.
pub(super) struct Committing<'a> {
    pub(super) record: OperationRecord,
    pub(super) link: Option<Link<'a>>,
    tables: &'a Tables,
    retention: Duration,
    loaded_version: u64,
    lease_required: bool,
    /// What is written about the lease; nothing where it is another's by now.
    lease: LeaseChange,
}

impl<'a> Committing<'a> {
    pub(super) fn new(commit: Commit, tables: &'a Tables, retention: Duration, heads: &Heads) -> Self {
        let Commit { mut record, lease, lease_required, audit, now: _ } = commit;
        let loaded_version = record.version;
        record.version += 1;
        let link = audit.map(|audit| Link::new(tables, heads, audit));
        Self { record, link, tables, retention, loaded_version, lease_required, lease }
    }

    fn operation(&self) -> Result<TransactWriteItem, StoreError> {
        let item = record::to_item(&self.record, self.retention).map_err(|e| StoreError::Unavailable(e.into()))?;
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
        let (table, unit, id) = (&self.tables.operations, self.record.unit(), self.record.id);
        match (self.lease, self.record.lease) {
            (LeaseChange::Renew, Some(lease)) => lease::renew(table, &unit, id, lease).map(Some),
            (LeaseChange::Release, _) => lease::release(table, &unit, id).map(Some),
            (LeaseChange::Keep, _) | (LeaseChange::Renew, None) => Ok(None),
        }
    }
}

impl Writing for Committing<'_> {
    type Error = CommitError;

    fn writes(&self) -> Result<Vec<(Part, TransactWriteItem)>, CommitError> {
        let mut writes = vec![(Part::Operation, self.operation()?)];
        match self.lease()? {
            Some(lease) => writes.push((Part::Lease, lease)),
            None if self.lease_required => return Err(CommitError::LeaseLost),
            None => {}
        }
        if let Some(link) = &self.link {
            writes.extend(link.writes()?);
        }
        Ok(writes)
    }

    fn learn(&mut self, refused: Refused) -> Result<(), CommitError> {
        if refused.contains_key(&Part::Operation) {
            return Err(CommitError::Conflict);
        }
        if refused.contains_key(&Part::Lease) {
            if self.lease_required {
                return Err(CommitError::LeaseLost);
            }
            self.lease = LeaseChange::Keep;
            self.record.lease = None;
        }
        match &mut self.link {
            Some(link) => Ok(link.learn(&refused)?),
            None => Ok(()),
        }
    }
}
