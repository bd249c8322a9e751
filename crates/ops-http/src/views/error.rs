//! Failures.

use ops_api_types as api;
use ops_domain::failure::{Failure, Problem};
use ops_domain::guidance::Retry;

use super::classification;
use super::reading_order::members;

/// The body of an answer to a request that was not carried out.
#[must_use]
pub fn error_body(failure: &Failure, request_id: Option<&str>) -> api::ErrorBody {
    api::ErrorBody {
        error: failure.sentence.clone(),
        code: failure.code.to_string(),
        error_code: failure.error_code.clone(),
        guidance: failure.guidance.clone(),
        retry: retry(failure.retry()),
        details: failure.problems.iter().map(problem).collect(),
        operation_id: failure.operation_id.map(|id| id.to_string()),
        facts: members(&failure.facts),
        classification: failure.classification.as_ref().map(classification),
        request_id: request_id.map(str::to_owned),
    }
}

fn problem(problem: &Problem) -> api::Problem {
    api::Problem { pointer: problem.pointer.clone(), message: problem.message.clone() }
}

/// Why an operation would be refused.
pub(super) fn refusal(failure: &Failure) -> api::Refusal {
    api::Refusal {
        code: failure.code.to_string(),
        error_code: failure.error_code.clone(),
        reason: failure.sentence.clone(),
        guidance: failure.guidance.clone(),
        facts: members(&failure.facts),
    }
}

/// Whether to send the same request again.
pub(crate) const fn retry(retry: Retry) -> api::Retry {
    match retry {
        Retry::Never => api::Retry::No,
        Retry::BackOff => api::Retry::Later,
        Retry::AfterStateChange => api::Retry::AfterChange,
        Retry::ResolveFirst => api::Retry::CheckFirst,
    }
}
