//! Discovery: runs over all accounts and Regions, which bring the inventory in line with RDS.
//!
//! A run holds one page of each account that it reads at the time, and the names of what it has
//! seen. It may be broken off anywhere: what it wrote is right, and the next run does the rest.

mod accounts;
mod run;
mod scope;
mod status;
mod stop;
mod work;

use std::sync::Arc;

pub use run::{Discovered, DiscoveryRequest, ScopeOutcome};
pub use status::InventoryStatus;

use crate::discovery::{AccountListReport, Change, DiscoverySettings};
use crate::failure::{Code, Failure};
use crate::instance::Scope;
use crate::ports::{
    AccountList, Clock, DiscoveryLog, ManagedInventory, Metrics, Nobody, RdsListing,
};

/// The world, as discovery sees it.
#[derive(Clone)]
pub struct DiscoveryPorts {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The accounts of the organization, for settings that say to read those.
    pub accounts: Arc<dyn AccountList>,
    /// All of Amazon RDS.
    pub rds: Arc<dyn RdsListing>,
    /// The inventory that is written.
    pub inventory: Arc<dyn ManagedInventory>,
    /// What is kept of runs.
    pub log: Arc<dyn DiscoveryLog>,
    /// Counts.
    pub metrics: Arc<dyn Metrics>,
}

/// Discovery over one set of ports.
#[derive(Clone)]
pub struct Discovery {
    ports: DiscoveryPorts,
    settings: Arc<DiscoverySettings>,
}

impl Discovery {
    /// Discovery of what `settings` name.
    #[must_use]
    pub fn new(ports: DiscoveryPorts, settings: DiscoverySettings) -> Self {
        Self { ports, settings: Arc::new(settings) }
    }

    /// Every account and Region to read, by this list of the organization's accounts.
    fn scopes(&self, list: Option<&AccountListReport>) -> Vec<Scope> {
        self.settings.scopes(list.map_or(&[], |list| &list.accounts)).collect()
    }
}

/// Something that happens in a run, for whoever watches it.
#[derive(Clone, Copy, Debug)]
pub enum DiscoveryEvent<'a> {
    /// The run begins to read so many accounts and Regions.
    Begun {
        /// How many.
        scopes: usize,
    },
    /// A page was read, which had so many instances.
    Page {
        /// Of which account and Region.
        scope: &'a Scope,
        /// How many.
        instances: usize,
    },
    /// The run found this, and wrote it unless it is a dry run.
    Changed(&'a Change),
    /// An account and Region was read, or can't be.
    Ended(&'a ScopeOutcome),
}

/// Watches a run. It is called from within the run, so it returns at once.
pub trait DiscoveryObserver: Send + Sync {
    /// Takes an event in.
    fn notice(&self, event: DiscoveryEvent<'_>);
}

impl DiscoveryObserver for Nobody {
    fn notice(&self, _event: DiscoveryEvent<'_>) {}
}

/// Nothing says what to discover.
pub(super) fn is_off() -> Failure {
    Failure::new(
        Code::InvalidRequest,
        "No account is configured for discovery.",
        "Set `regions`, and `accounts` or `organization`, in the section [discovery] of the \
         configuration.",
    )
}
