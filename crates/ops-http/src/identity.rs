//! What the host says about a request: who calls, the request's id, the time that is left, and the
//! version of the settings.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::Extensions;
use ops_domain::caller::Caller;
use ops_domain::failure::{Code, Failure};

use crate::refused::Refused;

/// A request extension: how much time the host has left to answer. Nothing waits longer, and
/// nothing is begun that may take longer; see [`ops_domain::service::Service::ending_at`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WaitBudget(pub Duration);

/// A request extension: the host's id of a request that has no [`Caller`] to carry it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestId(pub String);

/// A request extension for the root, asked for without a slash at the end behind a path that only
/// the gateway knows: the last segment of that path, encoded. Links from there begin with it (RFC
/// 3986, section 5.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RootName(pub String);

/// A request extension: which version of shared settings the router goes by, for `GET /session`. A
/// host has it that reads its settings again while it runs.
#[derive(Clone, Debug)]
pub struct SettingsStatus(pub ops_config::Status);

/// The id of the request, where the host gave one.
pub(crate) fn request_id(extensions: &Extensions) -> Option<String> {
    let of_caller = extensions.get::<Caller>().map(|caller| &caller.request_id);
    let id = of_caller.or_else(|| extensions.get::<RequestId>().map(|RequestId(id)| id));
    id.filter(|id| !id.is_empty()).cloned()
}

/// Refuses a request without a [`Caller`].
pub(crate) async fn require_caller(request: Request, next: Next) -> Response {
    if request.extensions().get::<Caller>().is_some() {
        return next.run(request).await;
    }
    Refused(Failure::of_code(Code::Unauthenticated)).into_response()
}
