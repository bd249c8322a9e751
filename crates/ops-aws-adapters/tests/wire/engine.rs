//! What Step Functions is asked, and how its answers are taken.

use chrono::TimeDelta;
use ops_aws_adapters::step_functions::StepFunctions;
use ops_domain::id::OperationId;
use ops_domain::job::Job;
use ops_domain::ports::Engine as _;
use ops_testkit::sample;
use serde_json::{Value, json};

use crate::config;
use crate::server::{Answer, Server};

const MACHINE: &str = "arn:aws:states:eu-central-1:999999999999:stateMachine:rds-ops";

fn id() -> OperationId {
    OperationId::from_parts(1, 2)
}

/// Wakes the operation, and gives what was asked.
async fn wake(server: &Server) -> (bool, Vec<Value>) {
    let engine = StepFunctions::new(&config(&server.url()), MACHINE.to_owned());
    let done = engine
        .wake(Job::Operation(id()), sample::start() + TimeDelta::milliseconds(1))
        .await
        .is_ok();
    let asked = server.requests();
    (done, asked.iter().map(|request| serde_json::from_str(request).expect("it is JSON")).collect())
}

/// A Step Functions with executions of these states, first to last; it starts any other.
fn with_executions(states: &'static [&'static str]) -> Server {
    Server::start_for(move |_, request| {
        let request: Value = serde_json::from_str(request).expect("it is JSON");
        let arn = request["executionArn"].as_str();
        let name = arn
            .and_then(|arn| arn.rsplit(':').next())
            .or_else(|| request["name"].as_str())
            .expect("one of them");
        let nth: usize = name.split_once('-').map_or(1, |(_, nth)| nth.parse().expect("a number"));
        match (states.get(nth - 1), arn) {
            (Some(status), Some(arn)) => Answer::Body(200, described(arn, status)),
            (Some(_), None) => {
                Answer::Body(400, json!({ "__type": "ExecutionAlreadyExists" }).to_string())
            }
            (None, _) => {
                Answer::Body(200, json!({ "executionArn": "arn", "startDate": 1.0 }).to_string())
            }
        }
    })
}

fn described(arn: &str, status: &str) -> String {
    json!({ "executionArn": arn, "stateMachineArn": MACHINE, "status": status, "startDate": 1.0 })
        .to_string()
}

#[tokio::test]
async fn an_execution_has_the_operations_name_and_time() {
    let (done, asked) = wake(&with_executions(&[])).await;
    let input = json!({ "job": format!("operation/{}", id()), "next_at": "2026-01-31T10:00:01Z" })
        .to_string();
    assert_eq!(sample::start().to_rfc3339(), "2026-01-31T10:00:00+00:00");
    assert_eq!(
        (done, asked),
        (true, vec![json!({ "stateMachineArn": MACHINE, "name": id(), "input": input })])
    );
}

#[tokio::test]
async fn an_execution_that_runs_already_is_left_alone() {
    let (done, asked) = wake(&with_executions(&["RUNNING"])).await;
    let execution = format!("arn:aws:states:eu-central-1:999999999999:execution:rds-ops:{}", id());
    assert_eq!((done, asked.len(), &asked[1]), (true, 2, &json!({ "executionArn": execution })));
}

#[tokio::test]
async fn ended_executions_are_followed_by_another() {
    let (done, asked) = wake(&with_executions(&["FAILED", "ABORTED"])).await;
    assert_eq!((done, asked.len()), (true, 5));
    assert_eq!(asked[4]["name"], json!(format!("{}-3", id())));
}

#[tokio::test]
async fn failing_executions_leave_it_to_the_sweep() {
    let (done, asked) = wake(&with_executions(&["FAILED"; 40])).await;
    assert_eq!((done, asked.len()), (false, 40), "twenty were started and looked at");
}
