//! Discovery: what RDS describes becomes the inventory, without anybody writing an item by hand.
//!
//! The accounts are given, or they are those of the AWS organization as each run lists them. A run
//! reads the instances of each account and Region page by page. [`of_described`] decides
//! about each of them. When an account and Region was read in full, [`of_unseen`] decides about
//! the items of discovery that were not among them. Nothing else is kept of a run, so its memory
//! does not grow with the fleet, but for [`Names`].
//!
//! Items of another writer are never changed and never removed. The one exception is an adoption,
//! which an operator asks for.

mod change;
mod reconcile;
mod report;
mod settings;
#[cfg(test)]
mod tests;

pub use change::{Change, Conflict, InventoryWrite};
pub use reconcile::{
    ClusterSources, GONE_AFTER_RUNS, Names, Occupant, REMOVED_AFTER, Run, item_of, of_described,
    of_unseen,
};
pub use report::{AccountListReport, DiscoveryProblem, ScopeReport};
pub use settings::{AccountSource, DiscoverySettings};
