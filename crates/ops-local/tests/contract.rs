//! SQLite keeps the promises of its ports.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::Inventory;
use ops_local::folder::DataFolder;
use ops_local::sqlite::SqliteStore;
use ops_local::sqlite::inventory::SqliteInventory;
use ops_testkit::contract::Stores;
use ops_testkit::contract::inventory::WritableInventory;
use rusqlite::Connection;
use tempfile::TempDir;

/// The stores of a folder that is removed after the test.
struct StoresInFolder {
    stores: Stores,
    _folder: TempDir,
}

impl StoresInFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let store = Arc::new(SqliteStore::new(Arc::clone(data.database())));
        Self { stores: Stores { audit: store.clone(), store }, _folder: folder }
    }
}

impl Deref for StoresInFolder {
    type Target = Stores;

    fn deref(&self) -> &Stores {
        &self.stores
    }
}

/// The inventory of a folder that is removed after the test.
struct InventoryInFolder {
    inventory: SqliteInventory,
    folder: TempDir,
}

impl InventoryInFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        Self { inventory: SqliteInventory::new(Arc::clone(data.database())), folder }
    }
}

#[async_trait]
impl WritableInventory for InventoryInFolder {
    fn inventory(&self) -> &dyn Inventory {
        &self.inventory
    }

    async fn put(&self, item: &InventoryItem) {
        self.inventory.put(vec![item.clone()]).await.unwrap();
    }

    async fn put_broken(&self, instance_id: &str) {
        let database = Connection::open(self.folder.path().join("rds-ops.db")).unwrap();
        let insert = "INSERT INTO inventory (instance_id, account_id, region, item) VALUES (?1, '-', '-', '{}')";
        database.execute(insert, [instance_id]).unwrap();
    }
}

ops_testkit::store_contract!(operations, async { StoresInFolder::new() });
ops_testkit::audit_contract!(audit, async { StoresInFolder::new() });
ops_testkit::inventory_contract!(inventory, async { InventoryInFolder::new() });
