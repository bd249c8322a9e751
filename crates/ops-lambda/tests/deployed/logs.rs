//! The log that the built functions write to standard output: that everything about an operation or
//! a request is found by its id, and that nothing secret is there.

mod page;

use std::collections::BTreeSet;

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::Function;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT, http, parts, rest};

const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";
const REQUEST_OF_LAMBDA: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// Every line is one JSON object: a line of the log, or metrics, which are left out here.
fn log(output: &str) -> Vec<Value> {
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}")));
    let log: Vec<Value> = lines.filter(|line| line.get("_aws").is_none()).collect();
    for line in &log {
        for name in ["level", "location", "message", "service", "timestamp"] {
            assert!(line[name].is_string(), "{name} in {line}");
        }
        let nested = |value: &Value| value.is_object() || value.is_array();
        assert!(!line.as_object().unwrap().values().any(nested), "a flat line: {line}");
    }
    log
}

fn having<'a>(log: &'a [Value], name: &str, value: &Value) -> Vec<&'a Value> {
    log.iter().filter(|line| line[name] == *value).collect()
}

fn with_message<'a>(log: &'a [Value], message: &str) -> Vec<&'a Value> {
    having(log, "message", &json!(message))
}

fn snapshot_of(instance: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    })
}

/// A request for a snapshot that nobody waits for.
fn asynchronous(instance: &str) -> Value {
    let mut event = http("POST", "/operations", Some(&snapshot_of(instance)));
    event["headers"]["prefer"] = json!("respond-async");
    event
}

async fn work_to_the_end(worker: &Function, operation_id: &Value) {
    for _ in 0..200 {
        if worker.invoke(json!({ "operation_id": operation_id })).await["done"] == json!(true) {
            return;
        }
    }
    panic!("{operation_id} does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operation_id_is_on_every_log_line() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let (api, worker) = (site.api().await, site.worker().await);
    let (status, accepted) = parts(&api.invoke(asynchronous(&dev)).await);
    assert_eq!(status, 202, "{accepted}");
    let id = &accepted["operation_id"];
    work_to_the_end(&worker, id).await;
    let path = format!("/operations/{}", id.as_str().unwrap());
    let (_, detail) = parts(&api.invoke(http("GET", &path, None)).await);
    let (by_api, by_worker) = (log(&api.end()), log(&worker.end()));

    let all: Vec<&Value> =
        [having(&by_api, "operation_id", id), having(&by_worker, "operation_id", id)].concat();
    for line in &all {
        for (name, value) in [
            ("operation", json!("create_snapshot")),
            ("account_id", json!(TARGET_ACCOUNT)),
            ("region", json!("eu-central-1")),
            ("db_instance_identifier", json!(dev)),
            ("environment_class", json!("Development")),
            ("principal", detail["requested_by"].clone()),
            ("function_name", json!("rds-ops")),
            ("function_memory_size", json!(256)),
            ("function_request_id", json!(REQUEST_OF_LAMBDA)),
            ("xray_trace_id", json!(TRACE)),
        ] {
            assert_eq!(line[name], value, "{name} in {line}");
        }
    }
    let steps: Vec<&Value> = all.iter().copied().filter(|line| line["message"] == "step").collect();
    assert_eq!(
        Some(steps.len() as u64),
        detail["version"].as_u64().map(|version| version - 1),
        "a line for each commit"
    );
    let phases: BTreeSet<&str> = steps.iter().map(|step| step["phase"].as_str().unwrap()).collect();
    let history = detail["history"].as_array().unwrap().iter().skip(1);
    assert_eq!(phases, history.map(|state| state["status"].as_str().unwrap()).collect());
    let call = steps[0]["rds_request_id"].as_str().expect("the first step sent the order");
    assert!(steps[1..].iter().all(|step| step.get("rds_request_id").is_none()), "{call}");
    assert_eq!(steps.last().unwrap()["outcome"], "available");
    let trail = site.audit(&dev).await;
    assert!(
        trail.last().unwrap()["result"].as_s().unwrap().contains(call),
        "the trail has the same id of the order"
    );

    let answered = with_message(&by_api, "answered");
    assert_eq!(answered.len(), 2);
    assert!(answered.iter().all(|line| line["operation_id"] == *id), "{answered:?}");
    let mut of_request =
        having(&by_api, "correlation_id", &answered[0]["correlation_id"]).into_iter();
    assert!(
        of_request.any(|line| line["message"] == "step"),
        "the id of the request leads to its step"
    );
    let cold_starts = answered.iter().map(|line| &line["cold_start"]).collect::<Vec<_>>();
    assert_eq!(cold_starts, [&json!(true), &json!(false)]);
    assert_eq!(by_worker[0]["cold_start"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cause_of_a_503_is_in_the_log() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let (api, worker) = (site.api().await, site.worker().await);
    let (_, accepted) = parts(&api.invoke(asynchronous(&dev)).await);
    site.drop_audit_table().await;
    let (status, answer) =
        parts(&api.invoke(rest("POST", "/operations", Some(&snapshot_of("other")))).await);
    assert_eq!(status, 503, "{answer}");
    for _ in 0..50 {
        if worker
            .invoke(json!({ "operation_id": accepted["operation_id"] }))
            .await
            .get("errorType")
            .is_some()
        {
            break;
        }
    }
    let (by_api, by_worker) = (log(&api.end()), log(&worker.end()));
    for (log, name, id) in [
        (&by_api, "correlation_id", &answer["request_id"]),
        (&by_worker, "operation_id", &accepted["operation_id"]),
    ] {
        let causes = having(log, name, id);
        let cause =
            causes.iter().find(|line| line["level"] == "ERROR" && line["exception"].is_string());
        let cause = cause.unwrap_or_else(|| panic!("{causes:?}"));
        assert_eq!(
            (&cause["error_code"], &cause["exception_name"]),
            (&json!("audit_unavailable"), &json!("StoreError"))
        );
        let exception = cause["exception"].as_str().unwrap();
        assert!(exception.contains("ResourceNotFound"), "the code of DynamoDB: {exception}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_logged_at_any_level() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let mut variables = site.variables();
    variables
        .retain(|(name, _)| !["AWS_SECRET_ACCESS_KEY", "OPS_EXTERNAL_ID"].contains(&name.as_str()));
    let secrets = [
        ("AWS_SECRET_ACCESS_KEY", "s3cr3t-key"),
        ("AWS_SESSION_TOKEN", "s3cr3t-session-token"),
        ("OPS_EXTERNAL_ID", "s3cr3t-external-id"),
        ("OPS_LOG", "trace"),
    ];
    variables.extend(secrets.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let api = Function::start(env!("CARGO_BIN_EXE_ops-api"), &variables).await;
    let mut asked = snapshot_of(&dev);
    asked["reason"] = json!("s3cr3t-reason");
    asked["parameters"]["tags"] = json!([{ "Key": "s3cr3t-tag", "Value": "s3cr3t-value" }]);
    let mut misspelt = asked.clone();
    misspelt["password"] = json!("s3cr3t-password");
    for (method, path, body, status) in [
        ("POST", "/operations", Some(&asked), 200),
        ("POST", "/operations", Some(&asked), 200),
        ("POST", "/operations", Some(&misspelt), 400),
        ("GET", "/s3cr3t", None, 404),
        ("GET", "/audit", None, 200),
    ] {
        let (answered, answer) = parts(&api.invoke(with_secrets(rest(method, path, body))).await);
        assert_eq!(answered, status, "{answer}");
    }
    assert_eq!(
        api.invoke(with_secrets(json!({ "hello": "s3cr3t" }))).await["statusCode"],
        json!(400)
    );
    let output = api.end();
    let log = log(&output);
    assert_eq!(with_message(&log, "answered").len(), 6, "one for each request");
    assert!(!with_message(&log, "step").is_empty());
    for secret in ["s3cr3t", "203.0.113.7", "ASIAEXAMPLEEXAMPLE", "AWS4-HMAC", "SecurityToken"] {
        assert!(!output.contains(secret), "{secret} in {output}");
    }
}

/// The event with a secret wherever a caller or a gateway may have put one.
fn with_secrets(mut event: Value) -> Value {
    for name in ["Authorization", "X-Api-Key", "Cookie", "X-Amz-Security-Token", "Idempotency-Key"]
    {
        event["headers"][name] = json!(format!("s3cr3t-{name}"));
        event["multiValueHeaders"][name] = json!([format!("s3cr3t-{name}")]);
    }
    event["multiValueQueryStringParameters"] = Value::Null;
    event["requestContext"]["identity"]["apiKey"] = json!("s3cr3t-api-key");
    event["requestContext"]["authorizer"] = json!({ "token": "s3cr3t-claim" });
    event["stageVariables"] = json!({ "token": "s3cr3t-stage" });
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_log_level_stops_the_start() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let health = rest("GET", "/healthz", None);
    for (name, value, lines) in
        [("OPS_LOG", "warn", 0), ("AWS_LAMBDA_LOG_LEVEL", "FATAL", 0), ("OPS_LOG", "debug", 1)]
    {
        let api = site.api_with(name, value).await;
        api.invoke(health.clone()).await;
        assert_eq!(log(&api.end()).len(), lines, "{name}={value}");
    }
    let mut variables = site.variables();
    let wrong = [("OPS_LOG", "loud"), ("OPS_MAX_WAIT_SECONDS", "60")];
    variables.extend(wrong.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let output = Function::start(env!("CARGO_BIN_EXE_ops-worker"), &variables).await.output();
    let [line] = &log(&output)[..] else { panic!("{output}") };
    assert_eq!(
        (&line["level"], &line["message"]),
        (&json!("ERROR"), &json!("the function can't start"))
    );
    let exception = line["exception"].as_str().unwrap();
    assert!(
        exception.starts_with("OPS_LOG: ") && exception.contains("\nOPS_MAX_WAIT_SECONDS: "),
        "{exception}"
    );
}

/// An STS that assumes no role.
async fn sts_that_refuses() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: \
                arn:aws:sts::999999999999:assumed-role/rds-ops/x is not authorized to perform: \
                sts:AssumeRole on resource: arn:aws:iam::111122223333:role/rds-ops-target</Message>\
                </Error></ErrorResponse>";
    let refuse = move || async move {
        (
            StatusCode::FORBIDDEN,
            [("x-amzn-requestid", "c6104cbe-af31-11e0-8154-cbc7ccf896c7")],
            body,
        )
    };
    tokio::spawn(
        async move { axum::serve(listener, Router::new().fallback(refuse)).await.unwrap() },
    );
    url
}
