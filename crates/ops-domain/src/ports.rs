//! What the service needs from the world, in the domain's words.
//!
//! Every implementation of a port passes the contract suite of that port in `ops-testkit`.

mod audit;
mod discovery;
mod engine;
mod inventory;
mod rds;
mod store;
mod time;

pub use audit::{AuditLog, AuditQuery};
pub use discovery::{
    AccountList, AccountListError, DiscoveryLog, Listed, ManagedInventory, OrganizationAccount,
    RdsListing, Written,
};
pub use engine::{Engine, EngineError, Measurement, Metrics, Nobody, Notifier};
pub use inventory::{BrokenItem, Inventory, InventoryError, InventoryPage};
pub use rds::{ObserveError, RdsControl, SendError, Sent, SessionHint};
pub use store::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, LeaseChange, NewIdempotencyRecord,
    OperationQuery, OperationStore, Page, StoreError,
};
pub use time::{Clock, Ids};

pub use crate::rds_call::Receipt;

/// The cause of an error, kept for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;
