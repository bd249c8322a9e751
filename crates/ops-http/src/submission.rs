//! `POST /operations` as it arrives: headers, query and body, read strictly.

use std::pin::pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use futures_util::future::{Either, select};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use ops_domain::audit::AuditedOperation;
use ops_domain::failure::{Code, Failure, Problem};
use ops_domain::ports::Clock;
use ops_domain::request::{Rejected, Request as OperationRequest};
use ops_domain::time::after;
use serde_json::{Map, Value};

use crate::params::Params;

/// The most bytes of a body.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// How long a body may take to arrive: one of [`MAX_BODY`] does over a line of 20 kbit/s.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The most characters of an idempotency key.
const MAX_KEY: usize = 128;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request for an operation.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    /// The caller's idempotency key.
    pub(crate) key: Option<String>,
    /// What is asked.
    pub(crate) request: OperationRequest,
}

/// Reads a submission.
///
/// # Errors
/// What the audit trail keeps of a request that is not valid, with everything that is wrong with
/// it.
pub(crate) async fn read(request: Request, clock: &dyn Clock) -> Result<Submission, Box<Rejected>> {
    let (parts, body) = request.into_parts();
    require_json(&parts.headers, &body).map_err(unread)?;
    let body = read_in_time(body, clock).await.map_err(unread)?;
    let mut problems = Vec::new();
    let key = idempotency_key(&parts.headers).unwrap_or_else(|message| {
        problems.push(Problem { pointer: "Idempotency-Key".into(), message: message.into() });
        None
    });
    problems.extend(Params::of(&parts).into_problems());
    match OperationRequest::parse(without_mark(&body)) {
        Ok(request) if problems.is_empty() => Ok(Submission { key, request }),
        Ok(request) => Err(Box::new(rejected(&request, problems))),
        Err(rejected) => Err(with_problems(rejected, problems)),
    }
}

/// Any page may have a browser send a body without a content type, and must ask first before it
/// sends JSON (Fetch Standard, "CORS-safelisted request-header").
fn require_json(headers: &HeaderMap, body: &Body) -> Result<(), Failure> {
    let mut types = headers.get_all(CONTENT_TYPE).into_iter().peekable();
    let is_json = if types.peek().is_some() { types.all(is_json) } else { body.is_end_stream() };
    if is_json { Ok(()) } else { Err(Failure::of_code(Code::UnsupportedMediaType)) }
}

/// Whether the header names JSON only: an HTTP API joins headers that were sent several times by
/// commas.
fn is_json(content_type: &HeaderValue) -> bool {
    let essence = |one: &str| one.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let types = content_type.to_str().unwrap_or_default().split(',');
    types.map(essence).all(|essence| essence == "application/json")
}

/// The body, if it arrives within [`BODY_TIME`]. A host that has it already is not waited for.
async fn read_in_time(body: Body, clock: &dyn Clock) -> Result<Bytes, Failure> {
    let too_late = clock.sleep_until(after(clock.now(), BODY_TIME));
    match select(pin!(read_body(body)), too_late).await {
        Either::Left((read, _)) => read,
        Either::Right(_) => Err(Failure::of_code(Code::RequestTimeout)),
    }
}

async fn read_body(body: Body) -> Result<Bytes, Failure> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Failure::of_code(Code::PayloadTooLarge))
        }
        Err(_) => {
            let problem =
                Problem { pointer: String::new(), message: "did not arrive as a whole".into() };
            Err(Failure::invalid(Code::InvalidRequest, vec![problem]))
        }
    }
}

/// The body without the byte order mark that editors put before a text (RFC 8259, section 8.1: a
/// reader may pass over it).
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, &'static str> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err("is given more than once");
    }
    if value.as_bytes().contains(&b',') {
        return Err(
            "must not have a comma; gateways join a header that is given more than once by commas",
        );
    }
    let visible = |key: &&str| key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len())).filter(visible);
    key.map(|key| Some(key.to_owned())).ok_or("must be 1 to 128 visible ASCII characters")
}

/// A request of which nothing was read.
fn unread(failure: Failure) -> Box<Rejected> {
    Box::new(Rejected {
        failure,
        operation: AuditedOperation::UNKNOWN,
        asked_operation: None,
        instance_id: None,
        parameters: Value::Object(Map::new()),
    })
}

/// A request with a valid body and other problems.
fn rejected(request: &OperationRequest, problems: Vec<Problem>) -> Rejected {
    Rejected {
        failure: Failure::invalid(Code::InvalidParameter, problems),
        operation: AuditedOperation::operation(&request.operation),
        asked_operation: None,
        instance_id: Some(request.instance_id.clone()),
        parameters: Value::Object(request.operation.parameters()),
    }
}

/// The rejected body together with what else is wrong.
fn with_problems(mut rejected: Box<Rejected>, more: Vec<Problem>) -> Box<Rejected> {
    if !more.is_empty() {
        let code = rejected.failure.code;
        let problems =
            std::mem::take(&mut rejected.failure.problems).into_iter().chain(more).collect();
        rejected.failure = Failure::invalid(code, problems);
    }
    rejected
}
