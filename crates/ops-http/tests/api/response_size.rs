//! Answers of a host that takes them as a whole: every page of every list fits, and nothing is lost
//! between two pages.

use std::collections::BTreeSet;

use ops_http::{Options, ResponseLimit};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, reboot_of, snapshot_of};

fn api_of(bytes: usize) -> Api {
    Api::with_options(
        World::demo(),
        Options { answers: ResponseLimit::Whole { bytes }, ..Options::GATEWAY },
    )
}

/// As much of a snapshot's request as fits into a body.
fn large_snapshot_of(instance_id: &str) -> Value {
    let mut body = snapshot_of(instance_id);
    let tag = |number| json!({ "Key": format!("tag-{number}"), "Value": "\u{e4}".repeat(256) });
    body["parameters"]["tags"] = (0..40).map(tag).collect();
    body
}

/// The length of an answer as the function sends it.
fn length(answer: &Answer) -> usize {
    serde_json::to_string(&answer.text).unwrap().len() - 2
}

/// Follows a list to its end, and gives its pages.
async fn pages(api: &Api, path: &str) -> Vec<Answer> {
    let mut pages = vec![api.get(path).await];
    while let Some(cursor) = pages.last().unwrap().json()["next_cursor"].as_str() {
        let separator = if path.contains('?') { '&' } else { '?' };
        pages.push(api.get(&format!("{path}{separator}cursor={cursor}")).await);
    }
    pages
}

/// The list has more than one page, each fits, and together they have each of the `count` items
/// once.
#[track_caller]
fn assert_each_once(pages: &[Answer], name: &[&str], count: usize, bytes: usize) {
    let items: Vec<Value> =
        pages.iter().flat_map(|page| page.json()["items"].as_array().cloned().unwrap()).collect();
    let names: BTreeSet<String> = items
        .iter()
        .map(|item| name.iter().map(|part| item[*part].to_string()).collect())
        .collect();
    assert_eq!((items.len(), names.len()), (count, count));
    assert!(pages.len() > 1, "one page would show nothing");
    for page in pages {
        assert!(length(page) <= bytes, "{}", length(page));
    }
}

#[tokio::test]
async fn the_largest_entries_fit_a_function_response() {
    let api = Api::demo();
    let mut dry_run = large_snapshot_of("dev-postgres-01");
    dry_run["dry_run"] = json!(true);
    for _ in 0..100 {
        assert_eq!(api.post(&dry_run).await.status, 200);
    }
    let ResponseLimit::Whole { bytes } = Options::GATEWAY.answers else {
        panic!("a function answers with a whole")
    };
    assert_each_once(&pages(&api, "/audit?limit=100").await, &["audit_id"], 100, bytes);
}

#[tokio::test]
async fn an_export_with_a_limit_fits_and_its_link_leads_to_the_rest() {
    let api = api_of(20_000);
    for _ in 0..60 {
        api.post(&reboot_of("prod-orders-01")).await;
    }
    let (mut rows, mut query) =
        (Vec::new(), Some("format=csv&limit=50&instance_id=prod-orders-01".to_owned()));
    while let Some(asked) = query {
        let answer = api.get(&format!("/audit?{asked}")).await;
        assert!(length(&answer) <= 20_000, "{}", length(&answer));
        let ids = answer
            .text
            .split_terminator("\r\n")
            .skip(1)
            .map(|row| row.split(',').next().unwrap().to_owned());
        rows.extend(ids);
        let link = answer.header("link");
        query = link.map(|link| {
            link.trim_start_matches("<?").trim_end_matches(">; rel=\"next\"").to_owned()
        });
    }
    assert_eq!((rows.len(), rows.iter().collect::<BTreeSet<_>>().len()), (60, 60));
}

#[tokio::test]
async fn pages_of_operations_and_of_instances_fit() {
    let fleet =
        Api::demo().get("/instances?limit=100").await.json()["items"].as_array().unwrap().len();
    assert_each_once(
        &pages(&api_of(20_000), "/instances?limit=100").await,
        &["account_id", "instance_id"],
        fleet,
        20_000,
    );
    let api = api_of(1_500);
    let started = ["dev-postgres-01", "test-mysql-01", "poc-search-01", "sandbox-alice-01"];
    for instance in started {
        api.post_with(&snapshot_of(instance), &[("prefer", "respond-async")]).await;
    }
    assert_each_once(&pages(&api, "/operations").await, &["operation_id"], started.len(), 1_500);
}

#[tokio::test]
async fn a_page_has_at_least_one_item_however_little_fits() {
    let api = api_of(1);
    for instance in ["dev-postgres-01", "test-mysql-01"] {
        api.post_with(&snapshot_of(instance), &[("prefer", "respond-async")]).await;
    }
    for path in ["/audit", "/operations", "/instances?account_id=111122223333"] {
        let pages = pages(&api, path).await;
        assert!(
            pages.len() > 1
                && pages.iter().all(|page| page.json()["items"].as_array().unwrap().len() <= 1),
            "{path}"
        );
    }
}
