//! The last word of a command that has no result.

use std::error::Error;
use std::io::Write as _;

use ops_api_types::ErrorBody;
use serde::Serialize;

use crate::error::StartError;
use crate::exit;
use crate::output::{Output, json};

/// Says on standard error why there is no result, with guidance where the service gives some.
/// Returns the exit code.
pub fn complain(error: &StartError, output: &Output) -> u8 {
    let text = if output.is_quiet() { as_json(error) } else { as_text(error) };
    // A closed standard error can't be told anything.
    let _ = writeln!(std::io::stderr(), "{text}");
    exit_code(error)
}

fn exit_code(error: &StartError) -> u8 {
    if let StartError::Client(error) = error {
        return exit::of_error(error);
    }
    let is_refusal = matches!(
        error,
        StartError::NotConfirmed(_) | StartError::OnlyInProcess(..) | StartError::OnlyOverHttp(_)
    );
    let is_about_credentials = matches!(
        error,
        StartError::NoTokenCommand | StartError::NoCredentials | StartError::NoSigningRegion
    );
    match (is_refusal, is_about_credentials) {
        (true, _) => exit::REFUSED,
        (false, true) => exit::NOT_SIGNED_IN,
        (false, false) => exit::FAILED,
    }
}

fn refusal(error: &StartError) -> Option<&ErrorBody> {
    if let StartError::Client(ops_client::Error::Refused(refusal)) = error {
        Some(&refusal.body)
    } else {
        None
    }
}

fn as_text(error: &StartError) -> String {
    match refusal(error) {
        Some(body) => refused(body),
        None => format!("rds-ops: {}", with_causes(error)),
    }
}

/// The refusal of the service: what happened, what is wrong with the request, what to do.
fn refused(body: &ErrorBody) -> String {
    let mut lines = vec![format!("rds-ops: {}", body.error)];
    for problem in &body.details {
        lines.push(format!("  {} {}", place(&problem.pointer), problem.message));
    }
    for (name, value) in body.facts.iter() {
        lines.push(format!("  {}: {}", name.replace('_', " "), crate::output::spelled(value)));
    }
    lines.push(body.guidance.clone());
    let request = body.request_id.as_ref().map(|id| format!(", request {id}")).unwrap_or_default();
    lines.push(format!("(code {}{request})", body.code));
    lines.join("\n")
}

/// What a pointer of the API is on the command line.
fn place(pointer: &str) -> String {
    match pointer.strip_prefix("/parameters/") {
        Some(parameter) => format!("--param {parameter}:"),
        None => match pointer.trim_start_matches('/') {
            "" => "the request".to_owned(),
            "operation" => "OPERATION:".to_owned(),
            "instance_id" => "INSTANCE:".to_owned(),
            "start_within_minutes" => "--start-within:".to_owned(),
            "account_id" => "--account:".to_owned(),
            "user" => "--by:".to_owned(),
            name => format!("--{}:", name.to_ascii_lowercase().replace(['_', '/'], "-")),
        },
    }
}

fn as_json(error: &StartError) -> String {
    #[derive(Serialize)]
    struct Said<'a> {
        error: String,
        code: &'a str,
    }
    let code = match exit_code(error) {
        exit::UNREACHABLE => "unreachable",
        exit::NOT_SIGNED_IN => "not_signed_in",
        exit::REFUSED if matches!(error, StartError::NotConfirmed(_)) => "not_confirmed",
        exit::REFUSED => "not_possible_here",
        _ => "failed",
    };
    match refusal(error) {
        Some(body) => json(body),
        None => json(&Said { error: with_causes(error), code }),
    }
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let mut text = error.to_string();
    for cause in causes.map(ToString::to_string) {
        // Some libraries repeat their cause in their own words.
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
