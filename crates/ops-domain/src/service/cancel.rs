//! Cancelling: only what RDS has not been asked for. Nothing here pretends that RDS could take an
//! call back.

use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEvent};
use crate::caller::Caller;
use crate::failure::{Code, Failure};
use crate::id::OperationId;
use crate::ports::{Commit, CommitError, LeaseChange};
use crate::service::{Service, audit_result, log};
use crate::state::{Completion, OperationRecord, State};

/// Other writers that one call gives way to before it gives up.
const TRIES: usize = 4;

impl Service {
    /// Cancels an operation that waits to be sent. Cancelling it again changes nothing.
    ///
    /// # Errors
    /// A [`Failure`]: `not_cancellable` once RDS may have been asked, `operation_not_found`, or a
    /// store that can't be used.
    pub(super) async fn cancel(
        &self,
        caller: &Caller,
        id: OperationId,
    ) -> Result<OperationRecord, Failure> {
        for tries in 1..=TRIES {
            let record = self.load(id).await?;
            match &record.state {
                State::Waiting { .. } => {}
                State::Queued { .. } if record.resends == 0 => {}
                State::Ended { completion: Completion::Cancelled, .. } => return Ok(record),
                State::Queued { .. }
                | State::Submitting { .. }
                | State::Unresolved { .. }
                | State::Watching { .. }
                | State::Ended { .. } => {
                    let span = log::operation(&record);
                    let failure = not_cancellable(&record);
                    return Err(self
                        .refuse_to_cancel(caller, &record, failure)
                        .instrument(span)
                        .await);
                }
            }
            let span = log::operation(&record);
            let failure =
                match self.store_cancelled(caller, record.clone()).instrument(span.clone()).await {
                    Ok(cancelled) => return Ok(cancelled),
                    Err(
                        CommitError::Conflict | CommitError::LeaseLost | CommitError::Busy { .. },
                    ) if tries < TRIES => continue,
                    Err(
                        CommitError::Conflict | CommitError::LeaseLost | CommitError::Busy { .. },
                    ) => Failure::throttled(),
                    Err(CommitError::Store(error)) => self.store_failed(error),
                };
            return Err(self.refuse_to_cancel(caller, &record, failure).instrument(span).await);
        }
        Err(Failure::throttled())
    }

    async fn store_cancelled(
        &self,
        caller: &Caller,
        record: OperationRecord,
    ) -> Result<OperationRecord, CommitError> {
        let now = self.ports.clock.now();
        let mut next = record.clone();
        let event = self
            .transition(&mut next, State::Ended { completion: Completion::Cancelled, watch: None });
        let audit = event
            .map(|event| AuditDraft { caller: caller.clone(), ..self.draft_of(&next, event, now) });
        let stored = self
            .ports
            .store
            .commit(Commit {
                lease: LeaseChange::from_to(&record, &next),
                record: next,
                lease_required: false,
                audit,
                now,
            })
            .await?;
        log::step(&record, &stored);
        Ok(stored)
    }

    /// Puts the attempt on the audit trail, and says why it is refused.
    async fn refuse_to_cancel(
        &self,
        caller: &Caller,
        record: &OperationRecord,
        failure: Failure,
    ) -> Failure {
        log::refused(None, &failure);
        let now = self.ports.clock.now();
        let mut draft =
            AuditDraft::about(record, AuditEvent::Refused, now, self.settings.audit_retention);
        draft.caller = caller.clone();
        draft.result = audit_result::of_refusal(&failure);
        match self.append(draft).await {
            Ok(()) => failure,
            // Where nothing could be decided, that is what the caller must know.
            Err(_) if failure.code.is_outage() => failure,
            Err(unavailable) => unavailable,
        }
    }
}

fn not_cancellable(record: &OperationRecord) -> Failure {
    let status = record.status();
    let failure = if status.is_terminal() {
        let sentence = format!("The operation has ended already: {}.", status.as_str());
        Failure::new(Code::NotCancellable, sentence, "There is nothing left to cancel.")
    } else {
        let sentence =
            format!("RDS has been asked to {} already, or may have been.", record.operation.name());
        Failure::with_sentence(Code::NotCancellable, sentence)
    };
    failure.of(record.id)
}
