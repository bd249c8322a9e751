use std::error::Error;

use expect_test::expect;
use ops_domain::ports::StoreError;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_default;
use tracing::{error, error_span, info};
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::Lines;
use crate::levels::Levels;
use crate::memory::Memory;
use crate::panics;

fn log() -> (Memory, tracing::subscriber::DefaultGuard) {
    Memory::start(&Levels::at(LevelFilter::TRACE))
}

/// The only line, without its time and its place in this file.
fn line(memory: &Memory) -> Value {
    let mut lines = memory.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let mut line = lines.remove(0);
    let time = line.insert("timestamp".into(), json!("TIME")).unwrap();
    let time = time.as_str().unwrap();
    assert!(time.len() == "2026-01-31T10:00:00.000000Z".len() && time.ends_with('Z'), "{time}");
    let location = line.insert("location".into(), json!("PLACE")).unwrap();
    assert!(location.as_str().unwrap().starts_with("ops_log::lines::tests:"), "{location}");
    line.into()
}

#[test]
fn a_line_is_flat_and_has_the_fields_of_all_spans_around_it() {
    let (memory, _guard) = log();
    error_span!("request", correlation_id = "c-1", principal = "iam:alice").in_scope(|| {
        error_span!("operation", operation_id = %"01J", attempt = 2).in_scope(|| {
            info!(status = 200_u16, late = false, share = 0.5, nothing = None::<&str>, "answered");
        });
    });
    expect![[r#"
        {
          "attempt": 2,
          "correlation_id": "c-1",
          "late": false,
          "level": "INFO",
          "location": "PLACE",
          "message": "answered",
          "operation_id": "01J",
          "principal": "iam:alice",
          "service": "rds-ops",
          "share": 0.5,
          "status": 200,
          "timestamp": "TIME"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&line(&memory)).unwrap());
}

#[test]
fn a_line_for_people_has_each_field_once_and_stays_one_line() {
    let memory = Memory::default();
    let lines = Lines::text(memory.clone()).with_filter(Levels::at(LevelFilter::TRACE).filter());
    let _guard = set_default(tracing_subscriber::registry().with(lines));
    error_span!("operation", operation_id = %"01J", phase = "outer").in_scope(|| {
        error_span!("operation", operation_id = %"01K", principal = "iam:a\nb").in_scope(|| {
            info!(polls = 3, phase = "in_progress", nothing = None::<&str>, "step\nforged");
        });
    });
    let text = memory.text();
    let (time, rest) = text.split_once(' ').unwrap();
    assert!(time.ends_with('Z'), "{text}");
    let expected =
        r#" INFO step forged operation_id="01K" phase="in_progress" polls=3 principal="iam:a\nb""#;
    assert_eq!(rest, format!("{expected}\n"));
}

#[test]
fn the_nearest_log_field_wins() {
    let (memory, _guard) = log();
    let outer = error_span!("outer", one = "outer", two = "outer", three = "outer", level = "mine");
    let inner = error_span!(parent: &outer, "inner", two = "inner", three = "inner");
    inner.in_scope(|| error!(three = "event", service = "mine", "said"));
    let line = line(&memory);
    let said = ["one", "two", "three", "level", "service"].map(|name| &line[name]);
    assert_eq!(said, ["outer", "inner", "event", "ERROR", "rds-ops"]);
}

#[test]
fn a_span_learns_a_field_later() {
    let (memory, _guard) = log();
    let span = error_span!("request", operation_id = tracing::field::Empty);
    span.record("operation_id", "01J");
    span.in_scope(|| info!("said"));
    assert_eq!(line(&memory)["operation_id"], "01J");
}

#[test]
fn spans_of_libraries_add_nothing() {
    let (memory, _guard) = log();
    error_span!(target: "hyper::client", "connect", authorization = "s3cr3t")
        .in_scope(|| info!("said"));
    assert_eq!(line(&memory).get("authorization"), None);
}

#[test]
fn an_exception_is_told_with_everything_that_led_to_it() {
    let (memory, _guard) = log();
    let error = StoreError::Unavailable("connection refused".into());
    error!(exception = &error as &dyn Error, "a store can't be used");
    assert_eq!(line(&memory)["exception"], "the operation store can't be used: connection refused");
}

#[test]
fn line_breaks_in_a_text_break_no_line() {
    let (memory, _guard) = log();
    info!(principal = "iam:a\nb\"}\r\n{\"level\":\"INFO\"", "said\nit");
    assert_eq!(line(&memory)["principal"], "iam:a\nb\"}\r\n{\"level\":\"INFO\"");
}

#[test]
fn a_long_text_is_cut_with_a_mark_and_never_within_a_character() {
    let (memory, _guard) = log();
    info!(exception = "é".repeat(5000), "said");
    assert_eq!(line(&memory)["exception"], format!("{}…", "é".repeat(2048)));
}

#[test]
fn a_line_of_long_texts_fits_one_log_event() {
    let (memory, _guard) = log();
    let long = "\u{1}".repeat(2048);
    let long = long.as_str();
    error_span!("operation", operation_id = "01J").in_scope(|| {
        info!(
            f1 = long,
            f2 = long,
            f3 = long,
            f4 = long,
            f5 = long,
            f6 = long,
            f7 = long,
            f8 = long,
            f9 = long,
            f10 = long,
            f11 = long,
            f12 = long,
            f13 = long,
            f14 = long,
            f15 = long,
            f16 = long,
            f17 = long,
            f18 = long,
            f19 = long,
            f20 = long,
            f21 = long,
            f22 = long,
            f23 = long,
            f24 = long,
            f25 = long,
            f26 = long,
            f27 = long,
            f28 = long,
            "said"
        );
    });
    assert!(memory.text().len() < 256 * 1024 - 26, "{}", memory.text().len());
    let line = line(&memory);
    assert_eq!((&line["operation_id"], &line["truncated"]), (&json!("01J"), &json!(true)));
}

#[test]
fn a_panic_is_a_line_with_its_place_and_without_its_text() {
    let (memory, _guard) = log();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(panics::log));
    let panicked = std::panic::catch_unwind(|| {
        error_span!("request", correlation_id = "c-1").in_scope(|| {
            panic!("an unexpected header: {}", "s3cr3t");
        });
    });
    std::panic::set_hook(before);
    assert!(panicked.is_err());
    let line = memory.lines().remove(0);
    let shown = ["level", "correlation_id", "exception_name"].map(|name| &line[name]);
    assert_eq!(shown, ["ERROR", "c-1", "panic"]);
    assert!(line["location"].as_str().unwrap().contains("lines/tests.rs:"), "{line:?}");
    assert!(!memory.text().contains("s3cr3t"), "{}", memory.text());
}
