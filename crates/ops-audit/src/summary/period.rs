//! The period that the figures cover: what was asked for, within what there can be.

use std::time::Duration;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::original::ReadEntry as _;
use ops_domain::audit::AuditEntry;
use ops_domain::failure::Problem;
use ops_domain::time::{Timestamp, delta, to_micros_text, to_seconds_text};

/// Full days of the period before that of its end when the caller does not say when it begins: as
/// many as the longest month has, so that the average of a month can be given.
const DEFAULT_DAYS: u64 = 31;

/// What the caller says about the period.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Asked {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment behind it.
    pub to: Option<Timestamp>,
}

/// A time that has passed and of which entries are kept: `from` belongs to it, `to` does not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment behind it.
    pub to: Timestamp,
    /// What the caller asked for.
    pub asked: Asked,
    /// Entries from before this time have expired.
    pub kept_from: Timestamp,
}

impl Period {
    /// What there is at `now` of what was asked for, of entries that are kept for `retention`.
    /// Without an end it is `now`, and without a beginning the beginning of the day 31 days before
    /// the last one, in UTC.
    ///
    /// # Errors
    /// A [`Problem`] when nothing is left.
    pub fn new(asked: Asked, now: Timestamp, retention: Duration) -> Result<Self, Problem> {
        let kept_from = kept_from(now, retention);
        let to = ceil(asked.to.map_or(now, |to| to.min(now)));
        let from = asked.from.map_or_else(|| default_from(to), floor).max(kept_from);
        if from < to {
            return Ok(Self { from, to, asked, kept_from });
        }
        Err(nothing_left(asked, now, kept_from))
    }

    /// Whether the entry is of it: by its time, as [`AuditQuery`](ops_domain::ports::AuditQuery) has it,
    /// or by the place of its text on the trail if that is not a time.
    pub(super) fn has(&self, entry: &AuditEntry) -> bool {
        match entry.at() {
            Some(at) => (self.from..self.to).contains(&at),
            None => (to_micros_text(self.from)..to_micros_text(self.to)).contains(&entry.timestamp),
        }
    }

    /// Its length in days.
    #[must_use]
    pub fn days(&self) -> f64 {
        (self.to - self.from).as_seconds_f64() / 86_400.0
    }

    pub(super) fn first_day(&self) -> NaiveDate {
        self.from.date_naive()
    }

    pub(super) fn last_day(&self) -> NaiveDate {
        (self.to - TimeDelta::microseconds(1)).date_naive()
    }

    /// Whether all of the days from `start` to `end` belong to it.
    pub(super) fn has_all(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.from <= midnight(start) && midnight(end) <= self.to
    }
}

/// The entries of a second are the first that expire; in the next one nothing has.
fn kept_from(now: Timestamp, retention: Duration) -> Timestamp {
    let kept = delta(retention) - TimeDelta::seconds(1);
    floor(now.checked_sub_signed(kept).unwrap_or(Timestamp::MIN_UTC))
}

fn default_from(to: Timestamp) -> Timestamp {
    let last = to.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(to).date_naive();
    midnight(last.checked_sub_days(Days::new(DEFAULT_DAYS)).unwrap_or(NaiveDate::MIN))
}

fn midnight(date: NaiveDate) -> Timestamp {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// Whole microseconds, which is what the trail knows.
fn floor(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

fn ceil(at: Timestamp) -> Timestamp {
    let whole = floor(at);
    if whole < at { whole + TimeDelta::microseconds(1) } else { whole }
}

fn nothing_left(asked: Asked, now: Timestamp, kept_from: Timestamp) -> Problem {
    let (pointer, message) = match asked {
        Asked { from: Some(from), .. } if now <= from => ("from", "must be in the past".to_owned()),
        Asked { to: Some(to), .. } if to <= kept_from => {
            let kept = to_seconds_text(kept_from);
            ("to", format!("must be later than {kept}: entries from before that time are not kept"))
        }
        Asked { .. } => ("to", "must be later than from".to_owned()),
    };
    Problem { pointer: pointer.to_owned(), message }
}
