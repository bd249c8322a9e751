//! The beginning of an operation: its intent is stored, and the instance is read beside that.

use std::time::Duration;

use futures_util::join;
use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEvent};
use crate::caller::Caller;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::OperationId;
use crate::instance::InventoryItem;
use crate::operation::Preparation;
use crate::ports::{
    Begin, BeginError, IdempotencyRecord, NewIdempotencyRecord, ObserveError, StoreError,
};
use crate::request::Request;
use crate::service::live::LiveRead;
use crate::service::submit::Submitted;
use crate::service::{IDEMPOTENCY_RETENTION, LEASE_MARGIN, Service, log};
use crate::state::{Lease, OperationRecord, State, StatusChange};
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
    /// Stores the intent, with the live read beside it, and goes on to the call.
    pub(super) async fn begin(
        &self,
        caller: &Caller,
        idempotency: Option<String>,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
        now: Timestamp,
    ) -> Result<Submitted, Failure> {
        let record = self.new_record(caller, request, item, classification, now);
        let audit =
            AuditDraft::about(&record, AuditEvent::Accepted, now, self.settings.audit_retention);
        let idempotency = idempotency.map(|key| NewIdempotencyRecord {
            key,
            request_hash: request.hash.clone(),
            expires_at: after(now, IDEMPOTENCY_RETENTION),
        });
        let begin = Begin { record: record.clone(), idempotency, audit, now };
        let span = log::operation(&record);
        let beside = async { (self.read_and_prefetch(&record, now).await, self.ports.clock.now()) };
        let (begun, (live, read_at)) = join!(
            self.store_begun(record.id, begin).instrument(span.clone()),
            beside.instrument(span.clone())
        );
        match begun {
            // Others took the sender for gone: they drive it on.
            Ok(record) if record.version > OperationRecord::FIRST_VERSION => {
                Ok(Submitted::Operation(Box::new(record)))
            }
            Ok(record) => {
                let sent = async {
                    let live = self.read_again(&record, live, read_at).await;
                    self.dispatch(record, live).await
                };
                Ok(Submitted::Operation(Box::new(sent.instrument(span).await)))
            }
            Err(NotBegun::KeyUsed(idempotency)) => {
                match self.replay_idempotent(&idempotency, request).await {
                    Ok(record) => Ok(Submitted::Operation(Box::new(record))),
                    Err(failure) => Err(self
                        .refuse(caller, request, Some((item, &record.classification)), failure)
                        .await),
                }
            }
            Err(NotBegun::Busy { owner }) => {
                let failure = Failure::busy(owner, &record.lock_scope());
                Err(self
                    .refuse(caller, request, Some((item, &record.classification)), failure)
                    .await)
            }
            // What may have begun is on the trail if it has, and is no refusal.
            Err(NotBegun::Failed(failure)) if failure.operation_id.is_some() => Err(failure),
            Err(NotBegun::Failed(failure)) => Err(self
                .refuse(caller, request, Some((item, &record.classification)), failure)
                .await),
        }
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

    /// Reads once more where the read beside the beginning is too old to go by: the beginning took
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

    fn new_record(
        &self,
        caller: &Caller,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
        now: Timestamp,
    ) -> OperationRecord {
        let poll_schedule = self.settings.poll_schedule(request.operation.name());
        let state = State::Submitting { watch: Watch::submitting(poll_schedule, now) };
        let mut record = OperationRecord {
            id: self.ports.ids.operation_id(now),
            version: OperationRecord::FIRST_VERSION,
            target: item.target.clone(),
            cluster_id: item.db_cluster_id.clone(),
            operation: request.operation.clone(),
            caller: caller.clone(),
            reason: request.reason.clone(),
            plan_hash: request.plan_hash.clone(),
            classification,
            created_at: now,
            poll_schedule,
            attempts: 1,
            resends: 0,
            reauthentications: 0,
            lease: Some(Lease { token: 0, until: after(now, SENDER_GONE_AFTER + LEASE_MARGIN) }),
            token: 0,
            state,
            traces: Vec::new(),
            history: Vec::new(),
        };
        record.history.push(StatusChange { status: record.status(), at: now });
        record
    }
}
