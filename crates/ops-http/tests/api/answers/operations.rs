//! Answers about operations: each status, each result, and previews.

use std::time::Duration;

use axum::body::Body;
use http::Method;
use ops_api_types::{AuditEntryView, ErrorBody, OperationView, Page, Preview};
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::failure::{Code, Failure};
use ops_domain::id::OperationId;
use ops_domain::ports::{Begin, Clock as _, OperationStore as _};
use ops_domain::settings::Settings;
use ops_domain::state::{Completion, OperationRecord, State, Trace};
use ops_domain::watch::Watch;
use ops_testkit::fleet::{cluster, target};
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault, SendFault, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

use super::assert_whole;
use crate::harness::{Answer, Api, ask, reboot_of, snapshot_of, window_of};

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

async fn started(api: &Api, body: &Value) -> Answer {
    api.post_with(body, &ASYNC).await
}

/// `GET` of the only operation of the world.
async fn shown(api: &Api) -> Answer {
    let id = api.world.store.records()[0].id;
    api.get(&format!("/operations/{id}")).await
}

#[tokio::test]
async fn results_of_snapshots() {
    let api = Api::patient();
    let mut body = snapshot_of("dev-postgres-01");
    body["reason"] = json!("before the upgrade");
    body["parameters"]["tags"] = json!([{ "Key": "Ticket", "Value": "T-1" }]);
    assert_whole::<OperationView>(&api.post(&body).await, 200, "snapshot");
    assert_whole::<OperationView>(&shown(&api).await, 200, "snapshot-shown");
    let of_cluster = Api::patient().post(&snapshot_of("dev-aurora-01")).await;
    assert_whole::<OperationView>(&of_cluster, 200, "snapshot-of-cluster");
}

#[tokio::test]
async fn results_of_reboots() {
    let api = Api::patient();
    assert_whole::<OperationView>(&api.post(&reboot_of("test-mysql-01")).await, 200, "reboot");
    assert_whole::<OperationView>(&shown(&api).await, 200, "reboot-shown");
    let mut failover = reboot_of("test-mysql-01");
    failover["parameters"]["force_failover"] = json!(true);
    assert_whole::<OperationView>(&Api::patient().post(&failover).await, 200, "failover");
    failover["instance_id"] = json!("dev-aurora-01");
    assert_whole::<OperationView>(
        &Api::patient().post(&failover).await,
        200,
        "failover-of-cluster",
    );
    let pending = Api::patient().post(&reboot_of("dev-oracle-01")).await;
    assert_whole::<OperationView>(&pending, 200, "reboot-with-parameters");
}

#[tokio::test]
async fn results_of_windows() {
    let api = Api::patient();
    let window = window_of("dev-oracle-01", "03:00-04:00", true);
    assert_whole::<OperationView>(&api.post(&window).await, 200, "window");
    assert_whole::<OperationView>(&shown(&api).await, 200, "window-shown");
    assert_whole::<OperationView>(&api.post(&window).await, 200, "window-unchanged");
    let of_cluster = window_of("dev-aurora-01", "03:00-04:00", false);
    assert_whole::<OperationView>(
        &Api::patient().post(&of_cluster).await,
        200,
        "window-of-cluster",
    );
}

#[tokio::test]
async fn a_result_that_came_late_has_warnings() {
    let api = Api::patient();
    api.world.rds.inject(Fault::next_send(SendFault::LostBefore));
    assert_whole::<OperationView>(
        &api.post(&snapshot_of("dev-postgres-01")).await,
        200,
        "snapshot-sent-late",
    );
}

#[tokio::test]
async fn operations_before_their_end() {
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let accepted = started(&api, &snapshot_of("dev-postgres-01")).await;
    assert_whole::<OperationView>(&accepted, 202, "accepted");
    assert_whole::<OperationView>(&shown(&api).await, 200, "accepted-shown");
    let api = Api::demo();
    let in_progress = started(&api, &snapshot_of("dev-postgres-01")).await;
    assert_whole::<OperationView>(&in_progress, 202, "in-progress");
    assert_whole::<OperationView>(&shown(&api).await, 200, "in-progress-shown");
    let api = Api::demo();
    api.world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let unresolved = started(&api, &reboot_of("dev-postgres-01")).await;
    assert_whole::<OperationView>(&unresolved, 202, "unresolved");
    assert_whole::<OperationView>(&shown(&api).await, 200, "unresolved-shown");
}

#[tokio::test]
async fn a_running_operation_with_estimates() {
    let api = Api::patient();
    api.post(&snapshot_of("dev-postgres-01")).await;
    let mut again = snapshot_of("dev-postgres-01");
    again["parameters"]["snapshot_id"] = "again".into();
    let running = started(&api, &again).await;
    assert_whole::<OperationView>(&api.get(&running.location()).await, 200, "estimate-by-history");
    api.world.clock.advance(Duration::from_secs(30));
    let by_percent = api.get_with(&running.location(), "prefer", "wait=20").await;
    assert_whole::<OperationView>(&by_percent, 200, "estimate-by-percent");
}

fn slow() -> Api {
    let behaviour = Behaviour { snapshot: Duration::from_hours(2), ..Behaviour::quick() };
    Api::patient_over(World::demo_with(behaviour, Settings::default()))
}

#[tokio::test]
async fn a_timeout_and_its_late_outcome() {
    let api = slow();
    assert_whole::<OperationView>(&api.post(&snapshot_of("dev-postgres-01")).await, 200, "timeout");
    assert_whole::<OperationView>(&shown(&api).await, 200, "timeout-shown");
    let id = api.world.store.records()[0].id;
    api.world.run_to_end(id).await;
    assert_whole::<OperationView>(&shown(&api).await, 200, "late-shown");
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "late-audit");
}

/// Puts an operation like that of `api` into its store, in a state that `of` makes of its watch.
async fn put(api: &Api, of: impl FnOnce(Watch) -> State) -> Answer {
    let now = api.world.clock.now();
    let like = api.world.store.records().remove(0);
    let watch = like.watch().unwrap().clone();
    let mut record = OperationRecord {
        id: OperationId::from_parts(now.timestamp_millis().unsigned_abs(), 77),
        lease: None,
        ..like
    };
    record.trace(Trace { rds_request_id: Some("r-1".into()), ..Trace::default() });
    record.transition(of(watch), now);
    let audit = AuditDraft::about(&record, AuditEvent::Accepted, now, Duration::from_hours(1));
    let id = record.id;
    let begin = Begin { record, idempotency: None, audit, now };
    api.world.store.begin(begin).await.unwrap();
    api.get(&format!("/operations/{id}")).await
}

#[tokio::test]
async fn the_other_states_are_shown() {
    let api = Api::demo();
    started(&api, &snapshot_of("dev-postgres-01")).await;
    let submitting = put(&api, |watch| State::Submitting { watch }).await;
    assert_whole::<OperationView>(&submitting, 200, "submitting-shown");
    let ended = |completion| async {
        let api = Api::demo();
        started(&api, &snapshot_of("dev-postgres-01")).await;
        put(&api, |watch| State::Ended { completion, watch: Some(watch) }).await
    };
    assert_whole::<OperationView>(&ended(Completion::Unverified).await, 200, "unverified-shown");
    let failure = Failure::operation_failed("outcome_unknown");
    assert_whole::<OperationView>(
        &ended(Completion::Failed { failure }).await,
        200,
        "outcome-unknown-shown",
    );
    let failure = Failure::of_code(Code::PermissionDenied).with_fact("rules_lack", json!("caller"));
    assert_whole::<OperationView>(
        &ended(Completion::Denied { failure }).await,
        200,
        "denied-by-rule-shown",
    );
}

#[tokio::test]
async fn operations_that_fail() {
    let api = Api::patient();
    let refused = SendFault::Refused { code: "SnapshotQuotaExceeded".into() };
    api.world.rds.inject(Fault::next_send(refused));
    assert_whole::<OperationView>(
        &api.post(&snapshot_of("dev-postgres-01")).await,
        200,
        "refused-by-rds",
    );
    assert_whole::<OperationView>(&shown(&api).await, 200, "refused-by-rds-shown");
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "refused-by-rds-audit");
    let stopped = Api::patient().post(&reboot_of("dev-stopped-01")).await;
    assert_whole::<OperationView>(&stopped, 200, "status-not-allowed");
    let overlap = Api::patient().post(&window_of("dev-postgres-01", "05:00-05:30", false)).await;
    assert_whole::<OperationView>(&overlap, 200, "windows-overlap");
    let docdb = Api::patient().post(&reboot_of("dev-docdb-01")).await;
    assert_whole::<OperationView>(&docdb, 200, "unsupported-engine");
}

#[tokio::test]
async fn a_cancelled_and_a_denied_operation() {
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let waiting = started(&api, &snapshot_of("dev-postgres-01")).await;
    let cancel = ask(Method::POST, &format!("{}/cancel", waiting.location()));
    let cancelled = api.send(cancel.body(Body::empty()).unwrap()).await;
    assert_whole::<OperationView>(&cancelled, 200, "cancelled-shown");
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "cancelled-audit");
    let api = Api::demo();
    assert_whole::<ErrorBody>(&api.post(&reboot_of("stale-inventory-01")).await, 403, "denied");
    assert_whole::<OperationView>(&shown(&api).await, 200, "denied-shown");
    assert_whole::<Page<AuditEntryView>>(&api.get("/audit").await, 200, "denied-audit");
}

#[tokio::test]
async fn lists_of_operations() {
    let api = Api::demo();
    for instance in ["dev-postgres-01", "sandbox-alice-01"] {
        started(&api, &snapshot_of(instance)).await;
        api.world.clock.advance(Duration::from_secs(1));
    }
    assert_whole::<Page<OperationView>>(
        &api.get("/operations?limit=1&user=alice").await,
        200,
        "operations",
    );
    assert_whole::<Page<OperationView>>(
        &api.get("/operations?user=iam%3Abob").await,
        200,
        "operations-none",
    );
}

fn dry(mut body: Value) -> Value {
    body["dry_run"] = json!(true);
    body
}

#[tokio::test]
async fn previews() {
    let api = Api::demo();
    let mut reboot = dry(reboot_of("dev-postgres-01"));
    reboot["reason"] = json!("why");
    assert_whole::<Preview>(&api.post(&reboot).await, 200, "preview");
    reboot["plan_hash"] = json!("0".repeat(64));
    assert_whole::<Preview>(&api.post(&reboot).await, 200, "preview-with-other-plan");
    let stopped = api.post(&dry(reboot_of("dev-stopped-01"))).await;
    assert_whole::<Preview>(&stopped, 200, "preview-status-not-allowed");
    let of_cluster = api.post(&dry(snapshot_of("dev-aurora-01"))).await;
    assert_whole::<Preview>(&of_cluster, 200, "preview-of-cluster");
    started(&api, &snapshot_of("dev-postgres-01")).await;
    assert_whole::<Preview>(
        &api.post(&dry(reboot_of("dev-postgres-01"))).await,
        200,
        "preview-busy",
    );
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    assert_whole::<Preview>(
        &api.post(&dry(reboot_of("poc-search-01"))).await,
        200,
        "preview-unread",
    );
}

#[tokio::test]
async fn previews_that_warn_or_do_nothing() {
    let api = Api::demo();
    let tagged = SimulatedInstance::new("postgres")
        .tag("Environment", "Development")
        .tag("aws:x", "1")
        .copying_tags();
    api.world.rds.add(target("111122223333", "eu-central-1", "dev-postgres-01"), tagged);
    let warned = api.post(&dry(snapshot_of("dev-postgres-01"))).await;
    assert_whole::<Preview>(&warned, 200, "preview-with-warning");
    let same = api.post(&dry(window_of("dev-postgres-01", "03:00-03:30", false))).await;
    assert_whole::<Preview>(&same, 200, "preview-of-nothing");
    let aurora = cluster("111122223333", "eu-central-1", "dev-aurora");
    api.world.rds.set_cluster_status(&aurora, "backing-up");
    let busy = api.post(&dry(snapshot_of("dev-aurora-01"))).await;
    assert_whole::<Preview>(&busy, 200, "preview-cluster-status");
}
