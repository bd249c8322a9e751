//! How long the service keeps a snapshot that it made: a number of days in the request, and a date
//! in a tag of the snapshot.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::OperationId;
use crate::instance::Tags;
use crate::tag::OwnKey;
use crate::time::Timestamp;

/// How many days a snapshot is kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct RetainDays(u64);

/// A number of days is not from [`RetainDays::LEAST`] to [`RetainDays::MOST`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("must be a whole number from {} to {}", RetainDays::LEAST, RetainDays::MOST)]
pub struct NoRetainDays;

impl RetainDays {
    /// The least.
    pub const LEAST: u64 = 1;
    /// The most: ten years.
    pub const MOST: u64 = 3650;
}

impl TryFrom<u64> for RetainDays {
    type Error = NoRetainDays;

    fn try_from(days: u64) -> Result<Self, NoRetainDays> {
        if (Self::LEAST..=Self::MOST).contains(&days) { Ok(Self(days)) } else { Err(NoRetainDays) }
    }
}

impl From<RetainDays> for u64 {
    fn from(days: RetainDays) -> Self {
        days.0
    }
}

/// The last day, in UTC, on which a snapshot is kept. The text form is that of the tag:
/// `2026-12-31`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeleteAfter(NaiveDate);

/// A text is not a date such as `2026-12-31`.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("is not a date such as 2026-12-31")]
pub struct NoDate;

impl DeleteAfter {
    /// The last day of a snapshot that is asked for at `now`. So it is kept for `days` times 24
    /// hours at least.
    #[must_use]
    pub fn of(now: Timestamp, days: RetainDays) -> Self {
        let last = now.date_naive().checked_add_days(Days::new(days.0));
        Self(last.unwrap_or(NaiveDate::MAX))
    }

    /// Whether the day is over at `now`.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.0 < now.date_naive()
    }
}

impl fmt::Display for DeleteAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for DeleteAfter {
    type Err = NoDate;

    /// Reads the one form that this service writes: what differs from it was changed by hand.
    fn from_str(text: &str) -> Result<Self, NoDate> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| NoDate)?;
        Some(Self(date)).filter(|date| date.to_string() == text).ok_or(NoDate)
    }
}

/// What the tags of a snapshot say about its deletion by the service itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expiry {
    /// It has no last day: it is kept until somebody deletes it.
    None,
    /// Its last day has not passed.
    Later,
    /// Its last day has passed.
    Over {
        /// The operation that made the snapshot.
        made_by: OperationId,
        /// The last day.
        last_day: DeleteAfter,
    },
    /// The tags were changed by hand: there is a last day that is not a date, or none of the
    /// operation that made the snapshot.
    Broken,
}

impl Expiry {
    /// What `tags` say at `now`.
    #[must_use]
    pub fn of(tags: &Tags, now: Timestamp) -> Self {
        let Some(last_day) = tags.get(OwnKey::DeleteAfter.as_str()) else { return Self::None };
        let made_by = tags.get(OwnKey::OperationId.as_str()).and_then(|id| id.parse().ok());
        match (last_day.parse::<DeleteAfter>(), made_by) {
            (Ok(last_day), Some(made_by)) if last_day.is_over(now) => {
                Self::Over { made_by, last_day }
            }
            (Ok(_), Some(_)) => Self::Later,
            (Err(_), _) | (_, None) => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_were_changed_by_hand_expire_nothing() {
        let (id, now) = ("01HF7YAT000000000000000000", at("2026-12-31T12:00:00Z"));
        let expiry = |tags: &[(&str, &str)]| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Expiry::of(&tags.collect(), now)
        };
        let (made_by, day) = ("rds-ops:operation-id", "rds-ops:delete-after");
        assert_eq!(expiry(&[(made_by, id)]), Expiry::None);
        assert_eq!(expiry(&[(made_by, id), (day, "2026-12-31")]), Expiry::Later);
        assert!(matches!(expiry(&[(made_by, id), (day, "2026-12-30")]), Expiry::Over { .. }));
        assert_eq!(expiry(&[(made_by, id), (day, "yesterday")]), Expiry::Broken);
        assert_eq!(expiry(&[(made_by, "me"), (day, "2026-12-30")]), Expiry::Broken);
        assert_eq!(expiry(&[(day, "2026-12-30")]), Expiry::Broken);
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_snapshot_is_kept_for_its_days_at_least() {
        let days = RetainDays::try_from(1).unwrap();
        let last = DeleteAfter::of(at("2026-12-30T23:59:59Z"), days);
        assert_eq!(last.to_string(), "2026-12-31");
        assert!(!last.is_over(at("2026-12-31T23:59:59.999Z")));
        assert!(last.is_over(at("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn only_the_written_form_of_a_date_is_read() {
        assert_eq!("2026-12-31".parse(), Ok(DeleteAfter::of(at("2026-12-30T00:00:00Z"), one())));
        for text in
            ["", "2026-12-32", "2026-2-1", "31.12.2026", " 2026-12-31", "2026-12-31T00:00:00Z"]
        {
            assert_eq!(text.parse::<DeleteAfter>(), Err(NoDate), "{text}");
        }
    }

    #[test]
    fn days_are_from_one_to_ten_years() {
        for (days, valid) in [(0, false), (1, true), (3650, true), (3651, false)] {
            assert_eq!(RetainDays::try_from(days).is_ok(), valid, "{days}");
        }
    }

    fn one() -> RetainDays {
        RetainDays::try_from(1).unwrap()
    }
}
