//! What counts as done.

use super::*;

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
    for (what, behaviour, status, reported) in rows {
        let world = World::demo_with(behaviour, Settings::default());
        let record = world.run(&failover_of("dev-aurora-01")).await;
        assert_eq!(record.status(), status, "a failover {what}");
        let answer = answer(&record);
        let said = answer.get("failover").or_else(|| answer.get("error_code"));
        assert_eq!(said, Some(&json!(reported)), "a failover {what}");
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
