//! What a caller may run on an instance, in its present status as far as that is known.

use serde_json::Value;

use crate::caller::Caller;
use crate::failure::Failure;
use crate::operation::{self, Operation};
use crate::policy;
use crate::rules::AuthzRequest;
use crate::service::{InstanceView, Service};

/// What a caller may run on an instance that is not production, and what the rules or the
/// instance's status keep from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Available {
    /// The operations that the caller may run, and that the instance's status allows.
    pub operations: Vec<AvailableOperation>,
    /// The names of the others, each with the refusal that it would meet.
    pub not_permitted: Vec<(&'static str, Failure)>,
}

/// An operation that a caller may run.
#[derive(Clone, Debug, PartialEq)]
pub struct AvailableOperation {
    /// Its name.
    pub operation: &'static str,
    /// The JSON schema of its parameters.
    pub parameters: Value,
}

impl Service {
    /// What `caller` may run, and the refusal of each other operation.
    ///
    /// # Errors
    /// The [`Failure`] that every operation on it would meet, whoever asks.
    pub(super) fn available_operations(
        &self,
        caller: &Caller,
        view: &InstanceView,
    ) -> Result<Available, Failure> {
        self.is_operated(view)?;
        let mut available = Available::default();
        for (operation, parameters) in Operation::schemas() {
            match self.may_run(caller, view, operation) {
                Ok(()) => available.operations.push(AvailableOperation { operation, parameters }),
                Err(failure) => available.not_permitted.push((operation, failure)),
            }
        }
        Ok(available)
    }

    /// Why `caller` may run nothing; `None` when there is something.
    pub(super) fn nothing_available(
        &self,
        caller: &Caller,
        view: &InstanceView,
    ) -> Option<Failure> {
        if let Err(failure) = self.is_operated(view) {
            return Some(failure);
        }
        let mut names = Operation::NAMES.to_vec();
        names.sort_unstable();
        let mut first = None;
        for operation in names {
            match self.may_run(caller, view, operation) {
                Ok(()) => return None,
                Err(failure) => first = first.or(Some(failure)),
            }
        }
        first
    }

    /// Whether `caller` may run `operation`.
    pub(super) fn is_available(
        &self,
        caller: &Caller,
        view: &InstanceView,
        operation: &'static str,
    ) -> bool {
        self.is_operated(view).and_then(|()| self.may_run(caller, view, operation)).is_ok()
    }

    /// What every operation would meet, whoever asks.
    fn is_operated(&self, view: &InstanceView) -> Result<(), Failure> {
        policy::permit(&view.classification)?;
        self.works_in(&view.item.target.account_id)?;
        operation::engine_is_operated(&view.item.engine)?;
        view.live_refusal.clone().map_or(Ok(()), Err)
    }

    /// What one operation would meet by the policy, on both readings, and by the status.
    fn may_run(
        &self,
        caller: &Caller,
        view: &InstanceView,
        operation: &'static str,
    ) -> Result<(), Failure> {
        let attempt = AuthzRequest { caller, operation, target: &view.item.target };
        self.permit(&attempt, &view.classification)?;
        if let Some(live) = &view.live_classification {
            self.permit(&attempt, live)?;
        }
        Operation::possible(operation, &view.known_state())
    }
}
