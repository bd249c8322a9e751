//! The data folder: one database file and a lock file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::sqlite::{Database, SqliteError};

/// The database file in the folder.
pub const DATABASE: &str = "rds-ops.db";

/// The folder in which the service on one machine keeps everything.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
    database: Arc<Database>,
}

impl DataFolder {
    /// Opens the folder, and makes it and its database when they are not there.
    ///
    /// # Errors
    /// A [`SqliteError`] when the folder can't be written or is of another version of this program.
    pub fn open(path: &Path) -> Result<Self, SqliteError> {
        std::fs::create_dir_all(path)
            .map_err(|source| SqliteError::File { path: path.to_owned(), source })?;
        // Two processes that make the database at the same time would meet in the change to
        // write-ahead logging, for which SQLite does not wait.
        let lock = lock(path)?;
        let database = Database::open(&path.join(DATABASE))?;
        drop(lock);
        Ok(Self { path: path.to_owned(), database: Arc::new(database) })
    }

    /// The database.
    #[must_use]
    pub const fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// Waits until this process alone holds the folder; the kernel ends the hold with the value, or
    /// with the process.
    ///
    /// # Errors
    /// A [`SqliteError`] when the lock file can't be opened or locked.
    pub fn lock(&self) -> Result<File, SqliteError> {
        lock(&self.path)
    }
}

fn lock(folder: &Path) -> Result<File, SqliteError> {
    let path = folder.join("rds-ops.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let locked = file.and_then(|file| file.lock().map(|()| file));
    locked.map_err(|source| SqliteError::File { path, source })
}
