//! The life of one operation: what is stored, and the states that it goes through.

mod estimate;
mod gate;
mod outcome;
mod start;
mod stored;
mod trace;

pub use estimate::{Basis, Estimate};
pub use gate::{Gate, Gates};
pub use outcome::{Outcome, OutcomeError, Progress};
pub use start::{IfBusy, StartPeriod};
pub use stored::{SCHEMA_VERSION, UnreadableRecord};
pub use trace::Trace;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::caller::Caller;
use crate::cluster::{LockScope, TargetIds};
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::{ClusterId, OperationId};
use crate::instance::InstanceRef;
use crate::operation::Operation;
use crate::preview::PlanHash;
use crate::rules::AuthzRequest;
use crate::time::{Timestamp, after, seconds_between};
use crate::watch::{PollSchedule, Watch, WatchedOperation};

/// The names of the states, as answers and filters show them.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for somebody's approval.
    PendingApproval,
    /// Approved, waits for its time.
    Scheduled,
    /// Approval was refused.
    Rejected,
    /// Stored; RDS has not been asked.
    Accepted,
    /// RDS is being asked.
    Submitting,
    /// It is not known whether RDS was asked; looking.
    Unresolved,
    /// RDS accepted the call; looking for the evidence.
    InProgress,
    /// The deadline is over and the caller was told so; looking on, more rarely.
    Timeout,
    /// Done, by evidence.
    Available,
    /// RDS refused, or it failed.
    Failed,
    /// No evidence either way within the whole watch.
    Unverified,
    /// Cancelled before RDS was asked.
    Cancelled,
    /// The live description showed production.
    Denied,
}

impl Status {
    /// Every status.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The status as it stands in answers, e.g. `in_progress`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads a status as it stands in filters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// The statuses in which something will still happen.
    pub fn open() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|status| !status.is_terminal())
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Rejected
            | Self::Available
            | Self::Failed
            | Self::Unverified
            | Self::Cancelled
            | Self::Denied => true,
            Self::PendingApproval
            | Self::Scheduled
            | Self::Accepted
            | Self::Submitting
            | Self::Unresolved
            | Self::InProgress
            | Self::Timeout => false,
        }
    }
}

/// Where an operation stands, with what that state needs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    /// Waits until all its gates are open. It has no lease meanwhile.
    Waiting {
        /// What must be so before it is sent.
        gates: Gates,
    },
    /// Waits to be sent at `next_at`. It has no lease while another operation has its instance.
    Queued {
        /// When to send it.
        next_at: Timestamp,
        /// The operation that had the instance when this one's turn came last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        busy_with: Option<OperationId>,
    },
    /// The call is being sent. Whoever finds this after `watch.next_at` finds a call whose
    /// sender is gone.
    Submitting {
        /// The watch that will resolve the call if its sender is gone.
        watch: Watch,
    },
    /// Looking whether the call reached RDS.
    Unresolved {
        /// The watch of the call.
        watch: Watch,
    },
    /// RDS accepted the call; looking for the evidence.
    Watching {
        /// The watch of the call.
        watch: Watch,
    },
    /// Nothing more will happen.
    Ended {
        /// How it ended.
        completion: Completion,
        /// The watch of the call, if it was sent.
        watch: Option<Watch>,
    },
}

/// How an operation ended.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Completion {
    /// Done, by evidence.
    Succeeded {
        /// The fields of the result.
        result: Map<String, Value>,
    },
    /// RDS refused, or it failed.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// The live description showed production, or a rule of the policy forbade it.
    Denied {
        /// Why.
        failure: Failure,
    },
    /// No evidence either way within the whole watch.
    Unverified,
    /// Cancelled before RDS was asked.
    Cancelled,
}

/// One entry of an operation's history.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct StatusChange {
    /// The state that it entered.
    pub status: Status,
    /// When.
    pub at: Timestamp,
}

/// The hold on an instance or a cluster ([`LockScope`]) that lets one operation at a time change
/// it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lease {
    /// Grows each time that the instance changes hands: an owner with an old token holds nothing.
    pub token: u64,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
}

/// One operation as it is stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct OperationRecord {
    /// Its id.
    pub id: OperationId,
    /// Grows by one with each commit.
    pub version: u64,
    /// Which instance it is for.
    pub target: InstanceRef,
    /// The cluster that the instance is a member of, by the inventory. The lease is on the cluster
    /// then, and a call is sent only if the live description says the same; so whoever finds this
    /// record knows what its call was for.
    pub cluster_id: Option<ClusterId>,
    /// What is to be done.
    pub operation: Operation,
    /// Who asked.
    pub caller: Caller,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// The hash of the preview that the call must agree with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<PlanHash>,
    /// How the instance was classified.
    pub classification: Classification,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When its call may be sent for the first time.
    pub start: StartPeriod,
    /// What becomes of it while another operation has its instance.
    pub if_busy: IfBusy,
    /// When the intent to send its call was stored first; `None` before that.
    pub first_attempt_at: Option<Timestamp>,
    /// When and for how long to poll.
    pub poll_schedule: PollSchedule,
    /// How often the intent to send the call was stored.
    pub attempts: u32,
    /// How often the call was sent again after one that seems not to have reached RDS.
    pub resends: u32,
    /// How often new credentials were taken because AWS did not accept those that it had.
    pub reauthentications: u32,
    /// The hold on the instance; none once it is released.
    pub lease: Option<Lease>,
    /// The token of the hold, also when that is released: whether another operation has had the
    /// instance since.
    pub token: u64,
    /// Where it stands.
    pub state: State,
    /// By what AWS's own records know the calls that were sent for it; the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<Trace>,
    /// Where it stood before.
    pub history: Vec<StatusChange>,
}

/// Entries of the history that are kept: the first and the latest. A life has about ten; retries
/// after throttling add more.
const HISTORY_KEPT: usize = 50;

impl OperationRecord {
    /// The version of an operation that has just begun.
    pub const FIRST_VERSION: u64 = 1;

    /// Until when its call may be sent for the first time.
    #[must_use]
    pub const fn send_by(&self) -> Timestamp {
        self.start.until
    }

    /// When it should have ended at the latest: see [`PollSchedule::longest_life`].
    #[must_use]
    pub fn ends_by(&self) -> Timestamp {
        let sent_at_once = after(self.start.from, self.poll_schedule.timeout);
        let late = (self.start.until - sent_at_once).to_std().unwrap_or_default();
        after(self.start.from, self.poll_schedule.longest_life() + late)
    }

    /// Whether it may acquire the lease on its instance: it can wait for that, and no request of
    /// it can have reached RDS.
    #[must_use]
    pub fn may_acquire(&self) -> bool {
        self.resends == 0 && self.if_busy == IfBusy::Queue
    }

    /// The state as answers show it.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.state {
            State::Waiting { gates } => gates.status(),
            State::Queued { .. } => Status::Accepted,
            State::Submitting { .. } => Status::Submitting,
            State::Unresolved { .. } => Status::Unresolved,
            State::Watching { watch } if watch.timed_out => Status::Timeout,
            State::Watching { .. } => Status::InProgress,
            State::Ended { completion, .. } => match completion {
                Completion::Succeeded { .. } => Status::Available,
                Completion::Failed { .. } => Status::Failed,
                Completion::Denied { .. } => Status::Denied,
                Completion::Unverified => Status::Unverified,
                Completion::Cancelled => Status::Cancelled,
            },
        }
    }

    /// When the next step is due; `None` once it has ended.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Waiting { gates } => Some(gates.open_at()),
            State::Queued { next_at, .. } => Some(*next_at),
            State::Submitting { watch }
            | State::Unresolved { watch }
            | State::Watching { watch } => Some(watch.next_at),
            State::Ended { .. } => None,
        }
    }

    /// The operation that had the instance when this one's turn came last.
    #[must_use]
    pub const fn busy_with(&self) -> Option<OperationId> {
        match &self.state {
            State::Queued { busy_with, .. } => *busy_with,
            State::Waiting { .. }
            | State::Submitting { .. }
            | State::Unresolved { .. }
            | State::Watching { .. }
            | State::Ended { .. } => None,
        }
    }

    /// The watch of the call, if one was sent or may have been.
    #[must_use]
    pub const fn watch(&self) -> Option<&Watch> {
        match &self.state {
            State::Waiting { .. } | State::Queued { .. } => None,
            State::Submitting { watch }
            | State::Unresolved { watch }
            | State::Watching { watch } => Some(watch),
            State::Ended { watch, .. } => watch.as_ref(),
        }
    }

    /// What the operation may change, and what its lease is on.
    #[must_use]
    pub fn lock_scope(&self) -> LockScope {
        LockScope::of(&self.target, self.cluster_id.as_ref())
    }

    /// Where it is carried out.
    #[must_use]
    pub const fn target_ids(&self) -> TargetIds<'_> {
        TargetIds { instance: &self.target.instance_id, cluster: self.cluster_id.as_ref() }
    }

    /// What the rules are asked about this operation.
    #[must_use]
    pub const fn authz_request(&self) -> AuthzRequest<'_> {
        AuthzRequest {
            caller: &self.caller,
            operation: self.operation.name(),
            target: &self.target,
        }
    }

    /// What a watch needs to know about this operation.
    #[must_use]
    pub const fn watched(&self) -> WatchedOperation<'_> {
        WatchedOperation {
            operation_id: self.id,
            operation: &self.operation,
            target_ids: self.target_ids(),
        }
    }

    /// Enters `state` at `now`. Entering the state that it is in already adds nothing to the
    /// history.
    pub fn transition(&mut self, state: State, now: Timestamp) {
        let before = self.status();
        self.state = state;
        let status = self.status();
        if status == before && !self.history.is_empty() {
            return;
        }
        if self.history.len() >= HISTORY_KEPT {
            self.history.remove(1);
        }
        self.history.push(StatusChange { status, at: now });
    }

    /// Keeps by what AWS knows a call that was sent, or that could not be.
    pub fn trace(&mut self, trace: Trace) {
        if trace == Trace::default() {
            return;
        }
        if self.traces.len() >= trace::TRACES_KEPT {
            self.traces.remove(0);
        }
        self.traces.push(trace);
    }

    /// When it ended.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        let last = self.history.last()?;
        last.status.is_terminal().then_some(last.at)
    }

    /// Seconds from the request, or from the time that it was to start at, to the end, or to `now`
    /// while it runs. Zero before it could start.
    #[must_use]
    pub fn duration_seconds(&self, now: Timestamp) -> f64 {
        seconds_between(self.start.from, self.ended_at().unwrap_or(now)).max(0.0)
    }

    /// Whether it ended without knowing whether its request reached RDS.
    #[must_use]
    pub fn outcome_is_unknown(&self) -> bool {
        let State::Ended { completion: Completion::Failed { failure }, .. } = &self.state else {
            return false;
        };
        failure.error_code.as_deref() == Some("outcome_unknown")
    }

    /// Whether it ended after the caller was told "timeout".
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.status().is_terminal() && self.watch().is_some_and(|watch| watch.timed_out)
    }
}
