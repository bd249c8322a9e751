//! A dry run: every check, no mutation, no lease.

use serde_json::{Value, json};

use crate::audit::AuditEvent;
use crate::caller::Caller;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::OperationId;
use crate::instance::InventoryItem;
use crate::ports::ObserveError;
use crate::preview::Preview;
use crate::request::Request;
use crate::service::dispatch::as_previewed;
use crate::service::live::LiveRead;
use crate::service::submit::preview_id;
use crate::service::{Service, log};
use crate::state::{OperationRecord, State};

impl Service {
    /// Checks all that an operation would have checked, and puts that on the audit trail.
    pub(super) async fn preview(
        &self,
        caller: &Caller,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
    ) -> Result<Value, Failure> {
        let now = self.ports.clock.now();
        let mut record = self.preview_record(caller, request, item, classification);
        let lock_scope = [record.lock_scope()];
        let (read, owner) = futures_util::join!(
            self.read_live(&record, now),
            self.ports.store.holders(&lock_scope, now)
        );
        let owner = match owner {
            Ok(holders) => holders.into_iter().next().flatten(),
            Err(error) => {
                let about = (item, &record.classification);
                return Err(self.refuse(caller, request, Some(about), Failure::from(error)).await);
            }
        };
        let read = read.map_err(look_failure);
        if let Ok(read) = &read {
            let live = read.classification.clone();
            if let Err(failure) = live.map_or(Ok(()), |live| self.permit_live(&mut record, live)) {
                let about = (item, &record.classification);
                return Err(self.refuse(caller, request, Some(about), failure).await);
            }
        }
        let preview = self.describe(&record, &read, owner);
        self.append_preview(&record, &preview).await?;
        Ok(preview)
    }

    /// What the checks say and what the operation would do.
    fn describe(
        &self,
        record: &OperationRecord,
        read: &Result<LiveRead, Failure>,
        owner: Option<OperationId>,
    ) -> Value {
        let mut checks = vec![check("validation", Ok(())), check("inventory", Ok(()))];
        checks.push(check("live_read", read.as_ref().map(|_| ())));
        let mut preview = None;
        if let Ok(read) = read {
            let plan = self.prepare(record, read);
            checks.push(check("policy", Ok(())));
            checks.push(with_facts(check("state", plan.as_ref().map(|_| ())), plan.as_ref().err()));
            if let Ok(plan) = &plan {
                preview = Self::preview_of(record, read, plan);
                checks.extend(
                    record
                        .plan_hash
                        .is_some()
                        .then(|| plan_check(as_previewed(record, read, plan))),
                );
            }
        }
        let busy = owner.map_or(Ok(()), |owner| Err(Failure::busy(owner, &record.lock_scope())));
        checks.push(check("conflicts", busy.as_ref().copied()));
        let mut would =
            preview.as_ref().map_or_else(|| json!({ "action": "nothing" }), Preview::shown);
        would["conflicts"] =
            json!(owner.map(|id| json!({ "running_operation_id": id })).as_slice());
        json!({
            "dry_run": true,
            "operation": record.operation.name(),
            "instance_id": record.target.instance_id,
            "would": would,
            "plan_hash": preview.map(|preview| preview.hash()),
            "passed": checks.iter().all(|check| check["passed"] == json!(true)),
            "checks": checks,
            "classification": record.classification,
        })
    }

    async fn append_preview(
        &self,
        record: &OperationRecord,
        preview: &Value,
    ) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let mut draft = crate::audit::AuditDraft::about(
            record,
            AuditEvent::DryRun,
            now,
            self.settings.audit_retention,
        );
        draft.operation_id = None;
        draft.result = json!({
            "would": preview["would"], "plan_hash": preview["plan_hash"],
            "checks": preview["checks"]
        });
        self.append(draft).await
    }

    fn preview_record(
        &self,
        caller: &Caller,
        request: &Request,
        item: &InventoryItem,
        classification: Classification,
    ) -> OperationRecord {
        let now = self.ports.clock.now();
        OperationRecord {
            id: preview_id(),
            version: 0,
            target: item.target.clone(),
            cluster_id: item.db_cluster_id.clone(),
            operation: request.operation.clone(),
            caller: caller.clone(),
            reason: request.reason.clone(),
            plan_hash: request.plan_hash.clone(),
            classification,
            created_at: now,
            poll_schedule: self.poll_schedule(&request.operation),
            attempts: 0,
            resends: 0,
            reauthentications: 0,
            lease: None,
            token: 0,
            state: State::Accepted { next_at: now },
            traces: Vec::new(),
            history: Vec::new(),
        }
    }
}

fn check(name: &str, outcome: Result<(), &Failure>) -> Value {
    match outcome {
        Ok(()) => json!({ "check": name, "passed": true }),
        Err(failure) => {
            let mut check = json!({
                "check": name, "passed": false, "error": failure.sentence, "guidance": failure.guidance,
                "code": failure.code,
            });
            if let Some(code) = &failure.error_code {
                check["error_code"] = json!(code);
            }
            check
        }
    }
}

/// A failed check with the facts that the refusal would have, such as the statuses that are
/// allowed.
fn with_facts(mut check: Value, failure: Option<&Failure>) -> Value {
    for (name, fact) in failure.into_iter().flat_map(|failure| &failure.facts) {
        check[name] = fact.clone();
    }
    check
}

/// Whether a preview that is asked for with the hash of an earlier one still says the same.
fn plan_check(agrees: Result<(), Failure>) -> Value {
    check("plan", agrees.as_ref().copied())
}

fn look_failure(error: ObserveError) -> Failure {
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
