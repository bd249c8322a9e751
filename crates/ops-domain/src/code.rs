//! The stable codes of failures.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The exact sentence of a refusal on a production instance.
pub const PRODUCTION_SENTENCE: &str =
    "Operations not allowed on production instances. Please create a CloudOps request.";

/// Stable codes, one for each thing that a caller can do next.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Eq,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The body is no JSON.
    InvalidJson,
    /// The request does not have the form of one.
    InvalidRequest,
    /// No operation of that name.
    UnknownOperation,
    /// A required parameter is absent.
    MissingParameter,
    /// A value breaks a rule.
    InvalidParameter,
    /// The gateway named no caller.
    Unauthenticated,
    /// The instance counts as production.
    ProductionBlocked,
    /// AWS refuses our role, or the caller may not do this.
    PermissionDenied,
    /// The inventory has no such instance, or RDS does not.
    InstanceNotFound,
    /// No such operation.
    OperationNotFound,
    /// No such route.
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// The body has not arrived in time.
    RequestTimeout,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is of a type that is not read.
    UnsupportedMediaType,
    /// Another operation has the instance.
    InstanceBusy,
    /// The idempotency key was used with another body.
    IdempotencyConflict,
    /// Several instances have this name.
    AmbiguousInstance,
    /// Applying at once would apply other waiting changes too.
    PendingChangesWouldApply,
    /// Reality differs from the preview that the request refers to.
    PlanChanged,
    /// Discovery did not see the instance for too long.
    InventoryStale,
    /// The operation can't be cancelled any more.
    NotCancellable,
    /// AWS asks for slower requests.
    Throttled,
    /// A defect of this service.
    Internal,
    /// The audit trail can't be written.
    AuditUnavailable,
    /// The inventory can't be read.
    InventoryUnavailable,
    /// The operation store can't be used.
    StoreUnavailable,
    /// RDS or STS can't be reached.
    UpstreamUnavailable,
    /// RDS refused the call, this service refused it before RDS was asked, or the operation ran
    /// and failed.
    OperationFailed,
}

impl Code {
    /// Every code, in the order of the declaration.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Whether it tells of something that could not be asked, rather than of a decision.
    #[must_use]
    pub const fn is_outage(self) -> bool {
        matches!(
            self,
            Self::Throttled
                | Self::AuditUnavailable
                | Self::InventoryUnavailable
                | Self::StoreUnavailable
                | Self::UpstreamUnavailable
        )
    }

    /// The code as it stands in answers, e.g. `instance_busy`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
