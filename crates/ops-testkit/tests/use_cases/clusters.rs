//! Members of clusters: what is asked of the cluster, what counts as done, and who stands in whose
//! way.

use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::rds_call::RdsCall;
use ops_domain::service::{InstanceFilter, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, Status};
use ops_testkit::fleet::{
    self, AURORA_CLUSTER, DEVELOPMENT_ACCOUNT, FRANKFURT, MULTI_AZ_CLUSTER, cluster, target,
};
use ops_testkit::memory::{Call, Side};
use ops_testkit::simulated_rds::{
    Behaviour, Events, FailoverOutcome, Fault, SendFault, SimulatedCluster, SimulatedInstance,
};
use ops_testkit::world::World;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::story::*;

fn aurora() -> ClusterRef {
    cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, AURORA_CLUSTER)
}

fn member(name: &str) -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
}

fn snapshot_of(name: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": name,
        "parameters": { "snapshot_id": "manual-1" }
    })
}

fn window_of(name: &str) -> Value {
    json!({
        "operation": "modify_backup_window", "instance_id": name,
        "parameters": { "backup_window": "01:00-02:00" }
    })
}

fn reboot_of(name: &str) -> Value {
    json!({ "operation": "reboot_instance", "instance_id": name })
}

fn failover_of(name: &str) -> Value {
    json!({
        "operation": "reboot_instance", "instance_id": name,
        "parameters": { "force_failover": true }
    })
}

fn answer(record: &OperationRecord) -> Map<String, Value> {
    record.answer(record.created_at)
}

/// Whether the simulated RDS did to the cluster what was asked, so that the answer `success` is
/// true.
fn done_to_cluster(world: &World, record: &OperationRecord) -> bool {
    let cluster = aurora();
    match (record.operation.name(), record.operation.parameters().get("force_failover")) {
        ("create_snapshot", _) => {
            world.rds.cluster_snapshots(&cluster).iter().any(|it| it.status == "available")
        }
        ("modify_backup_window", _) => {
            let live = world.rds.cluster(&cluster).expect("the cluster stays");
            live.backup_window == "01:00-02:00".parse().ok()
        }
        ("reboot_instance", Some(Value::Bool(true))) => world.rds.cluster_failovers(&cluster) == 1,
        other => panic!("{other:?}"),
    }
}

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

fn aurora_member(version: &str) -> SimulatedInstance {
    let instance =
        SimulatedInstance::new("aurora-postgresql").member_of(AURORA_CLUSTER).version(version);
    instance.tag("Environment", "Development")
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

/// Each row is a world of its own: how the failover goes, what RDS tells of it, and how the
/// operation must end.
#[tokio::test]
async fn a_failover_of_a_cluster_ends_as_the_evidence_says() {
    let quick = Behaviour::quick;
    let silent = || Behaviour { events: Events::Never, ..quick() };
    let seconds = Duration::from_secs;
    let rows = [
        ("seen by looks", quick(), Status::Available, "verified"),
        (
            "over between two looks",
            Behaviour { cluster_failover: seconds(2), ..silent() },
            Status::Available,
            "verified",
        ),
        (
            "of half an hour",
            Behaviour { cluster_failover: seconds(1800), ..quick() },
            Status::Available,
            "verified",
        ),
        (
            "told late",
            Behaviour { events: Events::After(seconds(200)), ..quick() },
            Status::Available,
            "verified",
        ),
        (
            "read stale",
            Behaviour { lag: seconds(40), stale_for: seconds(60), ..silent() },
            Status::Available,
            "verified",
        ),
        (
            "that fails",
            Behaviour { failover_outcome: FailoverOutcome::Abandoned, ..quick() },
            Status::Failed,
            "cluster_failover_failed",
        ),
        (
            "whose writer is promoted again",
            Behaviour { failover_outcome: FailoverOutcome::AbandonedAfterRestart, ..quick() },
            Status::Failed,
            "cluster_failover_failed",
        ),
        (
            "that fails unheard",
            Behaviour { failover_outcome: FailoverOutcome::Abandoned, ..silent() },
            Status::Unverified,
            "unverified",
        ),
    ];
    for (what, behaviour, status, told) in rows {
        let world = World::demo_with(behaviour, Settings::default());
        let record = world.run(&failover_of("dev-aurora-01")).await;
        assert_eq!(record.status(), status, "a failover {what}");
        let answer = answer(&record);
        let said = answer.get("failover").or_else(|| answer.get("error_code"));
        assert_eq!(said, Some(&json!(told)), "a failover {what}");
        assert_eq!(
            status == Status::Available,
            done_to_cluster(&world, &record),
            "a failover {what}"
        );
    }
}

/// A failover before the call is shown late, so that the live read still names the writer before
/// that one.
#[tokio::test]
async fn an_earlier_failovers_writer_is_not_evidence() {
    let lagging = |seconds, events| Behaviour {
        lag: Duration::from_secs(seconds),
        events,
        ..Behaviour::quick()
    };
    for (events, fault) in [
        (Events::Never, None),
        (Events::After(Duration::ZERO), None),
        (Events::After(Duration::ZERO), Some(SendFault::LostBefore)),
        (Events::After(Duration::ZERO), Some(SendFault::LostAfter)),
    ] {
        let world = World::demo_with(lagging(100, events), Settings::default());
        assert_eq!(world.run(&failover_of("dev-aurora-01")).await.status(), Status::Available);
        world.rds.behave(Behaviour {
            failover_outcome: FailoverOutcome::Abandoned,
            ..lagging(200, events)
        });
        fault.clone().into_iter().for_each(|fault| world.rds.inject(Fault::next_send(fault)));
        let record = world.run(&failover_of("dev-aurora-01")).await;
        assert_ne!(
            record.status(),
            Status::Available,
            "{events:?} {fault:?}: {:?}",
            answer(&record)
        );
        assert_eq!(world.rds.cluster_failovers(&aurora()), 1);
    }
}

/// Snapshots and windows, as failovers above.
#[tokio::test]
async fn a_snapshot_or_window_of_a_cluster_ends_as_the_evidence_says() {
    let quick = Behaviour::quick;
    let (seconds, hours) = (Duration::from_secs, Duration::from_hours);
    let (snapshot, window) = (snapshot_of("dev-aurora-01"), window_of("dev-aurora-01"));
    let rows = [
        (
            "over between two looks",
            &snapshot,
            Behaviour { snapshot: seconds(3), ..quick() },
            Status::Available,
        ),
        ("of hours", &snapshot, Behaviour { snapshot: hours(5), ..quick() }, Status::Available),
        (
            "of longer than the whole watch",
            &snapshot,
            Behaviour { snapshot: hours(48), ..quick() },
            Status::Unverified,
        ),
        (
            "that fails",
            &snapshot,
            Behaviour { snapshot_ends_in: "failed".into(), ..quick() },
            Status::Failed,
        ),
        (
            "that shows late",
            &snapshot,
            Behaviour { lag: seconds(50), stale_for: seconds(50), ..quick() },
            Status::Available,
        ),
        (
            "in a status that nobody knows",
            &snapshot,
            Behaviour { snapshot_ends_in: "polishing".into(), ..quick() },
            Status::Unverified,
        ),
        ("set at once", &window, quick(), Status::Available),
        (
            "set after minutes",
            &window,
            Behaviour { window_delay: seconds(200), ..quick() },
            Status::Available,
        ),
        ("read stale", &window, Behaviour { stale_for: seconds(90), ..quick() }, Status::Available),
        (
            "never set",
            &window,
            Behaviour { window_delay: hours(48), ..quick() },
            Status::Unverified,
        ),
    ];
    for (what, request, behaviour, status) in rows {
        let world = World::demo_with(behaviour, Settings::default());
        let record = world.run(request).await;
        assert_eq!(record.status(), status, "{what}: {:?}", answer(&record));
        if status == Status::Available {
            assert!(done_to_cluster(&world, &record), "{what}");
        }
    }
}

#[tokio::test]
async fn a_cluster_that_is_deleted_on_the_way_ends_the_operation() {
    for request in [window_of("dev-aurora-01"), failover_of("dev-aurora-01")] {
        let world = World::demo_with(
            Behaviour { window_delay: Duration::from_secs(100), ..Behaviour::quick() },
            Settings::default(),
        );
        let record = begun(&world, &request).await;
        world.rds.remove_cluster(&aurora());
        let record = world.run_to_end(record.id).await;
        assert_eq!(answer(&record)["error_code"], json!("cluster_disappeared"), "{request}");
    }
}

#[tokio::test]
async fn a_management_operation_in_progress_is_waited_out() {
    for (busy_after, code, restarts) in [(60, None, 2), (3600, Some("InvalidDBInstanceState"), 1)] {
        let behaviour =
            Behaviour { busy_after: Duration::from_secs(busy_after), ..Behaviour::quick() };
        let world = World::demo_with(behaviour, Settings::default());
        assert_eq!(world.run(&reboot_of("dev-aurora-02")).await.status(), Status::Available);
        let record = world.run(&reboot_of("dev-aurora-02")).await;
        assert_eq!(answer(&record).get("error_code").and_then(|code| code.as_str()), code);
        assert_eq!(world.rds.instance(&member("dev-aurora-02")).unwrap().status, "available");
        assert_eq!(world.rds.restarts(&member("dev-aurora-02")), restarts);
        assert!(world.rds.calls().len() < 20, "RDS is not asked without a pause");
    }
}

#[tokio::test]
async fn two_members_of_one_cluster_are_never_changed_at_once() {
    let world = World::demo();
    let first = begun(&world, &reboot_of("dev-aurora-01")).await;
    for request in
        [reboot_of("dev-aurora-02"), snapshot_of("dev-aurora-02"), failover_of("dev-aurora-01")]
    {
        let failure = refused(&world, &request).await;
        assert_eq!(failure.code, Code::InstanceBusy, "{request}");
        assert_eq!(failure.facts["running_operation_id"], json!(first.id));
    }
    let filter = InstanceFilter { limit: 100, ..InstanceFilter::default() };
    let busy: Vec<String> = world
        .service
        .instances(&filter)
        .await
        .unwrap()
        .items
        .into_iter()
        .filter(|view| view.operation == Some(first.id))
        .map(|view| view.item.target.instance_id.to_string())
        .collect();
    assert_eq!(busy, ["dev-aurora-01", "dev-aurora-02"]);
    world.run_to_end(first.id).await;
    assert_eq!(world.run(&reboot_of("dev-aurora-02")).await.status(), Status::Available);
}

#[tokio::test]
async fn an_outdated_cluster_membership_is_rejected() {
    let cases = [
        ("a member that the inventory takes to stand alone", "dev-aurora-01", None),
        ("an instance that it takes for a member", "dev-postgres-01", Some(AURORA_CLUSTER)),
        ("a member of another cluster", "dev-aurora-01", Some(MULTI_AZ_CLUSTER)),
    ];
    for (what, name, says) in cases {
        let world = World::demo();
        let mut item =
            fleet::demo().into_iter().find(|(item, _)| item.target == member(name)).unwrap().0;
        item.db_cluster_id = says.map(|id| id.parse().unwrap());
        world.inventory.put(item);
        for request in [snapshot_of(name), window_of(name), reboot_of(name)] {
            let record = world.run(&request).await;
            assert_eq!(
                answer(&record)["error_code"],
                json!("inventory_outdated"),
                "{what}: {request}"
            );
        }
        assert_eq!(world.rds.calls(), [], "{what}");
    }
}

/// The refusal of a reboot can't be stored, so that nobody knows whether it was sent. Its lease is
/// on the instance that the inventory takes to stand alone, and keeps no operation on the cluster
/// from restarting it.
#[tokio::test]
async fn a_restart_of_an_unknown_member_is_ambiguous() {
    for request in [reboot_of("dev-aurora-01"), failover_of("dev-aurora-01")] {
        let world = World::demo();
        let mut item = fleet::demo()
            .into_iter()
            .find(|(item, _)| item.target == member("dev-aurora-01"))
            .unwrap()
            .0;
        item.db_cluster_id = None;
        world.inventory.put(item);
        world.store.fail_next(Call::Commit, 1, Side::Before);
        let unsent = begun(&world, &request).await;
        assert_eq!(unsent.status(), Status::Submitting);
        world.clock.advance(Duration::from_secs(70));
        begun(&world, &failover_of("dev-aurora-02")).await;
        let unsent = world.run_to_end(unsent.id).await;
        assert_eq!(answer(&unsent)["error_code"], json!("outcome_unknown"), "{request}");
        assert!(world.rds.restarts(&member("dev-aurora-01")) > 0, "another operation restarted it");
    }
}

#[tokio::test]
async fn a_lost_cluster_response_never_sends_a_second_failover() {
    let silent = || Behaviour { events: Events::Never, ..Behaviour::quick() };
    for (request, behaviour, fault, ends, calls) in [
        (
            snapshot_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostAfter,
            Status::Available,
            1,
        ),
        (
            snapshot_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostBefore,
            Status::Available,
            1,
        ),
        (
            window_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostAfter,
            Status::Available,
            1,
        ),
        (
            window_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostBefore,
            Status::Available,
            1,
        ),
        (
            failover_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostAfter,
            Status::Available,
            1,
        ),
        (failover_of("dev-aurora-01"), silent(), SendFault::LostAfter, Status::Available, 1),
        (
            failover_of("dev-aurora-01"),
            Behaviour::quick(),
            SendFault::LostBefore,
            Status::Failed,
            0,
        ),
    ] {
        let world = World::demo_with(behaviour, Settings::default());
        world.rds.inject(Fault::next_send(fault.clone()));
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::Unresolved);
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), ends, "{request} {fault:?}");
        assert_eq!(world.rds.calls().iter().filter(|call| call.is_accepted()).count(), calls);
        assert_eq!(
            done_to_cluster(&world, &record),
            ends == Status::Available,
            "{request} {fault:?}"
        );
        if ends == Status::Failed {
            assert_eq!(answer(&record)["error_code"], json!("outcome_unknown"));
        }
    }
}

/// The record of the intent does not hold what the live read showed: the resolution has the
/// cluster's name and what RDS shows afterwards.
#[tokio::test]
async fn a_crash_before_commit_is_resolved_by_describing_the_cluster() {
    use ops_testkit::memory::{Call, Side};
    for (request, ends) in [
        (snapshot_of("dev-aurora-01"), Status::Available),
        (window_of("dev-aurora-01"), Status::Available),
        (failover_of("dev-aurora-01"), Status::Available),
        (reboot_of("dev-aurora-01"), Status::Available),
    ] {
        let world = World::demo();
        world.store.fail_next(Call::Commit, 1, Side::Before);
        let record = begun(&world, &request).await;
        assert_eq!(record.status(), Status::Submitting, "{request}");
        assert_eq!(world.rds.calls().len(), 1);
        let record = world.run_to_end(record.id).await;
        assert_eq!(record.status(), ends, "{request}");
        assert_eq!(
            world.rds.calls().iter().filter(|call| call.is_accepted()).count(),
            1,
            "{request}"
        );
    }
    let world = World::demo_with(
        Behaviour { events: Events::Never, ..Behaviour::quick() },
        Settings::default(),
    );
    world.store.fail_next(Call::Commit, 1, Side::Before);
    let record = begun(&world, &failover_of("dev-aurora-01")).await;
    let record = world.run_to_end(record.id).await;
    assert_eq!(
        answer(&record)["error_code"],
        json!("outcome_unknown"),
        "the writer before the order is not known"
    );
    assert_eq!(world.rds.calls().len(), 1, "and so it is not sent again");
}

/// The failover of the first operation restarts the member of the second, whose own call was lost.
#[tokio::test]
async fn another_members_late_restart_is_not_evidence() {
    let late = Duration::from_secs(400);
    let slow =
        Behaviour { cluster_failover: Duration::from_secs(700), lag: late, ..Behaviour::quick() };
    let world = World::demo_with(slow, Settings::default());
    let mut first = begun(&world, &failover_of("dev-aurora-02")).await;
    while first.status() != Status::Timeout {
        world.clock.advance_to(first.next_at().unwrap());
        first = world.service.advance(first.id).await.unwrap();
    }
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let second = begun(&world, &reboot_of("dev-aurora-01")).await;
    assert_eq!(second.status(), Status::Unresolved, "{:?}", answer(&second));
    let second = world.run_to_end(second.id).await;
    assert_eq!(answer(&second)["error_code"], json!("outcome_unknown"));
}

/// The writer is up again, and its reader restarts only then: not because of the reboot that never
/// reached RDS.
#[tokio::test]
async fn a_reader_that_restarts_after_its_writer_proves_no_reboot() {
    let slow = Behaviour { readers_lag: Duration::from_secs(100), ..Behaviour::quick() };
    let world = World::demo_with(slow, Settings::default());
    for name in ["dev-aurora-01", "dev-aurora-02"] {
        world.rds.add(member(name), aurora_member("14.6"));
    }
    assert_eq!(world.run(&reboot_of("dev-aurora-01")).await.status(), Status::Available);
    world.clock.advance(Duration::from_secs(15));
    world.rds.inject(Fault::next_send(SendFault::LostBefore));
    let second = begun(&world, &reboot_of("dev-aurora-02")).await;
    assert_eq!(second.status(), Status::Unresolved, "{:?}", answer(&second));
    let second = world.run_to_end(second.id).await;
    assert_eq!(
        world.rds.restarts(&member("dev-aurora-02")),
        1,
        "the one that the writer's reboot caused"
    );
    assert_eq!(answer(&second)["error_code"], json!("outcome_unknown"));
}

#[tokio::test]
async fn a_member_needs_one_round_of_describes() {
    for request in
        [snapshot_of("dev-aurora-01"), window_of("dev-aurora-01"), failover_of("dev-aurora-01")]
    {
        let world = World::demo();
        begun(&world, &request).await;
        assert_eq!((world.rds.look_count(), world.rds.calls().len()), (1, 1), "{request}");
    }
}

#[derive(Clone, Debug)]
struct Story {
    behaviour: Behaviour,
    fault: Option<SendFault>,
    request: usize,
}

prop_compose! {
    fn story()(
        seed in any::<u64>(),
        lag in 0..90_u64, stale in 0..90_u64,
        failover in 1..2_000_u64, snapshot in 1..2_000_u64, window in 0..60_u64,
        events in prop_oneof![Just(Events::Never), (0..600_u64).prop_map(|s| Events::After(Duration::from_secs(s)))],
        outcome in prop_oneof![
            Just(FailoverOutcome::Completes), Just(FailoverOutcome::Abandoned), Just(FailoverOutcome::AbandonedAfterRestart),
        ],
        snapshot_ends_in in prop_oneof![4 => Just("available"), 1 => Just("failed")],
        fault in prop_oneof![
            2 => Just(None), 1 => Just(Some(SendFault::LostAfter)), 1 => Just(Some(SendFault::LostBefore)),
        ],
        request in 0..3_usize,
    ) -> Story {
        let behaviour = Behaviour {
            seed, jitter: 0.5, lag: Duration::from_secs(lag), stale_for: Duration::from_secs(stale),
            cluster_failover: Duration::from_secs(failover), snapshot: Duration::from_secs(snapshot),
            window_delay: Duration::from_secs(window), events, failover_outcome: outcome,
            snapshot_ends_in: snapshot_ends_in.to_owned(), ..Behaviour::quick()
        };
        Story { behaviour, fault, request }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever the world, `success: true` about a cluster is true, and RDS took one call at most.
    #[test]
    fn cluster_success_implies_that_rds_did_it(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::demo_with(story.behaviour, Settings::default());
            if let Some(fault) = story.fault {
                world.rds.inject(Fault::next_send(fault));
            }
            let requests = [snapshot_of("dev-aurora-01"), window_of("dev-aurora-01"), failover_of("dev-aurora-01")];
            let record = world.run(&requests[story.request]).await;
            if answer(&record)["success"] == json!(true) {
                assert!(done_to_cluster(&world, &record), "{:?}", record.state);
            }
            let accepted = world.rds.calls().into_iter().filter(ops_testkit::simulated_rds::RecordedCall::is_accepted);
            let unsafe_calls = accepted.filter(|call| !matches!(call.call, RdsCall::ModifyDbCluster { .. })).count();
            assert!(unsafe_calls <= 1);
        });
    }
}

#[tokio::test]
async fn a_single_instance_is_as_free_as_ever_while_a_cluster_is_held() {
    let instance = SimulatedInstance::new("postgres").tag("env", "dev");
    let world = World::demo();
    let alone = member(AURORA_CLUSTER);
    world.inventory.put(instance.inventory_item(&alone));
    world.rds.add(alone, instance);
    begun(&world, &snapshot_of("dev-aurora-01")).await;
    let record = world.run(&reboot_of(AURORA_CLUSTER)).await;
    assert_eq!(
        record.status(),
        Status::Available,
        "an instance of the cluster's name is another thing"
    );
}
