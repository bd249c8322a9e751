//! What is logged of a request: who asked for which route, and what came of it. Never a header,
//! a body, a query or the rest of the path, which may hold anything.

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use chrono::TimeDelta;
use http::Method;
use ops_domain::caller::Caller;
use ops_domain::state::OperationRecord;
use tracing::Span;

use crate::identity;
use crate::refused::Refused;

/// About a request. Its fields are on every line that is written while it is answered.
pub(crate) fn request(request: &Request) -> Span {
    let extensions = request.extensions();
    tracing::error_span!(
        "request",
        correlation_id = identity::request_id(extensions),
        principal = extensions.get::<Caller>().map(|caller| caller.principal.as_str()),
        method = known(request.method()),
        route = extensions.get::<MatchedPath>().map(MatchedPath::as_str),
    )
}

/// About a request that the host refuses before the router has it.
pub(crate) fn unrouted(request_id: &str) -> Span {
    tracing::error_span!("request", correlation_id = request_id)
}

/// The line of a request, in its span.
pub(crate) fn answered(response: &Response, duration: Option<TimeDelta>) {
    let extensions = response.extensions();
    let refusal = extensions.get::<Refused>().map(|Refused(failure)| failure);
    let about = extensions.get::<About>();
    let of_refusal = || refusal.and_then(|failure| failure.operation_id).map(|id| id.to_string());
    tracing::info!(
        status = response.status().as_u16(),
        duration_ms = duration.map(|duration| duration.num_milliseconds()),
        outcome = outcome(response).or_else(|| about.map(|about| about.status)),
        error_code = refusal.map(|failure| failure.code.as_str()),
        operation_id = about.map(|about| about.operation_id.clone()).or_else(of_refusal),
        operation = about.map(|about| about.operation),
        account_id = about.map(|about| about.account_id.as_str()),
        region = about.map(|about| about.region.as_str()),
        db_instance_identifier = about.map(|about| about.instance.as_str()),
        environment_class = about.map(|about| about.environment.as_str()),
        "answered",
    );
}

/// A response extension: the operation that the answer is about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    operation_id: String,
    operation: &'static str,
    account_id: String,
    region: String,
    instance: String,
    environment: String,
    status: &'static str,
}

impl About {
    pub(crate) fn of(record: &OperationRecord) -> Self {
        Self {
            operation_id: record.id.to_string(),
            operation: record.operation.name(),
            account_id: record.target.account_id.to_string(),
            region: record.target.region.to_string(),
            instance: record.target.instance_id.to_string(),
            environment: record.classification.environment.to_string(),
            status: record.status().as_str(),
        }
    }
}

fn outcome(response: &Response) -> Option<&'static str> {
    let status = response.status();
    if status.is_server_error() {
        Some("failed")
    } else if status.is_client_error() {
        Some("refused")
    } else {
        None
    }
}

/// A method is a word of the caller's choice.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}
