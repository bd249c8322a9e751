//! The routes of the API as methods.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use ops_api_types::{
    AuditEntryView, AvailableOperations, ErrorBody, InstanceView, InventoryStatus, MetricsSummary,
    OperationRequest, OperationView, Page, Preview, Session,
};
use rand::Rng as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::error::{Error, ServiceRefusal};
use crate::filters::{AuditFilter, InstanceFilter, InstanceScope, OperationFilter, SummaryPeriod};
use crate::request::{IDEMPOTENCY_KEY, PREFER, encoded, get, post};
use crate::retry::{Effect, RetryPolicy, again};
use crate::transport::{Transport, TransportError};

/// A client of one service, for one caller. Clones share the transport.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    retry: RetryPolicy,
    on_retry: Option<Arc<dyn Fn(Duration) + Send + Sync>>,
}

/// How an operation is asked for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Submission {
    /// The same key, caller and request get the same operation for 24 hours. Without one the client
    /// makes a new one, so that it can repeat the request when the connection breaks.
    pub idempotency_key: Option<String>,
    /// How long the answer may be waited for; the service decides where it is `None`.
    pub wait: Option<Duration>,
}

/// A part of an export of the audit trail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CsvExport {
    /// The rows, with a header row only in the first part.
    pub text: String,
    /// Where the next part begins; `None` in the last one.
    pub next_cursor: Option<String>,
}

/// A new idempotency key: 32 random hexadecimal digits.
#[must_use]
pub fn new_idempotency_key() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

impl Client {
    /// A client over this transport.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self { transport: Arc::new(transport), retry: RetryPolicy::default(), on_retry: None }
    }

    /// The same with other pauses between attempts.
    #[must_use]
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// The same, and `on_retry` is called before each pause that a request is sent again after, with
    /// its length: a person who waits wants to know that the service is away.
    #[must_use]
    pub fn on_retry(self, on_retry: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self { on_retry: Some(Arc::new(on_retry)), ..self }
    }

    pub(crate) const fn retry(&self) -> RetryPolicy {
        self.retry
    }

    /// Who the caller is, and what the service offers.
    ///
    /// # Errors
    /// As for every method: an [`Error`] when there is no answer, or it is a refusal.
    pub async fn session(&self) -> Result<Session, Error> {
        self.read(get("/session", &())).await
    }

    /// Asks for an operation. It is answered when the operation has ended, or when the time to wait
    /// is over.
    ///
    /// The request is repeated with the same idempotency key where the connection breaks, so at
    /// most one operation comes of it.
    pub async fn submit(
        &self,
        request: &OperationRequest,
        submission: &Submission,
    ) -> Result<OperationView, Error> {
        let request = OperationRequest { dry_run: None, ..request.clone() };
        let key = submission.idempotency_key.clone().unwrap_or_else(new_idempotency_key);
        let mut sent = post("/operations", &request);
        if let Ok(key) = HeaderValue::try_from(key) {
            sent.headers_mut().insert(IDEMPOTENCY_KEY, key);
        }
        if let Some(wait) = submission.wait {
            sent.headers_mut().insert(PREFER, prefer(wait));
        }
        self.ask(sent, Effect::Repeatable).await
    }

    /// What an operation would do. Nothing is done; the audit trail gets an entry.
    pub async fn preview(&self, request: &OperationRequest) -> Result<Preview, Error> {
        let request = OperationRequest { dry_run: Some(true), ..request.clone() };
        self.ask(post("/operations", &request), Effect::Repeatable).await
    }

    /// One operation, at once.
    pub async fn operation(&self, id: &str) -> Result<OperationView, Error> {
        self.read(get(&format!("/operations/{}", encoded(id)), &())).await
    }

    /// One operation, as soon as something about it changes, or after `wait`.
    pub async fn operation_after_change(
        &self,
        id: &str,
        wait: Duration,
    ) -> Result<OperationView, Error> {
        let mut sent = get(&format!("/operations/{}", encoded(id)), &());
        sent.headers_mut().insert(PREFER, prefer(wait));
        self.read(sent).await
    }

    /// Cancels an operation that RDS has not been asked for.
    pub async fn cancel(&self, id: &str) -> Result<OperationView, Error> {
        let sent = Request::post(format!("/operations/{}/cancel", encoded(id)));
        let sent = sent.body(Bytes::new()).expect("the path is encoded");
        self.ask(sent, Effect::Once).await
    }

    /// One page of operations, newest first.
    pub async fn operations(&self, filter: &OperationFilter) -> Result<Page<OperationView>, Error> {
        self.read(get("/operations", filter)).await
    }

    /// One page of instances.
    pub async fn instances(&self, filter: &InstanceFilter) -> Result<Page<InstanceView>, Error> {
        self.read(get("/instances", filter)).await
    }

    /// One instance with its live state.
    pub async fn instance(&self, id: &str, scope: &InstanceScope) -> Result<InstanceView, Error> {
        self.read(get(&format!("/instances/{}", encoded(id)), scope)).await
    }

    /// What the caller may run on an instance, and why not the rest.
    pub async fn available_operations(
        &self,
        id: &str,
        scope: &InstanceScope,
    ) -> Result<AvailableOperations, Error> {
        self.read(get(&format!("/instances/{}/operations", encoded(id)), scope)).await
    }

    /// How far the inventory is discovered, for each account and Region.
    pub async fn inventory_status(&self) -> Result<InventoryStatus, Error> {
        self.read(get("/inventory/status", &())).await
    }

    /// One page of the audit trail, newest first.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<Page<AuditEntryView>, Error> {
        self.read(get("/audit", filter)).await
    }

    /// A part of the audit trail as CSV. The export is on the trail itself.
    pub async fn audit_csv(&self, filter: &AuditFilter, bom: bool) -> Result<CsvExport, Error> {
        #[derive(Serialize)]
        struct Query<'a> {
            #[serde(flatten)]
            filter: &'a AuditFilter,
            format: &'static str,
            bom: Option<bool>,
        }
        let query = Query { filter, format: "csv", bom: bom.then_some(true) };
        let response = self.send(get("/audit", &query), Effect::Repeatable).await?;
        let next_cursor = header(response.headers(), "x-next-cursor");
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let is_first = filter.cursor.is_none();
        let text = if is_first { text } else { without_first_row(&text) };
        Ok(CsvExport { text, next_cursor })
    }

    /// The figures of a period.
    pub async fn summary(&self, period: &SummaryPeriod) -> Result<MetricsSummary, Error> {
        self.read(get("/metrics/summary", period)).await
    }

    async fn read<T: DeserializeOwned>(&self, request: Request<Bytes>) -> Result<T, Error> {
        self.ask(request, Effect::Repeatable).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
        effect: Effect,
    ) -> Result<T, Error> {
        let response = self.send(request, effect).await?;
        serde_json::from_slice(response.body())
            .map_err(|error| refused(&response).unwrap_or(Error::Malformed(error)))
    }

    /// Sends a request until it is answered with a success, or may not be sent again.
    async fn send(
        &self,
        request: Request<Bytes>,
        effect: Effect,
    ) -> Result<Response<Bytes>, Error> {
        let begun = Instant::now();
        let mut attempt = 0;
        loop {
            let outcome = self.transport.send(request.clone()).await;
            let Some(least) = again(effect, &outcome) else { return finished(outcome) };
            let pause = self.retry.pause(attempt).max(least);
            if begun.elapsed() + pause > self.retry.patience {
                return finished(outcome);
            }
            if let Some(on_retry) = &self.on_retry {
                on_retry(pause);
            }
            sleep(pause).await;
            attempt += 1;
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("retry", &self.retry).finish_non_exhaustive()
    }
}

fn prefer(wait: Duration) -> HeaderValue {
    let preference = match wait.as_secs() {
        0 => "respond-async".to_owned(),
        seconds => format!("wait={seconds}"),
    };
    HeaderValue::try_from(preference).expect("it is ASCII")
}

fn finished(outcome: Result<Response<Bytes>, TransportError>) -> Result<Response<Bytes>, Error> {
    let response = outcome?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(refused(&response)
        .unwrap_or_else(|| Error::Foreign { status, message: foreign_message(response.body()) }))
}

/// The refusal in an answer. What RDS would refuse is answered with 200 before there is an
/// operation.
fn refused(response: &Response<Bytes>) -> Option<Error> {
    let body = serde_json::from_slice::<ErrorBody>(response.body()).ok()?;
    Some(Error::Refused(Box::new(ServiceRefusal { status: response.status(), body })))
}

/// What an API gateway says in its own errors.
fn foreign_message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(alias = "Message")]
        message: Option<String>,
    }
    serde_json::from_slice::<Said>(body).ok()?.message
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn without_first_row(text: &str) -> String {
    text.split_once("\r\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
}
