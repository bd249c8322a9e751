//! `POST /operations` for operations that come to be.

use std::time::Duration;

use expect_test::expect;
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
          "account_id": "111122223333",
          "duration_seconds": 60.0,
          "environment": "Development",
          "instance_id": "dev-postgres-01",
          "operation": "create_snapshot",
          "operation_id": "01KG9QXG800000000000000001",
          "region": "eu-central-1",
          "snapshot_arn": "arn:aws:rds:eu-central-1:111122223333:snapshot:dev-postgres-01-manual-2026-01-31",
          "snapshot_create_time": "2026-01-31T10:00:06Z",
          "snapshot_id": "dev-postgres-01-manual-2026-01-31",
          "status": "available",
          "success": true
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
          "account_id": "111122223333",
          "duration_seconds": 60.0,
          "environment": "Test",
          "force_failover": false,
          "instance_id": "test-mysql-01",
          "operation": "reboot_instance",
          "operation_id": "01KG9QXG800000000000000001",
          "region": "eu-central-1",
          "status": "available",
          "success": true
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
          "account_id": "333344445555",
          "apply_immediately": true,
          "backup_window": "03:00-04:00",
          "changed": true,
          "duration_seconds": 0.0,
          "environment": "Development",
          "instance_id": "dev-oracle-01",
          "operation": "modify_backup_window",
          "operation_id": "01KG9QXG800000000000000001",
          "pending_modifications": {},
          "region": "us-east-1",
          "status": "available",
          "success": true
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
          "account_id": "111122223333",
          "environment": "Development",
          "instance_id": "dev-postgres-01",
          "operation": "create_snapshot",
          "operation_id": "01KG9QXG800000000000000001",
          "progress": {
            "deadline": "2026-01-31T10:05:00Z",
            "failed_polls": 0,
            "last_status": null,
            "next_poll_at": "2026-01-31T10:00:30Z",
            "phase": "in_progress",
            "polls": 0
          },
          "region": "eu-central-1",
          "status": "in_progress"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls().len(), 1);
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
        let before = api.world.service.ports.clock.now();
        let headers = [("prefer", preference)];
        let answer = api
            .post_within(&snapshot_of("dev-postgres-01"), Duration::from_secs(budget), &headers)
            .await;
        let passed = (api.world.service.ports.clock.now() - before).num_seconds();
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
          "account_id": "111122223333",
          "code": "operation_failed",
          "duration_seconds": 0.0,
          "environment": "Development",
          "error": "The simulated RDS was told to refuse this.",
          "error_code": "SnapshotQuotaExceeded",
          "guidance": "Delete manual snapshots that are not needed any more; they never expire by themselves. Or request a higher quota in Service Quotas under Amazon RDS (manual DB instance snapshots: L-272F1212). Automated snapshots do not count.",
          "instance_id": "dev-postgres-01",
          "operation": "create_snapshot",
          "operation_id": "01KG9QXG800000000000000001",
          "region": "eu-central-1",
          "status": "failed",
          "success": false
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
          "account_id": "111122223333",
          "duration_seconds": 30.0,
          "environment": "Development",
          "error": "The operation took longer than this service waits for it. RDS has the request, showed no end of it yet, and it was not cancelled.",
          "error_code": "operation_timeout",
          "guidance": "Do not start it again. Look at the operation later: this service goes on watching and records how it ended. The RDS console shows its progress; large snapshots and crash recovery after a reboot can take hours.",
          "instance_id": "dev-postgres-01",
          "operation": "create_snapshot",
          "operation_id": "01KG9QXG800000000000000001",
          "progress": {
            "deadline": "2026-01-31T10:00:30Z",
            "estimate_from": "percent",
            "estimated_completion": "2026-01-31T10:01:40Z",
            "failed_polls": 0,
            "last_status": "creating",
            "next_poll_at": "2026-01-31T10:00:50Z",
            "percent": 30,
            "phase": "timeout",
            "polls": 3,
            "seconds_left": 70
          },
          "region": "eu-central-1",
          "status": "timeout",
          "success": false
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_dry_run_is_answered_200_with_its_checks_and_changes_nothing() {
    let api = Api::demo();
    let mut body = reboot_of("sandbox-alice-01");
    body["dry_run"] = json!(true);
    let answer = api.post(&body).await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
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
          "classification": {
            "decided_by": "tag",
            "environment": "Sandbox",
            "trace": [
              {
                "decisive": true,
                "key": "Environment",
                "origin": "inventory",
                "says": "Sandbox",
                "source": "tag",
                "subject": "sandbox-alice-01",
                "value": "Sandbox"
              },
              {
                "decisive": false,
                "note": "no entry",
                "origin": "inventory",
                "source": "instance_mapping",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "no entry",
                "origin": "inventory",
                "source": "account_mapping",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "no pattern matches",
                "origin": "inventory",
                "source": "name_pattern",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "a non-production word in the name, which never lowers protection",
                "origin": "inventory",
                "source": "name",
                "subject": "sandbox-alice-01",
                "value": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "origin": "inventory",
                "says": "Production",
                "source": "default",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": true,
                "key": "Environment",
                "origin": "live",
                "says": "Sandbox",
                "source": "tag",
                "subject": "sandbox-alice-01",
                "value": "Sandbox"
              },
              {
                "decisive": false,
                "note": "no entry",
                "origin": "live",
                "source": "instance_mapping",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "no entry",
                "origin": "live",
                "source": "account_mapping",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "no pattern matches",
                "origin": "live",
                "source": "name_pattern",
                "subject": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "note": "a non-production word in the name, which never lowers protection",
                "origin": "live",
                "source": "name",
                "subject": "sandbox-alice-01",
                "value": "sandbox-alice-01"
              },
              {
                "decisive": false,
                "origin": "live",
                "says": "Production",
                "source": "default",
                "subject": "sandbox-alice-01"
              }
            ]
          },
          "dry_run": true,
          "instance_id": "sandbox-alice-01",
          "operation": "reboot_instance",
          "passed": true,
          "plan_hash": "698b3b2a940186fd7d9449330bbfdb7b4402c92e8aa60a3fe45ee646a8c5962c",
          "would": {
            "action": "reboot_instance",
            "affected": [
              {
                "effect": "restart",
                "instance_id": "sandbox-alice-01"
              }
            ],
            "conflicts": [],
            "db_cluster_id": null,
            "interruption": {
              "explanation": "The database is not reachable while it restarts, as a rule for a minute or two and longer if it has much to recover; open connections and transactions are lost.",
              "kind": "restart"
            },
            "parameter_apply_status": "in-sync",
            "parameters": {
              "force_failover": false
            },
            "pending_modifications": {},
            "rds_call": {
              "action": "RebootDBInstance",
              "parameters": {
                "DBInstanceIdentifier": "sandbox-alice-01"
              }
            },
            "scope": "instance",
            "tags_not_copied": [],
            "warnings": []
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
