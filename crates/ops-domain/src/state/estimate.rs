//! When a running operation may be done: a guess for people. Nothing is decided by it.

use crate::state::{OperationRecord, State};
use crate::time::Timestamp;

/// When a running operation may be done, and how that is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Estimate {
    /// When.
    pub completion: Timestamp,
    /// How that is known.
    pub basis: Basis,
}

/// What an estimate is made from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Basis {
    /// RDS's progress in percent, taken to go on as it went so far.
    Percent,
    /// How long the same took on the same instance before.
    History,
}

/// The percentages that say something: RDS may let the first ones stand or jump (RDS model,
/// `PercentProgress`), and at the end it has nothing left to count.
const TELLING: std::ops::Range<u8> = 5..100;

/// How many earlier durations count, the latest ones: later snapshots hold what has changed since,
/// so old ones tell little.
const HISTORY: usize = 5;

impl Estimate {
    /// Seconds from `now` to the end.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        (self.completion - now).num_seconds()
    }

    /// The estimate by the seconds that the same took before: their median. None once that time is
    /// over.
    #[must_use]
    pub fn by_history(
        record: &OperationRecord,
        mut seconds: Vec<f64>,
        now: Timestamp,
    ) -> Option<Self> {
        seconds.truncate(HISTORY);
        seconds.sort_by(f64::total_cmp);
        let median = *seconds.get(seconds.len() / 2)?;
        let took = std::time::Duration::try_from_secs_f64(median).ok()?;
        let began_at = record.first_attempt_at.unwrap_or(record.start.from);
        Self::at(crate::time::after(began_at, took), Basis::History, now)
    }

    fn at(completion: Timestamp, basis: Basis, now: Timestamp) -> Option<Self> {
        (completion > now).then_some(Self { completion, basis })
    }
}

impl OperationRecord {
    /// Whether RDS is at it, as far as is known.
    #[must_use]
    pub const fn is_watched(&self) -> bool {
        matches!(self.state, State::Watching { .. })
    }

    /// The estimate by RDS's progress in percent; none before that says something.
    #[must_use]
    pub fn estimate(&self, now: Timestamp) -> Option<Estimate> {
        let watch = self.watch().filter(|_| self.is_watched())?;
        let percent = watch.percent.filter(|percent| TELLING.contains(percent))?;
        let so_far = watch.percent_at? - watch.submitted_at;
        let whole = so_far * 100 / i32::from(percent);
        Estimate::at(watch.submitted_at + whole, Basis::Percent, now)
    }
}
