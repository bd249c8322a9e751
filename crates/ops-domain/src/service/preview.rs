//! A dry run: every check, no mutation, no lease.

use serde_json::{Map, Value, json};

use crate::audit::AuditEvent;
use crate::caller::Caller;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::instance::InventoryItem;
use crate::life::{OperationRecord, Phase};
use crate::operation::Plan;
use crate::policy;
use crate::ports::LookError;
use crate::request::Request;
use crate::service::Service;
use crate::service::submit::{Submitted, preview_id};

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
        let unit = record.unit();
        let (read, holder) = futures_util::join!(self.read_live(&record, now), self.ports.store.holder(&unit, now));
        let mut checks = vec![check("validation", Ok(())), check("inventory", Ok(()))];
        let read = read.map_err(look_failure);
        checks.push(check("live_read", read.as_ref().map(|_| ())));
        let mut would = json!({ "action": "nothing" });
        if let Ok(read) = &read {
            if let Some(live) = read.classification.clone() {
                record.classification = record.classification.strictest(live);
            }
            if let Err(failure) = policy::permit(&record.classification) {
                let about = (item, &record.classification);
                return match self.refuse(caller, request, Some(about), failure).await {
                    Err(failure) => Err(failure),
                    Ok(Submitted::DryRun(value)) => Ok(value),
                    Ok(Submitted::Operation(record)) => Ok(Value::Object(record.answer(now))),
                };
            }
            let plan = self.prepare(&record, read);
            checks.push(check("policy", Ok(())));
            checks.push(check("state", plan.as_ref().map(|_| ())));
            would = plan.map_or(would, |plan| describe(request, &plan));
        }
        let busy = holder.map_err(Failure::from)?.map_or(Ok(()), |holder| Err(Failure::busy(holder, &unit)));
        checks.push(check("conflicts", busy.as_ref().copied()));
        let preview = json!({
            "dry_run": true,
            "operation": request.operation.name(),
            "instance_id": item.target.instance_id,
            "would": would,
            "passed": checks.iter().all(|check| check["passed"] == json!(true)),
            "checks": checks,
            "classification": record.classification,
        });
        self.append_preview(&record, &preview).await?;
        Ok(preview)
    }

    async fn append_preview(&self, record: &OperationRecord, preview: &Value) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let mut draft = crate::audit::AuditDraft::about(record, AuditEvent::DryRun, now, self.settings.audit_retention);
        draft.operation_id = None;
        draft.result = json!({ "would": preview["would"], "checks": preview["checks"] });
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
            classification,
            created_at: now,
            plan: self.poll_plan(&request.operation),
            attempts: 0,
            resends: 0,
            lease: None,
            token: 0,
            phase: Phase::Accepted { next_at: now },
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

fn describe<Order>(request: &Request, plan: &Plan<Order>) -> Value {
    let action = match plan {
        Plan::Send(_) => request.operation.name(),
        Plan::Nothing(_) => "nothing",
    };
    let parameters: Map<String, Value> = request.operation.parameters();
    json!({ "action": action, "parameters": parameters })
}

fn look_failure(error: LookError) -> Failure {
    match error {
        LookError::Throttled => Failure::throttled(),
        LookError::Denied { code } => Failure::permission_denied(&code),
        LookError::Unavailable(_) => Failure::upstream_unavailable(),
    }
}
