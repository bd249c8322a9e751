//! The figures against a naive computation, and the period.

mod naive;
mod period;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use super::{Asked, Completeness, Duration, Period, Summary, Tally};
use ops_domain::audit::AuditEntry;
use ops_domain::time::{Timestamp, to_micros_text};

/// 2026-01-31T10:00:00Z.
fn now() -> Timestamp {
    Timestamp::from_timestamp(1_769_853_600, 0).unwrap()
}

/// From 2026-01-02T00:00:00Z on.
fn month() -> Period {
    let from = Some("2026-01-02T00:00:00Z".parse().unwrap());
    Period::new(Asked { from, to: None }, now(), std::time::Duration::from_hours(90 * 24)).unwrap()
}

fn summary(entries: &[AuditEntry]) -> Summary {
    let mut tally = Tally::default();
    entries.iter().for_each(|entry| tally.add(entry));
    tally.summary(month(), Completeness::default())
}

/// An entry of this event with the fields of the original table alone, but for `operation_id`,
/// which does not matter.
fn entry(event: Option<&str>, minutes: i64) -> AuditEntry {
    let timestamp = to_micros_text(month().from + TimeDelta::minutes(minutes));
    serde_json::from_value(json!({
        "audit_id": format!("dev-1#{timestamp}"), "timestamp": timestamp, "operation": "create_snapshot",
        "instance_id": "dev-1", "parameters": "{}", "user_identity": r#"{"userArn": "arn:alice"}"#, "result": "{}",
        "success": false, "ttl": 0, "event": event,
    }))
    .unwrap()
}

fn some_of(choices: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(0.8, proptest::sample::select(choices).prop_map(str::to_owned))
}

/// Any entry, also such as no release has written.
fn any_entry() -> impl Strategy<Value = AuditEntry> {
    let events = some_of(&[
        "accepted",
        "outcome",
        "outcome",
        "late_outcome",
        "denied",
        "refused",
        "cancelled",
        "dry_run",
        "export",
        "of_tomorrow",
    ]);
    let results = proptest::sample::select(&[
        "{}",
        "no JSON",
        "[1]",
        r#"{"status": "timeout"}"#,
        r#"{"status": "available", "duration_seconds": 12.34}"#,
        r#"{"status": 7, "code": "production_blocked"}"#,
        r#"{"code": "permission_denied"}"#,
        r#"{"code": "permission_denied", "error_code": "AccessDenied"}"#,
        r#"{"code": "instance_busy"}"#,
    ]);
    let operation = proptest::sample::select(&["create_snapshot", "reboot_instance", "unknown"]);
    let seconds = proptest::option::of(prop_oneof![Just(-1.0), Just(f64::NAN), 0.0..400.0_f64]);
    let who = some_of(&["iam:arn:alice", "iam:bob", "jwt:carol"]);
    let rest = (
        some_of(&["Development", "Test"]),
        some_of(&["01KG9QXG800000000000000001"]),
        any::<bool>(),
        0..42_000_i64,
    );
    ((events, results, operation), (seconds, who), rest).prop_map(
        |(
            (event, result, operation),
            (duration_seconds, principal),
            (environment, operation_id, success, minutes),
        )| {
            AuditEntry {
                result: result.to_owned(),
                operation: operation.to_owned(),
                duration_seconds,
                principal,
                environment,
                operation_id,
                success: Some(success),
                ..entry(event.as_deref(), minutes)
            }
        },
    )
}

proptest! {
    #[test]
    fn the_figures_are_those_of_a_naive_computation(entries in proptest::collection::vec(any_entry(), 0..60)) {
        let all: Vec<&AuditEntry> = entries.iter().collect();
        let summary = summary(&entries);
        prop_assert_eq!(summary.entries, entries.len() as u64);
        prop_assert_eq!(&summary.overall, &naive::kpis(&all));
        for group in &summary.by_operation {
            let of_it: Vec<_> = all.iter().copied().filter(|entry| entry.operation == group.operation).collect();
            prop_assert_eq!(&group.kpis, &naive::kpis(&of_it));
        }
        for group in &summary.by_environment {
            let of_it: Vec<_> = all.iter().copied().filter(|entry| entry.environment == group.environment).collect();
            prop_assert_eq!(&group.kpis, &naive::kpis(&of_it));
        }
        let sum = |groups: &[u64]| groups.iter().sum::<u64>();
        let by_operation: Vec<u64> = summary.by_operation.iter().map(|group| group.kpis.requests).collect();
        prop_assert_eq!(sum(&by_operation), summary.overall.requests);
        for buckets in [&summary.days, &summary.weeks, &summary.months] {
            let requests: Vec<u64> = buckets.iter().map(|bucket| bucket.requests).collect();
            let finished: Vec<u64> = buckets.iter().map(|bucket| bucket.finished).collect();
            prop_assert_eq!((sum(&requests), sum(&finished)), (summary.overall.requests, summary.overall.finished));
        }
        for day in &summary.days {
            let of_it: Vec<_> = all.iter().copied().filter(|entry| entry.timestamp.starts_with(&day.name)).collect();
            let kpis = naive::kpis(&of_it);
            prop_assert_eq!((day.operations, day.success_rate), (kpis.operations, kpis.success_rate));
            prop_assert_eq!((day.timed_out, day.production_blocks), (kpis.timed_out, kpis.production_blocks));
        }
    }

    #[test]
    fn the_figures_do_not_depend_on_the_order_of_the_entries(
        (entries, shuffled) in proptest::collection::vec(any_entry(), 0..40)
            .prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()))
    ) {
        prop_assert_eq!(summary(&entries), summary(&shuffled));
    }
}

#[test]
fn without_entries_nothing_has_a_rate() {
    let summary = summary(&[]);
    let kpis = &summary.overall;
    let rates = [kpis.success_rate, kpis.timeout_rate, kpis.production_block_rate];
    assert_eq!(rates, [None; 3]);
    assert_eq!(kpis.duration_seconds, Duration { measured: 0, mean: None, p95: None });
    assert_eq!((kpis.operations, kpis.active_users), (0, 0));
    assert_eq!((summary.days.len(), summary.weeks.len(), summary.months.len()), (30, 5, 1));
}

#[test]
fn an_original_entry_counts_as_an_operation() {
    let original = |result: &str, success| AuditEntry {
        result: result.into(),
        success: Some(success),
        ..entry(None, 0)
    };
    let summary = summary(&[
        original(r#"{"status": "available", "duration_seconds": 120}"#, true),
        original(r#"{"status": "timeout"}"#, false),
        original("it broke", false),
    ]);
    let kpis = &summary.overall;
    assert_eq!((kpis.requests, kpis.operations, kpis.finished), (3, 3, 3));
    assert_eq!((kpis.succeeded, kpis.timed_out, kpis.failed), (1, 1, 1));
    assert_eq!((kpis.duration_seconds.measured, kpis.duration_seconds.p95), (1, Some(120.0)));
    assert_eq!(kpis.active_users, 1);
    assert_eq!(summary.by_environment[0].environment, None);
}

#[test]
fn an_entry_without_time_counts_in_the_totals() {
    let summary = summary(&[AuditEntry { timestamp: "yesterday".into(), ..entry(None, 0) }]);
    assert_eq!((summary.overall.operations, summary.undated_entries), (1, 1));
    assert!(summary.days.iter().all(|day| day.operations == 0));
}
