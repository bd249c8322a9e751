//! What the log is told of calls that AWS did not answer as was asked: the request id and AWS's words, which the ports have no
//! room for.
//!
//! Where AWS refuses a request for what it asks, its words may repeat that: the value of a tag, or an external id. Then the log
//! has the code alone.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;

use crate::classify::{Answer, answer};

/// A look showed nothing.
pub(crate) fn look<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (error_code, exception) = (error.code(), exception(error));
    let exception_name = exception.map(|_| NAME);
    tracing::warn!(error_code, exception, exception_name, rds_request_id = error.request_id(), "a look failed");
}

/// An order was not taken, or it is not known whether it was.
pub(crate) fn order<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (error_code, exception) = (error.code(), exception(error));
    let exception_name = exception.map(|_| NAME);
    tracing::warn!(error_code, exception, exception_name, rds_request_id = error.request_id(), "an order failed");
}

/// STS gave no session of a role.
pub(crate) fn session<E>(error: &SdkError<E, HttpResponse>)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (error_code, exception) = (error.code(), exception(error));
    let exception_name = exception.map(|_| NAME);
    tracing::warn!(
        error_code,
        exception,
        exception_name,
        sts_request_id = error.request_id(),
        "a role was not assumed"
    );
}

/// STS took longer for a session than an order waits.
pub(crate) fn late_session(error: &(dyn Error + 'static)) {
    tracing::warn!(exception = error, exception_name = "Elapsed", "a role was not assumed");
}

/// The type of every error of a call.
const NAME: &str = "SdkError";

fn exception<E>(error: &SdkError<E, HttpResponse>) -> Option<&(dyn Error + 'static)>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match answer(error) {
        Answer::Refused(_) => None,
        Answer::Throttled | Answer::Denied(_) | Answer::Nothing => Some(error),
    }
}
