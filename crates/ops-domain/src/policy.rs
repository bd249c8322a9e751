//! Permission: a value that only this module makes.

use std::time::Duration;

use crate::cluster::LockScope;
use crate::environment::Classification;
use crate::failure::Failure;
use crate::id::OperationId;
use crate::instance::InstanceRef;
use crate::rds_call::RdsCall;
use crate::rules::Rules;
use crate::state::{OperationRecord, State};
use crate::time::{Timestamp, after};

/// Proof that the policy allowed one call on one instance. Only [`authorize`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizedCall {
    operation_id: OperationId,
    principal: String,
    target: InstanceRef,
    lock_scope: LockScope,
    call: RdsCall,
}

impl AuthorizedCall {
    /// The operation that the call belongs to.
    #[must_use]
    pub const fn operation_id(&self) -> OperationId {
        self.operation_id
    }

    /// Who asked for it.
    #[must_use]
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// The instance.
    #[must_use]
    pub const fn target(&self) -> &InstanceRef {
        &self.target
    }

    /// What the operation holds: the instance, or its cluster.
    #[must_use]
    pub const fn lock_scope(&self) -> &LockScope {
        &self.lock_scope
    }

    /// What RDS is asked.
    #[must_use]
    pub const fn call(&self) -> &RdsCall {
        &self.call
    }
}

/// Refuses a production instance. Rules have no say in it: they are asked after this, and can only
/// refuse more.
///
/// # Errors
/// [`Failure::production`] with the classification and its trace.
pub fn permit(classification: &Classification) -> Result<(), Failure> {
    if classification.environment.is_production() {
        return Err(Failure::production(classification.clone()));
    }
    Ok(())
}

/// The longest that a request to RDS takes: a lease must outlast it. Adapters give up a call after
/// this time. With [`STORE_TIMEOUT`] it fits into the 29 s that API Gateway waits for an answer
/// (API Gateway quotas).
pub const SEND_TIMEOUT: Duration = Duration::from_secs(15);

/// The longest that one call of a store takes. Adapters give up a call after this time.
pub const STORE_TIMEOUT: Duration = Duration::from_secs(6);

/// The most by which the clocks of two processes of this service may differ.
pub(crate) const CLOCK_SKEW: Duration = Duration::from_secs(10);

/// Allows `call` for an operation whose intent is stored and which holds its instance or cluster
/// for as long as sending takes.
///
/// `live` is the classification of the live description together with the inventory's and that of
/// every relative.
///
/// # Errors
/// [`Failure::production`] when `live` says production; `permission_denied` when the rules do not
/// let the caller do it there; `lease_lost` when the operation is not about to be sent, or does not
/// hold what `call` changes for as long as sending takes.
pub fn authorize(
    record: &OperationRecord,
    live: &Classification,
    rules: &Rules,
    call: RdsCall,
    now: Timestamp,
) -> Result<AuthorizedCall, Failure> {
    permit(live)?;
    rules.permit(&record.authz_request(), &live.environment)?;
    // The call must be over before anybody else may take the instance, or take this sender for
    // gone.
    let over_by = after(now, SEND_TIMEOUT + CLOCK_SKEW);
    let mine = matches!(&record.state, State::Submitting { watch } if over_by < watch.next_at);
    let held = record.lease.is_some_and(|lease| over_by < lease.until);
    if !mine || !held || !call.is_within(record.target_ids()) {
        return Err(Failure::operation_failed("lease_lost"));
    }
    Ok(AuthorizedCall {
        operation_id: record.id,
        principal: record.caller.principal.clone(),
        target: record.target.clone(),
        lock_scope: record.lock_scope(),
        call,
    })
}
