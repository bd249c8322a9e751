//! What an answer says when something was not done.

use serde::{Deserialize, Serialize};

use crate::{Classification, Members};

/// Whether to send the same request again.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// No: fix the request, or the account, first.
    No,
    /// Yes, with backoff: nothing was changed.
    Later,
    /// After the status of the instance, or of what else is named, changes.
    AfterChange,
    /// Check the outcome first: the change may have been made, or may still be under way.
    CheckFirst,
}

/// The body of an answer to a request that was not carried out (4xx and 5xx).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// One sentence: what happened.
    pub error: String,
    /// The stable code.
    pub code: String,
    /// The code of AWS, which begins with a capital, or this service's own code of an operation
    /// that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What to do next.
    pub guidance: String,
    /// Whether to send the same request again.
    pub retry: Retry,
    /// Everything that is wrong with the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Problem>,
    /// The operation that the error is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// Further facts by name, e.g. the `candidates` of an ambiguous name.
    #[serde(flatten)]
    pub facts: Members,
    /// How the instance was classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// The id of the request, where the gateway gave one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub request_id: Option<String>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A JSON pointer (RFC 6901) into the request, or the name of a header or query parameter.
    pub pointer: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// Why an operation would be refused.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The stable code.
    pub code: String,
    /// The code of AWS or of this service, as in [`ErrorBody::error_code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// One sentence: why.
    pub reason: String,
    /// What to do about it.
    pub guidance: String,
    /// Further facts by name, e.g. `allowed_statuses`.
    #[serde(flatten)]
    pub facts: Members,
}
