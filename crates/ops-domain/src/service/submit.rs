//! `submit`: from a request to a call that RDS has accepted, or to the reason why not.

use futures_util::join;
use serde_json::Value;
use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEvent, AuditedOperation};
use crate::caller::Caller;
use crate::environment::{Classification, Origin, Subject};
use crate::failure::{Code, Failure};
use crate::id::{AccountId, OperationId};
use crate::instance::InventoryItem;
use crate::notice::Notice;
use crate::policy;
use crate::ports::{IdempotencyRecord, InventoryError, Measurement};
use crate::request::{Rejected, Request, scoped_idempotency_key};
use crate::rules::AuthzRequest;
use crate::service::preview::DryRun;
use crate::service::{Service, audit_result, log};
use crate::state::OperationRecord;
use crate::time::Timestamp;

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// An operation exists, ended or not.
    Operation(Box<OperationRecord>),
    /// Everything was checked, nothing was done; what the checks said.
    DryRun(Box<DryRun>),
}

impl Service {
    /// Takes a request up to the answer of RDS to the call. Does not wait for the call's effect
    /// (see [`Service::wait`]).
    ///
    /// # Errors
    /// A [`Failure`] when no operation came to be; it is on the audit trail. An operation that came
    /// to be and failed at once is a [`Submitted::Operation`].
    pub(super) async fn submit(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        request: &Request,
    ) -> Result<Submitted, Failure> {
        self.handle(caller, idempotency_key, request)
            .instrument(log::attempt(caller, request))
            .await
    }

    async fn handle(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        request: &Request,
    ) -> Result<Submitted, Failure> {
        let now = self.ports.clock.now();
        let idempotency = idempotency_key.map(|key| scoped_idempotency_key(&caller.principal, key));
        let (replayed, found) =
            join!(self.replay(idempotency.as_deref(), request, now), self.find_target(request));
        match replayed {
            Ok(None) => {}
            Ok(Some(record)) => return Ok(Submitted::Operation(Box::new(record))),
            Err(failure) => return Err(self.refuse(caller, request, None, failure).await),
        }
        let item = match found {
            Ok(item) => item,
            Err(failure) => return Err(self.refuse(caller, request, None, failure).await),
        };
        let classification = self.classify(&item, Origin::Inventory);
        let attempt =
            AuthzRequest { caller, operation: request.operation.name(), target: &item.target };
        let permitted = self.permit(&attempt, &classification).and_then(|()| self.is_fresh(&item));
        if let Err(failure) = permitted {
            return Err(self
                .refuse(caller, request, Some((&item, &classification)), failure)
                .await);
        }
        if request.dry_run {
            return self
                .preview(caller, request, &item, classification)
                .await
                .map(|dry_run| Submitted::DryRun(Box::new(dry_run)));
        }
        self.begin(caller, idempotency, request, &item, classification, now).await
    }

    /// Puts a request that is not valid on the audit trail. Returns what the caller is told: the
    /// request's failure, or that the audit trail can't be used.
    pub(super) async fn reject(&self, caller: &Caller, rejected: Rejected) -> Failure {
        log::rejected(caller, &rejected);
        let mut draft = self.attempt(caller, AuditEvent::Refused, rejected.operation);
        if let Some(instance_id) = &rejected.instance_id {
            draft.instance_id = instance_id.to_string();
        }
        draft.parameters = rejected.parameters;
        draft.result = audit_result::of_refusal(&rejected.failure);
        if let Some(asked) = rejected.asked_operation {
            draft.result["asked_operation"] = asked.into();
        }
        match self.append(draft).await {
            Ok(()) => rejected.failure,
            Err(unavailable) => unavailable,
        }
    }

    /// The operation that this request started before, under the same idempotency key.
    async fn replay(
        &self,
        idempotency: Option<&str>,
        request: &Request,
        now: Timestamp,
    ) -> Result<Option<OperationRecord>, Failure> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        match self.ports.store.find_idempotent(idempotency, now).await {
            Ok(Some(idempotency)) => self.replay_idempotent(&idempotency, request).await.map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(Failure::from(error)),
        }
    }

    pub(super) async fn replay_idempotent(
        &self,
        idempotency: &IdempotencyRecord,
        request: &Request,
    ) -> Result<OperationRecord, Failure> {
        if idempotency.request_hash != request.hash {
            return Err(Failure::idempotency_conflict(idempotency.operation_id));
        }
        let loaded =
            self.ports.store.load(idempotency.operation_id).await.map_err(Failure::from)?;
        loaded.ok_or_else(|| Failure::operation_not_found(&idempotency.operation_id.to_string()))
    }

    async fn find_target(&self, request: &Request) -> Result<InventoryItem, Failure> {
        let mut items =
            self.ports.inventory.find(&request.instance_id).await.map_err(Failure::from)?;
        items.retain(|item| {
            request.account_id.as_ref().is_none_or(|account| *account == item.target.account_id)
                && request.region.as_ref().is_none_or(|region| *region == item.target.region)
        });
        match items.len() {
            0 => Err(Failure::instance_not_found(request.instance_id.as_str())),
            1 => Ok(items.remove(0)),
            _ => {
                let candidates: Vec<_> = items.into_iter().map(|item| item.target).collect();
                Err(Failure::ambiguous(&candidates))
            }
        }
    }

    /// The environment of an instance as the inventory knows it.
    pub(super) fn classify(&self, item: &InventoryItem, origin: Origin) -> Classification {
        self.settings.environments.classify(&Subject {
            account_id: &item.target.account_id,
            region: Some(&item.target.region),
            instance_id: &item.target.instance_id,
            tags: &item.tags,
            origin,
        })
    }

    /// The policy on one reading of the instance: no production, only accounts of the list, and
    /// what the rules permit.
    pub(super) fn permit(
        &self,
        attempt: &AuthzRequest<'_>,
        reading: &Classification,
    ) -> Result<(), Failure> {
        policy::permit(reading)?;
        self.works_in(&attempt.target.account_id)?;
        self.settings.rules.permit(attempt, &reading.environment)
    }

    /// Whether the service works in this account.
    pub(super) fn works_in(&self, account: &AccountId) -> Result<(), Failure> {
        if self.settings.allows(account) {
            return Ok(());
        }
        Err(Failure::new(
            Code::PermissionDenied,
            format!("Operations are not allowed in the account {account}."),
            "Ask the operators of this service to add the account to its list of accounts.",
        ))
    }

    /// Puts a refusal on the audit trail. Returns what the caller is told: the refusal, or that
    /// the audit trail can't be used.
    pub(super) async fn refuse(
        &self,
        caller: &Caller,
        request: &Request,
        about: Option<(&InventoryItem, &Classification)>,
        failure: Failure,
    ) -> Failure {
        log::refused(about, &failure);
        let denied = denial(&failure, request.operation.name());
        let event = if denied.is_some() { AuditEvent::Denied } else { AuditEvent::Refused };
        let mut draft =
            self.attempt(caller, event, AuditedOperation::operation(&request.operation));
        draft.instance_id = request.instance_id.to_string();
        draft.parameters = Value::Object(request.operation.parameters());
        draft.reason.clone_from(&request.reason);
        draft.result = audit_result::of_refusal(&failure);
        if let Some((item, classification)) = about {
            draft.chain = None;
            draft.account_id = Some(item.target.account_id.clone());
            draft.region = Some(item.target.region.clone());
            draft.environment = Some(classification.environment.clone());
        }
        if let Some(denied) = &denied {
            self.ports.metrics.record(denied);
        }
        let notice = Notice::of(&draft);
        match self.append(draft).await {
            Ok(()) if denied.is_some() => self.ports.notifier.notify(&notice).await,
            Ok(()) => {}
            // Where nothing could be decided, that is what the caller must know.
            Err(_) if failure.code.is_outage() => {}
            Err(unavailable) => return unavailable,
        }
        failure
    }

    fn attempt(
        &self,
        caller: &Caller,
        event: AuditEvent,
        operation: AuditedOperation,
    ) -> AuditDraft {
        AuditDraft::attempt(
            caller,
            event,
            operation,
            self.ports.clock.now(),
            self.settings.audit_retention,
        )
    }
}

/// What is counted of a failure that denies an operation.
pub(super) fn denial(failure: &Failure, operation: &'static str) -> Option<Measurement> {
    if failure.code == Code::ProductionBlocked {
        return Some(Measurement::ProductionBlocked { operation });
    }
    (failure.code == Code::PermissionDenied).then_some(Measurement::PermissionDenied { operation })
}

/// An answer does not tell the cause: it goes to the log here, where it is lost to everybody else.
impl From<InventoryError> for Failure {
    fn from(error: InventoryError) -> Self {
        let failure = match &error {
            InventoryError::Throttled => Self::throttled(),
            InventoryError::BadCursor => Self::bad_cursor(),
            InventoryError::Broken(item) => {
                let mut failure = Self::of_code(Code::InventoryUnavailable);
                failure.sentence = format!(
                    "The inventory's item `{}` can't be understood: {}.",
                    item.instance_id, item.problem
                );
                failure.guidance =
                    "Nothing was sent to RDS. Tell the operators of this service to correct the item."
                        .into();
                failure
            }
            InventoryError::Unavailable(_) => Self::of_code(Code::InventoryUnavailable),
        };
        log::cause(failure.code, &error);
        failure
    }
}

/// The id that a request would have; for previews, which store nothing.
pub(super) const fn preview_id() -> OperationId {
    OperationId::first_at(0)
}
