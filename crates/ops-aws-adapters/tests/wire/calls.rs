//! What a preview says will be sent, against what is sent.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::id::ClusterId;
use ops_domain::operation::{Order, create_snapshot, modify_backup_window, reboot_instance};
use ops_domain::ports::RdsControl;
use ops_domain::tag::Tag;
use serde_json::{Map, Value};

use crate::server::{Answer, Server};
use crate::{form, order, own, target};

pub(crate) fn orders() -> Vec<Order> {
    let tags =
        [("Environment", "Development"), ("rds-ops:operation-id", "01"), ("note", "a b+c/ü")];
    let tags: Vec<Tag> = tags
        .into_iter()
        .map(|(key, value)| Tag::new(key, value).expect("RDS accepts it"))
        .collect();
    let cluster_id: ClusterId = "orders-cluster".parse().expect("an identifier");
    let window = |cluster_id, window: &str, apply_immediately| {
        let backup_window = window.parse().expect("a window");
        Order::ModifyBackupWindow(modify_backup_window::Order {
            cluster_id,
            backup_window,
            apply_immediately,
        })
    };
    vec![
        Order::CreateSnapshot(create_snapshot::Order::OfInstance {
            snapshot_id: "before-upgrade".parse().expect("an identifier"),
            tags: tags.clone(),
        }),
        Order::CreateSnapshot(create_snapshot::Order::OfCluster {
            cluster_id: cluster_id.clone(),
            snapshot_id: "before-upgrade".parse().expect("an identifier"),
            tags,
        }),
        Order::RebootInstance(reboot_instance::Order::Reboot { force_failover: false }),
        Order::RebootInstance(reboot_instance::Order::Reboot { force_failover: true }),
        Order::RebootInstance(reboot_instance::Order::FailOverCluster {
            cluster_id: cluster_id.clone(),
        }),
        window(None, "23:45-00:15", false),
        window(None, "03:00-04:00", true),
        window(Some(cluster_id), "03:00-04:00", false),
    ]
}

#[tokio::test]
async fn each_call_on_the_wire_matches_its_preview() {
    for asked in orders() {
        let server = Server::start(|_| Answer::HangUp);
        let call = asked.call(&target().instance_id);
        let _lost = own(&server).send(&order(asked)).await;
        let mut shown = flattened(&call.parameters);
        shown.insert("Action".to_owned(), call.action.to_owned());
        shown.insert("Version".to_owned(), "2014-10-31".to_owned());
        let requests = server.requests();
        let [request] = requests.as_slice() else { panic!("one request: {requests:?}") };
        assert_eq!(form::read(request), shown);
    }
}

#[test]
fn the_orders_of_every_kind_are_compared() {
    let compared: BTreeSet<&str> = orders().iter().map(action_of).collect();
    assert_eq!(compared.len(), 6, "{compared:?}");
}

/// Names every kind, so that a new one is missed here.
fn action_of(order: &Order) -> &'static str {
    match order {
        Order::CreateSnapshot(create_snapshot::Order::OfInstance { .. }) => "CreateDBSnapshot",
        Order::CreateSnapshot(create_snapshot::Order::OfCluster { .. }) => {
            "CreateDBClusterSnapshot"
        }
        Order::RebootInstance(reboot_instance::Order::Reboot { .. }) => "RebootDBInstance",
        Order::RebootInstance(reboot_instance::Order::FailOverCluster { .. }) => {
            "FailoverDBCluster"
        }
        Order::ModifyBackupWindow(modify_backup_window::Order { cluster_id: None, .. }) => {
            "ModifyDBInstance"
        }
        Order::ModifyBackupWindow(modify_backup_window::Order { cluster_id: Some(_), .. }) => {
            "ModifyDBCluster"
        }
    }
}

/// Parameters as the Query protocol of RDS writes them: `Tags.Tag.1.Key`.
fn flattened(parameters: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    for (name, value) in parameters {
        match value {
            Value::Array(tags) => flat.extend(tags.iter().enumerate().flat_map(|(at, tag)| {
                let field = move |field: &str| format!("{name}.Tag.{}.{field}", at + 1);
                ["Key", "Value"].map(|name| (field(name), text(&tag[name])))
            })),
            value => flat.extend([(name.clone(), text(value))]),
        }
    }
    flat
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
