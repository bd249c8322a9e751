//! Inventory, operations and audit trail in one SQLite file.
//!
//! A commit waits for the disk and may wait for another process that shares the file, so every call
//! runs on a thread that may block. One connection is enough: SQLite has one writer at a time, and
//! reads take microseconds.

pub mod audit;
mod conditions;
mod cursor;
pub mod inventory;
mod leases;
pub mod managed;
mod operations;
mod people;
mod schema;
pub mod world;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ops_domain::id::OperationId;
use ops_domain::ports::{BeginError, CommitError, InventoryError, StoreError};
use ops_domain::state::UnreadableRecord;
use ops_domain::time::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use thiserror::Error;

/// How long a call waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the database could not be used.
#[derive(Debug, Error)]
pub enum SqliteError {
    /// SQLite failed.
    #[error("SQLite failed")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored text is not what this service writes.
    #[error("a stored record can't be understood")]
    Record(#[from] serde_json::Error),
    /// A stored operation is not of the form that this program reads.
    #[error("operation {operation_id} can't be read")]
    Operation {
        /// The operation.
        operation_id: OperationId,
        /// Why.
        source: UnreadableRecord,
    },
    /// The file was removed or replaced: what would be written now, nobody would find again.
    #[error("the file {} was removed or replaced", .0.display())]
    Vanished(PathBuf),
    /// The file was made by another version of this program.
    #[error("the file {} has schema version {found}; this program knows version {known}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The version that this program reads and writes.
        known: i64,
    },
    /// The folder or the file can't be used.
    #[error("{} can't be made or opened", path.display())]
    File {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The thread of the call ended without an answer.
    #[error("the call was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// One open database file.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    opened: FileId,
    connection: Mutex<Connection>,
}

impl Database {
    /// Opens the file, and makes it and its tables when it is not there.
    ///
    /// # Errors
    /// A [`SqliteError`] when the file can't be written or was made by another version.
    pub fn open(path: &Path) -> Result<Self, SqliteError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let opened = FileId::of(path)
            .map_err(|source| SqliteError::File { path: path.to_owned(), source })?;
        let database = Self { path: path.to_owned(), opened, connection: Mutex::new(connection) };
        database.write_now(|transaction| schema::prepare(transaction, path))?;
        Ok(database)
    }

    /// Runs `work` in one transaction on a thread that may block. It is stored if `work` succeeds,
    /// and on the disk when this returns.
    async fn write<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SqliteError> + Send + 'static,
    {
        let database = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || database.write_now(work));
        done.await.map_err(SqliteError::from)?
    }

    /// Runs `work`, which only reads, on a thread that may block.
    async fn read<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SqliteError> + Send + 'static,
    {
        let database = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            database.with_connection(|connection| work(connection))
        });
        done.await.map_err(SqliteError::from)?
    }

    /// As [`Database::write`], on this thread.
    fn write_now<T, E: From<SqliteError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_connection(|connection| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(SqliteError::from)?;
            let done = work(&transaction)?;
            transaction.commit().map_err(SqliteError::from)?;
            Ok(done)
        })
    }

    fn with_connection<T, E: From<SqliteError>>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        // After a panic the transaction has been rolled back; the connection is sound.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if !FileId::of(&self.path).is_ok_and(|current| current == self.opened) {
            return Err(SqliteError::Vanished(self.path.clone()).into());
        }
        work(&mut connection)
    }
}

/// Operations, leases, idempotency keys and the audit trail in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    database: Arc<Database>,
}

impl SqliteStore {
    /// The store in `database`.
    #[must_use]
    pub const fn new(database: Arc<Database>) -> Self {
        Self { database }
    }
}

/// Which file a path leads to: an open file that was removed can still be written, but not found
/// again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    fn of(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(path)?;
        Ok(Self(metadata.dev(), metadata.ino()))
    }

    /// Elsewhere an open file can't be removed, so its being there is enough.
    #[cfg(not(unix))]
    fn of(path: &Path) -> std::io::Result<Self> {
        std::fs::metadata(path).map(|_| Self(0, 0))
    }
}

impl SqliteError {
    /// Whether another process held the file for too long.
    fn is_busy(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy))
    }
}

impl From<SqliteError> for StoreError {
    fn from(error: SqliteError) -> Self {
        if let SqliteError::Operation { operation_id, source } = error {
            return Self::Unreadable { operation_id, source };
        }
        if error.is_busy() { Self::Contended } else { Self::Unavailable(Box::new(error)) }
    }
}

impl From<SqliteError> for BeginError {
    fn from(error: SqliteError) -> Self {
        Self::Store(error.into())
    }
}

impl From<SqliteError> for CommitError {
    fn from(error: SqliteError) -> Self {
        Self::Store(error.into())
    }
}

impl From<SqliteError> for InventoryError {
    fn from(error: SqliteError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// A time as it stands in columns: nanoseconds since the Unix epoch; before 1677 and after 2262 the
/// first or the last time that they can tell.
fn nanos(at: Timestamp) -> i64 {
    let beyond = if at < Timestamp::UNIX_EPOCH { i64::MIN } else { i64::MAX };
    at.timestamp_nanos_opt().unwrap_or(beyond)
}

/// A counter as it stands in columns.
fn integer(count: u64) -> i64 {
    i64::try_from(count).expect("no counter of this service reaches 2^63")
}

/// A counter from its column.
fn counter(integer: i64) -> u64 {
    u64::try_from(integer).expect("columns of counters hold what `integer` wrote")
}

/// Rows to read for a page of `limit`: one more than the page has tells whether there is a next
/// page.
fn rows_for(limit: usize) -> i64 {
    i64::try_from(limit.max(1)).unwrap_or(i64::MAX - 1) + 1
}

/// Cuts the extra row off, and gives the last item of the page if there is a next page.
fn cut<T>(rows: &mut Vec<T>, limit: usize) -> Option<&T> {
    let limit = limit.max(1);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last()
}
