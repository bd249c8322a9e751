//! The built functions with an empty inventory, which discovery fills.

use serde_json::{Value, json};

use crate::support::Function;
use crate::support::site::{DEV, Site, parts, rest};

/// Accounts that no other test has instances in.
const ACCOUNTS: [&str; 2] = ["710000000001", "710000000002"];

/// An account that the functions may not enter.
const CLOSED_ACCOUNT: &str = "710000000003";

const PRODUCTION: &[(&str, &str)] = &[("Environment", "Production")];

fn variables(site: &Site) -> Vec<(String, String)> {
    let [one, other] = ACCOUNTS;
    let mut variables = site.variables();
    variables.extend(
        [
            ("OPS_ALLOWED_ACCOUNTS", format!("{one},{other}")),
            ("OPS_DISCOVERY_REGIONS", "eu-central-1,us-east-1".to_owned()),
            ("OPS_DISCOVERY_EVERY_MINUTES", "5".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    variables
}

async fn get(api: &Function, path: &str) -> Value {
    let (status, answer) = parts(&api.invoke(rest("GET", path, None)).await);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn snapshot(api: &Function, instance: &str) -> (u64, Value) {
    let asked = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": format!("{instance}-manual") }
    });
    parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await)
}

/// From an empty table to a snapshot, without anybody writing an item.
async fn an_empty_inventory_leads_to_a_snapshot(emulator: &str) {
    let site = Site::on(emulator).await;
    let dev = site.unknown_instance("dev", ACCOUNTS[0], DEV).await;
    let production = site.unknown_instance("prod", ACCOUNTS[1], PRODUCTION).await;
    let closed = site.unknown_instance("closed", CLOSED_ACCOUNT, DEV).await;
    let variables = variables(&site);
    let api = Function::start(env!("CARGO_BIN_EXE_ops-api"), &variables).await;
    let worker = Function::start(env!("CARGO_BIN_EXE_ops-worker"), &variables).await;

    let (status, unknown) = snapshot(&api, &dev).await;
    assert_eq!((status, &unknown["code"]), (404, &json!("instance_not_found")), "{unknown}");
    let before = get(&api, "/inventory/status").await;
    assert_eq!((&before["discovery"], &before["unread"]), (&json!(true), &json!(4)), "{before}");

    let run = worker.invoke(json!({ "discover": true })).await;
    assert_eq!(run["unread"], json!(0), "{run}");
    assert!(run["changes"]["added"].as_u64().unwrap() >= 2, "{run}");
    let after = get(&api, "/inventory/status").await;
    assert_eq!((&after["instances"], &after["unread"]), (&run["instances"], &json!(0)), "{after}");
    let seen = get(&api, &format!("/instances/{dev}")).await;
    assert!(seen["inventory"]["seen_at"].is_string() || seen["seen_at"].is_string(), "{seen}");

    let (status, done) = snapshot(&api, &dev).await;
    assert_eq!((status, &done["success"]), (200, &json!(true)), "{done}");
    let (status, refused) = snapshot(&api, &production).await;
    assert_eq!((status, &refused["code"]), (403, &json!("production_blocked")), "{refused}");
    let (status, unknown) = snapshot(&api, &closed).await;
    assert_eq!((status, &unknown["code"]), (404, &json!("instance_not_found")), "{unknown}");
    assert_eq!(site.snapshots(ACCOUNTS[0], &dev).await.len(), 1);
    assert_eq!(site.tap.mutations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_snapshot_needs_no_item_on_ministack() {
    an_empty_inventory_leads_to_a_snapshot("OPS_TEST_MINISTACK_URL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_snapshot_needs_no_item_on_moto() {
    an_empty_inventory_leads_to_a_snapshot("OPS_TEST_MOTO_URL").await;
}
