//! The polling state machine: `(state, now, what was seen) -> (state, what next)`.
//!
//! It owns no clock, does not sleep and asks nobody. It is plain data, so it resumes anywhere: in
//! the request that started it, in a worker, after a crash.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cluster::TargetIds;
use crate::failure::Failure;
use crate::id::OperationId;
use crate::observation::{Observation, ObserveRequest};
use crate::operation::{Evidence, EvidenceView, Operation, Poll, Resolution, Verdict};
use crate::rds_call::Receipt;
use crate::time::{Timestamp, after};

/// When to poll and for how long. Times are in milliseconds in the stored form.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PollSchedule {
    /// From the call to the first poll.
    #[serde(with = "millis")]
    pub first_poll: Duration,
    /// From the first poll to the second; then twice as long each time, up to `slowest`.
    #[serde(with = "millis")]
    pub interval: Duration,
    /// The longest pause between polls before the timeout.
    #[serde(with = "millis")]
    pub slowest: Duration,
    /// From the call to the answer "timeout".
    #[serde(with = "millis")]
    pub timeout: Duration,
    /// From the call to the end of the late watch, which goes on after a timeout.
    #[serde(with = "millis")]
    pub late_watch: Duration,
}

impl PollSchedule {
    /// The age at which an operation of this plan should have ended (see [`longest_life`]).
    #[must_use]
    pub fn longest_life(&self) -> Duration {
        longest_life(self.timeout, self.late_watch)
    }
}

/// The longest from the request to the end: waiting while AWS throttles, two calls that seem lost,
/// and the last one with its late watch, with room for steps that are taken late.
#[must_use]
pub fn longest_life(timeout: Duration, late_watch: Duration) -> Duration {
    timeout
        .saturating_mul(3)
        .saturating_add(timeout.max(late_watch))
        .saturating_add(STEPS_TAKEN_LATE)
}

/// Room for steps that an engine takes late, all together.
const STEPS_TAKEN_LATE: Duration = Duration::from_hours(1);

/// The longest pause between two polls of the late watch.
const LATE_INTERVAL_MAX: Duration = Duration::from_mins(15);

/// How long looks have to show no effect of a request before it counts as one that did not reach
/// RDS. A request is on its way for [`SEND_TIMEOUT`](crate::policy::SEND_TIMEOUT) at most, and RDS
/// shows what it has accepted within about a minute.
const NO_EFFECT_WITHIN: Duration = Duration::from_secs(120);

/// The same where there is a sign that RDS has the request.
const EFFECT_WITHIN: Duration = Duration::from_mins(5);

/// Looks in that time at the least: one that shows nothing may be a stale read.
const NO_EFFECT_POLLS: u32 = 3;

/// The longest pause between two polls while it is unknown whether RDS has the request: the
/// instance is held meanwhile.
const UNRESOLVED_PAUSE: Duration = Duration::from_secs(30);

/// After this time a call that is still being sent has lost its sender: the live read and the
/// call together take less, and the policy lets no call begin that would not be over by then.
pub const SENDER_GONE_AFTER: Duration = Duration::from_secs(75);

/// A failed poll makes the next pause twice as long, this many times at most.
const BACKOFF_DOUBLINGS: u32 = 3;

/// The state of watching one call.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Watch {
    schedule: PollSchedule,
    /// When the call was about to be sent.
    pub submitted_at: Timestamp,
    /// When to poll next.
    pub next_at: Timestamp,
    /// Polls that showed something.
    pub polls: u32,
    /// Polls that failed (throttled, unreachable).
    pub failed_polls: u32,
    failed_in_a_row: u32,
    late_polls: u32,
    /// Since when it is being found out whether RDS has the request.
    #[serde(default)]
    unresolved_since: Option<Timestamp>,
    /// Looks since then that showed something.
    #[serde(default)]
    unresolved_polls: u32,
    /// There is a sign that RDS has an earlier request: another one was refused.
    #[serde(default)]
    suspected: bool,
    /// Whether the caller was told "timeout"; the watch goes on, more rarely.
    pub timed_out: bool,
    /// Progress in percent, where RDS tells it.
    pub percent: Option<u8>,
    /// When a poll last showed that progress.
    #[serde(default)]
    pub percent_at: Option<Timestamp>,
    /// RDS answered the call and accepted it; without this it was found to have happened by
    /// looking.
    pub accepted: bool,
    /// The status last seen of what the operation changes.
    pub last_status: Option<String>,
    /// What the polls together showed, in the operation's own terms.
    pub evidence: Evidence,
}

/// What to do next with a watched call.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Next {
    /// Look again at [`Watch::next_at`].
    Poll,
    /// The deadline is over; tell the caller, and look again at [`Watch::next_at`].
    TimedOut,
    /// Done, by evidence; the fields of the result.
    Done(Map<String, Value>),
    /// It failed.
    Failed(Failure),
    /// The late watch is over without evidence either way.
    Unverified,
}

/// What to do next with a call of which it is unknown whether it was sent.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Resolved {
    /// Look again at [`Watch::next_at`].
    NotYet,
    /// RDS has it; watch it.
    Happened,
    /// RDS never got it, and it may be sent.
    DidNotHappen,
    /// It failed, or can't be known.
    Failed(Failure),
}

/// The call that is watched.
#[derive(Clone, Copy, Debug)]
pub struct WatchedOperation<'a> {
    /// The operation's id.
    pub operation_id: OperationId,
    /// The operation.
    pub operation: &'a Operation,
    /// The instance that it is for, and its cluster.
    pub target_ids: TargetIds<'a>,
}

impl Watch {
    /// Begins to watch a call that is sent at `now`.
    #[must_use]
    pub fn begin(schedule: PollSchedule, now: Timestamp, evidence: Evidence) -> Self {
        Self {
            schedule,
            submitted_at: now,
            next_at: after(now, schedule.first_poll),
            polls: 0,
            failed_polls: 0,
            failed_in_a_row: 0,
            late_polls: 0,
            unresolved_since: None,
            unresolved_polls: 0,
            suspected: false,
            timed_out: false,
            percent: None,
            percent_at: None,
            accepted: false,
            last_status: None,
            evidence,
        }
    }

    /// The watch of a call whose sender begins at `now`: looks for it when the sender must be
    /// gone.
    #[must_use]
    pub fn submitting(schedule: PollSchedule, now: Timestamp) -> Self {
        Self {
            next_at: after(now, SENDER_GONE_AFTER),
            ..Self::begin(schedule, now, Evidence::default())
        }
    }

    /// Takes in that RDS accepted the call at `now`, with this answer.
    pub fn accepted(&mut self, watched: WatchedOperation<'_>, now: Timestamp, receipt: &Receipt) {
        self.accepted = true;
        if let Some(status) = &receipt.instance_status {
            self.last_status = Some(status.clone());
        }
        watched.operation.record_answer(&mut self.evidence, receipt);
        self.next_at = after(now, self.schedule.first_poll);
    }

    /// The same watch, now of a call of which it is unknown whether it reached RDS; it looks at
    /// once. `suspected` tells that RDS has refused another request after it.
    #[must_use]
    pub fn unresolved(self, suspected: bool) -> Self {
        Self { next_at: self.submitted_at, suspected, ..self }
    }

    /// When the caller is told "timeout".
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        after(self.submitted_at, self.schedule.timeout)
    }

    /// When the late watch ends.
    #[must_use]
    pub fn late_until(&self) -> Timestamp {
        after(self.submitted_at, self.schedule.late_watch.max(self.schedule.timeout))
    }

    /// What to describe.
    #[must_use]
    pub fn observe_request(&self, watched: WatchedOperation<'_>) -> ObserveRequest {
        watched.operation.observe_after(watched.target_ids, &self.evidence, self.submitted_at)
    }

    /// Takes in what a poll showed.
    pub fn step(
        &mut self,
        watched: WatchedOperation<'_>,
        now: Timestamp,
        seen: &Observation,
    ) -> Next {
        self.note(watched, seen);
        match watched.operation.evaluate(&self.view(watched, now, seen)) {
            Verdict::Done(result) => {
                self.percent = self.percent.map(|_| 100);
                Next::Done(result)
            }
            Verdict::Failed(failure) => Next::Failed(failure),
            Verdict::Pending(percent) => {
                if percent.is_some() {
                    (self.percent, self.percent_at) = (percent, Some(now));
                }
                self.wait(now, self.pause())
            }
        }
    }

    /// Takes in that a poll failed: the operation did not fail, it only was not seen.
    pub fn step_on_read_error(&mut self, watched: WatchedOperation<'_>, now: Timestamp) -> Next {
        let pause = self.back_off(watched.operation_id);
        self.wait(now, pause)
    }

    /// Takes in what a poll showed of a call that may not have been sent.
    pub fn resolve(
        &mut self,
        watched: WatchedOperation<'_>,
        now: Timestamp,
        seen: &Observation,
    ) -> Resolved {
        self.note(watched, seen);
        self.unresolved_polls += 1;
        let until = self.unresolved_until(now);
        let last = now >= until && self.unresolved_polls >= NO_EFFECT_POLLS;
        match watched.operation.resolve(&EvidenceView { last, ..self.view(watched, now, seen) }) {
            Resolution::Happened => {
                self.next_at = now;
                Resolved::Happened
            }
            Resolution::DidNotHappen => Resolved::DidNotHappen,
            Resolution::Failed(failure) => Resolved::Failed(failure),
            Resolution::Pending => {
                self.next_at = self.within(now, self.pause().min(UNRESOLVED_PAUSE), until);
                Resolved::NotYet
            }
        }
    }

    /// Takes in that a poll of a call that may not have been sent failed.
    pub fn resolve_on_read_error(
        &mut self,
        watched: WatchedOperation<'_>,
        now: Timestamp,
    ) -> Resolved {
        if now >= self.late_until() {
            return Resolved::Failed(Failure::operation_failed("outcome_unknown"));
        }
        let pause = self.back_off(watched.operation_id);
        self.next_at = after(now, pause);
        Resolved::NotYet
    }

    /// Until when an effect of the request may show. Where RDS has refused another request, an
    /// effect is likely, and is waited for as long as for an accepted one.
    fn unresolved_until(&mut self, now: Timestamp) -> Timestamp {
        let since = *self.unresolved_since.get_or_insert(now);
        if self.suspected {
            after(since, EFFECT_WITHIN).max(self.deadline())
        } else {
            after(since, NO_EFFECT_WITHIN)
        }
    }

    fn note(&mut self, watched: WatchedOperation<'_>, seen: &Observation) {
        self.polls += 1;
        self.failed_in_a_row = 0;
        let poll = self.poll(watched, seen);
        watched.operation.record(&mut self.evidence, &poll);
        if let Some(status) = watched.operation.shown_status(&poll) {
            self.last_status = Some(status.to_owned());
        }
    }

    fn poll<'a>(&self, watched: WatchedOperation<'a>, seen: &'a Observation) -> Poll<'a> {
        Poll {
            target_ids: watched.target_ids,
            seen,
            asked_at: watched.operation_id.requested_at(),
            submitted_at: self.submitted_at,
        }
    }

    fn view<'a>(
        &'a self,
        watched: WatchedOperation<'a>,
        now: Timestamp,
        seen: &'a Observation,
    ) -> EvidenceView<'a> {
        EvidenceView {
            operation_id: watched.operation_id,
            poll: self.poll(watched, seen),
            evidence: &self.evidence,
            accepted: self.accepted,
            elapsed: now - self.submitted_at,
            last: now >= self.deadline(),
        }
    }

    fn pause(&self) -> Duration {
        let doublings = self.polls.saturating_sub(1).min(16);
        self.schedule.interval.saturating_mul(1 << doublings).min(self.schedule.slowest)
    }

    fn wait(&mut self, now: Timestamp, pause: Duration) -> Next {
        if now < self.deadline() {
            self.next_at = self.within(now, pause, self.deadline());
            return Next::Poll;
        }
        if self.timed_out && now >= self.late_until() {
            return Next::Unverified;
        }
        self.late_polls += 1;
        let late_pause = self
            .schedule
            .slowest
            .saturating_mul(1 << self.late_polls.min(16))
            .min(LATE_INTERVAL_MAX);
        self.next_at = self.within(now, late_pause.max(pause), self.late_until());
        if std::mem::replace(&mut self.timed_out, true) { Next::Poll } else { Next::TimedOut }
    }

    /// `now + pause`, but a poll falls on `end` rather than beyond it, and never on `now` again.
    fn within(&self, now: Timestamp, pause: Duration, end: Timestamp) -> Timestamp {
        let next = after(now, pause);
        if now < end { next.min(end) } else { next }
    }

    /// The pause after a failed poll: doubled each time, and jittered.
    fn back_off(&mut self, id: OperationId) -> Duration {
        self.failed_polls += 1;
        self.failed_in_a_row += 1;
        let doubled =
            self.schedule.slowest.saturating_mul(1 << self.failed_in_a_row.min(BACKOFF_DOUBLINGS));
        jittered(doubled, id, self.failed_polls)
    }
}

/// Between half of `longest` and all of it, so that many operations do not return together.
/// `attempt` counts the pauses of this operation.
pub(crate) fn jittered(longest: Duration, id: OperationId, attempt: u32) -> Duration {
    longest.mul_f64(0.5 + jitter(id, attempt) / 2.0)
}

/// A number from 0 to 1 that differs by operation and by look, yet is the same wherever it is
/// computed.
fn jitter(id: OperationId, poll: u32) -> f64 {
    let seed = format!("{id}{poll}");
    let hash = seed
        .bytes()
        .fold(0xcbf2_9ce4_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    f64::from(hash) / f64::from(u32::MAX)
}

mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests;
