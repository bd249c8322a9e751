//! The service itself.

use serde::{Deserialize, Serialize};

use crate::Members;

/// The answer of `GET /healthz`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// The version of the service.
    pub version: String,
}

/// The answer of `GET /`: what this is and where to go on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Root {
    /// The name of the service.
    pub service: String,
    /// Its version.
    pub version: String,
    /// What it is.
    pub about: String,
    /// The routes to go on to, relative to this one, each with what it gives.
    pub links: Members,
    /// Where to read more.
    pub more: String,
}
