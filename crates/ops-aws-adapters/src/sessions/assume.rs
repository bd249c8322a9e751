//! `AssumeRole`: what a session is asked for with, and what its refusals mean.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_sts::operation::RequestId as _;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::types::Tag;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::log;

/// The shortest session that STS gives: what leaks is soon worth nothing.
const SESSION_SECONDS: i32 = 900;

/// A session is renewed this long before its end, so that no call starts with credentials about to
/// end.
const EXPIRY_MARGIN: Duration = Duration::from_mins(5);

/// The code of this service for a role that AWS does not let it assume. STS says `AccessDenied` to
/// a role that is not there as well as to a trust policy or an external id that does not fit.
const ASSUME_ROLE_DENIED: &str = "assume_role_denied";

/// What a session is asked for with.
#[derive(Clone, Debug)]
pub(super) struct AssumeRoleRequest {
    pub(super) role_arn: String,
    pub(super) external_id: Option<String>,
    pub(super) name: String,
    pub(super) policy: String,
    pub(super) attribution: Option<Attribution>,
}

/// Who and what for, where the policies of both sides permit to say it.
#[derive(Clone, Debug)]
pub(super) struct Attribution {
    pub(super) source_identity: String,
    /// Keys and values.
    pub(super) tags: Vec<(String, String)>,
}

/// The credentials of a session.
#[derive(Clone, Debug)]
pub(super) struct RoleCredentials {
    pub(super) credentials: Credentials,
    pub(super) request_id: Option<String>,
}

impl RoleCredentials {
    /// Whether a call may still start with them.
    pub(super) fn is_fresh(&self) -> bool {
        self.credentials.expiry().is_none_or(|end| SystemTime::now() + EXPIRY_MARGIN < end)
    }
}

/// Asks for a session.
///
/// # Errors
/// Whatever keeps it from being had: a role can't be used until somebody has changed something,
/// unless STS is not there.
pub(super) async fn assume(
    sts: &aws_sdk_sts::Client,
    request: AssumeRoleRequest,
) -> Result<RoleCredentials, ObserveError> {
    let (source_identity, tags) = request
        .attribution
        .map(|said| (said.source_identity, said.tags))
        .map_or((None, None), |(who, tags)| {
            (Some(who), Some(tags.into_iter().filter_map(|(key, value)| tag(key, value)).collect()))
        });
    let given = sts
        .assume_role()
        .role_arn(request.role_arn)
        .role_session_name(request.name)
        .set_external_id(request.external_id)
        .policy(request.policy)
        .set_source_identity(source_identity)
        .set_tags(tags)
        .duration_seconds(SESSION_SECONDS)
        .send()
        .await
        .map_err(session_error)?;
    let request_id = given.request_id().map(str::to_owned);
    let given = given
        .credentials
        .ok_or_else(|| ObserveError::Unavailable("STS gave no credentials".into()))?;
    let end = SystemTime::try_from(given.expiration).ok();
    let (id, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
    Ok(RoleCredentials {
        credentials: Credentials::new(id, secret, Some(token), end, "AssumeRole"),
        request_id,
    })
}

/// Builders fail only where a part is missing, and none is.
fn tag(key: String, value: String) -> Option<Tag> {
    Tag::builder().key(key).value(value).build().ok()
}

fn session_error(error: SdkError<AssumeRoleError, HttpResponse>) -> ObserveError {
    log::session(&error);
    match answer(&error) {
        Answer::Throttled => ObserveError::Throttled,
        Answer::Denied("AccessDenied" | "AccessDeniedException") => denied(ASSUME_ROLE_DENIED),
        Answer::Denied(code) => denied(code),
        Answer::Refused(code) => ObserveError::Refused { code: code.to_owned() },
        Answer::Nothing => ObserveError::Unavailable(error.into()),
    }
}

fn denied(code: &str) -> ObserveError {
    ObserveError::Denied { code: code.to_owned(), action: Some("sts:AssumeRole".to_owned()) }
}
