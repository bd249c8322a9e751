//! Storing a state with its audit entry, and telling who wants to know.

use crate::audit::{AuditDraft, AuditEvent};
use crate::failure::{Code, Failure};
use crate::job::Job;
use crate::notice::Notice;
use crate::ports::{Commit, CommitError, LeaseChange, Measurement, StoreError};
use crate::service::submit::denial;
use crate::service::{Service, audit_result, log};
use crate::state::{Completion, OperationRecord, State};
use crate::time::Timestamp;

impl Service {
    /// Stores `next` in the place of `record`, with the audit entry of `event`.
    ///
    /// The engine is asked to drive the operation beside the first state after the beginning; from
    /// then on it follows what each step tells it.
    pub(super) async fn store(
        &self,
        record: OperationRecord,
        next: OperationRecord,
        event: Option<AuditEvent>,
    ) -> Result<OperationRecord, Failure> {
        let now = self.ports.clock.now();
        let draft = event.map(|event| self.draft_of(&next, event, now));
        let notice = draft.as_ref().map(Notice::of);
        let wake_at = next.next_at().filter(|_| record.version == OperationRecord::FIRST_VERSION);
        let lease = LeaseChange::from_to(&record, &next);
        let commit = Commit { record: next, lease, lease_required: false, audit: draft, now };
        let (stored, ()) = futures_util::join!(
            self.ports.store.commit(commit),
            self.hand_over(Job::Operation(record.id), wake_at)
        );
        match stored {
            Ok(stored) => {
                log::step(&record, &stored);
                self.announce(&stored, notice).await;
                Ok(stored)
            }
            Err(CommitError::Conflict | CommitError::LeaseLost | CommitError::Busy { .. }) => {
                self.load(record.id).await
            }
            Err(CommitError::Store(error)) => Err(self.store_failed(error)),
        }
    }

    /// As [`Service::store`], but gives `record` back when nothing could be stored: that is the
    /// state in the store.
    pub(super) async fn store_or_keep(
        &self,
        record: OperationRecord,
        next: OperationRecord,
        event: Option<AuditEvent>,
    ) -> OperationRecord {
        let kept = record.clone();
        self.store(record, next, event).await.unwrap_or(kept)
    }

    /// Writes an audit entry that belongs to no operation. Whatever keeps it from being written, it
    /// is missing.
    pub(super) async fn append(&self, draft: AuditDraft) -> Result<(), Failure> {
        let Err(error) = self.ports.audit.append(draft).await else { return Ok(()) };
        if matches!(error, StoreError::Contended) {
            self.ports.metrics.record(&Measurement::AuditContended);
            return Err(Failure::throttled());
        }
        self.ports.metrics.record(&Measurement::AuditWriteFailed);
        log::cause(Code::AuditUnavailable, &error);
        Err(Failure::of_code(Code::AuditUnavailable))
    }

    /// The failure to answer with, counted if it is about the audit trail.
    pub(super) fn store_failed(&self, error: StoreError) -> Failure {
        let failure = Failure::from(error);
        if failure.code == Code::AuditUnavailable {
            self.ports.metrics.record(&Measurement::AuditWriteFailed);
        }
        failure
    }

    pub(super) fn draft_of(
        &self,
        record: &OperationRecord,
        event: AuditEvent,
        now: Timestamp,
    ) -> AuditDraft {
        let mut draft = AuditDraft::about(record, event, now, self.settings.audit_retention);
        draft.result = audit_result::of_outcome(record);
        draft.success =
            matches!(&record.state, State::Ended { completion: Completion::Succeeded { .. }, .. });
        draft
    }

    async fn announce(&self, record: &OperationRecord, notice: Option<Notice>) {
        let Some(notice) = notice else { return };
        let operation = record.operation.name();
        if let State::Ended {
            completion: Completion::Failed { failure } | Completion::Denied { failure },
            ..
        } = &record.state
        {
            denial(failure, operation).iter().for_each(|denied| self.ports.metrics.record(denied));
        }
        self.ports.metrics.record(&Measurement::Finished {
            operation_id: record.id,
            operation,
            environment: record.classification.environment.to_string(),
            status: record.status(),
            late: record.is_late(),
            duration: std::time::Duration::from_secs_f64(
                record.duration_seconds(self.ports.clock.now()),
            ),
            polls: record.watch().map_or(0, |watch| watch.polls),
        });
        self.ports.notifier.notify(&notice).await;
    }
}

/// An answer does not tell the cause: it goes to the log here, where it is lost to everybody else.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = match &error {
            StoreError::BadCursor => Self::bad_cursor(),
            StoreError::Throttled | StoreError::Contended => Self::throttled(),
            StoreError::Unavailable(_) => Self::of_code(Code::StoreUnavailable),
            StoreError::Unreadable { operation_id, source } => Self::new(
                Code::StoreUnavailable,
                format!("Operation {operation_id} can't be read: {source}."),
                "Nothing was sent to RDS. Tell the operators of this service: they let the version \
                 that stored the operation take it to its end before they install another one.",
            )
            .of(*operation_id),
            StoreError::AuditUnavailable(_) => Self::of_code(Code::AuditUnavailable),
        };
        log::cause(failure.code, &error);
        failure
    }
}
