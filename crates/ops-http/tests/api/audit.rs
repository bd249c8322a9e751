//! `GET /audit` as JSON and as CSV.

use ops_audit::SealDraft as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use chrono::NaiveDate;
use expect_test::expect;
use http::Method;
use http_body_util::BodyExt as _;
use ops_domain::audit::{AuditDraft, AuditEntry, AuditEvent, AuditedOperation, ChainHead};
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};
use ops_domain::service::Ports;
use ops_domain::settings::Settings;
use ops_http::{Options, ResponseLimit};
use ops_testkit::memory::{Call, Side};
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::harness::{Api, alice, ask, reboot_of, snapshot_of};

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
    let events: Vec<&Value> =
        answer["items"].as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert_eq!(events, ["accepted", "denied"]);
    let entry = &answer["items"][0];
    for name in [
        "audit_id",
        "timestamp",
        "operation",
        "instance_id",
        "parameters",
        "user_identity",
        "result",
    ] {
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
        ("user=alice".to_owned(), 2),
        ("user=alic".to_owned(), 0),
        ("to=2026-01-31T09:00:00Z".to_owned(), 0),
        ("from=2026-01-31T09:00:00Z".to_owned(), 2),
        ("limit=1".to_owned(), 1),
    ] {
        let answer = api.get(&format!("/audit?{filter}")).await.json();
        assert_eq!(answer["items"].as_array().unwrap().len(), expected, "{filter}");
    }
}

#[tokio::test]
async fn an_overlong_filter_is_rejected_before_the_store() {
    let api = Api::demo();
    for filter in [
        "/audit?user",
        "/audit?instance_id",
        "/audit?operation",
        "/operations?user",
        "/instances?q",
    ] {
        let of_bytes =
            async |bytes: usize| api.get(&format!("{filter}={}", "a".repeat(bytes))).await;
        assert_eq!(of_bytes(2_048).await.status, 200, "{filter}");
        let answer = of_bytes(2_049).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{filter}");
        assert_eq!(
            answer.json()["details"][0]["message"],
            "must have at most 2048 bytes",
            "{filter}"
        );
    }
}

#[tokio::test]
async fn an_export_is_safe_csv_and_audited() {
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
    api.world.store.fail_next(
        ops_testkit::memory::Call::Append,
        1,
        ops_testkit::memory::Side::Before,
    );
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

/// Excel takes CSV without the mark for the code page of the machine.
#[tokio::test]
async fn csv_begins_with_a_byte_order_mark_on_request() {
    for options in [Options::GATEWAY, Options::LOCAL] {
        let api = Api::with_options(World::demo(), options);
        api.post(&reboot_of("prod-orders-01")).await;
        for (query, mark) in [
            ("format=csv&bom=true", true),
            ("format=csv&bom=true&limit=1", true),
            ("format=csv&bom=false", false),
            ("format=csv", false),
        ] {
            let text = api.get(&format!("/audit?{query}")).await.text;
            let rest = text.trim_start_matches('\u{feff}');
            assert_eq!(text.len() - rest.len(), if mark { 3 } else { 0 }, "{query}");
            assert!(rest.starts_with("audit_id,"), "{query}");
        }
        let link =
            api.get("/audit?format=csv&bom=true&limit=1").await.header("link").unwrap().to_owned();
        assert!(link.contains("bom=true"), "each part is a file of its own: {link}");
    }
}

/// Follows the exports by their links to the end, and gives the texts.
async fn parts(api: &Api, first: &str) -> Vec<String> {
    let (mut texts, mut query) = (Vec::new(), Some(first.to_owned()));
    while let Some(asked) = query {
        let answer = api.get(&format!("/audit?{asked}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let cursor = answer.header("x-next-cursor").map(str::to_owned);
        let link = answer.header("link").map(str::to_owned);
        assert_eq!(link.is_some(), cursor.is_some());
        query = link.map(|link| {
            link.trim_start_matches("<?").trim_end_matches(">; rel=\"next\"").to_owned()
        });
        assert!(
            query
                .as_ref()
                .is_none_or(|query| query.ends_with(&format!("cursor={}", cursor.unwrap())))
        );
        texts.push(answer.text);
    }
    texts
}

#[tokio::test]
async fn a_long_export_links_to_the_rest() {
    let api = Api::with_options(
        World::demo(),
        Options { answers: ResponseLimit::Whole { bytes: 60_000 }, ..Options::GATEWAY },
    );
    for _ in 0..150 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    let texts = parts(&api, "format=csv&instance_id=prod-orders-01").await;
    assert!(texts.len() > 2, "{}", texts.len());
    let rows: Vec<&str> =
        texts.iter().flat_map(|text| text.split_terminator("\r\n").skip(1)).collect();
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.split(',').next()).collect();
    assert_eq!((rows.len(), ids.len()), (150, 150), "every entry stands in one part");
    for text in &texts {
        let answer = serde_json::to_string(text).unwrap();
        assert!(answer.len() <= 60_000 + 2, "{}", answer.len());
    }
    let exports: Vec<Value> = api.world.store.entries()[150..]
        .iter()
        .map(|entry| serde_json::from_str(&entry.parameters).unwrap())
        .collect();
    let shown: u64 = exports.iter().map(|export| export["entries"].as_u64().unwrap()).sum();
    assert_eq!((exports.len(), shown), (texts.len(), 150), "each part is on the trail");
    assert!(exports.iter().rev().skip(1).all(|export| export["complete"] == json!(false)));
}

#[tokio::test]
async fn a_part_has_at_least_one_entry_however_little_fits() {
    let api = Api::with_options(
        World::demo(),
        Options { answers: ResponseLimit::Whole { bytes: 1 }, ..Options::GATEWAY },
    );
    for _ in 0..3 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    assert_eq!(parts(&api, "format=csv&instance_id=prod-orders-01").await.len(), 3);
}

#[tokio::test]
async fn a_streamed_export_is_audited_before_it_begins() {
    let api = Api::with_options(World::demo(), Options::LOCAL);
    for _ in 0..600 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    api.world.clock.advance(Duration::from_secs(1));
    let answer = api.get("/audit?format=csv").await;
    assert_eq!((answer.text.matches("\r\n").count(), answer.header("x-next-cursor")), (601, None));
    assert_eq!(api.trail().last().unwrap().0, "export");

    api.world.store.fail_next(Call::Append, 1, Side::Before);
    assert_eq!(api.get("/audit?format=csv").await.brief(), (503, "audit_unavailable".into()));
    api.world.store.fail_next(Call::Query, 1, Side::Before);
    assert_eq!(api.get("/audit?format=csv").await.brief(), (503, "audit_unavailable".into()));
}

#[tokio::test]
async fn a_broken_export_is_not_complete() {
    let api = Api::with_options(World::demo(), Options::LOCAL);
    for _ in 0..600 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    api.world.store.fail_next(Call::Query, 2, Side::Before);
    let request = ask(Method::GET, "/audit?format=csv").body(Body::empty()).unwrap();
    let body = api.response(request).await.into_body();
    assert!(body.collect().await.is_err());
}

/// An audit trail of very many entries that are made when they are read, and counts how many are
/// alive.
#[derive(Default)]
struct Endless {
    pages: AtomicUsize,
    alive: Arc<AtomicUsize>,
}

const MANY: usize = 100_000;

#[async_trait]
impl AuditLog for Endless {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        Ok(draft.seal(None).0)
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        let begin = query.cursor.as_ref().map_or(0, |cursor| cursor.parse().unwrap());
        let end = MANY.min(begin + query.limit);
        self.pages.fetch_add(1, Ordering::Relaxed);
        let entry = AuditDraft::attempt(
            &alice(),
            AuditEvent::Refused,
            AuditedOperation::UNKNOWN,
            query.now,
            Duration::ZERO,
        )
        .seal(None)
        .0;
        self.alive.fetch_max(end - begin, Ordering::Relaxed);
        Ok(Page { items: vec![entry; end - begin], next: (end < MANY).then(|| end.to_string()) })
    }

    async fn chain_head(&self, _instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        Ok(None)
    }

    async fn chains(
        &self,
        _cursor: Option<&str>,
        _limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        Ok(Page { items: Vec::new(), next: None })
    }
}

#[tokio::test]
async fn entries_are_streamed_page_by_page() {
    let world = World::demo();
    let trail = Arc::new(Endless::default());
    let world = world.over(Ports { audit: trail.clone(), ..world.ports.clone() });
    let api = Api::with_options(world, Options::LOCAL);
    let request = ask(Method::GET, "/audit?format=csv").body(Body::empty()).unwrap();
    let mut body = api.response(request).await.into_body();
    let (mut rows, mut frames, mut longest) = (0, 0, 0);
    while let Some(frame) = body.frame().await {
        let bytes = frame.unwrap().into_data().unwrap();
        frames += 1;
        longest = longest.max(bytes.len());
        rows += bytes.iter().filter(|byte| **byte == b'\n').count();
        assert!(
            trail.pages.load(Ordering::Relaxed) <= frames + 1,
            "nothing is read ahead of the reader"
        );
    }
    assert_eq!(rows, MANY + 1);
    assert_eq!(trail.alive.load(Ordering::Relaxed), 250);
    assert!(longest < 200_000, "{longest}");
}

/// What leaves each kind of entry on the trail.
#[tokio::test]
async fn every_kind_of_attempt_leaves_its_entry() {
    let events = |api: &Api| api.trail().into_iter().map(|(event, _)| event).collect::<Vec<_>>();
    let patient = Api::patient();
    patient.post(&snapshot_of("dev-postgres-01")).await;
    assert_eq!(events(&patient), ["accepted", "outcome"]);

    let slow = Behaviour { snapshot: Duration::from_mins(20), ..Behaviour::quick() };
    let late = Api::patient_over(World::demo_with(slow, Settings::default()));
    let timed_out = late.post(&snapshot_of("dev-postgres-01")).await.json();
    assert_eq!(timed_out["status"], json!("timeout"));
    late.world.run_to_end(timed_out["operation_id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(events(&late), ["accepted", "outcome", "late_outcome"]);

    let cancelled = Api::demo();
    cancelled.world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let waiting =
        cancelled.post_with(&reboot_of("dev-postgres-01"), &[("prefer", "respond-async")]).await;
    let cancel = format!("{}/cancel", waiting.location());
    cancelled.send(ask(Method::POST, &cancel).body(Body::empty()).unwrap()).await;
    assert_eq!(events(&cancelled), ["accepted", "cancelled"]);

    let started = Api::demo();
    let running =
        started.post_with(&snapshot_of("dev-postgres-01"), &[("prefer", "respond-async")]).await;
    let cancel = format!("{}/cancel", running.location());
    started.send(ask(Method::POST, &cancel).body(Body::empty()).unwrap()).await;
    started.post(&reboot_of("dev-postgres-01")).await;
    assert_eq!(
        events(&started),
        ["accepted", "refused", "refused"],
        "too late to cancel, and busy"
    );

    let mut dry = reboot_of("dev-postgres-01");
    dry["dry_run"] = json!(true);
    for (body, event) in [
        (dry, "dry_run"),
        (reboot_of("prod-orders-01"), "denied"),
        (reboot_of("no-such-instance"), "refused"),
        (json!({ "operation": "drop_table" }), "refused"),
        (json!([]), "refused"),
    ] {
        let api = Api::demo();
        api.post(&body).await;
        assert_eq!(events(&api), [event], "{body}");
        let entry = &api.world.store.entries()[0];
        assert_eq!(entry.principal.as_deref(), Some("iam:alice"));
        assert_eq!(entry.request_id.as_deref(), Some("request-of-alice"));
    }
    let exported = Api::demo();
    exported.get("/audit?format=csv").await;
    assert_eq!(events(&exported), ["export"]);
}

#[tokio::test]
async fn a_day_is_asked_for_by_its_beginning_and_that_of_the_next() {
    let api = busy().await;
    api.world.clock.advance(Duration::from_hours(24));
    api.post(&reboot_of("prod-orders-01")).await;
    let entries = api.world.store.entries();
    let day = |entry: &AuditEntry| entry.timestamp[..10].to_owned();
    let (first, second) = (day(&entries[0]), day(entries.last().unwrap()));
    assert_ne!(first, second);
    let of = async |from: &str, to: &str| {
        let answer =
            api.get(&format!("/audit?from={from}T00:00:00Z&to={to}T00:00:00Z")).await.json();
        answer["items"].as_array().unwrap().len()
    };
    let next: NaiveDate = second.parse().unwrap();
    let third = next.succ_opt().unwrap().to_string();
    assert_eq!((of(&first, &second).await, of(&second, &third).await), (entries.len() - 1, 1));
}
