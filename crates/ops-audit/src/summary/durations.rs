//! Lengths of time, counted: the mean and the percentile are exact, and come out the same in
//! whatever order they came in.

use std::collections::BTreeMap;

/// How long operations took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration {
    /// The finished operations whose length is known.
    pub measured: u64,
    /// Their mean; none without any.
    pub mean: Option<f64>,
    /// Their 95th percentile by nearest rank: at least 95 of 100 took no longer. None without any.
    pub p95: Option<f64>,
}

/// A length of time in tenths of a second, the precision of the audit trail.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Tenths(u32);

/// Longer than any operation is watched.
const LONGEST_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;

impl Tenths {
    /// Reads a number of seconds; none where that is no length of an operation.
    pub(super) fn of_seconds(seconds: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "ten years are fewer than 2^32 tenths of a second, and the number is positive"
        )]
        let tenths = |seconds: f64| (seconds * 10.0).round() as u32;
        (0.0..=LONGEST_SECONDS).contains(&seconds).then(|| Self(tenths(seconds)))
    }

    fn seconds(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

/// How many operations took how long.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Durations {
    counts: BTreeMap<Tenths, u64>,
}

impl Durations {
    pub(super) fn add(&mut self, duration: Tenths) {
        *self.counts.entry(duration).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (duration, count) in &other.counts {
            *self.counts.entry(*duration).or_default() += count;
        }
    }

    pub(super) fn summary(&self) -> Duration {
        let measured = self.counts.values().sum();
        Duration {
            measured,
            mean: self.mean(measured),
            p95: self.nearest_rank(95, measured).map(Tenths::seconds),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a mean has a few digits")]
    fn mean(&self, measured: u64) -> Option<f64> {
        let sum: u128 = self
            .counts
            .iter()
            .map(|(duration, count)| u128::from(duration.0) * u128::from(*count))
            .sum();
        (measured > 0).then(|| sum as f64 / 10.0 / measured as f64)
    }

    /// The smallest length that at least `percent` of 100 operations did not exceed.
    fn nearest_rank(&self, percent: u64, measured: u64) -> Option<Tenths> {
        let rank = (measured * percent).div_ceil(100);
        let mut reached = 0;
        let ranked = self.counts.iter().find(|(_, count)| {
            reached += **count;
            reached >= rank
        });
        ranked.map(|(duration, _)| *duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(seconds: impl IntoIterator<Item = f64>) -> Duration {
        let mut durations = Durations::default();
        seconds
            .into_iter()
            .filter_map(Tenths::of_seconds)
            .for_each(|duration| durations.add(duration));
        durations.summary()
    }

    #[test]
    fn the_percentile_is_a_length_that_was_measured_by_nearest_rank() {
        assert_eq!(summary([]), Duration { measured: 0, mean: None, p95: None });
        assert_eq!(summary([4.5]), Duration { measured: 1, mean: Some(4.5), p95: Some(4.5) });
        assert_eq!(
            summary((1..=20).map(f64::from)),
            Duration { measured: 20, mean: Some(10.5), p95: Some(19.0) }
        );
        assert_eq!(summary((1..=21).map(f64::from)).p95, Some(20.0));
        assert_eq!(summary((1..=100).rev().map(f64::from)).p95, Some(95.0));
    }

    #[test]
    fn what_is_no_length_of_an_operation_is_not_measured() {
        assert_eq!(summary([-0.1, f64::NAN, f64::INFINITY, 1e12, 2.0]).measured, 1);
    }
}
