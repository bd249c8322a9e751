//! An operation for who asks for it by its id, with an estimate of its end. What the audit trail
//! knows of earlier ones is read here and not where a request is accepted, which it must not slow
//! down.

use serde_json::{Map, Value};

use crate::audit::{AuditEntry, AuditEvent};
use crate::ports::AuditQuery;
use crate::service::{Service, log};
use crate::state::{Estimate, OperationRecord};
use crate::time::Timestamp;

/// Entries of the trail that are looked through for earlier operations of the kind.
const LOOKED_THROUGH: usize = 50;

impl Service {
    /// Everything about an operation. Where RDS's percentage does not say when it will be done, how
    /// long the same took on the same instance before may.
    pub async fn detail(&self, record: &OperationRecord) -> Map<String, Value> {
        let now = self.ports.clock.now();
        let mut detail = record.detail(now);
        if record.is_watched()
            && record.estimate(now).is_none()
            && let Some(progress) = detail.get_mut("progress")
            && let Some(estimate) =
                Estimate::by_history(record, self.earlier_seconds(record, now).await, now)
        {
            estimate.add_to(progress, now);
        }
        detail
    }

    /// The seconds that earlier operations of the kind took, the latest first. A trail that can't
    /// be read tells nothing.
    async fn earlier_seconds(&self, record: &OperationRecord, now: Timestamp) -> Vec<f64> {
        let query = AuditQuery {
            instance_id: Some(record.target.instance_id.to_string()),
            user: None,
            operation: Some(record.operation.name().to_owned()),
            operation_id: None,
            from: None,
            to: None,
            limit: LOOKED_THROUGH,
            cursor: None,
            now,
        };
        let page = self.ports.audit.query(&query).await;
        let page = page.inspect_err(|error| {
            log::missed(error, "the trail did not tell how long it took before")
        });
        let entries = page.map(|page| page.items).unwrap_or_default();
        let done = entries.iter().filter(|entry| is_end_of(record, entry));
        done.filter_map(|entry| entry.duration_seconds).collect()
    }
}

/// Whether the entry tells that an operation of the kind was done on the same instance, and not on
/// its namesake.
fn is_end_of(record: &OperationRecord, entry: &AuditEntry) -> bool {
    let event = entry.event.as_deref().and_then(AuditEvent::from_name);
    entry.success == Some(true)
        && matches!(event, Some(AuditEvent::Outcome | AuditEvent::LateOutcome))
        && entry.account_id.as_deref() == Some(record.target.account_id.as_str())
        && entry.region.as_deref() == Some(record.target.region.as_str())
}
