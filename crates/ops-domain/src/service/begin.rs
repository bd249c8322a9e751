//! The beginning of an operation: its intent is stored, and the instance is read beside that.

use std::time::Duration;

use futures_util::join;
use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEvent};
use crate::caller::Caller;
use crate::cluster::LockScope;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::guidance::Retry;
use crate::id::OperationId;
use crate::instance::InventoryItem;
use crate::job::Job;
use crate::operation::Preparation;
use crate::ports::{
    Begin, BeginError, IdempotencyRecord, NewIdempotencyRecord, ObserveError, StoreError,
};
use crate::request::Request;
use crate::service::live::LiveRead;
use crate::service::submit::Submitted;
use crate::service::{IDEMPOTENCY_RETENTION, LEASE_MARGIN, Service, log};
use crate::state::{Gate, IfBusy, Lease, OperationRecord, State, StatusChange};
use crate::time::{Timestamp, after};
use crate::watch::{SENDER_GONE_AFTER, Watch};

/// How long the store may take longer than the live read beside it before that is made again.
const READ_KEPT: Duration = Duration::from_secs(1);

/// Why an operation did not begin.
enum NotBegun {
    KeyUsed(IdempotencyRecord),
    Busy { owner: OperationId },
    Failed(Failure),
}

impl Service {
    /// Begins an operation: at once, or when its time has come.
    pub(super) async fn begin(
        &self,
        caller: &Caller,
        idempotency: Option<String>,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
        now: Timestamp,
    ) -> Result<Submitted, Failure> {
        let about = (item, classification.clone());
        let idempotency = idempotency.map(|key| NewIdempotencyRecord {
            key,
            request_hash: request.hash.clone(),
            expires_at: after(now, IDEMPOTENCY_RETENTION),
        });
        let begun = match self.start_period(request, now) {
            Ok(start) => {
                let id = self.ports.ids.operation_id(now);
                let record =
                    self.new_record(id, (caller, request, item), classification, start, now);
                match request.start.at {
                    None => self.begin_now(record, idempotency, now).await,
                    Some(at) => self.begin_waiting(record, idempotency, at, now).await,
                }
            }
            Err(failure) => Err(NotBegun::Failed(failure)),
        };
        let failure = match begun {
            Ok(record) => return Ok(Submitted::Operation(Box::new(record))),
            Err(NotBegun::KeyUsed(idempotency)) => {
                match self.replay_idempotent(&idempotency, request).await {
                    Ok(record) => return Ok(Submitted::Operation(Box::new(record))),
                    Err(failure) => failure,
                }
            }
            // What may have begun is on the trail if it has, and is no refusal.
            Err(NotBegun::Failed(failure)) if failure.operation_id.is_some() => {
                return Err(failure);
            }
            Err(NotBegun::Busy { owner }) => {
                Failure::busy(owner, &LockScope::of(&item.target, item.db_cluster_id.as_ref()))
            }
            Err(NotBegun::Failed(failure)) => failure,
        };
        Err(self.refuse(caller, request, Some((about.0, &about.1)), failure).await)
    }

    /// Stores the intent, with the live read at the same time, and goes on to the call.
    async fn begin_now(
        &self,
        queued: OperationRecord,
        idempotency: Option<NewIdempotencyRecord>,
        now: Timestamp,
    ) -> Result<OperationRecord, NotBegun> {
        let record = submitting(queued.clone(), now);
        let span = log::operation(&record);
        let begin = self.beginning(record.clone(), idempotency.clone(), now);
        let read = async { (self.read_and_prefetch(&record, now).await, self.ports.clock.now()) };
        let (begun, (live, read_at)) = join!(
            self.store_begun(record.id, begin).instrument(span.clone()),
            read.instrument(span.clone())
        );
        match begun {
            // Another process took the sender for gone, and drives the operation.
            Ok(record) if record.version > OperationRecord::FIRST_VERSION => Ok(record),
            Ok(record) => {
                let sent = async {
                    let live = self.read_again(&record, live, read_at).await;
                    self.dispatch(record, live).await
                };
                Ok(sent.instrument(span).await)
            }
            Err(NotBegun::Busy { owner }) if queued.if_busy == IfBusy::Queue => {
                let state = self.queued_behind(&queued, Some(owner));
                self.begin_without_lease(OperationRecord { state, ..queued }, idempotency, now)
                    .await
            }
            Err(not_begun) => Err(not_begun),
        }
    }

    /// Stores an operation that waits for its time. What would refuse it now, whatever happens
    /// until then, refuses it; everything is checked again at its time.
    async fn begin_waiting(
        &self,
        mut record: OperationRecord,
        idempotency: Option<NewIdempotencyRecord>,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<OperationRecord, NotBegun> {
        match self.read_live(&record, now).await {
            Ok(read) => self.check_ahead(&mut record, &read).map_err(NotBegun::Failed)?,
            Err(error) => log::read_failed(&error),
        }
        record.state = State::Waiting { gates: Gate::NotBefore { at }.into() };
        self.begin_without_lease(record, idempotency, now).await
    }

    /// What the instance as it is now says of a call that is to be made later: the environment
    /// counts, and of the refusals those that no other state of the instance ends.
    fn check_ahead(&self, record: &mut OperationRecord, read: &LiveRead) -> Result<(), Failure> {
        let Some(live) = read.classification.clone() else {
            return Err(Failure::instance_gone(&record.target));
        };
        self.permit_live(record, live)?;
        match self.prepare(record, read) {
            Err(failure) if failure.retry() == Retry::Never => Err(failure),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Stores an operation that has no lease yet, and has the engine drive it.
    async fn begin_without_lease(
        &self,
        mut record: OperationRecord,
        idempotency: Option<NewIdempotencyRecord>,
        now: Timestamp,
    ) -> Result<OperationRecord, NotBegun> {
        record.history = vec![StatusChange { status: record.status(), at: now }];
        let span = log::operation(&record);
        let (id, next_at) = (record.id, record.next_at());
        let begin = self.beginning(record, idempotency, now);
        let stored = async {
            let record = self.store_begun(id, begin).await?;
            self.hand_over(Job::Operation(id), next_at).await;
            Ok(record)
        };
        stored.instrument(span).await
    }

    fn beginning(
        &self,
        record: OperationRecord,
        idempotency: Option<NewIdempotencyRecord>,
        now: Timestamp,
    ) -> Begin {
        let audit =
            AuditDraft::about(&record, AuditEvent::Accepted, now, self.settings.audit_retention);
        Begin { record, idempotency, audit, now }
    }

    /// Stores a new operation. Where the answer of the store was lost, what is in the store tells
    /// whether it began.
    async fn store_begun(
        &self,
        id: OperationId,
        begin: Begin,
    ) -> Result<OperationRecord, NotBegun> {
        let error = match self.ports.store.begin(begin).await {
            Ok(record) => return Ok(record),
            Err(BeginError::KeyUsed(idempotency)) => return Err(NotBegun::KeyUsed(idempotency)),
            Err(BeginError::Busy { owner }) => return Err(NotBegun::Busy { owner }),
            Err(BeginError::Store(error)) => error,
        };
        let may_come = matches!(error, StoreError::Unavailable(_));
        match self.ports.store.load(id).await {
            Ok(Some(record)) => {
                log::missed(&error, "the store began an operation and did not answer");
                Ok(record)
            }
            // It is refused then, and what is missing on the trail is counted there.
            Ok(None) if !may_come => Err(NotBegun::Failed(Failure::from(error))),
            Ok(None) | Err(_) => Err(NotBegun::Failed(self.store_failed(error).perhaps_begun(id))),
        }
    }

    /// Reads once more where the read at the same time is too old to decide on: the beginning took
    /// long, or nothing seems to be left to do, which whoever held the instance until now may have
    /// changed.
    async fn read_again(
        &self,
        record: &OperationRecord,
        live: Result<LiveRead, ObserveError>,
        read_at: Timestamp,
    ) -> Result<LiveRead, ObserveError> {
        let now = self.ports.clock.now();
        let nothing_to_do =
            |read: &LiveRead| matches!(self.prepare(record, read), Ok(Preparation::Nothing(_)));
        if now <= after(read_at, READ_KEPT) && !live.as_ref().is_ok_and(nothing_to_do) {
            return live;
        }
        self.read_and_prefetch(record, now).await
    }
}

/// The same operation with the intent to send its call at once, and the lease that this needs.
fn submitting(mut record: OperationRecord, now: Timestamp) -> OperationRecord {
    record.state = State::Submitting { watch: Watch::submitting(record.poll_schedule, now) };
    record.history = vec![StatusChange { status: record.status(), at: now }];
    record.attempts = 1;
    record.first_attempt_at = Some(now);
    record.lease = Some(Lease { token: 0, until: after(now, SENDER_GONE_AFTER + LEASE_MARGIN) });
    record
}
