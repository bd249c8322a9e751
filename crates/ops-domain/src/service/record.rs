//! The record of an operation before anything of it is stored.

use crate::caller::Caller;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::OperationId;
use crate::instance::InventoryItem;
use crate::request::Request;
use crate::service::Service;
use crate::state::{OperationRecord, StartPeriod, State};
use crate::time::Timestamp;

impl Service {
    /// The record of a request, queued to be sent at once.
    pub(super) fn new_record(
        &self,
        id: OperationId,
        (caller, request, item): (&Caller, &Request, &InventoryItem),
        classification: Classification,
        start: StartPeriod,
        now: Timestamp,
    ) -> OperationRecord {
        OperationRecord {
            id,
            version: OperationRecord::FIRST_VERSION,
            target: item.target.clone(),
            cluster_id: item.db_cluster_id.clone(),
            operation: request.operation.clone(),
            caller: caller.clone(),
            reason: request.reason.clone(),
            plan_hash: request.plan_hash.clone(),
            classification,
            created_at: now,
            start,
            if_busy: request.start.if_busy,
            first_attempt_at: None,
            poll_schedule: self.settings.poll_schedule(request.operation.name()),
            attempts: 0,
            resends: 0,
            reauthentications: 0,
            lease: None,
            token: 0,
            state: State::Queued { next_at: now, busy_with: None },
            traces: Vec::new(),
            history: Vec::new(),
        }
    }

    /// When the call of this request may be sent.
    pub(super) fn start_period(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<StartPeriod, Failure> {
        request.start.period(now, self.settings.polling(request.operation.name()).timeout)
    }
}
