//! `GET /metrics/summary`.

use std::time::Duration;

use axum::body::Body;
use http::Method;
use ops_http::WaitBudget;
use ops_testkit::mix::{self, Mix};
use serde_json::{Value, json};

use crate::harness::{Api, anonymous, ask, reboot_of};

#[tokio::test]
async fn the_summary_has_totals_groups_and_periods() {
    let api = Api::over(mix::world());
    let mix = Mix::run(&api.world).await;
    api.world.clock.advance(Duration::from_mins(10));
    let answer = api.get("/metrics/summary?from=2026-01-26T00:00:00Z").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("application/json"))
    );
    let shown = answer.json();
    assert_eq!(shown["overall"]["requests"], json!(mix.requests));
    assert_eq!(shown["period"]["from"], json!("2026-01-26T00:00:00Z"));
    assert_eq!(shown["period"]["asked"], json!({ "from": "2026-01-26T00:00:00Z", "to": null }));
    let names = |list: &str, field: &str| -> Vec<Value> {
        shown[list].as_array().unwrap().iter().map(|one| one[field].clone()).collect()
    };
    assert_eq!(
        names("by_operation", "operation"),
        ["create_snapshot", "modify_backup_window", "reboot_instance"]
    );
    assert_eq!(names("days", "name").len(), 6);
    assert_eq!(names("weeks", "name"), ["2026-W05"]);
    assert_eq!(names("months", "partial"), [true]);
    assert_eq!(shown["audit_completeness"]["rate"], json!(1.0));
}

#[tokio::test]
async fn without_operations_rates_are_null() {
    let shown = Api::demo().get("/metrics/summary").await.json();
    let overall = &shown["overall"];
    for name in ["success_rate", "timeout_rate", "production_block_rate"] {
        assert_eq!(overall[name], Value::Null, "{name}");
    }
    assert_eq!(overall["duration_seconds"], json!({ "measured": 0, "mean": null, "p95": null }));
    assert_eq!(shown["audit_completeness"]["rate"], Value::Null);
}

#[tokio::test]
async fn the_covered_period_is_reported() {
    let api = Api::demo();
    let shown =
        api.get("/metrics/summary?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z").await.json();
    let period = &shown["period"];
    assert_eq!(
        (&period["from"], &period["to"]),
        (&json!("2025-11-02T10:00:01Z"), &json!("2026-01-31T10:00:00Z"))
    );
    assert_eq!(period["kept_from"], period["from"], "entries from before that time have expired");
}

#[tokio::test]
async fn a_period_is_read_as_strictly_as_that_of_the_trail() {
    let api = Api::demo();
    for (query, pointers) in [
        ("from=yesterday&to=2026-02-30", &["from", "to"][..]),
        ("from=2026-01-30T00:00:00Z&to=2026-01-30T00:00:00Z", &["to"]),
        ("from=2026-02-01T00:00:00Z", &["from"]),
        ("to=2025-01-01T00:00:00Z", &["to"]),
        ("days=7", &["days"]),
    ] {
        let answer = api.get(&format!("/metrics/summary?{query}")).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{query}");
        let details = answer.json()["details"].as_array().unwrap().clone();
        assert_eq!(
            details.iter().map(|one| &one["pointer"]).collect::<Vec<_>>(),
            pointers,
            "{query}"
        );
    }
}

#[tokio::test]
async fn it_needs_a_caller_and_leaves_no_entry() {
    let api = Api::demo();
    let answer = api.send(anonymous(Method::GET, "/metrics/summary")).await;
    assert_eq!(answer.brief(), (401, "unauthenticated".into()));
    assert_eq!(api.get("/metrics/summary").await.status, 200);
    api.assert_untouched();
}

#[tokio::test]
async fn without_the_time_to_read_the_caller_is_told_what_to_ask_for() {
    let api = Api::demo();
    api.post(&reboot_of("prod-orders-01")).await;
    api.world.clock.advance(Duration::from_secs(1));
    let mut request = ask(Method::GET, "/metrics/summary").body(Body::empty()).unwrap();
    request.extensions_mut().insert(WaitBudget(Duration::ZERO));
    let answer = api.send(request).await;
    assert_eq!(answer.brief(), (400, "invalid_parameter".into()));
    let guidance = answer.json()["guidance"].as_str().unwrap().to_owned();
    assert!(
        guidance.starts_with("Ask for a shorter period, e.g. from=2026-01-31T10:00:00Z,"),
        "{guidance}"
    );
}

#[tokio::test]
async fn without_the_trail_there_are_no_figures() {
    let api = Api::demo();
    api.world.store.audit_down(true);
    assert_eq!(api.get("/metrics/summary").await.brief(), (503, "audit_unavailable".into()));
}
