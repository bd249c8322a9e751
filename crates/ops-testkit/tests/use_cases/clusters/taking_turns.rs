//! Who is in whose way, and whose evidence it is.

use super::*;

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
        .queries()
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
        first = world.service.driver().advance(first.id).await.unwrap();
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
