//! The tables.

use std::path::Path;

use rusqlite::Transaction;

use crate::sqlite::SqliteError;

/// The version of the tables below, kept in SQLite's `user_version`.
const VERSION: i64 = 5;

/// What brings a file of an earlier version one version further. Entries without `chain` are in the
/// chains of their instances. The journal of the simulated RDS begins anew with calls.
const UPGRADES: [(i64, &str); 3] = [
    (2, "ALTER TABLE audit_log ADD COLUMN chain TEXT"),
    (
        3,
        "UPDATE simulated_rds \
         SET state = json_remove(json_set(state, '$.calls', json('[]')), '$.orders')",
    ),
    (
        4,
        "CREATE TABLE IF NOT EXISTS discovery (scope TEXT PRIMARY KEY, report TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
];

/// A lease's unit is the text of an instance or of a cluster. Times are nanoseconds since the Unix
/// epoch, but `ttl`: that is in seconds, as in the original table. A report of discovery is of an
/// account and Region, or of the list of accounts.
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

CREATE TABLE discovery (
    scope  TEXT PRIMARY KEY,
    report TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE simulated_rds (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL,
    state    TEXT NOT NULL
) STRICT;
";

/// Makes the tables in a new file, and brings those of earlier versions up to date; refuses a file
/// of another version.
pub(super) fn prepare(transaction: &Transaction<'_>, path: &Path) -> Result<(), SqliteError> {
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        VERSION => return Ok(()),
        0 => transaction.execute_batch(TABLES)?,
        found if UPGRADES.iter().any(|(from, _)| *from == found) => {
            for (_, upgrade) in UPGRADES.iter().filter(|(from, _)| *from >= found) {
                transaction.execute_batch(upgrade)?;
            }
        }
        found => {
            return Err(SqliteError::OtherVersion { path: path.to_owned(), found, known: VERSION });
        }
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}
