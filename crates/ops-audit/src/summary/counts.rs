//! What is counted, for all or for a group.

use std::collections::{BTreeMap, BTreeSet};

use crate::summary::durations::Durations;
use crate::summary::fact::{Completion, Denial, Fact, Finish};

/// The number of a user in the order in which users were met.
pub(super) type User = u32;

/// Counts of one group.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Counts {
    pub(super) plain: Plain,
    pub(super) dry_runs: u64,
    pub(super) late_succeeded: u64,
    pub(super) late_failed: u64,
    pub(super) permission_denials: BTreeMap<String, u64>,
    pub(super) refusals: BTreeMap<String, u64>,
    pub(super) durations: Durations,
    pub(super) users: BTreeSet<User>,
}

/// The counts that each day has, too.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Plain {
    pub(super) requests: u64,
    pub(super) operations: u64,
    pub(super) succeeded: u64,
    pub(super) failed: u64,
    pub(super) timed_out: u64,
    pub(super) cancelled: u64,
    pub(super) production_blocks: u64,
}

impl Counts {
    pub(super) fn add(&mut self, fact: &Fact, user: Option<User>) {
        self.plain.add(fact);
        self.users.extend(user);
        match fact {
            Fact::Denied(Denial::Permission(code)) | Fact::Stopped(Denial::Permission(code)) => {
                count(&mut self.permission_denials, code);
            }
            Fact::Refused(code) => count(&mut self.refusals, code),
            Fact::DryRun => self.dry_runs += 1,
            Fact::Finished(finish) | Fact::Original(finish) => self.finish(finish),
            Fact::FinishedLate { success: true } => self.late_succeeded += 1,
            Fact::FinishedLate { success: false } => self.late_failed += 1,
            Fact::Denied(Denial::Production)
            | Fact::Stopped(Denial::Production)
            | Fact::Accepted
            | Fact::Cancelled
            | Fact::NotCancelled
            | Fact::Aside => {}
        }
    }

    fn finish(&mut self, finish: &Finish) {
        if let Some(duration) = finish.duration {
            self.durations.add(duration);
        }
        if let Some(code) = &finish.denied_by {
            count(&mut self.permission_denials, code);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.plain.merge(&other.plain);
        self.dry_runs += other.dry_runs;
        self.late_succeeded += other.late_succeeded;
        self.late_failed += other.late_failed;
        merge(&mut self.permission_denials, &other.permission_denials);
        merge(&mut self.refusals, &other.refusals);
        self.durations.merge(&other.durations);
        self.users.extend(&other.users);
    }
}

impl Plain {
    pub(super) fn add(&mut self, fact: &Fact) {
        match fact {
            Fact::Accepted => {
                self.requests += 1;
                self.operations += 1;
            }
            Fact::Original(finish) => {
                self.requests += 1;
                self.operations += 1;
                self.end(finish.completion);
            }
            Fact::Finished(finish) => self.end(finish.completion),
            Fact::Denied(Denial::Production) => {
                self.requests += 1;
                self.production_blocks += 1;
            }
            Fact::Denied(Denial::Permission(_)) | Fact::Refused(_) | Fact::DryRun => {
                self.requests += 1
            }
            Fact::Stopped(Denial::Production) => self.production_blocks += 1,
            Fact::Cancelled => self.cancelled += 1,
            Fact::Stopped(Denial::Permission(_))
            | Fact::NotCancelled
            | Fact::FinishedLate { .. }
            | Fact::Aside => {}
        }
    }

    const fn end(&mut self, completion: Completion) {
        match completion {
            Completion::Succeeded => self.succeeded += 1,
            Completion::Failed => self.failed += 1,
            Completion::TimedOut => self.timed_out += 1,
        }
    }

    pub(super) const fn merge(&mut self, other: &Self) {
        let Self {
            requests,
            operations,
            succeeded,
            failed,
            timed_out,
            cancelled,
            production_blocks,
        } = *other;
        self.requests += requests;
        self.operations += operations;
        self.succeeded += succeeded;
        self.failed += failed;
        self.timed_out += timed_out;
        self.cancelled += cancelled;
        self.production_blocks += production_blocks;
    }

    pub(super) const fn finished(&self) -> u64 {
        self.succeeded + self.failed + self.timed_out
    }
}

/// `part` of `whole`; none of nothing, which has no share.
#[expect(clippy::cast_precision_loss, reason = "a share has a few digits")]
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn count(counts: &mut BTreeMap<String, u64>, code: &str) {
    match counts.get_mut(code) {
        Some(count) => *count += 1,
        None => drop(counts.insert(code.to_owned(), 1)),
    }
}

fn merge(counts: &mut BTreeMap<String, u64>, others: &BTreeMap<String, u64>) {
    for (code, count) in others {
        *counts.entry(code.clone()).or_default() += count;
    }
}
