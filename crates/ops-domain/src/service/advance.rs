//! `advance`: one step in the life of an operation. Safe to call at any time, twice, from anywhere,
//! after any crash: the store lets one caller win, and the others see the winner's state.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::guidance::Warning;
use crate::id::OperationId;
use crate::job::{Due, Job};
use crate::observation::{Observation, ObserveRequest};
use crate::operation::add_warnings;
use crate::policy::{CLOCK_SKEW, STORE_TIMEOUT};
use crate::ports::{Commit, CommitError, LeaseChange, ObserveError, StoreError};
use crate::service::attribution::without_evidence;
use crate::service::dispatch::adjust_failure_after_resend;
use crate::service::{LEASE_MARGIN, Service, log};
use crate::state::{Completion, IfBusy, Lease, OperationRecord, State};
use crate::time::{Timestamp, after};
use crate::watch::{Next, Resolved, SENDER_GONE_AFTER, Watch};

/// Operations that one poll serves: RDS describes at most a hundred instances in one answer.
const SHARED_POLL: usize = 100;

/// How often a request may be sent again after one that seems not to have reached RDS.
const MAX_RESENDS: u32 = 2;

/// How long after its first attempt an operation may send its request again. The caller does not
/// expect it any more after that.
const RESEND_WITHIN: Duration = Duration::from_mins(10);

/// A request that RDS got this long after the operation was asked for is reported as a late one.
const SENT_LATE: Duration = Duration::from_secs(60);

impl Service {
    /// Takes an operation one step further, if a step is due, and returns its state.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such operation or the store can't be used; then the step is
    /// still due.
    pub(super) async fn advance(&self, id: OperationId) -> Result<OperationRecord, Failure> {
        self.advance_record(self.load(id).await?).await
    }

    /// As [`Service::advance`], but waits for a step that is due in a moment: whoever is called
    /// early, by a clock that is ahead, need not be called again and again.
    ///
    /// # Errors
    /// Those of [`Service::advance`].
    pub(super) async fn advance_when_due(
        &self,
        id: OperationId,
    ) -> Result<OperationRecord, Failure> {
        let record = self.load(id).await?;
        let now = self.ports.clock.now();
        match record.next_at() {
            Some(next_at) if now < next_at && next_at <= after(now, CLOCK_SKEW) => {
                self.ports.clock.sleep_until(next_at).await;
            }
            Some(_) | None => {}
        }
        self.advance_record(record).await
    }

    async fn advance_record(&self, record: OperationRecord) -> Result<OperationRecord, Failure> {
        let span = log::operation(&record);
        self.run_step(record).instrument(span).await
    }

    async fn run_step(&self, record: OperationRecord) -> Result<OperationRecord, Failure> {
        let now = self.ports.clock.now();
        if record.next_at().is_none_or(|next_at| now < next_at) {
            return Ok(record);
        }
        match &record.state {
            State::Waiting { .. } | State::Queued { .. } => self.start(record, now).await,
            State::Submitting { .. } | State::Unresolved { .. } | State::Watching { .. } => {
                self.poll(record, now).await
            }
            State::Ended { .. } => Ok(record),
        }
    }

    pub(super) async fn load(&self, id: OperationId) -> Result<OperationRecord, Failure> {
        let loaded = self.ports.store.load(id).await.map_err(Failure::from)?;
        loaded.ok_or_else(|| Failure::operation_not_found(&id.to_string()))
    }

    /// Stores the intent to send, with the lease that it needs, then reads and sends. The commit
    /// of the intent is what passes the gates: of two that pass them at the same time, one wins.
    ///
    /// What was not sent in its time is not sent any more: the caller does not expect it.
    async fn start(
        &self,
        record: OperationRecord,
        now: Timestamp,
    ) -> Result<OperationRecord, Failure> {
        if record.resends == 0 && record.send_by() < now {
            return self.give_up(record.clone(), missed_start(&record)).await;
        }
        if record.lease.is_none() && !record.may_acquire() {
            return self.give_up(record, Failure::operation_failed("lease_lost")).await;
        }
        if let Some(settled_at) = self.settled_at(&record, now).await? {
            let mut next = record.clone();
            // The operation before it has ended: nothing has the instance.
            let next_at = settled_at.min(record.send_by());
            let event = self.transition(&mut next, State::Queued { next_at, busy_with: None });
            return self.store(record, next, event).await;
        }
        match self.ports.store.commit(intent(&record, now)).await {
            Ok(record) => {
                let live = self.read_and_prefetch(&record, now).await;
                Ok(self.dispatch(record, live).await)
            }
            Err(CommitError::Conflict) => self.load(record.id).await,
            Err(CommitError::Busy { owner }) => self.queue(record, Some(owner)).await,
            Err(CommitError::LeaseLost) if record.may_acquire() => self.queue(record, None).await,
            Err(CommitError::LeaseLost) => {
                self.give_up(record, Failure::operation_failed("lease_lost")).await
            }
            Err(CommitError::Store(error)) => Err(self.store_failed(error)),
        }
    }

    /// Has an operation without a lease try again after a pause.
    async fn queue(
        &self,
        record: OperationRecord,
        busy_with: Option<OperationId>,
    ) -> Result<OperationRecord, Failure> {
        let mut next = record.clone();
        next.lease = None;
        let state = self.queued_behind(&record, busy_with);
        let event = self.transition(&mut next, state);
        self.store(record, next, event).await
    }

    /// Ends an operation whose call is not sent.
    async fn give_up(
        &self,
        record: OperationRecord,
        failure: Failure,
    ) -> Result<OperationRecord, Failure> {
        let mut next = record.clone();
        let state = State::Ended { completion: Completion::Failed { failure }, watch: None };
        let event = self.transition(&mut next, adjust_failure_after_resend(&record, state));
        self.store(record, next, event).await
    }

    /// Looks once for this operation and for all others that are due in its account and Region.
    async fn poll(
        &self,
        record: OperationRecord,
        now: Timestamp,
    ) -> Result<OperationRecord, Failure> {
        let others = self.companions(&record, now).await;
        let mut request = ObserveRequest::default();
        for record in others.iter().chain([&record]) {
            request.merge(
                record
                    .watch()
                    .map(|watch| watch.observe_request(record.watched()))
                    .unwrap_or_default(),
            );
        }
        let scope = record.target.scope();
        let seen = self.read_in_time(self.ports.rds.observe(&scope, &request)).await;
        let companions = join_all(others.into_iter().map(|other| {
            let span = log::operation(&other);
            self.step(other, now, &seen).instrument(span)
        }));
        let (own, _) = futures_util::join!(self.step(record, now, &seen), companions);
        own
    }

    /// Other operations of the same account and Region whose poll is due. Without them the poll is
    /// only less useful.
    async fn companions(&self, record: &OperationRecord, now: Timestamp) -> Vec<OperationRecord> {
        let due = self.due_operations(record, now).await;
        let due = due
            .inspect_err(|error| log::missed(error, "a describe call was not shared"))
            .unwrap_or_default();
        let is_due = |other: &OperationRecord| {
            other.watch().is_some() && other.next_at().is_some_and(|at| at <= now)
        };
        due.into_iter().filter(is_due).collect()
    }

    /// The other operations of its account and Region that have a step to take.
    async fn due_operations(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        let store = &self.ports.store;
        let due = store.due(Some(&record.target.scope()), now, SHARED_POLL).await?;
        let ids = due.into_iter().map(|Due { job: Job::Operation(id), .. }| id);
        let ids: Vec<OperationId> = ids.filter(|id| *id != record.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        store.load_all(&ids).await
    }

    /// Takes in what a poll showed, and stores the state that follows.
    async fn step(
        &self,
        record: OperationRecord,
        now: Timestamp,
        seen: &Result<Observation, ObserveError>,
    ) -> Result<OperationRecord, Failure> {
        if let Err(error) = seen {
            log::read_failed(error);
        }
        let mut next = record.clone();
        if self.evidence_is_ambiguous(&record, now, seen.as_ref().ok()).await? {
            let event = self.transition(&mut next, without_evidence(&record));
            return self.store(record, next, event).await;
        }
        if !self.has_time_for(STORE_TIMEOUT) {
            return Ok(record);
        }
        let state = match next.state.clone() {
            State::Submitting { watch } | State::Unresolved { watch } => {
                resolve(&mut next, watch, now, seen)
            }
            State::Watching { watch } => observe(&next, watch, now, seen),
            State::Waiting { .. } | State::Queued { .. } | State::Ended { .. } => {
                return Ok(record);
            }
        };
        let event = self.transition(&mut next, state);
        self.store(record, next, event).await
    }
}

/// The commit that stores the intent to send: from then on the operation counts as one whose
/// request may have reached RDS.
fn intent(record: &OperationRecord, now: Timestamp) -> Commit {
    let mut next = record.clone();
    next.transition(State::Submitting { watch: Watch::submitting(record.poll_schedule, now) }, now);
    next.attempts += 1;
    next.first_attempt_at.get_or_insert(now);
    let token = record.lease.map_or(0, |lease| lease.token);
    next.lease = Some(Lease { token, until: after(now, SENDER_GONE_AFTER + LEASE_MARGIN) });
    let lease = LeaseChange::from_to(record, &next);
    Commit { record: next, lease, lease_required: true, audit: None, now }
}

/// Why an operation ends whose time to be sent is over.
fn missed_start(record: &OperationRecord) -> Failure {
    let failure = match record.if_busy {
        IfBusy::Refuse => return Failure::throttled(),
        IfBusy::Queue => Failure::operation_failed("missed_start"),
    };
    match record.busy_with() {
        Some(owner) => failure.with_fact("running_operation_id", json!(owner)),
        None => failure,
    }
}

fn observe(
    record: &OperationRecord,
    mut watch: Watch,
    now: Timestamp,
    seen: &Result<Observation, ObserveError>,
) -> State {
    let next = match seen {
        Ok(seen) => watch.step(record.watched(), now, seen),
        Err(_) => watch.step_on_read_error(record.watched(), now),
    };
    let completion = match next {
        Next::Poll | Next::TimedOut => return State::Watching { watch },
        Next::Done(result) => {
            Completion::Succeeded { result: with_late_request(record, &watch, result) }
        }
        Next::Failed(failure) => Completion::Failed { failure },
        Next::Unverified => Completion::Unverified,
    };
    State::Ended { completion, watch: Some(watch) }
}

/// What is done long after it was asked for is never a plain success: the result says when RDS got
/// the request.
fn with_late_request(
    record: &OperationRecord,
    watch: &Watch,
    mut result: Map<String, Value>,
) -> Map<String, Value> {
    if watch.submitted_at >= after(record.start.from, SENT_LATE) {
        result.insert("submitted_at".into(), json!(watch.submitted_at));
        add_warnings(&mut result, [Warning::SentLate]);
    }
    result
}

fn may_resend(record: &OperationRecord, now: Timestamp) -> bool {
    record.resends < MAX_RESENDS
        && record.lease.is_some()
        && now <= after(record.first_attempt_at.unwrap_or(record.created_at), RESEND_WITHIN)
}

fn resolve(
    record: &mut OperationRecord,
    mut watch: Watch,
    now: Timestamp,
    seen: &Result<Observation, ObserveError>,
) -> State {
    let resolved = match seen {
        Ok(seen) => watch.resolve(record.watched(), now, seen),
        Err(_) => watch.resolve_on_read_error(record.watched(), now),
    };
    let failure = match resolved {
        Resolved::NotYet => return State::Unresolved { watch },
        Resolved::Happened => return State::Watching { watch },
        Resolved::DidNotHappen if may_resend(record, now) => {
            record.resends += 1;
            return State::Queued { next_at: now, busy_with: None };
        }
        Resolved::DidNotHappen => Failure::operation_failed("outcome_unknown"),
        Resolved::Failed(failure) => failure,
    };
    State::Ended { completion: Completion::Failed { failure }, watch: Some(watch) }
}
