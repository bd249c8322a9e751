//! [`OperationStore`] over SQLite.

use async_trait::async_trait;
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::job::{Due, Job};
use ops_domain::ports::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, LeaseChange, NewIdempotencyRecord,
    OperationQuery, OperationStore, Page, StoreError,
};
use ops_domain::state::{OperationRecord, SCHEMA_VERSION};
use ops_domain::time::Timestamp;
use ops_domain::user::UserFilter;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params, params};
use serde_json::json;

use crate::sqlite::conditions::{Conditions, is_narrower};
use crate::sqlite::people::first_wanted;
use crate::sqlite::{SqliteError, SqliteStore, audit, cursor, cut, integer, leases, nanos};

#[async_trait]
impl OperationStore for SqliteStore {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.database.write(move |transaction| begin_in(transaction, begin)).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.database.write(move |transaction| commit_in(transaction, commit)).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.database.read(move |connection| Ok(load(connection, id)?)).await
    }

    async fn load_all(&self, ids: &[OperationId]) -> Result<Vec<OperationRecord>, StoreError> {
        let ids = ids.to_vec();
        self.database.read(move |connection| Ok(load_all(connection, &ids)?)).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let key = key.to_owned();
        self.database.read(move |connection| Ok(find_claim(connection, &key, now)?)).await
    }

    async fn lease_owners(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        let lock_scopes = lock_scopes.to_vec();
        let lease_owners = move |connection: &Connection| {
            lock_scopes
                .iter()
                .map(|lock_scope| Ok(leases::lease_owner(connection, lock_scope, now)?))
                .collect()
        };
        self.database.read(lease_owners).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        let lock_scope = lock_scope.clone();
        self.database
            .read(move |connection| Ok(leases::last_fencing_token(connection, &lock_scope)?))
            .await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        let before = match &query.cursor {
            Some(cursor) => Some(cursor::read_timed(LIST, cursor).ok_or(StoreError::BadCursor)?),
            None => None,
        };
        let query = query.clone();
        self.database.read(move |connection| Ok(list(connection, &query, before)?)).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        let scope = scope.cloned();
        self.database.read(move |connection| Ok(due(connection, scope.as_ref(), by, limit)?)).await
    }
}

/// The mark of this list's cursors.
const LIST: char = 'o';

fn begin_in(transaction: &Transaction<'_>, begin: Begin) -> Result<OperationRecord, BeginError> {
    let Begin { mut record, idempotency, audit, now } = begin;
    if let Some(idempotency) = idempotency {
        if let Some(earlier) = find_claim(transaction, &idempotency.key, now)? {
            return Err(BeginError::KeyUsed(earlier));
        }
        add_claim(transaction, &idempotency, record.id, now)?;
    }
    if let Some(wanted) = record.lease {
        if let Some(owner) = leases::lease_owner(transaction, &record.lock_scope(), now)? {
            return Err(BeginError::Busy { owner });
        }
        record.lease =
            Some(leases::take(transaction, &record.lock_scope(), record.id, wanted.until)?);
    }
    insert(transaction, &record)?;
    audit::write(transaction, audit)?;
    Ok(record)
}

fn commit_in(
    transaction: &Transaction<'_>,
    commit: Commit,
) -> Result<OperationRecord, CommitError> {
    let Commit { mut record, lease, lease_required, audit, now } = commit;
    let stored = load(transaction, record.id)?.filter(|stored| stored.version == record.version);
    let stored = stored.ok_or(CommitError::Conflict)?;
    let held = match (lease, record.lease, stored.lease) {
        (LeaseChange::Acquire, Some(wanted), _) => {
            let lock_scope = record.lock_scope();
            if let Some(owner) = leases::lease_owner(transaction, &lock_scope, now)? {
                return Err(CommitError::Busy { owner });
            }
            record.lease = Some(leases::take(transaction, &lock_scope, record.id, wanted.until)?);
            true
        }
        (LeaseChange::Renew, Some(lease), _) => {
            leases::renew(transaction, &record.lock_scope(), record.id, lease)?
        }
        (LeaseChange::Release, _, Some(lease)) => {
            leases::release(transaction, &record.lock_scope(), record.id, lease)?
        }
        (
            LeaseChange::Keep | LeaseChange::Acquire | LeaseChange::Renew | LeaseChange::Release,
            _,
            _,
        ) => false,
    };
    if lease_required && !held {
        return Err(CommitError::LeaseLost);
    }
    record.lease = record.lease.filter(|_| held);
    record.version += 1;
    update(transaction, &record)?;
    if let Some(audit) = audit {
        audit::write(transaction, audit)?;
    }
    Ok(record)
}

fn insert(connection: &Connection, record: &OperationRecord) -> Result<(), SqliteError> {
    connection
        .prepare_cached(
            "INSERT INTO operations
             (id, version, account_id, region, instance_id, operation, principal, status, created_at, next_at, record)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            record.id.to_string(),
            integer(record.version),
            record.target.account_id.as_str(),
            record.target.region.as_str(),
            record.target.instance_id.as_str(),
            record.operation.name(),
            record.caller.principal,
            record.status().as_str(),
            nanos(record.created_at),
            record.next_at().map(nanos),
            record.to_stored()?,
        ])?;
    Ok(())
}

fn update(connection: &Connection, record: &OperationRecord) -> Result<(), SqliteError> {
    connection
        .prepare_cached(
            "UPDATE operations SET version = ?2, status = ?3, next_at = ?4, record = \
                         ?5 WHERE id = ?1",
        )?
        .execute(params![
            record.id.to_string(),
            integer(record.version),
            record.status().as_str(),
            record.next_at().map(nanos),
            record.to_stored()?,
        ])?;
    Ok(())
}

fn load(connection: &Connection, id: OperationId) -> Result<Option<OperationRecord>, SqliteError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT record FROM operations WHERE id = ?1")?
        .query_row([id.to_string()], |row| row.get(0))
        .optional()?;
    let Some(text) = text else { return Ok(None) };
    let read = OperationRecord::from_stored(&text);
    read.map(Some).map_err(|source| SqliteError::Operation { operation_id: id, source })
}

fn load_all(
    connection: &Connection,
    ids: &[OperationId],
) -> Result<Vec<OperationRecord>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, record FROM operations WHERE id IN (SELECT value FROM json_each(?1))",
    )?;
    let rows = statement.query_map([serde_json::to_string(ids)?], id_and_record)?;
    read_records(rows).collect()
}

fn find_claim(
    connection: &Connection,
    key: &str,
    now: Timestamp,
) -> Result<Option<IdempotencyRecord>, SqliteError> {
    let found = connection
        .prepare_cached(
            "SELECT operation_id, request_hash FROM claims WHERE key = ?1 AND expires_at > ?2",
        )?
        .query_row(params![key, nanos(now)], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(id, request_hash)| IdempotencyRecord {
        operation_id: id.parse().expect("claims hold ids that `add_claim` wrote"),
        request_hash,
    }))
}

/// Stores a claim, and removes all that have expired.
fn add_claim(
    transaction: &Transaction<'_>,
    idempotency: &NewIdempotencyRecord,
    id: OperationId,
    now: Timestamp,
) -> Result<(), SqliteError> {
    transaction
        .prepare_cached("DELETE FROM claims WHERE expires_at <= ?1")?
        .execute([nanos(now)])?;
    transaction
        .prepare_cached(
            "INSERT INTO claims (key, operation_id, request_hash, expires_at) VALUES \
                         (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            idempotency.key,
            id.to_string(),
            idempotency.request_hash,
            nanos(idempotency.expires_at)
        ])?;
    Ok(())
}

fn list(
    connection: &Connection,
    query: &OperationQuery,
    before: Option<(i64, OperationId)>,
) -> Result<Page<OperationRecord>, SqliteError> {
    let conditions = conditions(query, before);
    // The reading ends with the page: rows that are left out do not count.
    let mut statement = connection.prepare_cached(&select(&conditions))?;
    let rows = statement.query_map(conditions.values(&i64::MAX).as_slice(), id_and_record)?;
    let is_wanted = |record: &OperationRecord| {
        query.user.as_ref().is_none_or(|user| user.accepts(&record.caller))
    };
    let mut items = first_wanted(read_records(rows), query.limit, is_wanted)?;
    let next = cut(&mut items, query.limit)
        .map(|last| cursor::write(LIST, &[&nanos(last.created_at), &last.id]));
    Ok(Page { items, next })
}

fn conditions(query: &OperationQuery, before: Option<(i64, OperationId)>) -> Conditions {
    let user = query.user.as_ref();
    let scope = query.scope.as_ref();
    let asked = Conditions::default()
        .and(
            "instance_id = :instance_id",
            ":instance_id",
            query.instance_id.as_ref().map(ToString::to_string),
        )
        .and(
            "account_id = :account_id",
            ":account_id",
            scope.map(|scope| scope.account_id.to_string()),
        )
        .and("region = :region", ":region", scope.map(|scope| scope.region.to_string()))
        .and(
            "status IN (SELECT value FROM json_each(:statuses))",
            ":statuses",
            Some(json!(query.statuses).to_string()).filter(|_| !query.statuses.is_empty()),
        )
        .and(
            "principal = :principal",
            ":principal",
            user.and_then(UserFilter::principal).map(str::to_owned),
        )
        .and(
            "instr(record, :name)",
            ":name",
            user.and_then(UserFilter::text_in_json).map(str::to_owned),
        )
        .and("operation = :operation", ":operation", query.operation.clone())
        .and("created_at >= :from", ":from", query.from.map(nanos))
        .and("created_at < :to", ":to", query.to.map(nanos).filter(|to| is_narrower(*to, before)));
    match before {
        Some((at, id)) => asked.and_all(
            "(created_at, id) < (:at, :id)",
            [(":at", at.into()), (":id", id.to_string().into())],
        ),
        None => asked,
    }
}

fn select(conditions: &Conditions) -> String {
    conditions.select("id, record", "operations", "created_at DESC, id DESC")
}

fn due(
    connection: &Connection,
    scope: Option<&Scope>,
    by: Timestamp,
    limit: usize,
) -> Result<Vec<Due>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, account_id, region, next_at FROM operations
         WHERE next_at <= :by
           AND (:account_id IS NULL OR (account_id = :account_id AND region = :region))
           AND CASE WHEN json_valid(record) THEN record ->> 'schema_version' END = :schema_version
         ORDER BY next_at, id LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":by": nanos(by),
            ":account_id": scope.map(|scope| scope.account_id.as_str()),
            ":region": scope.map(|scope| scope.region.as_str()),
            ":schema_version": SCHEMA_VERSION,
            ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
        },
        due_of,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn due_of(row: &Row<'_>) -> rusqlite::Result<Due> {
    let text = |column| row.get::<_, String>(column);
    let (id, account_id, region) = (text(0)?, text(1)?, text(2)?);
    Ok(Due {
        at: Timestamp::from_timestamp_nanos(row.get(3)?),
        job: Job::Operation(id.parse().expect("operations have the ids that `insert` wrote")),
        scope: Scope {
            account_id: account_id.parse().expect("`insert` wrote it"),
            region: region.parse().expect("`insert` wrote it"),
        },
    })
}

fn id_and_record(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn read_records(
    rows: impl Iterator<Item = rusqlite::Result<(String, String)>>,
) -> impl Iterator<Item = Result<OperationRecord, SqliteError>> {
    rows.filter_map(|row| match row {
        Ok((id, text)) => OperationRecord::listed(&id, &text).map(Ok),
        Err(error) => Some(Err(error.into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::DataFolder;

    #[test]
    fn each_page_of_the_operations_begins_where_an_index_leads() {
        let folder = tempfile::tempdir().unwrap();
        drop(DataFolder::open(folder.path()).unwrap());
        let database = Connection::open(folder.path().join(crate::folder::DATABASE)).unwrap();
        let time = |seconds| Timestamp::from_timestamp(seconds, 0).unwrap();
        let before = Some((nanos(time(5)), OperationId::first_at(5_000)));
        let plan = |query: OperationQuery| -> String {
            let statement = select(&conditions(&query, before));
            let mut statement =
                database.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            statement.raw_query().next().unwrap().unwrap().get("detail").unwrap()
        };
        let period =
            OperationQuery { from: Some(time(0)), to: Some(time(9)), ..OperationQuery::default() };
        let by_time = "SEARCH operations USING INDEX operations_by_time (created_at>? AND \
                       (created_at,id)<(?,?))";
        assert_eq!(plan(period.clone()), by_time);
        let beyond = OperationQuery { to: Some(time(1)), ..period };
        assert!(
            select(&conditions(&beyond, before)).contains(":to"),
            "a cursor of another list must not widen this one"
        );
        let instance_id = Some("dev-postgres-01".parse().unwrap());
        let of_instance = plan(OperationQuery { instance_id, ..OperationQuery::default() });
        assert!(
            of_instance.starts_with("SEARCH operations USING INDEX operations_by_instance"),
            "{of_instance}"
        );
    }
}
