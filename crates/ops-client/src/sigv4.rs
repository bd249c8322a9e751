//! AWS Signature Version 4, for APIs with IAM authorisation.

use std::fmt;
use std::time::SystemTime;

use async_trait::async_trait;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;

use crate::auth::{AuthError, Authenticate};

/// The name of API Gateway as a service whose requests are signed (IAM User Guide, "Signing AWS API
/// requests").
const SERVICE: &str = "execute-api";

/// Signs requests with the credentials of an AWS principal.
pub struct SigV4 {
    credentials: SharedCredentialsProvider,
    region: String,
}

impl SigV4 {
    /// Signs for an API in this Region. The credentials are asked for at each request; their
    /// provider keeps them for as long as they are valid.
    #[must_use]
    pub fn new(credentials: impl ProvideCredentials + 'static, region: impl Into<String>) -> Self {
        Self { credentials: SharedCredentialsProvider::new(credentials), region: region.into() }
    }

    /// The Region in the host name of an API of API Gateway
    /// (`<id>.execute-api.<region>.amazonaws.com`); `None` for a domain of one's own.
    #[must_use]
    pub fn region_of_host(host: &str) -> Option<&str> {
        let mut labels = host.split('.').skip_while(|label| *label != SERVICE);
        labels.next()?;
        let region = labels.next()?;
        labels.next().filter(|label| *label == "amazonaws").map(|_| region)
    }
}

impl fmt::Debug for SigV4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigV4").field("region", &self.region).finish_non_exhaustive()
    }
}

#[async_trait]
impl Authenticate for SigV4 {
    async fn authenticate(&self, request: &mut Request<Bytes>) -> Result<(), AuthError> {
        let no_credentials = "there are no AWS credentials; sign in (`aws sso login`), or name a \
                              profile of the AWS configuration";
        let credentials = self
            .credentials
            .provide_credentials()
            .await
            .map_err(|error| AuthError::new(no_credentials).caused_by(error))?;
        self.sign(request, credentials, SystemTime::now())
    }
}

impl SigV4 {
    fn sign(
        &self,
        request: &mut Request<Bytes>,
        credentials: aws_credential_types::Credentials,
        time: SystemTime,
    ) -> Result<(), AuthError> {
        let failed = || AuthError::new("the request can't be signed");
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed().caused_by(error))?
            .into();
        let uri = request.uri().to_string();
        let headers = request
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body)
            .map_err(|error| failed().caused_by(error))?;
        let (instructions, _signature) =
            sign(signable, &params).map_err(|error| failed().caused_by(error))?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use aws_credential_types::Credentials;

    use super::*;

    #[test]
    fn the_region_stands_in_the_host_name() {
        for (host, region) in [
            ("a1b2c3.execute-api.eu-central-1.amazonaws.com", Some("eu-central-1")),
            ("a1b2c3-vpce-1.execute-api.us-east-1.amazonaws.com.cn", Some("us-east-1")),
            ("api.example.com", None),
            ("execute-api.example.com", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(SigV4::region_of_host(host), region, "{host}");
        }
    }

    #[tokio::test]
    async fn a_request_is_signed_with_its_token_and_time() {
        let credentials = Credentials::new("AKID", "secret", Some("token".into()), None, "test");
        let signer = SigV4::new(credentials.clone(), "eu-central-1");
        let mut request = Request::post("https://a.execute-api.eu-central-1.amazonaws.com/live/x")
            .header("idempotency-key", "k")
            .body(Bytes::from_static(b"{}"))
            .unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(1_764_000_000);
        signer.sign(&mut request, credentials, time).unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-amz-date"), "20251124T160000Z");
        assert_eq!(header("x-amz-security-token"), "token");
        let authorization = header("authorization");
        assert!(
            authorization
                .contains("Credential=AKID/20251124/eu-central-1/execute-api/aws4_request")
                && authorization.contains("SignedHeaders=host;idempotency-key;x-amz-date;"),
            "{authorization}"
        );
    }
}
