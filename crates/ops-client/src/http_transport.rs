//! The service over HTTP.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use reqwest::redirect;
use thiserror::Error;

use crate::auth::Authenticate;
use crate::transport::{Transport, TransportError};

/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long an answer may take. A gateway ends a request after 30 s, and a server waits for 20 s by
/// default (`OPS_MAX_WAIT_SECONDS`).
const ANSWER_TIME: Duration = Duration::from_secs(120);

/// Sends requests over HTTP/1.1, with TLS where the URL begins with `https`.
///
/// Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`). Certificates are checked
/// against those that the system trusts. A redirect is not followed: it is an answer that the
/// service does not give.
#[derive(Clone)]
pub struct HttpTransport {
    base: Uri,
    http: reqwest::Client,
    auth: Option<Arc<dyn Authenticate>>,
}

/// Why a text is not the URL of an API.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[error(
    "{0:?} is not the URL of an API; expected https:// or http://, a host, and the path of the \
     stage where there is one, such as https://api.example.com/live"
)]
pub struct BaseUrlError(String);

impl HttpTransport {
    /// A transport to the API at this URL, e.g. `https://api.example.com/live`.
    ///
    /// # Errors
    /// A [`BaseUrlError`] when it is not a URL with a scheme and a host, or has a query.
    pub fn new(url: &str) -> Result<Self, BaseUrlError> {
        let wrong = || BaseUrlError(url.to_owned());
        let base: Uri = url.trim().parse().map_err(|_| wrong())?;
        let is_http = matches!(base.scheme_str(), Some("http" | "https"));
        let has_host = base.host().is_some_and(|host| !host.is_empty());
        if !is_http || !has_host || base.query().is_some() {
            return Err(wrong());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("ops-client/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("no certificate or proxy is given that could be wrong");
        Ok(Self { base, http, auth: None })
    }

    /// The same for a caller that is known by `auth`.
    #[must_use]
    pub fn with_auth(self, auth: impl Authenticate + 'static) -> Self {
        Self { auth: Some(Arc::new(auth)), ..self }
    }

    /// The URL of the API.
    #[must_use]
    pub const fn base(&self) -> &Uri {
        &self.base
    }

    /// The whole URI for a path and query behind the URL of the API.
    fn whole(&self, uri: &Uri) -> Uri {
        let behind = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let path = format!("{}{behind}", self.base.path().trim_end_matches('/'));
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(path.try_into().expect("two paths make one"));
        Uri::from_parts(parts).expect("only the path is another one")
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("base", &self.base).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        *request.uri_mut() = self.whole(request.uri());
        if let Some(auth) = &self.auth {
            auth.authenticate(&mut request)
                .await
                .map_err(|error| TransportError::NoCredentials(error.into()))?;
        }
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::NotSent(error.into()))?;
        let answer = self.http.execute(request).await.map_err(failed)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer.bytes().await.map_err(failed)?;
        Ok(response)
    }
}

/// A connection that was not made carried no request.
fn failed(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent(error.into())
    } else {
        TransportError::NoAnswer(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_behind_the_stage() {
        for (base, whole) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/operations?limit=1"),
            ("https://api.example.com/", "https://api.example.com/operations?limit=1"),
            ("https://api.example.com/live", "https://api.example.com/live/operations?limit=1"),
            ("https://api.example.com/live/", "https://api.example.com/live/operations?limit=1"),
        ] {
            let transport = HttpTransport::new(base).expect("it is a URL");
            let uri = Uri::from_static("/operations?limit=1");
            assert_eq!(transport.whole(&uri).to_string(), whole, "{base}");
        }
    }

    #[test]
    fn what_is_not_the_url_of_an_api_is_refused() {
        for url in ["", "api.example.com", "/live", "ftp://host/", "https://host/?a=b", "https://"]
        {
            assert_eq!(HttpTransport::new(url).unwrap_err(), BaseUrlError(url.to_owned()), "{url}");
        }
    }
}
