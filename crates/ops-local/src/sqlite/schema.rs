//! The tables.

use std::path::Path;

use rusqlite::Transaction;

use crate::sqlite::SqliteError;

/// The version of the tables below, kept in SQLite's `user_version`.
const VERSION: i64 = 3;

/// The version before entries could be in a shared chain.
const WITHOUT_CHAIN: i64 = 2;

/// A lease's unit is the text of an instance or of a cluster. Times are nanoseconds since the Unix
/// epoch, but `ttl`: that is in seconds, as in the original table.
const TABLES: &str = "
CREATE TABLE operations (
    id          TEXT PRIMARY KEY,
    version     INTEGER NOT NULL,
    account_id  TEXT NOT NULL,
    region      TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    operation   TEXT NOT NULL,
    principal   TEXT NOT NULL,
    status      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    next_at     INTEGER,
    record      TEXT NOT NULL
) STRICT;
CREATE INDEX operations_by_time ON operations (created_at, id);
CREATE INDEX operations_by_instance ON operations (instance_id, created_at, id);
CREATE INDEX operations_due ON operations (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE leases (
    unit   TEXT PRIMARY KEY,
    token  INTEGER NOT NULL,
    holder TEXT,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    key          TEXT PRIMARY KEY,
    operation_id TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_log (
    seq              INTEGER PRIMARY KEY,
    at               INTEGER NOT NULL,
    audit_id         TEXT NOT NULL UNIQUE,
    timestamp        TEXT NOT NULL,
    operation        TEXT NOT NULL,
    instance_id      TEXT NOT NULL,
    parameters       TEXT NOT NULL,
    user_identity    TEXT NOT NULL,
    result           TEXT NOT NULL,
    success          INTEGER NOT NULL,
    ttl              INTEGER NOT NULL,
    event            TEXT,
    principal        TEXT,
    operation_id     TEXT,
    account_id       TEXT,
    region           TEXT,
    environment      TEXT,
    duration_seconds REAL,
    request_id       TEXT,
    source_ip        TEXT,
    reason           TEXT,
    prev_ttl         INTEGER,
    prev_hash        TEXT,
    hash             TEXT,
    chain            TEXT
) STRICT;
CREATE INDEX audit_log_by_time ON audit_log (at, seq);
CREATE INDEX audit_log_by_instance ON audit_log (instance_id, at, seq);
CREATE INDEX audit_log_by_operation ON audit_log (operation_id, at, seq);

CREATE TABLE audit_heads (
    instance_id TEXT PRIMARY KEY,
    head        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory (
    instance_id TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    region      TEXT NOT NULL,
    item        TEXT NOT NULL,
    PRIMARY KEY (instance_id, account_id, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE simulated_rds (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL,
    state    TEXT NOT NULL
) STRICT;
";

/// Makes the tables in a new file, and brings those of the version before up to date; refuses a
/// file of another version.
pub(super) fn prepare(transaction: &Transaction<'_>, path: &Path) -> Result<(), SqliteError> {
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        VERSION => Ok(()),
        0 => make(transaction),
        WITHOUT_CHAIN => add_chain(transaction),
        found => Err(SqliteError::OtherVersion { path: path.to_owned(), found, known: VERSION }),
    }
}

/// Entries from before are in the chains of their instances.
fn add_chain(transaction: &Transaction<'_>) -> Result<(), SqliteError> {
    transaction.execute_batch("ALTER TABLE audit_log ADD COLUMN chain TEXT")?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

fn make(transaction: &Transaction<'_>) -> Result<(), SqliteError> {
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}
