//! Clients of RDS in many accounts and Regions: the service's own credentials at home, an assumed role elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_rds::config::timeout::TimeoutConfig;
use aws_sdk_sts::types::Credentials as StsCredentials;
use aws_types::region::Region as AwsRegion;
use ops_domain::config::CrossAccount;
use ops_domain::id::{AccountId, Region};
use ops_domain::instance::Scope;
use ops_domain::ports::{LookError, SendError};
use tokio::sync::Mutex as AsyncMutex;

use crate::classify::look_error;

/// The shortest session that STS gives: what leaks is soon worth nothing.
const SESSION_SECONDS: i32 = 900;

/// A session is renewed this long before its end, so that no call starts with credentials about to end.
const EXPIRY_MARGIN: Duration = Duration::from_mins(5);

/// Sessions that are kept. Beyond that all are dropped and assumed again when needed; that many people are not at
/// work within one session's time.
const SESSIONS_KEPT: usize = 256;

/// The session name of calls that are made for nobody in particular.
const OWN_NAME: &str = "rds-ops";

/// The longest session name that STS takes (STS model, `AssumeRole.RoleSessionName`).
const NAME_MAX: usize = 64;

/// RDS answers a describe within a second or two; beyond this it counts as unreachable.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// One try of a read, so that a silent connection leaves time for another try.
const READ_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);

/// AWS endpoints accept a connection within milliseconds; the SDK's own default.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// RDS clients by account, Region and person.
pub(crate) struct Sessions {
    own: SdkConfig,
    cross_account: CrossAccount,
    sts: aws_sdk_sts::Client,
    held: Mutex<HashMap<Key, Arc<AsyncMutex<Option<Session>>>>>,
}

/// Whose credentials.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    Own,
    Assumed { account_id: AccountId, name: String },
}

/// Credentials and the clients made with them.
struct Session {
    /// None: the service's own, which the SDK renews.
    assumed: Option<Credentials>,
    clients: HashMap<Region, aws_sdk_rds::Client>,
}

impl Sessions {
    /// No session yet.
    pub(crate) fn new(own: &SdkConfig, cross_account: CrossAccount) -> Self {
        let config = aws_sdk_sts::config::Builder::from(own).timeout_config(read_timeouts()).build();
        let sts = aws_sdk_sts::Client::from_conf(config);
        Self { own: own.clone(), cross_account, sts, held: Mutex::default() }
    }

    /// A client of RDS in `scope`, for `principal` or for nobody in particular. Callers that need the same session
    /// at the same time share one call of STS.
    ///
    /// # Errors
    /// Those of STS; then RDS was not asked.
    pub(crate) async fn client(
        &self,
        scope: &Scope,
        principal: Option<&str>,
    ) -> Result<aws_sdk_rds::Client, LookError> {
        let key = self.key(scope, principal);
        let slot = self.slot(&key);
        let mut slot = slot.lock().await;
        let session = match slot.take().filter(Session::is_fresh) {
            Some(session) => session,
            None => self.open(&key, &scope.region).await?,
        };
        let session = slot.insert(session);
        let client = session.clients.entry(scope.region.clone());
        Ok(client.or_insert_with(|| self.connect(session.assumed.clone(), &scope.region)).clone())
    }

    fn key(&self, scope: &Scope, principal: Option<&str>) -> Key {
        let at_home = self.cross_account.home_account_id.as_ref() == Some(&scope.account_id);
        if at_home || self.cross_account.role_name.is_none() {
            return Key::Own;
        }
        let name = principal.map_or_else(|| OWN_NAME.to_owned(), session_name);
        Key::Assumed { account_id: scope.account_id.clone(), name }
    }

    fn slot(&self, key: &Key) -> Arc<AsyncMutex<Option<Session>>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= SESSIONS_KEPT && !held.contains_key(key) {
            held.clear();
        }
        held.entry(key.clone()).or_default().clone()
    }

    async fn open(&self, key: &Key, region: &Region) -> Result<Session, LookError> {
        let assumed = match (key, &self.cross_account.role_name) {
            (Key::Assumed { account_id, name }, Some(role)) => {
                let role_arn = format!("arn:{}:iam::{account_id}:role/{role}", partition(region));
                Some(self.assume(role_arn, name).await?)
            }
            (Key::Own | Key::Assumed { .. }, _) => None,
        };
        Ok(Session { assumed, clients: HashMap::new() })
    }

    async fn assume(&self, role_arn: String, name: &str) -> Result<Credentials, LookError> {
        let answer = self
            .sts
            .assume_role()
            .role_arn(role_arn)
            .role_session_name(name)
            .set_external_id(self.cross_account.external_id.clone())
            .duration_seconds(SESSION_SECONDS)
            .send()
            .await
            .map_err(look_error)?;
        answer.credentials.map(credentials).ok_or_else(|| LookError::Unavailable("STS gave no credentials".into()))
    }

    fn connect(&self, assumed: Option<Credentials>, region: &Region) -> aws_sdk_rds::Client {
        let mut config = aws_sdk_rds::config::Builder::from(&self.own)
            .region(AwsRegion::new(region.to_string()))
            .timeout_config(read_timeouts());
        if let Some(assumed) = assumed {
            config = config.credentials_provider(assumed);
        }
        aws_sdk_rds::Client::from_conf(config.build())
    }
}

impl Session {
    fn is_fresh(&self) -> bool {
        let end = self.assumed.as_ref().and_then(Credentials::expiry);
        end.is_none_or(|end| SystemTime::now() + EXPIRY_MARGIN < end)
    }
}

/// What a failure to get a session means for an order: it was not sent.
pub(crate) fn not_sent(error: LookError) -> SendError {
    match error {
        LookError::Throttled => SendError::Throttled,
        LookError::Denied { code } => SendError::Denied { code },
        LookError::Unavailable(source) => SendError::NotSent(source),
    }
}

fn credentials(given: StsCredentials) -> Credentials {
    let end = SystemTime::try_from(given.expiration).ok();
    Credentials::new(given.access_key_id, given.secret_access_key, Some(given.session_token), end, "AssumeRole")
}

fn read_timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(READ_ATTEMPT_TIMEOUT)
        .operation_timeout(READ_TIMEOUT)
        .build()
}

/// The end of the principal (that is where the person stands) in the characters that STS takes.
fn session_name(principal: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
    let name: String = principal.chars().map(allowed).collect();
    let name = &name[name.len().saturating_sub(NAME_MAX)..];
    if name.len() < 2 { OWN_NAME.to_owned() } else { name.to_owned() }
}

/// The partition of a Region, by the prefixes that AWS gives to the Regions of each.
fn partition(region: &Region) -> &'static str {
    const BY_PREFIX: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    BY_PREFIX.iter().find(|(prefix, _)| region.as_str().starts_with(prefix)).map_or("aws", |(_, partition)| *partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_name_holds_the_end_of_the_principal_in_characters_of_sts() {
        let principal =
            "iam:arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_DatabaseAdministrator/alice@example.com";
        let name = session_name(principal);
        assert_eq!(name, "--assumed-role-AWSReservedSSO_DatabaseAdministrator-alice@example.com"[5..]);
        assert_eq!(name.len(), 64);
        assert_eq!(session_name("jwt:Zoë#1"), "jwt-Zo--1");
        assert_eq!(session_name("x"), "rds-ops");
    }

    #[test]
    fn the_partition_follows_the_region() {
        let of = |region: &str| partition(&region.parse().unwrap());
        assert_eq!(of("eu-central-1"), "aws");
        assert_eq!(of("cn-north-1"), "aws-cn");
        assert_eq!(of("us-gov-west-1"), "aws-us-gov");
        assert_eq!(of("us-isob-east-1"), "aws-iso-b");
    }
}
