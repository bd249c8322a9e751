//! What another system knows of all instances.

use async_trait::async_trait;
use serde::Serialize;
use thiserror::Error;

use crate::id::InstanceId;
use crate::instance::InventoryItem;
use crate::ports::Source;

/// The instances of all accounts, as another system wrote them down.
#[async_trait]
pub trait Inventory: Send + Sync {
    /// All instances of this identifier, in whatever account and Region.
    ///
    /// # Errors
    /// [`InventoryError::Broken`] when an item of this identifier can't be understood: it may be
    /// the one that is meant.
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError>;

    /// One page of all instances, by a cursor from the page before.
    ///
    /// # Errors
    /// [`InventoryError::BadCursor`] for a cursor that no page gave.
    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError>;
}

/// One page of the inventory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InventoryPage {
    /// The items that could be understood.
    pub items: Vec<InventoryItem>,
    /// Those that could not.
    pub broken: Vec<BrokenItem>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// An inventory item that can't be understood.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BrokenItem {
    /// Its `instance_id`, or what stands in its place.
    pub instance_id: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why the inventory could not be read.
#[derive(Debug, Error)]
pub enum InventoryError {
    /// An item that was asked for can't be understood.
    #[error("the inventory item `{}` can't be understood: {}", .0.instance_id, .0.problem)]
    Broken(BrokenItem),
    /// The cursor is none of ours.
    #[error("the cursor is not valid")]
    BadCursor,
    /// The store asks for slower requests.
    #[error("the inventory asks for slower requests")]
    Throttled,
    /// The store does not answer.
    #[error("the inventory can't be read")]
    Unavailable(#[source] Source),
}
