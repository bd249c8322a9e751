//! `GET /audit` as JSON and as CSV.

use std::time::Duration;

use expect_test::expect;
use ops_http::Options;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::harness::{Api, reboot_of, snapshot_of};

async fn busy() -> Api {
    let api = Api::demo();
    let mut body = reboot_of("prod-orders-01");
    body["reason"] = json!("=HYPERLINK(\"http://example.com\"), urgent");
    api.post(&body).await;
    api.world.clock.advance(Duration::from_secs(1));
    api.post_with(&snapshot_of("dev-postgres-01"), &[("prefer", "respond-async")]).await;
    api
}

#[tokio::test]
async fn entries_are_listed_newest_first_with_the_original_fields() {
    let api = busy().await;
    let answer = api.get("/audit").await.json();
    let events: Vec<&Value> = answer["items"].as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, ["accepted", "denied"]);
    let entry = &answer["items"][0];
    for name in ["audit_id", "timestamp", "operation", "instance_id", "parameters", "user_identity", "result"] {
        assert!(entry[name].is_string(), "{name} in {entry}");
    }
    assert!(entry["success"].is_boolean() && entry["ttl"].is_number());
    assert_eq!(api.trail().len(), 2, "reading JSON leaves no entry");
}

#[tokio::test]
async fn entries_are_filtered() {
    let api = busy().await;
    let operation_id = api.world.store.records()[0].id;
    for (filter, expected) in [
        ("instance_id=prod-orders-01".to_owned(), 1),
        ("operation=create_snapshot".to_owned(), 1),
        (format!("operation_id={operation_id}"), 1),
        ("user=iam%3Aalice".to_owned(), 2),
        ("user=alice".to_owned(), 0),
        ("to=2026-01-31T09:00:00Z".to_owned(), 0),
        ("from=2026-01-31T09:00:00Z".to_owned(), 2),
        ("limit=1".to_owned(), 1),
    ] {
        let answer = api.get(&format!("/audit?{filter}")).await.json();
        assert_eq!(answer["items"].as_array().unwrap().len(), expected, "{filter}");
    }
}

#[tokio::test]
async fn an_export_is_csv_that_no_spreadsheet_calculates_and_it_is_audited() {
    let api = busy().await;
    let answer = api.get("/audit?format=csv&instance_id=prod-orders-01").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"audit.csv\""));
    assert_eq!(answer.header("x-next-cursor"), None);
    let rows: Vec<&str> = answer.text.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("audit_id,timestamp,event,"));
    assert!(rows[1].contains(r#","'=HYPERLINK(""http://example.com""), urgent","#), "{}", rows[1]);
    let export = api.world.store.entries().pop().unwrap();
    expect![[r#"
        export export_audit {"principal":"iam:alice"} {"complete":true,"entries":1,"format":"csv","instance_id":"prod-orders-01"}
    "#]]
    .assert_eq(&format!(
        "{} {} {} {}\n",
        export.event.unwrap(),
        export.operation,
        export.user_identity,
        export.parameters
    ));
}

#[tokio::test]
async fn an_export_that_can_not_be_audited_is_not_sent() {
    let api = busy().await;
    api.world.store.fail_next(ops_testkit::memory::Call::Append, 1, ops_testkit::memory::Side::Before);
    let answer = api.get("/audit?format=csv").await;
    assert_eq!(answer.brief(), (503, "audit_unavailable".into()));
    assert!(!answer.text.contains("dev-postgres-01"));
}

#[tokio::test]
async fn csv_is_sent_to_who_accepts_it_before_json() {
    let api = busy().await;
    for (accept, csv) in [
        ("text/csv", true),
        ("text/csv;q=0.9, application/json;q=0.1", true),
        ("application/json, text/csv", false),
        ("*/*", false),
    ] {
        let answer = api.get_with("/audit", "accept", accept).await;
        assert_eq!(answer.header("content-type").unwrap().starts_with("text/csv"), csv, "{accept}");
    }
}

#[tokio::test]
async fn an_export_that_does_not_fit_ends_with_the_cursor_of_the_rest() {
    let api = Api::with_options(World::demo(), Options { export_bytes: 1 });
    for _ in 0..150 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    let first = api.get("/audit?format=csv").await;
    assert_eq!(first.text.matches("\r\n").count(), 101);
    let cursor = first.header("x-next-cursor").unwrap();
    let second = api.get(&format!("/audit?format=csv&instance_id=prod-orders-01&cursor={cursor}")).await;
    assert_eq!(second.status, 200);
    assert_eq!(second.header("x-next-cursor"), None);
}
