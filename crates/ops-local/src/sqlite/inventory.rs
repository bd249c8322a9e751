//! [`Inventory`] over SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::id::{AccountId, InstanceId, Region};
use ops_domain::instance::{InstanceRef, InventoryItem};
use ops_domain::ports::{BrokenItem, Inventory, InventoryError, InventoryPage};
use rusqlite::{Connection, Row, Transaction, named_params, params};

use crate::sqlite::{Database, SqliteError, cursor, cut, rows_for};

/// The instances of all accounts in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteInventory {
    database: Arc<Database>,
}

impl SqliteInventory {
    /// The inventory in `database`.
    #[must_use]
    pub const fn new(database: Arc<Database>) -> Self {
        Self { database }
    }

    /// Adds items, or writes them over those of the same instance.
    ///
    /// # Errors
    /// [`InventoryError::Unavailable`]; then nothing was written.
    pub async fn put(&self, items: Vec<InventoryItem>) -> Result<(), InventoryError> {
        self.database.write(move |transaction| Ok(put(transaction, &items)?)).await
    }

    pub(super) const fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// One page, by a cursor from the page before.
    pub(super) async fn page(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let after =
            cursor.map(|cursor| Key::read(cursor).ok_or(InventoryError::BadCursor)).transpose()?;
        let mut rows = self
            .database
            .read(move |connection| {
                list(connection, after.as_ref(), limit).map_err(InventoryError::from)
            })
            .await?;
        let mut page = InventoryPage {
            next: cut(&mut rows, limit).map(|last| last.key.write()),
            ..Default::default()
        };
        for row in rows {
            match row.item() {
                Ok(item) => page.items.push(item),
                Err(broken) => page.broken.push(broken),
            }
        }
        Ok(page)
    }
}

#[async_trait]
impl Inventory for SqliteInventory {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        let id = id.clone();
        let rows = self
            .database
            .read(move |connection| find(connection, &id).map_err(InventoryError::from))
            .await?;
        rows.into_iter().map(|row| row.item().map_err(InventoryError::Broken)).collect()
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.page(cursor, limit).await
    }
}

/// The mark of this list's cursors.
const LIST: char = 'i';

/// The primary key of an item.
#[derive(Debug)]
struct Key {
    instance_id: String,
    account_id: String,
    region: String,
}

impl Key {
    fn read(cursor: &str) -> Option<Self> {
        let [account_id, region, instance_id] = cursor::read(LIST, cursor)?;
        let (account_id, region): (AccountId, Region) =
            (account_id.parse().ok()?, region.parse().ok()?);
        let instance_id: InstanceId = instance_id.parse().ok()?;
        Some(Self {
            instance_id: instance_id.to_string(),
            account_id: account_id.to_string(),
            region: region.to_string(),
        })
    }

    fn write(&self) -> String {
        cursor::write(LIST, &[&self.account_id, &self.region, &self.instance_id])
    }
}

/// One row, which may not be understood.
#[derive(Debug)]
struct StoredItem {
    key: Key,
    text: String,
}

impl StoredItem {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let key = Key {
            instance_id: row.get("instance_id")?,
            account_id: row.get("account_id")?,
            region: row.get("region")?,
        };
        Ok(Self { key, text: row.get("item")? })
    }

    fn item(&self) -> Result<InventoryItem, BrokenItem> {
        serde_json::from_str(&self.text).map_err(|error| BrokenItem {
            instance_id: self.key.instance_id.clone(),
            problem: error.to_string(),
        })
    }
}

/// Writes `items` within a transaction.
pub(super) fn put(
    transaction: &Transaction<'_>,
    items: &[InventoryItem],
) -> Result<(), SqliteError> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO inventory (instance_id, account_id, region, item) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET item = excluded.item",
    )?;
    for item in items {
        statement.execute(params![
            item.target.instance_id.as_str(),
            item.target.account_id.as_str(),
            item.target.region.as_str(),
            serde_json::to_string(item)?,
        ])?;
    }
    Ok(())
}

fn find(connection: &Connection, id: &InstanceId) -> Result<Vec<StoredItem>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM inventory WHERE instance_id = ?1 ORDER BY account_id, region",
    )?;
    let rows = statement.query_map([id.as_str()], StoredItem::of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The item of an instance, and items of its name that can't be understood.
pub(super) fn occupants(
    connection: &Connection,
    target: &InstanceRef,
) -> Result<Vec<Result<InventoryItem, BrokenItem>>, SqliteError> {
    let items = find(connection, &target.instance_id)?;
    let items = items.iter().map(StoredItem::item);
    Ok(items.filter(|item| item.as_ref().map_or(true, |item| item.target == *target)).collect())
}

fn list(
    connection: &Connection,
    after: Option<&Key>,
    limit: usize,
) -> Result<Vec<StoredItem>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM inventory
         WHERE :instance_id IS NULL OR (instance_id, account_id, region) > (:instance_id, :account_id, :region)
         ORDER BY instance_id, account_id, region LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":instance_id": after.map(|key| &key.instance_id),
            ":account_id": after.map(|key| &key.account_id),
            ":region": after.map(|key| &key.region),
            ":limit": rows_for(limit),
        },
        StoredItem::of,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
