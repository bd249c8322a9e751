//! `GET /instances` with filters and in an order, page by page.

use std::cmp::Ordering;
use std::time::Duration;

use axum::body::Body;
use http::Method;
use ops_config::Config;
use ops_domain::instance::InventoryItem;
use ops_domain::operation::Operation;
use ops_domain::ports::BrokenItem;
use ops_domain::service::SortBy;
use ops_domain::settings::Settings;
use ops_http::WaitBudget;
use ops_testkit::fleet::target;
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Api, ask};

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_default()
}

/// The names on the one page of a list.
async fn names(api: &Api, query: &str) -> Vec<String> {
    let answer = api.get(&format!("/instances?limit=100&{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    items(&answer.json())
        .iter()
        .map(|item| item["instance_id"].as_str().unwrap().to_owned())
        .collect()
}

/// All pages of a list.
async fn pages(api: &Api, query: &str) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    loop {
        let next = pages.last().map(|page| page["next_cursor"].as_str().unwrap().to_owned());
        let cursor = next.map_or_else(String::new, |next| format!("&cursor={next}"));
        let answer = api.get(&format!("/instances?{query}{cursor}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        pages.push(answer.json());
        if pages.last().is_some_and(|page| page["next_cursor"].is_null()) {
            return pages;
        }
        assert!(pages.len() < 1_000, "the pages of {query} have no end");
    }
}

fn item(name: &str, account: &str, region: &str) -> InventoryItem {
    InventoryItem {
        target: target(account, region, name),
        engine: "postgres".into(),
        tags: [("Environment".to_owned(), "dev".to_owned())].into(),
        db_cluster_id: None,
        multi_az: None,
        instance_class: None,
        status: None,
        dbi_resource_id: None,
        read_replica_source: None,
        managed: None,
    }
}

#[tokio::test]
async fn instances_are_filtered_by_what_the_list_shows() {
    let api = Api::demo();
    for (query, expected) in [
        ("status=stopped", &["dev-stopped-01"][..]),
        ("status=STOPPED", &["dev-stopped-01"]),
        ("status=stop", &[]),
        ("engine=oracle-ee", &["dev-oracle-01"]),
        ("engine=Oracle-EE", &["dev-oracle-01"]),
        ("engine=oracle", &[]),
        ("region=us-east-1&engine=mariadb", &["qa-mariadb-01"]),
        ("region=US-East-1&engine=mariadb", &["qa-mariadb-01"]),
        ("region=eu-west-1", &[]),
        ("tag=Owner:alice", &["sandbox-alice-01"]),
        ("tag=Owner:Alice", &[]),
        ("tag=owner:alice", &[]),
        ("tag=Environment:prod-like", &["reports-weird-01"]),
        ("tag=Environment:poc&environment=poc&status=available&q=search", &["poc-search-01"]),
        ("tag=Environment:poc&environment=test", &[]),
    ] {
        assert_eq!(names(&api, query).await, expected, "{query}");
        let mut sorted = names(&api, &format!("{query}&sort=instance_id")).await;
        sorted.sort();
        assert_eq!(sorted, expected, "{query}, sorted");
    }
}

/// What the inventory has no status of is in none.
#[tokio::test]
async fn an_instance_without_a_status_is_found_by_no_status() {
    let api = Api::demo();
    api.world.inventory.put(item("dev-new-01", "111122223333", "eu-central-1"));
    assert_eq!(names(&api, "q=dev-new").await, ["dev-new-01"]);
    assert_eq!(names(&api, "q=dev-new&status=available").await, [""; 0]);
}

/// Whether the inventory has all that decides what may be run: it has no status of a cluster, and
/// RDS describes two instances that count as production by that alone.
fn is_known_by_inventory(item: &Value) -> bool {
    let name = item["instance_id"].as_str().unwrap();
    item["db_cluster_id"].is_null()
        && !["reporting-orders-01", "stale-inventory-01"].contains(&name)
}

/// Where the operations of an instance are.
fn operations_path(item: &Value) -> String {
    let text = |name: &str| item[name].as_str().unwrap();
    let (name, account, region) = (text("instance_id"), text("account_id"), text("region"));
    format!("/instances/{name}/operations?account_id={account}&region={region}")
}

/// The list and the instance itself agree on what may be run.
#[tokio::test]
async fn instances_are_filtered_by_the_operation_that_is_allowed() {
    let rules = "[[rules]]\noperations = ['create_*', 'start_instance']\n\
                 [[rules]]\noperations = ['reboot_instance']\nenvironments = ['test']";
    let api = Api::with(Config::load(Some(rules), |_| None).unwrap().service);
    let all = items(&pages(&api, "limit=100").await[0]);
    let mut known = Vec::new();
    for item in all.into_iter().filter(is_known_by_inventory) {
        let shown = api.get(&operations_path(&item)).await.json();
        known.push((item, shown["operations"].as_array().unwrap().clone()));
    }
    for operation in Operation::NAMES {
        let page = pages(&api, &format!("limit=100&operation_allowed={operation}")).await.remove(0);
        let listed: Vec<Value> = items(&page).into_iter().filter(is_known_by_inventory).collect();
        let may =
            |operations: &[Value]| operations.iter().any(|one| one["operation"] == **operation);
        let expected = known.iter().filter(|(_, operations)| may(operations));
        let expected: Vec<Value> = expected.map(|(item, _)| item.clone()).collect();
        assert_eq!(listed, expected, "{operation}");
    }
    let stopped = names(&api, "operation_allowed=start_instance&status=stopped").await;
    assert_eq!(stopped, ["dev-stopped-01"]);
    assert_eq!(names(&api, "operation_allowed=stop_instance").await, [""; 0], "no rule allows it");
    let tests = names(&api, "operation_allowed=reboot_instance&sort=instance_id").await;
    assert_eq!(tests, ["qa-mariadb-01", "reporting-orders-01", "test-mysql-01"]);
}

#[tokio::test]
async fn environments_are_sorted_as_they_are_named_everywhere() {
    let api = Api::demo();
    let listed = async |sort: &str| {
        let page = pages(&api, &format!("limit=100&sort={sort}")).await.remove(0);
        let mut environments: Vec<_> =
            items(&page).iter().map(|item| item["environment"].clone()).collect();
        environments.dedup();
        environments
    };
    let expected = ["Production", "Staging", "Test", "Development", "POC", "Sandbox"];
    assert_eq!(json!(listed("environment").await), json!(expected));
    let reversed: Vec<_> = expected.into_iter().rev().collect();
    assert_eq!(json!(listed("-environment").await), json!(reversed));
}

#[tokio::test]
async fn an_instance_that_has_nothing_to_sort_by_comes_last() {
    let api = Api::demo();
    api.world.inventory.put(item("a-new-01", "111122223333", "eu-central-1"));
    for sort in ["status", "-status", "instance_class", "-instance_class"] {
        assert_eq!(names(&api, &format!("sort={sort}")).await.pop().unwrap(), "a-new-01", "{sort}");
    }
}

#[tokio::test]
async fn what_no_list_can_be_asked_for_is_refused_with_what_can() {
    let api = Api::demo();
    let orders = "instance_id, environment, account_id, region, engine, status, instance_class";
    let operations = Operation::NAMES.join(", ");
    for (query, pointer, message) in [
        (
            "sort=age",
            "sort",
            format!("must be one of {orders}; - before it is the other direction"),
        ),
        (
            "sort=%2Bstatus",
            "sort",
            format!("must be one of {orders}; - before it is the other direction"),
        ),
        ("operation_allowed=drop", "operation_allowed", format!("must be one of {operations}")),
        (
            "region=Frankfurt",
            "region",
            "must be an AWS Region name such as eu-central-1".to_owned(),
        ),
        ("tag=Owner", "tag", "must be KEY:VALUE, such as Team:orders".to_owned()),
        ("tag=:alice", "tag", "must be KEY:VALUE, such as Team:orders".to_owned()),
        ("status=", "status", "must not be empty; leave it out instead".to_owned()),
    ] {
        let answer = api.get(&format!("/instances?{query}")).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{query}");
        let expected = json!([{ "pointer": pointer, "message": message }]);
        assert_eq!(answer.json()["details"], expected, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_holds_in_its_own_order_alone() {
    let api = Api::demo();
    let next = async |query: &str| {
        let page = api.get(&format!("/instances?limit=2&{query}")).await.json();
        page["next_cursor"].as_str().unwrap().to_owned()
    };
    let (sorted, unsorted) = (next("sort=-status").await, next("q=-").await);
    for (query, cursor, message) in [
        (
            "sort=status",
            &sorted,
            "is of a list with sort=-status; send it with that, or begin again",
        ),
        (
            "sort=engine",
            &sorted,
            "is of a list with sort=-status; send it with that, or begin again",
        ),
        ("q=-", &sorted, "is of a list with sort=-status; send it with that, or begin again"),
        ("sort=status", &unsorted, "is not a cursor of a list with sort=status"),
    ] {
        let answer = api.get(&format!("/instances?{query}&cursor={cursor}")).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{query}");
        assert_eq!(answer.json()["details"], json!([{ "pointer": "cursor", "message": message }]));
    }
}

/// Neither what is new before the place nor what is gone at it moves the next page.
#[tokio::test]
async fn the_next_page_begins_behind_the_last_item_whatever_has_changed() {
    let api = Api::demo();
    let first = api.get("/instances?limit=3&sort=-instance_id").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = format!("/instances?limit=3&sort=-instance_id&cursor={cursor}");
    let before = items(&api.get(&second).await.json());
    let last = items(&first).pop().unwrap();
    let text = |name: &str| last[name].as_str().unwrap();
    api.world.inventory.remove(&target(text("account_id"), text("region"), text("instance_id")));
    api.world.inventory.put(item("zz-new-01", "111122223333", "eu-central-1"));
    assert_eq!(items(&api.get(&second).await.json()), before);
}

#[tokio::test]
async fn broken_items_are_on_the_first_page_of_an_order() {
    let api = Api::demo();
    let broken = BrokenItem { instance_id: "odd-01".into(), problem: "has no Region".into() };
    api.world.inventory.put_broken(broken);
    let pages = pages(&api, "limit=10&sort=engine").await;
    let broken: Vec<_> =
        pages.iter().map(|page| page["broken"].as_array().unwrap().len()).collect();
    assert_eq!(broken, [1, 0, 0]);
}

/// A large inventory takes several pages of the store, and each of them takes time.
#[tokio::test]
async fn without_the_time_to_sort_the_answer_says_so() {
    let world = World::of(Vec::new(), Behaviour::quick(), Settings::default());
    for number in 0..1_001 {
        world.inventory.put(item(&format!("dev-{number}"), "111122223333", "eu-central-1"));
    }
    let api = Api::over(world);
    let within = async |query: &str, budget: Duration| {
        let request = ask(Method::GET, &format!("/instances?{query}"));
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(WaitBudget(budget));
        api.send(request).await
    };
    let refused = within("sort=engine", Duration::from_secs(5)).await;
    assert_eq!(refused.brief(), (503, "inventory_unavailable".into()));
    let said = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("so it can't be sorted"), "{said}");
    assert_eq!(within("", Duration::from_secs(5)).await.status, 200, "a part of it is enough");
    let sorted = within("sort=engine", Duration::from_secs(29)).await;
    assert_eq!(items(&sorted.json()).len(), 50);
}

/// What a list in the order of `by` compares: the shown value, and the identity.
fn key(by: SortBy, item: &Value) -> (Value, [String; 3]) {
    let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let identity = [text("instance_id"), text("account_id"), text("region")];
    (item[by.as_str()].clone(), identity)
}

const ENVIRONMENTS: [&str; 3] = ["Production", "Test", "Development"];

/// The order of two shown values.
fn compare(by: SortBy, descending: bool, one: &Value, other: &Value) -> Ordering {
    let ((one, one_id), (other, other_id)) = (key(by, one), key(by, other));
    let rank = |value: &Value| match by {
        SortBy::Environment => {
            let at = ENVIRONMENTS.iter().position(|known| value == known).unwrap();
            format!("{at}")
        }
        _ => value.as_str().unwrap_or_default().to_owned(),
    };
    let values = rank(&one).cmp(&rank(&other));
    let values = if descending { values.reverse() } else { values };
    one.is_null().cmp(&other.is_null()).then(values).then(one_id.cmp(&other_id))
}

fn some_item() -> impl Strategy<Value = InventoryItem> {
    let one_of = |values: &[&'static str]| prop::sample::select(values.to_vec());
    let identity = (
        one_of(&["a", "b", "c"]),
        one_of(&["111122223333", "222233334444"]),
        one_of(&["eu-central-1", "us-east-1"]),
    );
    let shown = (
        one_of(&["mysql", "postgres"]),
        prop::option::of(one_of(&["available", "stopped"])),
        prop::option::of(one_of(&["db.t4g.micro", "db.r6g.large"])),
        one_of(&["prod", "test", "dev"]),
    );
    (identity, shown).prop_map(|((name, account, region), (engine, status, class, environment))| {
        InventoryItem {
            engine: engine.into(),
            status: status.map(str::to_owned),
            instance_class: class.map(str::to_owned),
            tags: [("Environment".to_owned(), environment.to_owned())].into(),
            ..item(name, account, region)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_pages_of_an_order_together_are_the_list_in_order(
        some in prop::collection::vec(some_item(), 0..12),
        by in prop::sample::select(SortBy::ALL.to_vec()),
        descending: bool,
        limit in 1_usize..6,
        filter in prop::sample::select(vec!["", "&engine=mysql", "&environment=nonprod", "&status=stopped"]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::of(Vec::new(), Behaviour::quick(), Settings::default());
            some.into_iter().for_each(|item| world.inventory.put(item));
            let api = Api::over(world);
            let mut whole = items(&pages(&api, &format!("limit=100{filter}")).await[0]);
            whole.sort_by(|one, other| compare(by, descending, one, other));
            let sort = format!("{}{}", if descending { "-" } else { "" }, by.as_str());
            let pages = pages(&api, &format!("limit={limit}&sort={sort}{filter}")).await;
            let full = pages.len() - 1;
            assert!(pages[..full].iter().all(|page| items(page).len() == limit), "each page is full");
            let listed: Vec<Value> = pages.iter().flat_map(items).collect();
            assert_eq!(listed, whole);
        });
    }
}
