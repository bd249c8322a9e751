//! What the service says about an operation. An answer never says more than the evidence.

use serde_json::{Map, Value, json};

use crate::guidance;
use crate::state::{Completion, OperationRecord, State, Status};
use crate::time::Timestamp;

impl OperationRecord {
    /// The answer to who asked for the operation: the result, the failure, or how far it is.
    #[must_use]
    pub fn answer(&self, now: Timestamp) -> Map<String, Value> {
        let mut answer = self.head();
        answer.extend(self.outcome());
        // Whether the call reached RDS is a matter of `progress`; to the caller it is still being
        // submitted.
        if self.status() == Status::Unresolved {
            answer.insert("status".into(), json!(Status::Submitting));
        }
        if answer.contains_key("progress") {
            answer.insert("progress".into(), self.progress_at(now));
        }
        if answer.contains_key("success") {
            answer.insert("duration_seconds".into(), json!(self.duration_seconds(now)));
        }
        answer
    }

    /// What can be said of the outcome: nothing but the progress while it runs.
    #[must_use]
    pub fn outcome(&self) -> Map<String, Value> {
        let mut outcome = Map::new();
        outcome.insert("status".into(), json!(self.status()));
        match &self.state {
            State::Ended { completion, .. } => self.ended(completion, &mut outcome),
            State::Watching { watch } if watch.timed_out => {
                advise(&mut outcome, "operation_timeout");
                outcome.insert("success".into(), json!(false));
                outcome.insert("progress".into(), self.progress());
            }
            State::Accepted { .. }
            | State::Submitting { .. }
            | State::Unresolved { .. }
            | State::Watching { .. } => {
                outcome.insert("progress".into(), self.progress());
            }
        }
        outcome
    }

    fn ended(&self, completion: &Completion, outcome: &mut Map<String, Value>) {
        match completion {
            Completion::Succeeded { result } => outcome.extend(result.clone()),
            Completion::Failed { failure } | Completion::Denied { failure } => {
                outcome.insert("error".into(), json!(failure.sentence));
                outcome.insert("code".into(), json!(failure.code));
                outcome.insert("guidance".into(), json!(failure.guidance));
                if let Some(code) = &failure.error_code {
                    outcome.insert("error_code".into(), json!(code));
                }
                outcome.extend(failure.facts.clone());
            }
            Completion::Unverified => advise(outcome, "unverified"),
            Completion::Cancelled => {}
        }
        outcome.insert("success".into(), json!(matches!(completion, Completion::Succeeded { .. })));
        if self.is_late() {
            outcome.insert("late".into(), json!(true));
        }
    }

    /// Everything about the operation, for who asks for it by its id.
    #[must_use]
    pub fn detail(&self, now: Timestamp) -> Map<String, Value> {
        let mut detail = self.answer(now);
        detail.insert("parameters".into(), Value::Object(self.operation.parameters()));
        detail.insert("requested_by".into(), json!(self.caller.principal));
        detail.insert("created_at".into(), json!(self.created_at));
        detail.insert("classification".into(), json!(self.classification));
        detail.insert("history".into(), json!(self.history));
        detail.insert("version".into(), json!(self.version));
        if let Some(reason) = &self.reason {
            detail.insert("reason".into(), json!(reason));
        }
        if let Some(plan_hash) = &self.plan_hash {
            detail.insert("plan_hash".into(), json!(plan_hash));
        }
        detail.insert("progress".into(), self.progress_at(now));
        detail
    }
}

fn advise(outcome: &mut Map<String, Value>, code: &str) {
    let guidance = guidance::for_rds_code(code);
    outcome.insert("error".into(), json!(guidance.sentence));
    outcome.insert("error_code".into(), json!(code));
    outcome.insert("guidance".into(), json!(guidance.advice));
}
