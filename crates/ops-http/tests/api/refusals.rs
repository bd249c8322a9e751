//! Requests that are valid and refused, as whole answers: production, permissions, conflicts.

use expect_test::expect;
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::json;

use crate::harness::{Api, reboot_of, snapshot_of, window_of};

#[tokio::test]
async fn production_by_the_inventory_is_403_with_the_exact_sentence() {
    let api = Api::demo();
    let answer = api.post(&reboot_of("prod-orders-01")).await;
    expect![[r#"
        403 Forbidden
        content-type: application/json
        {
          "error": "Operations not allowed on production instances. Please create a CloudOps request.",
          "code": "production_blocked",
          "guidance": "Ask CloudOps for the change. If the instance is not production, have its owner set an environment tag (for example Environment=development) and remove whatever `classification` lists as production.",
          "retry": "no",
          "classification": {
            "environment": "Production",
            "decided_by": "tag",
            "trace": [
              {
                "source": "tag",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "key": "Environment",
                "value": "Production",
                "says": "Production",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "value": "prod-orders-01",
                "says": "Production",
                "note": "a production word in the name",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "inventory",
                "subject": "prod-orders-01",
                "says": "Production",
                "decisive": false
              }
            ]
          },
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("denied");
}

#[tokio::test]
async fn production_by_the_live_tags_is_403_with_the_operation() {
    let api = Api::demo();
    let answer = api.post(&reboot_of("stale-inventory-01")).await;
    expect![[r#"
        403 Forbidden
        content-type: application/json
        {
          "error": "Operations not allowed on production instances. Please create a CloudOps request.",
          "code": "production_blocked",
          "guidance": "Ask CloudOps for the change. If the instance is not production, have its owner set an environment tag (for example Environment=development) and remove whatever `classification` lists as production.",
          "retry": "no",
          "operation_id": "01KG9QXG800000000000000001",
          "classification": {
            "environment": "Production",
            "decided_by": "tag",
            "trace": [
              {
                "source": "tag",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "key": "Environment",
                "value": "Development",
                "says": "Development",
                "decisive": false
              },
              {
                "source": "instance_mapping",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "value": "stale-inventory-01",
                "note": "no environment word in the name",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "inventory",
                "subject": "stale-inventory-01",
                "says": "Production",
                "decisive": false
              },
              {
                "source": "tag",
                "origin": "live",
                "subject": "stale-inventory-01",
                "key": "Environment",
                "value": "Production",
                "says": "Production",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "live",
                "subject": "stale-inventory-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "live",
                "subject": "stale-inventory-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "live",
                "subject": "stale-inventory-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "live",
                "subject": "stale-inventory-01",
                "value": "stale-inventory-01",
                "note": "no environment word in the name",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "live",
                "subject": "stale-inventory-01",
                "says": "Production",
                "decisive": false
              }
            ]
          },
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
    let expected = [("accepted", "reboot_instance"), ("denied", "reboot_instance")];
    assert_eq!(
        api.trail(),
        expected.map(|(event, operation)| (event.to_owned(), operation.to_owned()))
    );
}

#[tokio::test]
async fn a_role_that_aws_refuses_is_403() {
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        403 Forbidden
        content-type: application/json
        {
          "error": "AWS did not permit this to the service's role in the instance's account.",
          "code": "permission_denied",
          "error_code": "AccessDenied",
          "guidance": "Nothing was changed. Ask the operators of this service to look at the refused call in CloudTrail of that account, which names the action and the resource. The cause is the policy of the role, its trust policy, or a service control policy. If the tags of the instance were changed just now, wait some minutes: IAM sees new tags late.",
          "retry": "no",
          "operation_id": "01KG9QXG800000000000000001",
          "denied_action": "rds:DescribeDBInstances",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
}

#[tokio::test]
async fn an_instance_with_a_running_operation_is_409_and_names_it() {
    let api = Api::demo();
    let first =
        api.post_with(&snapshot_of("dev-postgres-01"), &[("prefer", "respond-async")]).await;
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    assert_eq!(answer.json()["running_operation_id"], first.json()["operation_id"]);
    expect![[r#"
        409 Conflict
        content-type: application/json
        {
          "error": "Operation 01KG9QXG800000000000000001 is running on this instance.",
          "code": "instance_busy",
          "guidance": "Wait until it has finished (GET /operations/{id} shows its progress), then send the request again. With `\"if_busy\": \"queue\"` a request waits for its turn.",
          "retry": "after_change",
          "running_operation_id": "01KG9QXG800000000000000001",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls().len(), 1);
}

#[tokio::test]
async fn a_key_that_was_used_with_another_body_is_409() {
    let api = Api::demo();
    let headers = [("idempotency-key", "key-1"), ("prefer", "respond-async")];
    api.post_with(&snapshot_of("dev-postgres-01"), &headers).await;
    let answer = api.post_with(&reboot_of("dev-postgres-01"), &headers).await;
    expect![[r#"
        409 Conflict
        content-type: application/json
        {
          "error": "This Idempotency-Key was used with another request.",
          "code": "idempotency_conflict",
          "guidance": "Use a new key for a new request, or send the first request unchanged to see its result.",
          "retry": "no",
          "operation_id": "01KG9QXG800000000000000001",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls().len(), 1);
}

#[tokio::test]
async fn an_ambiguous_name_is_409_until_the_account_is_given() {
    let api = Api::demo();
    let mut body = reboot_of("shared-dev-01");
    let answer = api.post(&body).await;
    expect![[r#"
        409 Conflict
        content-type: application/json
        {
          "error": "2 DB instances have this name.",
          "code": "ambiguous_instance",
          "guidance": "Send account_id and region of the one that you mean; `candidates` lists them.",
          "retry": "no",
          "candidates": [
            {
              "account_id": "111122223333",
              "instance_id": "shared-dev-01",
              "region": "eu-central-1"
            },
            {
              "account_id": "333344445555",
              "instance_id": "shared-dev-01",
              "region": "us-east-1"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
    body["account_id"] = json!("333344445555");
    assert_eq!(api.post(&body).await.status, 202);
}

#[tokio::test]
async fn a_window_that_would_apply_other_changes_is_409() {
    let api = Api::demo();
    let answer = api.post(&window_of("qa-mariadb-01", "01:00-01:30", true)).await;
    expect![[r#"
        409 Conflict
        content-type: application/json
        {
          "error": "Other changes wait on this instance, and apply_immediately would apply them now.",
          "code": "pending_changes_would_apply",
          "guidance": "Send the request with apply_immediately false: RDS changes a window and a parameter group at once either way, and a class then waits for the maintenance window. `pending_modifications` lists what waits.",
          "retry": "no",
          "operation_id": "01KG9QXG800000000000000001",
          "pending_modifications": {
            "DBInstanceClass": "db.t4g.large"
          },
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
}
