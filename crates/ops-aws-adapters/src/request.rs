//! One kind of request of one service, without the client of that service.
//!
//! Requests are made of the SDK's own parts: signature, retries, time limits, connections. The
//! client of one more service would make the functions larger by 0.5 to 1.5 MB.

pub(crate) mod endpoint;

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use thiserror::Error as ThisError;

/// The cause of a request that was not made.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// There is nothing to sign with.
#[derive(Debug, ThisError)]
#[error("there are no credentials")]
pub(crate) struct NoCredentials(#[source] BoxError);

/// What a signature is for.
pub(crate) struct SigningScope<'a> {
    /// The name of the service in signatures.
    pub(crate) service: &'static str,
    pub(crate) region: &'a str,
    /// How this service wants it.
    pub(crate) settings: SigningSettings,
}

/// An operation of a service, and how long it is tried.
pub(crate) struct Kind {
    /// The name of the service, for the SDK's own log.
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    /// Beyond this one try counts as lost.
    pub(crate) attempt_timeout: Duration,
    /// All tries.
    pub(crate) timeout: Duration,
    /// How many tries there are.
    pub(crate) attempts: u32,
    /// The longest pause after the first try; it doubles.
    pub(crate) backoff: Duration,
}

/// The service's own credentials.
pub(crate) async fn credentials(sdk: &SdkConfig) -> Result<Credentials, NoCredentials> {
    let provider = sdk.credentials_provider();
    let provider = provider.ok_or_else(|| NoCredentials("no provider".into()))?;
    provider.provide_credentials().await.map_err(|error| NoCredentials(error.into()))
}

/// The time, as the SDK has it.
pub(crate) fn now(sdk: &SdkConfig) -> SystemTime {
    sdk.time_source().map_or_else(SystemTime::now, |source| source.now())
}

/// The request with its signature, by its path alone: the orchestrator puts the endpoint before it.
pub(crate) fn signed(
    mut request: http::Request<SdkBody>,
    credentials: &Credentials,
    scope: SigningScope<'_>,
    now: SystemTime,
) -> Result<HttpRequest, BoxError> {
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(now)
        .settings(scope.settings)
        .build()?
        .into();
    let headers = request.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let (method, url) = (request.method().to_string(), request.uri().to_string());
    let body = SignableBody::Bytes(request.body().bytes().unwrap_or_default());
    let signable = SignableRequest::new(&method, url, headers, body)?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse()?;
    Ok(HttpRequest::try_from(request)?)
}

/// What sends a signed request to `endpoint`, and reads the answer.
pub(crate) fn operation<T, E>(
    sdk: &SdkConfig,
    kind: &Kind,
    endpoint: &str,
    read: fn(&HttpResponse) -> Result<T, OrchestratorError<E>>,
) -> Operation<HttpRequest, T, E>
where
    T: std::fmt::Debug + Send + Sync + 'static,
    E: Error + Send + Sync + 'static,
{
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(kind.attempt_timeout)
        .operation_attempt_timeout(kind.attempt_timeout)
        .operation_timeout(kind.timeout)
        .build();
    let retries =
        RetryConfig::standard().with_max_attempts(kind.attempts).with_initial_backoff(kind.backoff);
    let builder = Operation::builder()
        .service_name(kind.service)
        .operation_name(kind.operation)
        .behavior_version(aws_config::BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .no_auth()
        .with_connection_poisoning()
        .timeout_config(timeouts)
        .standard_retry(&retries)
        .retry_classifier(TransientErrorClassifier::<E>::new())
        .retry_classifier(HttpStatusCodeClassifier::default());
    let builder = match sdk.http_client() {
        Some(client) => builder.http_client(client),
        None => builder,
    };
    builder.serializer(Ok).deserializer(read).build()
}
