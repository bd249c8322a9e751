//! Why a call has no result.

use http::StatusCode;
use ops_api_types::ErrorBody;
use thiserror::Error;

use crate::transport::TransportError;

/// Why a call has no result.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service refused the request, or could not carry it out.
    #[error("{}", .0.body.error)]
    Refused(Box<ServiceRefusal>),
    /// The answer is not one of this service: something before it answered, such as an API gateway
    /// or a proxy.
    #[error("the answer is not from the operations service: {status}{}", shown(message))]
    Foreign {
        /// Its status.
        status: StatusCode,
        /// What it says, where that is a short text.
        message: Option<String>,
    },
    /// The answer has a form that this version of the client does not know.
    #[error("the answer can't be understood; is the service of the same version as this client?")]
    Malformed(#[source] serde_json::Error),
}

/// An answer of the service that is no result: with a status of 400 or more, or with 200 where RDS
/// would refuse the operation and there is none yet.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceRefusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// What the service says.
    pub body: ErrorBody,
}

impl Error {
    /// The stable code of a refusal by the service, e.g. `production_blocked`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.body.code),
            Self::Transport(_) | Self::Foreign { .. } | Self::Malformed(_) => None,
        }
    }
}

fn shown(message: &Option<String>) -> String {
    message.as_ref().map(|message| format!(" ({message})")).unwrap_or_default()
}
