//! What a [`ManagedInventory`] and a [`DiscoveryLog`] promise.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::discovery::{
    AccountListReport, DiscoveryProblem, InventoryWrite, Occupant, ScopeReport,
};
use ops_domain::instance::{InstanceRef, InventoryItem, Managed, Tags};
use ops_domain::ports::{DiscoveryLog, ManagedInventory, Written};
use ops_domain::time::{Timestamp, after};

use crate::contract::fresh::target;
use crate::contract::inventory::WritableInventory;
use crate::sample;

/// What discovery writes to, with the other writer beside it.
#[async_trait]
pub trait DiscoveredInventory: WritableInventory {
    /// The inventory, for discovery.
    fn managed(&self) -> Arc<dyn ManagedInventory>;
    /// What is kept of runs.
    fn log(&self) -> Arc<dyn DiscoveryLog>;
    /// The item of another writer with an attribute that this service does not know, as it stands
    /// there; `None` where an item can't have one.
    async fn foreign_attribute(&self, _target: &InstanceRef) -> Option<String> {
        None
    }
}

/// Makes one test of each promise.
#[macro_export]
macro_rules! discovery_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            discovery, $module, $setup;
            an_item_of_discovery_is_read_as_it_was_written,
            an_item_is_created_where_there_is_none,
            an_item_is_replaced_as_it_was_read_alone,
            an_item_is_removed_as_it_was_read_alone,
            no_write_touches_an_item_of_another_writer,
            an_adoption_makes_an_item_one_of_discovery,
            an_item_of_discovery_is_not_adopted,
            what_can_not_be_understood_is_in_the_way,
            pages_of_discovery_hold_its_items_alone,
            the_last_report_of_a_scope_is_kept,
            the_last_list_of_accounts_is_kept,
        );
    };
}

fn at(minutes: u64) -> Timestamp {
    after(sample::start(), Duration::from_mins(minutes))
}

/// An item with every attribute.
fn item() -> InventoryItem {
    InventoryItem {
        target: target(),
        engine: "aurora-postgresql".into(),
        tags: Tags::from([("Environment".into(), "dev".into()), ("empty".into(), String::new())]),
        db_cluster_id: "orders".parse().ok(),
        multi_az: Some(true),
        instance_class: Some("db.t4g.medium".into()),
        status: Some("available".into()),
        dbi_resource_id: Some("db-ABC".into()),
        read_replica_source: Some("orders-primary".into()),
        managed: Some(Managed::seen(at(0))),
    }
}

fn foreign(target: &InstanceRef) -> InventoryItem {
    InventoryItem {
        target: target.clone(),
        engine: "mysql".into(),
        tags: Tags::from([("Owner".into(), "cmdb".into())]),
        managed: None,
        ..item()
    }
}

fn replaced(item: &InventoryItem, managed: Managed) -> InventoryWrite {
    let before = item.managed.clone().expect("it is one of discovery");
    InventoryWrite::Replace {
        before,
        item: InventoryItem { managed: Some(managed), ..item.clone() },
    }
}

async fn write(subject: &impl DiscoveredInventory, write: InventoryWrite) -> Written {
    subject.managed().write(&write).await.expect("it can be written")
}

async fn create(subject: &impl DiscoveredInventory) -> InventoryItem {
    let item = item();
    assert_eq!(write(subject, InventoryWrite::Create(item.clone())).await, Written::Done);
    item
}

async fn found(subject: &impl DiscoveredInventory, target: &InstanceRef) -> Vec<InventoryItem> {
    subject.inventory().find(&target.instance_id).await.expect("it can be read")
}

/// Every attribute, also after it was missed, came back, and lost some of them.
pub async fn an_item_of_discovery_is_read_as_it_was_written(subject: &impl DiscoveredInventory) {
    let item = create(subject).await;
    assert_eq!(found(subject, &item.target).await, slice::from_ref(&item));
    let missed = Managed {
        seen_at: at(0),
        missed_runs: 3,
        missed_at: Some(at(45)),
        gone_since: Some(at(45)),
    };
    let gone = InventoryItem { managed: Some(missed.clone()), ..item.clone() };
    assert_eq!(write(subject, replaced(&item, missed)).await, Written::Done);
    assert_eq!(found(subject, &item.target).await, slice::from_ref(&gone));
    let bare = InventoryItem {
        tags: Tags::new(),
        db_cluster_id: None,
        multi_az: Some(false),
        instance_class: None,
        status: None,
        dbi_resource_id: None,
        read_replica_source: None,
        managed: Some(Managed::seen(at(60))),
        ..gone.clone()
    };
    let before = gone.managed.expect("it is one of discovery");
    let back = InventoryWrite::Replace { before, item: bare.clone() };
    assert_eq!(write(subject, back).await, Written::Done);
    assert_eq!(found(subject, &item.target).await, [bare]);
}

/// Two runs that add one instance at the same time make one item.
pub async fn an_item_is_created_where_there_is_none(subject: &impl DiscoveredInventory) {
    let item = create(subject).await;
    let managed = subject.managed();
    let occupant = managed.occupant(&item.target).await.expect("it can be read");
    assert_eq!(occupant, Occupant::Item(Box::new(item.clone())));
    let other = InventoryItem { engine: "mysql".into(), ..item.clone() };
    assert_eq!(write(subject, InventoryWrite::Create(other)).await, Written::Outdated);
    assert_eq!(found(subject, &item.target).await, [item]);
    let nobody = managed.occupant(&target()).await.expect("it can be read");
    assert_eq!(nobody, Occupant::Nobody);
}

/// A run that has read the item before another one wrote it writes nothing.
pub async fn an_item_is_replaced_as_it_was_read_alone(subject: &impl DiscoveredInventory) {
    let item = create(subject).await;
    let seen = InventoryItem { managed: Some(Managed::seen(at(15))), ..item.clone() };
    assert_eq!(write(subject, replaced(&item, Managed::seen(at(15)))).await, Written::Done);
    let missed = Managed { missed_runs: 1, missed_at: Some(at(14)), ..Managed::seen(at(0)) };
    assert_eq!(write(subject, replaced(&item, missed.clone())).await, Written::Outdated);
    assert_eq!(found(subject, &item.target).await, slice::from_ref(&seen));
    let once = Managed { missed_at: Some(at(30)), ..missed };
    assert_eq!(write(subject, replaced(&seen, once.clone())).await, Written::Done);
    let again = Managed { missed_runs: 2, ..once };
    assert_eq!(write(subject, replaced(&seen, again)).await, Written::Outdated);
    let nowhere = InventoryItem { target: target(), ..item };
    assert_eq!(write(subject, replaced(&nowhere, Managed::seen(at(15)))).await, Written::Outdated);
    assert_eq!(found(subject, &nowhere.target).await, []);
}

/// An item that another run has seen meanwhile stays.
pub async fn an_item_is_removed_as_it_was_read_alone(subject: &impl DiscoveredInventory) {
    let item = create(subject).await;
    let delete = |managed| InventoryWrite::Delete { target: item.target.clone(), before: managed };
    assert_eq!(write(subject, delete(Managed::seen(at(1)))).await, Written::Outdated);
    assert_eq!(found(subject, &item.target).await.len(), 1);
    assert_eq!(write(subject, delete(Managed::seen(at(0)))).await, Written::Done);
    assert_eq!(found(subject, &item.target).await, []);
    assert_eq!(write(subject, delete(Managed::seen(at(0)))).await, Written::Outdated);
}

/// Whatever a run believes to have read.
pub async fn no_write_touches_an_item_of_another_writer(subject: &impl DiscoveredInventory) {
    let item = foreign(&target());
    subject.put(&item).await;
    let own = InventoryItem { managed: Some(Managed::seen(at(0))), ..item.clone() };
    let delete =
        InventoryWrite::Delete { target: item.target.clone(), before: Managed::seen(at(0)) };
    for attempt in
        [InventoryWrite::Create(own.clone()), replaced(&own, Managed::seen(at(1))), delete]
    {
        assert_eq!(write(subject, attempt).await, Written::Outdated);
        assert_eq!(found(subject, &item.target).await, slice::from_ref(&item));
    }
}

/// What the other writer put there besides stays.
pub async fn an_adoption_makes_an_item_one_of_discovery(subject: &impl DiscoveredInventory) {
    let item = foreign(&target());
    subject.put(&item).await;
    let attribute = subject.foreign_attribute(&item.target).await;
    let own = InventoryItem { target: item.target.clone(), ..self::item() };
    assert_eq!(write(subject, InventoryWrite::Adopt(own.clone())).await, Written::Done);
    assert_eq!(found(subject, &item.target).await, slice::from_ref(&own));
    assert_eq!(subject.foreign_attribute(&item.target).await, attribute);
    assert_eq!(write(subject, replaced(&own, Managed::seen(at(1)))).await, Written::Done);
}

/// Another run has adopted it meanwhile; or there is nothing to adopt.
pub async fn an_item_of_discovery_is_not_adopted(subject: &impl DiscoveredInventory) {
    let item = create(subject).await;
    let other = InventoryItem { engine: "mysql".into(), ..item.clone() };
    assert_eq!(write(subject, InventoryWrite::Adopt(other)).await, Written::Outdated);
    assert_eq!(found(subject, &item.target).await, slice::from_ref(&item));
    let nowhere = InventoryItem { target: target(), ..item };
    assert_eq!(write(subject, InventoryWrite::Adopt(nowhere.clone())).await, Written::Outdated);
    assert_eq!(found(subject, &nowhere.target).await, []);
}

/// It may be the item of another writer for this very instance.
pub async fn what_can_not_be_understood_is_in_the_way(subject: &impl DiscoveredInventory) {
    let target = target();
    subject.put_broken(target.instance_id.as_str()).await;
    let occupant = subject.managed().occupant(&target).await.expect("it can be read");
    assert!(matches!(occupant, Occupant::Broken(_)), "{occupant:?}");
}

/// Also where items of another writer are between them.
pub async fn pages_of_discovery_hold_its_items_alone(subject: &impl DiscoveredInventory) {
    let mut own = Vec::new();
    for _ in 0..5 {
        subject.put(&foreign(&target())).await;
        own.push(create(subject).await);
    }
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..1_000 {
        let page = subject.managed().managed(cursor.as_deref(), 2).await.expect("it can be read");
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(cursor.is_none(), "the pages have no end");
    assert!(items.iter().all(|item| item.managed.is_some()));
    for item in &own {
        assert_eq!(items.iter().filter(|found| *found == item).count(), 1, "{}", item.target);
    }
}

/// Of each account and Region its own; of one that was not tried there is none.
pub async fn the_last_report_of_a_scope_is_kept(subject: &impl DiscoveredInventory) {
    let scope = target().scope();
    let mut other = scope.clone();
    other.region = "ap-southeast-2".parse().expect("a Region");
    let log = subject.log();
    let first = ScopeReport {
        scope: scope.clone(),
        attempted_at: at(0),
        completed_at: Some(at(0)),
        instances: 7,
        conflicts: 1,
        problem: None,
    };
    let problem = DiscoveryProblem {
        code: "AccessDenied".into(),
        action: Some("rds:DescribeDBInstances".into()),
        since: at(15),
    };
    let last = ScopeReport { attempted_at: at(15), problem: Some(problem), ..first.clone() };
    for report in [&first, &last] {
        log.record(report).await.expect("it can be stored");
    }
    let reports = log.reports(&[other, scope]).await.expect("they can be read");
    assert_eq!(reports, [last]);
}

/// Also of a large organization, and apart from the reports.
pub async fn the_last_list_of_accounts_is_kept(subject: &impl DiscoveredInventory) {
    let log = subject.log();
    assert_eq!(log.account_list().await.expect("it can be read"), None);
    let account = |nth: u64| format!("{nth:012}").parse().expect("twelve digits");
    let first = AccountListReport {
        attempted_at: at(0),
        completed_at: Some(at(0)),
        accounts: (0..10_000).map(account).collect(),
        problem: None,
    };
    let problem = DiscoveryProblem {
        code: "organization_denied".into(),
        action: Some("organizations:ListAccounts".into()),
        since: at(15),
    };
    let last = AccountListReport { attempted_at: at(15), problem: Some(problem), ..first.clone() };
    for list in [first, last] {
        log.record_accounts(&list).await.expect("it can be stored");
        assert_eq!(log.account_list().await.expect("it can be read"), Some(list));
    }
    assert_eq!(log.reports(&[target().scope()]).await.expect("they can be read"), []);
}
