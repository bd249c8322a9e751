//! The whole deployment on one machine: requests over HTTP to an API that calls the built function,
//! operations driven by the state machine, which calls the built worker. Processes are killed while
//! they work.

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::support::deployment::{Deployment, kill};
use crate::support::site::{DEV, Site, TARGET_ACCOUNT};

async fn deployed() -> (Site, Deployment) {
    let site = Site::without_tables("OPS_TEST_MINISTACK_URL").await;
    let deployment = Deployment::of(&site, "http-iam").await;
    (site, deployment)
}

fn snapshot_of(instance: &str, snapshot_id: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": snapshot_id }
    })
}

async fn events(site: &Site, instance: &str) -> Vec<String> {
    site.audit(instance).await.iter().map(|item| item["event"].as_s().unwrap().clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn step_functions_finishes_without_the_api() {
    let (site, deployment) = deployed().await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    site.tap.hold_repeated("DescribeDBSnapshots");
    let asked = snapshot_of(&instance, &instance);
    let (status, accepted) = deployment.call("POST", "/operations", "respond-async", Some(&asked));
    assert_eq!((status, &accepted["status"]), (202, &json!("in_progress")), "{accepted}");
    deployment.remove_api();
    site.tap.release();

    let id = accepted["operation_id"].as_str().unwrap();
    assert_eq!(deployment.ended(id).await, ExecutionStatus::Succeeded);
    assert_eq!(events(&site, &instance).await, ["accepted", "outcome"]);
    let outcome = &site.audit(&instance).await[1];
    assert!(outcome["success"].as_bool().unwrap());
    assert!(
        outcome["principal"].as_s().unwrap().ends_with(":assumed-role/DBA/alice"),
        "{outcome:?}"
    );
    assert_eq!(site.snapshots(TARGET_ACCOUNT, &instance).await.len(), 1);
    assert_eq!(site.tap.calls("CreateDBSnapshot"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_is_followed_by_another() {
    let (site, deployment) = deployed().await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    site.tap.hold_repeated("DescribeDBSnapshots");
    let asked = snapshot_of(&instance, &instance);
    let (status, accepted) = deployment.call("POST", "/operations", "respond-async", Some(&asked));
    assert_eq!(status, 202, "{accepted}");
    site.tap.held().await;
    assert_eq!(kill(&deployment.worker), 1, "one worker looks");
    site.tap.release();

    let id = accepted["operation_id"].as_str().unwrap();
    assert_eq!(deployment.ended(id).await, ExecutionStatus::Succeeded);
    let (_, operation) = deployment.call("GET", &format!("/operations/{id}"), "", None);
    assert_eq!(
        (&operation["status"], &operation["success"]),
        (&json!("available"), &json!(true)),
        "{operation}"
    );
    assert_eq!(events(&site, &instance).await, ["accepted", "outcome"]);
    assert_eq!((site.tap.calls("CreateDBSnapshot"), deployment.executions().await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_concurrent_requests_runs() {
    let (site, deployment) = deployed().await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    site.tap.hold_repeated("DescribeDBSnapshots");
    let ask = |snapshot_id: &str| {
        let body = snapshot_of(&instance, &format!("{instance}-{snapshot_id}"));
        deployment.call("POST", "/operations", "respond-async", Some(&body))
    };
    let mut answers = std::thread::scope(|scope| {
        [scope.spawn(|| ask("one")), scope.spawn(|| ask("two"))]
            .map(|asking| asking.join().unwrap())
    });
    answers.sort_by_key(|(status, _)| *status);
    let [(accepted, running), (refused, busy)] = &answers;
    assert_eq!((*accepted, *refused), (202, 409), "{running} {busy}");
    assert_eq!(busy["code"], json!("instance_busy"));
    assert_eq!(busy["running_operation_id"], running["operation_id"]);
    site.tap.release();

    assert_eq!(
        deployment.ended(running["operation_id"].as_str().unwrap()).await,
        ExecutionStatus::Succeeded
    );
    assert_eq!((site.tap.calls("CreateDBSnapshot"), deployment.executions().await), (1, 1));
    assert_eq!(site.snapshots(TARGET_ACCOUNT, &instance).await.len(), 1);
}
