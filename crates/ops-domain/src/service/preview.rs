//! A dry run: every check, no mutation, no lease.

use serde_json::Map;

use crate::audit::AuditEvent;
use crate::caller::Caller;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::{InstanceId, OperationId};
use crate::instance::InventoryItem;
use crate::ports::ObserveError;
use crate::preview::Preview;
use crate::request::Request;
use crate::service::dispatch::as_previewed;
use crate::service::live::LiveRead;
use crate::service::submit::preview_id;
use crate::service::{Service, audit_result, log};
use crate::state::OperationRecord;

/// What a dry run found. Nothing was done.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// The name of the operation.
    pub operation: &'static str,
    /// The instance.
    pub instance_id: InstanceId,
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// What the operation would do; `None` when a check failed before that was known.
    pub preview: Option<Preview>,
    /// The operation that has the instance at present.
    pub running_operation_id: Option<OperationId>,
    /// How the instance was classified.
    pub classification: Classification,
}

/// One check of a dry run.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was checked, e.g. `live_read`.
    pub name: &'static str,
    /// Why it did not pass, with the facts that the answer shows.
    pub failure: Option<Failure>,
}

impl DryRun {
    /// Whether every check passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(Check::has_passed)
    }
}

impl Check {
    /// Whether it passed.
    #[must_use]
    pub const fn has_passed(&self) -> bool {
        self.failure.is_none()
    }

    const fn passed(name: &'static str) -> Self {
        Self { name, failure: None }
    }

    /// A check whose failure is told without its facts: the preview has them already.
    fn of(name: &'static str, outcome: Result<(), &Failure>) -> Self {
        let failure =
            outcome.err().cloned().map(|failure| Failure { facts: Map::new(), ..failure });
        Self { name, failure }
    }
}

impl Service {
    /// Checks all that an operation would have checked, and puts that on the audit trail.
    pub(super) async fn preview(
        &self,
        caller: &Caller,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
    ) -> Result<DryRun, Failure> {
        let now = self.ports.clock.now();
        let start = match self.start_period(request, now) {
            Ok(start) => start,
            Err(failure) => {
                return Err(self
                    .refuse(caller, request, Some((item, &classification)), failure)
                    .await);
            }
        };
        let mut record =
            self.new_record(preview_id(), (caller, request, item), classification, start, now);
        let lock_scope = [record.lock_scope()];
        let (read, owner) = futures_util::join!(
            self.read_live(&record, now),
            self.ports.store.lease_owners(&lock_scope, now)
        );
        let owner = match owner {
            Ok(lease_owners) => lease_owners.into_iter().next().flatten(),
            Err(error) => {
                let about = (item, &record.classification);
                return Err(self.refuse(caller, request, Some(about), Failure::from(error)).await);
            }
        };
        let read = read.map_err(read_failure);
        if let Ok(read) = &read {
            let live = read.classification.clone();
            if let Err(failure) = live.map_or(Ok(()), |live| self.permit_live(&mut record, live)) {
                let about = (item, &record.classification);
                return Err(self.refuse(caller, request, Some(about), failure).await);
            }
        }
        let dry_run = self.describe(&record, &read, owner);
        self.append_preview(&record, &dry_run).await?;
        Ok(dry_run)
    }

    /// What the checks say and what the operation would do.
    fn describe(
        &self,
        record: &OperationRecord,
        read: &Result<LiveRead, Failure>,
        owner: Option<OperationId>,
    ) -> DryRun {
        let mut checks = vec![Check::passed("validation"), Check::passed("inventory")];
        checks.push(Check::of("live_read", read.as_ref().map(|_| ())));
        let mut preview = None;
        if let Ok(read) = read {
            let plan = self.prepare(record, read);
            checks.push(Check::passed("policy"));
            checks.push(Check { name: "state", failure: plan.as_ref().err().cloned() });
            if let Ok(plan) = &plan {
                preview = Self::preview_of(record, read, plan);
                let agrees = || as_previewed(record, read, plan);
                checks.extend(
                    record
                        .plan_hash
                        .is_some()
                        .then(|| Check::of("plan", agrees().as_ref().copied())),
                );
            }
        }
        let busy = owner.map_or(Ok(()), |owner| Err(Failure::busy(owner, &record.lock_scope())));
        checks.push(Check::of("conflicts", busy.as_ref().copied()));
        DryRun {
            operation: record.operation.name(),
            instance_id: record.target.instance_id.clone(),
            checks,
            preview,
            running_operation_id: owner,
            classification: record.classification.clone(),
        }
    }

    async fn append_preview(
        &self,
        record: &OperationRecord,
        dry_run: &DryRun,
    ) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let mut draft = crate::audit::AuditDraft::about(
            record,
            AuditEvent::DryRun,
            now,
            self.settings.audit_retention,
        );
        draft.operation_id = None;
        draft.result = audit_result::of_dry_run(dry_run);
        self.append(draft).await
    }
}

pub(super) fn read_failure(error: ObserveError) -> Failure {
    log::read_failed(&error);
    match error {
        ObserveError::Throttled => Failure::throttled(),
        ObserveError::Denied { code, action } => {
            Failure::permission_denied(&code, action.as_deref())
        }
        ObserveError::Refused { code } => Failure::refused_by_rds(&code, ""),
        ObserveError::Unavailable(_) => Failure::upstream_unavailable(),
    }
}
