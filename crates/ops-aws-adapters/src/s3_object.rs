//! One object of Amazon S3, read as a whole and only if it has changed.
//!
//! It is one kind of request, so it is made without the client of S3, which would make the
//! functions 1.4 MB larger.

mod place;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SigningSettings, UriPathNormalizationMode,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use ops_config::{FetchError, Fetched, LARGEST_DOCUMENT, S3Object};
use thiserror::Error as ThisError;

use crate::request::{self, BoxError, Kind, SigningScope};
use crate::s3_object::place::Place;

/// S3 answers within a few hundred milliseconds. The start of a function has ten seconds (AWS
/// Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle").
const GET_OBJECT: Kind = Kind {
    service: "s3",
    operation: "GetObject",
    attempt_timeout: Duration::from_secs(2),
    timeout: Duration::from_secs(6),
    attempts: 3,
    backoff: Duration::from_millis(200),
};

/// An object of Amazon S3.
pub(crate) struct Reader {
    object: S3Object,
    sdk: SdkConfig,
}

/// What S3 answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    etag: Option<String>,
    version: Option<String>,
    /// The Region that the bucket is in, where that is the matter.
    region: Option<String>,
    /// The size of the whole object.
    size: Option<usize>,
    body: Vec<u8>,
}

/// S3 has a problem of its own; it may be over soon.
#[derive(Debug, ThisError)]
#[error("S3 answered {} {}", .0.status, .0.code())]
struct ServerError(Answer);

/// Why S3 did not answer what it was asked.
#[derive(Debug, ThisError)]
enum Unread {
    #[error("the Region is not known")]
    NoRegion,
    #[error("the bucket is in Region {0}; it must be in that of the service")]
    Elsewhere(String),
    #[error("S3 answered {status} {code}")]
    Refused { status: u16, code: String },
}

impl Reader {
    /// The object, as the service's own credentials read it. Does no I/O.
    pub(crate) fn new(sdk: &SdkConfig, object: S3Object) -> Self {
        Self { object, sdk: sdk.clone() }
    }

    /// The object, unless it is still the one with this `ETag`.
    ///
    /// # Errors
    /// A [`FetchError`].
    pub(crate) async fn fetch(&self, etag: Option<&str>) -> Result<Fetched, FetchError> {
        let unread = |source: Box<dyn Error + Send + Sync>| FetchError::Unreachable {
            document: self.object.to_string(),
            source: Arc::from(source),
        };
        let place =
            Place::of(&self.sdk, &self.object).ok_or_else(|| unread(Unread::NoRegion.into()))?;
        let credentials = request::credentials(&self.sdk).await;
        let credentials = credentials.map_err(|error| unread(error.into()))?;
        let now = request::now(&self.sdk);
        let request = signed(&place, &credentials, etag, now).map_err(unread)?;
        let operation = request::operation(&self.sdk, &GET_OBJECT, &place.endpoint, deserialize);
        let answer = match operation.invoke(request).await {
            Ok(answer) => answer,
            Err(SdkError::ServiceError(context)) => context.into_err().0,
            Err(error) => return Err(unread(Box::new(error))),
        };
        self.read(answer)
    }

    fn read(&self, answer: Answer) -> Result<Fetched, FetchError> {
        let name = self.object.to_string();
        let refused = |source: Unread| FetchError::Unreachable {
            document: name.clone(),
            source: Arc::new(source),
        };
        match (answer.status, answer.code().as_str()) {
            (304, _) => Ok(Fetched::Unchanged),
            (200 | 206, _) if answer.is_too_large() => Err(FetchError::TooLarge(name)),
            (200 | 206, _) => Ok(answer.into_document()),
            // What is asked for begins behind the end of an empty object.
            (416, _) => Ok(Answer { body: Vec::new(), ..answer }.into_document()),
            (404, _) => Err(FetchError::Missing(name)),
            (403, "AccessDenied" | "AllAccessDisabled") => Err(FetchError::Denied(name)),
            (status, code) => Err(refused(match answer.region {
                Some(region) => Unread::Elsewhere(region),
                None => Unread::Refused { status, code: code.to_owned() },
            })),
        }
    }
}

impl Answer {
    /// S3's code of an error (Amazon S3 API Reference, "Error responses"); empty if there is none.
    fn code(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map(|(code, _)| code.to_owned()).unwrap_or_default()
    }

    fn is_too_large(&self) -> bool {
        self.body.len() > LARGEST_DOCUMENT || self.size.is_some_and(|size| size > LARGEST_DOCUMENT)
    }

    /// A bucket without versions has its objects by their `ETag` alone.
    fn into_document(self) -> Fetched {
        let etag_text = || self.etag.as_deref().unwrap_or("unknown").trim_matches('"').to_owned();
        let version = self.version.clone().filter(|version| version != "null");
        Fetched::Document {
            version: version.unwrap_or_else(etag_text),
            content: self.body,
            etag: self.etag,
        }
    }
}

/// The request with its signature. It asks for one byte more than a document may have, so that a
/// large object is not read to its end.
fn signed(
    place: &Place,
    credentials: &Credentials,
    etag: Option<&str>,
    now: SystemTime,
) -> Result<HttpRequest, BoxError> {
    let url = format!("{}{}", place.endpoint, place.path);
    let mut request =
        http::Request::get(&url).header("range", format!("bytes=0-{LARGEST_DOCUMENT}"));
    if let Some(etag) = etag {
        request = request.header("if-none-match", etag);
    }
    let request = request.body(SdkBody::empty())?;
    request::signed(request, credentials, signing_scope(&place.region), now)
}

/// S3 encodes a path once and takes it as it is (Amazon S3 API Reference, "Signature Calculations
/// for the Authorization Header").
fn signing_scope(region: &str) -> SigningScope<'_> {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    SigningScope { service: "s3", region, settings }
}

fn deserialize(response: &HttpResponse) -> Result<Answer, OrchestratorError<ServerError>> {
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    let size = header("content-range")
        .and_then(|range| range.rsplit_once('/').and_then(|(_, size)| size.parse().ok()));
    let answer = Answer {
        status: response.status().as_u16(),
        etag: header("etag"),
        version: header("x-amz-version-id"),
        region: header("x-amz-bucket-region").filter(|_| response.status().as_u16() != 200),
        size,
        body: response.body().bytes().unwrap_or_default().to_vec(),
    };
    if answer.status >= 500 {
        return Err(OrchestratorError::operation(ServerError(answer)));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// The example of the Amazon S3 API Reference, "Examples: Signature Calculations", GET Object.
    #[test]
    fn a_request_is_signed_as_s3_documents_it() {
        let (key, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let credentials = Credentials::new(key, secret, None, None, "example");
        let request = http::Request::get("https://examplebucket.s3.amazonaws.com/test.txt")
            .header("range", "bytes=0-9")
            .body(SdkBody::empty())
            .unwrap();
        let at = UNIX_EPOCH + Duration::from_secs(1_369_353_600);
        let signed = request::signed(request, &credentials, signing_scope("us-east-1"), at);
        let signed = signed.unwrap();
        assert_eq!(signed.uri(), "/test.txt");
        let signature = signed.headers().get("authorization").unwrap();
        let expected = "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert!(signature.ends_with(expected), "{signature}");
    }
}
