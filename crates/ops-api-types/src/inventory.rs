//! How far the inventory is discovered.

use serde::{Deserialize, Serialize};

/// The answer of `GET /inventory/status`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryStatus {
    /// Whether the service is configured to discover instances by itself.
    pub discovery: bool,
    /// Minutes from one run to the next.
    pub every_minutes: f64,
    /// An operation is refused where discovery did not see the instance for longer than this.
    pub refuse_after_minutes: f64,
    /// The instances that the last complete runs saw.
    pub instances: u64,
    /// How many accounts and Regions the last run did not read in full, or no run has tried yet.
    pub unread: u64,
    /// Where the accounts come from.
    pub accounts: DiscoveredAccounts,
    /// Each account and Region to read.
    pub scopes: Vec<DiscoveredScope>,
}

/// The accounts that discovery reads.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscoveredAccounts {
    /// Where they come from.
    pub source: AccountSource,
    /// How many there are to read.
    pub count: u64,
    /// When the last run that listed all accounts of the organization began; `null` where none has,
    /// or the configuration names the accounts.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub listed_at: Option<String>,
    /// What kept the last run from listing the accounts of the organization. Those of the last list
    /// are read then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<DiscoveryProblem>,
}

/// Where the accounts come from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountSource {
    /// The configuration names them.
    Configuration,
    /// They are the active accounts of the AWS organization, of which the configuration may allow
    /// only some.
    Organization,
}

/// The discovery of one account and Region.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscoveredScope {
    /// The account.
    pub account_id: String,
    /// The Region.
    pub region: String,
    /// What came of the last run.
    pub state: DiscoveryState,
    /// When the last run that tried it began.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub attempted_at: Option<String>,
    /// When the last run that read all of it began.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub completed_at: Option<String>,
    /// The instances that this run saw.
    pub instances: u64,
    /// Those of them whose items discovery does not write: another system wrote the item, or an
    /// instance of the same name has it.
    pub conflicts: u64,
    /// What kept the last run from reading all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<DiscoveryProblem>,
}

/// What came of the last run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiscoveryState {
    /// It read everything.
    Complete,
    /// It did not read everything, so the items are as they were.
    Unread,
    /// No run has tried it yet.
    Never,
}

/// What keeps an account and Region, or the list of accounts, from being read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscoveryProblem {
    /// The code of AWS, or one of this service in lower case.
    pub code: String,
    /// What happened.
    pub error: String,
    /// What to do.
    pub guidance: String,
    /// The action that AWS refused, as IAM spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_action: Option<String>,
    /// When the first run without a complete one since began.
    pub since: String,
}
