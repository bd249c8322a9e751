//! Failures as HTTP responses.

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use ops_domain::failure::{Code, Failure};

/// A request that was not granted. Its response gets its body in the envelope, which knows the
/// request's id.
#[derive(Clone, Debug)]
pub(crate) struct Refused(pub(crate) Failure);

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = status(self.0.code).into_response();
        if let Some(seconds) = self.0.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The path leads nowhere.
pub(crate) fn no_such_route() -> Refused {
    Refused(Failure::of_code(Code::NotFound))
}

/// The HTTP status of a failure.
pub(crate) const fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidJson
        | Code::InvalidRequest
        | Code::UnknownOperation
        | Code::MissingParameter
        | Code::InvalidParameter => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ProductionBlocked | Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::InstanceNotFound | Code::OperationNotFound | Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::InstanceBusy
        | Code::IdempotencyConflict
        | Code::AmbiguousInstance
        | Code::PendingChangesWouldApply
        | Code::PlanChanged
        | Code::InventoryStale
        | Code::NotCancellable => StatusCode::CONFLICT,
        Code::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::AuditUnavailable
        | Code::InventoryUnavailable
        | Code::StoreUnavailable
        | Code::UpstreamUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        // The service did its part: what RDS made of it is an answer like any other.
        Code::OperationFailed => StatusCode::OK,
    }
}

#[cfg(test)]
mod errors_page;
