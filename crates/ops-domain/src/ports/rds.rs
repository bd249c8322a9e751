//! Amazon RDS: looks and calls.

use async_trait::async_trait;
use thiserror::Error;

use crate::id::OperationId;
use crate::instance::{InstanceRef, Scope};
use crate::observation::{Observation, ObserveRequest};
use crate::policy::AuthorizedCall;
use crate::ports::Source;
use crate::rds_call::{Permission, Receipt};
use crate::state::Trace;

/// Amazon RDS, in many accounts and Regions. Why a poll or a call failed is the implementation's
/// own to log, with what only it knows (a request id, AWS's words); what it returns tells what
/// that means.
#[async_trait]
pub trait RdsControl: Send + Sync {
    /// Describes everything that `request` names, in as few calls as that takes. What does not exist
    /// is not in the answer.
    ///
    /// # Errors
    /// An [`ObserveError`]; then nothing is known.
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError>;

    /// Gets ready to send the call that is coming, while other things are still being found out.
    /// It changes nothing in AWS, and what does not work out shows when the call is sent.
    async fn prefetch_session(&self, _coming: &SessionHint) {}

    /// Sends one call, once. Nothing below this call sends it again.
    async fn send(&self, call: &AuthorizedCall) -> Sent;
}

/// A call that may come, as far as it is known before the instance has been read. It allows
/// nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionHint {
    /// The operation.
    pub operation_id: OperationId,
    /// Who asked for it.
    pub principal: String,
    /// The instance.
    pub target: InstanceRef,
    /// What AWS must permit for the call.
    pub permission: Permission,
}

/// What became of a call.
#[derive(Debug)]
pub struct Sent {
    /// RDS's answer; or a [`SendError`], which says whether the call may have been carried out.
    pub answer: Result<Receipt, SendError>,
    /// By what AWS's own records know the call, whatever the answer.
    pub trace: Trace,
}

/// A call about which AWS's own records have nothing.
impl From<SendError> for Sent {
    fn from(error: SendError) -> Self {
        Self { answer: Err(error), trace: Trace::default() }
    }
}

/// Why a poll failed. The operation did not fail for it.
#[derive(Debug, Error)]
pub enum ObserveError {
    /// AWS asks for slower requests.
    #[error("AWS asks for slower requests")]
    Throttled,
    /// AWS refuses our role, in STS or in RDS.
    #[error("AWS refuses the service's role ({code})")]
    Denied {
        /// The wire code.
        code: String,
        /// The action that was refused, as IAM spells it, e.g. `sts:AssumeRole`; none where AWS was
        /// not asked.
        action: Option<String>,
    },
    /// AWS refuses what this service asks for, whoever asks, e.g. a session with too large a
    /// policy.
    #[error("AWS refuses the request of the service ({code})")]
    Refused {
        /// The wire code.
        code: String,
    },
    /// RDS or STS does not answer, or answers with an error of its own.
    #[error("RDS can't be reached")]
    Unavailable(#[source] Source),
}

/// Why a call was not accepted, by what may have happened.
#[derive(Debug, Error)]
pub enum SendError {
    /// RDS refused, or STS refused a session for it; nothing changed.
    #[error("RDS refused the order ({code})")]
    Refused {
        /// The wire code, e.g. `InvalidDBInstanceState`.
        code: String,
        /// RDS's words; none are of STS.
        message: String,
    },
    /// AWS refuses our role; nothing changed.
    #[error("AWS refuses the service's role ({code})")]
    Denied {
        /// The wire code.
        code: String,
        /// The action that was refused, as IAM spells it, e.g. `rds:RebootDBInstance`; none where
        /// AWS was not asked.
        action: Option<String>,
    },
    /// AWS did not accept the credentials, because they have expired or are not known yet; nothing
    /// changed, and new ones may be accepted.
    #[error("AWS does not accept the credentials ({code})")]
    Unauthenticated {
        /// The wire code.
        code: String,
    },
    /// AWS asks for slower requests; nothing changed.
    #[error("AWS asks for slower requests")]
    Throttled,
    /// The call was not sent; nothing changed.
    #[error("the order was not sent")]
    NotSent(#[source] Source),
    /// The call may have been carried out.
    #[error("the outcome of the order is unknown")]
    MayHaveHappened(#[source] Source),
}
