//! What a preview says, and that a request which insists on it is held to it.

use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::request::Request;
use ops_domain::service::Submitted;
use ops_domain::state::Status;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::simulated_rds::{Behaviour, Fault, ObserveFault, SendFault, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

async fn preview(world: &World, request: &Value) -> Value {
    let mut request = request.clone();
    request["dry_run"] = json!(true);
    match world.submit(&request).await {
        Ok(Submitted::DryRun(dry_run)) => answer_to(&dry_run),
        other => panic!("no preview: {other:?}"),
    }
}

fn insisting(request: &Value, plan_hash: &Value) -> Value {
    let mut request = request.clone();
    request["plan_hash"] = plan_hash.clone();
    request
}

fn postgres() -> SimulatedInstance {
    SimulatedInstance::new("postgres").tag("Environment", "Development")
}

/// A world of this instance and one that may replicate it.
fn world_of(instance: SimulatedInstance) -> World {
    let replica = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-replica-01");
    let fleet = [(dev(), instance), (replica, postgres().replica_of("dev-postgres-01"))];
    let fleet = fleet.map(|(target, instance)| (instance.inventory_item(&target), instance));
    World::of(fleet.into(), Behaviour::quick(), ops_domain::settings::Settings::default())
}

fn failover() -> Value {
    let mut request = reboot();
    request["parameters"] = json!({ "force_failover": true });
    request
}

#[tokio::test]
async fn an_interruption_is_told_by_operation_engine_and_standby() {
    let sqlserver = || SimulatedInstance::new("sqlserver-se").tag("Environment", "Development");
    for (request, instance, shown) in [
        (snapshot(), postgres(), "io_pause"),
        (snapshot(), postgres().multi_az(), "none"),
        (snapshot(), sqlserver().multi_az(), "io_pause"),
        (reboot(), postgres(), "restart"),
        (failover(), postgres().multi_az(), "failover"),
        (window(), postgres(), "none"),
    ] {
        let preview = preview(&world_of(instance), &request).await;
        assert_eq!(preview["would"]["interruption"]["kind"], json!(shown), "{request}");
        assert_eq!(
            preview["would"]["affected"][0],
            json!({ "instance_id": "dev-postgres-01", "effect": shown })
        );
    }
}

#[tokio::test]
async fn a_reboot_is_told_to_pause_its_replicas_and_a_snapshot_is_not() {
    let affected = async |request: &Value| {
        let preview = preview(&world_of(postgres().replicated_by("dev-replica-01")), request).await;
        preview["would"]["affected"].as_array().unwrap().len()
    };
    assert_eq!((affected(&reboot()).await, affected(&snapshot()).await), (2, 1));
}

#[tokio::test]
async fn warnings_are_told_before_and_after() {
    let without_effect = "01:00-02:00";
    for (request, instance, code) in [
        (window(), postgres().without_backups(), "backups_off"),
        (window(), postgres().managed_by_aws_backup(), "managed_by_aws_backup"),
        (failover(), postgres().multi_az().pending_parameters(), "failover_leaves_parameters"),
    ] {
        let world = world_of(instance);
        let preview = preview(&world, &request).await;
        assert_eq!(preview["would"]["warnings"][0]["code"], json!(code));
        let record = world.run(&request).await;
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!(
            (&answer["success"], &answer["warnings"][0]["code"]),
            (&json!(true), &json!(code)),
            "{answer}"
        );
    }
    let world = world_of(postgres().without_backups());
    world.run(&window()).await;
    assert_eq!(
        world.rds.backup_window(&dev()),
        without_effect.parse().ok(),
        "the window is set all the same"
    );
    let again = world.run(&window()).await;
    let answer = Value::Object(again.answer(again.created_at));
    assert_eq!(
        (&answer["changed"], &answer["warnings"][0]["code"]),
        (&json!(false), &json!("backups_off"))
    );
}

#[tokio::test]
async fn a_preview_names_what_stands_in_the_way() {
    let world = world_of(postgres().pending("DBInstanceClass", "db.t4g.large"));
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &snapshot()).await;
    let preview = preview(&world, &window()).await;
    assert_eq!(preview["would"]["conflicts"], json!([{ "running_operation_id": record.id }]));
    assert_eq!(
        preview["would"]["pending_modifications"],
        json!({ "DBInstanceClass": "db.t4g.large" })
    );
    assert_eq!(preview["passed"], json!(false));
}

#[tokio::test]
async fn a_preview_of_an_overlapping_window_has_the_nearest_free_ones() {
    let mut request = window();
    request["parameters"]["backup_window"] = json!("05:10-05:40");
    let preview = preview(&world_of(postgres()), &request).await;
    let state = preview["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["check"] == "state")
        .unwrap();
    assert_eq!(
        (&state["passed"], &state["error_code"]),
        (&json!(false), &json!("windows_overlap"))
    );
    assert_eq!(state["free_backup_windows"], json!(["05:30-06:00", "04:30-05:00"]));
    assert_eq!(state["maintenance_window"], json!("sun:05:00-sun:05:30"));
}

#[tokio::test]
async fn a_matching_plan_hash_lets_the_operation_go_on() {
    for request in [snapshot(), reboot(), window()] {
        let world = World::demo();
        let hash = preview(&world, &request).await["plan_hash"].clone();
        world.clock.advance(std::time::Duration::from_hours(5));
        let body = insisting(&request, &hash).to_string();
        let request = Request::parse(body.as_bytes()).unwrap();
        let submitted =
            world.service.commands().submit(&world.caller("bob"), None, &request).await.unwrap();
        let Submitted::Operation(record) = submitted else { panic!("an operation") };
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), Status::Available, "{body}");
        assert!(
            world.store.entries()[1].result.contains(hash.as_str().unwrap()),
            "agreed to on the trail"
        );
    }
}

/// What happens between the preview and the request.
type Meanwhile = fn(&World, &InstanceRef);

#[tokio::test]
async fn a_changed_plan_sends_nothing_and_is_audited() {
    let cases: [(Value, Meanwhile); 8] = [
        (reboot(), |world, dev| world.rds.add(dev.clone(), postgres().pending_parameters())),
        (snapshot(), |world, dev| world.rds.add(dev.clone(), postgres().multi_az())),
        (snapshot(), |world, dev| world.rds.add(dev.clone(), postgres().tag("Stage", "dev"))),
        (snapshot(), |world, dev| {
            world.rds.add(dev.clone(), postgres().copying_tags().tag("aws:new", "x"))
        }),
        (reboot(), |world, dev| {
            world.rds.add(dev.clone(), postgres().replicated_by("dev-replica-01"))
        }),
        (reboot(), |world, dev| world.rds.add(dev.clone(), postgres().pending("MultiAZ", "true"))),
        (window(), |world, dev| world.rds.add(dev.clone(), postgres().without_backups())),
        (window(), |world, dev| {
            let window = "01:00-02:00".parse().unwrap();
            world.rds.add(dev.clone(), SimulatedInstance { backup_window: window, ..postgres() });
        }),
    ];
    for (at, (request, meanwhile)) in cases.into_iter().enumerate() {
        let world = world_of(postgres());
        let hash = preview(&world, &request).await["plan_hash"].clone();
        meanwhile(&world, &dev());
        let record = begun(&world, &insisting(&request, &hash)).await;
        let answer = Value::Object(record.answer(record.created_at));
        assert_eq!(
            (&answer["status"], &answer["code"]),
            (&json!("failed"), &json!(Code::PlanChanged)),
            "case {at}"
        );
        let now = preview(&world, &request).await;
        assert_eq!(
            (&answer["plan_hash"], now["plan_hash"] == hash),
            (&now["plan_hash"], false),
            "case {at}"
        );
        assert_eq!(world.rds.calls(), [], "case {at}");
        assert_eq!(events(&world), ["dry_run", "accepted", "outcome", "dry_run"], "case {at}");
        assert_eq!(world.store.lease(&dev()), None, "the instance is free again");
    }
}

#[tokio::test]
async fn a_preview_checks_an_earlier_plan_hash() {
    let world = world_of(postgres());
    let hash = preview(&world, &reboot()).await["plan_hash"].clone();
    let check = async || {
        let preview = preview(&world, &insisting(&reboot(), &hash)).await;
        let checks = preview["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["check"] == "plan").unwrap()
    };
    assert_eq!(check().await["passed"], json!(true));
    world.rds.add(dev(), postgres().pending("MultiAZ", "true"));
    assert_eq!(check().await["code"], json!("plan_changed"));
}

#[tokio::test]
async fn a_delayed_operation_is_held_to_its_preview() {
    let world = world_of(postgres());
    let hash = preview(&world, &reboot()).await["plan_hash"].clone();
    world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let record = begun(&world, &insisting(&reboot(), &hash)).await;
    assert_eq!(record.status(), Status::Accepted);
    world.rds.add(dev(), postgres().pending("MultiAZ", "true"));
    let record = world.run_to_end(record.id).await;
    assert_eq!(record.answer(record.created_at)["code"], json!("plan_changed"));
    assert_eq!(world.rds.calls(), []);
}

/// The first call arrives after all, just before the second would be sent.
#[tokio::test]
async fn a_call_that_arrived_late_did_what_was_previewed() {
    let world = world_of(postgres());
    let hash = preview(&world, &window()).await["plan_hash"].clone();
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let mut record = begun(&world, &insisting(&window(), &hash)).await;
    while record.resends == 0 {
        world.clock.advance_to(record.next_at().unwrap());
        record = world.service.driver().advance(record.id).await.unwrap();
    }
    let window = "01:00-02:00".parse().unwrap();
    world.rds.add(dev(), SimulatedInstance { backup_window: window, ..postgres() });
    assert_eq!(world.run_to_end(record.id).await.status(), Status::Available);
}

#[tokio::test]
async fn a_full_quota_is_rejected_before_the_call() {
    for (readable, calls) in [(true, 0), (false, 1)] {
        let behaviour =
            Behaviour { snapshot_quota: 1, quotas_readable: readable, ..Behaviour::quick() };
        let world = World::demo_with(behaviour, ops_domain::settings::Settings::default());
        world.run(&snapshot()).await;
        let before = world.rds.calls().len();
        let mut second = snapshot();
        second["parameters"]["snapshot_id"] = json!("manual-2");
        let checked = preview(&world, &second).await;
        assert_eq!(checked["passed"], json!(!readable));
        let record = world.run(&second).await;
        let answer = record.answer(record.created_at);
        let code = if readable { "snapshot_quota_used_up" } else { "SnapshotQuotaExceeded" };
        assert_eq!(answer["error_code"], json!(code), "a code of AWS is what RDS said");
        assert!(answer["guidance"].as_str().unwrap().contains("L-272F1212"));
        assert_eq!(answer.get("quota").cloned(), readable.then(|| json!({ "used": 1, "max": 1 })));
        assert_eq!(world.rds.calls().len() - before, calls);
        assert_eq!(
            world.rds.snapshots(&target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-postgres-01")).len(),
            1
        );
    }
}

/// The name of a snapshot is refused by the preview, and by nobody but this service: RDS is not
/// asked in vain.
#[tokio::test]
async fn a_taken_snapshot_name_is_rejected_before_the_call() {
    for instance in ["dev-postgres-01", "dev-aurora-01"] {
        let world = World::demo();
        let mut request = snapshot();
        request["instance_id"] = json!(instance);
        assert_eq!(preview(&world, &request).await["passed"], json!(true), "{instance}");
        world.run(&request).await;
        let taken = preview(&world, &request).await;
        assert_eq!(
            (&taken["passed"], &taken["plan_hash"]),
            (&json!(false), &Value::Null),
            "{taken}"
        );
        let state = taken["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["check"] == "state")
            .unwrap();
        assert_eq!(state["passed"], json!(false));
        let again = world.run(&request).await;
        assert_eq!(again.answer(again.created_at)["error_code"], json!("snapshot_name_taken"));
        assert_eq!(world.rds.calls().len(), 1);
    }
}

fn tags_of(instance: SimulatedInstance, tags: usize) -> SimulatedInstance {
    (10..10 + tags).fold(instance, |instance, number| instance.tag(&format!("k{number}"), "v"))
}

/// Any tag that is sent turns RDS's own copying off, and the service always sends some.
#[tokio::test]
async fn a_snapshot_keeps_the_tags_of_an_instance_that_copies_them() {
    let mut request = snapshot();
    request["parameters"]["tags"] = json!([{ "Key": "k11", "Value": "of the request" }]);
    let beyond_50: Vec<String> = (57..70).map(|number| format!("k{number}")).collect();
    for (copying, tags, copied, left_out) in [
        (false, 3, 0, vec![]),
        (true, 3, 2, vec!["aws:stack"]),
        (
            true,
            60,
            46,
            [vec!["aws:stack"], beyond_50.iter().map(String::as_str).collect()].concat(),
        ),
    ] {
        let instance = tags_of(postgres().tag("aws:stack", "s-1"), tags);
        let world = world_of(if copying { instance.copying_tags() } else { instance });
        let shown = preview(&world, &request).await;
        assert_eq!(shown["would"]["tags_not_copied"], json!(left_out));
        let warned = shown["would"]["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["code"] == "tags_not_copied");
        assert_eq!(warned, !left_out.is_empty());
        world.run(&request).await;
        let tags = world.rds.snapshots(&dev()).remove(0).tags;
        let always = ["Environment", "rds-ops:operation-id", "rds-ops:requested-by", "k11"];
        assert!(always.iter().all(|key| tags.contains_key(*key)), "{tags:?}");
        assert_eq!((tags["k11"].as_str(), tags.len()), ("of the request", always.len() + copied));
        assert!(left_out.iter().all(|key| !tags.contains_key(*key)), "{tags:?}");
    }
}
