//! [`AuditLog`] over SQLite. There is no statement here that changes or removes an entry.

use ops_audit::fields::{FIELDS, FieldValue, Kind};
use ops_audit::{OfUser as _, SealDraft as _};
use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::audit::{AuditDraft, AuditEntry, ChainHead};
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};
use ops_domain::time::after;
use ops_domain::user::UserFilter;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params, params_from_iter};

use crate::sqlite::conditions::{Conditions, is_narrower};
use crate::sqlite::people::{first_wanted, rows_to_read};
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

    async fn chain_head(&self, chain: &str) -> Result<Option<ChainHead>, StoreError> {
        let chain = chain.to_owned();
        let found: Result<_, AuditFailure> =
            self.database.read(move |connection| Ok(head(connection, &chain)?)).await;
        Ok(found?)
    }

    async fn chains(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
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
        if error.is_busy() { Self::Contended } else { Self::AuditUnavailable(Box::new(error)) }
    }
}

/// Writes an entry at the end of its instance's chain, within the transaction of the state that it
/// is about.
pub(super) fn write(
    transaction: &Transaction<'_>,
    draft: AuditDraft,
) -> Result<AuditEntry, StoreError> {
    append(transaction, draft).map_err(|error| AuditFailure(error).into())
}

fn append(transaction: &Transaction<'_>, draft: AuditDraft) -> Result<AuditEntry, SqliteError> {
    let last = head(transaction, draft.chain_id())?;
    let (entry, head) = sealed(transaction, draft, last.as_ref())?;
    insert(transaction, &entry, &head)?;
    transaction
        .prepare_cached(
            "INSERT INTO audit_heads (instance_id, head) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET head = excluded.head",
        )?
        .execute(params![entry.chain_id(), serde_json::to_string(&head)?])?;
    Ok(entry)
}

/// The entry at the next free moment: another chain may have one about the same instance.
fn sealed(
    connection: &Connection,
    mut draft: AuditDraft,
    last: Option<&ChainHead>,
) -> Result<(AuditEntry, ChainHead), SqliteError> {
    let mut taken = connection.prepare_cached("SELECT 1 FROM audit_log WHERE audit_id = ?1")?;
    loop {
        let (entry, head) = draft.clone().seal(last);
        if !taken.exists([&entry.audit_id])? {
            return Ok((entry, head));
        }
        draft.at = after(head.at, Duration::from_micros(1));
    }
}

fn head(connection: &Connection, instance_id: &str) -> Result<Option<ChainHead>, SqliteError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT head FROM audit_heads WHERE instance_id = ?1")?
        .query_row([instance_id], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn insert(
    connection: &Connection,
    entry: &AuditEntry,
    head: &ChainHead,
) -> Result<(), SqliteError> {
    let values = FIELDS.iter().map(|field| sql_value((field.get)(entry)));
    let values = std::iter::once(nanos(head.at).into()).chain(values);
    connection.prepare_cached(&INSERT)?.execute(params_from_iter(values))?;
    Ok(())
}

/// Inserts the time of an entry in nanoseconds and its fields, whose columns have their names.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let values = ", ?".repeat(columns.len());
    format!("INSERT INTO audit_log (at, {}) VALUES (?{values})", columns.join(", "))
});

fn sql_value(value: Option<FieldValue<'_>>) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::Text(text)) => text.to_owned().into(),
        Some(FieldValue::Flag(flag)) => flag.into(),
        Some(FieldValue::Whole(number)) => number.into(),
        Some(FieldValue::Number(number)) => number.into(),
    }
}

fn list(
    connection: &Connection,
    query: &AuditQuery,
    before: Option<(i64, i64)>,
) -> Result<Page<AuditEntry>, SqliteError> {
    let conditions = conditions(query, before);
    let limit = rows_to_read(query.user.as_ref(), query.limit);
    let values = conditions.values(&limit);
    let mut statement = connection.prepare_cached(&select(&conditions))?;
    let rows = statement.query_map(values.as_slice(), |row| {
        Ok((row.get("at")?, row.get("seq")?, entry_of(row)?))
    })?;
    let is_wanted = |(_, _, entry): &(i64, i64, AuditEntry)| {
        query.user.as_ref().is_none_or(|user| entry.is_of(user))
    };
    let rows = rows.map(|row| row.map_err(SqliteError::from));
    let mut rows = first_wanted(rows, query.limit, is_wanted)?;
    let next = cut(&mut rows, query.limit).map(|(at, seq, _)| cursor::write(LIST, &[at, seq]));
    Ok(Page { items: rows.into_iter().map(|(_, _, entry)| entry).collect(), next })
}

fn conditions(query: &AuditQuery, before: Option<(i64, i64)>) -> Conditions {
    let user = query.user.as_ref();
    let asked = Conditions::default()
        .and("instance_id = :instance_id", ":instance_id", query.instance_id.clone())
        .and(
            "principal = :principal",
            ":principal",
            user.and_then(UserFilter::principal).map(str::to_owned),
        )
        .and(
            "instr(user_identity, :name)",
            ":name",
            user.and_then(UserFilter::text_in_json).map(str::to_owned),
        )
        .and("operation = :operation", ":operation", query.operation.clone())
        .and(
            "operation_id = :operation_id",
            ":operation_id",
            query.operation_id.map(|id| id.to_string()),
        )
        .and("at >= :from", ":from", query.from.map(nanos))
        .and("at < :to", ":to", query.to.map(nanos).filter(|to| is_narrower(*to, before)))
        .and("ttl > :now", ":now", Some(query.now.timestamp()));
    match before {
        Some((at, seq)) => {
            asked.and_all("(at, seq) < (:at, :seq)", [(":at", at.into()), (":seq", seq.into())])
        }
        None => asked,
    }
}

fn select(conditions: &Conditions) -> String {
    conditions.select("*", "audit_log", "at DESC, seq DESC")
}

/// Chains have no number of their own, so a cursor counts those before it: a chain is never
/// removed, but a new one may move another to the page after, which then names it twice.
fn chains(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> Result<Page<(String, ChainHead)>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT instance_id, head FROM audit_heads ORDER BY instance_id LIMIT ?1 OFFSET ?2",
    )?;
    let rows = statement.query_map(params![rows_for(limit), after], |row| {
        Ok((row.get::<_, String>("instance_id")?, row.get::<_, String>("head")?))
    })?;
    let mut rows: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let more = cut(&mut rows, limit).is_some();
    let next = after.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let read =
        |(instance_id, head): (String, String)| Ok((instance_id, serde_json::from_str(&head)?));
    let items = rows.into_iter().map(read).collect::<Result<_, SqliteError>>()?;
    Ok(Page { items, next: more.then(|| cursor::write(CHAINS, &[&next])) })
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let mut entry = AuditEntry::default();
    for field in &FIELDS {
        let value = row.get_ref(field.name)?;
        let value = match field.kind {
            _ if value == ValueRef::Null => continue,
            Kind::Text => FieldValue::Text(value.as_str()?),
            Kind::Flag => FieldValue::Flag(value.as_i64()? != 0),
            Kind::Whole => FieldValue::Whole(value.as_i64()?),
            Kind::Number => FieldValue::Number(row.get(field.name)?),
        };
        (field.set)(&mut entry, value);
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use ops_domain::time::Timestamp;

    use super::*;
    use crate::folder::DataFolder;

    #[test]
    fn each_page_of_the_trail_begins_where_an_index_leads() {
        let folder = tempfile::tempdir().unwrap();
        drop(DataFolder::open(folder.path()).unwrap());
        let database = Connection::open(folder.path().join(crate::folder::DATABASE)).unwrap();
        let plan = |instance_id: Option<&str>| -> String {
            let instance_id = instance_id.map(str::to_owned);
            let query =
                AuditQuery { instance_id, now: Timestamp::default(), ..AuditQuery::default() };
            let statement =
                format!("EXPLAIN QUERY PLAN {}", select(&conditions(&query, Some((1, 1)))));
            let mut statement = database.prepare(&statement).unwrap();
            statement.raw_query().next().unwrap().unwrap().get("detail").unwrap()
        };
        assert_eq!(plan(None), "SEARCH audit_log USING INDEX audit_log_by_time (at<?)");
        let period = AuditQuery {
            to: Some(Timestamp::from_timestamp(9, 0).unwrap()),
            ..AuditQuery::default()
        };
        let has_end = |before| select(&conditions(&period, Some(before))).contains(":to");
        assert_eq!(
            [has_end((5, 1)), has_end((10_000_000_000, 1))],
            [false, true],
            "SQLite would begin at the end"
        );
        let of_instance =
            "SEARCH audit_log USING INDEX audit_log_by_instance (instance_id=? AND at<?)";
        assert_eq!(plan(Some("dev-postgres-01")), of_instance);
    }
}
