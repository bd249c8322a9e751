//! The configuration: one TOML text, and every scalar also as a variable, which wins.
//!
//! Nothing here reads a file or the environment: the host passes the text and a way to look variables up
//! ([`Settings::load`]).

mod load;

pub use load::{ConfigError, ConfigErrors};

use std::collections::BTreeMap;
use std::time::Duration;

use crate::environment::EnvironmentPolicy;
use crate::id::AccountId;

/// Everything that can be configured. [`Settings::default`] is the service without any configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The DynamoDB tables.
    pub tables: Tables,
    /// Between two looks at a running operation.
    pub poll_interval: Duration,
    /// From the order to the answer "timeout".
    pub operation_timeout: Duration,
    /// The longest that a request waits for its operation.
    pub max_wait: Duration,
    /// How long an operation is watched after the order, beyond its timeout.
    pub late_watch: Duration,
    /// How long audit entries are kept.
    pub audit_retention: Duration,
    /// What differs for single operations, by name.
    pub per_operation: BTreeMap<String, PollOverride>,
    /// How other accounts are reached.
    pub cross_account: CrossAccount,
    /// How environments are found.
    pub environments: EnvironmentPolicy,
    /// The Step Functions state machine that drives operations; without one the sweep does.
    pub state_machine_arn: Option<String>,
    /// The SNS topic for notifications.
    pub notification_topic_arn: Option<String>,
    /// The origins whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// Whether an API key alone counts as an identity.
    pub allow_api_key_identity: bool,
}

/// The names of the DynamoDB tables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tables {
    /// The instances of all accounts; only read.
    pub inventory: String,
    /// The audit trail.
    pub audit: String,
    /// Operations, leases, idempotency keys and the heads of the audit chains.
    pub operations: String,
}

/// What differs for one operation.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PollOverride {
    /// Between two looks.
    pub poll_interval: Option<Duration>,
    /// From the order to the answer "timeout".
    pub timeout: Option<Duration>,
}

/// How other accounts are reached.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CrossAccount {
    /// The name of the role to assume in each account.
    pub role_name: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The account whose instances the service's own role may change.
    pub home_account_id: Option<AccountId>,
    /// The accounts in which operations are allowed; all that the inventory names if empty.
    pub allowed_accounts: Vec<AccountId>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tables: Tables::default(),
            poll_interval: Duration::from_secs(30),
            operation_timeout: Duration::from_mins(5),
            max_wait: Duration::from_secs(20),
            late_watch: Duration::from_hours(24),
            audit_retention: Duration::from_hours(90 * 24),
            per_operation: BTreeMap::new(),
            cross_account: CrossAccount::default(),
            environments: EnvironmentPolicy::default(),
            state_machine_arn: None,
            notification_topic_arn: None,
            allowed_origins: Vec::new(),
            allow_api_key_identity: true,
        }
    }
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            inventory: "rds_inventory".into(),
            audit: "rds_audit_log".into(),
            operations: "rds_operations".into(),
        }
    }
}
