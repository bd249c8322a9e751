//! The simulated RDS keeps the promises that its documentation makes.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests may panic as the tests do")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ops_domain::cluster::TargetIds;
use ops_domain::guidance::all_statuses;
use ops_domain::id::OperationId;
use ops_domain::instance::{InstanceRef, LiveInstance};
use ops_domain::observation::{EventKind, Observation, ObserveRequest, Snapshot};
use ops_domain::operation::Operation;
use ops_domain::ports::{Clock, ObserveError, RdsControl, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_domain::tag::Tag;
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{self, target};
use ops_testkit::sample::{self, calls};
use ops_testkit::simulated_rds::{
    Behaviour, Events, FailoverOutcome, Fault, ObserveFault, Outcome, SendFault, SimulatedInstance,
    SimulatedRds, State,
};

const SECOND: Duration = Duration::from_secs(1);

/// An RDS with one instance and a clock to move.
struct Setup {
    clock: VirtualClock,
    rds: SimulatedRds,
    target: InstanceRef,
}

impl Setup {
    fn new(instance: SimulatedInstance) -> Self {
        Self::behaving(Behaviour::quick(), instance)
    }

    fn behaving(behaviour: Behaviour, instance: SimulatedInstance) -> Self {
        let clock = VirtualClock::new(sample::start());
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour);
        let target = dev();
        rds.add(target.clone(), instance);
        Self { clock, rds, target }
    }

    async fn send(&self, call: RdsCall) -> Result<Receipt, SendError> {
        let id = OperationId::first_at(1);
        self.rds.send(&sample::authorized(id, &self.target, call, self.clock.now())).await.answer
    }

    async fn request(&self) -> Observation {
        let mut request = ObserveRequest::instance(&self.target.instance_id);
        request.merge(ObserveRequest::snapshot(&"snap-1".parse().unwrap()));
        request = request.with_events_of(&self.target.instance_id, sample::start());
        self.rds.observe(&self.target.scope(), &request).await.unwrap()
    }

    async fn live(&self) -> LiveInstance {
        self.request()
            .await
            .instances
            .remove(&self.target.instance_id)
            .expect("the instance is shown")
    }

    async fn snapshot(&self) -> Option<Snapshot> {
        self.request().await.snapshots.into_values().next()
    }

    async fn events(&self) -> Vec<EventKind> {
        self.request().await.events.into_iter().map(|event| event.kind).collect()
    }
}

fn snapshot(name: &str) -> RdsCall {
    let tags = vec![Tag::new("Owner", "alice").unwrap()];
    calls::snapshot(&dev().instance_id, &name.parse().unwrap(), tags)
}

fn reboot(force_failover: bool) -> RdsCall {
    let id = &dev().instance_id;
    if force_failover { calls::reboot_with_failover(id) } else { calls::reboot(id) }
}

fn window(text: &str, apply_immediately: bool) -> RdsCall {
    calls::window(&dev().instance_id, text, apply_immediately)
}

/// The one instance of a [`Setup`].
fn dev() -> InstanceRef {
    target("111122223333", "eu-central-1", "dev-1")
}

fn postgres() -> SimulatedInstance {
    SimulatedInstance::new("postgres")
}

#[tokio::test]
async fn a_snapshot_progresses_until_available() {
    let setup = Setup::new(postgres());
    setup.send(snapshot("snap-1")).await.unwrap();
    let mut percents = Vec::new();
    for _ in 0..5 {
        let snapshot = setup.snapshot().await.unwrap();
        assert_eq!(snapshot.status, "creating");
        assert_eq!(snapshot.tags["Owner"], "alice");
        percents.push(snapshot.percent.unwrap());
        setup.clock.advance(12 * SECOND);
    }
    assert!(percents.is_sorted() && percents[0] == 0 && percents[4] > 50, "{percents:?}");
    let done = setup.snapshot().await.unwrap();
    assert_eq!((done.status.as_str(), done.percent), ("available", Some(100)));
    assert!(done.created_at.is_some() && done.arn.is_some());
    assert_eq!(setup.rds.snapshots(&setup.target), [done]);
}

#[tokio::test]
async fn an_instance_is_backing_up_while_a_snapshot_begins() {
    let setup = Setup::new(postgres());
    setup.send(snapshot("snap-1")).await.unwrap();
    assert_eq!(setup.live().await.status, "backing-up");
    setup.clock.advance(30 * SECOND);
    assert_eq!(setup.live().await.status, "available");
    assert_eq!(setup.snapshot().await.unwrap().status, "creating");
}

#[tokio::test]
async fn rds_refuses_what_it_can_not_do_with_its_own_codes() {
    let member = || postgres().member_of("cluster-1");
    let cases = [
        (
            "a snapshot while stopped",
            postgres().status("stopped"),
            snapshot("s"),
            "InvalidDBInstanceState",
        ),
        (
            "a reboot while backing up",
            postgres().status("backing-up"),
            reboot(false),
            "InvalidDBInstanceState",
        ),
        (
            "a window while modifying",
            postgres().status("modifying"),
            window("01:00-02:00", false),
            "InvalidDBInstanceState",
        ),
        ("a failover without a standby", postgres(), reboot(true), "InvalidParameterCombination"),
        ("a snapshot of a cluster member", member(), snapshot("s"), "InvalidParameterCombination"),
        (
            "a window of a cluster member",
            member(),
            window("01:00-02:00", false),
            "InvalidParameterCombination",
        ),
        (
            "a window in the maintenance",
            postgres(),
            window("05:00-06:00", false),
            "InvalidParameterValue",
        ),
    ];
    for (what, instance, call, expected) in cases {
        let setup = Setup::new(instance.clone());
        let refused = setup.send(call).await;
        assert!(
            matches!(refused, Err(SendError::Refused { ref code, .. }) if code == expected),
            "{what}: {refused:?}"
        );
        assert_eq!(
            setup.rds.calls()[0].outcome,
            Outcome::Refused { code: expected.into() },
            "{what}"
        );
        assert_eq!(setup.live().await, instance.live(&setup.target), "{what} changes nothing");
    }
}

/// RDS User Guide, "Tagging Amazon RDS resources".
#[tokio::test]
async fn any_tag_that_is_sent_turns_the_copying_of_tags_off() {
    let instance = || postgres().tag("Team", "orders").tag("aws:stack", "s-1");
    let untagged = || calls::snapshot(&dev().instance_id, &"snap-1".parse().unwrap(), Vec::new());
    for (instance, call, keys) in [
        (instance().copying_tags(), untagged(), &["Team"][..]),
        (instance().copying_tags(), snapshot("snap-1"), &["Owner"]),
        (instance(), untagged(), &[]),
    ] {
        let setup = Setup::new(instance);
        setup.send(call).await.unwrap();
        assert_eq!(setup.snapshot().await.unwrap().tags.into_keys().collect::<Vec<_>>(), keys);
    }
}

/// The service and the simulated RDS have their tables each by itself, from the same documentation.
#[tokio::test]
async fn rds_accepts_in_just_the_statuses_in_which_the_service_asks() {
    for status in all_statuses().map(|guidance| guidance.code).chain(["available"]) {
        let allowed = Operation::allowed_statuses().iter();
        for ((name, allowed), example) in allowed.zip(Operation::examples()) {
            let setup = Setup::new(postgres().status(status));
            let long_ago = sample::start() - chrono::TimeDelta::days(1);
            setup.rds.add_own_snapshot(&setup.target, "before-migration", long_ago, &[]);
            let instance = &setup.target.instance_id;
            let call = example.likely_call(TargetIds { instance, cluster: None });
            // RDS asks nothing of the instance whose snapshot it deletes. The service asks more.
            let expected = call.deletes_snapshot() || allowed.instance_in(status);
            let accepted = setup.send(call).await.is_ok();
            assert_eq!(accepted, expected, "{name} in {status}");
        }
    }
}

#[tokio::test]
async fn an_instance_that_is_gone_is_neither_shown_nor_changed() {
    let setup = Setup::new(postgres());
    setup.rds.remove(&setup.target);
    let refused = setup.send(reboot(false)).await;
    assert!(
        matches!(refused, Err(SendError::Refused { ref code, .. }) if code == "DBInstanceNotFound")
    );
    assert_eq!(setup.request().await, Observation::default());
}

#[tokio::test]
async fn snapshot_names_are_unique_and_limited() {
    let setup = Setup::new(postgres());
    for number in 0..100 {
        setup.send(snapshot(&format!("snap-{number}"))).await.unwrap();
        setup.clock.advance(60 * SECOND);
    }
    for (name, expected) in
        [("snap-1", "DBSnapshotAlreadyExists"), ("snap-100", "SnapshotQuotaExceeded")]
    {
        let refused = setup.send(snapshot(name)).await;
        assert!(
            matches!(refused, Err(SendError::Refused { ref code, .. }) if code == expected),
            "{refused:?}"
        );
    }
    setup.rds.remove_snapshot(&setup.target.scope(), "snap-0");
    setup.send(snapshot("snap-100")).await.unwrap();
}

#[tokio::test]
async fn a_reboot_has_events_and_applies_parameters() {
    let setup = Setup::new(postgres().pending_parameters());
    let receipt = setup.send(reboot(false)).await.unwrap();
    assert_eq!(receipt.instance_status.as_deref(), Some("rebooting"));
    assert_eq!(setup.live().await.status, "rebooting");
    assert!(setup.live().await.parameters_pending_reboot());
    setup.clock.advance(40 * SECOND);
    assert_eq!(setup.live().await.status, "available");
    assert_eq!(setup.events().await, [EventKind::Shutdown, EventKind::Restarted]);
    assert!(!setup.live().await.parameters_pending_reboot());
    assert_eq!(setup.rds.restarts(&setup.target), 1);
}

#[tokio::test]
async fn a_failover_swaps_zones_and_applies_no_static_parameters() {
    let setup = Setup::new(postgres().multi_az().pending_parameters());
    let before = setup.live().await;
    setup.send(reboot(true)).await.unwrap();
    setup.clock.advance(50 * SECOND);
    let after = setup.live().await;
    assert_eq!(after.status, "available");
    assert_eq!(after.availability_zone, before.secondary_availability_zone);
    assert_eq!(after.secondary_availability_zone, before.availability_zone);
    assert!(after.parameters_pending_reboot());
    use EventKind::{FailoverCompleted, FailoverStarted, Restarted, Shutdown};
    assert_eq!(setup.events().await, [Shutdown, FailoverStarted, Restarted, FailoverCompleted]);
}

#[tokio::test]
async fn an_accepted_failover_can_be_abandoned() {
    for (outcome, restarts) in
        [(FailoverOutcome::Abandoned, 0), (FailoverOutcome::AbandonedAfterRestart, 1)]
    {
        let behaviour = Behaviour { failover_outcome: outcome, ..Behaviour::quick() };
        let setup = Setup::behaving(behaviour, postgres().multi_az());
        let before = setup.live().await;
        setup.send(reboot(true)).await.unwrap();
        setup.clock.advance(60 * SECOND);
        assert_eq!(setup.live().await, before, "{outcome:?}");
        assert!(setup.events().await.contains(&EventKind::FailoverAbandoned), "{outcome:?}");
        assert_eq!(setup.rds.restarts(&setup.target), restarts, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_reboot_that_fails_ends_in_its_status_with_the_event() {
    let behaviour =
        Behaviour { reboot_ends_in: "incompatible-parameters".into(), ..Behaviour::quick() };
    let setup = Setup::behaving(behaviour, postgres());
    setup.send(reboot(false)).await.unwrap();
    setup.clock.advance(60 * SECOND);
    assert_eq!(setup.live().await.status, "incompatible-parameters");
    assert_eq!(setup.events().await, [EventKind::Shutdown, EventKind::RestartFailed]);
}

#[tokio::test]
async fn a_window_shows_after_the_delay_without_a_change_of_status() {
    let behaviour = Behaviour { window_delay: 5 * SECOND, ..Behaviour::quick() };
    let setup = Setup::behaving(behaviour, postgres().pending("DBInstanceClass", "db.r6g.large"));
    setup.send(window("01:00-02:00", false)).await.unwrap();
    assert_eq!(setup.live().await.backup_window, Some("03:00-03:30".parse().unwrap()));
    setup.clock.advance(5 * SECOND);
    let live = setup.live().await;
    assert_eq!(
        (live.backup_window, live.status.as_str()),
        (Some("01:00-02:00".parse().unwrap()), "available")
    );
    assert_eq!(live.pending_modifications.len(), 1);
    assert!(setup.rds.calls()[0].pending_flushed.is_empty());
}

#[tokio::test]
async fn apply_immediately_also_applies_everything_else_that_waits() {
    let setup = Setup::new(postgres().pending("DBInstanceClass", "db.r6g.large"));
    setup.send(window("01:00-02:00", true)).await.unwrap();
    assert_eq!(setup.rds.calls()[0].pending_flushed["DBInstanceClass"], "db.r6g.large");
    assert_eq!(setup.live().await.status, "modifying");
    setup.clock.advance(60 * SECOND);
    let live = setup.live().await;
    assert_eq!(
        (live.status.as_str(), live.instance_class.as_deref()),
        ("available", Some("db.r6g.large"))
    );
    assert!(live.pending_modifications.is_empty());
}

#[tokio::test]
async fn a_change_shows_after_the_lag_but_counts_at_once() {
    let behaviour = Behaviour { lag: 5 * SECOND, ..Behaviour::quick() };
    let setup = Setup::behaving(behaviour, postgres());
    setup.send(snapshot("snap-1")).await.unwrap();
    assert_eq!(setup.live().await.status, "available");
    assert_eq!(setup.snapshot().await, None);
    assert!(matches!(setup.send(reboot(false)).await, Err(SendError::Refused { .. })));
    setup.clock.advance(5 * SECOND);
    assert_eq!(setup.live().await.status, "backing-up");
    assert!(setup.snapshot().await.is_some());
}

#[tokio::test]
async fn for_a_while_some_reads_are_stale_and_then_none() {
    let behaviour = Behaviour { stale_for: 10 * SECOND, ..Behaviour::quick() };
    let setup = Setup::behaving(behaviour, postgres());
    setup.send(reboot(false)).await.unwrap();
    setup.clock.advance(SECOND);
    let mut stale = 0;
    for _ in 0..40 {
        stale += usize::from(setup.live().await.status == "available");
    }
    assert!((1..40).contains(&stale), "{stale} of 40 reads are stale");
    setup.clock.advance(10 * SECOND);
    for _ in 0..40 {
        assert_eq!(setup.live().await.status, "rebooting");
    }
}

#[tokio::test]
async fn events_come_late_or_never_as_the_behaviour_says() {
    for (events, at_once, later) in [(Events::After(20 * SECOND), 0, 2), (Events::Never, 0, 0)] {
        let setup = Setup::behaving(Behaviour { events, ..Behaviour::quick() }, postgres());
        setup.send(reboot(false)).await.unwrap();
        setup.clock.advance(4 * SECOND);
        assert_eq!(setup.events().await.len(), at_once, "{events:?}");
        setup.clock.advance(60 * SECOND);
        assert_eq!(setup.events().await.len(), later, "{events:?}");
    }
}

#[tokio::test]
async fn events_default_to_the_last_hour() {
    let setup = Setup::new(postgres());
    setup.send(reboot(false)).await.unwrap();
    setup.clock.advance(50 * 60 * SECOND);
    let request = ObserveRequest {
        events_of: [setup.target.instance_id.clone()].into(),
        ..ObserveRequest::default()
    };
    let scope = setup.target.scope();
    assert_eq!(setup.rds.observe(&scope, &request).await.unwrap().events.len(), 2);
    setup.clock.advance(15 * 60 * SECOND);
    assert_eq!(setup.rds.observe(&scope, &request).await.unwrap().events, []);
}

#[tokio::test]
async fn each_fault_of_a_call_says_the_truth_about_what_happened() {
    let refused = SendFault::Refused { code: "InternalFailure".into() };
    let cases = [
        (SendFault::Throttled, 0, 0),
        (SendFault::Denied, 0, 0),
        (SendFault::Unauthenticated, 0, 0),
        (SendFault::Unavailable, 0, 0),
        (SendFault::LostBefore, 0, 0),
        (SendFault::LostAfter, 1, 1),
        (refused, 1, 0),
    ];
    for (fault, arrived, restarted) in cases {
        let setup = Setup::new(postgres());
        setup.rds.inject(Fault::next_send(fault.clone()));
        let error = setup.send(reboot(false)).await.unwrap_err();
        let reported = match fault {
            SendFault::Throttled => matches!(error, SendError::Throttled),
            SendFault::Denied => matches!(error, SendError::Denied { .. }),
            SendFault::Unauthenticated => matches!(error, SendError::Unauthenticated { .. }),
            SendFault::Unavailable => matches!(error, SendError::NotSent(_)),
            SendFault::LostBefore | SendFault::LostAfter => {
                matches!(error, SendError::MayHaveHappened(_))
            }
            SendFault::Refused { .. } => {
                matches!(error, SendError::Refused { ref code, .. } if code == "InternalFailure")
            }
        };
        assert!(reported, "{fault:?}: {error:?}");
        assert_eq!(setup.rds.calls().len(), arrived, "{fault:?}");
        assert_eq!(setup.rds.restarts(&setup.target), restarted, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_hits_the_nth_call_and_no_other() {
    let setup = Setup::new(postgres());
    setup.rds.inject(Fault::Observe { nth: 2, fault: ObserveFault::Throttled });
    let request = ObserveRequest::instance(&setup.target.instance_id);
    let scope = setup.target.scope();
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(setup.rds.observe(&scope, &request).await);
    }
    assert!(
        matches!(answers.as_slice(), [Ok(_), Err(ObserveError::Throttled), Ok(_)]),
        "{answers:?}"
    );
    assert_eq!(setup.rds.look_count(), 3);
}

#[tokio::test]
async fn statuses_and_tags_can_be_set() {
    let setup = Setup::behaving(Behaviour { lag: 10 * SECOND, ..Behaviour::quick() }, postgres());
    setup.send(reboot(false)).await.unwrap();
    setup.rds.set_status(&setup.target, "storage-full");
    setup.rds.set_tags(&setup.target, [("Environment".to_owned(), "Production".to_owned())].into());
    assert_eq!(setup.live().await.tags["Environment"], "Production");
    for _ in 0..3 {
        assert_eq!(setup.live().await.status, "storage-full");
        setup.clock.advance(60 * SECOND);
    }
}

#[tokio::test]
async fn one_name_in_two_accounts_is_two_instances() {
    let setup = Setup::new(postgres());
    let other = target("333344445555", "us-east-1", "dev-1");
    setup.rds.add(other.clone(), SimulatedInstance::new("mysql"));
    setup.send(reboot(false)).await.unwrap();
    let request = ObserveRequest::instance(&other.instance_id);
    let seen = setup.rds.observe(&other.scope(), &request).await.unwrap();
    assert_eq!(seen.instances[&other.instance_id], SimulatedInstance::new("mysql").live(&other));
    assert_eq!((setup.rds.restarts(&setup.target), setup.rds.restarts(&other)), (1, 0));
}

#[tokio::test]
async fn a_state_that_was_stored_goes_on_where_it_was() {
    let setup = Setup::new(postgres());
    let stored: Arc<Mutex<String>> = Arc::default();
    let storage = Arc::clone(&stored);
    setup
        .rds
        .on_change(move |state| *storage.lock().unwrap() = serde_json::to_string(state).unwrap());
    setup.send(snapshot("snap-1")).await.unwrap();
    let state: State = serde_json::from_str(&stored.lock().unwrap()).unwrap();
    let restored = SimulatedRds::restore(Arc::new(setup.clock.clone()), Behaviour::quick(), state);
    for _ in 0..8 {
        setup.clock.advance(10 * SECOND);
        assert_eq!(restored.state(), setup.rds.state());
    }
    assert_eq!(restored.snapshots(&setup.target)[0].status, "available");
    assert_eq!(restored.calls(), setup.rds.calls());
}

#[tokio::test]
async fn the_hook_is_called_only_for_changes() {
    let setup = Setup::new(postgres());
    let calls: Arc<AtomicUsize> = Arc::default();
    let counter = Arc::clone(&calls);
    setup.rds.on_change(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    setup.request().await;
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    setup.send(reboot(false)).await.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    async fn run(seed: u64) -> Vec<Observation> {
        let setup = Setup::behaving(Behaviour::realistic(seed), postgres().multi_az());
        setup.send(snapshot("snap-1")).await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..60 {
            setup.clock.advance(7 * SECOND);
            seen.push(setup.request().await);
        }
        seen
    }
    assert_eq!(run(7).await, run(7).await);
    assert_ne!(run(7).await, run(8).await);
}

#[tokio::test]
async fn speed_divides_every_duration() {
    let setup = Setup::behaving(Behaviour::quick().at_speed(20.0), postgres());
    setup.send(reboot(false)).await.unwrap();
    setup.clock.advance(2 * SECOND);
    assert_eq!(setup.live().await.status, "available");
    assert_eq!(setup.events().await.len(), 2);
}

#[tokio::test]
async fn the_demo_fleet_is_found_where_its_inventory_says() {
    let setup = Setup::new(postgres());
    let items = fleet::settle_demo(&setup.rds);
    assert!(items.len() >= 12);
    for item in items {
        let live = setup.rds.instance(&item.target).expect("it is there");
        assert!(
            live.is_in(item.db_cluster_id.as_ref()) && live.engine == item.engine,
            "{}",
            item.target
        );
    }
    for (cluster, described) in fleet::demo_clusters() {
        let request =
            ObserveRequest::cluster(&cluster.cluster_id).with_members_of(&cluster.cluster_id);
        let seen = setup.rds.observe(&cluster.scope(), &request).await.unwrap();
        assert_eq!(seen.clusters[&cluster.cluster_id], described.live(&cluster));
        let members: Vec<&str> = seen.instances.keys().map(|id| id.as_str()).collect();
        assert_eq!(members, described.members, "{cluster}");
    }
}
