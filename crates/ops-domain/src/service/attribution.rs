//! Whose evidence it is. A restart does not name the order that caused it, so it counts for an operation only while no
//! other operation can have caused it.

use crate::failure::Failure;
use crate::life::{Ending, OperationRecord, Phase};
use crate::policy::CLOCK_SKEW;
use crate::ports::OperationQuery;
use crate::service::Service;
use crate::time::{Timestamp, after};

/// Operations of one instance that are looked at for one that may have left evidence late.
const NEIGHBOURS: usize = 20;

impl Service {
    /// Whether what a look showed may be another operation's doing. Asked after the look: what was seen before the
    /// instance changed hands is this operation's.
    pub(super) async fn evidence_may_be_anothers(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        if record.operation.evidence_is_its_own() {
            return Ok(false);
        }
        Ok(self.has_successor(record, now).await? || self.has_unsettled_predecessor(record).await?)
    }

    /// Whether another operation has had the instance since.
    async fn has_successor(&self, record: &OperationRecord, now: Timestamp) -> Result<bool, Failure> {
        if record.lease.is_some_and(|lease| after(now, CLOCK_SKEW) < lease.until) {
            return Ok(false);
        }
        let token = record.lease.map_or(record.token, |lease| lease.token);
        let latest = self.ports.store.last_token(&record.target).await.map_err(Failure::from)?;
        Ok(latest != Some(token))
    }

    /// Whether an operation before this one was still being watched when this one began: its effect may have come late.
    /// That matters only where it is unknown whether this one's order was sent at all.
    async fn has_unsettled_predecessor(&self, record: &OperationRecord) -> Result<bool, Failure> {
        match &record.phase {
            Phase::Submitting { .. } | Phase::Unresolved { .. } => {}
            Phase::Accepted { .. } | Phase::Watching { .. } | Phase::Ended { .. } => return Ok(false),
        }
        let query = OperationQuery {
            instance_id: Some(record.target.instance_id.clone()),
            limit: NEIGHBOURS,
            ..OperationQuery::default()
        };
        let neighbours = self.ports.store.list(&query).await.map_err(Failure::from)?;
        let began = record.created_at - CLOCK_SKEW;
        Ok(neighbours.items.iter().any(|other| {
            other.id != record.id
                && other.target == record.target
                && !other.operation.evidence_is_its_own()
                && other.created_at <= record.created_at
                && other.ended_at().is_none_or(|ended| began <= ended)
        }))
    }
}

/// How an operation ends whose evidence could be another's.
pub(super) fn without_evidence(record: &OperationRecord) -> Phase {
    let ending = match &record.phase {
        Phase::Watching { .. } | Phase::Ended { .. } => Ending::Unverified,
        Phase::Accepted { .. } | Phase::Submitting { .. } | Phase::Unresolved { .. } => {
            Ending::Failed { failure: Failure::operation_failed("outcome_unknown") }
        }
    };
    Phase::Ended { ending, watch: record.watch().cloned() }
}
