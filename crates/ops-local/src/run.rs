//! `rds-ops run`: one operation, from the request to its end.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ops_api_types::{IfBusy, OperationRequest, OperationView, StartAt};
use ops_domain::caller::Caller;
use ops_domain::failure::{Code, Failure};
use ops_domain::operation::Operation;
use ops_domain::ports::Nobody;
use ops_domain::request::Request;
use ops_domain::service::{Commands, Service, Submitted};
use ops_domain::state::{OperationRecord, State, Status};
use ops_domain::time::{Timestamp, after, to_seconds_text};
use ops_http::views;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::backend::Backed;
use crate::cli::{Backend, RunArgs};
use crate::error::StartError;
use crate::progress::Progress;
use crate::{backend, signals};

/// How often the progress is shown.
const SHOW_EVERY: Duration = Duration::from_secs(1);

/// The exit code of an operation that was blocked or refused, or that is not valid.
const REFUSED: u8 = 2;

/// Runs one operation and prints its answer.
///
/// # Errors
/// A [`StartError`]; then there is no operation.
pub async fn run(args: RunArgs) -> Result<ExitCode, StartError> {
    let stopped = signals::watch().map_err(StartError::Signals)?;
    // Nobody is woken: this command takes the steps itself.
    let Backed { service, .. } =
        backend::service(args.backend, &args.local, Arc::new(Nobody)).await?;
    if *stopped.borrow() {
        return Err(StartError::Interrupted);
    }
    // From here on an interruption ends the waiting alone. A step that was broken off would leave
    // it unknown whether RDS was asked.
    if args.backend == Backend::Simulated {
        say(&format!(
            "on the simulated fleet of {}; with --backend aws on real accounts",
            args.local.data.display()
        ));
    }
    let (answer, code) = carry_out(&service, &args, &stopped).await;
    print(&answer)?;
    Ok(code)
}

/// The answer to the request, and the exit code that goes with it.
async fn carry_out(
    service: &Service,
    args: &RunArgs,
    stopped: &watch::Receiver<bool>,
) -> (String, ExitCode) {
    let caller = args.local.caller();
    match ask(&service.commands(), &caller, args).await {
        Ok(Submitted::DryRun(dry_run)) => {
            let code = if dry_run.passed() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) };
            (text(&views::preview(&dry_run)), code)
        }
        Ok(Submitted::Operation(record)) => {
            let record = follow(service, *record, args.backend, stopped).await;
            (text(&answer(&record, service.clock().now())), exit_code(&record))
        }
        Err(failure) => {
            let body = views::error_body(&failure, Some(&caller.request_id));
            (text(&body), refusal_code(failure.code))
        }
    }
}

/// The request as a caller of the HTTP API would write it, so that it is read and refused in the
/// same way.
fn body(args: &RunArgs) -> OperationRequest {
    OperationRequest {
        operation: args.operation.clone(),
        instance_id: args.instance.clone(),
        account_id: args.account.clone(),
        region: args.region.clone(),
        parameters: parameters(&args.operation, &args.params),
        start: args.start_at.clone().map(|at| StartAt { at }),
        if_busy: args.queue.then_some(IfBusy::Queue),
        start_within_minutes: args.start_within,
        dry_run: args.dry_run.then_some(true),
        plan_hash: args.plan_hash.clone(),
        reason: args.reason.clone(),
    }
}

fn parameters(operation: &str, params: &[(String, String)]) -> Map<String, Value> {
    let schema = Operation::schemas().remove(operation).unwrap_or_default();
    let is_number = |name: &str| schema["properties"][name]["type"] == "integer";
    let read = |(name, text): &(String, String)| (name.clone(), value(text, is_number(name)));
    params.iter().map(read).collect()
}

/// The value of a parameter, which the operation declares as a number or not. What can't be read
/// stays text, which the operation then refuses with its own words.
fn value(text: &str, is_number: bool) -> Value {
    match text {
        digits if is_number => digits.parse::<u64>().map_or_else(|_| digits.into(), Value::from),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        json if json.starts_with(['[', '{']) => {
            serde_json::from_str(json).unwrap_or_else(|_| json.into())
        }
        text => text.into(),
    }
}

async fn ask(commands: &Commands, caller: &Caller, args: &RunArgs) -> Result<Submitted, Failure> {
    match Request::parse(text(&body(args)).as_bytes()) {
        Ok(request) => commands.submit(caller, args.idempotency_key.as_deref(), &request).await,
        Err(rejected) => Err(commands.reject(caller, *rejected).await),
    }
}

/// Takes the operation's steps until it has ended or timed out, or the person at the terminal waits
/// no longer.
async fn follow(
    service: &Service,
    mut record: OperationRecord,
    backend: Backend,
    stopped: &watch::Receiver<bool>,
) -> OperationRecord {
    let mut progress = Progress::new();
    let commands = service.commands();
    loop {
        progress.show(&record);
        if let State::Waiting { gates } = &record.state {
            progress.finish();
            say(&waits(&record, gates.open_at(), backend));
            return record;
        }
        if record.status().is_terminal() || record.status() == Status::Timeout {
            break;
        }
        if *stopped.borrow() {
            progress.finish();
            say(&left(&record, backend));
            return record;
        }
        let until = after(service.clock().now(), SHOW_EVERY);
        record = commands.wait_unless(record, until, signals::until(stopped.clone())).await;
    }
    progress.finish();
    record
}

/// What becomes of an operation that nobody waits for any more.
fn left(record: &OperationRecord, backend: Backend) -> String {
    let (id, driver) = (record.id, driver(backend));
    format!(
        "operation {id} is not cancelled: {driver} takes it further, and GET /operations/{id} \
         shows how far it is"
    )
}

/// What becomes of an operation that waits for its time.
fn waits(record: &OperationRecord, at: Timestamp, backend: Backend) -> String {
    let (id, at, driver) = (record.id, to_seconds_text(at), driver(backend));
    format!("operation {id} waits until {at}: {driver} starts it then")
}

/// Who takes the steps of an operation once this program has ended.
const fn driver(backend: Backend) -> &'static str {
    match backend {
        Backend::Simulated => "the next `rds-ops serve` on this folder",
        Backend::Aws => "the sweep of the service, or `rds-ops serve --backend aws`,",
    }
}

/// Says something on standard error. A closed one is no reason to break the operation off.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The answer, with the evidence where the live description or a relative was found to be
/// production: the guidance refers to it.
fn answer(record: &OperationRecord, now: Timestamp) -> OperationView {
    let denied = record.status() == Status::Denied;
    OperationView {
        classification: denied.then(|| views::classification(&record.classification)),
        ..views::operation(record, now)
    }
}

fn exit_code(record: &OperationRecord) -> ExitCode {
    match record.status() {
        Status::Available | Status::Scheduled => ExitCode::SUCCESS,
        Status::Denied | Status::Cancelled | Status::Rejected => ExitCode::from(REFUSED),
        Status::Failed
        | Status::Timeout
        | Status::Unverified
        | Status::PendingApproval
        | Status::Accepted
        | Status::Submitting
        | Status::Unresolved
        | Status::InProgress => ExitCode::FAILURE,
    }
}

/// What could not be asked, and a defect, are no answer to the request: it may be sent again as it
/// is.
fn refusal_code(code: Code) -> ExitCode {
    if code.is_outage() || code == Code::Internal {
        ExitCode::FAILURE
    } else {
        ExitCode::from(REFUSED)
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("texts are the keys of every member")
}

fn print(answer: &str) -> Result<(), StartError> {
    writeln!(std::io::stdout(), "{answer}").map_err(StartError::Output)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_booleans_json_or_text() {
        let cases = [
            ("true", json!(true)),
            ("false", json!(false)),
            (r#"[{"Key":"a","Value":"b"}]"#, json!([{"Key": "a", "Value": "b"}])),
            ("a=b", json!("a=b")),
            ("123", json!("123")),
            ("[broken", json!("[broken")),
            ("", json!("")),
        ];
        for (text, read) in cases {
            assert_eq!(value(text, false), read, "{text}");
        }
        assert_eq!((value("7", true), value("7d", true)), (json!(7), json!("7d")));
    }

    #[test]
    fn the_schema_says_which_parameter_is_a_number() {
        let params = [("snapshot_id", "7"), ("retain_days", "7")];
        let params = params.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let read = parameters("create_snapshot", &params);
        assert_eq!((&read["snapshot_id"], &read["retain_days"]), (&json!("7"), &json!(7)));
    }
}
