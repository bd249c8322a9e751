//! Who may use the dashboard: the browser that opened the address with the key first. The key works
//! once; the browser then has a cookie, which no page of another site can send.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{Request, State};
use axum::http::header::{
    COOKIE, HOST, LOCATION, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::serve::{gate, page};

/// The name of the cookie. Cookies know no ports, so that of another dashboard on this machine has
/// this name, too; the last one that was opened counts.
const NAME: &str = "rds-ops-ui";

/// The key, which opens once, and the secret of the cookie.
#[derive(Debug)]
pub(super) struct Admission {
    key: String,
    secret: String,
    used: AtomicBool,
}

impl Admission {
    pub(super) fn new() -> Self {
        let random = || format!("{:032x}", rand::random::<u128>());
        Self { key: random(), secret: random(), used: AtomicBool::new(false) }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Whether this address opens the dashboard. It does so once.
    fn opens(&self, uri: &Uri) -> bool {
        let key = uri.query().and_then(|query| query.strip_prefix("key="));
        uri.path() == "/"
            && key.is_some_and(|key| same(key, &self.key))
            && !self.used.swap(true, Ordering::SeqCst)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let mut pairs = values.flat_map(|value| value.split(';')).map(str::trim);
        pairs.any(|pair| {
            pair.split_once('=')
                .is_some_and(|(name, value)| name == NAME && same(value, &self.secret))
        })
    }
}

/// Takes the same time whatever differs.
fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).map(|(one, other)| one ^ other);
    one.len() == other.len() && differences.fold(0, |all, one| all | one) == 0
}

/// Lets the person's browser pass, and nobody else.
pub(super) async fn admit(
    State(admission): State<Arc<Admission>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(gate::is_this_machine) || !page::may_send(headers, &[]) {
        return refused();
    }
    let mut response = if admission.knows(headers) {
        next.run(request).await
    } else if admission.opens(request.uri()) {
        opened(&admission)
    } else {
        refused()
    };
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The key does not stay in the address.
fn opened(admission: &Admission) -> Response {
    let cookie = format!("{NAME}={}; HttpOnly; SameSite=Strict; Path=/", admission.secret);
    let cookie = HeaderValue::try_from(cookie).expect("it is ASCII");
    let headers = [(LOCATION, HeaderValue::from_static("/")), (SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn refused() -> Response {
    let text = "This dashboard is for the browser that opened it first. Start `rds-ops ui` again, \
                and open the address that it prints.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}
