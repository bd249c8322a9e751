//! When which job is next. It reads no clock and starts nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ops_domain::job::Job;
use ops_domain::time::{Timestamp, after};

/// The shortest pause between two steps of one job: whatever a state says, nothing spins.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// The pause after a step that failed; twice as long after each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

/// The longest pause after a step that failed.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

/// The jobs that wait, and those whose step is being taken. No job is in both.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    waiting: BTreeMap<Job, Timestamp>,
    by_time: BTreeSet<(Timestamp, Job)>,
    /// With the earliest wake that was asked for meanwhile.
    running: BTreeMap<Job, Option<Timestamp>>,
    failures: BTreeMap<Job, u32>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// There is another step at this time.
    NextAt(Timestamp),
    /// There is none.
    Ended,
    /// It could not be taken.
    Failed,
}

impl Schedule {
    /// Sees to it that `job` is next at `at` at the latest.
    pub(super) fn wake(&mut self, job: Job, at: Timestamp) {
        if let Some(asked) = self.running.get_mut(&job) {
            *asked = Some(asked.map_or(at, |earlier| earlier.min(at)));
            return;
        }
        match self.waiting.get(&job) {
            Some(earlier) if *earlier <= at => {}
            Some(_) | None => self.wait_until(job, at),
        }
    }

    /// As [`Schedule::wake`], but leaves alone what is running or waits because it failed.
    pub(super) fn enqueue(&mut self, job: Job, at: Timestamp) {
        if !self.running.contains_key(&job) && !self.failures.contains_key(&job) {
            self.wake(job, at);
        }
    }

    /// When the next job is due.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// A job that is due at `now`; it is running from here on.
    pub(super) fn begin(&mut self, now: Timestamp) -> Option<Job> {
        let (at, job) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.by_time.remove(&(at, job));
        self.waiting.remove(&job);
        self.running.insert(job, None);
        Some(job)
    }

    /// Takes in what came of the step of `job`.
    pub(super) fn finish(&mut self, job: Job, outcome: Outcome, now: Timestamp) {
        let asked = self.running.remove(&job).flatten();
        let next = match outcome {
            Outcome::Failed => {
                let failures = self.failures.entry(job).or_default();
                *failures += 1;
                let backoff =
                    FIRST_BACKOFF.saturating_mul(1 << (*failures - 1).min(16)).min(LONGEST_BACKOFF);
                Some(after(now, backoff))
            }
            Outcome::NextAt(at) => {
                self.failures.remove(&job);
                Some(asked.map_or(at, |asked| asked.min(at)))
            }
            Outcome::Ended => {
                self.failures.remove(&job);
                asked
            }
        };
        if let Some(at) = next {
            self.wait_until(job, at.max(after(now, SHORTEST_PAUSE)));
        }
    }

    fn wait_until(&mut self, job: Job, at: Timestamp) {
        if let Some(before) = self.waiting.insert(job, at) {
            self.by_time.remove(&(before, job));
        }
        self.by_time.insert((at, job));
    }
}

#[cfg(test)]
mod tests {
    use ops_domain::id::OperationId;

    use super::*;

    fn id(number: u128) -> Job {
        Job::Operation(OperationId::from_parts(1, number))
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn nothing_begins_before_its_time_and_the_earliest_begins_first() {
        let mut schedule = Schedule::default();
        schedule.wake(id(1), at(2_000));
        schedule.wake(id(2), at(1_000));
        assert_eq!((schedule.next_at(), schedule.begin(at(999))), (Some(at(1_000)), None));
        assert_eq!(
            (schedule.begin(at(2_000)), schedule.begin(at(2_000))),
            (Some(id(2)), Some(id(1)))
        );
    }

    #[test]
    fn the_earlier_of_two_wakes_counts() {
        let mut schedule = Schedule::default();
        for millis in [3_000, 1_000, 2_000] {
            schedule.wake(id(1), at(millis));
        }
        assert_eq!(schedule.begin(at(1_000)), Some(id(1)));
        assert_eq!((schedule.begin(at(9_000)), schedule.next_at()), (None, None));
    }

    #[test]
    fn a_wake_during_the_step_is_not_lost() {
        let mut schedule = Schedule::default();
        schedule.wake(id(1), at(0));
        schedule.begin(at(0));
        schedule.wake(id(1), at(500));
        assert_eq!(schedule.begin(at(900)), None, "one step at a time");
        schedule.finish(id(1), Outcome::NextAt(at(75_000)), at(200));
        assert_eq!(schedule.next_at(), Some(at(500)));
    }

    #[test]
    fn a_step_that_is_due_at_once_waits_a_tenth_of_a_second() {
        let mut schedule = Schedule::default();
        schedule.wake(id(1), at(0));
        schedule.begin(at(0));
        schedule.finish(id(1), Outcome::NextAt(at(0)), at(1_000));
        assert_eq!(schedule.next_at(), Some(at(1_100)));
    }

    #[test]
    fn a_failing_step_backs_off_and_the_sweep_keeps_the_pause() {
        let mut schedule = Schedule::default();
        schedule.wake(id(1), at(0));
        let mut now = 0;
        for pause in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            assert_eq!(schedule.begin(at(now)), Some(id(1)));
            schedule.finish(id(1), Outcome::Failed, at(now));
            schedule.enqueue(id(1), at(0));
            now += pause;
            assert_eq!(schedule.next_at(), Some(at(now)));
        }
        schedule.begin(at(now));
        schedule.finish(id(1), Outcome::NextAt(at(now + 500)), at(now));
        schedule.enqueue(id(1), at(now + 200));
        assert_eq!(
            schedule.next_at(),
            Some(at(now + 200)),
            "after a success a sweep may take it up"
        );
    }

    #[test]
    fn an_ended_operation_is_forgotten() {
        let mut schedule = Schedule::default();
        schedule.wake(id(1), at(0));
        schedule.begin(at(0));
        schedule.finish(id(1), Outcome::Ended, at(10));
        assert_eq!(schedule.next_at(), None);
    }
}
