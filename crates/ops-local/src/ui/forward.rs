//! Requests of the dashboard's page on their way to the service.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LINK, LOCATION, RETRY_AFTER,
};
use axum::http::{self, HeaderMap, HeaderName, HeaderValue, Response};
use ops_client::{HttpTransport, Transport as _, TransportError};
use ops_domain::failure::{Code, Failure};

use crate::clock::request_id;

/// What the API reads.
const ASKED: [HeaderName; 4] = [
    ACCEPT,
    CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("prefer"),
];

/// What the API says. What is for a browser about the service's own origin stays behind.
const ANSWERED: [HeaderName; 9] = [
    ALLOW,
    CONTENT_DISPOSITION,
    CONTENT_TYPE,
    LINK,
    LOCATION,
    RETRY_AFTER,
    HeaderName::from_static("preference-applied"),
    HeaderName::from_static("x-next-cursor"),
    HeaderName::from_static("x-request-id"),
];

/// More than the API takes, so that it is the API that refuses it.
const MOST: usize = 1024 * 1024;

/// Sends the request to the service in the person's name, and its answer back.
pub(super) async fn forward(
    Extension(transport): Extension<Arc<HttpTransport>>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST).await else {
        return refused(Failure::of_code(Code::PayloadTooLarge));
    };
    let mut sent = http::Request::new(body);
    *sent.method_mut() = parts.method;
    *sent.uri_mut() = parts.uri;
    *sent.headers_mut() = only(&parts.headers, &ASKED);
    match transport.send(sent).await {
        Ok(answer) => answered(answer),
        Err(error) => refused(failure(&error)),
    }
}

fn answered(answer: Response<Bytes>) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = parts.status;
    *response.headers_mut() = only(&parts.headers, &ANSWERED);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn only(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let kept = headers.iter().filter(|(name, _)| names.contains(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn failure(error: &TransportError) -> Failure {
    match error {
        TransportError::NoCredentials(_) => Failure::new(
            Code::Unauthenticated,
            "There are no credentials for the service.",
            "Sign in again, for example by `aws sso login`, and repeat the request.",
        ),
        TransportError::NotSent(_) => Failure::new(
            Code::UpstreamUnavailable,
            "The service can't be reached.",
            "Check the network and the URL. The request was not sent.",
        ),
        TransportError::NoAnswer(_) => Failure::new(
            Code::UpstreamUnavailable,
            "The service did not answer.",
            "The request may have reached it: look at the operations before you repeat it.",
        ),
    }
}

fn refused(failure: Failure) -> Response<Body> {
    ops_http::refusal(failure, &request_id(), ops_http::Transport::Plain)
}
