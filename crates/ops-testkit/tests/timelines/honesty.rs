//! In no simulated world is `success: true` answered about something that RDS did not do.

use std::time::Duration;

use ops_domain::state::Status;
use ops_testkit::simulated_rds::{
    Behaviour, ClassOutcome, Events, FailoverOutcome, Fault, ObserveFault, SendFault, StartOutcome,
};
use ops_testkit::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::walk::{SECOND, Walk, postgres};

fn seconds(range: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_secs)
}

/// From what no poll sees to what outlasts the deadline.
fn length() -> impl Strategy<Value = Duration> {
    prop_oneof![seconds(1..30), seconds(30..300), seconds(300..20_000)]
}

fn events() -> impl Strategy<Value = Events> {
    prop_oneof![
        Just(Events::Never),
        seconds(0..60).prop_map(Events::After),
        seconds(60..10_000).prop_map(Events::After)
    ]
}

fn failover_outcome() -> impl Strategy<Value = FailoverOutcome> {
    prop_oneof![
        Just(FailoverOutcome::Completes),
        Just(FailoverOutcome::Abandoned),
        Just(FailoverOutcome::AbandonedAfterRestart),
    ]
}

fn start_outcome() -> impl Strategy<Value = StartOutcome> {
    prop_oneof![
        3 => Just(StartOutcome::Completes),
        1 => Just(StartOutcome::NoCapacity),
        1 => Just(StartOutcome::FallsBack),
    ]
}

fn class_outcome() -> impl Strategy<Value = ClassOutcome> {
    prop_oneof![
        3 => Just(ClassOutcome::Completes),
        1 => Just(ClassOutcome::NoCapacity),
        1 => Just(ClassOutcome::Fails),
    ]
}

fn end_of(usual: &'static str, others: [&'static str; 3]) -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(usual), 2 => proptest::sample::select(others.to_vec())]
        .prop_map(str::to_owned)
}

prop_compose! {
    fn behaviour()(
        seed in any::<u64>(),
        (lag, stale_for) in (seconds(0..20), seconds(0..20)),
        (reboot, failover, zone_lag, parameters_lag) in (length(), length(), length(), length()),
        (snapshot, window_delay) in (length(), length()),
        (stop, start, start_outcome) in (length(), length(), start_outcome()),
        start_ends_in in end_of("available", ["incompatible-parameters", "storage-full", "quantum-tuning"]),
        (class_change, window_in, class_outcome) in (length(), length(), class_outcome()),
        class_ends_in in end_of("available", ["incompatible-parameters", "storage-optimization", "quantum-tuning"]),
        events in events(),
        answer_shows_rebooting in any::<bool>(),
        failover_outcome in failover_outcome(),
        reboot_ends_in in end_of("available", ["incompatible-parameters", "storage-full", "quantum-tuning"]),
        parameters_end_in in end_of("in-sync", ["pending-reboot", "failed-to-apply", "applying"]),
        snapshot_ends_in in end_of("available", ["failed", "deleted", "quantum"]),
        quotas_readable in any::<bool>(),
    ) -> Behaviour {
        Behaviour {
            seed, lag, stale_for, reboot, failover, zone_lag, parameters_lag, snapshot, window_delay, events,
            answer_shows_rebooting,
            stop, start, start_outcome, start_ends_in,
            deletion: window_delay, class_change, window_in, class_outcome, class_ends_in,
            failover_outcome, reboot_ends_in, parameters_end_in, snapshot_ends_in, quotas_readable,
            jitter: 0.5,
            ..Behaviour::quick()
        }
    }
}

fn request() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        Just(("create_snapshot", json!({ "snapshot_id": "s-1" }))),
        Just(("reboot_instance", json!({}))),
        Just(("reboot_instance", json!({ "force_failover": true }))),
        Just(("modify_backup_window", json!({ "backup_window": "01:00-02:00" }))),
        Just(("modify_maintenance_window", json!({ "maintenance_window": "tue:23:00-wed:00:00" }))),
        Just(("change_parameter_group", json!({ "parameter_group": "tuned" }))),
        Just(("stop_instance", json!({}))),
        Just(("stop_instance", json!({ "snapshot_id": "s-1" }))),
        Just(("start_instance", json!({}))),
        Just(("modify_instance_class", json!({ "instance_class": "db.r6g.large" }))),
        Just((
            "modify_instance_class",
            json!({ "instance_class": "db.r6g.large", "apply_immediately": true })
        )),
        Just(("delete_snapshot", json!({ "snapshot_id": "old-1" }))),
        Just((
            "modify_backup_window",
            json!({ "backup_window": "01:00-02:00", "apply_immediately": true })
        )),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let request = prop_oneof![
        Just(ObserveFault::Throttled),
        Just(ObserveFault::Unavailable),
        Just(ObserveFault::Denied)
    ];
    let send = prop_oneof![
        Just(SendFault::Throttled),
        Just(SendFault::LostBefore),
        Just(SendFault::LostAfter),
        Just(SendFault::Refused { code: "InvalidDBInstanceState".into() }),
    ];
    prop_oneof![
        (2_u32..8, request).prop_map(|(nth, fault)| Fault::Observe { nth, fault }),
        send.prop_map(Fault::next_send),
    ]
}

/// A status in which somebody or something else puts the instance meanwhile. Not `rebooting`: where
/// RDS shows that, the engine does restart, and this only sets the status.
fn upset() -> impl Strategy<Value = (Duration, &'static str)> {
    let statuses =
        ["available", "storage-full", "modifying", "quantum-tuning", "upgrading", "stopped"];
    (seconds(1..600), proptest::sample::select(statuses.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn success_is_never_answered_where_it_did_not_happen(
        (operation, parameters) in request(),
        behaviour in behaviour(),
        (multi_az, waiting, off) in any::<(bool, bool, bool)>(),
        faults in proptest::collection::vec(fault(), 0..3),
        upsets in proptest::collection::vec(upset(), 0..3),
    ) {
        let mut instance = postgres();
        if operation == "start_instance" {
            instance = instance.status("stopped");
        }
        instance.multi_az = multi_az;
        instance.backup_retention_days = if off { 0 } else { 7 };
        let instance = if waiting { instance.pending_parameters() } else { instance };
        // What is taken back before its lost answer is resolved is sent again.
        let fails = behaviour.class_outcome == ClassOutcome::Fails;
        let falls_back = behaviour.start_outcome == StartOutcome::FallsBack;
        let repeatable = match operation {
            "modify_backup_window" | "modify_maintenance_window" | "change_parameter_group" => true,
            "stop_instance" => !upsets.is_empty(),
            "start_instance" => !upsets.is_empty() || falls_back,
            "modify_instance_class" => !upsets.is_empty() || fails,
            _ => false,
        };
        let mut walk = Walk::new(operation, parameters).on(instance).behaving(|rds| *rds = behaviour);
        walk.faults = faults;
        for (at, status) in upsets {
            walk = walk.enters(at + SECOND, status);
        }
        // The walk compares every answer with what RDS did.
        let (world, record) = walk.run();
        prop_assert!(record.status().is_terminal());
        let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
        prop_assert!(accepted <= 1 || repeatable, "{accepted} orders");
        prop_assert_eq!(outcomes(&world), 1, "outcomes on the trail");
    }

    /// With nothing in the way and every sign shown, what RDS does is found out.
    #[test]
    fn success_is_answered_where_it_happened_and_showed(
        (operation, parameters) in request(),
        seed in any::<u64>(),
        (lag, stale_for) in (seconds(0..10), seconds(0..10)),
        took in seconds(1..200),
    ) {
        let mut instance = postgres().multi_az();
        if operation == "start_instance" {
            instance = instance.status("stopped");
        }
        let walk = Walk::new(operation, parameters).on(instance).behaving(|rds| {
            *rds = Behaviour {
                seed, lag, stale_for, reboot: took, failover: took, snapshot: took, window_delay: took,
                stop: took, start: took, deletion: took, class_change: took, jitter: 0.2,
                ..Behaviour::quick()
            };
        });
        let (_, record) = walk.run();
        prop_assert_eq!(record.status(), Status::Available);
    }
}

fn outcomes(world: &World) -> usize {
    world.store.entries().iter().filter(|entry| entry.event.as_deref() == Some("outcome")).count()
}
