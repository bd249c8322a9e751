//! The fakes keep the promises of their ports.

use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::{BrokenItem, Inventory};
use ops_testkit::contract::Stores;
use ops_testkit::contract::inventory::WritableInventory;
use ops_testkit::memory::{MemoryInventory, MemoryStore};

fn stores() -> std::future::Ready<Stores> {
    let store = Arc::new(MemoryStore::new());
    std::future::ready(Stores { store: store.clone(), audit: store })
}

struct Shelf(MemoryInventory);

#[async_trait]
impl WritableInventory for Shelf {
    fn inventory(&self) -> &dyn Inventory {
        &self.0
    }

    async fn put(&self, item: &InventoryItem) {
        self.0.put(item.clone());
    }

    async fn put_broken(&self, instance_id: &str) {
        self.0.put_broken(BrokenItem { instance_id: instance_id.to_owned(), problem: "no account_id".into() });
    }
}

ops_testkit::store_contract!(memory_store, stores());
ops_testkit::audit_contract!(memory_audit, stores());
ops_testkit::inventory_contract!(memory_inventory, std::future::ready(Shelf(MemoryInventory::default())));
