//! The port of the inventory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ops_domain::discovery::{InventoryWrite, Occupant};
use ops_domain::id::InstanceId;
use ops_domain::instance::{InstanceRef, InventoryItem, Managed};
use ops_domain::ports::{
    BrokenItem, Inventory, InventoryError, InventoryPage, ManagedInventory, Written,
};
use ops_simulator::planned::Planned;

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
    writes: Planned<(), ()>,
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

    /// Every item, in the order of accounts, Regions and names.
    #[must_use]
    pub fn items(&self) -> Vec<InventoryItem> {
        self.lock().items.values().cloned().collect()
    }

    /// Has the `nth` coming write of discovery ask for slower requests; 1 is the next one.
    pub fn throttle_write(&self, nth: u32) {
        self.lock().writes.plan((), nth, ());
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

/// Its key has the account and the Region, so that namesakes have items of their own.
#[async_trait]
impl ManagedInventory for MemoryInventory {
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        let inner = self.reach()?;
        let name = target.instance_id.as_str();
        if let Some(broken) =
            inner.broken.iter().find(|broken| broken.instance_id.eq_ignore_ascii_case(name))
        {
            return Ok(Occupant::Broken(broken.problem.clone()));
        }
        let item = inner.items.get(target).cloned();
        Ok(item.map_or(Occupant::Nobody, |item| Occupant::Item(Box::new(item))))
    }

    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError> {
        let mut inner = self.reach()?;
        if inner.writes.count(&()).is_some() {
            return Err(InventoryError::Throttled);
        }
        Ok(inner.write(write))
    }

    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let mut page = self.list(cursor, limit).await?;
        page.items.retain(|item| item.managed.is_some());
        page.broken.clear();
        Ok(page)
    }
}

impl Inner {
    fn write(&mut self, write: &InventoryWrite) -> Written {
        let managed = |target: &InstanceRef| -> Option<Option<Managed>> {
            self.items.get(target).map(|item| item.managed.clone())
        };
        let (is_as_read, target, item) = match write {
            InventoryWrite::Create(item) => {
                (managed(&item.target).is_none(), &item.target, Some(item))
            }
            InventoryWrite::Replace { before, item } => {
                let is_as_read = managed(&item.target) == Some(Some(before.clone()));
                (is_as_read, &item.target, Some(item))
            }
            InventoryWrite::Adopt(item) => {
                (managed(&item.target) == Some(None), &item.target, Some(item))
            }
            InventoryWrite::Delete { target, before } => {
                (managed(target) == Some(Some(before.clone())), target, None)
            }
        };
        if !is_as_read {
            return Written::Outdated;
        }
        match item {
            Some(item) => self.items.insert(target.clone(), item.clone()),
            None => self.items.remove(target),
        };
        Written::Done
    }
}

const CURSOR_PREFIX: &str = "from-item:";

fn read_cursor(cursor: &str) -> Option<usize> {
    cursor.strip_prefix(CURSOR_PREFIX)?.parse().ok()
}
