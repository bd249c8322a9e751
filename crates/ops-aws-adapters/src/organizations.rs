//! The accounts of the AWS organization, as [`AccountList`].
//!
//! AWS answers the management account and delegated administrators alone (AWS Organizations API
//! Reference, `ListAccounts`), so the service's own credentials are used, and no role.

mod endpoint;
mod page;

use std::error::Error;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::SigningSettings;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use ops_domain::ports::{AccountList, AccountListError, Listed, OrganizationAccount};
use thiserror::Error as ThisError;

use crate::answer::{Answer, answer};
use crate::log;
use crate::organizations::endpoint::Endpoint;
use crate::request::{self, BoxError, Kind, SigningScope};

/// What IAM calls it.
const ACTION: &str = "organizations:ListAccounts";

/// The one operation.
const LIST_ACCOUNTS: Kind = Kind {
    service: "organizations",
    operation: "ListAccounts",
    attempt_timeout: Duration::from_secs(5),
    timeout: Duration::from_secs(15),
    attempts: 3,
    backoff: Duration::from_millis(500),
};

/// Codes by which AWS refuses the action. Its other codes of refusal are about the credentials.
const NOT_PERMITTED: [&str; 4] =
    ["AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation"];

/// The code for an account that is in no organization.
const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";

/// AWS Organizations, as the service's own credentials reach it.
#[derive(Clone)]
pub struct Organizations {
    sdk: SdkConfig,
}

/// The configuration of the SDK names no Region, so the partition is not known.
#[derive(Debug, ThisError)]
#[error("the Region is not known, or the endpoint is no URL")]
struct NoEndpoint;

impl Organizations {
    /// The organization of the account of these credentials. Does no I/O.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self { sdk: sdk.clone() }
    }

    async fn request(
        &self,
        endpoint: &Endpoint,
        token: Option<&str>,
    ) -> Result<HttpRequest, BoxError> {
        let credentials = request::credentials(&self.sdk).await?;
        signed(endpoint, &credentials, token, request::now(&self.sdk))
    }
}

fn signed(
    endpoint: &Endpoint,
    credentials: &Credentials,
    token: Option<&str>,
    now: SystemTime,
) -> Result<HttpRequest, BoxError> {
    let url = format!("{}{}", endpoint.base, endpoint.path);
    let unsigned = http::Request::post(&url)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSOrganizationsV20161128.ListAccounts")
        .body(SdkBody::from(page::request(token)?))?;
    let scope = SigningScope {
        service: "organizations",
        region: &endpoint.signing_region,
        settings: SigningSettings::default(),
    };
    request::signed(unsigned, credentials, scope, now)
}

#[async_trait]
impl AccountList for Organizations {
    async fn accounts(
        &self,
        token: Option<&str>,
    ) -> Result<Listed<OrganizationAccount>, AccountListError> {
        let endpoint = Endpoint::of(&self.sdk).ok_or_else(|| unmade(NoEndpoint.into()))?;
        let request = self.request(&endpoint, token).await.map_err(unmade)?;
        let operation = request::operation(&self.sdk, &LIST_ACCOUNTS, &endpoint.base, page::read);
        operation.invoke(request).await.map_err(failed)
    }
}

/// No request was made.
fn unmade(error: BoxError) -> AccountListError {
    log::accounts_not_requested(&*error as &(dyn Error + 'static));
    AccountListError::Unavailable(error)
}

fn failed(error: SdkError<ErrorMetadata, HttpResponse>) -> AccountListError {
    log::accounts(&error);
    match answer(&error) {
        Answer::Throttled => AccountListError::Throttled,
        Answer::Denied(code) if NOT_PERMITTED.contains(&code) => {
            AccountListError::Denied { action: ACTION.to_owned() }
        }
        Answer::Refused(NOT_IN_USE) => AccountListError::NoOrganization,
        Answer::Denied(code) | Answer::Refused(code) => {
            AccountListError::Refused { code: code.to_owned() }
        }
        Answer::Nothing => AccountListError::Unavailable(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// The signature is that of botocore for the same request.
    #[test]
    fn a_request_is_signed_as_aws_does_it() {
        let (key, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let credentials =
            Credentials::new(key, secret, Some("session".to_owned()), None, "example");
        let endpoint = Endpoint {
            base: "https://organizations.us-east-1.amazonaws.com".to_owned(),
            path: "/".to_owned(),
            signing_region: "us-east-1".to_owned(),
        };
        let at = UNIX_EPOCH + Duration::from_secs(1_769_853_739);
        let signed = signed(&endpoint, &credentials, Some("next"), at).unwrap();
        assert_eq!((signed.method(), signed.uri()), ("POST", "/"));
        let signature = signed.headers().get("authorization").unwrap();
        let expected = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;\
                        x-amz-target, \
                        Signature=1bef5cb9845b3a91a23b09bd6cde9204422db647daefecd3eb709ee5774d4441";
        assert!(signature.ends_with(expected), "{signature}");
    }
}
