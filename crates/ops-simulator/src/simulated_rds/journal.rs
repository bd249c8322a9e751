//! What RDS was asked and did, for assertions.

use std::collections::BTreeMap;

use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::rds_call::RdsCall;
use ops_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One call that reached RDS.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecordedCall {
    /// When it arrived.
    pub at: Timestamp,
    /// For which instance. What is asked of a cluster is asked for one of its members.
    pub target: InstanceRef,
    /// Of which operation.
    pub operation_id: OperationId,
    /// What was asked.
    pub call: RdsCall,
    /// What RDS made of it.
    pub outcome: Outcome,
    /// The waiting modifications that were applied with it, although nobody asked for them.
    pub pending_flushed: BTreeMap<String, String>,
}

impl RecordedCall {
    /// Whether RDS accepted it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }
}

/// What RDS made of a call.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It carries it out.
    Accepted,
    /// It refused.
    Refused {
        /// The wire code.
        code: String,
    },
}
