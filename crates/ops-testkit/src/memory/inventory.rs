//! The port of the inventory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ops_domain::id::InstanceId;
use ops_domain::instance::{InstanceRef, InventoryItem};
use ops_domain::ports::{BrokenItem, Inventory, InventoryError, InventoryPage};

/// The inventory in memory. Clones are the same inventory.
#[derive(Clone, Debug, Default)]
pub struct MemoryInventory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    items: BTreeMap<InstanceRef, InventoryItem>,
    broken: Vec<BrokenItem>,
    down: bool,
}

impl MemoryInventory {
    /// An inventory of these items.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = InventoryItem>) -> Self {
        let inventory = Self::default();
        for item in items {
            inventory.put(item);
        }
        inventory
    }

    /// Adds an item, or replaces that of the same instance.
    pub fn put(&self, item: InventoryItem) {
        self.lock().items.insert(item.target.clone(), item);
    }

    /// Adds an item that can't be understood.
    pub fn put_broken(&self, item: BrokenItem) {
        self.lock().broken.push(item);
    }

    /// Removes an item.
    pub fn remove(&self, target: &InstanceRef) {
        self.lock().items.remove(target);
    }

    /// Has every call fail from now on, or work again.
    pub fn down(&self, down: bool) {
        self.lock().down = down;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> Result<MutexGuard<'_, Inner>, InventoryError> {
        let inner = self.lock();
        if inner.down {
            return Err(InventoryError::Unavailable("the inventory is down".into()));
        }
        Ok(inner)
    }
}

#[async_trait]
impl Inventory for MemoryInventory {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        let inner = self.reach()?;
        if let Some(broken) =
            inner.broken.iter().find(|broken| broken.instance_id.eq_ignore_ascii_case(id.as_str()))
        {
            return Err(InventoryError::Broken(broken.clone()));
        }
        Ok(inner.items.values().filter(|item| item.target.instance_id == *id).cloned().collect())
    }

    /// Broken items are on the first page.
    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let inner = self.reach()?;
        let begin = cursor.map_or(Some(0), read_cursor);
        let begin =
            begin.filter(|begin| *begin <= inner.items.len()).ok_or(InventoryError::BadCursor)?;
        let items: Vec<InventoryItem> =
            inner.items.values().skip(begin).take(limit).cloned().collect();
        let end = begin + items.len();
        let broken = if begin == 0 { inner.broken.clone() } else { Vec::new() };
        let next = (end < inner.items.len()).then(|| format!("{CURSOR_PREFIX}{end}"));
        Ok(InventoryPage { items, broken, next })
    }
}

const CURSOR_PREFIX: &str = "from-item:";

fn read_cursor(cursor: &str) -> Option<usize> {
    cursor.strip_prefix(CURSOR_PREFIX)?.parse().ok()
}
