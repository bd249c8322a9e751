//! Class changes in the simulated RDS keep the promises that its documentation makes.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests may panic as the tests do")]

use std::sync::Arc;
use std::time::Duration;

use ops_domain::id::OperationId;
use ops_domain::instance::{InstanceRef, LiveInstance};
use ops_domain::observation::{EventKind, ObserveRequest};
use ops_domain::ports::{Clock as _, RdsControl as _, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample::{self, calls};
use ops_testkit::simulated_rds::{
    Behaviour, ClassOutcome, SimulatedCluster, SimulatedInstance, SimulatedRds, State,
};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);
const LARGE: &str = "db.r6g.large";

/// An RDS with one instance and a clock to move.
struct Setup {
    clock: VirtualClock,
    rds: SimulatedRds,
}

impl Setup {
    fn new(instance: SimulatedInstance) -> Self {
        Self::behaving(Behaviour::quick(), instance)
    }

    fn behaving(behaviour: Behaviour, instance: SimulatedInstance) -> Self {
        let clock = VirtualClock::new(sample::start());
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour);
        rds.add(db(), instance);
        Self { clock, rds }
    }

    async fn send(&self, call: RdsCall) -> Result<Receipt, SendError> {
        let id = OperationId::first_at(1);
        self.rds.send(&sample::authorized(id, &db(), call, self.clock.now())).await.answer
    }

    fn live(&self) -> LiveInstance {
        self.rds.instance(&db()).unwrap()
    }

    /// The status, the class and the waiting class after this time.
    fn shown(&self, pause: Duration) -> String {
        self.clock.advance(pause);
        let live = self.live();
        let waits = live.pending_modifications.get("DBInstanceClass");
        let waits = waits.map(|class| format!(", waits {class}")).unwrap_or_default();
        format!("{} {}{waits}", live.status, live.instance_class.unwrap())
    }

    async fn events(&self) -> Vec<EventKind> {
        let request = ObserveRequest::default().with_events_of(&db().instance_id, sample::start());
        let seen = self.rds.observe(&db().scope(), &request).await.unwrap();
        seen.events.into_iter().map(|event| event.kind).collect()
    }

    /// Whether `class` can be ordered, and the nearest class otherwise.
    async fn orderable(&self, class: &str) -> String {
        let class = class.parse().unwrap();
        let request = ObserveRequest::orderable(&db().instance_id, &class);
        let seen = self.rds.observe(&db().scope(), &request).await.unwrap();
        let (orderable, live) = (&seen.orderable[&db().instance_id], self.live());
        if orderable.fits(&live) {
            return "yes".to_owned();
        }
        orderable.nearest(&class, &live, |_| true)[0].to_string()
    }
}

fn db() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "db-1")
}

fn postgres() -> SimulatedInstance {
    SimulatedInstance::new("postgres")
}

fn now() -> RdsCall {
    calls::class(&db().instance_id, LARGE, true)
}

fn in_window() -> RdsCall {
    calls::class(&db().instance_id, LARGE, false)
}

fn code(answer: Result<Receipt, SendError>) -> String {
    match answer {
        Err(SendError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_change_now_takes_its_time_and_restarts() {
    let setup = Setup::new(postgres());
    setup.send(now()).await.unwrap();
    let changing = "modifying db.t4g.medium, waits db.r6g.large";
    assert_eq!(setup.shown(SECOND), changing);
    assert_eq!(setup.shown(60 * SECOND), changing);
    assert_eq!(setup.shown(5 * SECOND), "modifying db.r6g.large");
    assert_eq!(setup.shown(14 * SECOND), "available db.r6g.large");
    let (started, changed) = (EventKind::ClassChangeStarted, EventKind::ClassChanged);
    let expected = [started, EventKind::Shutdown, EventKind::Restarted, changed];
    assert_eq!(setup.events().await, expected);
}

#[tokio::test]
async fn a_standby_takes_over() {
    let setup = Setup::new(postgres().multi_az());
    let before = setup.live();
    setup.send(now()).await.unwrap();
    assert_eq!(setup.shown(80 * SECOND), "available db.r6g.large");
    let after = setup.live();
    assert_eq!(after.availability_zone, before.secondary_availability_zone);
    assert!(setup.events().await.contains(&EventKind::FailoverCompleted));
}

#[tokio::test]
async fn a_change_for_the_window_waits_for_it() {
    let setup = Setup::new(postgres().pending("AllocatedStorage", "200"));
    setup.send(in_window()).await.unwrap();
    let waiting = "available db.t4g.medium, waits db.r6g.large";
    assert_eq!(setup.shown(SECOND), waiting);
    assert_eq!(setup.shown(3 * DAY - 2 * SECOND), waiting);
    assert_eq!(setup.shown(2 * SECOND), "modifying db.t4g.medium, waits db.r6g.large");
    assert_eq!(setup.shown(80 * SECOND), "available db.r6g.large");
    assert!(setup.live().pending_modifications.is_empty(), "what waits is applied with it");
}

/// Also where the state was stored meanwhile. A class that was taken back does not change.
#[tokio::test]
async fn what_became_due_while_nobody_looked_has_happened() {
    let setup = Setup::new(postgres());
    setup.send(in_window()).await.unwrap();
    let stored = serde_json::to_string(&setup.rds.state()).unwrap();
    setup.clock.advance(30 * DAY);
    let state: State = serde_json::from_str(&stored).unwrap();
    let rds = SimulatedRds::restore(Arc::new(setup.clock.clone()), Behaviour::quick(), state);
    assert_eq!(rds.instance(&db()).unwrap().instance_class.as_deref(), Some(LARGE));

    let setup = Setup::new(postgres());
    setup.send(in_window()).await.unwrap();
    setup.send(calls::class(&db().instance_id, "db.t4g.medium", false)).await.unwrap();
    assert_eq!(setup.shown(30 * DAY), "available db.t4g.medium");
}

#[tokio::test]
async fn apply_immediately_applies_everything_that_waits() {
    let setup = Setup::new(postgres().pending("AllocatedStorage", "200"));
    setup.send(now()).await.unwrap();
    let flushed = setup.rds.calls()[0].pending_flushed.clone();
    assert_eq!(flushed, [("AllocatedStorage".to_owned(), "200".to_owned())].into());
    let setup = Setup::new(postgres().pending("DBInstanceClass", LARGE));
    setup.send(now()).await.unwrap();
    assert!(setup.rds.calls()[0].pending_flushed.is_empty(), "it is what was asked for");
}

#[tokio::test]
async fn rds_refuses_classes_with_its_own_codes() {
    let (state, combination) = ("InvalidDBInstanceState", "InvalidParameterCombination");
    let express = || SimulatedInstance::new("sqlserver-ex");
    let class = |class: &str| calls::class(&db().instance_id, class, true);
    for (what, instance, call, expected) in [
        ("a stopped one", postgres().status("stopped"), now(), state),
        ("the same class", postgres().class(LARGE), now(), combination),
        ("a class that is none", postgres(), class("db.r6g.gigantic"), combination),
        ("a class of another engine", express(), now(), combination),
        ("a standby of Express", express().multi_az(), class("db.r5.large"), combination),
        (
            "a member of a Multi-AZ cluster",
            SimulatedInstance::new("mysql").member_of("c"),
            now(),
            combination,
        ),
    ] {
        let setup = Setup::new(instance.clone());
        assert_eq!(code(setup.send(call).await), expected, "{what}");
        assert_eq!(setup.live(), instance.live(&db()), "{what}: nothing changes");
    }
    let setup = Setup::new(SimulatedInstance::new("aurora-mysql").member_of("c"));
    let c = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, "c");
    setup.rds.add_cluster(&c, &SimulatedCluster::new("aurora-mysql", &["db-1"]));
    setup.rds.set_cluster_status(&c, "upgrading");
    assert_eq!(code(setup.send(now()).await), "InvalidDBClusterStateFault");
}

#[tokio::test]
async fn a_change_may_come_to_nothing() {
    let behaving = |class_outcome| Behaviour { class_outcome, ..Behaviour::quick() };
    let setup = Setup::behaving(behaving(ClassOutcome::NoCapacity), postgres());
    assert_eq!(code(setup.send(now()).await), "InsufficientDBInstanceCapacity");
    assert_eq!(setup.shown(DAY), "available db.t4g.medium");
    let setup = Setup::behaving(behaving(ClassOutcome::Fails), postgres());
    setup.send(now()).await.unwrap();
    assert_eq!(setup.shown(SECOND), "modifying db.t4g.medium, waits db.r6g.large");
    assert_eq!(setup.shown(80 * SECOND), "available db.t4g.medium");
    assert!(setup.events().await.contains(&EventKind::ClassChangeFailed));
}

#[tokio::test]
async fn classes_can_be_ordered_by_engine_storage_and_standby() {
    let of = |engine: &str| SimulatedInstance::new(engine);
    let with_io2 = SimulatedInstance { storage_type: Some("io2".into()), ..postgres() };
    for (instance, class, expected) in [
        (postgres().multi_az(), LARGE, "yes"),
        (of("oracle-ee"), LARGE, "db.r5.large"),
        (of("aurora-mysql").member_of("c"), LARGE, "yes"),
        (of("aurora-mysql").member_of("c"), "db.t4g.micro", "db.t4g.medium"),
        (with_io2.clone(), LARGE, "yes"),
        (with_io2, "db.m4.large", "db.m5.large"),
        (of("sqlserver-web"), "db.r5.large", "yes"),
    ] {
        let setup = Setup::new(instance);
        assert_eq!(setup.orderable(class).await, expected, "{class}");
    }
}
