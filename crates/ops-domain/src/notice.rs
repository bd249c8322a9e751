//! What people are told: that an operation ended, timed out or was refused, in words and as data.
//!
//! A notice is made of the audit entry of the same event, so that people are told what is on the
//! trail. How it reads is decided here; a [`Notifier`](crate::ports::Notifier) only carries it.

mod data;
mod words;

use serde_json::Value;

use crate::audit::{AuditDraft, AuditEvent};
use crate::environment::Environment;
use crate::failure::Code;
use crate::id::{AccountId, OperationId, Region};
use crate::state::Status;
use crate::time::Timestamp;

/// What to tell people.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: AuditEvent,
    /// Whether RDS showed evidence that it was done.
    pub success: bool,
    /// The state that the operation is in; that of a refusal is [`Status::Denied`].
    pub status: Status,
    /// The operation's name.
    pub operation: String,
    /// The operation, if there is one.
    pub operation_id: Option<OperationId>,
    /// The instance.
    pub instance_id: String,
    /// The instance's account, if the instance is known.
    pub account_id: Option<AccountId>,
    /// The instance's Region, if the instance is known.
    pub region: Option<Region>,
    /// The environment that the instance was classified as, if it is known.
    pub environment: Option<Environment>,
    /// Who asked.
    pub principal: String,
    /// The name of who asked, for people's eyes.
    pub display_name: Option<String>,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// What was asked for.
    pub parameters: Value,
    /// The answer or the error.
    pub result: Value,
    /// Seconds from the request to this event.
    pub duration_seconds: Option<f64>,
}

impl Notice {
    /// The notice of what `draft` puts on the audit trail.
    #[must_use]
    pub fn of(draft: &AuditDraft) -> Self {
        Self {
            at: draft.at,
            event: draft.event,
            success: draft.success,
            status: status_of(draft),
            operation: draft.operation.to_string(),
            operation_id: draft.operation_id,
            instance_id: draft.instance_id.clone(),
            account_id: draft.account_id.clone(),
            region: draft.region.clone(),
            environment: draft.environment.clone(),
            principal: draft.caller.principal.clone(),
            display_name: draft.caller.display_name.clone(),
            reason: draft.reason.clone(),
            parameters: draft.parameters.clone(),
            result: draft.result.clone(),
            duration_seconds: draft.duration_seconds,
        }
    }

    /// Whether people were told "timeout" before.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.event == AuditEvent::LateOutcome
    }

    /// A text of the result, e.g. its `error`.
    fn result_text(&self, field: &str) -> Option<&str> {
        self.result[field].as_str()
    }

    fn is_production_block(&self) -> bool {
        self.result_text("code") == Some(Code::ProductionBlocked.as_str())
    }
}

/// What became of it. A refusal has no state on the trail, because no operation came to be.
fn status_of(draft: &AuditDraft) -> Status {
    let status = draft.result["status"].as_str().and_then(Status::from_name);
    match draft.event {
        AuditEvent::Denied | AuditEvent::Refused => Status::Denied,
        AuditEvent::Accepted | AuditEvent::DryRun => status.unwrap_or(Status::Accepted),
        AuditEvent::Cancelled => Status::Cancelled,
        AuditEvent::Export => status.unwrap_or(Status::Available),
        AuditEvent::Outcome | AuditEvent::LateOutcome => status.unwrap_or(Status::Unverified),
    }
}

/// The beginning of `text` of at most `bytes` bytes, on one line: what people wrote can't pass for
/// a line of ours.
fn line(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].replace(char::is_control, " ")
}

#[cfg(test)]
mod tests;
