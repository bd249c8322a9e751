//! Snapshots in the simulated RDS keep the promises that its documentation makes.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests may panic as the tests do")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use ops_domain::id::{InstanceId, OperationId, SnapshotId};
use ops_domain::instance::InstanceRef;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::ports::{Clock as _, RdsControl as _, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, cluster, target};
use ops_testkit::sample::{self, calls};
use ops_testkit::simulated_rds::{
    Behaviour, SimulatedCluster, SimulatedInstance, SimulatedRds, State,
};

const SECOND: Duration = Duration::from_secs(1);

/// An RDS with one instance and one cluster, each with an old snapshot.
struct Setup {
    clock: VirtualClock,
    rds: SimulatedRds,
}

impl Setup {
    fn new(behaviour: Behaviour) -> Self {
        let clock = VirtualClock::new(sample::start());
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour);
        rds.add(db(), SimulatedInstance::new("postgres"));
        let c = cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, "c");
        rds.add_cluster(&c, &SimulatedCluster::new("aurora-postgresql", &["c-1"]));
        rds.add(member(), SimulatedInstance::new("aurora-postgresql").member_of("c"));
        for target in [db(), member()] {
            rds.add_own_snapshot(&target, "old", sample::start() - TimeDelta::days(1), &[]);
        }
        Self { clock, rds }
    }

    async fn send(&self, call: RdsCall) -> Result<Receipt, SendError> {
        let id = OperationId::first_at(1);
        self.rds.send(&sample::authorized(id, &db(), call, self.clock.now())).await.answer
    }

    async fn seen(&self) -> Observation {
        let mut request = ObserveRequest::snapshot_among(&old(), &db().instance_id);
        request.merge(ObserveRequest::cluster_snapshot_among(
            &"old".parse().unwrap(),
            &"c".parse().unwrap(),
        ));
        self.rds.observe(&db().scope(), &request).await.unwrap()
    }

    /// What reads show of the old snapshot and of the list, after each of these pauses.
    async fn story(&self, pauses: &[u64]) -> Vec<(Option<String>, usize)> {
        let mut story = Vec::new();
        for pause in pauses {
            self.clock.advance(SECOND * u32::try_from(*pause).unwrap());
            let seen = self.seen().await;
            let status = seen.snapshots.get(&old()).map(|it| it.status.clone());
            story.push((status, seen.snapshots_of[&db().instance_id].len()));
        }
        story
    }
}

fn db() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "db-1")
}

fn member() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "c-1")
}

fn old() -> SnapshotId {
    "old".parse().unwrap()
}

fn delete() -> RdsCall {
    calls::delete_snapshot(&db().instance_id, &old())
}

fn code(answer: Result<Receipt, SendError>) -> String {
    match answer {
        Ok(_) => "accepted".to_owned(),
        Err(SendError::Refused { code, .. }) => code,
        Err(other) => panic!("{other:?}"),
    }
}

fn shown(status: &str) -> (Option<String>, usize) {
    (Some(status.to_owned()), 1)
}

#[tokio::test]
async fn a_deleted_snapshot_is_deleting_and_then_gone() {
    let setup = Setup::new(Behaviour::quick());
    assert_eq!(code(setup.send(delete()).await), "accepted");
    assert_eq!(code(setup.send(delete()).await), "InvalidDBSnapshotState");
    let story = setup.story(&[1, 18, 1]).await;
    assert_eq!(story, [shown("deleting"), shown("deleting"), (None, 0)]);
    assert_eq!(code(setup.send(delete()).await), "DBSnapshotNotFound");
    let seen = setup.seen().await;
    assert!(seen.sharing.is_empty(), "what is gone is shared with nobody");
    assert_eq!(seen.cluster_snapshots.len(), 1, "names of the two kinds have nothing in common");
}

#[tokio::test]
async fn reads_show_a_deletion_with_their_lag() {
    let setup = Setup::new(Behaviour { lag: 5 * SECOND, ..Behaviour::quick() });
    setup.send(delete()).await.unwrap();
    let story = setup.story(&[1, 5, 14, 4, 1]).await;
    assert_eq!(story[0], shown("available"));
    assert_eq!(story[1..], [shown("deleting"), shown("deleting"), shown("deleting"), (None, 0)]);
}

#[tokio::test]
async fn a_cluster_snapshot_is_deleted_under_its_own_codes() {
    let setup = Setup::new(Behaviour::quick());
    let delete = calls::delete_cluster_snapshot(&"c".parse().unwrap(), &"old".parse().unwrap());
    for expected in ["accepted", "InvalidDBClusterSnapshotStateFault"] {
        assert_eq!(code(setup.send(delete.clone()).await), expected);
    }
    setup.clock.advance(20 * SECOND);
    assert_eq!(code(setup.send(delete).await), "DBClusterSnapshotNotFoundFault");
    assert!(setup.seen().await.cluster_snapshots.is_empty());
}

#[tokio::test]
async fn a_deletion_ends_a_copy_that_runs() {
    let setup = Setup::new(Behaviour::quick());
    setup.rds.copy_snapshot_by_hand(&db().scope(), &old(), &"copy".parse().unwrap());
    let status = |setup: &Setup| {
        let of_copy = |name: &str| {
            let snapshots = setup.rds.snapshots(&db());
            snapshots.into_iter().find(|it| it.snapshot_id.as_str() == name).unwrap().status
        };
        of_copy("copy")
    };
    assert_eq!(status(&setup), "copying");
    setup.send(delete()).await.unwrap();
    assert_eq!(status(&setup), "failed");
}

#[tokio::test]
async fn sharing_is_shown_by_account() {
    let setup = Setup::new(Behaviour::quick());
    assert_eq!(setup.seen().await.sharing[&old()], BTreeSet::new());
    setup.rds.share_snapshot(&db().scope(), &old(), "all");
    setup.rds.share_cluster_snapshot(&db().scope(), &old(), "444455556666");
    let seen = setup.seen().await;
    assert_eq!(seen.sharing[&old()], ["all".to_owned()].into());
    let of_cluster: Vec<_> = seen.cluster_sharing.into_values().flatten().collect();
    assert_eq!(of_cluster, ["444455556666"]);
}

/// A deletion that is under way goes on after the state was stored.
#[tokio::test]
async fn a_deletion_survives_a_restart_of_the_simulation() {
    let setup = Setup::new(Behaviour::quick());
    setup.send(delete()).await.unwrap();
    let stored = serde_json::to_string(&setup.rds.state()).unwrap();
    let state: State = serde_json::from_str(&stored).unwrap();
    let clock = Arc::new(setup.clock.clone());
    let rds = SimulatedRds::restore(clock, Behaviour::quick(), state);
    setup.clock.advance(20 * SECOND);
    assert!(rds.snapshots(&db()).is_empty());
}

#[tokio::test]
async fn only_the_snapshots_of_the_instance_are_listed() {
    let setup = Setup::new(Behaviour::quick());
    let other: InstanceId = "db-2".parse().unwrap();
    let request = ObserveRequest { snapshots_of: [other.clone()].into(), ..Default::default() };
    let seen = setup.rds.observe(&db().scope(), &request).await.unwrap();
    assert!(seen.snapshots_of[&other].is_empty());
    assert_eq!(setup.seen().await.snapshots_of[&db().instance_id][0].name, "old");
}
