//! Stops and starts from the request to the answer: what is asked of whom, previewed and refused.

use ops_domain::cluster::LockScope;
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::service::Submitted;
use ops_domain::settings::Settings;
use ops_domain::state::Status;
use ops_domain::time::after;
use ops_testkit::fleet::{
    AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, OPERATIONS_ACCOUNT, cluster, target,
};
use ops_testkit::simulated_rds::{Behaviour, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

fn request(operation: &str, instance: &str) -> Value {
    json!({ "operation": operation, "instance_id": instance })
}

fn member() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-aurora-01")
}

async fn preview(world: &World, request: &Value) -> Value {
    let mut request = request.clone();
    request["dry_run"] = json!(true);
    match world.submit(&request).await {
        Ok(Submitted::DryRun(dry_run)) => answer_to(&dry_run),
        other => panic!("no preview: {other:?}"),
    }
}

fn codes(list: &Value) -> Vec<&str> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|it| it["code"].as_str()).collect()
}

#[tokio::test]
async fn a_member_is_stopped_and_started_with_its_cluster() {
    let world = World::demo();
    let aurora = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER);
    for (operation, action, arrived) in [
        ("stop_instance", "StopDBCluster", "stopped"),
        ("start_instance", "StartDBCluster", "available"),
    ] {
        let record = begun(&world, &request(operation, "dev-aurora-01")).await;
        assert_eq!(record.lock_scope(), LockScope::Cluster(aurora.clone()));
        assert_eq!(world.rds.calls().last().unwrap().call.action(), action);
        let busy = refused(&world, &request("reboot_instance", "dev-aurora-02")).await;
        assert_eq!(busy.code, Code::InstanceBusy);
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), Status::Available, "{:?}", record.state);
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!(
            (&answer["scope"], &answer["members"], &answer["instance_status"]),
            (&json!("cluster"), &json!(["dev-aurora-01", "dev-aurora-02"]), &json!(arrived))
        );
        assert_eq!(answer["changed"], json!(true));
        for name in ["dev-aurora-01", "dev-aurora-02"] {
            let live = world.rds.instance(&target(DEVELOPMENT_ACCOUNT, FRANKFURT, name));
            assert_eq!(live.unwrap().status, arrived);
        }
    }
}

#[tokio::test]
async fn the_preview_of_a_stop_says_who_is_cut_off_and_what_is_lost() {
    let world = World::demo();
    let of_cluster = preview(&world, &request("stop_instance", "dev-aurora-01")).await;
    let would = &of_cluster["would"];
    assert_eq!(would["interruption"]["kind"], json!("stop"));
    assert_eq!(would["affected"].as_array().unwrap().len(), 2, "all members");
    assert_eq!(would["rds_call"]["action"], json!("StopDBCluster"));
    let laden = preview(&world, &request("stop_instance", "qa-mariadb-01")).await;
    let would = &laden["would"];
    assert_eq!(
        codes(&would["warnings"]),
        ["starts_again_after_seven_days", "pending_changes_dropped"]
    );
    assert_eq!(would["pending_modifications"], json!({ "DBInstanceClass": "db.t4g.large" }));
    let record = begun(&world, &request("stop_instance", "qa-mariadb-01")).await;
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(record.created_at);
    assert_eq!(answer["dropped_modifications"], json!({ "DBInstanceClass": "db.t4g.large" }));
    let start = preview(&world, &start()).await;
    assert_eq!(start["would"]["interruption"]["kind"], json!("none"));
    assert!(codes(&start["would"]["warnings"]).is_empty(), "{start}");
}

/// RDS shows when it starts the database by itself, and does so then.
#[tokio::test]
async fn a_stop_says_when_rds_starts_the_database_again() {
    let world = World::demo();
    let record = begun(&world, &stop()).await;
    let record = world.run_to_end(record.id).await;
    let live = world.rds.instance(&record.target).unwrap();
    let restart = live.automatic_restart_time.unwrap();
    let answer = record.answer(record.created_at);
    assert_eq!(answer["automatic_restart_time"], json!(restart.format("%FT%TZ").to_string()));
    world.clock.advance_to(after(restart, Behaviour::quick().start));
    assert_eq!(world.rds.instance(&record.target).unwrap().status, "available");
    let again = begun(&world, &stop()).await;
    let again = world.run_to_end(again.id).await;
    assert_eq!(again.status(), Status::Available, "it can be stopped again");
}

#[tokio::test]
async fn production_is_neither_stopped_nor_started() {
    let world = World::demo();
    for operation in ["stop_instance", "start_instance"] {
        for name in ["prod-orders-01", "orders-legacy"] {
            let failure = refused(&world, &request(operation, name)).await;
            assert_eq!(failure.code, Code::ProductionBlocked, "{operation} of {name}");
        }
        // Production by its live tags alone.
        let record = begun(&world, &request(operation, "stale-inventory-01")).await;
        assert_eq!(record.status(), Status::Denied);
    }
    // A member of a cluster with production in it.
    let other = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-aurora-02");
    world.rds.set_tags(&other, [("Environment".into(), "production".into())].into());
    let record = begun(&world, &request("stop_instance", "dev-aurora-01")).await;
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn what_can_not_be_stopped_is_refused_before_rds_is_asked() {
    let world = World::demo();
    for (operation, name, code) in [
        ("stop_instance", "dev-postgres-01", "replication_prevents_stop"),
        ("stop_instance", "dev-replica-01", "replication_prevents_stop"),
        ("stop_instance", "dev-multiaz-01", "multi_az_cluster_not_stoppable"),
        ("start_instance", "dev-multiaz-01", "multi_az_cluster_not_stoppable"),
        ("stop_instance", "dev-custom-01", "unsupported_engine"),
        ("stop_instance", "dev-docdb-01", "unsupported_engine"),
    ] {
        let record = begun(&world, &request(operation, name)).await;
        let answer = record.answer(record.created_at);
        assert_eq!(answer["error_code"], json!(code), "{operation} of {name}");
    }
    assert_eq!(world.rds.calls(), []);
}

/// A snapshot of a stop is not one of a cluster, nor of a database that is stopped.
#[tokio::test]
async fn a_snapshot_that_a_stop_can_not_take_is_refused() {
    let world = World::demo();
    for (name, code) in
        [("dev-aurora-01", "cluster_stop_takes_no_snapshot"), ("dev-stopped-01", "already_stopped")]
    {
        let mut request = request("stop_instance", name);
        request["parameters"] = json!({ "snapshot_id": "before-stop" });
        let record = begun(&world, &request).await;
        assert_eq!(record.answer(record.created_at)["error_code"], json!(code));
    }
    assert_eq!(world.rds.calls(), []);
    let record = begun(&world, &stop_with_snapshot()).await;
    let record = world.run_to_end(record.id).await;
    let answer = record.answer(record.created_at);
    assert_eq!(answer["snapshot_id"], json!("before-stop"));
    assert!(answer["snapshot_arn"].as_str().unwrap().ends_with(":snapshot:before-stop"));
}

/// One status does not hide the others: the members decide too.
#[tokio::test]
async fn a_cluster_is_not_stopped_before_its_last_member() {
    let world = World::demo();
    let record = begun(&world, &request("stop_instance", "dev-aurora-01")).await;
    let aurora = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER);
    world.rds.set_cluster_status(&aurora, "stopped");
    world.rds.set_status(&member(), "stopping");
    world.clock.advance_to(record.next_at().unwrap());
    let record = world.service.driver().advance(record.id).await.unwrap();
    assert_eq!(record.status(), Status::InProgress);
    world.rds.set_status(&member(), "stopped");
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Available);
}

/// The preview says so, too.
#[tokio::test]
async fn a_sqlserver_mirror_is_not_stopped() {
    let staging = target(OPERATIONS_ACCOUNT, FRANKFURT, "staging-sql-01");
    let instance = SimulatedInstance::new("sqlserver-se").tag("Environment", "Staging").multi_az();
    let fleet = vec![(instance.inventory_item(&staging), instance)];
    let world = World::of(fleet, Behaviour::quick(), Settings::default());
    let preview = preview(&world, &request("stop_instance", "staging-sql-01")).await;
    assert_eq!(preview["passed"], json!(false));
    let checks = preview["checks"].as_array().unwrap();
    assert!(
        checks.iter().any(|it| it["error_code"] == json!("sqlserver_multi_az_not_stoppable")),
        "{preview}"
    );
}
