//! A list of instances in an order, over more of SQLite's inventory than it reads at once.

use std::sync::Arc;

use ops_domain::instance::InventoryItem;
use ops_domain::service::{InstanceFilter, Ports};
use ops_local::folder::DataFolder;
use ops_local::sqlite::inventory::SqliteInventory;
use ops_testkit::fleet;
use ops_testkit::world::World;

const ENGINES: [&str; 3] = ["postgres", "mysql", "mariadb"];

/// The numbers are not in the order of the names.
fn item(number: usize) -> InventoryItem {
    let name = format!("dev-{:05}", number * 7919 % 10_007);
    InventoryItem {
        target: fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, &name),
        engine: ENGINES[number % 3].into(),
        tags: [("Environment".to_owned(), "dev".to_owned())].into(),
        db_cluster_id: None,
        multi_az: None,
        instance_class: None,
        status: Some("available".into()),
        dbi_resource_id: None,
        read_replica_source: None,
        managed: None,
    }
}

#[tokio::test]
async fn an_inventory_of_many_pages_is_sorted_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let inventory = SqliteInventory::new(Arc::clone(data.database()));
    let mut items: Vec<InventoryItem> = (1..=2_500).map(item).collect();
    inventory.put(items.clone()).await.unwrap();
    let world = World::demo();
    let world = world.over(Ports { inventory: Arc::new(inventory), ..world.ports.clone() });

    items.retain(|item| item.engine != "postgres");
    items.sort_by(|one, other| one.target.instance_id.cmp(&other.target.instance_id).reverse());
    let (mysql, mariadb): (Vec<_>, Vec<_>) = items.into_iter().partition(|it| it.engine == "mysql");
    for (engine, expected) in [("mysql", mysql), ("mariadb", mariadb)] {
        let mut filter = InstanceFilter {
            engine: Some(engine.into()),
            sort: "-instance_id".parse().ok(),
            limit: 100,
            ..InstanceFilter::default()
        };
        let mut listed = Vec::new();
        loop {
            let page = world.service.queries().instances(&filter).await.unwrap();
            listed.extend(page.items.into_iter().map(|view| view.item));
            filter.cursor = page.next;
            if filter.cursor.is_none() {
                break;
            }
        }
        assert_eq!(listed, expected, "{engine}");
    }
}
