//! Why something was not done, in words for people and codes for programs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use crate::code::{Code, PRODUCTION_SENTENCE};

use crate::cluster::LockScope;
use crate::environment::Classification;
use crate::guidance::{self, Retry};
use crate::id::OperationId;
use crate::instance::InstanceRef;

/// What a refusal by AWS says, whichever of its codes it has.
const ROLE_REFUSED: &str =
    "AWS did not permit this to the service's role in the instance's account.";

/// One thing that is wrong with a request.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// A JSON pointer (RFC 6901) into the request, or the name of a header or query parameter.
    pub pointer: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// Why something was not done: what happened, and what to do about it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// One sentence: what happened.
    pub sentence: String,
    /// What to do next.
    pub guidance: String,
    /// Everything wrong with the request, for codes about requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The code of AWS, where AWS refused: it begins with a capital. Or this service's own code of
    /// an operation that failed, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The operation concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
    /// How the instance was classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Further facts by name, e.g. the candidates of an ambiguous name.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub facts: Map<String, Value>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// Whether the request may have been taken, or may have reached RDS, although it failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outcome_unknown: bool,
}

impl Failure {
    /// A failure of `code` in the given words.
    #[must_use]
    pub fn new(code: Code, sentence: impl Into<String>, guidance: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            guidance: guidance.into(),
            problems: Vec::new(),
            error_code: None,
            operation_id: None,
            classification: None,
            facts: Map::new(),
            retry_after_seconds: None,
            outcome_unknown: false,
        }
    }

    /// A failure of `code`, in the words that [`guidance::for_code`] has for it.
    #[must_use]
    pub fn of_code(code: Code) -> Self {
        Self::with_sentence(code, guidance::for_code(code).sentence)
    }

    /// A failure of `code` that says what happened in its own words, with the advice of
    /// [`guidance::for_code`].
    #[must_use]
    pub fn with_sentence(code: Code, sentence: impl Into<String>) -> Self {
        Self::new(code, sentence, guidance::for_code(code).advice)
    }

    /// A request that is wrong in the given ways.
    #[must_use]
    pub fn invalid(code: Code, problems: Vec<Problem>) -> Self {
        let sentence = match problems.as_slice() {
            [] => "The request is not valid.".to_owned(),
            [one] => {
                let subject = if one.pointer.is_empty() { "the body" } else { &one.pointer };
                format!("The request is not valid: {subject} {}.", one.message)
            }
            many => format!("The request has {} problems.", many.len()),
        };
        Self { problems, ..Self::with_sentence(code, sentence) }
    }

    /// The instance counts as production.
    #[must_use]
    pub fn production(classification: Classification) -> Self {
        Self { classification: Some(classification), ..Self::of_code(Code::ProductionBlocked) }
    }

    /// The inventory has no such instance.
    #[must_use]
    pub fn instance_not_found(name: &str) -> Self {
        Self::with_sentence(
            Code::InstanceNotFound,
            format!("The inventory has no DB instance `{name}`."),
        )
    }

    /// RDS has no such instance, although the inventory has.
    #[must_use]
    pub fn instance_gone(target: &InstanceRef) -> Self {
        Self::new(
            Code::InstanceNotFound,
            format!("RDS has no DB instance `{}` in {}.", target.instance_id, target.scope()),
            "It may have been renamed or deleted since the last inventory run. Nothing was \
             changed.",
        )
    }

    /// Several instances have this name.
    #[must_use]
    pub fn ambiguous(candidates: &[InstanceRef]) -> Self {
        Self::with_sentence(
            Code::AmbiguousInstance,
            format!("{} DB instances have this name.", candidates.len()),
        )
        .with_fact("candidates", json!(candidates))
    }

    /// Another operation has the instance, or its cluster.
    #[must_use]
    pub fn busy(owner: OperationId, lock_scope: &LockScope) -> Self {
        let place = match lock_scope {
            LockScope::Instance(_) => "this instance".to_owned(),
            LockScope::Cluster(cluster) => {
                format!("the cluster `{}` of this instance", cluster.cluster_id)
            }
        };
        Self::with_sentence(Code::InstanceBusy, format!("Operation {owner} is running on {place}."))
            .with_fact("running_operation_id", json!(owner))
    }

    /// The idempotency key was used before with another body.
    #[must_use]
    pub fn idempotency_conflict(first: OperationId) -> Self {
        Self::of_code(Code::IdempotencyConflict).of(first)
    }

    /// No such operation.
    #[must_use]
    pub fn operation_not_found(id: &str) -> Self {
        Self::with_sentence(Code::OperationNotFound, format!("There is no operation `{id}`."))
    }

    /// The cursor is none that a page of this service gave.
    #[must_use]
    pub fn bad_cursor() -> Self {
        let problem =
            Problem { pointer: "cursor".into(), message: "is not a cursor of this list".into() };
        Self::invalid(Code::InvalidParameter, vec![problem])
    }

    /// AWS refuses our role `action` with `aws_code`.
    #[must_use]
    pub fn permission_denied(aws_code: &str, action: Option<&str>) -> Self {
        let failure = Self {
            error_code: Some(aws_code.to_owned()),
            ..Self::new(
                Code::PermissionDenied,
                ROLE_REFUSED,
                guidance::for_rds_code(aws_code).advice,
            )
        };
        match action {
            Some(action) => failure.with_fact("denied_action", json!(action)),
            None => failure,
        }
    }

    /// AWS asks for slower requests.
    #[must_use]
    pub fn throttled() -> Self {
        Self { retry_after_seconds: Some(5), ..Self::of_code(Code::Throttled) }
    }

    /// RDS or STS can't be reached.
    #[must_use]
    pub fn upstream_unavailable() -> Self {
        Self::of_code(Code::UpstreamUnavailable)
    }

    /// RDS refused the call with `error_code`, saying `message`. For nothing else: what this
    /// service refuses by itself is an [`operation_failed`](Self::operation_failed) with a code of
    /// its own.
    #[must_use]
    pub fn refused_by_rds(error_code: &str, message: &str) -> Self {
        let guidance = guidance::for_rds_code(error_code);
        let sentence =
            if message.is_empty() { guidance.sentence.to_owned() } else { message.to_owned() };
        Self {
            error_code: Some(error_code.to_owned()),
            ..Self::new(Code::OperationFailed, sentence, guidance.advice)
        }
    }

    /// The operation was refused by this service, or failed, for the reason that the table of its
    /// own codes has as `error_code` ([`guidance::all_service_codes`]).
    #[must_use]
    pub fn operation_failed(error_code: &str) -> Self {
        let guidance = guidance::for_service_code(error_code);
        Self {
            error_code: Some(error_code.to_owned()),
            ..Self::new(Code::OperationFailed, guidance.sentence, guidance.advice)
        }
    }

    /// The same failure, about this operation.
    #[must_use]
    pub fn of(self, operation_id: OperationId) -> Self {
        Self { operation_id: Some(operation_id), ..self }
    }

    /// The failure of a request that the store may have taken in all the same.
    #[must_use]
    pub(crate) fn perhaps_begun(self, operation_id: OperationId) -> Self {
        let guidance = format!(
            "It is not known whether the request was taken. Look for the operation {operation_id} in two minutes; if there is \
             none, nothing was sent to RDS. A request with an idempotency key may be made again at \
             any time."
        );
        Self { guidance, outcome_unknown: true, ..self }.of(operation_id)
    }

    /// The failure of an operation that may have sent a call before, of which RDS showed nothing.
    #[must_use]
    pub(crate) fn with_unknown_outcome(self) -> Self {
        let guidance = "An earlier request of this operation may have reached RDS; no effect was \
                        visible. Look at the instance in the RDS console before you send a new \
                        operation.";
        Self { guidance: guidance.to_owned(), outcome_unknown: true, ..self }
    }

    /// Whether to send the same request again.
    ///
    /// The tables of [`guidance`] say so, but for a request whose outcome is unknown.
    #[must_use]
    pub fn retry(&self) -> Retry {
        if self.outcome_unknown {
            return Retry::ResolveFirst;
        }
        match &self.error_code {
            Some(error_code) => guidance::for_rds_code(error_code).retry,
            None => guidance::for_code(self.code).retry,
        }
    }

    /// The same failure with one more fact.
    #[must_use]
    pub fn with_fact(mut self, name: &str, value: Value) -> Self {
        self.facts.insert(name.to_owned(), value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_to_retry_is_what_the_tables_say() {
        let unknown = "BrandNewFault";
        for (failure, retry) in [
            (Failure::of_code(Code::InvalidJson), Retry::Never),
            (Failure::of_code(Code::InstanceBusy), Retry::AfterStateChange),
            (Failure::throttled(), Retry::BackOff),
            (Failure::of_code(Code::Internal), Retry::ResolveFirst),
            (Failure::operation_failed("status_not_allowed"), Retry::AfterStateChange),
            (Failure::operation_failed("windows_overlap"), Retry::Never),
            (Failure::refused_by_rds(unknown, ""), Retry::ResolveFirst),
            (Failure::permission_denied("AccessDenied", None), Retry::Never),
        ] {
            assert_eq!(failure.retry(), retry, "{failure:?}");
        }
    }

    /// Also of a failure that was stored and read again.
    #[test]
    fn the_outcome_of_what_may_have_happened_is_checked_first() {
        let id = OperationId::from_parts(1, 1);
        let unavailable = || Failure::of_code(Code::StoreUnavailable);
        assert_eq!(unavailable().retry(), Retry::BackOff);
        for failure in [unavailable().perhaps_begun(id), unavailable().with_unknown_outcome()] {
            assert_eq!(failure.retry(), Retry::ResolveFirst);
            let read: Failure = serde_json::from_str(&json!(failure).to_string())
                .expect("what was stored can be read");
            assert_eq!(read.retry(), Retry::ResolveFirst);
        }
    }
}
