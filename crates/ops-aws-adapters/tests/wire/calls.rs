//! What a preview says will be sent, against what is sent.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::operation::{Operation, Order, create_snapshot, modify_backup_window, reboot_instance};
use ops_domain::ports::RdsControl;
use ops_domain::tag::Tag;
use serde_json::{Map, Value};

use crate::server::{Answer, Server};
use crate::{form, order, own, target};

pub(crate) fn orders() -> Vec<Order> {
    let tags = [("Environment", "Development"), ("rds-ops:operation-id", "01"), ("note", "a b+c/ü")];
    vec![
        Order::CreateSnapshot(create_snapshot::Order {
            snapshot_id: "before-upgrade".parse().expect("an identifier"),
            tags: tags.into_iter().map(|(key, value)| Tag::new(key, value).expect("RDS accepts it")).collect(),
        }),
        Order::RebootInstance(reboot_instance::Order { force_failover: false }),
        Order::RebootInstance(reboot_instance::Order { force_failover: true }),
        Order::ModifyBackupWindow(modify_backup_window::Order {
            backup_window: "23:45-00:15".parse().expect("a window"),
            apply_immediately: false,
        }),
        Order::ModifyBackupWindow(modify_backup_window::Order {
            backup_window: "03:00-04:00".parse().expect("a window"),
            apply_immediately: true,
        }),
    ]
}

#[tokio::test]
async fn each_order_goes_over_the_wire_as_the_call_that_its_preview_shows() {
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
fn the_orders_of_every_operation_are_compared() {
    let compared = orders().iter().map(operation_of).collect::<BTreeSet<_>>();
    assert_eq!(compared, Operation::NAMES.iter().copied().collect());
}

fn operation_of(order: &Order) -> &'static str {
    match order {
        Order::CreateSnapshot(_) => "create_snapshot",
        Order::RebootInstance(_) => "reboot_instance",
        Order::ModifyBackupWindow(_) => "modify_backup_window",
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
