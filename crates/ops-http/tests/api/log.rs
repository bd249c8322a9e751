//! What the log has of requests: who asked for which route and what came of it, and nothing that
//! they sent.

use axum::body::Body;
use http::{Method, Request};
use ops_domain::failure::{Code, Failure};
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use ops_log::panics;
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

use crate::harness::{Api, OddInventory, alice, anonymous, ask, reboot_of, snapshot_of};

/// Logs every level on this thread until the guard is dropped.
fn start() -> (Memory, DefaultGuard) {
    Memory::start(&Levels::at(LevelFilter::TRACE))
}

fn of<'a>(lines: &'a [Map<String, Value>], message: &str) -> Vec<&'a Map<String, Value>> {
    lines.iter().filter(|line| line["message"] == json!(message)).collect()
}

/// The only line with this message.
fn the(memory: &Memory, message: &str) -> Value {
    let lines = memory.lines();
    let [line] = of(&lines, message)[..] else { panic!("one line {message:?} of {lines:?}") };
    Value::Object(line.clone())
}

#[track_caller]
fn assert_has(line: &Value, fields: &[(&str, Value)]) {
    for (name, value) in fields {
        assert_eq!(line[*name], *value, "{name} in {line}");
    }
}

/// A request that holds a secret in every place that a caller can write to.
fn full_of_secrets(method: Method, path: &str, body: &Value) -> Request<Body> {
    let mut caller = alice();
    caller.display_name = Some("s3cr3t-name".into());
    caller.source_ip = Some("203.0.113.99".into());
    caller.attributes.insert("email".into(), "s3cr3t@example.com".into());
    let headers = [
        "authorization",
        "cookie",
        "x-api-key",
        "x-amz-security-token",
        "idempotency-key",
        "user-agent",
    ];
    let request = ask(method, path).header("content-type", "application/json").extension(caller);
    let request = headers
        .iter()
        .fold(request, |request, name| request.header(*name, format!("s3cr3t-{name}")));
    request.body(Body::from(body.to_string())).unwrap()
}

/// A snapshot with a secret in every text that is the caller's to choose.
fn secret_snapshot() -> Value {
    let mut body = snapshot_of("dev-postgres-01");
    body["reason"] = json!("s3cr3t-reason");
    body["parameters"]["tags"] = json!([{ "Key": "s3cr3t-key", "Value": "s3cr3t-value" }]);
    body
}

#[tokio::test]
async fn the_request_log_has_no_personal_data() {
    let (memory, _guard) = start();
    let api = Api::demo();
    let mut invalid = secret_snapshot();
    invalid["s3cr3t-member"] = json!("s3cr3t-value");
    let requests = [
        full_of_secrets(Method::POST, "/operations", &secret_snapshot()),
        full_of_secrets(Method::POST, "/operations?token=s3cr3t-query", &invalid),
        full_of_secrets(Method::POST, "/operations", &reboot_of("prod-orders-01")),
        full_of_secrets(
            Method::POST,
            "/operations",
            &json!({ "operation": "s3cr3t", "instance_id": "s3cr3t-instance" }),
        ),
        full_of_secrets(Method::GET, "/operations/s3cr3t-path", &json!({})),
        full_of_secrets(Method::GET, "/s3cr3t-route", &json!({})),
        full_of_secrets(Method::GET, "/audit?format=csv", &json!({})),
        full_of_secrets(Method::from_bytes(b"S3CR3T").unwrap(), "/audit", &json!({})),
    ];
    let count = requests.len();
    for request in requests {
        api.send(request).await;
    }
    let lines = memory.lines();
    assert_eq!(of(&lines, "answered").len(), count);
    assert!(!of(&lines, "step").is_empty(), "{lines:?}");
    assert!(lines.iter().all(|line| line["principal"] == json!("iam:alice")), "{lines:?}");
    let text = memory.text().to_lowercase().replace("s3cr3t-instance", "");
    for secret in ["s3cr3t", "203.0.113.99"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_line_tells_route_status_code_and_request_id() {
    let (memory, _guard) = start();
    Api::demo().post(&reboot_of("prod-orders-01")).await;
    let line = the(&memory, "answered");
    assert_has(
        &line,
        &[
            ("level", json!("INFO")),
            ("method", json!("POST")),
            ("route", json!("/operations")),
            ("status", json!(403)),
            ("outcome", json!("refused")),
            ("error_code", json!("production_blocked")),
            ("correlation_id", json!("request-of-alice")),
            ("principal", json!("iam:alice")),
        ],
    );
    assert!(line["duration_ms"].is_number());
}

#[tokio::test]
async fn every_request_has_one_line_whatever_becomes_of_it() {
    let (memory, _guard) = start();
    let api = Api::demo();
    let empty = |method, path| ask(method, path).body(Body::empty()).unwrap();
    let operation = "/operations/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let requests = [
        (empty(Method::GET, "/healthz"), Some("/healthz"), 200),
        (empty(Method::GET, "/instances"), Some("/instances"), 200),
        (empty(Method::GET, "/instances/dev-postgres-01"), Some("/instances/{id}"), 200),
        (
            empty(Method::GET, "/instances/dev-postgres-01/operations"),
            Some("/instances/{id}/operations"),
            200,
        ),
        (empty(Method::GET, "/operations"), Some("/operations"), 200),
        (empty(Method::GET, "/audit"), Some("/audit"), 200),
        (empty(Method::OPTIONS, "/operations"), Some("/operations"), 204),
        (empty(Method::POST, "/operations"), Some("/operations"), 400),
        (anonymous(Method::GET, "/audit"), Some("/audit"), 401),
        (empty(Method::GET, operation), Some("/operations/{id}"), 404),
        (empty(Method::POST, &format!("{operation}/cancel")), Some("/operations/{id}/cancel"), 404),
        (empty(Method::GET, "/nowhere"), None, 404),
        (empty(Method::DELETE, "/audit"), Some("/audit"), 405),
    ];
    for (request, route, status) in requests {
        let (method, before) =
            (request.method().to_string(), of(&memory.lines(), "answered").len());
        api.send(request).await;
        let lines = memory.lines();
        let answered = of(&lines, "answered");
        assert_eq!(answered.len(), before + 1, "{method} {route:?}");
        let line = Value::Object((*answered.last().unwrap()).clone());
        assert_has(
            &line,
            &[("method", json!(method)), ("route", json!(route)), ("status", json!(status))],
        );
    }
}

#[tokio::test]
async fn a_request_that_the_host_refuses_has_its_line_too() {
    let (memory, _guard) = start();
    let refused = Failure::of_code(Code::InvalidRequest);
    let _response = ops_http::refusal(refused, "request-1", ops_http::Transport::Tls);
    let line = the(&memory, "answered");
    let id = ("correlation_id", json!("request-1"));
    assert_has(&line, &[id, ("status", json!(400)), ("error_code", json!("invalid_request"))]);
}

#[tokio::test]
async fn the_request_line_names_the_operation() {
    let (memory, _guard) = start();
    let api = Api::patient();
    let answer = api.post(&snapshot_of("dev-postgres-01")).await.json();
    let about = [
        ("operation_id", answer["operation_id"].clone()),
        ("operation", json!("create_snapshot")),
        ("account_id", json!("111122223333")),
        ("region", json!("eu-central-1")),
        ("db_instance_identifier", json!("dev-postgres-01")),
        ("environment_class", json!("Development")),
        ("outcome", json!("available")),
    ];
    assert_has(&the(&memory, "answered"), &about);

    let (memory, _guard) = start();
    api.get(&format!("/operations/{}", answer["operation_id"].as_str().unwrap())).await;
    assert_has(&the(&memory, "answered"), &about);
}

#[tokio::test]
async fn every_line_that_is_written_for_a_request_has_its_id() {
    let (memory, _guard) = start();
    let api = Api::patient();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    api.post(&snapshot_of("dev-postgres-01")).await;
    api.post(&snapshot_of("dev-postgres-01")).await;
    let lines = memory.lines();
    assert!(
        !of(&lines, "RDS was not seen").is_empty() && !of(&lines, "step").is_empty(),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|line| line["correlation_id"] == json!("request-of-alice")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn the_cause_of_a_503_is_found_by_the_request_id() {
    let (memory, _guard) = start();
    let api = Api::demo();
    api.world.store.store_down(true);
    let mut causes = 0;
    for (path, code) in [("/operations", "store_unavailable"), ("/instances", "store_unavailable")]
    {
        assert_eq!(api.get(path).await.brief(), (503, code.into()));
        let lines = memory.lines();
        causes += 1;
        let shown = of(&lines, "a store can't be used");
        assert_eq!(shown.len(), causes, "once for each request: {lines:?}");
        let line = Value::Object(shown[causes - 1].clone());
        let name = ("exception_name", json!("StoreError"));
        let id = ("correlation_id", json!("request-of-alice"));
        assert_has(&line, &[("level", json!("ERROR")), ("error_code", json!(code)), name, id]);
        let exception = line["exception"].as_str().unwrap();
        assert!(exception.starts_with("the operation store can't be used: "), "{exception}");
    }
    let answered = the_last(&memory, "answered");
    assert_has(&answered, &[("status", json!(503)), ("outcome", json!("failed"))]);
}

fn the_last(memory: &Memory, message: &str) -> Value {
    let lines = memory.lines();
    Value::Object((*of(&lines, message).last().expect("there is one")).clone())
}

#[tokio::test]
async fn the_request_id_of_a_500_is_in_the_log() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panics::log(panic);
        before(panic);
    }));
    let (memory, _guard) = start();
    let answer = Api::with_inventory(OddInventory::Panics).get("/instances").await;
    assert_eq!(answer.json()["request_id"], json!("request-of-alice"));
    assert!(!answer.text.contains("s3cr3t detail"));
    let defect = the(&memory, "the code met a defect");
    let name = ("exception_name", json!("panic"));
    assert_has(
        &defect,
        &[("level", json!("ERROR")), ("correlation_id", json!("request-of-alice")), name],
    );
    assert!(defect["location"].as_str().unwrap().contains("harness.rs:"), "{defect}");
    let answered = the(&memory, "answered");
    assert_has(
        &answered,
        &[("status", json!(500)), ("outcome", json!("failed")), ("error_code", json!("internal"))],
    );
    assert!(
        !memory.text().contains("s3cr3t"),
        "what a panic says may hold what a caller sent: {}",
        memory.text()
    );
}
