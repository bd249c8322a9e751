//! How a request reaches the service.

use std::error::Error;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use thiserror::Error;

/// Sends requests to one service.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request and returns the whole answer, whatever its status.
    ///
    /// The URI of the request is a path with a query, such as `/operations?limit=1`, seen from the
    /// root of the API.
    ///
    /// # Errors
    /// A [`TransportError`] when there is no answer. [`TransportError::NotSent`] may be returned
    /// only where the service certainly did not get the request: it is sent again then.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum TransportError {
    /// The request certainly did not reach the service, e.g. because nothing listens there.
    #[error("the service can't be reached")]
    NotSent(#[source] Box<dyn Error + Send + Sync>),
    /// The request may have reached the service, e.g. because the connection broke.
    #[error("the service did not answer; the request may have reached it")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
    /// The request could not be signed, or there is no token for it. It was not sent.
    #[error("the request can't be authenticated")]
    NoCredentials(#[source] Box<dyn Error + Send + Sync>),
}
