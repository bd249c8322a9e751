//! What can be said of an operation. It never says more than the evidence.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::{Code, Failure};
use crate::guidance::{self, Guidance, Retry};
use crate::id::OperationId;
use crate::state::{Completion, OperationRecord, State, Status};
use crate::time::Timestamp;

/// What can be said of the outcome of an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome<'a> {
    /// Where the operation stands.
    pub status: Status,
    /// Whether RDS showed evidence that it was done; `None` while it runs.
    pub success: Option<bool>,
    /// Whether it ended after the caller was told `timeout`.
    pub late: bool,
    /// Why it is not a success.
    pub error: Option<OutcomeError<'a>>,
    /// The fields of the result, or the facts of the failure.
    pub facts: Option<&'a Map<String, Value>>,
}

/// Why an operation is not a success.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutcomeError<'a> {
    /// One sentence: what happened.
    pub sentence: &'a str,
    /// The stable code, where the operation failed.
    pub code: Option<Code>,
    /// The code of AWS, or this service's own code of an operation that did not succeed.
    pub error_code: Option<&'a str>,
    /// What to do next.
    pub guidance: &'a str,
    /// Whether to send the same request again.
    pub retry: Retry,
}

impl<'a> From<&'a Failure> for OutcomeError<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            sentence: &failure.sentence,
            code: Some(failure.code),
            error_code: failure.error_code.as_deref(),
            guidance: &failure.guidance,
            retry: failure.retry(),
        }
    }
}

impl From<&'static Guidance> for OutcomeError<'_> {
    fn from(guidance: &'static Guidance) -> Self {
        Self {
            sentence: guidance.sentence,
            code: None,
            error_code: Some(guidance.code),
            guidance: guidance.advice,
            retry: guidance.retry,
        }
    }
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Where the operation stands.
    pub phase: Status,
    /// Polls that showed something.
    pub polls: u32,
    /// Polls that failed.
    pub failed_polls: u32,
    /// The last status that RDS showed.
    pub last_status: Option<String>,
    /// When the service polls next; `None` once the operation has ended.
    pub next_poll_at: Option<Timestamp>,
    /// The operation that had the instance when this one's turn came last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_operation_id: Option<OperationId>,
    /// When the operation counts as timed out, or can't be started any more.
    pub deadline: Timestamp,
    /// The progress in percent, where RDS gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

impl OperationRecord {
    /// What can be said of the outcome: nothing but the status while it runs.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'_> {
        let running = Outcome {
            status: self.status(),
            success: None,
            late: self.is_late(),
            error: None,
            facts: None,
        };
        match &self.state {
            State::Ended { completion, .. } => running.of(completion),
            State::Watching { watch } if watch.timed_out => Outcome {
                success: Some(false),
                error: Some(guidance::for_rds_code("operation_timeout").into()),
                ..running
            },
            State::Waiting { .. }
            | State::Queued { .. }
            | State::Submitting { .. }
            | State::Unresolved { .. }
            | State::Watching { .. } => running,
        }
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let watch = self.watch();
        Progress {
            phase: self.status(),
            polls: watch.map_or(0, |watch| watch.polls),
            failed_polls: watch.map_or(0, |watch| watch.failed_polls),
            last_status: watch.and_then(|watch| watch.last_status.clone()),
            next_poll_at: self.next_at(),
            running_operation_id: self.busy_with(),
            deadline: watch.map_or_else(|| self.send_by(), |watch| watch.deadline()),
            percent: watch.and_then(|watch| watch.percent),
        }
    }
}

impl<'a> Outcome<'a> {
    fn of(self, completion: &'a Completion) -> Self {
        let ended = Self { success: Some(false), ..self };
        match completion {
            Completion::Succeeded { result } => {
                Self { success: Some(true), facts: Some(result), ..self }
            }
            Completion::Failed { failure } | Completion::Denied { failure } => {
                Self { error: Some(failure.into()), facts: Some(&failure.facts), ..ended }
            }
            Completion::Unverified => {
                Self { error: Some(guidance::for_rds_code("unverified").into()), ..ended }
            }
            Completion::Cancelled => ended,
        }
    }
}
