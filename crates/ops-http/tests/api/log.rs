//! What the log has of requests: who asked for which route, and nothing that they sent.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request};
use ops_testkit::world::World;
use serde_json::{Value, json};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::harness::{Api, OddInventory, alice, ask, reboot_of};

/// Everything that is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Logs every level of every crate on this thread until the guard is dropped.
fn start() -> (Log, DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    (log, set_default(subscriber))
}

/// A request that holds a secret in every place that a caller can write to.
fn full_of_secrets(method: Method, path: &str, body: &Value) -> Request<Body> {
    let mut caller = alice();
    caller.display_name = Some("s3cr3t-name".into());
    caller.source_ip = Some("203.0.113.99".into());
    caller.attributes.insert("email".into(), "s3cr3t@example.com".into());
    let headers = ["authorization", "cookie", "x-api-key", "x-amz-security-token", "idempotency-key", "user-agent"];
    let request = ask(method, path).header("content-type", "application/json").extension(caller);
    let request = headers.iter().fold(request, |request, name| request.header(*name, format!("s3cr3t-{name}")));
    request.body(Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn the_log_of_requests_has_neither_secrets_nor_personal_data_beyond_the_principal() {
    let (log, _guard) = start();
    let api = Api::demo();
    let mut body = reboot_of("dev-postgres-01");
    body["reason"] = json!("s3cr3t-reason");
    let mut invalid = body.clone();
    invalid["s3cr3t-member"] = json!("s3cr3t-value");
    let requests = [
        full_of_secrets(Method::POST, "/operations", &body),
        full_of_secrets(Method::POST, "/operations?token=s3cr3t-query", &invalid),
        full_of_secrets(Method::POST, "/operations", &reboot_of("prod-orders-01")),
        full_of_secrets(Method::GET, "/operations/s3cr3t-path", &json!({})),
        full_of_secrets(Method::GET, "/s3cr3t-route", &json!({})),
        full_of_secrets(Method::GET, "/audit?format=csv", &json!({})),
        full_of_secrets(Method::from_bytes(b"S3CR3T").unwrap(), "/audit", &json!({})),
    ];
    let count = requests.len();
    for request in requests {
        api.send(request).await;
    }
    let lines = log.lines();
    assert_eq!(lines.iter().filter(|line| line["message"] == json!("answered")).count(), count);
    assert!(lines.iter().all(|line| line["principal"] == json!("iam:alice")), "{lines:?}");
    let text = json!(lines).to_string().to_lowercase();
    for secret in ["s3cr3t", "203.0.113.99", "postgres"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_line_tells_route_status_code_and_request_id() {
    let (log, _guard) = start();
    Api::demo().post(&reboot_of("prod-orders-01")).await;
    let line = log.lines().pop().unwrap();
    for (name, value) in [
        ("message", json!("answered")),
        ("method", json!("POST")),
        ("route", json!("/operations")),
        ("status", json!(403)),
        ("code", json!("production_blocked")),
        ("request_id", json!("request-of-alice")),
    ] {
        assert_eq!(line[name], value, "{name} in {line}");
    }
    assert!(line["duration_ms"].is_number());
}

#[tokio::test]
async fn a_defect_is_found_in_the_log_by_the_request_id_that_the_caller_got() {
    let (log, _guard) = start();
    let mut world = World::demo();
    world.service.ports.inventory = Arc::new(OddInventory::Panics);
    let answer = Api::over(world).get("/instances").await;
    assert_eq!(answer.json()["request_id"], json!("request-of-alice"));
    assert!(!answer.text.contains("s3cr3t detail"));
    let lines = log.lines();
    let defect = lines.iter().find(|line| line["level"] == json!("ERROR")).unwrap();
    assert_eq!(defect["request_id"], json!("request-of-alice"));
    assert_eq!(defect["panic"], json!("s3cr3t detail of the defect"));
}
