//! What an [`Inventory`] promises.

use std::cmp::Reverse;
use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::ports::{BrokenItem, Inventory, InventoryError};
use ops_domain::service::{InstanceFilter, Ports};

use crate::contract::fresh::{target, text};
use crate::world::World;

/// An inventory that a test can write to, as the other system does.
#[async_trait]
pub trait WritableInventory: Sync {
    /// The inventory.
    fn inventory(&self) -> Arc<dyn Inventory>;
    /// Writes an item.
    async fn put(&self, item: &InventoryItem);
    /// Writes an item of this identifier that can't be understood.
    async fn put_broken(&self, instance_id: &str);
}

/// Makes one test of each promise.
#[macro_export]
macro_rules! inventory_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            inventory, $module, $setup;
            an_item_is_found_as_it_was_written,
            find_returns_all_of_one_name,
            what_is_not_there_is_not_found,
            a_broken_item_is_named_when_it_is_asked_for,
            a_broken_item_does_not_hide_the_others,
            pages_hold_every_item_once,
            an_inventory_cursor_that_no_page_gave_is_refused,
            sorted_pages_are_in_order_and_hold_every_item_once,
        );
    };
}

fn item() -> InventoryItem {
    InventoryItem {
        target: target(),
        engine: "postgres".into(),
        tags: Tags::from([
            ("Environment".into(), "dev".into()),
            ("cost center".into(), "47/11".into()),
        ]),
        db_cluster_id: None,
        multi_az: Some(true),
        instance_class: Some("db.t4g.medium".into()),
        status: Some("available".into()),
        dbi_resource_id: Some("db-ABC".into()),
        read_replica_source: None,
        managed: None,
    }
}

/// Every field that the other system writes is read.
pub async fn an_item_is_found_as_it_was_written(subject: &impl WritableInventory) {
    let mut item = item();
    item.db_cluster_id = "orders".parse().ok();
    item.read_replica_source = Some("orders-primary".into());
    subject.put(&item).await;
    let found = subject.inventory().find(&item.target.instance_id).await.expect("it can be read");
    assert_eq!(found, [item]);
}

/// Instances of one name in several Regions are all found: the caller has to say which is meant.
pub async fn find_returns_all_of_one_name(subject: &impl WritableInventory) {
    let one = item();
    let mut other = one.clone();
    other.target.region = "eu-west-1".parse().expect("a Region");
    subject.put(&one).await;
    subject.put(&other).await;
    let mut found =
        subject.inventory().find(&one.target.instance_id).await.expect("it can be read");
    found.sort_by(|a, b| a.target.cmp(&b.target));
    assert_eq!(found, [one, other]);
}

/// Nothing is found by a name that nobody wrote.
pub async fn what_is_not_there_is_not_found(subject: &impl WritableInventory) {
    subject.put(&item()).await;
    let found = subject.inventory().find(&target().instance_id).await.expect("it can be read");
    assert_eq!(found, []);
}

/// A broken item may be the one that is meant, so it is an error and not an absence.
pub async fn a_broken_item_is_named_when_it_is_asked_for(subject: &impl WritableInventory) {
    let name = target().instance_id;
    subject.put_broken(name.as_str()).await;
    let answer = subject.inventory().find(&name).await;
    assert!(
        matches!(&answer, Err(InventoryError::Broken(BrokenItem { instance_id, .. })) if *instance_id == name.as_str()),
        "{answer:?}"
    );
}

/// A list shows what can be understood, and names the rest.
pub async fn a_broken_item_does_not_hide_the_others(subject: &impl WritableInventory) {
    let (sound, broken) = (item(), text());
    subject.put_broken(&broken).await;
    subject.put(&sound).await;
    let (items, names) = everything(subject, 100).await;
    assert!(items.contains(&sound) && names.contains(&broken), "{items:?} {names:?}");
}

/// Pages follow each other without an item missing or standing twice.
pub async fn pages_hold_every_item_once(subject: &impl WritableInventory) {
    let written: Vec<InventoryItem> = (0..5).map(|_| item()).collect();
    for item in &written {
        subject.put(item).await;
    }
    let (items, _) = everything(subject, 2).await;
    for item in &written {
        assert_eq!(items.iter().filter(|found| *found == item).count(), 1, "{}", item.target);
    }
}

/// A cursor is checked before it is used.
pub async fn an_inventory_cursor_that_no_page_gave_is_refused(subject: &impl WritableInventory) {
    for cursor in ["", "nonsense", "e30", "bm9uc2Vuc2U"] {
        let answer = subject.inventory().list(Some(cursor), 10).await;
        assert!(matches!(answer, Err(InventoryError::BadCursor)), "{cursor:?}: {answer:?}");
    }
}

/// The service sorts what the inventory gives in any order.
pub async fn sorted_pages_are_in_order_and_hold_every_item_once(subject: &impl WritableInventory) {
    let team = text();
    let mut written: Vec<InventoryItem> =
        ["mysql", "postgres", "mysql", "mariadb", "postgres"].map(of_engine).into();
    let twin = written[0].target.instance_id.clone();
    written[2].target.instance_id = twin;
    written[2].target.region = "eu-west-1".parse().expect("a Region");
    for item in &mut written {
        item.tags.insert("Team".into(), team.clone());
        subject.put(item).await;
    }
    let identity = |item: &InventoryItem| {
        let InstanceRef { account_id, region, instance_id } = item.target.clone();
        (instance_id, account_id, region)
    };
    written.sort_by_key(|item| (Reverse(item.engine.clone()), identity(item)));
    let world = World::demo();
    let world = world.over(Ports { inventory: subject.inventory(), ..world.ports.clone() });
    let mut filter = InstanceFilter {
        tag: format!("Team:{team}").parse().ok(),
        sort: "-engine".parse().ok(),
        limit: 2,
        ..InstanceFilter::default()
    };
    let mut listed = Vec::new();
    loop {
        let page = world.service.queries().instances(&filter).await.expect("it can be listed");
        listed.extend(page.items.into_iter().map(|view| view.item));
        filter.cursor = page.next;
        if filter.cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, written);
}

fn of_engine(engine: &str) -> InventoryItem {
    InventoryItem { engine: engine.into(), ..item() }
}

/// All pages: the items, and the names of the broken ones.
async fn everything(
    subject: &impl WritableInventory,
    limit: usize,
) -> (Vec<InventoryItem>, Vec<String>) {
    let (mut items, mut broken, mut cursor) = (Vec::new(), Vec::new(), None);
    for _ in 0..1_000 {
        let page =
            subject.inventory().list(cursor.as_deref(), limit).await.expect("it can be listed");
        assert!(page.items.len() + page.broken.len() <= limit);
        items.extend(page.items);
        broken.extend(page.broken.into_iter().map(|broken| broken.instance_id));
        cursor = page.next;
        if cursor.is_none() {
            return (items, broken);
        }
    }
    panic!("the pages have no end");
}
