//! Requests that insist on a preview.

use expect_test::expect;
use ops_testkit::fleet::{TEAMS_ACCOUNT, VIRGINIA, target};
use ops_testkit::simulated_rds::SimulatedInstance;
use serde_json::json;

use crate::harness::{Api, reboot_of};

#[tokio::test]
async fn a_changed_plan_is_409_with_the_new_preview() {
    let api = Api::demo();
    let mut body = reboot_of("sandbox-alice-01");
    body["dry_run"] = json!(true);
    let plan_hash = api.post(&body).await.json()["plan_hash"].clone();
    let changed =
        SimulatedInstance::new("mysql").tag("Environment", "Sandbox").pending("MultiAZ", "true");
    api.world.rds.add(target(TEAMS_ACCOUNT, VIRGINIA, "sandbox-alice-01"), changed);
    body["dry_run"] = json!(false);
    body["plan_hash"] = plan_hash;
    let answer = api.post(&body).await;
    expect![[r#"
        409 Conflict
        content-type: application/json
        {
          "error": "What the operation would do is not what the preview with this plan_hash said.",
          "code": "plan_changed",
          "guidance": "Nothing was sent to RDS. Look at `would` in this answer. To accept it, send the request with the new `plan_hash`.",
          "retry": "no",
          "operation_id": "01KG9QXG800000000000000001",
          "would": {
            "action": "reboot_instance",
            "affected": [
              {
                "effect": "restart",
                "instance_id": "sandbox-alice-01"
              }
            ],
            "db_cluster_id": null,
            "interruption": {
              "explanation": "The database is not reachable while it restarts, as a rule for a minute or two and longer if it has much to recover; open connections and transactions are lost.",
              "kind": "restart"
            },
            "parameter_apply_status": "in-sync",
            "parameters": {
              "force_failover": false
            },
            "pending_modifications": {
              "MultiAZ": "true"
            },
            "rds_call": {
              "action": "RebootDBInstance",
              "parameters": {
                "DBInstanceIdentifier": "sandbox-alice-01"
              }
            },
            "scope": "instance",
            "tags_not_copied": [],
            "warnings": []
          },
          "plan_hash": "479266b159a6f507d897c0ca93a9e6808c98bef6c1f5e34015e0d4f0570ba23d",
          "request_id": "request-of-alice"
        }
    "#]].assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
}

#[tokio::test]
async fn an_operation_that_is_what_the_preview_said_is_accepted() {
    let api = Api::demo();
    let mut body = reboot_of("sandbox-alice-01");
    body["dry_run"] = json!(true);
    body["plan_hash"] = api.post(&body).await.json()["plan_hash"].clone();
    body["dry_run"] = json!(false);
    let answer = api.post(&body).await;
    assert_eq!(answer.status, 202);
    let id = answer.json()["operation_id"].as_str().unwrap().to_owned();
    let shown = api.get(&format!("/operations/{id}")).await.json();
    assert_eq!(shown["plan_hash"], body["plan_hash"]);
}

#[tokio::test]
async fn what_is_no_plan_hash_is_400() {
    let api = Api::demo();
    for plan_hash in
        [json!(""), json!("17FD"), json!("F".repeat(64)), json!("f".repeat(65)), json!(5)]
    {
        let mut body = reboot_of("sandbox-alice-01");
        body["plan_hash"] = plan_hash.clone();
        let answer = api.post(&body).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".to_owned()), "{plan_hash}");
        assert_eq!(answer.json()["details"][0]["pointer"], json!("/plan_hash"));
    }
    assert_eq!(api.world.rds.calls(), []);
}
