//! What a preview says will be sent, against what is sent.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::id::ClusterId;
use ops_domain::ports::RdsControl;
use ops_domain::rds_call::{ClusterSetting, InstanceSetting, RdsCall};
use ops_domain::tag::Tag;
use ops_testkit::sample::calls;
use serde_json::{Map, Value};

use crate::server::{Answer, Server};
use crate::{call, form, own, target};

pub(crate) fn every_call() -> Vec<RdsCall> {
    let tags =
        [("Environment", "Development"), ("rds-ops:operation-id", "01"), ("note", "a b+c/ü")];
    let tags: Vec<Tag> = tags
        .into_iter()
        .map(|(key, value)| Tag::new(key, value).expect("RDS accepts it"))
        .collect();
    let instance = target().instance_id;
    let cluster: ClusterId = "orders-cluster".parse().expect("an identifier");
    let snapshot = "before-upgrade";
    vec![
        calls::snapshot(&instance, &snapshot.parse().expect("an identifier"), tags.clone()),
        calls::cluster_snapshot(&cluster, &snapshot.parse().expect("an identifier"), tags),
        calls::delete_snapshot(&instance, &snapshot.parse().expect("an identifier")),
        calls::delete_cluster_snapshot(&cluster, &snapshot.parse().expect("an identifier")),
        calls::reboot(&instance),
        calls::reboot_with_failover(&instance),
        calls::failover(&cluster),
        calls::stop(&instance),
        calls::stop_with_snapshot(&instance, &snapshot.parse().expect("an identifier")),
        calls::start(&instance),
        calls::stop_cluster(&cluster),
        calls::start_cluster(&cluster),
        calls::window(&instance, "23:45-00:15", false),
        calls::window(&instance, "03:00-04:00", true),
        calls::cluster_window(&cluster, "03:00-04:00", false),
        calls::maintenance_window(&instance, "sat:23:00-sun:00:00"),
        calls::cluster_maintenance_window(&cluster, "sat:23:00-sun:00:00"),
        calls::parameter_group(&instance, "orders-postgres16"),
        calls::class(&instance, "db.r6g.large", false),
        calls::class(&instance, "db.r6g.large", true),
    ]
}

#[tokio::test]
async fn each_call_on_the_wire_matches_its_preview() {
    for asked in every_call() {
        let server = Server::start(|_| Answer::HangUp);
        let previewed = asked.request();
        let _lost = own(&server).send(&call(asked)).await;
        let mut shown = flattened(&previewed.parameters);
        shown.insert("Action".to_owned(), previewed.action.to_owned());
        shown.insert("Version".to_owned(), "2014-10-31".to_owned());
        let requests = server.requests();
        let [request] = requests.as_slice() else { panic!("one request: {requests:?}") };
        assert_eq!(form::read(request), shown);
    }
}

#[test]
fn the_calls_of_every_kind_are_compared() {
    let compared: BTreeSet<&str> = every_call().iter().map(kind_of).collect();
    assert_eq!(compared.len(), 15, "{compared:?}");
}

/// Names every kind, so that a new one is missed here.
const fn kind_of(call: &RdsCall) -> &'static str {
    match call {
        RdsCall::CreateDbSnapshot { .. }
        | RdsCall::CreateDbClusterSnapshot { .. }
        | RdsCall::DeleteDbSnapshot { .. }
        | RdsCall::DeleteDbClusterSnapshot { .. }
        | RdsCall::RebootDbInstance { .. }
        | RdsCall::FailoverDbCluster { .. }
        | RdsCall::StopDbInstance { .. }
        | RdsCall::StartDbInstance { .. }
        | RdsCall::StopDbCluster { .. }
        | RdsCall::StartDbCluster { .. }
        | RdsCall::ModifyDbInstance {
            setting: InstanceSetting::BackupWindow(_) | InstanceSetting::Class(_),
            ..
        }
        | RdsCall::ModifyDbCluster { setting: ClusterSetting::BackupWindow(_), .. } => {
            call.action()
        }
        RdsCall::ModifyDbInstance { setting: InstanceSetting::MaintenanceWindow(_), .. } => {
            "ModifyDBInstance PreferredMaintenanceWindow"
        }
        RdsCall::ModifyDbInstance { setting: InstanceSetting::ParameterGroup(_), .. } => {
            "ModifyDBInstance DBParameterGroupName"
        }
        RdsCall::ModifyDbCluster { setting: ClusterSetting::MaintenanceWindow(_), .. } => {
            "ModifyDBCluster PreferredMaintenanceWindow"
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
