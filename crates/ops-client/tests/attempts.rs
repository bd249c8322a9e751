//! What the client sends again and what not, over a transport that answers as it is told. Time is
//! virtual.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{Method, Request, Response};
use ops_api_types::{OperationRequest, OperationStatus};
use ops_client::{AuditFilter, Bytes, Client, Error, Submission, Transport, TransportError, Until};
use serde_json::{Value, json};
use tokio::time::Instant;

/// What the service does with one request.
enum Reply {
    Answer(u16, Value),
    Csv(&'static str, Option<&'static str>),
    NotSent,
    NoAnswer,
}

#[derive(Clone, Default)]
struct Scripted {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Scripted {
    fn client(replies: impl IntoIterator<Item = Reply>) -> (Client, Self) {
        let scripted = Self::default();
        scripted.replies.lock().unwrap().extend(replies);
        (Client::new(scripted.clone()), scripted)
    }

    /// The methods and URIs that were sent, with the idempotency key or preference of each.
    fn sent(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let said = |request: &Request<Bytes>| {
            let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap());
            let prefer = header("prefer").map(|prefer| format!(" {prefer}")).unwrap_or_default();
            format!("{} {}{prefer}", request.method(), request.uri())
        };
        requests.iter().map(said).collect()
    }

    fn keys(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let posts = requests.iter().filter(|request| request.method() == Method::POST);
        posts.map(|post| post.headers()["idempotency-key"].to_str().unwrap().to_owned()).collect()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.lock().unwrap().push(request);
        match self.replies.lock().unwrap().pop_front().expect("no more requests are expected") {
            Reply::Answer(status, body) => {
                Ok(Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap())
            }
            Reply::Csv(text, next) => {
                let response = Response::builder();
                let response = next
                    .iter()
                    .fold(response, |response, next| response.header("x-next-cursor", *next));
                Ok(response.body(Bytes::from_static(text.as_bytes())).unwrap())
            }
            Reply::NotSent => Err(TransportError::NotSent("refused".into())),
            Reply::NoAnswer => Err(TransportError::NoAnswer("broken".into())),
        }
    }
}

fn operation(status: &str) -> Reply {
    let mut view = json!({
        "operation_id": "01M847JRE3AM52GTHWYD08W0XM", "operation": "create_snapshot",
        "instance_id": "dev-1", "account_id": "111122223333", "region": "eu-central-1",
        "environment": "Development", "status": status
    });
    if status == "available" {
        view["success"] = json!(true);
    }
    Reply::Answer(200, view)
}

fn refused(status: u16, code: &str, retry: &str) -> Reply {
    let body = json!({
        "error": "It was not done.", "code": code, "guidance": "Wait.", "retry": retry,
        "request_id": null
    });
    Reply::Answer(status, body)
}

fn snapshot() -> OperationRequest {
    OperationRequest {
        operation: "create_snapshot".into(),
        instance_id: "dev-1".into(),
        dry_run: Some(true),
        ..OperationRequest::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_for_an_operation_is_repeated_with_its_key() {
    let replies = [
        Reply::NotSent,
        Reply::NoAnswer,
        refused(503, "store_unavailable", "later"),
        operation("available"),
    ];
    let (client, scripted) = Scripted::client(replies);
    let submitted = client.submit(&snapshot(), &Submission::default()).await.unwrap();
    assert_eq!(submitted.status, OperationStatus::Available);
    let keys = scripted.keys();
    assert!(keys.len() == 4 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let (client, scripted) = Scripted::client([operation("available")]);
    client.submit(&snapshot(), &Submission::default()).await.unwrap();
    assert_ne!(scripted.keys()[0], keys[0], "another request is another operation");
    let body: Value = serde_json::from_slice(scripted.requests.lock().unwrap()[0].body()).unwrap();
    assert_eq!(body.get("dry_run"), None, "what is asked for is the operation");
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_that_may_have_arrived_is_not_repeated() {
    let (client, scripted) = Scripted::client([Reply::NotSent, Reply::NoAnswer]);
    let error = client.cancel("01M847JRE3AM52GTHWYD08W0XM").await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::NoAnswer(_))), "{error:?}");
    assert_eq!(scripted.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_stays_is_told_at_once() {
    let (client, scripted) = Scripted::client([refused(403, "production_blocked", "no")]);
    let error = client.preview(&snapshot()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (Some("production_blocked"), "It was not done.")
    );
    assert_eq!(scripted.sent(), ["POST /operations"]);
    let (client, _) = Scripted::client([refused(200, "operation_failed", "no")]);
    let error = client.submit(&snapshot(), &Submission::default()).await.unwrap_err();
    assert_eq!(error.code(), Some("operation_failed"));
}

#[tokio::test(start_paused = true)]
async fn the_patience_ends() {
    let (client, scripted) = Scripted::client((0..1_000).map(|_| Reply::NotSent));
    let begun = Instant::now();
    let error = client.session().await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::NotSent(_))), "{error:?}");
    assert!(begun.elapsed() <= Duration::from_secs(30), "{:?}", begun.elapsed());
    let sent = scripted.sent().len();
    assert!((6..=20).contains(&sent), "{sent} attempts in half a minute");
}

#[tokio::test(start_paused = true)]
async fn an_operation_is_followed_through_an_outage() {
    let mut replies = vec![operation("accepted"), operation("in_progress")];
    replies.extend((0..8).map(|_| Reply::NotSent));
    replies.extend([operation("in_progress"), operation("available")]);
    let (client, scripted) = Scripted::client(replies);
    let mut seen = Vec::new();
    let id = "01M847JRE3AM52GTHWYD08W0XM";
    let retries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&retries);
    let client = client.on_retry(move |_| *counted.lock().unwrap() += 1);
    let end = client.wait(id, Until::Answer, |view| seen.push(view.status)).await.unwrap();
    assert_eq!(end.success, Some(true));
    let changes =
        [OperationStatus::Accepted, OperationStatus::InProgress, OperationStatus::Available];
    assert_eq!(seen, changes, "each state once");
    assert_eq!(*retries.lock().unwrap(), 8, "the person is told of each");
    let sent = scripted.sent();
    assert_eq!(sent[0], format!("GET /operations/{id}"));
    assert_eq!(sent[1], format!("GET /operations/{id} wait=20"));
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_time_is_an_answer_and_no_end() {
    let id = "01M847JRE3AM52GTHWYD08W0XM";
    let (client, scripted) = Scripted::client([operation("scheduled")]);
    let answer = client.wait(id, Until::Answer, |_| ()).await.unwrap();
    assert_eq!((answer.status, scripted.sent().len()), (OperationStatus::Scheduled, 1));
    let replies = [operation("scheduled"), operation("scheduled"), operation("timeout")];
    let (client, _) = Scripted::client(replies);
    let begun = Instant::now();
    let end = client.wait(id, Until::End, |_| ()).await.unwrap();
    assert_eq!(end.status, OperationStatus::Timeout);
    assert!(begun.elapsed() >= Duration::from_millis(500), "a server that does not wait has peace");
}

#[tokio::test(start_paused = true)]
async fn what_a_gateway_says_is_not_taken_for_the_service() {
    let forbidden = || Reply::Answer(403, json!({ "message": "Forbidden" }));
    let (client, scripted) = Scripted::client([forbidden()]);
    let error = client.session().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer is not from the operations service: 403 Forbidden (Forbidden)"
    );
    assert_eq!(scripted.sent().len(), 1);
    let (client, _) = Scripted::client([Reply::Answer(200, json!({ "hello": "world" }))]);
    let error = client.session().await.unwrap_err();
    assert!(matches!(error, Error::Malformed(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_export_in_parts_has_one_header_row() {
    let replies =
        [Reply::Csv("id,at\r\n1,a\r\n", Some("c1")), Reply::Csv("id,at\r\n2,b\r\n", None)];
    let (client, scripted) = Scripted::client(replies);
    let filter = AuditFilter { user: Some("alice".into()), ..AuditFilter::default() };
    let first = client.audit_csv(&filter, false).await.unwrap();
    assert_eq!(first.next_cursor.as_deref(), Some("c1"));
    let second = AuditFilter { cursor: first.next_cursor, ..filter };
    let second = client.audit_csv(&second, false).await.unwrap();
    assert_eq!(first.text + &second.text, "id,at\r\n1,a\r\n2,b\r\n");
    assert_eq!(
        scripted.sent(),
        ["GET /audit?format=csv&user=alice", "GET /audit?cursor=c1&format=csv&user=alice"]
    );
}
