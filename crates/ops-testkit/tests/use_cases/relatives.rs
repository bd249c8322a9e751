//! The strictest environment of an instance and all its relatives counts, and what can't be read
//! counts as production.

use ops_domain::cluster::ClusterRef;
use ops_domain::instance::{InventoryItem, Tags};
use ops_domain::settings::Settings;
use ops_domain::state::Status;
use ops_testkit::fleet::{
    DEVELOPMENT_ACCOUNT, FRANKFURT, TEAMS_ACCOUNT, VIRGINIA, cluster, target,
};
use ops_testkit::simulated_rds::{
    Behaviour, Fault, ObserveFault, SimulatedCluster, SimulatedInstance,
};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

fn dev(engine: &str) -> SimulatedInstance {
    SimulatedInstance::new(engine).tag("env", "dev")
}

fn production(engine: &str) -> SimulatedInstance {
    SimulatedInstance::new(engine).tag("env", "production")
}

/// An instance and where it is.
type Put = (&'static str, &'static str, &'static str, SimulatedInstance);

fn here(name: &'static str, instance: SimulatedInstance) -> Put {
    (DEVELOPMENT_ACCOUNT, FRANKFURT, name, instance)
}

fn world(instances: Vec<Put>, clusters: Vec<(ClusterRef, SimulatedCluster)>) -> World {
    let item = |(account, region, name, instance): Put| -> (InventoryItem, SimulatedInstance) {
        (instance.inventory_item(&target(account, region, name)), instance)
    };
    let fleet = instances.into_iter().map(item).collect();
    let world = World::of(fleet, Behaviour::quick(), Settings::default());
    for (cluster, described) in clusters {
        world.rds.add_cluster(&cluster, &described);
    }
    world
}

fn home(name: &str) -> ClusterRef {
    cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
}

fn reboot_db() -> Value {
    json!({ "operation": "reboot_instance", "instance_id": "db" })
}

#[tokio::test]
async fn one_relative_in_production_stops_everything() {
    const ARN: &str = "arn:aws:rds:us-east-1:111122223333:db:far";
    const CLUSTER_ARN: &str = "arn:aws:rds:us-east-1:111122223333:cluster:far";
    let aurora =
        |members: &[&str]| SimulatedCluster::new("aurora-mysql", members).tag("env", "dev");
    let member = || dev("aurora-mysql").member_of("c");
    let far = |instance| (DEVELOPMENT_ACCOUNT, VIRGINIA, "far", instance);
    let far_cluster = || cluster(DEVELOPMENT_ACCOUNT, VIRGINIA, "far");
    let cases: Vec<(&str, World)> = vec![
        (
            "its source",
            world(
                vec![here("db", dev("mysql").replica_of("up")), here("up", production("mysql"))],
                vec![],
            ),
        ),
        (
            "its source in another Region",
            world(vec![here("db", dev("mysql").replica_of(ARN)), far(production("mysql"))], vec![]),
        ),
        (
            "a replica",
            world(
                vec![
                    here("db", dev("mysql").replicated_by("down")),
                    here("down", production("mysql")),
                ],
                vec![],
            ),
        ),
        (
            "a replica in another Region",
            world(
                vec![here("db", dev("mysql").replicated_by(ARN)), far(production("mysql"))],
                vec![],
            ),
        ),
        ("a cluster that replicates it", {
            let mut db = dev("mysql");
            db.replica_clusters.insert("copy".into());
            let copy = SimulatedCluster::new("aurora-mysql", &[]).tag("env", "prod");
            world(vec![here("db", db)], vec![(home("copy"), copy)])
        }),
        ("a member of the cluster that it replicates", {
            let db = SimulatedInstance { source_cluster: Some("up".into()), ..dev("mysql") };
            let up = SimulatedCluster::new("mysql", &["up-1"]).tag("env", "dev");
            world(
                vec![here("db", db), here("up-1", production("mysql").member_of("up"))],
                vec![(home("up"), up)],
            )
        }),
        (
            "its cluster",
            world(
                vec![here("db", member())],
                vec![(
                    home("c"),
                    SimulatedCluster::new("aurora-mysql", &["db"]).tag("env", "prod"),
                )],
            ),
        ),
        (
            "another member of its cluster",
            world(
                vec![here("db", member()), here("db-2", production("aurora-mysql").member_of("c"))],
                vec![(home("c"), aurora(&["db", "db-2"]))],
            ),
        ),
        (
            "a member that the cluster does not name yet",
            world(
                vec![here("db", member()), here("db-2", production("aurora-mysql").member_of("c"))],
                vec![(home("c"), aurora(&["db"]))],
            ),
        ),
        (
            "the source of its cluster in another Region",
            world(
                vec![here("db", member())],
                vec![
                    (home("c"), aurora(&["db"]).replica_of(CLUSTER_ARN)),
                    (far_cluster(), SimulatedCluster::new("aurora-mysql", &[]).tag("env", "prod")),
                ],
            ),
        ),
        (
            "a replica of its cluster that is an instance",
            world(
                vec![here("db", member()), here("down", production("mysql"))],
                vec![(home("c"), aurora(&["db"]).replicated_by("down"))],
            ),
        ),
    ];
    for (what, world) in cases {
        for request in [
            reboot_db(),
            json!({
                "operation": "create_snapshot", "instance_id": "db",
                "parameters": { "snapshot_id": "s" }
            }),
            json!({
                "operation": "modify_backup_window", "instance_id": "db",
                "parameters": { "backup_window": "01:00-02:00" }
            }),
        ] {
            let record = begun(&world, &request).await;
            assert_eq!(
                record.status(),
                Status::Denied,
                "{what}: {:?}",
                record.answer(record.created_at)
            );
        }
        assert_eq!(world.rds.calls(), [], "{what}");
    }
}

#[tokio::test]
async fn an_unreadable_relative_counts_as_production() {
    let aurora =
        |members: &[&str]| SimulatedCluster::new("aurora-mysql", members).tag("env", "dev");
    let member = || dev("aurora-mysql").member_of("c");
    let cases: Vec<(&str, World)> = vec![
        ("up", world(vec![here("db", dev("mysql").replica_of("up"))], vec![])),
        ("down", world(vec![here("db", dev("mysql").replicated_by("down"))], vec![])),
        (
            "arn:aws:rds:nowhere",
            world(vec![here("db", dev("mysql").replicated_by("arn:aws:rds:nowhere"))], vec![]),
        ),
        ("c", world(vec![here("db", member())], vec![])),
        ("c", world(vec![here("db", member())], vec![(home("c"), aurora(&["db", "gone"]))])),
        ("the cluster of db", world(vec![here("db", dev("aurora-mysql"))], vec![])),
        ("up", {
            // An instance may have the name of the cluster that is meant.
            let up = SimulatedCluster::new("aurora-mysql", &["up-gone"]).tag("env", "prod");
            let clusters = vec![(home("c"), aurora(&["db"]).replica_of("up")), (home("up"), up)];
            world(vec![here("db", member()), here("up", dev("mysql"))], clusters)
        }),
        ("global", {
            let described =
                SimulatedCluster { global_cluster_id: Some("global".into()), ..aurora(&["db"]) };
            world(vec![here("db", member())], vec![(home("c"), described)])
        }),
    ];
    for (name, world) in cases {
        let record = begun(&world, &reboot_db()).await;
        assert_eq!(record.status(), Status::Denied, "{name}");
        let trace = &record.classification.trace;
        let shown = trace.iter().find(|evidence| evidence.decisive).expect("something decided");
        assert_eq!(shown.subject, name);
        assert!(
            shown.note.as_deref().is_some_and(|note| note.contains("counts as production")),
            "{shown:?}"
        );
        assert_eq!(world.rds.calls(), []);
    }
}

#[tokio::test]
async fn a_relative_outside_the_role_counts_as_production() {
    let far = |account: &str| format!("arn:aws:rds:us-east-1:{account}:db:far");
    let db = |account| here("db", dev("mysql").replicated_by(&far(account)));
    let world = world(vec![db(DEVELOPMENT_ACCOUNT)], vec![]);
    world.rds.inject(Fault::Observe { nth: 2, fault: ObserveFault::Denied });
    let record = begun(&world, &reboot_db()).await;
    assert_eq!(record.status(), Status::Denied);
    assert!(
        record.classification.reason().contains("AccessDenied"),
        "{}",
        record.classification.reason()
    );

    let neighbours =
        vec![here("db", dev("mysql").replicated_by("near")), here("near", dev("mysql"))];
    let near = self::world(neighbours, vec![]);
    near.rds.inject(Fault::Observe { nth: 2, fault: ObserveFault::Denied });
    let record = begun(&near, &reboot_db()).await;
    assert_eq!(record.answer(record.created_at)["denied_action"], json!("rds:DescribeDBInstances"));

    let allowed_accounts = vec![DEVELOPMENT_ACCOUNT.parse().unwrap()];
    let settings = Settings { allowed_accounts, ..Settings::default() };
    let (account, region, name, instance) = db(TEAMS_ACCOUNT);
    let fleet = [
        (instance.inventory_item(&target(account, region, name)), instance),
        (dev("mysql").inventory_item(&target(TEAMS_ACCOUNT, VIRGINIA, "far")), dev("mysql")),
    ];
    let world = World::of(fleet.into(), Behaviour::quick(), settings);
    let record = begun(&world, &reboot_db()).await;
    assert_eq!(
        (record.status(), world.rds.look_count()),
        (Status::Denied, 1),
        "the other account is not entered"
    );
}

#[tokio::test]
async fn unreachable_relatives_are_retried_or_end_it() {
    let instances = || {
        let far = "arn:aws:rds:us-east-1:111122223333:db:far";
        vec![
            here("db", dev("mysql").replicated_by(far)),
            (DEVELOPMENT_ACCOUNT, VIRGINIA, "far", dev("mysql")),
        ]
    };
    let throttled = world(instances(), vec![]);
    throttled.rds.inject(Fault::Observe { nth: 2, fault: ObserveFault::Throttled });
    let record = begun(&throttled, &reboot_db()).await;
    assert_eq!(record.status(), Status::Accepted);
    assert_eq!(throttled.run_to_end(record.id).await.status(), Status::Available);
    let unreachable = world(instances(), vec![]);
    unreachable.rds.inject(Fault::Observe { nth: 2, fault: ObserveFault::Unavailable });
    let record = begun(&unreachable, &reboot_db()).await;
    assert_eq!(record.answer(record.created_at)["code"], json!("upstream_unavailable"));
    assert_eq!(unreachable.rds.calls(), []);
}

#[tokio::test]
async fn relatives_are_read_in_two_rounds_at_most() {
    let db = dev("mysql")
        .replica_of("up")
        .replicated_by("down")
        .replicated_by("arn:aws:rds:us-east-1:111122223333:db:far");
    let up = dev("mysql").replica_of("higher");
    let instances = vec![
        here("db", db),
        here("up", up),
        here("down", dev("mysql")),
        (DEVELOPMENT_ACCOUNT, VIRGINIA, "far", dev("mysql")),
    ];
    let world = world(instances, vec![]);
    let record = begun(&world, &reboot_db()).await;
    assert_eq!(record.status(), Status::InProgress);
    assert_eq!(
        world.rds.look_count(),
        3,
        "the instance, its relatives at home, and those in the other Region"
    );
}

#[tokio::test]
async fn a_cluster_tag_that_turns_production_stops_the_call() {
    let world = World::demo();
    let aurora = home(ops_testkit::fleet::AURORA_CLUSTER);
    world
        .rds
        .set_cluster_tags(&aurora, &Tags::from([("Environment".to_owned(), "prod".to_owned())]));
    let record =
        begun(&world, &json!({ "operation": "reboot_instance", "instance_id": "dev-aurora-02" }))
            .await;
    assert_eq!(record.status(), Status::Denied);
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn a_documentdb_instance_has_no_operations() {
    let world = World::demo();
    let view = world
        .service
        .queries()
        .instance(&"dev-docdb-01".parse().unwrap(), None, None)
        .await
        .unwrap();
    let failure =
        world.service.queries().available_operations(&world.caller("alice"), &view).unwrap_err();
    assert_eq!(
        (failure.error_code.as_deref(), &failure.facts["engine"]),
        (Some("unsupported_engine"), &json!("docdb"))
    );
}

/// The page says what a call would meet.
#[tokio::test]
async fn the_page_of_an_instance_shows_what_its_relatives_make_of_it() {
    let world = World::demo();
    let id = "reporting-orders-01".parse().unwrap();
    let view = world.service.queries().instance(&id, None, None).await.unwrap();
    assert!(view.classification.environment.is_production(), "{:?}", view.classification);
    assert!(world.service.queries().available_operations(&world.caller("alice"), &view).is_err());
}
