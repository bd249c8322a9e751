//! The exit codes. They are the same for every command and every way to reach the service.

use std::process::ExitCode;

use http::StatusCode;
use ops_api_types::{OperationStatus, OperationView};
use ops_client::{Error, TransportError};

/// Done, by evidence; or there is an answer.
pub const DONE: u8 = 0;
/// The operation failed, or the program could not begin.
pub const FAILED: u8 = 1;
/// Blocked, refused or not valid; RDS was asked for no change.
pub const REFUSED: u8 = 2;
/// The operation goes on without this program, or waits for its time.
pub const GOES_ON: u8 = 3;
/// The caller is not signed in, or not known to the service.
pub const NOT_SIGNED_IN: u8 = 4;
/// The service can't be reached.
pub const UNREACHABLE: u8 = 5;
/// The operation is still running at its time limit, or at that of the command.
pub const STILL_RUNNING: u8 = 6;
/// Another operation has the instance, or the plan has changed.
pub const BUSY: u8 = 7;

/// The codes of the service for a request that may succeed once something else has ended or was
/// seen again.
const BUSY_CODES: [&str; 2] = ["instance_busy", "plan_changed"];

/// The exit code of an operation in the state in which the command leaves it.
#[must_use]
pub fn of_operation(operation: &OperationView) -> u8 {
    let busy = operation.code.as_deref().is_some_and(|code| BUSY_CODES.contains(&code));
    match operation.status {
        OperationStatus::Available => DONE,
        OperationStatus::Failed if busy => BUSY,
        OperationStatus::Failed | OperationStatus::Unverified => FAILED,
        OperationStatus::Denied | OperationStatus::Cancelled | OperationStatus::Rejected => REFUSED,
        OperationStatus::Timeout => STILL_RUNNING,
        OperationStatus::PendingApproval
        | OperationStatus::Scheduled
        | OperationStatus::Accepted
        | OperationStatus::Submitting
        | OperationStatus::Unresolved
        | OperationStatus::InProgress => GOES_ON,
    }
}

/// The exit code of a request that has no result. What could not be asked, and a defect, are no
/// answer to the request: it may be sent again as it is.
#[must_use]
pub fn of_error(error: &Error) -> u8 {
    match error {
        Error::Transport(TransportError::NoCredentials(_)) => NOT_SIGNED_IN,
        Error::Transport(TransportError::NotSent(_) | TransportError::NoAnswer(_)) => UNREACHABLE,
        Error::Refused(refusal) => of_refusal(refusal.status, &refusal.body.code),
        Error::Foreign { status, .. } => match *status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => NOT_SIGNED_IN,
            _ => UNREACHABLE,
        },
        Error::Malformed(_) => FAILED,
    }
}

fn of_refusal(status: StatusCode, code: &str) -> u8 {
    match status {
        _ if BUSY_CODES.contains(&code) => BUSY,
        StatusCode::UNAUTHORIZED => NOT_SIGNED_IN,
        StatusCode::TOO_MANY_REQUESTS => FAILED,
        // The operation would fail: it is answered like one that did.
        status if status.is_success() || status.is_server_error() => FAILED,
        _ => REFUSED,
    }
}

/// The same as the program ends with it.
#[must_use]
pub fn code(code: u8) -> ExitCode {
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_exit_code() {
        for (status, code, exit) in [
            (200, "operation_failed", FAILED),
            (400, "invalid_parameter", REFUSED),
            (401, "unauthenticated", NOT_SIGNED_IN),
            (403, "production_blocked", REFUSED),
            (403, "permission_denied", REFUSED),
            (404, "instance_not_found", REFUSED),
            (409, "instance_busy", BUSY),
            (409, "plan_changed", BUSY),
            (409, "not_cancellable", REFUSED),
            (429, "throttled", FAILED),
            (500, "internal", FAILED),
            (503, "audit_unavailable", FAILED),
        ] {
            let status = StatusCode::from_u16(status).expect("it is a status");
            assert_eq!(of_refusal(status, code), exit, "{status} {code}");
        }
    }

    #[test]
    fn what_is_no_answer_of_the_service_has_its_exit_code() {
        let foreign = |status| Error::Foreign { status, message: None };
        let broken = || "broken".into();
        for (error, exit) in [
            (foreign(StatusCode::FORBIDDEN), NOT_SIGNED_IN),
            (foreign(StatusCode::BAD_GATEWAY), UNREACHABLE),
            (TransportError::NotSent(broken()).into(), UNREACHABLE),
            (TransportError::NoAnswer(broken()).into(), UNREACHABLE),
            (TransportError::NoCredentials(broken()).into(), NOT_SIGNED_IN),
        ] {
            assert_eq!(of_error(&error), exit, "{error:?}");
        }
    }
}
