//! The clusters of the simulated RDS keep the promises that its documentation makes.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests may panic as the tests do")]

use std::sync::Arc;
use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LiveCluster};
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::observation::{EventKind, Observation, ObserveRequest, Quota, Quotas};
use ops_domain::ports::{Clock as _, RdsControl as _, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample::{self, calls};
use ops_testkit::simulated_rds::{
    Behaviour, Events, FailoverOutcome, SimulatedCluster, SimulatedInstance, SimulatedRds, State,
};

const SECOND: Duration = Duration::from_secs(1);

/// An RDS with one Aurora cluster of three and a clock to move.
struct Setup {
    clock: VirtualClock,
    rds: SimulatedRds,
    cluster: ClusterRef,
}

const MEMBERS: [&str; 3] = ["c-1", "c-2", "c-3"];

impl Setup {
    fn new(behaviour: Behaviour) -> Self {
        Self::with(behaviour, &SimulatedCluster::new("aurora-postgresql", &MEMBERS))
    }

    fn with(behaviour: Behaviour, described: &SimulatedCluster) -> Self {
        let clock = VirtualClock::new(sample::start());
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour);
        let cluster = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, "c");
        rds.add_cluster(&cluster, described);
        for name in MEMBERS {
            rds.add(member(name), SimulatedInstance::new("aurora-postgresql").member_of("c"));
        }
        Self { clock, rds, cluster }
    }

    async fn send(&self, call: RdsCall) -> Result<Receipt, SendError> {
        let target = member(MEMBERS[2]);
        self.rds
            .send(&sample::authorized(OperationId::first_at(1), &target, call, self.clock.now()))
            .await
            .answer
    }

    async fn request(&self) -> Observation {
        let id = &self.cluster.cluster_id;
        let mut request = ObserveRequest::cluster(id)
            .with_members_of(id)
            .with_cluster_events_of(id, sample::start());
        request.merge(ObserveRequest::cluster_snapshot(&"s-1".parse().unwrap()));
        self.rds.observe(&self.cluster.scope(), &request).await.unwrap()
    }

    async fn live(&self) -> LiveCluster {
        self.request().await.clusters.into_values().next().expect("the cluster is shown")
    }

    async fn events(&self) -> Vec<EventKind> {
        self.request().await.cluster_events.into_iter().map(|event| event.kind).collect()
    }

    fn snapshot(&self, name: &str) -> RdsCall {
        calls::cluster_snapshot(&self.cluster.cluster_id, &name.parse().unwrap(), Vec::new())
    }

    fn failover(&self) -> RdsCall {
        calls::failover(&self.cluster.cluster_id)
    }

    fn window(&self, text: &str, apply_immediately: bool) -> RdsCall {
        calls::cluster_window(&self.cluster.cluster_id, text, apply_immediately)
    }
}

fn member(name: &str) -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, name)
}

/// Of the member that a [`Setup`] sends calls for.
fn reboot() -> RdsCall {
    calls::reboot(&member(MEMBERS[2]).instance_id)
}

#[track_caller]
fn assert_refused(answer: &Result<Receipt, SendError>, expected: &str) {
    assert!(
        matches!(answer, Err(SendError::Refused { code, .. }) if code == expected),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_cluster_failover_promotes_another_member() {
    let setup = Setup::new(Behaviour::quick());
    setup.send(setup.failover()).await.unwrap();
    assert_eq!(
        (setup.live().await.status.as_str(), setup.live().await.writer.as_deref()),
        ("failing-over", Some("c-1"))
    );
    assert_eq!(setup.rds.instance(&member("c-1")).unwrap().status, "rebooting");
    setup.clock.advance(30 * SECOND);
    let live = setup.live().await;
    assert_eq!(live.status, "available");
    assert!(matches!(live.writer.as_deref(), Some("c-2" | "c-3")), "{live:?}");
    assert_eq!(setup.events().await, [EventKind::FailoverStarted, EventKind::FailoverCompleted]);
    assert_eq!(
        (setup.rds.cluster_failovers(&setup.cluster), setup.rds.restarts(&member("c-1"))),
        (1, 1)
    );
}

#[tokio::test]
async fn a_failover_may_fail_and_leave_the_writer_where_it_was() {
    for (outcome, restarts) in
        [(FailoverOutcome::Abandoned, 0), (FailoverOutcome::AbandonedAfterRestart, 1)]
    {
        let setup = Setup::new(Behaviour { failover_outcome: outcome, ..Behaviour::quick() });
        setup.send(setup.failover()).await.unwrap();
        setup.clock.advance(60 * SECOND);
        assert_eq!(setup.live().await.writer.as_deref(), Some("c-1"));
        assert_eq!(setup.events().await, [EventKind::FailoverStarted, EventKind::FailoverFailed]);
        assert_eq!(
            (setup.rds.cluster_failovers(&setup.cluster), setup.rds.restarts(&member("c-1"))),
            (0, restarts)
        );
    }
}

/// What is tried, on which cluster, and the code that it is refused with.
type Case = (&'static str, SimulatedCluster, fn(&Setup) -> RdsCall, &'static str);

#[tokio::test]
async fn rds_refuses_cluster_calls_with_its_own_codes() {
    let three = || SimulatedCluster::new("aurora-postgresql", &MEMBERS);
    let cases: [Case; 5] = [
        (
            "a failover of one",
            SimulatedCluster::new("aurora-postgresql", &["c-1"]),
            Setup::failover,
            "InvalidDBClusterStateFault",
        ),
        (
            "a failover while stopped",
            three().status("stopped"),
            Setup::failover,
            "InvalidDBClusterStateFault",
        ),
        (
            "a snapshot while modifying",
            three().status("modifying"),
            |it| it.snapshot("s"),
            "InvalidDBClusterStateFault",
        ),
        (
            "a window in the maintenance",
            three(),
            |it| it.window("05:00-06:00", false),
            "InvalidParameterValue",
        ),
        ("a snapshot without quota", three(), |it| it.snapshot("s"), "SnapshotQuotaExceeded"),
    ];
    for (what, described, call, expected) in cases {
        let quota = if expected == "SnapshotQuotaExceeded" { 0 } else { 100 };
        let behaviour = Behaviour { cluster_snapshot_quota: quota, ..Behaviour::quick() };
        let setup = Setup::with(behaviour, &described);
        assert_refused(&setup.send(call(&setup)).await, expected);
        assert_eq!(setup.live().await, described.live(&setup.cluster), "{what} changes nothing");
    }
    let setup = Setup::new(Behaviour::quick());
    setup.rds.set_status(&member("c-2"), "rebooting");
    assert_refused(&setup.send(setup.failover()).await, "InvalidDBInstanceState");
}

#[tokio::test]
async fn a_cluster_snapshot_counts_in_a_quota_of_its_own() {
    let setup = Setup::new(Behaviour { cluster_snapshot_quota: 7, ..Behaviour::quick() });
    setup.send(setup.snapshot("s-1")).await.unwrap();
    assert_eq!(setup.live().await.status, "backing-up");
    assert_eq!(setup.request().await.cluster_snapshots.len(), 1);
    setup.clock.advance(60 * SECOND);
    let [done] = setup.rds.cluster_snapshots(&setup.cluster).try_into().expect("there is one");
    assert_eq!((done.status.as_str(), done.percent), ("available", Some(100)));
    let seen = setup.rds.observe(&setup.cluster.scope(), &ObserveRequest::quotas()).await.unwrap();
    let quota = |used, max| Some(Quota { used, max });
    let quotas = Quotas { manual_snapshots: quota(0, 100), manual_cluster_snapshots: quota(1, 7) };
    assert_eq!(seen.quotas, Some(quotas));
}

#[tokio::test]
async fn apply_immediately_flushes_what_waits_on_the_cluster() {
    let waiting =
        SimulatedCluster::new("aurora-postgresql", &MEMBERS).pending("EngineVersion", "16.4");
    for (apply_immediately, flushed) in [(false, 0), (true, 1)] {
        let setup = Setup::with(Behaviour::quick(), &waiting);
        setup.send(setup.window("01:00-02:00", apply_immediately)).await.unwrap();
        setup.clock.advance(60 * SECOND);
        let live = setup.live().await;
        assert_eq!(live.backup_window, "01:00-02:00".parse().ok());
        assert_eq!(live.pending_modifications.len(), 1 - flushed);
        assert_eq!(setup.rds.calls()[0].pending_flushed.len(), flushed);
    }
}

#[tokio::test]
async fn a_cluster_and_its_snapshots_are_read_as_of_a_moment_ago() {
    let setup = Setup::new(Behaviour { lag: 20 * SECOND, ..Behaviour::quick() });
    setup.send(setup.failover()).await.unwrap();
    assert_eq!(
        setup.live().await.status,
        "available",
        "it is failing over, and that is not shown yet"
    );
    assert_refused(&setup.send(setup.snapshot("s-1")).await, "InvalidDBClusterStateFault");
    setup.clock.advance(30 * SECOND);
    setup.send(setup.snapshot("s-1")).await.unwrap();
    assert_eq!(setup.live().await.status, "failing-over");
    assert_eq!(setup.request().await.cluster_snapshots.len(), 0);
    setup.clock.advance(20 * SECOND);
    assert_eq!(setup.request().await.cluster_snapshots.len(), 1);
}

#[tokio::test]
async fn stale_reads_of_a_cluster_come_and_go() {
    let setup = Setup::new(Behaviour { stale_for: 60 * SECOND, seed: 7, ..Behaviour::quick() });
    setup.send(setup.failover()).await.unwrap();
    setup.clock.advance(40 * SECOND);
    let mut writers = std::collections::BTreeSet::new();
    for _ in 0..40 {
        writers.insert(setup.live().await.writer.unwrap());
    }
    assert_eq!(writers.len(), 2, "{writers:?}");
}

#[tokio::test]
async fn events_of_a_cluster_may_be_late_or_lost() {
    for (events, soon, later) in [(Events::After(100 * SECOND), 0, 2), (Events::Never, 0, 0)] {
        let setup = Setup::new(Behaviour { events, ..Behaviour::quick() });
        setup.send(setup.failover()).await.unwrap();
        setup.clock.advance(60 * SECOND);
        assert_eq!(setup.events().await.len(), soon);
        setup.clock.advance(100 * SECOND);
        assert_eq!(setup.events().await.len(), later);
    }
}

#[tokio::test]
async fn calls_are_refused_for_a_while_after_the_work() {
    let setup = Setup::new(Behaviour { busy_after: 20 * SECOND, ..Behaviour::quick() });
    setup.send(setup.failover()).await.unwrap();
    setup.clock.advance(31 * SECOND);
    assert_eq!(setup.live().await.status, "available");
    assert_refused(&setup.send(setup.snapshot("s-1")).await, "InvalidDBClusterStateFault");
    setup.clock.advance(20 * SECOND);
    setup.send(setup.snapshot("s-1")).await.unwrap();
    setup.send(reboot()).await.unwrap();
    setup.clock.advance(45 * SECOND);
    assert_refused(&setup.send(reboot()).await, "InvalidDBInstanceState");
    setup.clock.advance(20 * SECOND);
    setup.send(reboot()).await.unwrap();
}

#[tokio::test]
async fn a_failover_that_is_under_way_survives_being_stored() {
    let setup = Setup::new(Behaviour::quick());
    setup.send(setup.failover()).await.unwrap();
    let stored = serde_json::to_string(&setup.rds.state()).unwrap();
    setup.clock.advance(60 * SECOND);
    let state: State = serde_json::from_str(&stored).unwrap();
    let restored = SimulatedRds::restore(Arc::new(setup.clock.clone()), Behaviour::quick(), state);
    assert_eq!(restored.cluster(&setup.cluster), setup.rds.cluster(&setup.cluster));
    assert_eq!(restored.cluster_failovers(&setup.cluster), 1);
}
