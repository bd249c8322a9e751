//! The simulated RDS as it is on the disk: what a real RDS would remember while this program is not
//! running.

use std::sync::Arc;

use ops_domain::instance::InventoryItem;
use rusqlite::OptionalExtension as _;

use crate::sqlite::{Database, SqliteError, inventory};

/// A stored state of the simulated RDS.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredWorld {
    /// Grows with each change, by whatever process.
    pub revision: i64,
    /// The state as JSON text.
    pub state: String,
}

impl Database {
    /// The stored state; `None` when there is none, or it is of revision `known`.
    ///
    /// # Errors
    /// A [`SqliteError`].
    pub async fn world_since(
        self: &Arc<Self>,
        known: Option<i64>,
    ) -> Result<Option<StoredWorld>, SqliteError> {
        self.read(move |connection| {
            let world = connection
                .prepare_cached(
                    "SELECT revision, state FROM simulated_rds WHERE revision IS NOT ?1",
                )?
                .query_row([known], |row| {
                    Ok(StoredWorld { revision: row.get(0)?, state: row.get(1)? })
                })
                .optional()?;
            Ok(world)
        })
        .await
    }

    /// Stores a state over the last one and gives its revision. It is on the disk when this
    /// returns.
    ///
    /// # Errors
    /// A [`SqliteError`]; then nothing was stored.
    pub async fn store_world(self: &Arc<Self>, state: String) -> Result<i64, SqliteError> {
        self.write(move |transaction| {
            let revision = transaction
                .prepare_cached(
                    "UPDATE simulated_rds SET revision = revision + 1, state = ?1 \
                                 RETURNING revision",
                )?
                .query_row([state], |row| row.get(0))?;
            Ok(revision)
        })
        .await
    }

    /// Stores the first state together with the inventory of its instances; does nothing when there
    /// is a state.
    ///
    /// # Errors
    /// A [`SqliteError`]; then nothing was stored.
    pub async fn settle_world(
        self: &Arc<Self>,
        state: String,
        items: Vec<InventoryItem>,
    ) -> Result<(), SqliteError> {
        self.write(move |transaction| {
            let settled = transaction.execute(
                "INSERT INTO simulated_rds (only, revision, state) VALUES (1, 1, ?1) ON CONFLICT \
                 DO NOTHING",
                [state],
            )?;
            if settled == 1 {
                inventory::put(transaction, &items)?;
            }
            Ok(())
        })
        .await
    }
}
