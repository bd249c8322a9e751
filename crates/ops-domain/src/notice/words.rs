//! A notice in words.

use super::{Notice, line};
use crate::audit::AuditEvent;
use crate::state::Status;
use crate::time::to_seconds_text;

/// Subjects have fewer characters than this, none of them a control character (SNS API Reference,
/// `Publish`); e-mail wants them to be ASCII.
const SUBJECT_END: usize = 100;

/// The longest value in the text, in bytes. RDS's and IAM's messages are shorter.
const LONGEST_VALUE: usize = 1536;

/// What happened: a word or two, and a sentence.
type Happened = (&'static str, &'static str);

impl Notice {
    /// The longest text, in bytes: the five values without a limit of their own at their longest,
    /// and the rest.
    pub const LONGEST_TEXT: usize = 16 * 1024;

    /// What happened to which database: fewer than 100 printable ASCII characters, of which the
    /// first is a letter.
    #[must_use]
    pub fn subject(&self) -> String {
        let ascii = self
            .headline()
            .chars()
            .map(|letter| if letter.is_ascii() { letter } else { '?' })
            .collect::<String>();
        line(&ascii, SUBJECT_END - 1)
    }

    /// All that people need to know, in at most [`Notice::LONGEST_TEXT`] bytes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text =
            format!("{}\n\n{}\n", line(&self.headline(), LONGEST_VALUE), self.happened().1);
        for (name, value) in
            [("Error", self.result_text("error")), ("What to do", self.result_text("guidance"))]
        {
            if let Some(value) = value {
                text.push_str(&format!("\n{name}: {}\n", line(value, LONGEST_VALUE)));
            }
        }
        text.push('\n');
        for (name, value) in self.facts() {
            if let Some(value) = value {
                text.push_str(&format!(
                    "{:14}{}\n",
                    format!("{name}:"),
                    line(&value, LONGEST_VALUE)
                ));
            }
        }
        text
    }

    fn headline(&self) -> String {
        let environment = self
            .environment
            .as_ref()
            .map(|environment| format!(" ({environment})"))
            .unwrap_or_default();
        format!("{}: {} of {}{environment}", self.happened().0, self.operation, self.instance_id)
    }

    fn happened(&self) -> Happened {
        match self.event {
            AuditEvent::Outcome => outcome(self.status),
            AuditEvent::LateOutcome => late_outcome(self.status),
            // What became an operation may have sent a request before the database turned
            // production.
            AuditEvent::Denied | AuditEvent::Refused if self.is_production_block() => {
                match self.operation_id {
                    None => (
                        "Blocked",
                        "It was refused because the database is production. Nothing was sent to \
                         RDS.",
                    ),
                    Some(_) => ("Blocked", "It was refused because the database is production."),
                }
            }
            AuditEvent::Denied | AuditEvent::Refused => ("Refused", "It was refused."),
            AuditEvent::Cancelled => ("Cancelled", "It was cancelled before RDS was asked."),
            AuditEvent::Accepted => ("Accepted", "RDS has not been asked yet."),
            AuditEvent::DryRun => ("Dry run", "It was checked. Nothing was sent to RDS."),
            AuditEvent::Export => ("Exported", "Entries of the audit trail were exported."),
        }
    }

    fn facts(&self) -> [(&'static str, Option<String>); 11] {
        let name = self.display_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let asked_by = format!("{}{name}", self.principal);
        [
            ("Operation", Some(self.operation.clone())),
            ("Instance", Some(self.instance_id.clone())),
            ("Environment", self.environment.as_ref().map(ToString::to_string)),
            ("Account", self.account_id.as_ref().map(ToString::to_string)),
            ("Region", self.region.as_ref().map(ToString::to_string)),
            ("Status", Some(self.status.as_str().to_owned())),
            ("Error code", self.error_code().map(str::to_owned)),
            ("Asked by", Some(asked_by)),
            ("Reason", self.reason.clone()),
            ("Operation id", self.operation_id.map(|id| id.to_string())),
            ("Time", Some(self.time_and_duration())),
        ]
    }

    fn time_and_duration(&self) -> String {
        let time = to_seconds_text(self.at);
        match self.duration_seconds {
            Some(seconds) => format!("{time}, {seconds:.1} s after the request"),
            None => time,
        }
    }
}

const fn outcome(status: Status) -> Happened {
    match status {
        Status::Available => ("Done", "RDS shows evidence that it was done."),
        Status::Timeout => (
            "Timed out",
            "The deadline is over and RDS is still at it. The service looks on, and tells how it \
             ends.",
        ),
        Status::Unverified => ("Unverified", "RDS shows no evidence of how it ended."),
        Status::Cancelled | Status::Denied | Status::Failed | Status::Rejected => {
            ("Failed", "It was not done.")
        }
        Status::Accepted
        | Status::InProgress
        | Status::PendingApproval
        | Status::Scheduled
        | Status::Submitting
        | Status::Unresolved => ("Under way", "It has not ended yet."),
    }
}

/// How it ended after people were told that it timed out.
const fn late_outcome(status: Status) -> Happened {
    match status {
        Status::Available => {
            ("Done late", "RDS shows evidence that it was done, after its deadline.")
        }
        Status::Cancelled | Status::Denied | Status::Failed | Status::Rejected => {
            ("Failed late", "It was not done, as became known after its deadline.")
        }
        Status::Accepted
        | Status::InProgress
        | Status::PendingApproval
        | Status::Scheduled
        | Status::Submitting
        | Status::Timeout
        | Status::Unresolved
        | Status::Unverified => outcome(status),
    }
}
