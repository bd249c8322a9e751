//! Metrics as lines in CloudWatch's embedded metric format: CloudWatch Logs makes metrics of them,
//! without a call to AWS.
//!
//! A line is one JSON document of its own, written past the log (CloudWatch User Guide,
//! "Specification: Embedded metric format"). Dimensions have few values, because each combination
//! of them is a metric that is paid for; the identifiers of operations are other fields of the
//! line, to be searched for.

mod document;

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use ops_domain::ports::{Clock as _, Measurement, Metrics};
use ops_domain::state::Status;
use serde_json::json;

use crate::clock::SystemClock;
use crate::metrics::document::{Dimensions, Document, LockScope};

/// The whole service, for alarms, which can't add metrics up; and what belongs to it, for
/// dashboards.
const ALL: Dimensions = &["service"];
const BY_ENVIRONMENT: Dimensions = &["service", "operation", "environment"];
const BY_OUTCOME: Dimensions = &["service", "outcome"];
const BY_OPERATION: Dimensions = &["service", "operation"];
const BY_FUNCTION: Dimensions = &["service", "function"];

/// Metrics in embedded metric format, written to `W`.
#[derive(Debug)]
pub struct EmbeddedMetrics<W> {
    service: String,
    out: Mutex<W>,
}

impl<W: Write + Send> EmbeddedMetrics<W> {
    /// Metrics of the service of this name, written to `out`: in a Lambda function standard output,
    /// which CloudWatch Logs reads. The name distinguishes services of one account and Region.
    pub const fn new(service: String, out: W) -> Self {
        Self { service, out: Mutex::new(out) }
    }

    /// Counts the first invocation of a process of this function, which had to be started for it.
    pub fn cold_start(&self, function: &str) {
        let started = Document::of(&[ALL, BY_FUNCTION]).dimension("function", function);
        self.write(started.metric("ColdStarts", LockScope::Count, 1));
    }

    /// Counts a sweep that went through, and the steps that it found late.
    pub fn swept(&self, late: usize) {
        let late = u64::try_from(late).unwrap_or(u64::MAX);
        self.write(Document::of(&[ALL]).metric("Sweeps", LockScope::Count, 1).metric(
            "LateSteps",
            LockScope::Count,
            late,
        ));
    }

    /// Counts a look at the shared settings whose newest version could not be taken.
    pub fn settings_kept(&self) {
        self.write(Document::of(&[ALL]).metric("ConfigurationProblems", LockScope::Count, 1));
    }

    /// Writes a whole line at once, so that no line of the log comes between.
    fn write(&self, document: Document) {
        let line = document.line(&self.service, SystemClock.now());
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
            tracing::warn!(
                exception = &error as &dyn std::error::Error,
                "a metric could not be written"
            );
        }
    }
}

impl<W: Write + Send> Metrics for EmbeddedMetrics<W> {
    fn record(&self, measurement: &Measurement) {
        self.write(document(measurement));
    }
}

fn document(measurement: &Measurement) -> Document {
    match measurement {
        Measurement::Finished {
            operation_id,
            operation,
            environment,
            status,
            late,
            duration,
            polls,
        } => {
            let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            let finished = Document::of(&[ALL, BY_ENVIRONMENT, BY_OUTCOME])
                .dimension("operation", operation)
                .dimension("environment", environment)
                .dimension("outcome", status.as_str())
                .property("operation_id", json!(operation_id));
            if *late {
                // Counted as an operation when it timed out.
                return finished.metric("LateOutcomes", LockScope::Count, 1);
            }
            finished
                .metric("Operations", LockScope::Count, 1)
                .metric("Successes", LockScope::Count, u64::from(*status == Status::Available))
                .metric("Failures", LockScope::Count, u64::from(is_failure(*status)))
                .metric("Timeouts", LockScope::Count, u64::from(*status == Status::Timeout))
                .metric("Duration", LockScope::Milliseconds, milliseconds)
                .metric("Polls", LockScope::Count, u64::from(*polls))
        }
        Measurement::ProductionBlocked { operation } => refused("ProductionBlocks", operation),
        Measurement::PermissionDenied { operation } => refused("PermissionDenials", operation),
        Measurement::AuditContended => {
            Document::of(&[ALL]).metric("AuditContention", LockScope::Count, 1)
        }
        Measurement::AuditWriteFailed => {
            Document::of(&[ALL]).metric("AuditWriteFailures", LockScope::Count, 1)
        }
        Measurement::StoreThrottled => {
            Document::of(&[ALL]).metric("StoreThrottles", LockScope::Count, 1)
        }
        Measurement::Discovered { instances, unread_scopes, longest_unread_minutes } => {
            Document::of(&[ALL])
                .metric("DiscoveredInstances", LockScope::Count, *instances)
                .metric("UnreadScopes", LockScope::Count, *unread_scopes)
                .metric("LongestUnreadMinutes", LockScope::Count, *longest_unread_minutes)
        }
    }
}

fn refused(metric: &'static str, operation: &str) -> Document {
    Document::of(&[ALL, BY_OPERATION]).dimension("operation", operation).metric(
        metric,
        LockScope::Count,
        1,
    )
}

/// Whether a person should find out why. A refusal has a count of its own, and so has a timeout.
const fn is_failure(status: Status) -> bool {
    match status {
        Status::Failed | Status::Unverified => true,
        Status::Accepted
        | Status::Available
        | Status::Cancelled
        | Status::Denied
        | Status::InProgress
        | Status::PendingApproval
        | Status::Rejected
        | Status::Scheduled
        | Status::Submitting
        | Status::Timeout
        | Status::Unresolved => false,
    }
}

#[cfg(test)]
mod tests;
