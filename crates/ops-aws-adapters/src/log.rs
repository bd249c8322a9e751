//! What is logged of calls that AWS did not carry out as requested: the request id and AWS's
//! words, which the ports have no room for.
//!
//! Where AWS refuses a request for what it asks, its words may repeat that: the value of a tag, or
//! an external id. Then the log has the code alone.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;

use crate::answer::{Answer, answer};

/// A describe call failed.
pub(crate) fn describe_failed<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    failed("describe failed", error, Ids { rds: error.request_id(), ..Ids::default() });
}

/// A call was not taken, or it is not known whether it was.
pub(crate) fn call<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    failed("RDS call failed", error, Ids { rds: error.request_id(), ..Ids::default() });
}

/// STS gave no session of a role.
pub(crate) fn session<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    failed("AssumeRole failed", error, Ids { sts: error.request_id(), ..Ids::default() });
}

/// STS took longer for a session than a call waits.
pub(crate) fn late_session(error: &(dyn Error + 'static)) {
    tracing::warn!(exception = error, exception_name = "Elapsed", "AssumeRole failed");
}

/// The accounts of the organization can't be listed.
pub(crate) fn accounts<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let ids = Ids { organizations: error.request_id(), ..Ids::default() };
    failed("ListAccounts failed", error, ids);
}

/// AWS was not asked for the accounts of the organization.
pub(crate) fn accounts_not_requested(error: &(dyn Error + 'static)) {
    tracing::warn!(exception = error, exception_name = "BoxError", "ListAccounts failed");
}

/// The request id, by the service that gave it.
#[derive(Default)]
struct Ids<'a> {
    rds: Option<&'a str>,
    sts: Option<&'a str>,
    organizations: Option<&'a str>,
}

fn failed<E>(what: &str, error: &SdkError<E, HttpResponse>, ids: Ids<'_>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let exception = exception(error);
    tracing::warn!(
        error_code = error.code(),
        exception,
        exception_name = exception.map(|_| "SdkError"),
        rds_request_id = ids.rds,
        sts_request_id = ids.sts,
        organizations_request_id = ids.organizations,
        "{what}"
    );
}

fn exception<E>(error: &SdkError<E, HttpResponse>) -> Option<&(dyn Error + 'static)>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match answer(error) {
        Answer::Refused(_) => None,
        Answer::Throttled | Answer::Denied(_) | Answer::Nothing => Some(error),
    }
}
