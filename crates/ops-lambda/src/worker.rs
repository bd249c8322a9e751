//! `ops-worker`: drives operations when no caller waits.

use lambda_runtime::{Error, LambdaEvent};
use ops_domain::id::OperationId;
use ops_domain::service::Service;
use serde::Serialize;
use serde_json::{Value, json};

/// What the worker is called for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Task {
    /// Take one operation one step further.
    Advance(OperationId),
    /// Take every operation that is due one step further.
    Sweep,
}

impl Task {
    fn read(payload: &Value) -> Result<Self, Error> {
        match (payload["operation_id"].as_str(), payload["sweep"].as_bool()) {
            (Some(id), None) => Ok(Self::Advance(id.parse()?)),
            (None, Some(true)) => Ok(Self::Sweep),
            _ => Err(r#"the event must be {"operation_id": "<id>"} or {"sweep": true}"#.into()),
        }
    }
}

/// What the worker says of one operation; a state machine waits until `next_at` and calls again unless `done`.
#[derive(Debug, Serialize)]
struct Progress {
    operation_id: OperationId,
    status: &'static str,
    done: bool,
    next_at: Option<String>,
}

/// Operations that one sweep takes further.
const SWEEP_LIMIT: usize = 200;

/// Carries out one task.
///
/// # Errors
/// When the task can't be understood, or the operation or the store can't be read; the step is still due then.
pub async fn work(service: &Service, invocation: LambdaEvent<Value>) -> Result<Value, Error> {
    match Task::read(&invocation.payload)? {
        Task::Advance(operation_id) => {
            let record = service.advance(operation_id).await.map_err(|failure| failure.sentence)?;
            let next_at = record.next_at();
            Ok(serde_json::to_value(Progress {
                operation_id,
                status: record.status().as_str(),
                done: next_at.is_none(),
                next_at: next_at.map(ops_domain::time::to_micros_text),
            })?)
        }
        Task::Sweep => {
            let advanced = service.sweep(SWEEP_LIMIT).await.map_err(|failure| failure.sentence)?;
            Ok(json!({ "advanced": advanced.len() }))
        }
    }
}
