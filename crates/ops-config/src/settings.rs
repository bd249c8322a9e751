//! Plain settings for the parts of the service around its domain.

use std::collections::BTreeSet;
use std::time::Duration;

use ops_domain::id::AccountId;
use ops_domain::settings::Settings;
use ops_domain::time::Timestamp;

use crate::values;

/// The settings of the HTTP API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiSettings {
    /// The longest that a request waits for its operation.
    pub max_wait: Duration,
    /// The origins whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// Whether an API key alone counts as an identity.
    pub allow_api_key_identity: bool,
    /// How the dashboard signs people in; without it the dashboard does not.
    pub sign_in: Option<SignIn>,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            max_wait: Duration::from_secs(20),
            allowed_origins: Vec::new(),
            allow_api_key_identity: true,
            sign_in: None,
        }
    }
}

/// The OpenID provider of the gateway's tokens, and what the dashboard is to it: a public client
/// that uses the authorization code flow with PKCE (RFC 7636).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignIn {
    /// The issuer, below which the provider's metadata is (OpenID Connect Discovery 1.0, section 4).
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The scopes to ask for, with spaces between them.
    pub scope: String,
    /// Which token the gateway takes.
    pub token: SignInToken,
    /// The origins of the provider's endpoints that are not the issuer's, such as the domain of a
    /// Cognito user pool.
    pub origins: Vec<String>,
}

impl SignIn {
    /// The origin of the issuer.
    #[must_use]
    pub fn issuer_origin(&self) -> Option<String> {
        values::origin_of(&self.issuer)
    }
}

/// A token of a sign-in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SignInToken {
    /// The access token.
    #[default]
    Access,
    /// The ID token, for gateways whose audience is the client.
    Id,
}

/// The settings of the adapters of AWS.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsSettings {
    /// The DynamoDB tables.
    pub tables: Tables,
    /// How long audit entries are kept. The same as in the settings of the use cases.
    pub audit_retention: Duration,
    /// What an original service has left in the audit table.
    pub original_audit: OriginalAudit,
    /// How other accounts are reached.
    pub cross_account: CrossAccount,
    /// The Step Functions state machine that drives operations; without one the sweep does.
    pub state_machine_arn: Option<String>,
    /// The SNS topic for notifications.
    pub notification_topic_arn: Option<String>,
}

impl Default for AwsSettings {
    fn default() -> Self {
        Self {
            tables: Tables::default(),
            audit_retention: Settings::default().audit_retention,
            original_audit: OriginalAudit::default(),
            cross_account: CrossAccount::default(),
            state_machine_arn: None,
            notification_topic_arn: None,
        }
    }
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

impl Default for Tables {
    fn default() -> Self {
        Self {
            inventory: "rds_inventory".into(),
            audit: "rds_audit_log".into(),
            operations: "rds_operations".into(),
        }
    }
}

/// What is known of the entries that an original service has written to the audit table.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OriginalAudit {
    /// The time of its last entry. None: there may be an entry of its at any time.
    pub until: Option<Timestamp>,
    /// Values of its `operation` that no entry of this service has.
    pub operations: BTreeSet<String>,
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
    /// The accounts in which operations are allowed; all that the inventory names when empty. The
    /// same as in the settings of the use cases: an adapter refuses the others by itself.
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
