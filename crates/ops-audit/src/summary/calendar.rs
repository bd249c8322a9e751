//! Days in UTC, ISO 8601 weeks and months.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::summary::counts::{Plain, share};
use crate::summary::period::Period;

/// The figures of a day, a week or a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// Its name in ISO 8601: `2026-01-31`, `2026-W05` or `2026-01`.
    pub name: String,
    /// Whether the period has only a part of it.
    pub partial: bool,
    /// Requests for an operation, granted or not, dry runs included.
    pub requests: u64,
    /// Requests that became an operation.
    pub operations: u64,
    /// Operations that ended or timed out.
    pub finished: u64,
    /// Those of them that were done in time.
    pub succeeded: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Those of them that timed out.
    pub timed_out: u64,
    /// Operations that were cancelled.
    pub cancelled: u64,
    /// `succeeded` of `finished`.
    pub success_rate: Option<f64>,
    /// Refused or stopped because of production.
    pub production_blocks: u64,
}

/// How dates are taken together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum LockScope {
    Day,
    Week,
    Month,
}

impl LockScope {
    /// Every unit of the period, also those in which nothing happened.
    pub(super) fn buckets(self, period: &Period, days: &BTreeMap<NaiveDate, Plain>) -> Vec<Bucket> {
        let last = period.last_day();
        let mut buckets = Vec::new();
        let mut first = Some(self.start(period.first_day()));
        while let Some(start) = first.filter(|start| *start <= last) {
            let end = self.end(start);
            let mut counts = Plain::default();
            days.range(start..end).for_each(|(_, day)| counts.merge(day));
            buckets.push(Bucket::of(self.name(start), !period.has_all(start, end), &counts));
            first = (start < end).then_some(end);
        }
        buckets
    }

    fn start(self, date: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => date,
            Self::Week => date - Days::new(u64::from(date.weekday().num_days_from_monday())),
            Self::Month => date - Days::new(u64::from(date.day0())),
        }
    }

    fn end(self, start: NaiveDate) -> NaiveDate {
        let end = match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
        };
        end.unwrap_or(NaiveDate::MAX)
    }

    fn name(self, start: NaiveDate) -> String {
        match self {
            Self::Day => start.to_string(),
            Self::Week => {
                let week = start.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", start.year(), start.month()),
        }
    }
}

impl Bucket {
    fn of(name: String, partial: bool, counts: &Plain) -> Self {
        let Plain {
            requests,
            operations,
            succeeded,
            failed,
            timed_out,
            cancelled,
            production_blocks,
        } = *counts;
        let finished = counts.finished();
        let success_rate = share(succeeded, finished);
        Self {
            name,
            partial,
            requests,
            operations,
            finished,
            succeeded,
            failed,
            timed_out,
            cancelled,
            success_rate,
            production_blocks,
        }
    }
}
