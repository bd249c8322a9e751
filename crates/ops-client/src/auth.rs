//! How a request says who sends it.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use thiserror::Error;

/// Puts into a request what a gateway knows the caller by.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// Changes the headers of a request that is otherwise as it will be sent, its whole URI
    /// included.
    ///
    /// # Errors
    /// An [`AuthError`] when there are no credentials; the request is not sent then.
    async fn authenticate(&self, request: &mut Request<Bytes>) -> Result<(), AuthError>;
}

/// Why a request can't be authenticated.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct AuthError {
    message: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl AuthError {
    /// An error that people read.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// The same with its cause.
    #[must_use]
    pub fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

/// Gives a token when one is needed. Tokens end, so each request asks; a source keeps one for as
/// long as it is valid.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is valid now.
    ///
    /// # Errors
    /// An [`AuthError`] when there is none.
    async fn token(&self) -> Result<String, AuthError>;
}

/// `Authorization: Bearer …`, for gateways with a JWT authorizer.
pub struct BearerToken<S>(pub S);

impl<S> fmt::Debug for BearerToken<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken")
    }
}

#[async_trait]
impl<S: TokenSource> Authenticate for BearerToken<S> {
    async fn authenticate(&self, request: &mut Request<Bytes>) -> Result<(), AuthError> {
        let token = self.0.token().await?;
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", token.trim())).map_err(|_| {
                AuthError::new("the token has characters that no header can have; check its source")
            })?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }
}
