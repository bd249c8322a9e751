//! What an operator chooses for discovery.

use std::time::Duration;

use crate::id::{AccountId, Region};
use crate::instance::Scope;

/// Which accounts and Regions discovery reads, and what follows from its age.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DiscoverySettings {
    /// Where the accounts come from.
    pub accounts: AccountSource,
    /// The Regions, each in every account.
    pub regions: Vec<Region>,
    /// From one run to the next. The host keeps the time.
    pub every: Duration,
    /// Whether each run adopts the items of another writer.
    pub adopt: bool,
    /// An operation is refused where discovery did not see the instance for longer than this.
    pub refuse_after: Duration,
}

/// Where discovery has its accounts from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AccountSource {
    /// The configuration names them; discovery is off without any.
    Given(Vec<AccountId>),
    /// The active accounts of the AWS organization, which each run lists anew.
    Organization {
        /// Of them, only these are read; all if there are none.
        allowed: Vec<AccountId>,
    },
}

impl Default for DiscoverySettings {
    fn default() -> Self {
        Self {
            accounts: AccountSource::Given(Vec::new()),
            regions: Vec::new(),
            every: Duration::from_mins(15),
            adopt: false,
            refuse_after: Duration::from_hours(48),
        }
    }
}

impl DiscoverySettings {
    /// Whether there is anything to discover.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        let has_accounts = match &self.accounts {
            AccountSource::Given(accounts) => !accounts.is_empty(),
            AccountSource::Organization { .. } => true,
        };
        has_accounts && !self.regions.is_empty()
    }

    /// Every account and Region, the accounts in turn, where the organization has the accounts
    /// `listed`. Of given accounts the list of the organization says nothing.
    pub fn scopes(&self, listed: &[AccountId]) -> impl Iterator<Item = Scope> {
        let accounts = self.accounts.among(listed).into_iter();
        accounts.flat_map(|account_id| {
            let scope = move |region: &Region| Scope {
                account_id: account_id.clone(),
                region: region.clone(),
            };
            self.regions.iter().map(scope)
        })
    }
}

impl AccountSource {
    /// Whether the accounts are those of the organization.
    #[must_use]
    pub const fn is_organization(&self) -> bool {
        matches!(self, Self::Organization { .. })
    }

    /// The accounts to read, where the organization has the accounts `listed`.
    fn among(&self, listed: &[AccountId]) -> Vec<AccountId> {
        match self {
            Self::Given(accounts) => accounts.clone(),
            Self::Organization { allowed } => {
                let is_allowed =
                    |account: &&AccountId| allowed.is_empty() || allowed.contains(account);
                listed.iter().filter(is_allowed).cloned().collect()
            }
        }
    }
}
