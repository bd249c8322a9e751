#![doc = include_str!("../README.md")]

// The modules are listed in reading order: each uses only those above it.

mod transport;

mod error;

mod filters;

mod retry;

#[cfg(feature = "http")]
mod auth;

#[cfg(feature = "http")]
mod http_transport;

#[cfg(all(feature = "http", feature = "sigv4"))]
mod sigv4;

mod request;

mod client;

mod wait;

#[cfg(feature = "http")]
pub use auth::{AuthError, Authenticate, BearerToken, TokenSource};
pub use bytes::Bytes;
pub use client::{Client, CsvExport, Submission, new_idempotency_key};
pub use error::{Error, ServiceRefusal};
pub use filters::{AuditFilter, InstanceFilter, InstanceScope, OperationFilter, SummaryPeriod};
#[cfg(feature = "http")]
pub use http_transport::{BaseUrlError, HttpTransport};
pub use retry::RetryPolicy;
#[cfg(all(feature = "http", feature = "sigv4"))]
pub use sigv4::SigV4;
pub use transport::{Transport, TransportError};
pub use wait::{Until, is_over};
