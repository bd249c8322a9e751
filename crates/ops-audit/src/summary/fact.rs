//! What one entry of the trail says that counts.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::original::ReadEntry as _;
use crate::summary::durations::Tenths;
use ops_domain::audit::{AuditEntry, AuditEvent};
use ops_domain::failure::Code;
use ops_domain::state::Status;

/// What happened, as far as it counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Fact {
    /// A request became an operation.
    Accepted,
    /// A request was refused because of production or a permission.
    Denied(Denial),
    /// A request was refused for another reason, by its code.
    Refused(String),
    /// A request only asked for checks.
    DryRun,
    /// An operation was kept from its call by the live description.
    Stopped(Denial),
    /// An operation was cancelled.
    Cancelled,
    /// Somebody asked to cancel an operation that can't be cancelled.
    NotCancelled,
    /// An operation ended or timed out.
    Finished(Finish),
    /// An operation ended after it had timed out.
    FinishedLate {
        /// Whether it was done.
        success: bool,
    },
    /// An operation of the original service, which wrote one entry at the end.
    Original(Finish),
    /// No attempt: an export, or an event that this release does not know.
    Aside,
}

/// Why it was not allowed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Denial {
    /// The instance counts as production.
    Production,
    /// A permission is missing: AWS's code, or that of this service.
    Permission(String),
}

/// How an operation ended or timed out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Finish {
    pub(super) completion: Completion,
    pub(super) duration: Option<Tenths>,
    /// The code of AWS's refusal, where that is why it failed.
    pub(super) denied_by: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Completion {
    Succeeded,
    Failed,
    TimedOut,
}

/// The code of a refusal whose entry has none.
const NO_CODE: &str = "unknown";

impl Fact {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        let Some(name) = &entry.event else {
            return Self::Original(Finish::of(entry, &ResultFields::of(entry)));
        };
        let Some(event) = AuditEvent::from_name(name) else { return Self::Aside };
        match (event, &entry.operation_id) {
            (AuditEvent::Accepted, _) => Self::Accepted,
            (AuditEvent::Denied, None) => Self::Denied(ResultFields::of(entry).denial()),
            (AuditEvent::Denied, Some(_)) => Self::Stopped(ResultFields::of(entry).denial()),
            (AuditEvent::Refused, None) => {
                Self::Refused(ResultFields::of(entry).code.unwrap_or_else(|| NO_CODE.to_owned()))
            }
            (AuditEvent::Refused, Some(_)) => Self::NotCancelled,
            (AuditEvent::DryRun, _) => Self::DryRun,
            (AuditEvent::Cancelled, _) => Self::Cancelled,
            (AuditEvent::Outcome, _) => Self::Finished(Finish::of(entry, &ResultFields::of(entry))),
            (AuditEvent::LateOutcome, _) => {
                Self::FinishedLate { success: entry.success == Some(true) }
            }
            (AuditEvent::Export, _) => Self::Aside,
        }
    }

    /// The person who attempted this, where somebody did: what becomes of an operation is nobody's
    /// attempt.
    pub(super) fn attempted_by<'a>(&self, entry: &'a AuditEntry) -> Option<Cow<'a, str>> {
        match self {
            Self::Accepted
            | Self::Denied(_)
            | Self::Refused(_)
            | Self::DryRun
            | Self::Cancelled
            | Self::NotCancelled
            | Self::Original(_) => entry.person(),
            Self::Stopped(_) | Self::Finished(_) | Self::FinishedLate { .. } | Self::Aside => None,
        }
    }
}

impl Finish {
    fn of(entry: &AuditEntry, fields: &ResultFields) -> Self {
        // An original entry may lack `success`.
        let success = entry.success.unwrap_or_else(|| fields.status == Some(Status::Available));
        let completion = match (success, fields.status) {
            (true, _) => Completion::Succeeded,
            (false, Some(Status::Timeout)) => Completion::TimedOut,
            (false, _) => Completion::Failed,
        };
        let is_denied = fields.code.as_deref() == Some(Code::PermissionDenied.as_str());
        Self {
            completion,
            duration: entry
                .duration_seconds
                .or(fields.duration_seconds)
                .and_then(Tenths::of_seconds),
            denied_by: is_denied.then(|| fields.most_exact_code()),
        }
    }
}

/// What the `result` of an entry says. A text that can't be read says nothing.
#[derive(Debug, Default)]
struct ResultFields {
    status: Option<Status>,
    code: Option<String>,
    error_code: Option<String>,
    duration_seconds: Option<f64>,
}

/// The fields of any type: one that is not as expected must not take the others with it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    status: Value,
    code: Value,
    error_code: Value,
    duration_seconds: Value,
}

impl ResultFields {
    fn of(entry: &AuditEntry) -> Self {
        let fields: Fields = serde_json::from_str(&entry.result).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            status: fields.status.as_str().and_then(Status::from_name),
            code: text(&fields.code),
            error_code: text(&fields.error_code),
            duration_seconds: fields.duration_seconds.as_f64(),
        }
    }

    fn denial(&self) -> Denial {
        if self.code.as_deref() == Some(Code::ProductionBlocked.as_str()) {
            return Denial::Production;
        }
        Denial::Permission(self.most_exact_code())
    }

    fn most_exact_code(&self) -> String {
        self.error_code
            .as_ref()
            .or(self.code.as_ref())
            .map_or_else(|| NO_CODE.to_owned(), Clone::clone)
    }
}
