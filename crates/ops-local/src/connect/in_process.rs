//! The service in this process: its router is called as a server would call it.

use async_trait::async_trait;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response};
use ops_client::{Transport, TransportError};
use ops_http::Router;
use tower::ServiceExt as _;

use crate::cli::LocalArgs;

/// The router, and who asks.
pub(super) struct InProcess {
    router: Router,
    caller: LocalArgs,
}

impl InProcess {
    pub(super) const fn new(router: Router, caller: LocalArgs) -> Self {
        Self { router, caller }
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(self.caller.caller());
        let request = Request::from_parts(parts, Body::from(body));
        let answered = self.router.clone().oneshot(request).await;
        let (parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .map_err(|error| TransportError::NoAnswer(error.into()))?;
        Ok(Response::from_parts(parts, body))
    }
}
