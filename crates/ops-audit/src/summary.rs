//! What the service did in a period, in figures, from the audit trail.
//!
//! [`read`] reads the trail once, from the newest entry to the oldest, and with it the operation
//! store, because a trail alone can't show that an operation is missing from it. What it keeps in
//! memory does not grow with the trail: a page of each, a count for each length of time to a tenth
//! of a second (for the exact percentile), the names of the users, a few counts for each day, and
//! the operations whose trail has been seen in part.

mod answer;
mod calendar;
mod completeness;
mod counts;
mod durations;
mod fact;
mod kpis;
mod period;
mod read;
mod tally;

pub use answer::answer;
pub use calendar::Bucket;
pub use completeness::{Completeness, Ledger, Missing};
pub use durations::Duration;
pub use kpis::{Coded, Kpis, Late, OfEnvironment, OfOperation, Pace};
pub use period::{Asked, Period};
pub use read::{ReadError, Sources, read};
pub use tally::Tally;

/// The figures of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The period that the figures cover.
    pub period: Period,
    /// Entries of the audit trail in the period, of every kind.
    pub entries: u64,
    /// Those of them that count in no day, because their `timestamp` does not begin with a date.
    /// They are of the period that their text sorts into.
    pub undated_entries: u64,
    /// Operations on average.
    pub operations_per: Pace,
    /// Everything.
    pub overall: Kpis,
    /// By the name of the operation.
    pub by_operation: Vec<OfOperation>,
    /// By the environment of the instance.
    pub by_environment: Vec<OfEnvironment>,
    /// By day, in UTC.
    pub days: Vec<Bucket>,
    /// By ISO 8601 week.
    pub weeks: Vec<Bucket>,
    /// By month.
    pub months: Vec<Bucket>,
    /// Whether the trail has all that it must have.
    pub audit_completeness: Completeness,
}

#[cfg(test)]
mod tests;
