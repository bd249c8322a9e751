//! The settings of the service: one TOML text, and environment variables that win over it.
//!
//! Every top-level key is also a variable: `poll_interval_seconds` is `OPS_POLL_INTERVAL_SECONDS`.
//! Lists are comma separated in a variable; a blank variable counts as not set. A key that is not
//! known, a value of the wrong kind and a value out of bounds are problems, and [`Config::load`]
//! reports all of them at once. [`unknown_variables`] has those with the names of variables.
//! Without any file or variable, [`Settings::default`] holds.
//!
//! Nothing here reads a file or the environment: the host passes the text and a function that
//! returns variables.
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
//! original_audit_operations = ["resize_instance"]     # names of its operations that this service does not have, at most 10
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
//! # The OpenID provider that the dashboard signs people in at; for gateways that take its tokens.
//! sign_in_issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1b2c3d4e"
//! sign_in_client_id = "4f7k2example"
//! sign_in_scope = "openid email"    # "openid" if left out
//! sign_in_token = "id"              # which token the gateway takes: "access" if left out
//! sign_in_origins = ["https://ops.auth.eu-central-1.amazoncognito.com"]   # of endpoints that are not the issuer's
//!
//! # The environment of an instance about which no tag, mapping or pattern says anything.
//! default_environment = "production"
//!
//! # Per operation, where it differs. What is left out is as above.
//! [operations.create_snapshot]
//! poll_interval_seconds = 60
//! timeout_seconds = 14400
//!
//! [operations.modify_instance_class]
//! allowed_classes = ["db.t*", "db.r6g.large"]   # patterns; all classes without
//!
//! [environments]
//! names = ["Training"]              # environments in addition to the shipped ones
//! tag_keys = ["Landscape"]          # tag keys in addition to Environment, env, stage, ...
//! protected = ["staging"]           # environments that count as production
//!
//! [environments.values]             # tag values in addition to the shipped ones
//! schulung = "Training"
//! beta = "test"
//!
//! [environments.instances]          # "<instance_id>", "<account_id>/<instance_id>" or "<account_id>/<region>/<instance_id>"
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

mod error;

mod raw;

mod text;

mod values;

mod settings;

mod variables;

mod reader;

mod environments;

mod polling;

mod rules;

mod sign_in;

mod load;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, ConfigErrors};
pub use settings::{
    ApiSettings, AwsSettings, CrossAccount, OriginalAudit, SignIn, SignInToken, Tables,
};
pub use text::text;
pub use variables::unknown_variables;

use ops_domain::settings::Settings;

/// Everything that can be configured, apart for each part of the service. [`Config::default`] is
/// the service without any configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The settings of the use cases.
    pub service: Settings,
    /// The settings of the HTTP API.
    pub api: ApiSettings,
    /// The settings of the adapters of AWS.
    pub aws: AwsSettings,
}
