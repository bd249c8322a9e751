//! By what AWS's own records know a call.

use serde::{Deserialize, Serialize};

/// The ids under which CloudTrail of the instance's account has a call, so that the audit trail
/// joins to it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Trace {
    /// RDS's id of the request (`x-amzn-RequestId`; `requestID` in CloudTrail).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rds_request_id: Option<String>,
    /// STS's id of the request for the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts_request_id: Option<String>,
    /// The name of the session, which is the end of its ARN (`userIdentity.arn` in CloudTrail).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_name: Option<String>,
}

/// Orders of one operation that are kept: more are sent only while AWS asks for slower requests.
pub(super) const TRACES_KEPT: usize = 4;
