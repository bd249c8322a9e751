//! `POST /operations` for operations that come to be.

use std::time::Duration;

use expect_test::expect;
use ops_domain::ports::Clock as _;
use ops_domain::settings::{PollOverride, Settings};
use ops_testkit::simulated_rds::{Behaviour, Fault, SendFault};
use ops_testkit::world::World;
use serde_json::json;

use crate::harness::{Api, reboot_of, snapshot_of, window_of};

#[tokio::test]
async fn a_snapshot_within_the_wait_returns_its_result() {
    let answer = Api::patient().post(&snapshot_of("dev-postgres-01")).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "available",
          "success": true,
          "snapshot_id": "dev-postgres-01-manual-2026-01-31",
          "snapshot_arn": "arn:aws:rds:eu-central-1:111122223333:snapshot:dev-postgres-01-manual-2026-01-31",
          "snapshot_create_time": "2026-01-31T10:00:06Z",
          "duration_seconds": 60.0
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_reboot_within_the_wait_returns_its_result() {
    let answer = Api::patient().post(&reboot_of("test-mysql-01")).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "reboot_instance",
          "instance_id": "test-mysql-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Test",
          "status": "available",
          "success": true,
          "force_failover": false,
          "duration_seconds": 60.0
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_new_backup_window_is_answered_with_its_result() {
    let answer = Api::patient().post(&window_of("dev-oracle-01", "03:00-04:00", true)).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "modify_backup_window",
          "instance_id": "dev-oracle-01",
          "account_id": "333344445555",
          "region": "us-east-1",
          "environment": "Development",
          "status": "available",
          "success": true,
          "changed": true,
          "backup_window": "03:00-04:00",
          "apply_immediately": true,
          "pending_modifications": {},
          "duration_seconds": 0.0
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_running_operation_is_202_with_location() {
    let api = Api::demo();
    let answer =
        api.post_with(&snapshot_of("dev-postgres-01"), &[("prefer", "respond-async")]).await;
    expect![[r#"
        202 Accepted
        content-type: application/json
        location: operations/01KG9QXG800000000000000001
        retry-after: 30
        preference-applied: respond-async
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "in_progress",
          "progress": {
            "phase": "in_progress",
            "last_status": null,
            "polls": 0,
            "failed_polls": 0,
            "next_poll_at": "2026-01-31T10:00:30Z",
            "deadline": "2026-01-31T10:05:00Z"
          }
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls().len(), 1);
}

/// Nobody is kept waiting for a time that is an hour away.
#[tokio::test]
async fn a_scheduled_operation_is_202_at_once() {
    let api = Api::patient();
    let mut request = snapshot_of("dev-postgres-01");
    request["start"] = json!({ "at": "2026-01-31T12:00:00+01:00" });
    request["start_within_minutes"] = json!(15);
    expect![[r#"
        202 Accepted
        content-type: application/json
        location: operations/01KG9QXG800000000000000001
        retry-after: 3600
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "scheduled",
          "start": {
            "from": "2026-01-31T11:00:00Z",
            "until": "2026-01-31T11:15:00Z"
          },
          "progress": {
            "phase": "scheduled",
            "last_status": null,
            "polls": 0,
            "failed_polls": 0,
            "next_poll_at": "2026-01-31T11:00:00Z",
            "deadline": "2026-01-31T11:15:00Z"
          }
        }
    "#]]
    .assert_eq(&api.post(&request).await.shown());
    assert!(api.world.rds.calls().is_empty());
}

#[tokio::test]
async fn a_queued_operation_names_the_one_that_has_the_instance() {
    let api = Api::demo();
    let now = [("prefer", "respond-async")];
    api.post_with(&snapshot_of("dev-postgres-01"), &now).await;
    let mut request = snapshot_of("dev-postgres-01");
    request["parameters"]["snapshot_id"] = json!("next");
    request["if_busy"] = json!("queue");
    expect![[r#"
        202 Accepted
        content-type: application/json
        location: operations/01KG9QXG800000000000000002
        retry-after: 10
        preference-applied: respond-async
        {
          "operation_id": "01KG9QXG800000000000000002",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "accepted",
          "start": {
            "from": "2026-01-31T10:00:00Z",
            "until": "2026-01-31T11:00:00Z"
          },
          "progress": {
            "phase": "accepted",
            "last_status": null,
            "polls": 0,
            "failed_polls": 0,
            "next_poll_at": "2026-01-31T10:00:09.317492917Z",
            "running_operation_id": "01KG9QXG800000000000000001",
            "deadline": "2026-01-31T11:00:00Z"
          }
        }
    "#]]
    .assert_eq(&api.post_with(&request, &now).await.shown());
}

/// Of the host's time, what a call of the store may take is kept.
#[tokio::test]
async fn the_wait_is_the_shortest_of_the_three_limits() {
    for (preference, budget, waited, applied) in [
        ("wait=5", 100, 5, Some("wait=5")),
        ("wait=90", 100, 20, Some("wait=20")),
        ("wait=90", 12, 7, Some("wait=12")),
        ("wait=90", 7, 2, Some("wait=7")),
        ("handling=lenient", 7, 2, None),
        ("handling=lenient", 100, 20, None),
        ("respond-async", 100, 0, Some("respond-async")),
        ("wait=9", 0, 0, Some("wait=0")),
    ] {
        let api = Api::demo();
        let before = api.world.clock.now();
        let headers = [("prefer", preference)];
        let answer = api
            .post_within(&snapshot_of("dev-postgres-01"), Duration::from_secs(budget), &headers)
            .await;
        let passed = (api.world.clock.now() - before).num_seconds();
        assert_eq!(answer.status, 202);
        assert_eq!(
            (passed, answer.header("preference-applied")),
            (waited, applied),
            "{preference} within {budget}"
        );
    }
}

#[tokio::test]
async fn an_rds_refusal_is_200_without_success() {
    let api = Api::patient();
    api.world
        .rds
        .inject(Fault::next_send(SendFault::Refused { code: "SnapshotQuotaExceeded".into() }));
    let answer = api.post(&snapshot_of("dev-postgres-01")).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "failed",
          "success": false,
          "error": "The simulated RDS was told to refuse this.",
          "code": "operation_failed",
          "error_code": "SnapshotQuotaExceeded",
          "guidance": "Delete manual snapshots that are not needed any more (`delete_snapshot`): RDS never deletes them by itself, and this service does so with `retain_days` only. Or request a higher quota in Service Quotas under Amazon RDS (manual DB instance snapshots: L-272F1212). Automated snapshots do not count.",
          "retry": "no",
          "duration_seconds": 0.0
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_timed_out_operation_is_200_without_success() {
    let short = PollOverride {
        poll_interval: Some(Duration::from_secs(10)),
        timeout: Some(Duration::from_secs(30)),
    };
    let settings = Settings {
        per_operation: [("create_snapshot".to_owned(), short)].into(),
        ..Settings::default()
    };
    let api = Api::patient_over(World::demo_with(Behaviour::quick(), settings));
    let answer = api.post(&snapshot_of("dev-postgres-01")).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "operation_id": "01KG9QXG800000000000000001",
          "operation": "create_snapshot",
          "instance_id": "dev-postgres-01",
          "account_id": "111122223333",
          "region": "eu-central-1",
          "environment": "Development",
          "status": "timeout",
          "success": false,
          "error": "The operation took longer than this service waits for it. RDS has the request, showed no end of it yet, and it was not cancelled.",
          "error_code": "operation_timeout",
          "guidance": "Do not start it again. Look at the operation later: this service goes on watching and records how it ended. The RDS console shows its progress; large snapshots and crash recovery after a reboot can take hours.",
          "retry": "check_first",
          "duration_seconds": 30.0,
          "progress": {
            "phase": "timeout",
            "percent": 30,
            "last_status": "creating",
            "polls": 3,
            "failed_polls": 0,
            "next_poll_at": "2026-01-31T10:00:50Z",
            "deadline": "2026-01-31T10:00:30Z",
            "seconds_left": 70,
            "estimated_completion": "2026-01-31T10:01:40Z",
            "estimate_from": "percent"
          }
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_dry_run_is_answered_200_and_changes_nothing() {
    let api = Api::demo();
    let mut body = reboot_of("sandbox-alice-01");
    body["dry_run"] = json!(true);
    let answer = api.post(&body).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "dry_run": true,
          "operation": "reboot_instance",
          "instance_id": "sandbox-alice-01",
          "passed": true,
          "would": {
            "action": "reboot_instance",
            "parameters": {
              "force_failover": false
            },
            "rds_call": {
              "action": "RebootDBInstance",
              "parameters": {
                "DBInstanceIdentifier": "sandbox-alice-01"
              }
            },
            "scope": "instance",
            "db_cluster_id": null,
            "affected": [
              {
                "instance_id": "sandbox-alice-01",
                "effect": "restart"
              }
            ],
            "interruption": {
              "kind": "restart",
              "explanation": "The database is not reachable while it restarts, as a rule for a minute or two and longer if it has much to recover; open connections and transactions are lost."
            },
            "warnings": [],
            "pending_modifications": {},
            "parameter_apply_status": "in-sync",
            "tags_not_copied": [],
            "conflicts": []
          },
          "checks": [
            {
              "check": "validation",
              "passed": true
            },
            {
              "check": "inventory",
              "passed": true
            },
            {
              "check": "live_read",
              "passed": true
            },
            {
              "check": "policy",
              "passed": true
            },
            {
              "check": "state",
              "passed": true
            },
            {
              "check": "conflicts",
              "passed": true
            }
          ],
          "plan_hash": "698b3b2a940186fd7d9449330bbfdb7b4402c92e8aa60a3fe45ee646a8c5962c",
          "classification": {
            "environment": "Sandbox",
            "decided_by": "tag",
            "trace": [
              {
                "source": "tag",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "key": "Environment",
                "value": "Sandbox",
                "says": "Sandbox",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "value": "sandbox-alice-01",
                "note": "a non-production word in the name, which never lowers protection",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "inventory",
                "subject": "sandbox-alice-01",
                "says": "Production",
                "decisive": false
              },
              {
                "source": "tag",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "key": "Environment",
                "value": "Sandbox",
                "says": "Sandbox",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "value": "sandbox-alice-01",
                "note": "a non-production word in the name, which never lowers protection",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "live",
                "subject": "sandbox-alice-01",
                "says": "Production",
                "decisive": false
              }
            ]
          }
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("dry_run");
}

#[tokio::test]
async fn the_same_key_and_body_give_the_same_operation_and_call() {
    let api = Api::demo();
    let headers = [("idempotency-key", "key-1"), ("prefer", "respond-async")];
    let first = api.post_with(&snapshot_of("dev-postgres-01"), &headers).await;
    let second = api.post_with(&snapshot_of("dev-postgres-01"), &headers).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (202, 202));
    assert_eq!(first.json()["operation_id"], second.json()["operation_id"]);
    assert_eq!(api.world.rds.calls().len(), 1);
}

#[tokio::test]
async fn the_content_type_is_read_leniently() {
    for content_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let mut body = reboot_of("sandbox-alice-01");
        body["dry_run"] = json!(true);
        let mut request = crate::harness::submission(body.to_string(), &[]);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        assert_eq!(Api::demo().send(request).await.status, 200, "{content_type}");
    }
}
