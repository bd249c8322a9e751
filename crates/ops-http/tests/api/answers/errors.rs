//! Refusals and outages: one answer of every code.

use axum::body::Body;
use http::Method;
use ops_api_types::ErrorBody;
use ops_config::Config;
use ops_domain::failure::{Code, Failure};
use ops_http::Transport;
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::{Value, json};

use super::assert_whole;
use crate::harness::{
    Answer, Api, OddInventory, anonymous, ask, reboot_of, snapshot_of, submission, window_of,
};

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

async fn posted(body: impl Into<Body>) -> Answer {
    Api::demo().send(submission(body, &[])).await
}

#[tokio::test]
async fn requests_that_are_not_valid() {
    assert_whole::<ErrorBody>(&posted("{").await, 400, "invalid-json");
    assert_whole::<ErrorBody>(&posted("[]").await, 400, "invalid-request");
    let unknown = json!({ "operation": "drop", "instance_id": "dev-postgres-01" });
    assert_whole::<ErrorBody>(&posted(unknown.to_string()).await, 400, "unknown-operation");
    let missing = json!({ "operation": "create_snapshot", "instance_id": "dev-postgres-01" });
    assert_whole::<ErrorBody>(&posted(missing.to_string()).await, 400, "missing-parameter");
    let mut wrong = window_of("dev-postgres-01", "3:00-4", true);
    wrong["extra"] = json!(1);
    assert_whole::<ErrorBody>(&posted(wrong.to_string()).await, 400, "invalid-parameter");
    let cursor = Api::demo().get("/operations?cursor=xx").await;
    assert_whole::<ErrorBody>(&cursor, 400, "invalid-cursor");
    let long = " ".repeat(70_000);
    assert_whole::<ErrorBody>(&posted(long).await, 413, "payload-too-large");
    let request = ask(Method::POST, "/operations").header("content-type", "text/plain");
    let answer = Api::demo().send(request.body("{}".into()).unwrap()).await;
    assert_whole::<ErrorBody>(&answer, 415, "unsupported-media-type");
}

#[tokio::test]
async fn routes_and_callers() {
    let api = Api::demo();
    let nobody = api.send(anonymous(Method::GET, "/instances")).await;
    assert_whole::<ErrorBody>(&nobody, 401, "unauthenticated");
    assert_whole::<ErrorBody>(&api.get("/nowhere").await, 404, "not-found");
    assert_whole::<ErrorBody>(&api.get("/instances/nothing-01").await, 404, "instance-not-found");
    assert_whole::<ErrorBody>(&api.get("/operations/nothing").await, 404, "operation-not-found");
    let deleted = api.send(ask(Method::DELETE, "/instances").body(Body::empty()).unwrap()).await;
    assert_whole::<ErrorBody>(&deleted, 405, "method-not-allowed");
}

#[tokio::test]
async fn refusals() {
    let production = Api::demo().post(&reboot_of("prod-orders-01")).await;
    assert_whole::<ErrorBody>(&production, 403, "production-blocked");
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    assert_whole::<ErrorBody>(&api.post(&reboot_of("dev-postgres-01")).await, 403, "role-denied");
    let ruled =
        Api::with(Config::load(Some("[[rules]]\ngroups = ['dba']"), |_| None).unwrap().service);
    assert_whole::<ErrorBody>(
        &ruled.post(&reboot_of("dev-postgres-01")).await,
        403,
        "denied-by-rule",
    );
}

#[tokio::test]
async fn conflicts() {
    let api = Api::demo();
    let key = [("idempotency-key", "key-1"), ASYNC[0]];
    let first = api.post_with(&snapshot_of("dev-postgres-01"), &key).await;
    assert_whole::<ErrorBody>(&api.post(&reboot_of("dev-postgres-01")).await, 409, "instance-busy");
    let conflict = api.post_with(&reboot_of("dev-postgres-01"), &key).await;
    assert_whole::<ErrorBody>(&conflict, 409, "idempotency-conflict");
    let cancel = ask(Method::POST, &format!("{}/cancel", first.location()));
    let cancelled = api.send(cancel.body(Body::empty()).unwrap()).await;
    assert_whole::<ErrorBody>(&cancelled, 409, "not-cancellable");
    assert_whole::<ErrorBody>(
        &api.post(&reboot_of("shared-dev-01")).await,
        409,
        "ambiguous-instance",
    );
    let pending = api.post(&window_of("qa-mariadb-01", "01:00-01:30", true)).await;
    assert_whole::<ErrorBody>(&pending, 409, "pending-changes-would-apply");
    let mut other: Value = reboot_of("sandbox-alice-01");
    other["plan_hash"] = json!("0".repeat(64));
    assert_whole::<ErrorBody>(&api.post(&other).await, 409, "plan-changed");
    api.post_with(&snapshot_of("dev-aurora-01"), &ASYNC).await;
    assert_whole::<ErrorBody>(&api.post(&reboot_of("dev-aurora-02")).await, 409, "cluster-busy");
}

#[tokio::test]
async fn outages() {
    let throttled = Api::with_inventory(OddInventory::Throttles);
    assert_whole::<ErrorBody>(
        &throttled.post(&reboot_of("dev-postgres-01")).await,
        429,
        "throttled",
    );
    let defect = Api::with_inventory(OddInventory::Panics);
    assert_whole::<ErrorBody>(&defect.post(&reboot_of("dev-postgres-01")).await, 500, "internal");
    let api = Api::demo();
    api.world.store.audit_down(true);
    assert_whole::<ErrorBody>(
        &api.post(&reboot_of("dev-postgres-01")).await,
        503,
        "audit-unavailable",
    );
    let api = Api::demo();
    api.world.inventory.down(true);
    assert_whole::<ErrorBody>(
        &api.post(&reboot_of("dev-postgres-01")).await,
        503,
        "inventory-unavailable",
    );
    let api = Api::demo();
    api.world.store.store_down(true);
    assert_whole::<ErrorBody>(
        &api.post(&reboot_of("dev-postgres-01")).await,
        503,
        "store-unavailable",
    );
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    assert_whole::<ErrorBody>(
        &api.post(&reboot_of("dev-postgres-01")).await,
        503,
        "upstream-unavailable",
    );
}

/// What the host refuses before the router has the request.
#[tokio::test]
async fn a_refusal_of_the_host() {
    let failure = Failure::of_code(Code::RequestTimeout);
    let response = ops_http::refusal(failure, "request-1", Transport::Plain);
    assert_whole::<ErrorBody>(&Answer::read(response).await, 408, "request-timeout");
}
