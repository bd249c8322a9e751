//! What AWS's answer says, by its wire code. Never by its message.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Codes by which AWS asks for slower requests (those that the SDK treats so).
const THROTTLED: [&str; 13] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes by which AWS refuses every caller: by policy, or because it does not accept the
/// credentials.
const DENIED: [&str; 13] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "RegionDisabledException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
];

/// What AWS's answer says, whatever was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer<'a> {
    /// It asks for slower requests.
    Throttled,
    /// It refuses every caller.
    Denied(&'a str),
    /// It refuses the request, by this code.
    Refused(&'a str),
    /// It says nothing about the request: no answer, or an error on AWS's side.
    Nothing,
}

/// Reads the answer out of an error.
pub(crate) fn answer<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Answer<'_> {
    let SdkError::ServiceError(answer) = error else { return Answer::Nothing };
    match answer.err().code() {
        Some(code) if THROTTLED.contains(&code) => Answer::Throttled,
        Some(code) if DENIED.contains(&code) => Answer::Denied(code),
        Some(code) if answer.raw().status().is_client_error() => Answer::Refused(code),
        Some(_) | None => Answer::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_is_told_apart_has_guidance_of_its_own() {
        for code in THROTTLED.iter().chain(&DENIED) {
            assert_eq!(ops_domain::guidance::for_rds_code(code).code, *code);
        }
    }
}
