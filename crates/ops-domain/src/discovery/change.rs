//! What a run changes in the inventory.

use crate::id::InstanceId;
use crate::instance::{InstanceRef, InventoryItem, Managed};

/// What a run found about one instance. All but a [`Change::Conflict`] are written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// RDS has the instance, the inventory has not.
    Added(InventoryItem),
    /// The instance is as it was; only when it was seen is written.
    Confirmed {
        /// The item as it was read.
        before: InventoryItem,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// The instance has changed.
    Updated {
        /// The item as it was read.
        before: InventoryItem,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// An item of another writer becomes one of discovery, because an operator asked for it.
    Adopted {
        /// The item as it was read.
        before: InventoryItem,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// A complete run did not show the instance.
    Missed {
        /// The item as it was read.
        before: InventoryItem,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// So many complete runs did not show the instance that it counts as gone.
    Gone {
        /// The item as it was read.
        before: InventoryItem,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// The instance has another name now, under which it has another item.
    Renamed {
        /// The item of the old name, which is removed.
        before: InventoryItem,
        /// The name now.
        to: InstanceId,
    },
    /// The instance was gone for so long that its item is removed.
    Removed {
        /// The item as it was read.
        before: InventoryItem,
    },
    /// The instance can't have an item; nothing is written.
    Conflict {
        /// The instance.
        target: InstanceRef,
        /// Why not.
        conflict: Conflict,
    },
}

/// Why an instance that RDS described can't have an item of discovery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Conflict {
    /// Another system wrote the item of the instance.
    Foreign,
    /// The item under the key of the instance is of this other instance. A table that has the name
    /// alone as its key holds one instance of each name.
    Namesake(InstanceRef),
    /// The item under the key of the instance can't be understood.
    Broken(String),
}

impl Conflict {
    /// A stable code for the kind.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "foreign_item",
            Self::Namesake(_) => "namesake",
            Self::Broken(_) => "broken_item",
        }
    }
}

/// One write to the inventory. The inventory carries it out only if the item is still as it was
/// read, and never on an item of another writer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum InventoryWrite {
    /// Writes an item where its key has none.
    Create(InventoryItem),
    /// Writes the item over that of the same instance, which is one of discovery.
    Replace {
        /// What discovery keeps on the item that was read.
        before: Managed,
        /// The item as it becomes.
        item: InventoryItem,
    },
    /// Writes the item over that of another writer for the same instance. What else the other
    /// writer put there stays.
    Adopt(InventoryItem),
    /// Removes an item of discovery.
    Delete {
        /// The instance.
        target: InstanceRef,
        /// What discovery keeps on the item that was read.
        before: Managed,
    },
}

impl Change {
    /// The instance that it is about.
    #[must_use]
    pub const fn target(&self) -> &InstanceRef {
        match self {
            Self::Added(item) => &item.target,
            Self::Confirmed { before, .. }
            | Self::Updated { before, .. }
            | Self::Adopted { before, .. }
            | Self::Missed { before, .. }
            | Self::Gone { before, .. }
            | Self::Renamed { before, .. }
            | Self::Removed { before } => &before.target,
            Self::Conflict { target, .. } => target,
        }
    }

    /// A stable name for the kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Confirmed { .. } => "confirmed",
            Self::Updated { .. } => "updated",
            Self::Adopted { .. } => "adopted",
            Self::Missed { .. } => "missed",
            Self::Gone { .. } => "gone",
            Self::Renamed { .. } => "renamed",
            Self::Removed { .. } => "removed",
            Self::Conflict { .. } => "conflict",
        }
    }

    /// What it writes; `None` for a conflict.
    #[must_use]
    pub fn write(&self) -> Option<InventoryWrite> {
        match self {
            Self::Added(item) => Some(InventoryWrite::Create(item.clone())),
            Self::Adopted { item, .. } => Some(InventoryWrite::Adopt(item.clone())),
            Self::Confirmed { before, item }
            | Self::Updated { before, item }
            | Self::Missed { before, item }
            | Self::Gone { before, item } => {
                let before = before.managed.clone()?;
                Some(InventoryWrite::Replace { before, item: item.clone() })
            }
            Self::Renamed { before, .. } | Self::Removed { before } => {
                let managed = before.managed.clone()?;
                Some(InventoryWrite::Delete { target: before.target.clone(), before: managed })
            }
            Self::Conflict { .. } => None,
        }
    }

    /// The names of the attributes that an update changes, for people.
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        match self {
            Self::Updated { before, item } | Self::Adopted { before, item } => {
                differences(before, item)
            }
            Self::Added(_)
            | Self::Confirmed { .. }
            | Self::Missed { .. }
            | Self::Gone { .. }
            | Self::Renamed { .. }
            | Self::Removed { .. }
            | Self::Conflict { .. } => Vec::new(),
        }
    }
}

/// The names of the attributes in which the items differ; `gone` where one of them is.
pub(super) fn differences(before: &InventoryItem, item: &InventoryItem) -> Vec<&'static str> {
    let fields = [
        ("engine", before.engine != item.engine),
        ("tags", before.tags != item.tags),
        ("db_cluster_id", before.db_cluster_id != item.db_cluster_id),
        ("multi_az", before.multi_az != item.multi_az),
        ("instance_class", before.instance_class != item.instance_class),
        ("status", before.status != item.status),
        ("dbi_resource_id", before.dbi_resource_id != item.dbi_resource_id),
        ("read_replica_source", before.read_replica_source != item.read_replica_source),
        ("gone", before.is_gone() != item.is_gone()),
    ];
    fields.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
