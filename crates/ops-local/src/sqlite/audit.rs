//! [`AuditLog`] over SQLite. There is no statement here that changes or removes an entry.

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, Transaction, named_params, params};

use crate::sqlite::{SqliteError, SqliteStore, cursor, cut, nanos, rows_for};

#[async_trait]
impl AuditLog for SqliteStore {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        let written: Result<_, AuditFailure> =
            self.database.write(move |transaction| Ok(append(transaction, draft)?)).await;
        Ok(written?)
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        let before = match &query.cursor {
            Some(cursor) => Some(cursor::read_timed(LIST, cursor).ok_or(StoreError::BadCursor)?),
            None => None,
        };
        let query = query.clone();
        let found: Result<_, AuditFailure> =
            self.database.read(move |connection| Ok(list(connection, &query, before)?)).await;
        Ok(found?)
    }

    async fn chain_head(&self, instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        let instance_id = instance_id.to_owned();
        let found: Result<_, AuditFailure> =
            self.database.read(move |connection| Ok(head(connection, &instance_id)?)).await;
        Ok(found?)
    }

    async fn chains(&self, cursor: Option<&str>, limit: usize) -> Result<Page<(String, ChainHead)>, StoreError> {
        let after = match cursor {
            Some(cursor) => {
                let [number] = cursor::read(CHAINS, cursor).ok_or(StoreError::BadCursor)?;
                number.parse().map_err(|_| StoreError::BadCursor)?
            }
            None => 0,
        };
        let found: Result<_, AuditFailure> =
            self.database.read(move |connection| Ok(chains(connection, after, limit)?)).await;
        Ok(found?)
    }
}

/// The mark of this list's cursors.
const LIST: char = 'a';

/// The mark of the cursors of chains.
const CHAINS: char = 'c';

/// A failure on the audit trail, told apart from one of the operation store.
struct AuditFailure(SqliteError);

impl From<SqliteError> for AuditFailure {
    fn from(error: SqliteError) -> Self {
        Self(error)
    }
}

impl From<AuditFailure> for StoreError {
    fn from(AuditFailure(error): AuditFailure) -> Self {
        Self::AuditUnavailable(Box::new(error))
    }
}

/// Writes an entry at the end of its instance's chain, within the transaction of the state that it is about.
pub(super) fn write(transaction: &Transaction<'_>, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
    append(transaction, draft).map_err(|error| AuditFailure(error).into())
}

fn append(transaction: &Transaction<'_>, draft: AuditDraft) -> Result<AuditEntry, SqliteError> {
    let last = head(transaction, &draft.instance_id)?;
    let (entry, head) = draft.seal(last.as_ref());
    insert(transaction, &entry, &head)?;
    transaction
        .prepare_cached(
            "INSERT INTO audit_heads (instance_id, head) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET head = excluded.head",
        )?
        .execute(params![entry.instance_id, serde_json::to_string(&head)?])?;
    Ok(entry)
}

fn head(connection: &Connection, instance_id: &str) -> Result<Option<ChainHead>, SqliteError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT head FROM audit_heads WHERE instance_id = ?1")?
        .query_row([instance_id], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn insert(connection: &Connection, entry: &AuditEntry, head: &ChainHead) -> Result<(), SqliteError> {
    connection
        .prepare_cached(
            "INSERT INTO audit_log
             (at, audit_id, timestamp, operation, instance_id, parameters, user_identity, result, success, ttl, event,
              principal, operation_id, account_id, region, environment, duration_seconds, request_id, source_ip, reason,
              prev_ttl, prev_hash, hash)
             VALUES
             (:at, :audit_id, :timestamp, :operation, :instance_id, :parameters, :user_identity, :result, :success,
              :ttl, :event, :principal, :operation_id, :account_id, :region, :environment, :duration_seconds,
              :request_id, :source_ip, :reason, :prev_ttl, :prev_hash, :hash)",
        )?
        .execute(named_params! {
            ":at": nanos(head.at),
            ":audit_id": entry.audit_id,
            ":timestamp": entry.timestamp,
            ":operation": entry.operation,
            ":instance_id": entry.instance_id,
            ":parameters": entry.parameters,
            ":user_identity": entry.user_identity,
            ":result": entry.result,
            ":success": entry.success,
            ":ttl": entry.ttl,
            ":event": entry.event,
            ":principal": entry.principal,
            ":operation_id": entry.operation_id,
            ":account_id": entry.account_id,
            ":region": entry.region,
            ":environment": entry.environment,
            ":duration_seconds": entry.duration_seconds,
            ":request_id": entry.request_id,
            ":source_ip": entry.source_ip,
            ":reason": entry.reason,
            ":prev_ttl": entry.prev_ttl,
            ":prev_hash": entry.prev_hash,
            ":hash": entry.hash,
        })?;
    Ok(())
}

/// The statement has only the conditions that are asked for, so that SQLite finds the beginning of a page in an index.
/// Otherwise the pages of a long list would each be searched for from its beginning.
fn list(
    connection: &Connection,
    query: &AuditQuery,
    before: Option<(i64, i64)>,
) -> Result<Page<AuditEntry>, SqliteError> {
    let operation_id = query.operation_id.map(|id| id.to_string());
    let (from, to) = (query.from.map(nanos), query.to.map(nanos));
    let (at, seq) = before.unzip();
    let conditions: [(&str, Option<(&str, &dyn ToSql)>); 8] = [
        ("instance_id = :instance_id", query.instance_id.as_ref().map(|id| (":instance_id", id as &dyn ToSql))),
        ("principal = :principal", query.principal.as_ref().map(|principal| (":principal", principal as &dyn ToSql))),
        ("operation = :operation", query.operation.as_ref().map(|operation| (":operation", operation as &dyn ToSql))),
        ("operation_id = :operation_id", operation_id.as_ref().map(|id| (":operation_id", id as &dyn ToSql))),
        ("at >= :from", from.as_ref().map(|from| (":from", from as &dyn ToSql))),
        ("at < :to", to.as_ref().map(|to| (":to", to as &dyn ToSql))),
        ("(at, seq) < (:at, :seq)", at.as_ref().map(|at| (":at", at as &dyn ToSql))),
        ("ttl > :now", Some((":now", &query.now.timestamp() as &dyn ToSql))),
    ];
    let (limit, seq) = (rows_for(query.limit), seq);
    let wanted = || conditions.iter().filter_map(|(text, parameter)| Some((*text, (*parameter)?)));
    let texts: Vec<&str> = wanted().map(|(text, _)| text).collect();
    let mut parameters: Vec<(&str, &dyn ToSql)> = wanted().map(|(_, parameter)| parameter).collect();
    parameters.extend(seq.as_ref().map(|seq| (":seq", seq as &dyn ToSql)));
    parameters.push((":limit", &limit));
    let statement =
        format!("SELECT * FROM audit_log WHERE {} ORDER BY at DESC, seq DESC LIMIT :limit", texts.join(" AND "));
    let mut statement = connection.prepare_cached(&statement)?;
    let rows = statement
        .query_map(parameters.as_slice(), |row| Ok((row.get("at")?, row.get("seq")?, entry_of(row)?)))?;
    let mut rows: Vec<(i64, i64, AuditEntry)> = rows.collect::<rusqlite::Result<_>>()?;
    let next = cut(&mut rows, query.limit).map(|(at, seq, _)| cursor::write(LIST, &[at, seq]));
    Ok(Page { items: rows.into_iter().map(|(_, _, entry)| entry).collect(), next })
}

/// Chains have no number of their own, so a cursor counts those before it: a chain is never removed, but a new one may
/// move another to the page after, which then names it twice.
fn chains(connection: &Connection, after: i64, limit: usize) -> Result<Page<(String, ChainHead)>, SqliteError> {
    let mut statement =
        connection.prepare_cached("SELECT instance_id, head FROM audit_heads ORDER BY instance_id LIMIT ?1 OFFSET ?2")?;
    let rows = statement.query_map(params![rows_for(limit), after], |row| {
        Ok((row.get::<_, String>("instance_id")?, row.get::<_, String>("head")?))
    })?;
    let mut rows: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let more = cut(&mut rows, limit).is_some();
    let next = after.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let read = |(instance_id, head): (String, String)| Ok((instance_id, serde_json::from_str(&head)?));
    let items = rows.into_iter().map(read).collect::<Result<_, SqliteError>>()?;
    Ok(Page { items, next: more.then(|| cursor::write(CHAINS, &[&next])) })
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        audit_id: row.get("audit_id")?,
        timestamp: row.get("timestamp")?,
        operation: row.get("operation")?,
        instance_id: row.get("instance_id")?,
        parameters: row.get("parameters")?,
        user_identity: row.get("user_identity")?,
        result: row.get("result")?,
        success: row.get("success")?,
        ttl: row.get("ttl")?,
        event: row.get("event")?,
        principal: row.get("principal")?,
        operation_id: row.get("operation_id")?,
        account_id: row.get("account_id")?,
        region: row.get("region")?,
        environment: row.get("environment")?,
        duration_seconds: row.get("duration_seconds")?,
        request_id: row.get("request_id")?,
        source_ip: row.get("source_ip")?,
        reason: row.get("reason")?,
        prev_ttl: row.get("prev_ttl")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
    })
}
