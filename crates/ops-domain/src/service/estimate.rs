//! The estimate of an operation's end for a caller that asks for it by its id. What the audit trail
//! knows of earlier operations is read here and not where a request is accepted, which it must not
//! slow down.

use crate::audit::{AuditEntry, AuditEvent};
use crate::ports::AuditQuery;
use crate::service::{Service, log};
use crate::state::{Estimate, OperationRecord};
use crate::time::Timestamp;

/// Entries of the trail that are looked through for earlier operations of the kind.
const LOOKED_THROUGH: usize = 50;

impl Service {
    /// When an operation may be done: by RDS's percentage, or else by how long the same took on the
    /// same instance before. `None` when neither tells.
    pub(super) async fn estimate(&self, record: &OperationRecord) -> Option<Estimate> {
        let now = self.ports.clock.now();
        match record.estimate(now) {
            None if record.is_watched() => {
                Estimate::by_history(record, self.earlier_seconds(record, now).await, now)
            }
            estimate => estimate,
        }
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
