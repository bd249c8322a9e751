//! Class changes from the request to the answer: what is asked of whom, previewed and refused.

use ops_domain::cluster::LockScope;
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::rules::Glob;
use ops_domain::service::Submitted;
use ops_domain::settings::Settings;
use ops_domain::state::Status;
use ops_testkit::fleet::{AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::simulated_rds::{Behaviour, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

fn request(instance: &str, class: &str, apply_immediately: bool) -> Value {
    json!({ "operation": "modify_instance_class", "instance_id": instance,
        "parameters": { "instance_class": class, "apply_immediately": apply_immediately } })
}

fn instance(name: &str) -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
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

/// Of one member alone, while the cluster is held.
#[tokio::test]
async fn a_member_gets_a_class_of_its_own() {
    let world = World::demo();
    let record = begun(&world, &request("dev-aurora-01", "db.r6g.large", true)).await;
    let aurora = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER);
    assert_eq!(record.lock_scope(), LockScope::Cluster(aurora));
    assert_eq!(world.rds.calls().last().unwrap().call.action(), "ModifyDBInstance");
    let busy = refused(&world, &request("dev-aurora-02", "db.r6g.large", true)).await;
    assert_eq!(busy.code, Code::InstanceBusy);
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.status(), Status::Available, "{:?}", record.state);
    let class = |name| world.rds.instance(&instance(name)).unwrap().instance_class;
    assert_eq!(class("dev-aurora-01").as_deref(), Some("db.r6g.large"));
    assert_eq!(class("dev-aurora-02").as_deref(), Some("db.t4g.medium"));
    let answer = Value::Object(record.answer(record.created_at));
    assert_eq!(answer["previous_class"], json!("db.t4g.medium"));
    assert_eq!(answer["scope"], Value::Null, "it is none of the cluster");
}

#[tokio::test]
async fn the_preview_says_who_is_cut_off_and_when() {
    let world = World::demo();
    let now = preview(&world, &request("test-mysql-01", "db.r6g.large", true)).await;
    let would = &now["would"];
    assert_eq!(would["interruption"]["kind"], json!("failover"));
    assert_eq!(codes(&would["warnings"]), ["class_changes_cost", "class_changes_memory"]);
    assert_eq!(would["rds_call"]["parameters"]["DBInstanceClass"], json!("db.r6g.large"));
    let later = preview(&world, &request("test-mysql-01", "db.r6g.large", false)).await;
    assert_eq!(later["would"]["interruption"]["kind"], json!("in_window"));
    assert!(codes(&later["would"]["warnings"]).contains(&"class_waits_for_window"), "{later}");
    let writer = preview(&world, &request("dev-aurora-01", "db.r6g.large", true)).await;
    let affected = writer["would"]["affected"].as_array().unwrap();
    assert_eq!(affected.len(), 1, "only this member: {affected:?}");
    let source = preview(&world, &request("dev-postgres-01", "db.r6g.large", true)).await;
    let affected = source["would"]["affected"].as_array().unwrap();
    assert_eq!(affected[1]["effect"], json!("replication_pause"));
    let same = preview(&world, &request("test-mysql-01", "db.t4g.medium", true)).await;
    assert_eq!(same["would"]["action"], json!("nothing"));
    assert!(codes(&same["would"]["warnings"]).is_empty(), "{same}");
}

/// The window comes, and RDS applies the class without the service.
#[tokio::test]
async fn a_class_that_waits_is_told_with_its_window() {
    let world = World::demo();
    let record = begun(&world, &class_in_window()).await;
    let record = world.run_to_end(record.id).await;
    let answer = Value::Object(record.answer(record.created_at));
    assert_eq!((&answer["applied"], &answer["changed"]), (&json!(false), &json!(true)));
    assert_eq!(answer["pending_modifications"], json!({ "DBInstanceClass": "db.r6g.large" }));
    assert_eq!(answer["maintenance_window"], json!("sun:05:00-sun:05:30"));
    assert_eq!(codes(&answer["warnings"]), ["class_waits_for_window"]);
    let again = begun(&world, &class_in_window()).await;
    assert_eq!(again.answer(again.created_at)["changed"], json!(false));
    // It may be applied now: nothing else waits.
    let now = begun(&world, &class()).await;
    let now = world.run_to_end(now.id).await;
    assert_eq!(now.answer(now.created_at)["applied"], json!(true));
}

#[tokio::test]
async fn the_class_of_production_is_not_changed() {
    let world = World::demo();
    for name in ["prod-orders-01", "orders-legacy"] {
        let failure = refused(&world, &request(name, "db.r5.large", true)).await;
        assert_eq!(failure.code, Code::ProductionBlocked, "{name}");
    }
    // Production by its live tags alone.
    let record = begun(&world, &request("stale-inventory-01", "db.r6g.large", true)).await;
    assert_eq!(record.status(), Status::Denied);
    // A member of a cluster with production in it.
    let production = [("Environment".into(), "production".into())].into();
    world.rds.set_tags(&instance("dev-aurora-02"), production);
    let record = begun(&world, &request("dev-aurora-01", "db.r6g.large", true)).await;
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn what_can_not_have_the_class_is_refused_before_rds_is_asked() {
    let world = World::demo();
    for (name, class, code) in [
        ("dev-oracle-01", "db.r6g.large", "class_not_orderable"),
        ("test-mysql-01", "db.z1d.large", "class_not_orderable"),
        ("dev-aurora-01", "db.m5.large", "class_not_orderable"),
        ("dev-aurora-01", "db.serverless", "serverless_class_not_changeable"),
        ("qa-mariadb-01", "db.r6g.large", "another_class_waits"),
        ("dev-multiaz-01", "db.r6g.large", "multi_az_cluster_class_not_changeable"),
        ("dev-stopped-01", "db.r6g.large", "status_not_allowed"),
        ("dev-custom-01", "db.r6g.large", "unsupported_engine"),
        ("dev-docdb-01", "db.r6g.large", "unsupported_engine"),
    ] {
        let record = begun(&world, &request(name, class, true)).await;
        let answer = record.answer(record.created_at);
        assert_eq!(answer["error_code"], json!(code), "{class} of {name}");
    }
    let record = begun(&world, &request("dev-oracle-01", "db.r6g.large", true)).await;
    let nearest = record.answer(record.created_at)["orderable_classes"].clone();
    assert_eq!(nearest[0], json!("db.r5.large"), "{nearest}");
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn a_class_that_the_operators_do_not_allow_is_refused() {
    let name = instance("dev-db");
    let postgres = SimulatedInstance::new("postgres").tag("Environment", "dev");
    let fleet = vec![(postgres.inventory_item(&name), postgres)];
    let allowed_classes = vec![Glob("db.t*".to_owned())];
    let settings = Settings { allowed_classes, ..Settings::default() };
    let world = World::of(fleet, Behaviour::quick(), settings);
    let large = begun(&world, &request("dev-db", "db.r6g.large", false)).await;
    let answer = large.answer(large.created_at);
    assert_eq!(answer["error_code"], json!("class_not_allowed"));
    assert_eq!(answer["allowed_classes"], json!(["db.t*"]));
    assert_eq!(world.rds.calls(), []);
    let small = begun(&world, &request("dev-db", "db.t4g.large", false)).await;
    assert_eq!(world.run_to_end(small.id).await.status(), Status::Available);
}
