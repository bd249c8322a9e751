use std::io;
use std::time::Duration;

use ops_domain::id::OperationId;
use ops_domain::time::Timestamp;
use serde_json::Value;

use super::*;

fn at() -> Timestamp {
    chrono::DateTime::from_timestamp(1_769_853_600, 250_999_999).unwrap()
}

fn finished(status: Status, late: bool) -> Measurement {
    Measurement::Finished {
        operation_id: OperationId::from_parts(1, 2),
        operation: "create_snapshot",
        environment: "Development".into(),
        status,
        late,
        duration: Duration::from_micros(125_300_900),
        polls: 4,
    }
}

fn shown(measurement: &Measurement) -> Value {
    serde_json::from_str(&document(measurement).line("rds-ops", at())).unwrap()
}

/// The metrics that CloudWatch makes of a document: name, unit and value.
fn metrics(shown: &Value) -> Vec<(&str, &str, u64)> {
    let metrics = shown["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap().iter();
    let named =
        metrics.map(|metric| (metric["Name"].as_str().unwrap(), metric["Unit"].as_str().unwrap()));
    named.map(|(name, unit)| (name, unit, shown[name].as_u64().unwrap())).collect()
}

#[test]
fn a_finished_operation_is_one_emf_line() {
    let line = document(&finished(Status::Available, false)).line("rds-ops", at());
    assert!(line.ends_with('\n') && line.lines().count() == 1, "{line}");
    assert_eq!(
        serde_json::from_str::<Value>(&line).unwrap(),
        json!({
            "_aws": { "Timestamp": 1_769_853_600_250_u64, "CloudWatchMetrics": [{
                "Namespace": "RdsOps",
                "Dimensions": [["service"], ["service", "operation", "environment"], ["service", "outcome"]],
                "Metrics": [
                    { "Name": "Operations", "Unit": "Count" },
                    { "Name": "Successes", "Unit": "Count" },
                    { "Name": "Failures", "Unit": "Count" },
                    { "Name": "Timeouts", "Unit": "Count" },
                    { "Name": "Duration", "Unit": "Milliseconds" },
                    { "Name": "Polls", "Unit": "Count" },
                ],
            }] },
            "service": "rds-ops", "operation": "create_snapshot", "environment": "Development", "outcome": "available",
            "operation_id": "00000000010000000000000002",
            "Operations": 1, "Successes": 1, "Failures": 0, "Timeouts": 0, "Duration": 125_300, "Polls": 4,
        })
    );
}

#[test]
fn each_outcome_is_counted_once_as_what_it_is() {
    for (status, [successes, failures, timeouts]) in [
        (Status::Available, [1, 0, 0]),
        (Status::Failed, [0, 1, 0]),
        (Status::Unverified, [0, 1, 0]),
        (Status::Timeout, [0, 0, 1]),
        (Status::Denied, [0, 0, 0]),
    ] {
        let shown = shown(&finished(status, false));
        assert_eq!(
            metrics(&shown)[..4],
            [
                ("Operations", "Count", 1),
                ("Successes", "Count", successes),
                ("Failures", "Count", failures),
                ("Timeouts", "Count", timeouts)
            ]
        );
        assert_eq!(shown["outcome"], json!(status.as_str()));
    }
}

#[test]
fn an_operation_that_ends_late_is_not_counted_as_another_one() {
    let shown = shown(&finished(Status::Available, true));
    assert_eq!(metrics(&shown), [("LateOutcomes", "Count", 1)]);
    assert_eq!(
        (&shown["outcome"], &shown["operation"]),
        (&json!("available"), &json!("create_snapshot"))
    );
}

#[test]
fn denials_audit_failures_and_throttles_are_counted() {
    let operation = "reboot_instance";
    for (measurement, metric, dimensions) in [
        (
            Measurement::ProductionBlocked { operation },
            "ProductionBlocks",
            json!([["service"], ["service", "operation"]]),
        ),
        (
            Measurement::PermissionDenied { operation },
            "PermissionDenials",
            json!([["service"], ["service", "operation"]]),
        ),
        (Measurement::AuditWriteFailed, "AuditWriteFailures", json!([["service"]])),
        (Measurement::StoreThrottled, "StoreThrottles", json!([["service"]])),
    ] {
        let shown = shown(&measurement);
        assert_eq!(metrics(&shown), [(metric, "Count", 1)]);
        assert_eq!(shown["_aws"]["CloudWatchMetrics"][0]["Dimensions"], dimensions);
    }
}

#[test]
fn a_run_of_discovery_is_one_document() {
    let shown = shown(&Measurement::Discovered {
        instances: 24,
        unread_scopes: 1,
        longest_unread_minutes: 1_500,
    });
    assert_eq!(
        metrics(&shown),
        [
            ("DiscoveredInstances", "Count", 24),
            ("UnreadScopes", "Count", 1),
            ("LongestUnreadMinutes", "Count", 1_500)
        ]
    );
}

#[test]
fn a_dimension_has_a_value_that_cloudwatch_takes() {
    for (environment, told_as) in [("Prüfung\n", "Pr?fung?"), (" ", "unknown"), ("", "unknown")] {
        let document = Document::of(&[ALL]).dimension("environment", environment);
        let shown: Value = serde_json::from_str(&document.line("rds-ops", at())).unwrap();
        assert_eq!(shown["environment"], json!(told_as));
    }
    let long: Value = serde_json::from_str(
        &Document::of(&[ALL]).dimension("environment", &"x".repeat(2000)).line("rds-ops", at()),
    )
    .unwrap();
    assert_eq!(long["environment"].as_str().map(str::len), Some(1024));
}

/// Keeps each write by itself.
#[derive(Default)]
struct Writes(Vec<String>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(String::from_utf8(bytes.to_vec()).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A pipe that nobody reads any more.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn each_line_has_service_and_time() {
    let metrics = EmbeddedMetrics::new("orders-ops".to_owned(), Writes::default());
    let before = SystemClock.now().timestamp_millis();
    metrics.record(&Measurement::AuditWriteFailed);
    metrics.cold_start("ops-api");
    let writes = metrics.out.into_inner().unwrap().0;
    let shown: Vec<Value> = writes.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(shown.len(), 2, "{writes:?}");
    assert!(shown.iter().all(|line| line["service"] == json!("orders-ops")), "{writes:?}");
    assert_eq!((&shown[1]["ColdStarts"], &shown[1]["function"]), (&json!(1), &json!("ops-api")));
    assert!(
        (before..=SystemClock.now().timestamp_millis())
            .contains(&shown[0]["_aws"]["Timestamp"].as_i64().unwrap())
    );
}

#[test]
fn a_metric_that_can_not_be_written_disturbs_nobody() {
    EmbeddedMetrics::new("rds-ops".to_owned(), Closed).record(&Measurement::AuditWriteFailed);
}
