//! What an error of the AWS SDK means for a call, by AWS's answer and by how far the request came.
//! Never by its message.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{DispatchFailure, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ops_domain::ports::{ObserveError, SendError};

use crate::answer::{Answer, answer};
use crate::log;

/// Codes by which AWS does not accept credentials that have expired, or that it does not know yet;
/// new ones may be accepted. A request with such credentials is not carried out.
const CREDENTIALS: [&str; 4] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
];

/// Whether new credentials may be accepted where these were refused with `code`.
pub(crate) fn is_about_credentials(code: &str) -> bool {
    CREDENTIALS.contains(&code)
}

/// What became of a call. Everything that is not clearly refused, or clearly never sent, may have
/// happened.
pub(crate) fn send_error<E>(error: SdkError<E, HttpResponse>) -> SendError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    log::call(&error);
    match answer(&error) {
        Answer::Throttled => SendError::Throttled,
        Answer::Denied(code) if is_about_credentials(code) => {
            SendError::Unauthenticated { code: code.to_owned() }
        }
        Answer::Denied(code) => SendError::Denied { code: code.to_owned(), action: None },
        Answer::Refused(code) => {
            let message = error.message().unwrap_or_default().to_owned();
            SendError::Refused { code: code.to_owned(), message }
        }
        Answer::Nothing if was_not_sent(&error) => SendError::NotSent(error.into()),
        Answer::Nothing => SendError::MayHaveHappened(error.into()),
    }
}

/// Why a describe call by `action`, an operation of RDS, failed.
pub(crate) fn look_error<E>(action: &str, error: SdkError<E, HttpResponse>) -> ObserveError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    log::describe_failed(&error);
    match answer(&error) {
        Answer::Throttled => ObserveError::Throttled,
        Answer::Denied(code) => {
            ObserveError::Denied { code: code.to_owned(), action: Some(format!("rds:{action}")) }
        }
        Answer::Refused(_) | Answer::Nothing => ObserveError::Unavailable(error.into()),
    }
}

/// Whether the request certainly did not reach AWS.
fn was_not_sent<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_user() || ended_before_sending(failure),
        // The SDK's enum is open; its other errors come at or after sending.
        _ => false,
    }
}

/// Without credentials nothing is signed, and a refused connection carries nothing. A connection
/// that broke says nothing about what it carried.
fn ended_before_sending(failure: &DispatchFailure) -> bool {
    let Some(connector) = failure.as_connector_error() else { return false };
    let mut cause: Option<&(dyn Error + 'static)> = Some(connector);
    while let Some(error) = cause {
        let refused = error
            .downcast_ref::<io::Error>()
            .is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused);
        if refused || error.is::<CredentialsError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
