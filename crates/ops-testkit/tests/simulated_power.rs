//! Stopping and starting in the simulated RDS keep the promises that its documentation makes.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests may panic as the tests do")]

use std::sync::Arc;
use std::time::Duration;

use ops_domain::cluster::ClusterRef;
use ops_domain::id::OperationId;
use ops_domain::instance::{InstanceRef, LiveInstance};
use ops_domain::observation::{EventKind, ObserveRequest};
use ops_domain::ports::{Clock as _, RdsControl as _, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_domain::time::after;
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample::{self, calls};
use ops_testkit::simulated_rds::{
    Behaviour, SimulatedCluster, SimulatedInstance, SimulatedRds, StartOutcome, State,
};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// An RDS with one instance, one cluster of two, and a clock to move.
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
        let aurora = || SimulatedInstance::new("aurora-postgresql").member_of("c");
        rds.add_cluster(&c(), &SimulatedCluster::new("aurora-postgresql", &["c-1", "c-2"]));
        rds.add(member("c-1"), aurora());
        rds.add(member("c-2"), aurora());
        Self { clock, rds }
    }

    async fn send(&self, call: RdsCall) -> Result<Receipt, SendError> {
        self.send_for(&db(), call).await
    }

    async fn send_for(&self, target: &InstanceRef, call: RdsCall) -> Result<Receipt, SendError> {
        let id = OperationId::first_at(1);
        self.rds.send(&sample::authorized(id, target, call, self.clock.now())).await.answer
    }

    fn live(&self) -> LiveInstance {
        self.rds.instance(&db()).unwrap()
    }

    /// The status of the instance after each of these times.
    fn statuses(&self, pauses: &[Duration]) -> Vec<String> {
        let status = |pause: &Duration| {
            self.clock.advance(*pause);
            self.live().status
        };
        pauses.iter().map(status).collect()
    }

    /// The statuses of the cluster and of its members.
    fn cluster(&self) -> [String; 3] {
        let status = |name| self.rds.instance(&member(name)).unwrap().status;
        [self.rds.cluster(&c()).unwrap().status, status("c-1"), status("c-2")]
    }

    async fn events(&self) -> Vec<EventKind> {
        let request = ObserveRequest::default().with_events_of(&db().instance_id, sample::start());
        let seen = self.rds.observe(&db().scope(), &request).await.unwrap();
        seen.events.into_iter().map(|event| event.kind).collect()
    }

    async fn cluster_events(&self) -> Vec<EventKind> {
        let request =
            ObserveRequest::default().with_cluster_events_of(&c().cluster_id, sample::start());
        let seen = self.rds.observe(&db().scope(), &request).await.unwrap();
        seen.cluster_events.into_iter().map(|event| event.kind).collect()
    }
}

fn db() -> InstanceRef {
    member("db-1")
}

fn member(name: &str) -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
}

fn c() -> ClusterRef {
    cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, "c")
}

fn stop() -> RdsCall {
    calls::stop(&db().instance_id)
}

fn start() -> RdsCall {
    calls::start(&db().instance_id)
}

fn postgres() -> SimulatedInstance {
    SimulatedInstance::new("postgres")
}

fn code(answer: Result<Receipt, SendError>) -> String {
    match answer {
        Err(SendError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_stop_takes_its_time_and_drops_what_waits() {
    let setup = Setup::new(postgres().pending("DBInstanceClass", "db.r6g.large"));
    let receipt = setup.send(stop()).await.unwrap();
    assert_eq!(receipt.instance_status.as_deref(), Some("stopping"));
    assert_eq!(setup.statuses(&[SECOND, 48 * SECOND, SECOND]), ["stopping", "stopping", "stopped"]);
    let live = setup.live();
    assert!(live.pending_modifications.is_empty());
    let restarts_at = after(sample::start(), 50 * SECOND + 7 * DAY);
    assert_eq!(live.automatic_restart_time, Some(restarts_at));
    assert_eq!(setup.events().await, [EventKind::Stopped]);
    assert_eq!((setup.rds.stops(&db()), setup.rds.starts(&db())), (1, 1));
}

#[tokio::test]
async fn a_stop_takes_its_snapshot_first() {
    let setup = Setup::new(postgres().tag("Team", "orders").copying_tags());
    let snapshot_id = "s-1".parse().unwrap();
    setup.send(calls::stop_with_snapshot(&db().instance_id, &snapshot_id)).await.unwrap();
    let shown = |setup: &Setup| {
        let snapshot = setup.rds.snapshots(&db()).remove(0);
        (snapshot.status, setup.live().status)
    };
    assert_eq!(shown(&setup), ("creating".into(), "stopping".into()));
    setup.clock.advance(60 * SECOND);
    assert_eq!(shown(&setup), ("available".into(), "stopping".into()));
    setup.clock.advance(50 * SECOND);
    assert_eq!(shown(&setup), ("available".into(), "stopped".into()));
    assert_eq!(setup.rds.snapshots(&db())[0].tags["Team"], "orders");
}

#[tokio::test]
async fn a_start_takes_its_time_and_applies_parameters() {
    let setup = Setup::new(postgres().pending_parameters());
    setup.send(stop()).await.unwrap();
    setup.clock.advance(50 * SECOND);
    let receipt = setup.send(start()).await.unwrap();
    assert_eq!(receipt.instance_status.as_deref(), Some("starting"));
    assert_eq!(setup.statuses(&[SECOND, 69 * SECOND]), ["starting", "available"]);
    let live = setup.live();
    assert_eq!((live.automatic_restart_time, live.parameters_pending_reboot()), (None, false));
    assert_eq!(setup.events().await, [EventKind::Stopped, EventKind::Started]);
    // The start that RDS would have made by itself is off.
    setup.clock.advance(8 * DAY);
    assert_eq!(setup.rds.starts(&db()), 2, "when it was added, and now");
}

#[tokio::test]
async fn rds_starts_by_itself_what_was_stopped_for_seven_days() {
    let setup = Setup::new(postgres());
    setup.send(stop()).await.unwrap();
    let pauses = [50 * SECOND, 7 * DAY - SECOND, SECOND, 70 * SECOND];
    assert_eq!(setup.statuses(&pauses), ["stopped", "stopped", "starting", "available"]);
    let events = setup.events().await;
    assert_eq!(events, [EventKind::Stopped, EventKind::StartedBySchedule, EventKind::Started]);
    assert!(setup.rds.calls().len() == 1, "nobody asked for the start");
}

/// Also where nobody looks for as long as that, and where the state was stored meanwhile.
#[tokio::test]
async fn what_became_due_while_nobody_looked_has_happened() {
    let setup = Setup::new(postgres());
    setup.send(stop()).await.unwrap();
    let stored = serde_json::to_string(&setup.rds.state()).unwrap();
    setup.clock.advance(30 * DAY);
    let state: State = serde_json::from_str(&stored).unwrap();
    let rds = SimulatedRds::restore(Arc::new(setup.clock.clone()), Behaviour::quick(), state);
    assert_eq!(rds.instance(&db()).unwrap().status, "available");
    assert_eq!((rds.stops(&db()), rds.starts(&db())), (1, 2));
}

#[tokio::test]
async fn rds_refuses_to_stop_and_start_with_its_own_codes() {
    let (state, combination) = ("InvalidDBInstanceState", "InvalidParameterCombination");
    for (what, instance, call, expected) in [
        ("a stop of a stopped one", postgres().status("stopped"), stop(), state),
        ("a start of a running one", postgres(), start(), state),
        ("a stop of a replica", postgres().replica_of("db-0"), stop(), state),
        ("a stop of a source", postgres().replicated_by("db-2"), stop(), state),
        ("a stop of a mirror", SimulatedInstance::new("sqlserver-se").multi_az(), stop(), state),
        (
            "a start of SQL Server without network",
            SimulatedInstance::new("sqlserver-ex").status("incompatible-network"),
            start(),
            state,
        ),
        ("a stop of a member", postgres().member_of("c"), stop(), combination),
        ("a start of a member", postgres().member_of("c").status("stopped"), start(), combination),
        (
            "a stop of RDS Custom",
            SimulatedInstance::new("custom-oracle-ee"),
            stop(),
            "InvalidParameterValue",
        ),
    ] {
        let setup = Setup::new(instance.clone());
        assert_eq!(code(setup.send(call).await), expected, "{what}");
        assert_eq!(setup.live(), instance.live(&db()), "{what} changes nothing");
    }
    let full = Behaviour { snapshot_quota: 0, ..Behaviour::quick() };
    let setup = Setup::behaving(full, postgres());
    let with_snapshot = calls::stop_with_snapshot(&db().instance_id, &"s-1".parse().unwrap());
    assert_eq!(code(setup.send(with_snapshot).await), "SnapshotQuotaExceeded");
    assert_eq!(setup.live().status, "available", "it is not stopped without its snapshot");
}

#[tokio::test]
async fn a_start_without_capacity_is_refused_or_falls_back() {
    let stopped = || postgres().status("stopped");
    let behaving = |start_outcome| Behaviour { start_outcome, ..Behaviour::quick() };
    let setup = Setup::behaving(behaving(StartOutcome::NoCapacity), stopped());
    assert_eq!(code(setup.send(start()).await), "InsufficientDBInstanceCapacity");
    assert_eq!(setup.live().status, "stopped");

    let setup = Setup::behaving(behaving(StartOutcome::FallsBack), stopped());
    setup.send(start()).await.unwrap();
    let pauses = [SECOND, 40 * SECOND, 40 * SECOND];
    assert_eq!(setup.statuses(&pauses), ["starting", "stopping", "stopped"]);
    assert!(setup.live().automatic_restart_time.is_some());
}

#[tokio::test]
async fn a_cluster_stops_and_starts_with_its_members() {
    let setup = Setup::new(postgres());
    setup.send_for(&member("c-1"), calls::stop_cluster(&c().cluster_id)).await.unwrap();
    let mut statuses = vec![setup.cluster().join(" ")];
    for _ in 0..3 {
        setup.clock.advance(20 * SECOND);
        statuses.push(setup.cluster().join(" "));
    }
    assert_eq!(
        statuses,
        [
            "stopping stopping stopping",
            "stopping stopping stopping",
            "stopping stopping stopped",
            "stopped stopped stopped",
        ],
        "the writer is the last of the members"
    );
    let again = setup.send_for(&member("c-1"), calls::stop_cluster(&c().cluster_id)).await;
    assert_eq!(code(again), "InvalidDBClusterStateFault");
    setup.send_for(&member("c-1"), calls::start_cluster(&c().cluster_id)).await.unwrap();
    assert_eq!(setup.cluster(), ["starting", "starting", "starting"]);
    setup.clock.advance(70 * SECOND);
    assert_eq!(setup.cluster(), ["available", "available", "available"]);
    assert_eq!(setup.cluster_events().await, [EventKind::Stopped, EventKind::Started]);
    assert_eq!((setup.rds.cluster_stops(&c()), setup.rds.cluster_starts(&c())), (1, 2));
}

#[tokio::test]
async fn rds_starts_a_stopped_cluster_by_itself() {
    let setup = Setup::new(postgres());
    setup.send_for(&member("c-1"), calls::stop_cluster(&c().cluster_id)).await.unwrap();
    setup.clock.advance(7 * DAY + 60 * SECOND);
    assert_eq!(setup.cluster(), ["starting", "starting", "starting"]);
    setup.clock.advance(70 * SECOND);
    assert_eq!(setup.cluster(), ["available", "available", "available"]);
    assert_eq!(
        setup.cluster_events().await,
        [EventKind::Stopped, EventKind::StartedBySchedule, EventKind::Started]
    );
}

#[tokio::test]
async fn clusters_that_can_not_be_stopped_are_refused() {
    let aurora = || SimulatedCluster::new("aurora-postgresql", &["c-1", "c-2"]);
    let other = "arn:aws:rds:us-east-1:111122223333:cluster:copy";
    let global = SimulatedCluster { global_cluster_id: Some("g-1".into()), ..aurora() };
    let serverless = SimulatedCluster { engine_mode: Some("serverless".into()), ..aurora() };
    let multi_az = SimulatedCluster::new("mysql", &["c-1", "c-2"]);
    for described in
        [aurora().replicated_by(other), aurora().replica_of(other), global, serverless, multi_az]
    {
        let setup = Setup::new(postgres());
        setup.rds.add_cluster(&c(), &described);
        let answer = setup.send_for(&member("c-1"), calls::stop_cluster(&c().cluster_id)).await;
        assert_eq!(code(answer), "InvalidDBClusterStateFault", "{described:?}");
        assert_eq!(setup.cluster(), ["available", "available", "available"]);
    }
}
