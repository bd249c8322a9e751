//! The settings of the service: one TOML text, and environment variables that win over it.
//!
//! Every top-level key is also a variable: `poll_interval_seconds` is `OPS_POLL_INTERVAL_SECONDS`.
//! Lists are comma separated in a variable; a blank variable counts as not set. A key that is not
//! known, a value of the wrong kind and a value out of bounds are problems, and [`Settings::load`]
//! reports all of them at once. [`unknown_variables`] has those with the names of variables.
//! Without any file or variable, [`Settings::default`] holds.
//!
//! Nothing here reads a file or the environment: the host passes the text and a way to look
//! variables up.
//!
//! ```toml
//! # DynamoDB tables: three different names of 3-255 letters, digits, dots, hyphens and underscores.
//! inventory_table = "rds_inventory"
//! audit_table = "rds_audit_log"
//! operations_table = "rds_operations"
//!
//! poll_interval_seconds = 30        # 0.1 to 3600; fractions are allowed
//! operation_timeout_seconds = 300   # 1 to 86400 (24 h), not below the interval
//! max_wait_seconds = 20             # 0 to 25, because an API gateway ends a request after 29 s
//! late_watch_hours = 24             # 0 to 336, because RDS keeps its events for 14 days
//! audit_retention_days = 90         # 1 to 3650
//!
//! # An audit table that an original service has written to, or still does.
//! original_audit_until = "2026-12-01T00:00:00Z"       # its last entry; none: it may still write
//! original_audit_operations = ["stop_instance"]       # operations of its that this service does not have, at most 10
//!
//! # The role that is assumed in each account; instances of the home account use the function's own role.
//! role_name = "rds-ops-target"
//! external_id = "rds-ops/4711"      # 2 to 1224 characters; no secret
//! home_account_id = "111122223333"
//! allowed_accounts = ["111122223333", "444455556666"]   # none: all of the inventory
//! session_attribution = true        # the person and the operation in AWS's own records of the session
//!
//! state_machine_arn = "arn:aws:states:eu-central-1:111122223333:stateMachine:rds-ops"
//! notification_topic_arn = "arn:aws:sns:eu-central-1:111122223333:rds-ops"
//! allowed_origins = ["https://ops.example.com", "http://localhost:8080"]   # scheme://host[:port], or *
//! allow_api_key_identity = false
//!
//! # The environment of an instance about which no tag, mapping or pattern says anything.
//! default_environment = "production"
//!
//! # Per operation, where it differs. What is left out is as above.
//! [operations.create_snapshot]
//! poll_interval_seconds = 60
//! timeout_seconds = 14400
//!
//! [environments]
//! names = ["Training"]              # environments besides the shipped ones
//! tag_keys = ["Landscape"]          # tag keys besides Environment, env, stage, ...
//! protected = ["staging"]           # environments that count as production
//!
//! [environments.values]             # tag values besides the shipped ones
//! schulung = "Training"
//! beta = "test"
//!
//! [environments.instances]          # "<instance_id>" or "<account_id>/<instance_id>"
//! legacy-orders = "production"
//! "444455556666/eu-central-1/orders-prod-copy" = "test"
//!
//! [environments.accounts]
//! "444455556666" = "development"
//!
//! [[environments.name_patterns]]    # the first that matches decides; * matches any run of characters
//! pattern = "dev-*"
//! environment = "development"
//!
//! # Who may run what outside production. Without any rule: everybody everything. What is left out of a rule means all of
//! # its kind, and * any run of characters. What no rule allows is refused; a rule that denies wins over all that allow.
//! [[rules]]
//! principals = ["iam:arn:aws:sts::111122223333:assumed-role/DBA/*"]
//! groups = ["dba", "oncall-*"]      # or in one of these groups
//!
//! [[rules]]
//! groups = ["developers"]
//! operations = ["create_snapshot"]
//! environments = ["development", "*box"]
//! accounts = ["4444*"]
//!
//! [[rules]]
//! effect = "deny"                   # "allow" if left out
//! operations = ["reboot_instance"]
//! environments = ["test"]
//! ```
//!
//! Environments are named by any value of the shipped table or of `[environments.values]`, or by
//! one of `names`. A name that is nowhere declared is a problem and no new environment, since a
//! misspelt `prodution` would open production to changes.

mod environments;
mod error;
mod load;
mod polling;
mod raw;
mod reader;
mod rules;
mod text;
mod values;
mod variables;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, ConfigErrors};
pub use text::text;
pub use variables::unknown_variables;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::environment::EnvironmentPolicy;
use crate::id::AccountId;
use crate::rules::Rules;
use crate::time::Timestamp;
use crate::watch::longest_life;

/// Everything that can be configured. [`Settings::default`] is the service without any
/// configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The DynamoDB tables.
    pub tables: Tables,
    /// Between two looks at a running operation.
    pub poll_interval: Duration,
    /// From the call to the answer "timeout".
    pub operation_timeout: Duration,
    /// The longest that a request waits for its operation.
    pub max_wait: Duration,
    /// How long an operation is watched after the call, beyond its timeout.
    pub late_watch: Duration,
    /// How long audit entries are kept.
    pub audit_retention: Duration,
    /// What an original service has left in the audit table.
    pub original_audit: OriginalAudit,
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
    /// Who may run what outside production.
    pub rules: Rules,
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

/// What is known of the entries that an original service has written to the audit table.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OriginalAudit {
    /// The time of its last entry. None: there may be an entry of its at any time.
    pub until: Option<Timestamp>,
    /// Values of its `operation` that no entry of this service has.
    pub operations: BTreeSet<String>,
}

/// What differs for one operation.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PollOverride {
    /// Between two looks.
    pub poll_interval: Option<Duration>,
    /// From the call to the answer "timeout".
    pub timeout: Option<Duration>,
}

/// The polling settings of one operation. As loaded, the time-out is not below the interval.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Polling {
    /// Between two looks.
    pub interval: Duration,
    /// From the call to the answer "timeout".
    pub timeout: Duration,
}

/// How other accounts are reached.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrossAccount {
    /// The name of the role to assume in each account.
    pub role_name: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The account whose instances the service's own role may change.
    pub home_account_id: Option<AccountId>,
    /// The accounts in which operations are allowed; all that the inventory names if empty.
    pub allowed_accounts: Vec<AccountId>,
    /// Whether the sessions of calls carry the person as source identity, and the operation as
    /// session tags. The policies of both sides must permit that, else the role can't be assumed at
    /// all.
    pub session_attribution: bool,
}

impl Default for CrossAccount {
    fn default() -> Self {
        Self {
            role_name: None,
            external_id: None,
            home_account_id: None,
            allowed_accounts: Vec::new(),
            session_attribution: true,
        }
    }
}

impl CrossAccount {
    /// Whether the service may work in this account.
    #[must_use]
    pub fn allows(&self, account: &AccountId) -> bool {
        self.allowed_accounts.is_empty() || self.allowed_accounts.contains(account)
    }
}

impl Settings {
    /// The polling settings of the operation with this name.
    #[must_use]
    pub fn polling(&self, operation: &str) -> Polling {
        let own = self.per_operation.get(operation).copied().unwrap_or_default();
        Polling {
            interval: own.poll_interval.unwrap_or(self.poll_interval),
            timeout: own.timeout.unwrap_or(self.operation_timeout),
        }
    }

    /// The age at which every operation should have ended.
    #[must_use]
    pub fn longest_life(&self) -> Duration {
        let own = self.per_operation.values().filter_map(|own| own.timeout);
        let timeout = own.fold(self.operation_timeout, Duration::max);
        longest_life(timeout, self.late_watch)
    }
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
            original_audit: OriginalAudit::default(),
            per_operation: BTreeMap::new(),
            cross_account: CrossAccount::default(),
            environments: EnvironmentPolicy::default(),
            state_machine_arn: None,
            notification_topic_arn: None,
            allowed_origins: Vec::new(),
            allow_api_key_identity: true,
            rules: Rules::default(),
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
