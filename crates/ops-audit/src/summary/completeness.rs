//! Whether the trail has all that it must have: what the operation store knows of operations,
//! against their entries.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;

use crate::summary::counts::share;
use crate::summary::period::Period;
use ops_domain::audit::{AuditEntry, AuditEvent};
use ops_domain::id::OperationId;
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::{Timestamp, after};

/// How complete the trail is about the operations that were requested in the period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Completeness {
    /// `complete` of `operations`.
    pub rate: Option<f64>,
    /// Operations of the store that have ended, or should have.
    pub operations: u64,
    /// Those of them whose beginning and end are on the trail, and the timeout if they had one.
    pub complete: u64,
    /// What is not on the trail although the store says that it was written.
    pub missing: Missing,
    /// Operations that are older than the longest life and have not ended: their last entry is
    /// still to be written.
    pub owed: u64,
    /// Other operations of the store: they may still be running, or ended only just now or very
    /// long after the period.
    pub not_judged: u64,
    /// Operations on the trail that the store does not know.
    pub without_record: u64,
}

/// Entries that are not there, by what they would be about.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Missing {
    /// The beginning of an operation.
    pub accepted: u64,
    /// Its outcome, cancellation or denial, or its timeout.
    pub outcome: u64,
    /// Its outcome after a timeout.
    pub late_outcome: u64,
}

/// After this time lists show what was committed.
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// Entries and operations of a period, each met from the newest to the oldest. An operation is
/// forgotten once both of it have been met.
#[derive(Debug)]
pub struct Ledger {
    period: Period,
    now: Timestamp,
    /// The end of the entries that will be met.
    until: Timestamp,
    /// The time of the oldest entry so far.
    reached: Option<Timestamp>,
    seen: HashMap<OperationId, Seen>,
    found: Completeness,
}

/// The entries of one operation.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    accepted: bool,
    outcome: bool,
    late_outcome: bool,
}

impl Ledger {
    /// Nothing has been met. Operations of the period may end later than it: their entries are met
    /// up to [`Ledger::until`].
    #[must_use]
    pub fn new(period: Period, now: Timestamp, longest_life: Duration) -> Self {
        let until = after(period.to, longest_life).min(now.max(period.to));
        Self {
            period,
            now,
            until,
            reached: None,
            seen: HashMap::new(),
            found: Completeness::default(),
        }
    }

    /// The end of the entries that are to be met.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// The time of the oldest entry so far.
    #[must_use]
    pub const fn reached(&self) -> Option<Timestamp> {
        self.reached
    }

    /// Meets an entry.
    pub fn entry(&mut self, entry: &AuditEntry) {
        // The original service had no operations, and other spellings of times.
        let Some(event) = entry.event.as_deref().and_then(AuditEvent::from_name) else { return };
        self.reached = entry.timestamp.parse().ok().or(self.reached);
        let Some(id) = entry.operation_id.as_deref().and_then(|id| id.parse::<OperationId>().ok())
        else {
            return;
        };
        match event {
            // The first of an operation is the last that is met. One that was requested after the
            // period is not asked about.
            AuditEvent::Accepted if self.period.to <= id.requested_at() => {
                self.seen.remove(&id);
            }
            AuditEvent::Accepted => self.seen.entry(id).or_default().accepted = true,
            AuditEvent::Outcome | AuditEvent::Denied | AuditEvent::Cancelled => {
                self.seen.entry(id).or_default().outcome = true;
            }
            AuditEvent::LateOutcome => self.seen.entry(id).or_default().late_outcome = true,
            AuditEvent::Refused | AuditEvent::DryRun | AuditEvent::Export => {}
        }
    }

    /// Whether every entry of an operation that was requested at `created_at` has been met.
    #[must_use]
    pub fn is_past(&self, created_at: Timestamp) -> bool {
        self.reached
            .is_some_and(|reached| reached.timestamp_micros() < created_at.timestamp_micros())
    }

    /// Meets an operation whose entries have all been met.
    pub fn operation(&mut self, record: &OperationRecord) {
        let seen = self.seen.remove(&record.id).unwrap_or_default();
        let Some(wanted) = self.wanted(record) else {
            self.found.not_judged += 1;
            return;
        };
        let lacks = |wanted: bool, seen: bool| u64::from(wanted && !seen);
        let missing = Missing {
            accepted: lacks(true, seen.accepted),
            outcome: lacks(wanted.outcome, seen.outcome),
            late_outcome: lacks(wanted.late_outcome, seen.late_outcome),
        };
        self.found.missing.accepted += missing.accepted;
        self.found.missing.outcome += missing.outcome;
        self.found.missing.late_outcome += missing.late_outcome;
        let has_ended = record.status().is_terminal();
        self.found.owed += u64::from(!has_ended);
        self.found.operations += 1;
        self.found.complete += u64::from(has_ended && missing == Missing::default());
    }

    /// What was found, once everything has been met.
    #[must_use]
    pub fn found(&self) -> Completeness {
        let (from, to) = (self.period.from, self.period.to.min(self.now - SETTLED));
        let is_of_period = |id: &OperationId| (from..to).contains(&id.requested_at());
        let lost = self.seen.iter().filter(|(id, seen)| seen.accepted && is_of_period(id));
        let without_record = lost.count().try_into().unwrap_or(u64::MAX);
        Completeness {
            rate: share(self.found.complete, self.found.operations),
            without_record,
            ..self.found
        }
    }

    /// What must be on the trail by now, in addition to the beginning; `None` while it is too early
    /// to say.
    fn wanted(&self, record: &OperationRecord) -> Option<Seen> {
        let is_late = record.watch().is_some_and(|watch| watch.timed_out);
        let ended = Seen { accepted: true, outcome: true, late_outcome: is_late };
        match record.ended_at() {
            Some(ended_at) => (ended_at < self.until.min(self.now - SETTLED)).then_some(ended),
            None if self.now < record.ends_by() => None,
            None => Some(Seen {
                outcome: record.status() == Status::Timeout,
                late_outcome: false,
                ..ended
            }),
        }
    }
}
