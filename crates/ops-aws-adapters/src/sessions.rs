//! Clients of RDS in many accounts and Regions: the service's own credentials at home, an assumed
//! role elsewhere.
//!
//! Describe calls share one session for each account, which can change nothing. Each call has a
//! session of its own that can do this one thing to this one instance, in the name of the person
//! who asked for it; no other call is ever sent with it.

mod arn;
mod assume;
mod names;
mod policy;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_rds::config::timeout::TimeoutConfig;
use aws_types::region::Region as AwsRegion;
use ops_config::CrossAccount;
use ops_domain::id::{AccountId, OperationId, Region};
use ops_domain::instance::Scope;
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{ObserveError, SendError, SessionHint};
use ops_domain::state::Trace;
use ops_domain::tag::{OwnKey, Tag};
use tokio::sync::Mutex as AsyncMutex;

use crate::sessions::assume::{AssumeRoleRequest, Attribution, RoleCredentials, assume};

/// Sessions that are got ready for calls and kept. Beyond that those that are too old are dropped,
/// and then all: a call whose session is gone asks for another.
const PREFETCHED_KEPT: usize = 256;

/// RDS answers a describe within a second or two; beyond this it counts as unreachable.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// One try of a read, so that a silent connection leaves time for another try.
const READ_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);

/// AWS endpoints accept a connection within milliseconds; the SDK's own default.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// RDS clients: for describe calls by account and Region, for changing calls one for each call.
pub(crate) struct Sessions {
    own: SdkConfig,
    cross_account: CrossAccount,
    sts: aws_sdk_sts::Client,
    requests: Mutex<HashMap<SessionKey, Arc<AsyncMutex<Option<Session>>>>>,
    prefetched: Mutex<HashMap<OperationId, PrefetchedSession>>,
    /// Sessions for describe calls so far.
    opened: AtomicU64,
}

/// Where describe calls share credentials. A session of an account is good in all its Regions.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum SessionKey {
    /// Wherever the service's own credentials are used.
    Own,
    /// In an account, through the role there.
    Account(AccountId),
}

/// The session for describe calls, and the clients made with it.
struct Session {
    /// None: the service's own, which the SDK renews.
    assumed: Option<RoleCredentials>,
    clients: HashMap<Region, aws_sdk_rds::Client>,
    number: u64,
}

/// A session that waits for its call.
struct PrefetchedSession {
    hint: SessionHint,
    assumed: RoleCredentials,
}

/// A client for describe calls, and which session it is of.
pub(crate) struct ReadClient {
    pub(crate) client: aws_sdk_rds::Client,
    /// None: the service's own credentials.
    session: Option<u64>,
}

impl Sessions {
    /// No session yet.
    pub(crate) fn new(own: &SdkConfig, cross_account: CrossAccount) -> Self {
        let config =
            aws_sdk_sts::config::Builder::from(own).timeout_config(read_timeouts()).build();
        let sts = aws_sdk_sts::Client::from_conf(config);
        let (requests, prefetched) = (Mutex::default(), Mutex::default());
        Self {
            own: own.clone(),
            cross_account,
            sts,
            requests,
            prefetched,
            opened: AtomicU64::new(0),
        }
    }

    /// A client for describe calls in `scope`. Callers that need the same session at the same time
    /// share one call of STS.
    ///
    /// # Errors
    /// Those of STS; then RDS was not asked.
    pub(crate) async fn read_client(&self, scope: &Scope) -> Result<ReadClient, ObserveError> {
        let role = self.role_in(scope);
        let slot = self.slot(
            role.as_ref()
                .map_or(SessionKey::Own, |_| SessionKey::Account(scope.account_id.clone())),
        );
        let mut slot = slot.lock().await;
        let session = match slot.take().filter(Session::is_fresh) {
            Some(session) => session,
            None => self.open(role).await?,
        };
        let session = slot.insert(session);
        let credentials = session.assumed.as_ref().map(|assumed| assumed.credentials.clone());
        let client = session.clients.entry(scope.region.clone());
        let client = client.or_insert_with(|| self.connect(credentials, &scope.region)).clone();
        Ok(ReadClient { client, session: session.assumed.is_some().then_some(session.number) })
    }

    /// Forgets the session of a client that AWS refused, so that the next describe call gets
    /// another. Says whether there was one to forget: the service's own credentials stay what they
    /// are.
    pub(crate) async fn forget(&self, scope: &Scope, read_client: &ReadClient) -> bool {
        let Some(number) = read_client.session else { return false };
        let slot = self.slot(SessionKey::Account(scope.account_id.clone()));
        slot.lock().await.take_if(|session| session.number == number);
        true
    }

    /// Asks for the session that the call to come will need, and keeps it.
    pub(crate) async fn prefetch_session(&self, hint: &SessionHint) {
        let scope = hint.target.scope();
        let Some(role_arn) = self.role_in(&scope) else { return };
        // The call asks again, and reports what went wrong.
        if let Ok(assumed) = assume(&self.sts, self.for_call(role_arn, hint)).await {
            self.keep(PrefetchedSession { hint: hint.clone(), assumed });
        }
    }

    /// A client for this call and no other, and by what CloudTrail knows its session.
    ///
    /// # Errors
    /// Those of STS; then the call was not sent.
    pub(crate) async fn for_sending(
        &self,
        call: &AuthorizedCall,
    ) -> Result<(aws_sdk_rds::Client, Trace), SendError> {
        let hint = hint(call);
        let scope = hint.target.scope();
        let Some(role_arn) = self.role_in(&scope) else {
            let own = self.read_client(&scope).await.map_err(not_sent)?;
            return Ok((own.client, Trace::default()));
        };
        let request = self.for_call(role_arn, &hint);
        let session_name = Some(request.name.clone());
        let assumed = match self.take_prefetched(&hint) {
            Some(assumed) => assumed,
            None => assume(&self.sts, request).await.map_err(not_sent)?,
        };
        let trace =
            Trace { sts_request_id: assumed.request_id, session_name, rds_request_id: None };
        Ok((self.connect(Some(assumed.credentials), &scope.region), trace))
    }

    /// The role to assume; none where the service's own credentials are used.
    fn role_in(&self, scope: &Scope) -> Option<String> {
        let at_home = self.cross_account.home_account_id.as_ref() == Some(&scope.account_id);
        let role = self.cross_account.role_name.as_ref().filter(|_| !at_home)?;
        Some(arn::of_role(&scope.account_id, role, &scope.region))
    }

    fn slot(&self, place: SessionKey) -> Arc<AsyncMutex<Option<Session>>> {
        lock(&self.requests).entry(place).or_default().clone()
    }

    async fn open(&self, role_arn: Option<String>) -> Result<Session, ObserveError> {
        let assumed = match role_arn {
            Some(role_arn) => Some(assume(&self.sts, self.for_looks(role_arn)).await?),
            None => None,
        };
        Ok(Session {
            assumed,
            clients: HashMap::new(),
            number: self.opened.fetch_add(1, Ordering::Relaxed),
        })
    }

    fn for_looks(&self, role_arn: String) -> AssumeRoleRequest {
        AssumeRoleRequest {
            role_arn,
            external_id: self.cross_account.external_id.clone(),
            name: names::LOOKS.to_owned(),
            policy: policy::of_looks(),
            attribution: None,
        }
    }

    fn for_call(&self, role_arn: String, hint: &SessionHint) -> AssumeRoleRequest {
        AssumeRoleRequest {
            role_arn,
            external_id: self.cross_account.external_id.clone(),
            name: names::session_name(&hint.principal, hint.operation_id),
            policy: policy::of_call(&hint.target.scope(), &hint.permission),
            attribution: self.cross_account.session_attribution.then(|| attribution(hint)),
        }
    }

    fn keep(&self, prefetched: PrefetchedSession) {
        let mut kept = lock(&self.prefetched);
        kept.retain(|_, prefetched| prefetched.assumed.is_fresh());
        if kept.len() >= PREFETCHED_KEPT {
            kept.clear();
        }
        kept.insert(prefetched.hint.operation_id, prefetched);
    }

    /// The session that was got ready, if it is for just this: it is given out once.
    fn take_prefetched(&self, hint: &SessionHint) -> Option<RoleCredentials> {
        let prefetched = lock(&self.prefetched).remove(&hint.operation_id)?;
        (prefetched.hint == *hint && prefetched.assumed.is_fresh()).then_some(prefetched.assumed)
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
        self.assumed.as_ref().is_none_or(RoleCredentials::is_fresh)
    }
}

fn hint(call: &AuthorizedCall) -> SessionHint {
    SessionHint {
        operation_id: call.operation_id(),
        principal: call.principal().to_owned(),
        target: call.target().clone(),
        permission: call.call().permission(),
    }
}

/// The tags are those of a snapshot that the operation makes: one search finds both.
fn attribution(hint: &SessionHint) -> Attribution {
    let tags = [
        Tag::own(OwnKey::OperationId, &hint.operation_id.to_string()),
        Tag::own(OwnKey::RequestedBy, &hint.principal),
    ];
    Attribution {
        source_identity: names::source_identity(&hint.principal),
        tags: tags.map(|tag| (tag.key.into(), tag.value.into())).into(),
    }
}

/// What a failure to get a session means for a call: it was not sent.
pub(crate) fn not_sent(error: ObserveError) -> SendError {
    match error {
        ObserveError::Throttled => SendError::Throttled,
        ObserveError::Denied { code, action } => SendError::Denied { code, action },
        ObserveError::Refused { code } => SendError::Refused { code, message: String::new() },
        ObserveError::Unavailable(source) => SendError::NotSent(source),
    }
}

fn read_timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(READ_ATTEMPT_TIMEOUT)
        .operation_timeout(READ_TIMEOUT)
        .build()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
