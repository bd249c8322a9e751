//! The operations table as [`OperationStore`].

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::future::try_join_all;
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::job::Due;
use ops_domain::ports::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, OperationQuery, OperationStore,
    Page, StoreError,
};
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

use crate::dynamo::DynamoStore;
use crate::dynamo::begin::{self, BeginTransaction};
use crate::dynamo::chain::unbuilt;
use crate::dynamo::commit::CommitTransaction;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{Item, get_text, get_time, key};
use crate::dynamo::layout::{EXPIRES_AT, PK, idempotency_key, lease_key, operation_key};
use crate::dynamo::lease::LeaseItem;
use crate::dynamo::record;

/// Keys that one `BatchGetItem` takes.
pub(super) const MOST_KEYS: usize = 100;

/// Calls for one batch: DynamoDB leaves items out of an answer that would be too long, or where it
/// is throttled.
const BATCH_TRIES: usize = 5;

#[async_trait]
impl OperationStore for DynamoStore {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        let mut beginning = BeginTransaction::new(begin, &self.tables, self.retention, &self.heads);
        let written = self.write(&mut beginning).await;
        let BeginTransaction { record, append, .. } = beginning;
        match written {
            Ok(()) => self.heads.keep(&append),
            Err(BeginError::Store(error)) => self.written_after_all(&record, error).await?,
            Err(error @ (BeginError::Busy { .. } | BeginError::KeyUsed(_))) => return Err(error),
        }
        Ok(record)
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        let mut committing =
            CommitTransaction::new(commit, &self.tables, self.retention, &self.heads);
        let written = self.write(&mut committing).await;
        let CommitTransaction { record, append, .. } = committing;
        match (written, append) {
            (Ok(()), Some(append)) => self.heads.keep(&append),
            (Ok(()), None) => {}
            (Err(CommitError::Store(error)), _) => self.written_after_all(&record, error).await?,
            (
                Err(
                    error @ (CommitError::Conflict
                    | CommitError::LeaseLost
                    | CommitError::Busy { .. }),
                ),
                _,
            ) => return Err(error),
        }
        Ok(record)
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        let item = self.get_operations(operation_key(id)).await?;
        item.as_ref().map(record::from_item).transpose()
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        let keys: Vec<String> = ids.iter().map(|id| operation_key(*id)).collect();
        let read = keys.chunks(MOST_KEYS).map(|keys| self.batch_get_operations(keys));
        let items = try_join_all(read).await?;
        let records = items.iter().flatten().filter_map(|item| record::listed(item).transpose());
        records.collect::<Result<_, _>>().map_err(|bad| DynamoError::from(bad).of_operations())
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let Some(item) = self.get_operations(idempotency_key(key)).await? else { return Ok(None) };
        let kept = get_time(&item, EXPIRES_AT).map(|expires_at| now < expires_at);
        let idempotency = kept.and_then(|kept| kept.then(|| begin::idempotency(&item)).transpose());
        idempotency.map_err(|bad| DynamoError::from(bad).of_operations())
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        let keys: BTreeSet<String> = lock_scopes.iter().map(lease_key).collect();
        let keys: Vec<String> = keys.into_iter().collect();
        let read = try_join_all(keys.chunks(MOST_KEYS).map(|keys| self.batch_get_operations(keys)))
            .await?;
        let mut lease_owners = HashMap::new();
        for item in read.iter().flatten() {
            let bad = |bad| DynamoError::from(bad).of_operations();
            let held = LeaseItem::read(item).map_err(bad)?;
            lease_owners.insert(get_text(item, PK).map_err(bad)?, held.owner_at(now));
        }
        Ok(lock_scopes
            .iter()
            .map(|lock_scope| lease_owners.get(lease_key(lock_scope).as_str()).copied().flatten())
            .collect())
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        let Some(item) = self.get_operations(lease_key(lock_scope)).await? else { return Ok(None) };
        let held = LeaseItem::read(&item).map_err(|bad| DynamoError::from(bad).of_operations())?;
        Ok(Some(held.token))
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.list_operations(query).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        self.list_due(scope, by, limit).await
    }
}

impl DynamoStore {
    /// An item of the operations table, as of the latest write.
    pub(super) async fn get_operations(&self, pk: String) -> Result<Option<Item>, StoreError> {
        let call = self.client.get_item().table_name(&self.tables.operations);
        let answer = call.set_key(Some(key(PK, pk))).consistent_read(true).send().await;
        answer.map(|answer| answer.item).map_err(|error| DynamoError::from(error).of_operations())
    }

    /// Those of these items that there are, as of the latest write. What DynamoDB leaves out of one
    /// answer is asked for again.
    pub(super) async fn batch_get_operations(
        &self,
        keys: &[String],
    ) -> Result<Vec<Item>, StoreError> {
        let table = &self.tables.operations;
        let keys = keys.iter().map(|pk| key(PK, pk.clone())).collect();
        let wanted =
            KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut left = Some(wanted.map_err(unbuilt)?);
        let mut found = Vec::new();
        for _ in 0..BATCH_TRIES {
            let Some(wanted) = left.take() else { return Ok(found) };
            let answer = self.client.batch_get_item().request_items(table, wanted).send().await;
            let answer = answer.map_err(|error| DynamoError::from(error).of_operations())?;
            found.extend(
                answer.responses.and_then(|mut items| items.remove(table)).unwrap_or_default(),
            );
            left = answer.unprocessed_keys.and_then(|mut keys| keys.remove(table));
        }
        if left.is_none() { Ok(found) } else { Err(StoreError::Throttled) }
    }

    /// A transaction whose answer was lost may have been written: then exactly this state is
    /// stored.
    async fn written_after_all(
        &self,
        record: &OperationRecord,
        error: StoreError,
    ) -> Result<(), StoreError> {
        match self.load(record.id).await {
            Ok(Some(stored)) if stored == *record => Ok(()),
            Ok(_) | Err(_) => Err(error),
        }
    }
}
