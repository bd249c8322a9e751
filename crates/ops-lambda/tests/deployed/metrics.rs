//! What the built functions write to standard output: log lines, and metrics that CloudWatch Logs
//! can read.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::support::site::{DEV, Site, TARGET_ACCOUNT, http, parts, rest};

/// Each line is one JSON document: metrics at the root, or a line of the log without any.
fn metrics(output: &str) -> Vec<Value> {
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}")));
    let (metrics, log): (Vec<Value>, Vec<Value>) =
        lines.partition(|line| line.get("_aws").is_some());
    assert!(log.iter().all(|line| line["level"].is_string()), "{log:?}");
    metrics.iter().for_each(follows_the_specification);
    metrics
}

/// The rules of the CloudWatch User Guide, "Specification: Embedded metric format".
fn follows_the_specification(line: &Value) {
    let root = line.as_object().unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let timestamp =
        u128::from(line["_aws"]["Timestamp"].as_u64().expect("milliseconds since 1970"));
    assert!(now.abs_diff(timestamp) < 120_000, "{line}");
    for directive in line["_aws"]["CloudWatchMetrics"].as_array().expect("a list") {
        assert_eq!(directive["Namespace"], json!("RdsOps"));
        let sets = directive["Dimensions"].as_array().expect("a list");
        for name in sets.iter().flat_map(|set| set.as_array().expect("a list of names")) {
            let value =
                root[name.as_str().unwrap()].as_str().expect("a dimension is a text at the root");
            assert!((1..=1024).contains(&value.len()) && value.is_ascii(), "{line}");
            let low = ["service", "operation", "environment", "outcome", "function"];
            assert!(low.contains(&name.as_str().unwrap()), "{line}");
        }
        let metrics = directive["Metrics"].as_array().expect("a list");
        assert!(
            (1..=100).contains(&metrics.len())
                && sets.iter().all(|set| set.as_array().unwrap().len() <= 30)
        );
        for metric in metrics {
            assert!(root[metric["Name"].as_str().unwrap()].is_number(), "{line}");
            assert!(
                ["Count", "Milliseconds"].contains(&metric["Unit"].as_str().unwrap()),
                "{line}"
            );
        }
    }
}

/// The sum of each metric.
fn sums(metrics: &[Value]) -> BTreeMap<&str, u64> {
    let mut sums = BTreeMap::new();
    for line in metrics {
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap() {
            let name = metric["Name"].as_str().unwrap();
            *sums.entry(name).or_default() += line[name].as_u64().unwrap();
        }
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_writes_emf_metrics() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let live = site.instance("live", TARGET_ACCOUNT, &[], &[]).await;
    let api = site.api_with("OPS_LOG", "debug").await;
    let asked = json!({
        "operation": "create_snapshot", "instance_id": dev, "parameters": { "snapshot_id": dev }
    });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    let asked = json!({ "operation": "reboot_instance", "instance_id": live });
    assert_eq!(parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await).0, 403);

    let metrics = metrics(&api.end());
    let sums = sums(&metrics);
    for (metric, sum) in [
        ("ColdStarts", 1),
        ("Operations", 1),
        ("Successes", 1),
        ("Failures", 0),
        ("Timeouts", 0),
        ("ProductionBlocks", 1),
    ] {
        assert_eq!(sums.get(metric), Some(&sum), "{metric} of {sums:?}");
    }
    assert!(sums["Polls"] >= 1, "{sums:?}");
    let finished = metrics.iter().find(|line| line.get("Operations").is_some()).unwrap();
    assert_eq!(finished["operation_id"], answer["operation_id"]);
    let [operation, environment, outcome] =
        ["operation", "environment", "outcome"].map(|name| &finished[name]);
    assert_eq!([operation, environment, outcome], ["create_snapshot", "Development", "available"]);
    let shown = answer["duration_seconds"].as_f64().unwrap() * 1000.0;
    assert!((finished["Duration"].as_f64().unwrap() - shown).abs() < 1000.0, "{finished} {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_and_api_write_their_metrics() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let (api, worker) =
        (site.api_with("POWERTOOLS_SERVICE_NAME", "orders-ops").await, site.worker().await);
    let asked = json!({
        "operation": "create_snapshot", "instance_id": dev, "parameters": { "snapshot_id": dev }
    });
    let mut event = http("POST", "/operations", Some(&asked));
    event["headers"]["prefer"] = json!("respond-async");
    let (_, accepted) = parts(&api.invoke(event).await);
    let (_, session) = parts(&api.invoke(http("GET", "/session", None)).await);
    assert_eq!((&session["service"], &session["simulated"]), (&json!("orders-ops"), &json!(false)));
    for _ in 0..200 {
        if worker.invoke(json!({ "operation_id": accepted["operation_id"] })).await["done"]
            == json!(true)
        {
            break;
        }
    }
    site.drop_audit_table().await;
    assert_eq!(parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await).0, 503);

    let (by_worker, by_api) = (metrics(&worker.end()), metrics(&api.end()));
    assert!(by_worker.iter().all(|line| line["service"] == json!("rds-ops")), "{by_worker:?}");
    assert!(by_api.iter().all(|line| line["service"] == json!("orders-ops")), "{by_api:?}");
    let (worker, api) = (sums(&by_worker), sums(&by_api));
    assert_eq!(
        (worker.get("ColdStarts"), worker.get("Operations"), worker.get("Successes")),
        (Some(&1), Some(&1), Some(&1))
    );
    assert_eq!((api.get("ColdStarts"), api.get("Operations")), (Some(&1), None), "{api:?}");
    assert_eq!(api.get("AuditWriteFailures"), Some(&1), "{api:?}");
    assert!(
        by_worker.iter().any(|line| line["operation_id"] == accepted["operation_id"]),
        "{by_worker:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_complete_sweeps_are_counted() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let (api, worker) = (site.api().await, site.worker().await);
    let asked = json!({
        "operation": "create_snapshot", "instance_id": dev, "parameters": { "snapshot_id": dev }
    });
    let mut event = http("POST", "/operations", Some(&asked));
    event["headers"]["prefer"] = json!("respond-async");
    assert_eq!(parts(&api.invoke(event).await).0, 202);
    let (mut sweeps, mut late) = (0, 0);
    while late == 0 && sweeps < 500 {
        let swept = worker.invoke(json!({ "sweep": true })).await;
        sweeps += 1;
        late += swept["advanced"].as_u64().unwrap() + swept["left"].as_u64().unwrap();
    }
    assert_eq!(late, 1, "nobody else took the step");
    site.drop_operations_table().await;
    assert_eq!(
        worker.invoke(json!({ "sweep": true })).await["errorType"],
        json!("store_unavailable")
    );
    let lines = metrics(&worker.end());
    let sums = sums(&lines);
    assert_eq!((sums.get("Sweeps"), sums.get("LateSteps")), (Some(&sweeps), Some(&late)));
}
