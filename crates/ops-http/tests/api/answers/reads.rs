//! Answers about instances, the audit trail, figures and the service itself.

use std::time::Duration;

use axum::body::Body;
use http::Method;
use ops_api_types::{
    AuditEntryView, AvailableOperations, Health, InstanceView, MetricsSummary, Page, Root, Session,
};
use ops_config::Config;
use ops_domain::audit::AuditEntry;
use ops_domain::ports::{BrokenItem, Inventory as _};
use ops_http::RootName;
use ops_testkit::fleet::{cluster, target};
use ops_testkit::mix::{self, Mix};
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::json;

use super::assert_whole;
use crate::harness::{Api, ask, reboot_of, snapshot_of};

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

#[tokio::test]
async fn lists_of_instances() {
    let api = Api::demo();
    let broken = BrokenItem { instance_id: "odd-01".into(), problem: "has no Region".into() };
    api.world.inventory.put_broken(broken);
    api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    assert_whole::<Page<InstanceView>>(&api.get("/instances?limit=100").await, 200, "instances");
    let filtered = api.get("/instances?environment=nonprod&limit=2&q=-").await;
    assert_whole::<Page<InstanceView>>(&filtered, 200, "instances-filtered");
    let query = "sort=-environment&operation_allowed=reboot_instance&status=available\
                 &engine=postgres&region=us-east-1&tag=Environment:poc&limit=1";
    let sorted = api.get(&format!("/instances?{query}")).await;
    assert_whole::<Page<InstanceView>>(&sorted, 200, "instances-sorted");
}

#[tokio::test]
async fn one_instance() {
    let api = Api::demo();
    assert_whole::<InstanceView>(&api.get("/instances/dev-replica-01").await, 200, "instance");
    assert_whole::<InstanceView>(
        &api.get("/instances/dev-aurora-01").await,
        200,
        "instance-of-cluster",
    );
    assert_whole::<InstanceView>(
        &api.get("/instances/dev-stopped-01").await,
        200,
        "instance-stopped",
    );
    assert_whole::<InstanceView>(
        &api.get("/instances/prod-orders-01").await,
        200,
        "instance-production",
    );
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    assert_whole::<InstanceView>(
        &api.get("/instances/poc-search-01").await,
        200,
        "instance-unread",
    );
}

#[tokio::test]
async fn operations_of_an_instance() {
    let api = Api::demo();
    let operations = async |name: &str| api.get(&format!("/instances/{name}/operations")).await;
    assert_whole::<AvailableOperations>(&operations("dev-postgres-01").await, 200, "available");
    assert_whole::<AvailableOperations>(
        &operations("prod-orders-01").await,
        200,
        "available-production",
    );
    assert_whole::<AvailableOperations>(
        &operations("dev-stopped-01").await,
        200,
        "available-stopped",
    );
    let aurora = cluster("111122223333", "eu-central-1", "dev-aurora");
    api.world.rds.set_cluster_status(&aurora, "backing-up");
    assert_whole::<AvailableOperations>(
        &operations("dev-aurora-01").await,
        200,
        "available-cluster-busy",
    );
    api.world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    assert_whole::<AvailableOperations>(
        &operations("dev-postgres-01").await,
        200,
        "available-unread",
    );
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    assert_whole::<AvailableOperations>(
        &operations("dev-postgres-01").await,
        200,
        "available-role-denied",
    );
    api.world.rds.remove(&target("111122223333", "eu-central-1", "dev-postgres-01"));
    assert_whole::<AvailableOperations>(
        &operations("dev-postgres-01").await,
        200,
        "available-gone",
    );
    let id = "dev-custom-01".parse().unwrap();
    let mut item = api.world.inventory.find(&id).await.unwrap().remove(0);
    item.engine = "neptune".into();
    api.world.inventory.put(item);
    assert_whole::<AvailableOperations>(
        &operations("dev-custom-01").await,
        200,
        "available-engine",
    );
    let ruled =
        Api::with(Config::load(Some("[[rules]]\ngroups = ['dba']"), |_| None).unwrap().service);
    let answer = ruled.get("/instances/dev-postgres-01/operations").await;
    assert_whole::<AvailableOperations>(&answer, 200, "available-by-rules");
}

#[tokio::test]
async fn the_audit_trail() {
    let api = Api::demo();
    let mut body = reboot_of("prod-orders-01");
    body["reason"] = json!("urgent");
    api.post(&body).await;
    api.world.clock.advance(Duration::from_secs(1));
    api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    api.get("/audit?format=csv").await;
    let mut dry = reboot_of("sandbox-alice-01");
    dry["dry_run"] = json!(true);
    api.post(&dry).await;
    api.post(&json!({ "operation": "reboot_instance" })).await;
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "audit");
    assert_whole::<Page<AuditEntryView>>(
        &api.get("/audit?user=alice&limit=1").await,
        200,
        "audit-of-user",
    );
}

#[tokio::test]
async fn an_entry_of_the_original_service() {
    let api = Api::demo();
    api.world.store.put_original(AuditEntry {
        audit_id: "old-01#2025-06-01T10:00:00.000000".into(),
        timestamp: "2026-01-30T10:00:00.000000".into(),
        operation: "create_snapshot".into(),
        instance_id: "old-01".into(),
        parameters: "{}".into(),
        user_identity: r#"{"userArn": "arn:aws:iam::111122223333:user/erin"}"#.into(),
        result: r#"{"status": "available"}"#.into(),
        ..AuditEntry::default()
    });
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "audit-original");
}

#[tokio::test]
async fn figures() {
    let api = Api::over(mix::world());
    assert_whole::<MetricsSummary>(&api.get("/metrics/summary").await, 200, "summary-empty");
    Mix::run(&api.world).await;
    api.world.clock.advance(Duration::from_mins(10));
    let summary = api.get("/metrics/summary?from=2026-01-26T00:00:00Z").await;
    assert_whole::<MetricsSummary>(&summary, 200, "summary");
}

#[tokio::test]
async fn the_service_itself() {
    let api = Api::demo();
    assert_whole::<Health>(&api.get("/healthz").await, 200, "health");
    assert_whole::<Root>(&api.get("/").await, 200, "root");
    let request = ask(Method::GET, "/").extension(RootName("prod".to_owned()));
    let named = api.send(request.body(Body::empty()).unwrap()).await;
    assert_whole::<Root>(&named, 200, "root-behind-a-stage");
    assert_whole::<Session>(&api.get("/session").await, 200, "session");
}
