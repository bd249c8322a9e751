//! Why something was not read in full, and the codes that say so.

use crate::discovery::{DiscoveryProblem, Run};
use crate::ports::{AccountListError, InventoryError, ObserveError};
use crate::service::log;

/// The code for an AWS that went on asking for slower requests.
const THROTTLED: &str = "discovery_throttled";

/// The code for an RDS or STS that does not answer.
const UNREACHABLE: &str = "discovery_unreachable";

/// The code for an inventory that can't be read or written.
const NO_INVENTORY: &str = "discovery_inventory_unavailable";

/// The code for an account and Region that the run had no time for.
pub(super) const OUT_OF_TIME: &str = "discovery_out_of_time";

/// The code for credentials that lead to another account or Region.
pub(super) const OTHER_ACCOUNT: &str = "discovery_other_account";

/// The code for an AWS Organizations that went on asking for slower requests.
const LIST_THROTTLED: &str = "organization_throttled";

/// The code for a service that may not list the accounts.
const LIST_DENIED: &str = "organization_denied";

/// The code for a service whose account is in no organization.
const NO_ORGANIZATION: &str = "organization_missing";

/// The code for an AWS Organizations that does not answer.
const LIST_UNREACHABLE: &str = "organization_unreachable";

/// The code for a list of accounts that the run had no time for.
pub(super) const LIST_OUT_OF_TIME: &str = "organization_out_of_time";

/// Why an account and Region, or the list of accounts, was not read in full.
pub(super) struct Stop {
    code: String,
    action: Option<String>,
}

impl Stop {
    pub(super) fn of(code: impl Into<String>) -> Self {
        Self { code: code.into(), action: None }
    }

    /// What is kept of it, after the problem that there was already.
    pub(super) fn problem(self, last: Option<&DiscoveryProblem>, run: &Run) -> DiscoveryProblem {
        let since = last.map_or(run.started_at, |problem| problem.since);
        DiscoveryProblem { code: self.code, action: self.action, since }
    }
}

impl From<ObserveError> for Stop {
    fn from(error: ObserveError) -> Self {
        match error {
            ObserveError::Throttled => Self::of(THROTTLED),
            ObserveError::Denied { code, action } => Self { code, action },
            ObserveError::Refused { code } => Self::of(code),
            ObserveError::Unavailable(_) => Self::of(UNREACHABLE),
        }
    }
}

/// The cause goes to the log here: the report has the code alone.
impl From<InventoryError> for Stop {
    fn from(error: InventoryError) -> Self {
        log::missed(&error, "discovery can't use the inventory");
        Self::of(NO_INVENTORY)
    }
}

impl From<AccountListError> for Stop {
    fn from(error: AccountListError) -> Self {
        match error {
            AccountListError::Throttled => Self::of(LIST_THROTTLED),
            AccountListError::Denied { action } => {
                Self { code: LIST_DENIED.to_owned(), action: Some(action) }
            }
            AccountListError::NoOrganization => Self::of(NO_ORGANIZATION),
            AccountListError::Refused { code } => Self::of(code),
            AccountListError::Unavailable(_) => Self::of(LIST_UNREACHABLE),
        }
    }
}
