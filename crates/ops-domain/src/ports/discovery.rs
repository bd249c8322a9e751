//! What discovery reads of AWS Organizations and RDS, writes to the inventory, and keeps of its runs.

use async_trait::async_trait;
use thiserror::Error;

use crate::cluster::LiveCluster;
use crate::discovery::{AccountListReport, InventoryWrite, Occupant, ScopeReport};
use crate::id::AccountId;
use crate::instance::{InstanceRef, LiveInstance, Scope};
use crate::ports::{InventoryError, InventoryPage, ObserveError, Source, StoreError};

/// The accounts of the AWS organization, page by page. It is read with the service's own
/// credentials.
#[async_trait]
pub trait AccountList: Send + Sync {
    /// One page of all accounts, by the token of the page before. A page may be empty, and still
    /// have a next one.
    ///
    /// # Errors
    /// An [`AccountListError`]; then nothing is known of this page and of those after it.
    async fn accounts(
        &self,
        token: Option<&str>,
    ) -> Result<Listed<OrganizationAccount>, AccountListError>;
}

/// An account of the organization.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OrganizationAccount {
    /// The account.
    pub account_id: AccountId,
    /// Whether it can be used: it is not suspended, closed, or about to be activated or closed.
    pub is_active: bool,
}

/// Why the accounts of the organization can't be listed.
#[derive(Debug, Error)]
pub enum AccountListError {
    /// AWS asks for slower requests.
    #[error("AWS asks for slower requests")]
    Throttled,
    /// AWS does not let the service list the accounts.
    #[error("AWS refuses {action} to the service")]
    Denied {
        /// The action that was refused, as IAM spells it.
        action: String,
    },
    /// The account that the service runs in belongs to no organization.
    #[error("the account of the service belongs to no organization")]
    NoOrganization,
    /// AWS refuses the request, or the service's credentials.
    #[error("AWS refuses the request of the service ({code})")]
    Refused {
        /// The wire code.
        code: String,
    },
    /// AWS Organizations does not answer, or answers with an error of its own.
    #[error("AWS Organizations can't be reached")]
    Unavailable(#[source] Source),
}

/// Everything that RDS has in an account and Region, page by page. It reads through the same role
/// as [`RdsControl::observe`](crate::ports::RdsControl::observe).
#[async_trait]
pub trait RdsListing: Send + Sync {
    /// One page of all DB instances, by the marker of the page before.
    ///
    /// # Errors
    /// An [`ObserveError`]; then nothing is known of this page and of those after it.
    async fn instances(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveInstance>, ObserveError>;

    /// One page of all DB clusters, by the marker of the page before.
    ///
    /// # Errors
    /// As [`RdsListing::instances`].
    async fn clusters(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveCluster>, ObserveError>;
}

/// One page of what RDS has.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// The inventory, for the discovery that writes it.
///
/// No write changes or removes an item of another writer, whatever was read before: each checks the
/// item that it finds, in one step with the write.
#[async_trait]
pub trait ManagedInventory: Send + Sync {
    /// What stands where the item of `target` would be.
    ///
    /// # Errors
    /// An [`InventoryError`], but never for an item that can't be understood.
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError>;

    /// Writes, if the item is as `write` says that it was read.
    ///
    /// # Errors
    /// An [`InventoryError`]; then it is not known whether it was written.
    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError>;

    /// One page of the items of discovery alone, by a cursor from the page before. A page may have
    /// fewer than `limit` items, or none, and still a next one.
    ///
    /// # Errors
    /// [`InventoryError::BadCursor`] for a cursor that no page gave.
    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError>;
}

/// What became of a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// The inventory is as the write says.
    Done,
    /// The item is not as it was read; nothing was written.
    Outdated,
}

/// What is kept of runs: for each account and Region, and of the list of accounts.
#[async_trait]
pub trait DiscoveryLog: Send + Sync {
    /// Keeps a report in the place of the last one of its account and Region.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn record(&self, report: &ScopeReport) -> Result<(), StoreError>;

    /// The last reports of these accounts and Regions; of one that no run tried there is none.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn reports(&self, scopes: &[Scope]) -> Result<Vec<ScopeReport>, StoreError>;

    /// Keeps the list of the organization's accounts in the place of the last one. An organization
    /// may have ten thousand accounts.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn record_accounts(&self, report: &AccountListReport) -> Result<(), StoreError>;

    /// The last list of the organization's accounts; `None` where no run tried to read one.
    ///
    /// # Errors
    /// A [`StoreError`].
    async fn account_list(&self) -> Result<Option<AccountListReport>, StoreError>;
}
