//! From a stored intent and a live read to the call, and what RDS's answer makes of the operation.

use std::time::Duration;

use futures_util::join;
use serde_json::json;

use crate::audit::AuditEvent;
use crate::environment::Classification;
use crate::failure::{Code, Failure};
use crate::id::OperationId;
use crate::operation::{Evidence, LiveTarget, Preparation, PrepareContext};
use crate::policy::{self, AuthorizedCall};
use crate::ports::{ObserveError, SendError, Sent, SessionHint};
use crate::preview::Preview;
use crate::rds_call::RdsCall;
use crate::service::live::{LiveRead, held_cluster};
use crate::service::time_left::SENDING;
use crate::service::{LEASE_MARGIN, Service, log};
use crate::state::{Completion, Lease, OperationRecord, State};
use crate::tag::InheritedTags;
use crate::time::{Timestamp, after};
use crate::watch::{Watch, jittered};

/// The longest pause before a call that AWS throttled is sent again, times the attempts so far.
/// With the operation's time it bounds how often that is.
const THROTTLED_PAUSE: Duration = Duration::from_secs(5);

/// The pauses of an operation whose instance is busy: a quarter of the time that it has waited,
/// within these. So a day of waiting takes at most about 600 steps, for which the history of an
/// execution of Step Functions has room.
const SHORTEST_BUSY_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_BUSY_PAUSE: Duration = Duration::from_mins(5);

/// How often an operation takes new credentials because AWS did not accept those that it had.
const MAX_REAUTHENTICATIONS: u32 = 1;

/// The codes by which RDS refuses a change because of the state of the instance or of its cluster
/// (RDS model).
const STATE_REFUSED: [&str; 2] = ["InvalidDBInstanceState", "InvalidDBClusterStateFault"];

impl Service {
    /// The live read, and beside it whatever sending the call will take and can be had without
    /// being allowed anything.
    pub(super) async fn read_and_prefetch(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<LiveRead, ObserveError> {
        let hint = SessionHint {
            operation_id: record.id,
            principal: record.caller.principal.clone(),
            target: record.target.clone(),
            permission: record.operation.likely_call(record.target_ids()).permission(),
        };
        join!(self.read_live(record, now), self.ports.rds.prefetch_session(&hint)).0
    }

    /// Decides on both reads, sends the call at once, and stores what came of it.
    ///
    /// `record` is stored as `submitting`. If the result can't be stored, the record as it is
    /// stored is the truth: whoever finds it resolves it by describing.
    pub(super) async fn dispatch(
        &self,
        record: OperationRecord,
        live: Result<LiveRead, ObserveError>,
    ) -> OperationRecord {
        let mut next = record.clone();
        let state = match self.next_action(&mut next, live) {
            NextAction::Send(call, evidence) => {
                let sent = self.ports.rds.send(&call).await;
                self.apply_response(&mut next, evidence, sent)
            }
            NextAction::Enter(state) => state,
        };
        let state = unresolved_after_resend(&record, state);
        let event = self.transition(&mut next, adjust_failure_after_resend(&record, state));
        self.store_or_keep(record, next, event).await
    }

    /// The policy on both reads, then the operation's own mind. Nothing happens between this and
    /// the call.
    fn next_action(
        &self,
        record: &mut OperationRecord,
        live: Result<LiveRead, ObserveError>,
    ) -> NextAction {
        let read = match live {
            Ok(read) => read,
            Err(_) if !self.has_time_for(SENDING) => return self.leave_to_the_engine(record),
            Err(error) => return self.on_read_error(record, error),
        };
        let Some(classification) = read.classification.clone() else {
            return NextAction::fail(instance_missing(record));
        };
        if let Err(failure) = self.permit_live(record, classification) {
            return NextAction::Enter(ended(Completion::Denied { failure }));
        }
        let plan = match self.prepare(record, &read) {
            Ok(plan) => plan,
            // A call that seemed lost may have come late, and be the reason why another one can't
            // be sent.
            Err(_) if record.resends > 0 => {
                return NextAction::Enter(State::Unresolved {
                    watch: watch_of(record, &read).unresolved(true),
                });
            }
            Err(failure) => return NextAction::fail(failure),
        };
        if let Err(failure) = as_previewed(record, &read, &plan) {
            return NextAction::fail(failure);
        }
        let now = self.ports.clock.now();
        match plan {
            Preparation::Nothing(mut result) => {
                // A call that seemed lost may be what left nothing to do.
                if record.resends > 0 {
                    result.remove("changed");
                }
                NextAction::Enter(ended(Completion::Succeeded { result }))
            }
            Preparation::Send(_) if !self.has_time_for(SENDING) => self.leave_to_the_engine(record),
            Preparation::Send(call) => match self.authorize(record, call, now) {
                Ok(call) => NextAction::Send(
                    Box::new(call),
                    record.operation.evidence_before(record.target_ids(), &read.seen),
                ),
                Err(failure) => NextAction::fail(failure),
            },
        }
    }

    /// Takes in the live classification, and asks the policy about it and about both readings
    /// together: where neither is production, they may still be environments for which the rules
    /// differ.
    pub(super) fn permit_live(
        &self,
        record: &mut OperationRecord,
        live: Classification,
    ) -> Result<(), Failure> {
        record.classification = record.classification.clone().strictest(live.clone());
        let attempt = record.authz_request();
        self.permit(&attempt, &record.classification)?;
        self.permit(&attempt, &live)
    }

    fn authorize(
        &self,
        record: &OperationRecord,
        call: RdsCall,
        now: Timestamp,
    ) -> Result<AuthorizedCall, Failure> {
        policy::authorize(record, &record.classification, &self.settings.rules, call, now)
    }

    /// What the operation asks of the instance, or of its cluster, as it is.
    pub(super) fn prepare(
        &self,
        record: &OperationRecord,
        read: &LiveRead,
    ) -> Result<Preparation, Failure> {
        let live = read
            .seen
            .instances
            .get(&record.target.instance_id)
            .ok_or_else(|| instance_missing(record))?;
        if !live.is(&record.target) {
            return Err(
                Failure::operation_failed("wrong_account").with_fact("live_arn", json!(live.arn))
            );
        }
        let cluster = held_cluster(record.cluster_id.as_ref(), live, &read.seen)?;
        let is_environment = |key: &str| self.settings.environments.is_environment_key(key);
        let (tags, copying) = LiveTarget { live, cluster }.snapshot_source();
        record.operation.prepare(&PrepareContext {
            operation_id: record.id,
            principal: &record.caller.principal,
            asked_at: record.created_at,
            now: self.ports.clock.now(),
            live,
            cluster,
            inherited_tags: &InheritedTags::of(tags, copying, is_environment),
            seen: &read.seen,
            allowed_classes: &self.settings.allowed_classes,
        })
    }

    /// What `plan` would do to the instance as it is.
    pub(super) fn preview_of(
        record: &OperationRecord,
        read: &LiveRead,
        plan: &Preparation,
    ) -> Option<Preview> {
        let live = read.seen.instances.get(&record.target.instance_id)?;
        let cluster = record.cluster_id.as_ref().and_then(|id| read.seen.clusters.get(id));
        let environment = &record.classification.environment;
        let differences = record.operation.parameter_differences(live, &read.seen);
        let live_target = LiveTarget { live, cluster };
        let preview =
            Preview::new(&record.operation, &record.target, live_target, environment, plan);
        let snapshot = record.operation.changed_snapshot(record.target_ids(), &read.seen);
        Some(preview.with_snapshot(snapshot).with_parameter_differences(differences))
    }

    /// Without a live read nothing is sent. Throttling is waited out; everything else ends the
    /// operation.
    fn on_read_error(&self, record: &OperationRecord, error: ObserveError) -> NextAction {
        log::read_failed(&error);
        match error {
            ObserveError::Throttled => self.retry_later(record, Failure::throttled()),
            ObserveError::Denied { code, action } => {
                NextAction::fail(Failure::permission_denied(&code, action.as_deref()))
            }
            ObserveError::Refused { code } => NextAction::fail(Failure::refused_by_rds(&code, "")),
            ObserveError::Unavailable(_) => NextAction::fail(Failure::upstream_unavailable()),
        }
    }

    /// Tries again after a pause, until the operation's time is over; then it ends with `failure`.
    fn retry_later(&self, record: &OperationRecord, failure: Failure) -> NextAction {
        let now = self.ports.clock.now();
        let deadline = record.send_by();
        if deadline <= now {
            return NextAction::fail(failure);
        }
        let pause = THROTTLED_PAUSE
            .saturating_mul(record.attempts.min(6))
            .min(record.poll_schedule.interval);
        let next_at = after(now, jittered(pause, record.id, record.attempts)).min(deadline);
        NextAction::Enter(State::Queued { next_at, busy_with: None })
    }

    /// The state of an operation whose instance another one has. It tries again more rarely the
    /// longer it waits, and for the last time when its time to be sent is over.
    pub(super) fn queued_behind(
        &self,
        record: &OperationRecord,
        busy_with: Option<OperationId>,
    ) -> State {
        let now = self.ports.clock.now();
        let waited = (now - record.start.from).to_std().unwrap_or_default();
        let pause = (waited / 4).clamp(SHORTEST_BUSY_PAUSE, LONGEST_BUSY_PAUSE);
        let tries = u32::try_from(record.version).unwrap_or(u32::MAX);
        let next_at = after(now, jittered(pause, record.id, tries));
        State::Queued { next_at: next_at.min(record.send_by()).max(now), busy_with }
    }

    /// Does not send what may outlast the host. The engine has a host of its own for it.
    fn leave_to_the_engine(&self, record: &OperationRecord) -> NextAction {
        self.retry_later(
            record,
            Failure::new(
                Code::UpstreamUnavailable,
                "The operation's time was over before the RDS call could be made: what comes \
                 before it took too long.",
                "Nothing was sent to RDS. Try again in a few minutes; if it stays, tell the \
                 operators of this service.",
            ),
        )
    }

    fn apply_response(
        &self,
        record: &mut OperationRecord,
        evidence: Evidence,
        sent: Sent,
    ) -> State {
        record.trace(sent.trace);
        let mut watch = Watch::begin(record.poll_schedule, submitted_at(record), evidence);
        let now = self.ports.clock.now();
        match sent.answer {
            Ok(receipt) => {
                watch.accepted(record.watched(), now, &receipt);
                State::Watching { watch }
            }
            Err(SendError::MayHaveHappened(_)) => {
                State::Unresolved { watch: watch.unresolved(false) }
            }
            // A call that seemed lost may be the reason why RDS refuses its successor.
            Err(SendError::Refused { .. }) if record.resends > 0 => {
                State::Unresolved { watch: watch.unresolved(true) }
            }
            Err(SendError::Refused { code, message }) => self.refused(record, &code, &message),
            Err(SendError::Unauthenticated { .. })
                if record.reauthentications < MAX_REAUTHENTICATIONS =>
            {
                record.reauthentications += 1;
                State::Queued { next_at: now, busy_with: None }
            }
            Err(SendError::Denied { code, action }) => {
                failed(Failure::permission_denied(&code, action.as_deref()))
            }
            Err(SendError::Unauthenticated { code }) => {
                failed(Failure::permission_denied(&code, None))
            }
            Err(SendError::NotSent(_)) => failed(Failure::upstream_unavailable()),
            Err(SendError::Throttled) => self.queued(record, Failure::throttled()),
        }
    }

    /// RDS refuses changes for a while although the status that was read a moment ago allows them;
    /// it does not show then what it is still busy with ("in-progress management operation").
    fn refused(&self, record: &OperationRecord, code: &str, message: &str) -> State {
        let failure = Failure::refused_by_rds(code, message);
        if STATE_REFUSED.contains(&code) { self.queued(record, failure) } else { failed(failure) }
    }

    fn queued(&self, record: &OperationRecord, failure: Failure) -> State {
        match self.retry_later(record, failure.clone()) {
            NextAction::Enter(state) => state,
            NextAction::Send(..) => failed(failure),
        }
    }

    /// Enters `state`, renews or releases the lease, and says which event goes on the audit
    /// trail.
    pub(super) fn transition(
        &self,
        record: &mut OperationRecord,
        state: State,
    ) -> Option<AuditEvent> {
        let now = self.ports.clock.now();
        record.token = record.lease.map_or(record.token, |lease| lease.token);
        let timed_out_before = record.watch().is_some_and(|watch| watch.timed_out);
        record.transition(state, now);
        let timed_out = record.watch().is_some_and(|watch| watch.timed_out);
        match record.next_at() {
            Some(next_at) if !timed_out => {
                let until = after(next_at.max(now), LEASE_MARGIN);
                record.lease = record.lease.map(|lease| Lease { until, ..lease });
            }
            Some(_) | None => record.lease = None,
        }
        match &record.state {
            State::Ended { completion: Completion::Denied { .. }, .. } => Some(AuditEvent::Denied),
            State::Ended { completion: Completion::Cancelled, .. } => Some(AuditEvent::Cancelled),
            State::Ended { .. } if timed_out_before => Some(AuditEvent::LateOutcome),
            State::Ended { .. } => Some(AuditEvent::Outcome),
            State::Watching { .. } if timed_out && !timed_out_before => Some(AuditEvent::Outcome),
            State::Waiting { .. }
            | State::Queued { .. }
            | State::Submitting { .. }
            | State::Unresolved { .. }
            | State::Watching { .. } => None,
        }
    }
}

/// Whether `plan` does what the preview said that the request refers to, if it refers to one.
///
/// A call that seemed lost may have been carried out after all: where nothing is left to do, that
/// is what it did.
pub(super) fn as_previewed(
    record: &OperationRecord,
    read: &LiveRead,
    plan: &Preparation,
) -> Result<(), Failure> {
    let Some(previewed) = &record.plan_hash else { return Ok(()) };
    if record.resends > 0 && matches!(plan, Preparation::Nothing(_)) {
        return Ok(());
    }
    let Some(preview) = Service::preview_of(record, read, plan) else {
        return Err(instance_missing(record));
    };
    let plan_hash = preview.hash();
    if plan_hash == *previewed {
        return Ok(());
    }
    Err(Failure::of_code(Code::PlanChanged)
        .with_fact("would", preview.stored())
        .with_fact("plan_hash", json!(plan_hash)))
}

/// What to do with a stored intent.
enum NextAction {
    Send(Box<AuthorizedCall>, Evidence),
    Enter(State),
}

impl NextAction {
    fn fail(failure: Failure) -> Self {
        Self::Enter(failed(failure))
    }
}

/// Where an earlier request may have reached RDS, one that failed is no reason to give up: the
/// effect of the earlier one may still show.
fn unresolved_after_resend(record: &OperationRecord, state: State) -> State {
    let failed = matches!(&state, State::Ended { completion: Completion::Failed { .. }, .. });
    match record.watch() {
        Some(watch) if failed && record.resends > 0 => {
            State::Unresolved { watch: watch.clone().unresolved(true) }
        }
        Some(_) | None => state,
    }
}

/// A failure says that nothing was changed only where no call of the operation can have been sent
/// before.
pub(super) fn adjust_failure_after_resend(record: &OperationRecord, state: State) -> State {
    let shown = |failure: Failure| {
        if record.resends > 0 { failure.with_unknown_outcome() } else { failure }
    };
    match state {
        State::Ended { completion: Completion::Failed { failure }, watch } => {
            State::Ended { completion: Completion::Failed { failure: shown(failure) }, watch }
        }
        State::Ended { completion: Completion::Denied { failure }, watch } => {
            State::Ended { completion: Completion::Denied { failure: shown(failure) }, watch }
        }
        state @ (State::Waiting { .. }
        | State::Queued { .. }
        | State::Submitting { .. }
        | State::Unresolved { .. }
        | State::Watching { .. }
        | State::Ended {
            completion:
                Completion::Succeeded { .. } | Completion::Unverified | Completion::Cancelled,
            ..
        }) => state,
    }
}

fn submitted_at(record: &OperationRecord) -> Timestamp {
    record.watch().map_or(record.created_at, |watch| watch.submitted_at)
}

/// The watch of a call that was, or would have been, sent after this poll.
fn watch_of(record: &OperationRecord, read: &LiveRead) -> Watch {
    Watch::begin(
        record.poll_schedule,
        submitted_at(record),
        record.operation.evidence_before(record.target_ids(), &read.seen),
    )
}

fn failed(failure: Failure) -> State {
    ended(Completion::Failed { failure })
}

const fn ended(completion: Completion) -> State {
    State::Ended { completion, watch: None }
}

fn instance_missing(record: &OperationRecord) -> Failure {
    Failure::instance_gone(&record.target)
}
