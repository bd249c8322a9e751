//! From a stored intent and a live read to the order, and what RDS's answer makes of the operation.

use std::time::Duration;

use futures_util::join;
use serde_json::json;

use crate::audit::AuditEvent;
use crate::environment::Classification;
use crate::failure::{Code, Failure};
use crate::forecast::Forecast;
use crate::life::{Ending, Lease, OperationRecord, Phase};
use crate::operation::{Context, Order, Plan, Site};
use crate::policy::{self, Authorized};
use crate::ports::{Coming, LookError, SendError, Sent};
use crate::rules::Attempt;
use crate::service::live::{LiveRead, held_cluster};
use crate::service::time_left::SENDING;
use crate::service::{LEASE_MARGIN, Service, log};
use crate::tag::InheritedTags;
use crate::time::{Timestamp, after};
use crate::watch::{Facts, Watch, jittered};

/// The longest pause before an order that AWS throttled is sent again, times the attempts so far. With the operation's
/// time it bounds how often that is.
const THROTTLED_PAUSE: Duration = Duration::from_secs(5);

/// How often an operation takes new credentials because AWS did not accept those that it had.
const MAX_REAUTHENTICATIONS: u32 = 1;

/// The codes by which RDS refuses a change because of the state of the instance or of its cluster (RDS model).
const STATE_REFUSED: [&str; 2] = ["InvalidDBInstanceState", "InvalidDBClusterStateFault"];

impl Service {
    /// The live read, and beside it whatever sending the order will take and can be had without being allowed anything.
    pub(super) async fn read_and_get_ready(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<LiveRead, LookError> {
        let coming = Coming {
            operation_id: record.id,
            principal: record.caller.principal.clone(),
            target: record.target.clone(),
            permission: record.operation.foreseen(record.place()),
        };
        join!(self.read_live(record, now), self.ports.rds.get_ready(&coming)).0
    }

    /// Decides on both reads, sends the order at once, and stores what came of it.
    ///
    /// `record` is stored as `submitting`. If the result can't be stored, the record as it is stored is the truth:
    /// whoever finds it resolves it by looking.
    pub(super) async fn dispatch(&self, record: OperationRecord, live: Result<LiveRead, LookError>) -> OperationRecord {
        let mut next = record.clone();
        let phase = match self.decide(&mut next, live) {
            Decided::Send(order, facts) => {
                let sent = self.ports.rds.send(&order).await;
                self.take_answer(&mut next, facts, sent)
            }
            Decided::Enter(phase) => phase,
        };
        let event = self.enter(&mut next, beside_lost_orders(&record, phase));
        self.store_or_keep(record, next, event).await
    }

    /// The policy on both reads, then the operation's own mind. Nothing happens between this and the order.
    fn decide(&self, record: &mut OperationRecord, live: Result<LiveRead, LookError>) -> Decided {
        let read = match live {
            Ok(read) => read,
            Err(_) if !self.has_time_for(SENDING) => return self.leave_to_the_engine(record),
            Err(error) => return self.blind(record, error),
        };
        let Some(classification) = read.classification.clone() else {
            return Decided::fail(gone(record));
        };
        if let Err(failure) = self.permit_live(record, classification) {
            return Decided::Enter(ended(Ending::Denied { failure }));
        }
        let plan = match self.prepare(record, &read) {
            Ok(plan) => plan,
            // An order that seemed lost may have come late, and be the reason why another one can't be sent.
            Err(_) if record.resends > 0 => {
                return Decided::Enter(Phase::Unresolved { watch: watch_of(record, &read).unresolved(true) });
            }
            Err(failure) => return Decided::fail(failure),
        };
        if let Err(failure) = as_previewed(record, &read, &plan) {
            return Decided::fail(failure);
        }
        let now = self.ports.clock.now();
        match plan {
            Plan::Nothing(result) => Decided::Enter(ended(Ending::Succeeded { result })),
            Plan::Send(_) if !self.has_time_for(SENDING) => self.leave_to_the_engine(record),
            Plan::Send(order) => match self.authorize(record, order, now) {
                Ok(order) => Decided::Send(Box::new(order), Facts::before(record.place(), &read.seen)),
                Err(failure) => Decided::fail(failure),
            },
        }
    }

    /// Takes in the live classification, and asks the policy about it and about both readings together: where neither
    /// is production, they may still be environments for which the rules differ.
    pub(super) fn permit_live(&self, record: &mut OperationRecord, live: Classification) -> Result<(), Failure> {
        record.classification = record.classification.clone().strictest(live.clone());
        let attempt = Attempt::of(record);
        self.permit(&attempt, &record.classification)?;
        self.permit(&attempt, &live)
    }

    fn authorize(&self, record: &OperationRecord, order: Order, now: Timestamp) -> Result<Authorized, Failure> {
        policy::authorize(record, &record.classification, &self.settings.rules, order, now)
    }

    /// What the operation asks of the instance, or of its cluster, as it is.
    pub(super) fn prepare(&self, record: &OperationRecord, read: &LiveRead) -> Result<Plan<Order>, Failure> {
        let live = read.seen.instances.get(&record.target.instance_id).ok_or_else(|| gone(record))?;
        if !live.is(&record.target) {
            return Err(Failure::operation_failed("wrong_account").with_fact("live_arn", json!(live.arn)));
        }
        let cluster = held_cluster(record.cluster_id.as_ref(), live, &read.seen)?;
        let is_environment = |key: &str| self.settings.environments.is_environment_key(key);
        let (tags, copying) = Site { live, cluster }.snapshot_source();
        record.operation.prepare(&Context {
            operation_id: record.id,
            principal: &record.caller.principal,
            live,
            cluster,
            inherited_tags: &InheritedTags::of(tags, copying, is_environment),
            seen: &read.seen,
        })
    }

    /// What `plan` would do to the instance as it is.
    pub(super) fn forecast(record: &OperationRecord, read: &LiveRead, plan: &Plan<Order>) -> Option<Forecast> {
        let live = read.seen.instances.get(&record.target.instance_id)?;
        let cluster = record.cluster_id.as_ref().and_then(|id| read.seen.clusters.get(id));
        let environment = &record.classification.environment;
        Some(Forecast::new(&record.operation, &record.target, Site { live, cluster }, environment, plan))
    }

    /// Without a live read nothing is sent. Throttling is waited out; everything else ends the operation.
    fn blind(&self, record: &OperationRecord, error: LookError) -> Decided {
        log::blind(&error);
        match error {
            LookError::Throttled => self.later(record, Failure::throttled()),
            LookError::Denied { code, action } => Decided::fail(Failure::permission_denied(&code, action.as_deref())),
            LookError::Refused { code } => Decided::fail(Failure::refused_by_rds(&code, "")),
            LookError::Unavailable(_) => Decided::fail(Failure::upstream_unavailable()),
        }
    }

    /// Tries again after a pause, until the operation's time is over; then it ends with `failure`.
    fn later(&self, record: &OperationRecord, failure: Failure) -> Decided {
        let now = self.ports.clock.now();
        let deadline = record.send_by();
        if deadline <= now {
            return Decided::fail(failure);
        }
        let pause = THROTTLED_PAUSE.saturating_mul(record.attempts.min(6)).min(record.plan.interval);
        let next_at = after(now, jittered(pause, record.id, record.attempts)).min(deadline);
        Decided::Enter(Phase::Accepted { next_at })
    }

    /// Does not send what may outlast the host. The engine has a host of its own for it.
    fn leave_to_the_engine(&self, record: &OperationRecord) -> Decided {
        self.later(
            record,
            Failure::new(
                Code::UpstreamUnavailable,
                "The operation's time was over before the RDS call could be made: what comes before it took too long.",
                "Nothing was sent to RDS. Try again in a few minutes; if it stays, tell the operators of this service.",
            ),
        )
    }

    fn take_answer(&self, record: &mut OperationRecord, facts: Facts, sent: Sent) -> Phase {
        record.trace(sent.trace);
        let mut watch = Watch::begin(record.plan, submitted_at(record), facts);
        let now = self.ports.clock.now();
        match sent.answer {
            Ok(receipt) => {
                watch.accepted(now, receipt.instance_status.as_deref());
                watch.facts.cluster.note_answer(receipt.cluster_writer.as_deref());
                Phase::Watching { watch }
            }
            Err(SendError::MayHaveHappened(_)) => Phase::Unresolved { watch: watch.unresolved(false) },
            // An order that seemed lost may be the reason why RDS refuses its successor.
            Err(SendError::Refused { .. }) if record.resends > 0 => Phase::Unresolved { watch: watch.unresolved(true) },
            Err(SendError::Refused { code, message }) => self.refused(record, &code, &message),
            Err(SendError::Unauthenticated { .. }) if record.reauthentications < MAX_REAUTHENTICATIONS => {
                record.reauthentications += 1;
                Phase::Accepted { next_at: now }
            }
            Err(SendError::Denied { code, action }) => failed(Failure::permission_denied(&code, action.as_deref())),
            Err(SendError::Unauthenticated { code }) => failed(Failure::permission_denied(&code, None)),
            Err(SendError::NotSent(_)) => failed(Failure::upstream_unavailable()),
            Err(SendError::Throttled) => self.queued(record, Failure::throttled()),
        }
    }

    /// RDS refuses changes for a while although the status that was read a moment ago allows them; it does not show then
    /// what it is still busy with ("in-progress management operation").
    fn refused(&self, record: &OperationRecord, code: &str, message: &str) -> Phase {
        let failure = Failure::refused_by_rds(code, message);
        if STATE_REFUSED.contains(&code) { self.queued(record, failure) } else { failed(failure) }
    }

    fn queued(&self, record: &OperationRecord, failure: Failure) -> Phase {
        match self.later(record, failure.clone()) {
            Decided::Enter(phase) => phase,
            Decided::Send(..) => failed(failure),
        }
    }

    /// Enters `phase`, renews or gives back the lease, and says which event goes on the audit trail.
    pub(super) fn enter(&self, record: &mut OperationRecord, phase: Phase) -> Option<AuditEvent> {
        let now = self.ports.clock.now();
        record.token = record.lease.map_or(record.token, |lease| lease.token);
        let timed_out_before = record.watch().is_some_and(|watch| watch.timed_out);
        record.enter(phase, now);
        let timed_out = record.watch().is_some_and(|watch| watch.timed_out);
        match record.next_at() {
            Some(next_at) if !timed_out => {
                let until = after(next_at.max(now), LEASE_MARGIN);
                record.lease = record.lease.map(|lease| Lease { until, ..lease });
            }
            Some(_) | None => record.lease = None,
        }
        match &record.phase {
            Phase::Ended { ending: Ending::Denied { .. }, .. } => Some(AuditEvent::Denied),
            Phase::Ended { ending: Ending::Cancelled, .. } => Some(AuditEvent::Cancelled),
            Phase::Ended { .. } if timed_out_before => Some(AuditEvent::LateOutcome),
            Phase::Ended { .. } => Some(AuditEvent::Outcome),
            Phase::Watching { .. } if timed_out && !timed_out_before => Some(AuditEvent::Outcome),
            Phase::Accepted { .. } | Phase::Submitting { .. } | Phase::Unresolved { .. } | Phase::Watching { .. } => {
                None
            }
        }
    }
}

/// Whether `plan` does what the preview said that the request refers to, if it refers to one.
///
/// An order that seemed lost may have been carried out after all: where nothing is left to do, that is what it did.
pub(super) fn as_previewed(record: &OperationRecord, read: &LiveRead, plan: &Plan<Order>) -> Result<(), Failure> {
    let Some(previewed) = &record.plan_hash else { return Ok(()) };
    if record.resends > 0 && matches!(plan, Plan::Nothing(_)) {
        return Ok(());
    }
    let Some(forecast) = Service::forecast(record, read, plan) else { return Err(gone(record)) };
    let plan_hash = forecast.hash();
    if plan_hash == *previewed {
        return Ok(());
    }
    Err(Failure::of_code(Code::PlanChanged)
        .with_fact("would", forecast.shown())
        .with_fact("plan_hash", json!(plan_hash)))
}

/// What to do with a stored intent.
enum Decided {
    Send(Box<Authorized>, Facts),
    Enter(Phase),
}

impl Decided {
    fn fail(failure: Failure) -> Self {
        Self::Enter(failed(failure))
    }
}

/// A failure says that nothing was changed only where no order of the operation can have been sent before.
pub(super) fn beside_lost_orders(record: &OperationRecord, phase: Phase) -> Phase {
    let told = |failure: Failure| if record.resends > 0 { failure.after_a_lost_order() } else { failure };
    match phase {
        Phase::Ended { ending: Ending::Failed { failure }, watch } => {
            Phase::Ended { ending: Ending::Failed { failure: told(failure) }, watch }
        }
        Phase::Ended { ending: Ending::Denied { failure }, watch } => {
            Phase::Ended { ending: Ending::Denied { failure: told(failure) }, watch }
        }
        other => other,
    }
}

fn submitted_at(record: &OperationRecord) -> Timestamp {
    record.watch().map_or(record.created_at, |watch| watch.submitted_at)
}

/// The watch of an order that was, or would have been, sent after this look.
fn watch_of(record: &OperationRecord, read: &LiveRead) -> Watch {
    Watch::begin(record.plan, submitted_at(record), Facts::before(record.place(), &read.seen))
}

fn failed(failure: Failure) -> Phase {
    ended(Ending::Failed { failure })
}

const fn ended(ending: Ending) -> Phase {
    Phase::Ended { ending, watch: None }
}

fn gone(record: &OperationRecord) -> Failure {
    Failure::instance_gone(&record.target)
}
