//! What is asked of the cluster for one of its members.

use super::*;

#[tokio::test]
async fn a_member_operation_acts_on_its_cluster() {
    for request in
        [snapshot_of("dev-aurora-02"), window_of("dev-aurora-02"), failover_of("dev-aurora-02")]
    {
        let world = World::demo();
        let record = world.run(&request).await;
        let answer = answer(&record);
        assert_eq!(
            (&answer["success"], &answer["scope"]),
            (&json!(true), &json!("cluster")),
            "{request}"
        );
        assert_eq!(answer["db_cluster_id"], json!("dev-aurora"));
        assert_eq!(answer["members"], json!(["dev-aurora-01", "dev-aurora-02"]));
        assert!(done_to_cluster(&world, &record), "{request}");
        assert_eq!(world.rds.snapshots(&member("dev-aurora-02")), []);
        assert_eq!(world.store.lease_of(&LockScope::Cluster(aurora())), None);
    }
}

#[tokio::test]
async fn an_aurora_member_is_rebooted_alone() {
    let world = World::demo();
    let record = world.run(&reboot_of("dev-aurora-02")).await;
    assert_eq!(record.status(), Status::Available);
    assert_eq!(world.rds.restarts(&member("dev-aurora-02")), 1);
    assert_eq!(
        (world.rds.restarts(&member("dev-aurora-01")), world.rds.cluster_failovers(&aurora())),
        (0, 0)
    );
}

/// `aurora-postgresql` up to 14.6 restarts the readers with the writer.
#[tokio::test]
async fn a_preview_names_the_readers_that_restart_with_their_writer() {
    let (writer, reader) = ("dev-aurora-01", "dev-aurora-02");
    for (version, rebooted, restarted) in [
        ("14.6", writer, &[writer, reader][..]),
        ("14.6", reader, &[reader]),
        ("14.7", writer, &[writer]),
    ] {
        let world = World::demo();
        for name in [writer, reader] {
            world.rds.add(member(name), aurora_member(version));
        }
        let mut request = reboot_of(rebooted);
        request["dry_run"] = json!(true);
        let Ok(Submitted::DryRun(dry_run)) = world.submit(&request).await else {
            panic!("a preview")
        };
        let preview = answer_to(&dry_run);
        let affected =
            restarted.iter().map(|name| json!({ "instance_id": name, "effect": "restart" }));
        assert_eq!(
            preview["would"]["affected"],
            json!(affected.collect::<Vec<_>>()),
            "{version} {rebooted}"
        );
        let warned = preview["would"]["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["code"] == "readers_restart");
        assert_eq!(warned, restarted.len() > 1);
        assert_eq!(world.run(&reboot_of(rebooted)).await.status(), Status::Available);
        let really =
            [writer, reader].into_iter().filter(|name| world.rds.restarts(&member(name)) == 1);
        assert_eq!(really.collect::<Vec<_>>(), restarted, "{version} {rebooted}");
    }
}

/// Of a member the snapshot is one of the cluster, and so are the tags.
#[tokio::test]
async fn a_cluster_snapshot_keeps_tags_where_the_cluster_copies_them() {
    for copying in [false, true] {
        let world = World::demo();
        let described = aurora_of(&["dev-aurora-01", "dev-aurora-02"]).tag("Owner", "dba");
        world
            .rds
            .add_cluster(&aurora(), &if copying { described.copying_tags() } else { described });
        world.run(&snapshot_of("dev-aurora-01")).await;
        let snapshot = world.rds.cluster_snapshots(&aurora()).remove(0);
        assert_eq!(snapshot.tags.get("Owner").map(String::as_str), copying.then_some("dba"));
        assert!(snapshot.tags.contains_key("Environment"));
    }
}

#[tokio::test]
async fn what_rds_does_not_offer_is_refused_before_anything_is_sent() {
    let world = World::demo();
    let mut long = snapshot_of("dev-aurora-01");
    long["parameters"]["snapshot_id"] = json!("s".repeat(64));
    for (request, code) in [
        (long, "cluster_snapshot_name_too_long"),
        (reboot_of("dev-multiaz-01"), "cluster_member"),
        (reboot_of("dev-docdb-01"), "unsupported_engine"),
        (snapshot_of("dev-docdb-01"), "unsupported_engine"),
        (window_of("dev-docdb-01"), "unsupported_engine"),
        (reboot_of("dev-custom-01"), "unsupported_engine"),
    ] {
        let record = world.run(&request).await;
        let answer = answer(&record);
        assert_eq!(
            (&answer["success"], &answer["error_code"]),
            (&json!(false), &json!(code)),
            "{request}"
        );
        assert!(!answer["guidance"].as_str().unwrap().is_empty());
    }
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn a_multi_az_cluster_fails_over_and_a_cluster_of_one_can_not() {
    let world = World::demo();
    let multi_az = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, MULTI_AZ_CLUSTER);
    let record = world.run(&failover_of("dev-multiaz-03")).await;
    assert_eq!(answer(&record)["failover"], json!("verified"));
    assert_eq!(world.rds.cluster_failovers(&multi_az), 1);
    assert_ne!(world.rds.cluster(&multi_az).unwrap().writer.as_deref(), Some("dev-multiaz-01"));

    world.rds.add_cluster(&aurora(), &aurora_of(&["dev-aurora-01"]));
    let record = world.run(&failover_of("dev-aurora-01")).await;
    assert_eq!(answer(&record)["error_code"], json!("failover_requires_two_members"));
    assert_eq!(world.rds.cluster_failovers(&aurora()), 0);
}

fn aurora_of(members: &[&str]) -> SimulatedCluster {
    SimulatedCluster::new("aurora-postgresql", members).tag("Environment", "Development")
}

#[tokio::test]
async fn waiting_changes_of_the_cluster_are_not_applied_by_the_way() {
    let world = World::demo();
    world.rds.add_cluster(
        &aurora(),
        &aurora_of(&["dev-aurora-01", "dev-aurora-02"]).pending("EngineVersion", "16.4"),
    );
    let mut request = window_of("dev-aurora-01");
    request["parameters"]["apply_immediately"] = json!(true);
    let record = world.run(&request).await;
    assert_eq!(answer(&record)["code"], json!("pending_changes_would_apply"));
    assert_eq!(answer(&record)["pending_modifications"], json!({ "EngineVersion": "16.4" }));
    assert_eq!(world.rds.calls(), []);
    let record = world.run(&window_of("dev-aurora-01")).await;
    assert_eq!(record.status(), Status::Available);
    assert!(world.rds.calls().iter().all(|call| call.pending_flushed.is_empty()));
}
