//! `ops-worker`: drives operations when no caller waits.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use lambda_runtime::{Diagnostic, LambdaEvent};
use ops_domain::failure::Failure;
use ops_domain::id::OperationId;
use ops_domain::job::Job;
use ops_domain::service::{Driver, Service, Swept};
use ops_domain::time::{Timestamp, after, to_seconds_text_rounded_up};
use serde::Serialize;
use serde_json::Value;

use crate::deadline::time_left;
use crate::telemetry::Telemetry;

/// What the worker is called for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Task {
    /// Take one step of one job.
    Step(Job),
    /// Take one step of every job that nobody has driven on.
    Sweep,
    /// Bring the inventory in line with RDS.
    Discover,
}

impl Task {
    fn read(payload: &Value) -> Result<Self, WorkError> {
        let (job, id) = (payload["job"].as_str(), payload["operation_id"].as_str());
        let (sweep, discover) = (payload["sweep"].as_bool(), payload["discover"].as_bool());
        let task = match (job, id, sweep, discover) {
            (Some(job), None, None, None) => job.parse().ok().map(Self::Step),
            (None, Some(id), None, None) => id.parse().ok().map(Job::Operation).map(Self::Step),
            (None, None, Some(true), None) => Some(Self::Sweep),
            (None, None, None, Some(true)) => Some(Self::Discover),
            _ => None,
        };
        task.ok_or(WorkError::InvalidEvent)
    }
}

/// Whether an event is one of the worker's, and not of API Gateway.
#[must_use]
pub fn is_task(payload: &Value) -> bool {
    Task::read(payload).is_ok()
}

/// What the worker says of one operation; a state machine waits until `next_at` and calls again
/// with the same `job` unless `done`.
#[derive(Debug, Serialize)]
struct Progress {
    job: String,
    operation_id: OperationId,
    status: &'static str,
    done: bool,
    next_at: Option<String>,
}

/// What the worker says of a sweep.
#[derive(Debug, Serialize)]
struct Sweep {
    advanced: usize,
    left: usize,
}

/// What the worker says of a run of discovery. Which accounts and Regions were not read, and why, is
/// in the log and in `GET /inventory/status`.
#[derive(Debug, Serialize)]
struct Discovery {
    instances: u64,
    changes: BTreeMap<&'static str, u64>,
    unread: usize,
}

/// Why a task was not done. Its name is the error type that a state machine decides by.
#[derive(Debug)]
pub enum WorkError {
    /// The event is none of the worker's: calling again changes nothing.
    InvalidEvent,
    /// The step is still due.
    Failed(Failure),
}

impl WorkError {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidEvent => "invalid_event",
            Self::Failed(failure) => failure.code.as_str(),
        }
    }
}

impl fmt::Display for WorkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidEvent => f.write_str(
                r#"the event must be {"job": "operation/<id>"}, {"operation_id": "<id>"}, {"sweep": true} or {"discover": true}"#,
            ),
            Self::Failed(failure) => f.write_str(&failure.sentence),
        }
    }
}

impl From<WorkError> for Diagnostic {
    fn from(error: WorkError) -> Self {
        Self { error_type: error.code().to_owned(), error_message: error.to_string() }
    }
}

/// Jobs that one sweep takes further.
const SWEEP_LIMIT: usize = 500;

/// Carries out one task.
///
/// # Errors
/// A [`WorkError`] when the task can't be understood, or the operation or the store can't be read.
pub async fn work(
    service: &Service,
    telemetry: &Telemetry,
    invocation: LambdaEvent<Value>,
) -> Result<Value, WorkError> {
    let done = carry_out(service, telemetry, invocation).await;
    done.inspect_err(|error| tracing::error!(error_code = error.code(), "a task was not done"))
}

async fn carry_out(
    service: &Service,
    telemetry: &Telemetry,
    invocation: LambdaEvent<Value>,
) -> Result<Value, WorkError> {
    let LambdaEvent { payload, context } = invocation;
    let until = after(service.clock().now(), time_left(context.deadline));
    let driver = service.ending_at(until).driver();
    match Task::read(&payload)? {
        Task::Step(job @ Job::Operation(id)) => driver.advance_when_due(id).await.map(|record| {
            answer(&Progress {
                job: job.to_string(),
                operation_id: id,
                status: record.status().as_str(),
                done: record.next_at().is_none(),
                next_at: record.next_at().map(to_seconds_text_rounded_up),
            })
        }),
        Task::Sweep => sweep(&driver, telemetry, until).await,
        Task::Discover => discover(&driver, until).await,
    }
    .map_err(WorkError::Failed)
}

/// Steps that are late come first. What deletes expired snapshots has the time that is left.
async fn sweep(driver: &Driver, telemetry: &Telemetry, until: Timestamp) -> Result<Value, Failure> {
    let Swept { advanced, left } = driver.sweep(SWEEP_LIMIT, until).await?;
    telemetry.swept(advanced.len() + left);
    driver.delete_expired(until).await;
    Ok(answer(&Sweep { advanced: advanced.len(), left }))
}

/// What is kept of the time for what was not seen, and for pauses that AWS asks for.
const SETTLING: Duration = Duration::from_secs(45);

/// Reads accounts and Regions as long as there is time; the next run begins with those that are left.
async fn discover(driver: &Driver, until: Timestamp) -> Result<Value, Failure> {
    let left = (until - driver.clock().now()).to_std().unwrap_or_default();
    let reading = left.saturating_sub(SETTLING.min(left / 2));
    let discovered = driver.discover(after(driver.clock().now(), reading)).await?;
    Ok(answer(&Discovery {
        instances: discovered.instances(),
        unread: discovered.unread().count(),
        changes: discovered.changes,
    }))
}

fn answer(said: &impl Serialize) -> Value {
    serde_json::to_value(said).expect("texts, numbers and flags are JSON")
}
