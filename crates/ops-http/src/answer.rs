//! What `POST /operations` answers about an operation, and what every answer about one that goes on
//! has.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use ops_domain::failure::{Code, Failure};
use ops_domain::state::{Completion, OperationRecord, State, Status};
use ops_domain::time::Timestamp;

use crate::log::About;
use crate::refused::Refused;
use crate::views;

/// 200 with the result or with RDS's failure, 202 while it goes on, or the status of what kept it
/// from being sent. `asked` is the path that the caller asked for.
pub(crate) fn of(record: &OperationRecord, asked: &str, now: Timestamp) -> Response {
    let mut response = answer(record, asked, now);
    response.extensions_mut().insert(About::of(record));
    response
}

fn answer(record: &OperationRecord, asked: &str, now: Timestamp) -> Response {
    if let Some(failure) = refusal(record) {
        return Refused(failure.clone().of(record.id)).into_response();
    }
    let body = Json(views::operation(record, now));
    if record.status().is_terminal() || record.status() == Status::Timeout {
        return body.into_response();
    }
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    if let Ok(location) = HeaderValue::from_str(&location(record, asked)) {
        response.headers_mut().insert(LOCATION, location);
    }
    note_next(response, record, now)
}

/// The operation, seen from `asked`. It is relative, because only the gateway knows the path that
/// the caller used: a stage or a base path may be before it (RFC 3986, section 5.2).
fn location(record: &OperationRecord, asked: &str) -> String {
    let id = record.id;
    if asked.ends_with('/') { id.to_string() } else { format!("operations/{id}") }
}

/// The response with `Retry-After`, if there will be something new.
pub(crate) fn note_next(
    mut response: Response,
    record: &OperationRecord,
    now: Timestamp,
) -> Response {
    if let Some(next_at) = record.next_at() {
        let millis = (next_at - now).num_milliseconds().max(1).unsigned_abs();
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1000)));
    }
    response
}

/// Why the operation ended before it was sent, where that has a status of its own.
fn refusal(record: &OperationRecord) -> Option<&Failure> {
    let State::Ended { completion, .. } = &record.state else { return None };
    match completion {
        Completion::Failed { failure } | Completion::Denied { failure } => {
            Some(failure).filter(|failure| failure.code != Code::OperationFailed)
        }
        Completion::Succeeded { .. } | Completion::Unverified | Completion::Cancelled => None,
    }
}
