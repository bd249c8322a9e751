//! What an [`RdsControl`](ops_domain::ports::RdsControl) promises about clusters, as far as it can
//! be seen without waiting.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ops_domain::cluster::LiveCluster;
use ops_domain::id::{ClusterId, ClusterSnapshotId, InstanceId};
use ops_domain::instance::{InstanceRef, Scope, Tags};
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::ports::{Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_domain::tag::Tag;

use crate::contract::fresh::{instance_id, now, operation_id, text};
use crate::contract::rds::{RdsWithInstances, assert_refused};
use crate::sample::{self, calls};

/// An RDS in which a test can make clusters.
#[async_trait]
pub trait RdsWithClusters: RdsWithInstances {
    /// Makes an `available` cluster (`aurora-postgresql`) with these tags and members, the writer
    /// first.
    async fn make_cluster(&self, id: &ClusterId, members: &[InstanceId], tags: &Tags);
    /// Whether it refuses to change a cluster that does not exist, rather than to fail over it.
    fn misses_a_cluster_to_modify(&self) -> bool;
}

/// Makes one test of each promise.
#[macro_export]
macro_rules! rds_cluster_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            rds_cluster, $module, $setup;
            a_cluster_is_seen_with_its_tags_members_and_writer,
            cluster_members_are_seen_without_their_names,
            what_does_not_exist_of_a_cluster_is_absent_from_the_answer,
            a_requested_cluster_snapshot_is_seen_with_its_tags,
            a_second_cluster_snapshot_of_one_name_is_refused,
            a_cluster_snapshot_is_listed_and_can_be_deleted,
            a_deletion_of_an_unknown_cluster_snapshot_is_refused,
            a_call_for_an_unknown_cluster_is_refused,
            a_window_of_a_cluster_that_was_requested_is_seen,
            a_requested_failover_makes_another_member_the_writer,
            a_failover_of_a_cluster_of_one_is_refused,
            a_stop_and_a_start_of_a_cluster_are_seen,
        );
    };
}

/// A cluster that was made, and its members, the writer first.
struct Made {
    id: ClusterId,
    members: Vec<InstanceId>,
}

async fn made(subject: &impl RdsWithClusters, size: usize) -> Made {
    let id: ClusterId = text().parse().expect("letters and digits are an identifier");
    let members: Vec<InstanceId> = (0..size).map(|_| instance_id()).collect();
    subject.make_cluster(&id, &members, &Tags::from([("Environment".into(), "dev".into())])).await;
    Made { id, members }
}

async fn request(subject: &impl RdsWithClusters, request: ObserveRequest) -> Observation {
    subject.rds().observe(&subject.scope(), &request).await.expect("RDS can be looked at")
}

async fn live(subject: &impl RdsWithClusters, id: &ClusterId) -> LiveCluster {
    request(subject, ObserveRequest::cluster(id)).await.clusters.remove(id).expect("it was made")
}

async fn send(
    subject: &impl RdsWithClusters,
    member: &InstanceId,
    call: RdsCall,
) -> Result<Receipt, SendError> {
    let Scope { account_id, region } = subject.scope();
    let target = InstanceRef { account_id, region, instance_id: member.clone() };
    subject.rds().send(&sample::authorized(operation_id(now()), &target, call, now())).await.answer
}

fn snapshot_id() -> ClusterSnapshotId {
    text().parse().expect("letters and digits are an identifier")
}

fn snapshot(cluster_id: &ClusterId, snapshot_id: &ClusterSnapshotId) -> RdsCall {
    let tags = [("rds-ops:operation-id", "01JCK3"), ("owner", "Zoë / DBA")];
    let tags = tags.map(|(key, value)| Tag::new(key, value).expect("RDS accepts it")).into();
    calls::cluster_snapshot(cluster_id, snapshot_id, tags)
}

/// The description is the domain's.
pub async fn a_cluster_is_seen_with_its_tags_members_and_writer(subject: &impl RdsWithClusters) {
    let made = made(subject, 2).await;
    let live = live(subject, &made.id).await;
    assert_eq!((live.status.as_str(), live.engine.as_str()), ("available", "aurora-postgresql"));
    assert_eq!(live.tags, Tags::from([("Environment".into(), "dev".into())]));
    assert_eq!(live.members, made.members.iter().map(ToString::to_string).collect());
    assert_eq!(live.writer.as_deref(), Some(made.members[0].as_str()));
    assert!(live.backup_window.is_some() && live.maintenance_window.is_some());
    assert!(
        live.pending_modifications.is_empty()
            && live.replica_source.is_none()
            && live.replicas.is_empty()
    );
    assert_eq!(live.global_cluster_id, None);
}

/// So the guard sees every member without a poll at the cluster first.
pub async fn cluster_members_are_seen_without_their_names(subject: &impl RdsWithClusters) {
    let made = made(subject, 2).await;
    self::made(subject, 1).await;
    subject.make(&instance_id(), &Tags::new()).await;
    let seen = request(subject, ObserveRequest::default().with_members_of(&made.id)).await;
    let mut expected = made.members.clone();
    expected.sort();
    assert_eq!(seen.instances.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(
        seen.instances.values().all(|member| member.is_in(Some(&made.id)) && member.is_aurora())
    );
}

/// Absence is an answer, not an error.
pub async fn what_does_not_exist_of_a_cluster_is_absent_from_the_answer(
    subject: &impl RdsWithClusters,
) {
    let cluster = || text().parse().expect("letters and digits are an identifier");
    let mut wanted = ObserveRequest::cluster_snapshot(&snapshot_id()).with_members_of(&cluster());
    wanted = wanted.with_cluster_events_of(&cluster(), now());
    assert_eq!(request(subject, wanted).await, Observation::default());
    let mut wanted = ObserveRequest::cluster_snapshot(&snapshot_id());
    wanted.cluster_snapshots.insert(snapshot_id());
    assert_eq!(request(subject, wanted).await, Observation::default());
}

/// The tags are what proves after a lost answer whose snapshot it is.
pub async fn a_requested_cluster_snapshot_is_seen_with_its_tags(subject: &impl RdsWithClusters) {
    let (made, id) = (made(subject, 1).await, snapshot_id());
    send(subject, &made.members[0], snapshot(&made.id, &id)).await.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::cluster_snapshot(&id)).await;
    let snapshot = &seen.cluster_snapshots[&id];
    assert_eq!(snapshot.source_id.as_deref(), Some(made.id.as_str()));
    assert_eq!(snapshot.tags.get("rds-ops:operation-id").map(String::as_str), Some("01JCK3"));
    assert_eq!(snapshot.tags.get("owner").map(String::as_str), Some("Zoë / DBA"));
    assert!(
        snapshot.arn.as_ref().is_some_and(|arn| arn.ends_with(&format!("cluster-snapshot:{id}")))
    );
}

/// RDS's own refusal, by its wire code.
pub async fn a_second_cluster_snapshot_of_one_name_is_refused(subject: &impl RdsWithClusters) {
    let (one, other, id) = (made(subject, 1).await, made(subject, 1).await, snapshot_id());
    send(subject, &one.members[0], snapshot(&one.id, &id)).await.expect("RDS accepts it");
    let answer = send(subject, &other.members[0], snapshot(&other.id, &id)).await;
    assert_refused(answer, "DBClusterSnapshotAlreadyExistsFault");
}

/// It is listed with its cluster, and shared with nobody. One that is not `available` is not
/// deleted.
pub async fn a_cluster_snapshot_is_listed_and_can_be_deleted(subject: &impl RdsWithClusters) {
    let (made, id) = (made(subject, 1).await, snapshot_id());
    send(subject, &made.members[0], snapshot(&made.id, &id)).await.expect("RDS accepts it");
    let wanted = ObserveRequest::cluster_snapshot_among(&id, &made.id);
    let seen = request(subject, wanted.clone()).await;
    let shown = &seen.cluster_snapshots[&id];
    assert_eq!(shown.kind.as_deref(), Some("manual"));
    assert!(seen.cluster_snapshots_of[&made.id].iter().any(|it| it.name == id.as_str()));
    assert!(seen.cluster_sharing.get(&id).is_some_and(BTreeSet::is_empty));
    let delete = calls::delete_cluster_snapshot(&made.id, &id);
    let answer = send(subject, &made.members[0], delete).await;
    if shown.status != "available" {
        return assert_refused(answer, "InvalidDBClusterSnapshotStateFault");
    }
    answer.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::cluster_snapshot(&id)).await;
    let status = seen.cluster_snapshots.get(&id).map(|snapshot| snapshot.status.as_str());
    assert!([None, Some("deleting")].contains(&status), "{status:?}");
}

/// A deletion that is sent again does no harm.
pub async fn a_deletion_of_an_unknown_cluster_snapshot_is_refused(subject: &impl RdsWithClusters) {
    let made = made(subject, 1).await;
    let delete = calls::delete_cluster_snapshot(&made.id, &snapshot_id());
    let answer = send(subject, &made.members[0], delete).await;
    assert_refused(answer, "DBClusterSnapshotNotFoundFault");
}

/// Every call.
pub async fn a_call_for_an_unknown_cluster_is_refused(subject: &impl RdsWithClusters) {
    let absent: ClusterId = text().parse().expect("letters and digits are an identifier");
    let mut unknown = vec![snapshot(&absent, &snapshot_id()), calls::failover(&absent)];
    unknown.extend(
        subject
            .misses_a_cluster_to_modify()
            .then(|| calls::cluster_window(&absent, "02:00-02:30", false)),
    );
    for call in unknown {
        assert_refused(send(subject, &instance_id(), call).await, "DBClusterNotFoundFault");
    }
}

/// RDS applies a window at once.
pub async fn a_window_of_a_cluster_that_was_requested_is_seen(subject: &impl RdsWithClusters) {
    let made = made(subject, 1).await;
    for expected in ["08:00-08:30", "23:45-00:15"] {
        send(subject, &made.members[0], calls::cluster_window(&made.id, expected, false))
            .await
            .expect("RDS accepts it");
        assert_eq!(live(subject, &made.id).await.backup_window, expected.parse().ok());
    }
    let expected = "wed:04:00-wed:04:30";
    send(subject, &made.members[0], calls::cluster_maintenance_window(&made.id, expected))
        .await
        .expect("RDS accepts it");
    assert_eq!(live(subject, &made.id).await.maintenance_window, expected.parse().ok());
}

/// The writer is the evidence where no event is told.
pub async fn a_requested_failover_makes_another_member_the_writer(subject: &impl RdsWithClusters) {
    let made = made(subject, 2).await;
    send(subject, &made.members[0], calls::failover(&made.id)).await.expect("RDS accepts it");
    let live = live(subject, &made.id).await;
    assert_eq!(
        (live.status.as_str(), live.writer.as_deref()),
        ("available", Some(made.members[1].as_str()))
    );
}

/// Nobody is there to fail over to.
pub async fn a_failover_of_a_cluster_of_one_is_refused(subject: &impl RdsWithClusters) {
    let made = made(subject, 1).await;
    assert_refused(
        send(subject, &made.members[0], calls::failover(&made.id)).await,
        "InvalidDBClusterStateFault",
    );
}

/// The cluster is stopped in the end, or on the way to it. Where it is stopped, it can be started.
pub async fn a_stop_and_a_start_of_a_cluster_are_seen(subject: &impl RdsWithClusters) {
    let Made { id, members } = made(subject, 2).await;
    send(subject, &members[0], calls::stop_cluster(&id)).await.expect("RDS accepts it");
    let again = send(subject, &members[0], calls::stop_cluster(&id)).await;
    assert_refused(again, "InvalidDBClusterStateFault");
    let stopped = live(subject, &id).await.status;
    assert!(["stopping", "stopped"].contains(&stopped.as_str()), "{stopped}");
    if stopped == "stopped" {
        send(subject, &members[0], calls::start_cluster(&id)).await.expect("RDS accepts it");
        let started = live(subject, &id).await.status;
        assert!(["starting", "available"].contains(&started.as_str()), "{started}");
    }
}
