//! Requests as callers send them, read strictly: an unknown field is a problem, and all problems
//! are told together.

pub mod json;
mod start;

pub use start::{FARTHEST_START, LONGEST_WAIT, Start};

use serde_json::error::Category;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use self::json::Json;
use crate::audit::AuditedOperation;
use crate::canonical;
use crate::failure::{Code, Failure, Problem};
use crate::id::{AccountId, InstanceId, Region};
use crate::operation::Operation;
use crate::operation::fields::{CodedProblem, Fields};
use crate::preview::PlanHash;

/// A request for an operation, in which every value has been parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is to be done.
    pub operation: Operation,
    /// The instance's name.
    pub instance_id: InstanceId,
    /// Its account, where the name alone does not tell.
    pub account_id: Option<AccountId>,
    /// Its Region, where the name alone does not tell.
    pub region: Option<Region>,
    /// When to start, and what becomes of it while the instance is busy.
    pub start: Start,
    /// Only check, do nothing.
    pub dry_run: bool,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// The hash of the preview that the operation must still agree with.
    pub plan_hash: Option<PlanHash>,
    /// A hash of the request, equal for requests that mean the same.
    pub hash: String,
}

/// A request that is not valid, with what the audit trail shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// Everything that is wrong with it.
    pub failure: Failure,
    /// The operation that it names, as far as it is one.
    pub operation: AuditedOperation,
    /// What it names instead of an operation, or the beginning of that.
    pub asked_operation: Option<String>,
    /// The instance that it names, if the name can be one.
    pub instance_id: Option<InstanceId>,
    /// Its parameters, if they are not too long to keep.
    pub parameters: Value,
}

/// The most characters of a reason.
pub const MAX_REASON_CHARS: usize = 256;

/// The most levels of arrays and objects in a request. The deepest request that means something has
/// four.
pub const MAX_DEPTH: usize = 32;

/// The most problems of one request that are told: each takes more room than what it is about, and
/// an item of DynamoDB holds 400 KB (Amazon DynamoDB Developer Guide, "Service quotas").
const MAX_PROBLEMS: usize = 100;

/// The most bytes of a rejected request's parameters that the audit trail keeps.
const MAX_KEPT_PARAMETERS: usize = 4096;

/// The most characters of an unknown operation's name that the audit trail keeps.
const MAX_KEPT_NAME: usize = 64;

impl Request {
    /// Reads the JSON text of a request.
    ///
    /// # Errors
    /// [`Rejected`] with every problem at once.
    pub fn parse(body: &[u8]) -> Result<Self, Box<Rejected>> {
        if json::depth(body) > MAX_DEPTH {
            let message = format!("is nested deeper than {MAX_DEPTH} levels");
            let problem = Problem { pointer: String::new(), message };
            return Err(rejected(
                Failure::invalid(Code::InvalidRequest, vec![problem]),
                &Map::new(),
            ));
        }
        let Json(value) = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
        let Value::Object(object) = &value else {
            let problem =
                Problem { pointer: String::new(), message: "must be a JSON object".into() };
            return Err(rejected(
                Failure::invalid(Code::InvalidRequest, vec![problem]),
                &Map::new(),
            ));
        };
        Self::from_object(object)
    }

    fn from_object(object: &Map<String, Value>) -> Result<Self, Box<Rejected>> {
        let mut problems = Vec::new();
        let operation = parse_operation(object, &mut problems);
        let mut fields = Fields::new(object, "", &mut problems);
        let _ = (fields.value("operation"), fields.value("parameters"));
        let instance_id = fields.required("instance_id");
        let account_id = fields.optional("account_id");
        let region = fields.optional("region");
        let start = Start::parse(&mut fields);
        let dry_run = fields.flag("dry_run");
        let reason = parse_reason(&mut fields);
        let plan_hash = fields.optional("plan_hash");
        fields.finish(Code::InvalidRequest);
        match (operation, instance_id) {
            (Some(operation), Some(instance_id)) if problems.is_empty() => {
                let hash = String::new();
                Ok(Self {
                    operation,
                    instance_id,
                    account_id,
                    region,
                    start,
                    dry_run,
                    reason,
                    plan_hash,
                    hash,
                }
                .hashed())
            }
            _ => Err(rejected(failure_of(problems), object)),
        }
    }

    /// The hash covers what was understood, so that the spelling of the request does not matter:
    /// the order of its members, upper and lower case of identifiers, defaults that are written
    /// out.
    fn hashed(self) -> Self {
        let Self {
            operation,
            instance_id,
            account_id,
            region,
            start,
            dry_run,
            reason,
            plan_hash,
            hash: _,
        } = &self;
        let mut meaning =
            json!([operation, instance_id, account_id, region, dry_run, reason, plan_hash]);
        if let (Some(within), Value::Array(meaning)) = (start.within, &mut meaning) {
            meaning.push(json!([start.at, within.as_secs()]));
        }
        Self { hash: hex::encode(Sha256::digest(canonical::text(&meaning))), ..self }
    }
}

fn parse_operation(
    object: &Map<String, Value>,
    problems: &mut Vec<CodedProblem>,
) -> Option<Operation> {
    let (name, parameters) = operation_fields(object, problems)?;
    let mut fields = Fields::new(&parameters, "/parameters", problems);
    if let Ok(operation) = Operation::parse(&name, &mut fields) {
        fields.finish(Code::InvalidParameter);
        return operation;
    }
    let message = format!("is not an operation; known are {}", Operation::NAMES.join(", "));
    problems.push((Code::UnknownOperation, Problem { pointer: "/operation".into(), message }));
    None
}

fn operation_fields(
    object: &Map<String, Value>,
    problems: &mut Vec<CodedProblem>,
) -> Option<(String, Map<String, Value>)> {
    let mut fields = Fields::new(object, "", problems);
    let name = fields.required("operation");
    match fields.value("parameters") {
        None => Some((name?, Map::new())),
        Some(Value::Object(parameters)) => Some((name?, parameters.clone())),
        Some(_) => {
            fields.problem(Code::InvalidRequest, "parameters", "must be a JSON object");
            None
        }
    }
}

fn parse_reason(fields: &mut Fields<'_>) -> Option<String> {
    let reason: Option<String> = fields.optional("reason");
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON_CHARS) {
        fields.problem(Code::InvalidParameter, "reason", "must have at most 256 characters");
    }
    reason
}

/// The text is no JSON, or JSON with a member that appears twice, which is the only thing that
/// [`Json`] refuses.
fn unreadable(error: &serde_json::Error) -> Box<Rejected> {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.classify() == Category::Data {
        // The words are those of `Json`, which `serde_json` ends with the place.
        let problem = Problem { pointer: String::new(), message: error.to_string() };
        return rejected(Failure::invalid(Code::InvalidRequest, vec![problem]), &Map::new());
    }
    let problem =
        Problem { pointer: String::new(), message: format!("is not valid JSON at {place}") };
    let mut failure = Failure::invalid(Code::InvalidJson, vec![problem]);
    failure.sentence = "The body is not valid JSON.".into();
    rejected(failure, &Map::new())
}

/// The failure of all problems together. Its code is that of the gravest one.
fn failure_of(problems: Vec<CodedProblem>) -> Failure {
    const GRAVITY: [Code; 4] = [
        Code::UnknownOperation,
        Code::MissingParameter,
        Code::InvalidParameter,
        Code::InvalidRequest,
    ];
    let has = |code: &Code| problems.iter().any(|(other, _)| other == code);
    let code = GRAVITY.into_iter().find(has).unwrap_or(Code::InvalidRequest);
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    let mut shown: Vec<Problem> =
        problems.into_iter().take(MAX_PROBLEMS).map(|(_, problem)| problem).collect();
    if more > 0 {
        shown
            .push(Problem { pointer: String::new(), message: format!("has {more} more problems") });
    }
    Failure::invalid(code, shown)
}

fn rejected(failure: Failure, object: &Map<String, Value>) -> Box<Rejected> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let asked = text("operation").unwrap_or_default();
    let operation = if Operation::NAMES.contains(&asked) {
        AuditedOperation::named(asked)
    } else {
        AuditedOperation::UNKNOWN
    };
    let unknown = operation == AuditedOperation::UNKNOWN && !asked.is_empty();
    let parameters = object.get("parameters").cloned().unwrap_or_else(|| json!({}));
    let too_long = parameters.to_string().len() > MAX_KEPT_PARAMETERS;
    Box::new(Rejected {
        failure,
        operation,
        asked_operation: unknown.then(|| asked.chars().take(MAX_KEPT_NAME).collect()),
        instance_id: text("instance_id").and_then(|id| id.parse().ok()),
        parameters: if too_long { json!({ "omitted": "too long" }) } else { parameters },
    })
}

/// The key under which a caller's idempotency key is kept: no caller meets another's.
#[must_use]
pub fn scoped_idempotency_key(principal: &str, idempotency_key: &str) -> String {
    hex::encode(Sha256::digest(format!("{}:{principal}{idempotency_key}", principal.len())))
}

#[cfg(test)]
mod tests;
