//! SQLite keeps the promises of its ports.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::audit::AuditEntry;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::{AuditLog, DiscoveryLog, Inventory, ManagedInventory};
use ops_domain::time::Timestamp;
use ops_local::folder::DataFolder;
use ops_local::sqlite::SqliteStore;
use ops_local::sqlite::inventory::SqliteInventory;
use ops_local::sqlite::managed::SqliteDiscoveryLog;
use ops_testkit::contract::Stores;
use ops_testkit::contract::discovery::DiscoveredInventory;
use ops_testkit::contract::inventory::WritableInventory;
use ops_testkit::contract::tampering::TamperableTrail;
use rusqlite::{Connection, ToSql};
use serde_json::{Value, json};
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
    log: SqliteDiscoveryLog,
    folder: TempDir,
}

impl InventoryInFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        Self {
            inventory: SqliteInventory::new(Arc::clone(data.database())),
            log: SqliteDiscoveryLog::new(Arc::clone(data.database())),
            folder,
        }
    }
}

#[async_trait]
impl WritableInventory for InventoryInFolder {
    fn inventory(&self) -> Arc<dyn Inventory> {
        Arc::new(self.inventory.clone())
    }

    async fn put(&self, item: &InventoryItem) {
        self.inventory.put(vec![item.clone()]).await.unwrap();
    }

    async fn put_broken(&self, instance_id: &str) {
        let database = Connection::open(self.folder.path().join("rds-ops.db")).unwrap();
        let insert = "INSERT INTO inventory (instance_id, account_id, region, item) VALUES (?1, \
                      '-', '-', '{}')";
        database.execute(insert, [instance_id]).unwrap();
    }
}

impl DiscoveredInventory for InventoryInFolder {
    fn managed(&self) -> Arc<dyn ManagedInventory> {
        Arc::new(self.inventory.clone())
    }

    fn log(&self) -> Arc<dyn DiscoveryLog> {
        Arc::new(self.log.clone())
    }
}

/// The audit trail of a folder, and the file that it is in.
struct TrailInFolder {
    audit: Arc<SqliteStore>,
    folder: TempDir,
}

impl TrailInFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        Self { audit: Arc::new(SqliteStore::new(Arc::clone(data.database()))), folder }
    }

    fn execute(&self, statement: &str, parameters: &[&dyn ToSql]) {
        let database = Connection::open(self.folder.path().join("rds-ops.db")).unwrap();
        database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        assert!(database.execute(statement, parameters).unwrap() > 0, "{statement}");
    }
}

#[async_trait]
impl TamperableTrail for TrailInFolder {
    fn audit(&self) -> Arc<dyn AuditLog> {
        self.audit.clone()
    }

    async fn put(&self, entry: &AuditEntry) {
        let at = entry.timestamp.parse::<Timestamp>().unwrap().timestamp_nanos_opt().unwrap();
        let Value::Object(fields) = json!(entry) else { unreachable!("an entry is an object") };
        let (columns, values): (Vec<String>, Vec<Box<dyn ToSql>>) =
            fields.into_iter().map(|(name, value)| (name, column(&value))).unzip();
        let marks = vec!["?"; columns.len()].join(", ");
        let statement = format!(
            "INSERT OR REPLACE INTO audit_log ({}, at) VALUES ({marks}, ?)",
            columns.join(", ")
        );
        let values: Vec<&dyn ToSql> =
            values.iter().map(AsRef::as_ref).chain([&at as &dyn ToSql]).collect();
        self.execute(&statement, &values);
    }

    async fn remove(&self, audit_id: &str) {
        self.execute("DELETE FROM audit_log WHERE audit_id = ?", &[&audit_id]);
    }

    async fn swap(&self, one: &AuditEntry, other: &AuditEntry) {
        let at = |entry: &AuditEntry| {
            entry.timestamp.parse::<Timestamp>().unwrap().timestamp_nanos_opt().unwrap()
        };
        for (entry, place) in [(one, at(other)), (other, at(one))] {
            self.execute(
                "UPDATE audit_log SET at = ? WHERE audit_id = ?",
                &[&place, &entry.audit_id],
            );
        }
    }

    async fn remove_head(&self, instance_id: &str) {
        self.execute("DELETE FROM audit_heads WHERE instance_id = ?", &[&instance_id]);
    }
}

fn column(value: &Value) -> Box<dyn ToSql> {
    match value {
        Value::Null => Box::new(None::<String>),
        Value::Bool(value) => Box::new(*value),
        Value::Number(number) if number.is_i64() => Box::new(number.as_i64()),
        Value::Number(number) => Box::new(number.as_f64()),
        Value::String(text) => Box::new(text.clone()),
        Value::Array(_) | Value::Object(_) => unreachable!("an entry holds texts and numbers"),
    }
}

ops_testkit::tampering_contract!(tampering, std::future::ready(TrailInFolder::new()));
ops_testkit::store_contract!(operations, async { StoresInFolder::new() });
ops_testkit::audit_contract!(audit, async { StoresInFolder::new() });
ops_testkit::figures_contract!(figures, async { StoresInFolder::new() });
ops_testkit::inventory_contract!(inventory, async { InventoryInFolder::new() });
ops_testkit::discovery_contract!(discovery, async { InventoryInFolder::new() });
