//! What is driven on when no caller waits for it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::id::OperationId;
use crate::instance::Scope;
use crate::time::Timestamp;

/// Something with steps that become due. An engine, the worker and the index of what is due know
/// jobs; only the service knows what a step of one is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Job {
    /// One operation.
    Operation(OperationId),
}

/// The text of a job has its kind before this, and its id after it.
const SEPARATOR: char = '/';

impl Job {
    /// The kind, the first part of the job's text.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Operation(_) => "operation",
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => write!(f, "{}{SEPARATOR}{id}", self.kind()),
        }
    }
}

/// The text is not that of a job.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("must be a job such as operation/01M847JRE3AM52GTHWYD08W0XM")]
pub struct NotAJob;

impl FromStr for Job {
    type Err = NotAJob;

    fn from_str(text: &str) -> Result<Self, NotAJob> {
        match text.split_once(SEPARATOR) {
            Some(("operation", id)) => id.parse().map(Self::Operation).map_err(|_| NotAJob),
            Some(_) | None => Err(NotAJob),
        }
    }
}

/// A job whose next step is due.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Due {
    /// Since when.
    pub at: Timestamp,
    /// The job.
    pub job: Job,
    /// The account and Region that its step is about.
    pub scope: Scope,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_job_is_read_as_that_job() {
        let job = Job::Operation(OperationId::from_parts(1, 2));
        assert_eq!(job.to_string().parse(), Ok(job));
        assert!(job.to_string().starts_with("operation/0"));
        for text in ["", "operation", "operation/", "operation/x", "01JCK3", "party/01JCK3"] {
            assert_eq!(text.parse::<Job>(), Err(NotAJob), "{text}");
        }
    }
}
