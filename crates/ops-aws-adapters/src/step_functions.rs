//! AWS Step Functions as [`Engine`]: one execution of the state machine for each operation, named
//! after it.
//!
//! Step Functions is asked once for each operation; the execution then follows what the worker
//! answers. Starting an execution of a name that exists already is refused, so asking again is
//! harmless. An execution that was stopped or has failed while its operation goes on is followed by
//! another one, whose name ends with its number.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::ExecutionStatus;
use ops_config::AwsSettings;
use ops_domain::job::Job;
use ops_domain::ports::{Engine, EngineError, Nobody};
use ops_domain::time::{Timestamp, to_seconds_text_rounded_up};
use serde_json::json;

/// Executions that one operation may have, one after the other. Beyond that a person has to act
/// why they end.
const MOST_EXECUTIONS: u32 = 20;

/// An execution wakes within a second of its time and retries a worker that fails for a moment. A
/// step that is later than this has most likely no execution.
const GRACE: Duration = Duration::from_mins(2);

/// Step Functions answers within tens of milliseconds, and the answer to a caller waits for it.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// All attempts together.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// The state machine that drives operations.
#[derive(Debug)]
pub struct StepFunctions {
    client: Client,
    state_machine_arn: String,
}

/// What drives operations on AWS: the configured state machine, or nobody but the sweep. Does no
/// I/O.
#[must_use]
pub fn engine(config: &SdkConfig, settings: &AwsSettings) -> Arc<dyn Engine> {
    match &settings.state_machine_arn {
        Some(arn) => Arc::new(StepFunctions::new(config, arn.clone())),
        None => Arc::new(Nobody),
    }
}

impl StepFunctions {
    /// The engine over this state machine. Does no I/O.
    #[must_use]
    pub fn new(config: &SdkConfig, state_machine_arn: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let config = aws_sdk_sfn::config::Builder::from(config).timeout_config(timeouts).build();
        Self { client: Client::from_conf(config), state_machine_arn }
    }

    async fn start(&self, name: &str, input: &str) -> Result<Started, EngineError> {
        let call = self.client.start_execution().state_machine_arn(&self.state_machine_arn);
        match call.name(name).input(input).send().await {
            Ok(_) => Ok(Started::Now),
            Err(error) if is_taken(error.as_service_error()) => self.look_at(name).await,
            Err(error) => Err(EngineError(error.into())),
        }
    }

    async fn look_at(&self, name: &str) -> Result<Started, EngineError> {
        let call = self
            .client
            .describe_execution()
            .execution_arn(execution_arn(&self.state_machine_arn, name));
        let described = call.send().await.map_err(|error| EngineError(error.into()))?;
        Ok(match described.status {
            ExecutionStatus::Running | ExecutionStatus::PendingRedrive => Started::Before,
            _ => Started::AndEnded,
        })
    }
}

#[async_trait]
impl Engine for StepFunctions {
    async fn wake(&self, job: Job, at: Timestamp) -> Result<(), EngineError> {
        let next_at = to_seconds_text_rounded_up(at);
        let input = json!({ "job": job.to_string(), "next_at": next_at }).to_string();
        for nth in 1..=MOST_EXECUTIONS {
            match self.start(&execution_name(job, nth), &input).await? {
                Started::Now | Started::Before => return Ok(()),
                Started::AndEnded => {}
            }
        }
        Err(EngineError("the executions of this job have ended, and it has not".into()))
    }

    fn grace(&self) -> Duration {
        GRACE
    }
}

/// Whether there is an execution of a name.
enum Started {
    /// It has just begun.
    Now,
    /// It was there already, and runs.
    Before,
    /// It was there already, and runs no more.
    AndEnded,
}

fn is_taken(error: Option<&StartExecutionError>) -> bool {
    matches!(error, Some(StartExecutionError::ExecutionAlreadyExists(_)))
}

/// An execution is named after its job, so that a second start is refused by name. Those of
/// operations have the id alone. Names have letters, digits, `-` and `_` (Step Functions API,
/// `StartExecution`).
fn execution_name(job: Job, nth: u32) -> String {
    let Job::Operation(id) = job;
    if nth == 1 { id.to_string() } else { format!("{id}-{nth}") }
}

/// `arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME` becomes
/// `arn:PARTITION:states:REGION:ACCOUNT:execution:NAME:EXECUTION`.
fn execution_arn(state_machine_arn: &str, execution: &str) -> String {
    format!("{}:{execution}", state_machine_arn.replacen(":stateMachine:", ":execution:", 1))
}

#[cfg(test)]
mod tests {
    use ops_domain::id::OperationId;

    use super::*;

    #[test]
    fn later_executions_are_numbered() {
        let id = OperationId::from_parts(1, 2);
        let job = Job::Operation(id);
        assert_eq!(execution_name(job, 1), id.to_string());
        assert_eq!(execution_name(job, 3), format!("{id}-3"));
    }

    #[test]
    fn an_execution_arn_follows_its_state_machine() {
        let machine = "arn:aws-cn:states:cn-north-1:111122223333:stateMachine:rds-ops";
        assert_eq!(
            execution_arn(machine, "01JCK3"),
            "arn:aws-cn:states:cn-north-1:111122223333:execution:rds-ops:01JCK3"
        );
    }
}
