//! What the template deploys, whatever stands before it.

use aws_sdk_dynamodb::types::TableDescription;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::support::deployment::Deployment;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT};
use crate::support::stack::TEMPLATE;

async fn deployed(gateway: &str) -> (Site, Deployment) {
    let site = Site::without_tables("OPS_TEST_MINISTACK_URL").await;
    let deployment = Deployment::of(&site, gateway).await;
    (site, deployment)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_api_with_iam_snapshots_for_the_caller() {
    let (site, deployment) = deployed("rest-iam").await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let asked = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let (status, accepted) = deployment.call("POST", "/operations", "respond-async", Some(&asked));
    assert_eq!(status, 202, "{accepted}");
    let id = accepted["operation_id"].as_str().unwrap();
    assert_eq!(deployment.ended(id).await, ExecutionStatus::Succeeded);
    let (_, operation) = deployment.call("GET", &format!("/operations/{id}"), "", None);
    assert_eq!(
        (&operation["status"], &operation["success"]),
        (&json!("available"), &json!(true)),
        "{operation}"
    );
    let who = operation["requested_by"].as_str().unwrap();
    assert!(who.ends_with(":assumed-role/DBA/alice"), "{who}");
    assert_eq!(site.snapshots(TARGET_ACCOUNT, &instance).await.len(), 1);
    assert_eq!(site.audit(&instance).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_api_with_keys_lets_nobody_in_without_one() {
    let (_site, deployment) = deployed("rest-api-key").await;
    assert_eq!(deployment.call("GET", "/instances", "", None).0, 403);
    let key = deployment.api_key();
    // The emulator does not tell the function whose key it is; the edge tests have the event that
    // API Gateway sends.
    let (status, answer) = deployment.call_with("GET", "/instances", &[("x-api-key", &key)], None);
    assert_eq!((status, &answer["code"]), (401, &json!("unauthenticated")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_api_for_tokens_lets_nobody_in_without_one() {
    let (_site, deployment) = deployed("http-jwt").await;
    let (status, answer) = deployment.call("GET", "/instances", "", None);
    assert_eq!((status, &answer["code"]), (401, &Value::Null), "the gateway refuses: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_the_template_are_those_that_the_service_makes() {
    // The emulator leaves TimeToLiveSpecification out, the one property that it does.
    assert_eq!(
        TEMPLATE.matches("TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}").count(),
        2
    );
    let (theirs, _deployment) = deployed("http-iam").await;
    let ours = Site::on("OPS_TEST_MINISTACK_URL").await;
    let pairs = [
        (&theirs.tables.inventory, &ours.tables.inventory),
        (&theirs.tables.operations, &ours.tables.operations),
        (&theirs.tables.audit, &ours.tables.audit),
    ];
    for (of_template, of_service) in pairs {
        assert_eq!(
            shape(&theirs, of_template).await,
            shape(&ours, of_service).await,
            "{of_template}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_there_are_used_and_none_is_made() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let there = ["CreateInventoryTable", "CreateOperationsTable", "CreateAuditTable"]
        .map(|name| (name, "false"));
    let deployment = Deployment::with(&site, "rest-iam", &there).await;
    assert!(!deployment.made("AWS::DynamoDB::Table"));
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let asked = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let (status, accepted) = deployment.call("POST", "/operations", "respond-async", Some(&asked));
    assert_eq!(status, 202, "{accepted}");
    assert_eq!(
        deployment.ended(accepted["operation_id"].as_str().unwrap()).await,
        ExecutionStatus::Succeeded
    );
    assert_eq!(site.audit(&instance).await.len(), 2);
}

/// What a table must have for the service: keys and indexes.
async fn shape(site: &Site, table: &str) -> Value {
    let description =
        site.dynamo.describe_table().table_name(table).send().await.unwrap().table.unwrap();
    json!({
        "keys": format!("{:?}", description.key_schema()),
        "billing": format!("{:?}", description.billing_mode_summary.as_ref().and_then(|summary| summary.billing_mode.clone())),
        "indexes": indexes(&description),
    })
}

fn indexes(table: &TableDescription) -> Vec<String> {
    let mut indexes: Vec<_> = table
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            format!("{:?} {:?} {:?}", index.index_name(), index.key_schema(), index.projection())
        })
        .collect();
    indexes.sort_unstable();
    indexes
}
