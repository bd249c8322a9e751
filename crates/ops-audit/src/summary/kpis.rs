//! The key figures, as they are reported.

use std::collections::BTreeMap;

use crate::summary::counts::{Counts, share};
use crate::summary::durations::Duration;
use crate::summary::period::Period;

/// The key figures of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpis {
    /// Requests for an operation, granted or not, dry runs included.
    pub requests: u64,
    /// Requests that became an operation.
    pub operations: u64,
    /// Operations that ended or timed out: `succeeded`, `failed` and `timed_out` together.
    pub finished: u64,
    /// Operations that were done in time, by evidence.
    pub succeeded: u64,
    /// Operations that failed, or of which RDS showed nothing either way.
    pub failed: u64,
    /// Operations that were not done in time, whatever became of them later.
    pub timed_out: u64,
    /// What became of operations that had timed out.
    pub late: Late,
    /// Operations that were cancelled before RDS was asked.
    pub cancelled: u64,
    /// Requests that only asked for checks, and got them.
    pub dry_runs: u64,
    /// Persons who asked for an operation, for checks, or to cancel one.
    pub active_users: u64,
    /// `succeeded` of `finished`.
    pub success_rate: Option<f64>,
    /// `timed_out` of `finished`.
    pub timeout_rate: Option<f64>,
    /// How long the finished operations took, from the request to the end or the timeout.
    pub duration_seconds: Duration,
    /// Requests that were refused, and operations that were stopped, because of production.
    pub production_blocks: u64,
    /// `production_blocks` of `requests`.
    pub production_block_rate: Option<f64>,
    /// What was refused or failed for want of a permission, by the code of AWS or of this service.
    pub permission_denials: Coded,
    /// Requests that were refused for another reason, by code.
    pub refusals: Coded,
}

/// Operations that ended after they had timed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Late {
    /// Done, by evidence.
    pub succeeded: u64,
    /// Failed, or without evidence either way.
    pub failed: u64,
}

/// A count, and its parts by code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Coded {
    /// All.
    pub count: u64,
    /// The parts.
    pub by_code: BTreeMap<String, u64>,
}

/// The key figures of one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct OfOperation {
    /// The operation's name; `unknown` where a request named none.
    pub operation: String,
    /// Its figures.
    pub kpis: Kpis,
}

/// The key figures of one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct OfEnvironment {
    /// The environment; `None` where the instance was not looked up, and in entries of the original
    /// service.
    pub environment: Option<String>,
    /// Its figures.
    pub kpis: Kpis,
}

/// Operations on average. None where the period is shorter than the unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// In 24 hours.
    pub day: Option<f64>,
    /// In seven days.
    pub week: Option<f64>,
    /// In a twelfth of the mean Gregorian year, 30.436875 days.
    pub month: Option<f64>,
}

const MONTH_DAYS: f64 = 365.2425 / 12.0;

impl Pace {
    #[expect(clippy::cast_precision_loss, reason = "an average has a few digits")]
    pub(super) fn of(operations: u64, period: &Period) -> Self {
        let days = period.days();
        let every =
            |lock_scope: f64| (days >= lock_scope).then(|| operations as f64 * lock_scope / days);
        Self { day: every(1.0), week: every(7.0), month: every(MONTH_DAYS) }
    }
}

impl Kpis {
    pub(super) fn of(counts: &Counts) -> Self {
        let plain = &counts.plain;
        let finished = plain.finished();
        Self {
            requests: plain.requests,
            operations: plain.operations,
            finished,
            succeeded: plain.succeeded,
            failed: plain.failed,
            timed_out: plain.timed_out,
            late: Late { succeeded: counts.late_succeeded, failed: counts.late_failed },
            cancelled: plain.cancelled,
            dry_runs: counts.dry_runs,
            active_users: counts.users.len().try_into().unwrap_or(u64::MAX),
            success_rate: share(plain.succeeded, finished),
            timeout_rate: share(plain.timed_out, finished),
            duration_seconds: counts.durations.summary(),
            production_blocks: plain.production_blocks,
            production_block_rate: share(plain.production_blocks, plain.requests),
            permission_denials: Coded::of(&counts.permission_denials),
            refusals: Coded::of(&counts.refusals),
        }
    }
}

impl Coded {
    fn of(by_code: &BTreeMap<String, u64>) -> Self {
        Self { count: by_code.values().sum(), by_code: by_code.clone() }
    }
}
