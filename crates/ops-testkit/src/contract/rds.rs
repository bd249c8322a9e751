//! What an [`RdsControl`] promises, as far as it can be seen without waiting: what a call does
//! over time is the business of the simulated RDS. What it promises about clusters is in
//! [`rds_cluster`](super::rds_cluster).

use std::collections::BTreeSet;

use async_trait::async_trait;
use ops_domain::id::{InstanceId, OperationId, ParameterGroupName, SnapshotId};
use ops_domain::instance::{InstanceRef, PENDING_CLASS, Scope, Tags};
use ops_domain::observation::{EventKind, Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{RdsControl, Receipt, SendError};
use ops_domain::rds_call::RdsCall;
use ops_domain::tag::Tag;

use crate::contract::fresh::{instance_id, now, operation_id, text};
use crate::sample::{self, calls};

/// An RDS in which a test can make instances.
#[async_trait]
pub trait RdsWithInstances: Sync {
    /// The port.
    fn rds(&self) -> &dyn RdsControl;
    /// The account and Region in which instances are made.
    fn scope(&self) -> Scope;
    /// Makes an `available` instance with these tags, which copies them to its snapshots.
    async fn make(&self, id: &InstanceId, tags: &Tags);
    /// Makes a parameter group of the family `postgres16` that sets `work_mem` to 8192.
    async fn make_parameter_group(&self, name: &ParameterGroupName);
    /// Whether it shows which parameters somebody has set.
    fn tells_parameters(&self) -> bool;
    /// Whether it refuses to attach a parameter group that does not exist.
    fn misses_parameter_groups(&self) -> bool;
    /// Whether a restart leaves its event.
    fn shows_restarts(&self) -> bool;
    /// Whether a stop takes its snapshot, and RDS refuses to stop what is stopped and to start what
    /// runs.
    fn stops_as_rds(&self) -> bool;
    /// Whether it lists `db.r5.large` among the classes that can be ordered for its instances.
    fn lists_classes(&self) -> bool;
    /// Whether it shows whom a snapshot of an instance is shared with.
    fn shows_sharing(&self) -> bool;
}

/// Makes one test of each promise.
#[macro_export]
macro_rules! rds_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            rds, $module, $setup;
            an_instance_is_seen_with_its_status_and_tags,
            what_does_not_exist_is_absent_from_the_answer,
            one_look_shows_many_instances,
            a_snapshot_that_was_requested_is_seen_with_its_tags,
            a_second_snapshot_of_one_name_is_refused,
            a_snapshot_is_listed_with_its_instance,
            a_new_snapshot_is_shared_with_nobody,
            a_snapshot_whose_deletion_was_requested_goes,
            a_deletion_of_an_unknown_snapshot_is_refused,
            a_call_for_an_unknown_instance_is_refused,
            a_window_that_was_requested_is_seen,
            a_parameter_group_that_was_requested_is_attached,
            an_unknown_parameter_group_is_not_attached,
            a_reboot_that_was_requested_leaves_its_event,
            a_stop_and_a_start_that_were_requested_are_seen,
            a_stop_takes_the_snapshot_that_it_names,
            a_start_of_a_running_instance_is_refused,
            a_class_that_was_requested_is_in_use_or_waits,
            classes_that_can_be_ordered_are_listed,
            an_empty_look_shows_nothing,
            quotas_that_are_asked_for_keep_nothing_else_from_being_seen,
        );
    };
}

async fn made(subject: &impl RdsWithInstances) -> InstanceRef {
    let id = instance_id();
    subject.make(&id, &Tags::from([("Environment".into(), "dev".into())])).await;
    target(subject, id)
}

fn target(subject: &impl RdsWithInstances, instance_id: InstanceId) -> InstanceRef {
    let Scope { account_id, region } = subject.scope();
    InstanceRef { account_id, region, instance_id }
}

async fn request(subject: &impl RdsWithInstances, request: ObserveRequest) -> Observation {
    subject.rds().observe(&subject.scope(), &request).await.expect("RDS can be looked at")
}

async fn send(
    subject: &impl RdsWithInstances,
    target: &InstanceRef,
    call: RdsCall,
) -> Result<Receipt, SendError> {
    subject.rds().send(&authorized(operation_id(now()), target, call)).await.answer
}

fn authorized(id: OperationId, target: &InstanceRef, call: RdsCall) -> AuthorizedCall {
    sample::authorized(id, target, call, now())
}

fn snapshot_id() -> SnapshotId {
    text().parse().expect("letters and digits are an identifier")
}

fn snapshot(target: &InstanceRef, snapshot_id: &SnapshotId) -> RdsCall {
    let tags = [("Environment", "dev"), ("rds-ops:operation-id", "01JCK3"), ("owner", "Zoë / DBA")];
    let tags = tags.map(|(key, value)| Tag::new(key, value).expect("RDS accepts it"));
    calls::snapshot(&target.instance_id, snapshot_id, tags.into())
}

/// The description is the domain's.
pub async fn an_instance_is_seen_with_its_status_and_tags(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    let seen = request(subject, ObserveRequest::instance(&target.instance_id)).await;
    let live = &seen.instances[&target.instance_id];
    assert_eq!((live.status.as_str(), live.engine.as_str()), ("available", "postgres"));
    assert_eq!(live.tags, Tags::from([("Environment".into(), "dev".into())]));
    assert!(live.copy_tags_to_snapshot && live.engine_version.is_some());
    assert!(
        live.pending_modifications.is_empty()
            && live.cluster_id.is_none()
            && live.replica_source.is_none()
    );
}

/// Whether the account tells its quotas or not.
pub async fn quotas_that_are_asked_for_keep_nothing_else_from_being_seen(
    subject: &impl RdsWithInstances,
) {
    let target = made(subject).await;
    let mut wanted = ObserveRequest::quotas();
    wanted.merge(ObserveRequest::instance(&target.instance_id));
    let seen = request(subject, wanted).await;
    assert!(seen.instances.contains_key(&target.instance_id));
    let quota = seen.quotas.and_then(|quotas| quotas.manual_snapshots);
    assert!(quota.is_none_or(|quota| quota.max > 0), "{quota:?}");
}

/// Absence is an answer, not an error: of one thing that is asked for, and of several.
pub async fn what_does_not_exist_is_absent_from_the_answer(subject: &impl RdsWithInstances) {
    let cluster = || text().parse().expect("letters and digits are an identifier");
    for several in [false, true] {
        let mut wanted =
            ObserveRequest::instance(&instance_id()).with_events_of(&instance_id(), now());
        wanted.merge(ObserveRequest::snapshot(&snapshot_id()));
        wanted.clusters.insert(cluster());
        if several {
            wanted.instances.insert(instance_id());
            wanted.snapshots.insert(snapshot_id());
            wanted.clusters.insert(cluster());
        }
        assert_eq!(request(subject, wanted).await, Observation::default());
    }
}

/// What exists is seen beside what does not.
pub async fn one_look_shows_many_instances(subject: &impl RdsWithInstances) {
    let (one, other, absent) = (made(subject).await, made(subject).await, instance_id());
    made(subject).await;
    let mut wanted = ObserveRequest::instance(&one.instance_id);
    wanted.instances.extend([other.instance_id.clone(), absent]);
    let seen = request(subject, wanted).await;
    let mut expected = vec![one.instance_id, other.instance_id];
    expected.sort();
    assert_eq!(seen.instances.into_keys().collect::<Vec<_>>(), expected);
}

/// The tags are what proves after a lost answer whose snapshot it is.
pub async fn a_snapshot_that_was_requested_is_seen_with_its_tags(subject: &impl RdsWithInstances) {
    let (target, id) = (made(subject).await, snapshot_id());
    send(subject, &target, snapshot(&target, &id)).await.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::snapshot(&id)).await;
    let snapshot = &seen.snapshots[&id];
    assert_eq!(snapshot.source_id.as_deref(), Some(target.instance_id.as_str()));
    assert_eq!(snapshot.tags.get("rds-ops:operation-id").map(String::as_str), Some("01JCK3"));
    assert_eq!(snapshot.tags.get("owner").map(String::as_str), Some("Zoë / DBA"));
    assert!(snapshot.arn.as_ref().is_some_and(|arn| arn.ends_with(id.as_str())));
}

/// RDS's own refusal, by its wire code.
pub async fn a_second_snapshot_of_one_name_is_refused(subject: &impl RdsWithInstances) {
    let (target, id) = (made(subject).await, snapshot_id());
    send(subject, &target, snapshot(&target, &id)).await.expect("RDS accepts it");
    assert_refused(send(subject, &target, snapshot(&target, &id)).await, "DBSnapshotAlreadyExists");
}

/// Where it is `available` at once, as in emulators. The simulated RDS takes its time.
async fn taken(subject: &impl RdsWithInstances) -> (InstanceRef, SnapshotId, bool) {
    let (target, id) = (made(subject).await, snapshot_id());
    send(subject, &target, snapshot(&target, &id)).await.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::snapshot(&id)).await;
    let available = seen.snapshots[&id].status == "available";
    (target, id, available)
}

/// Sharing that can't be read is an error, and never "nobody".
pub async fn a_new_snapshot_is_shared_with_nobody(subject: &impl RdsWithInstances) {
    let (_, id, _) = taken(subject).await;
    let wanted = ObserveRequest { sharing_of: [id.clone()].into(), ..ObserveRequest::default() };
    let seen = subject.rds().observe(&subject.scope(), &wanted).await;
    let nobody = seen.is_ok_and(|seen| seen.sharing.get(&id).is_some_and(BTreeSet::is_empty));
    assert_eq!(nobody, subject.shows_sharing());
}

/// What decides about a deletion is the domain's.
pub async fn a_snapshot_is_listed_with_its_instance(subject: &impl RdsWithInstances) {
    let (target, id, _) = taken(subject).await;
    taken(subject).await;
    let mut wanted = ObserveRequest::snapshot(&id);
    wanted.snapshots_of.insert(target.instance_id.clone());
    let seen = request(subject, wanted).await;
    assert_eq!(seen.snapshots[&id].kind.as_deref(), Some("manual"));
    let listed = &seen.snapshots_of[&target.instance_id];
    let manual: Vec<&str> = listed
        .iter()
        .filter(|listed| listed.kind.as_deref() == Some("manual"))
        .map(|listed| listed.name.as_str())
        .collect();
    assert_eq!(manual, [id.as_str()]);
}

/// One that is not `available` is refused.
pub async fn a_snapshot_whose_deletion_was_requested_goes(subject: &impl RdsWithInstances) {
    let (target, id, available) = taken(subject).await;
    let answer = send(subject, &target, calls::delete_snapshot(&target.instance_id, &id)).await;
    if !available {
        return assert_refused(answer, "InvalidDBSnapshotState");
    }
    answer.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::snapshot(&id)).await;
    let status = seen.snapshots.get(&id).map(|snapshot| snapshot.status.as_str());
    assert!([None, Some("deleting")].contains(&status), "{status:?}");
}

/// A deletion that is sent again does no harm.
pub async fn a_deletion_of_an_unknown_snapshot_is_refused(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    let delete = calls::delete_snapshot(&target.instance_id, &snapshot_id());
    assert_refused(send(subject, &target, delete).await, "DBSnapshotNotFound");
}

/// Every call.
pub async fn a_call_for_an_unknown_instance_is_refused(subject: &impl RdsWithInstances) {
    let absent = target(subject, instance_id());
    let id = &absent.instance_id;
    for call in [
        snapshot(&absent, &snapshot_id()),
        calls::reboot(id),
        calls::window(id, "02:00-02:30", false),
    ] {
        assert_refused(send(subject, &absent, call).await, "DBInstanceNotFound");
    }
}

/// RDS applies a window at once.
pub async fn a_window_that_was_requested_is_seen(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    for expected in ["02:00-02:30", "23:45-00:15"] {
        send(subject, &target, calls::window(&target.instance_id, expected, false))
            .await
            .expect("RDS accepts it");
        let seen = request(subject, ObserveRequest::instance(&target.instance_id)).await;
        assert_eq!(seen.instances[&target.instance_id].backup_window, expected.parse().ok());
    }
    for expected in ["sat:22:00-sat:23:30", "wed:04:00-wed:04:30"] {
        send(subject, &target, calls::maintenance_window(&target.instance_id, expected))
            .await
            .expect("RDS accepts it");
        let seen = request(subject, ObserveRequest::instance(&target.instance_id)).await;
        assert_eq!(seen.instances[&target.instance_id].maintenance_window, expected.parse().ok());
    }
}

fn group_name() -> ParameterGroupName {
    format!("pg-{}", text()).parse().expect("letters and digits are a name")
}

/// The group is described with what it sets, and the instance with the group.
pub async fn a_parameter_group_that_was_requested_is_attached(subject: &impl RdsWithInstances) {
    let (target, name) = (made(subject).await, group_name());
    subject.make_parameter_group(&name).await;
    let seen = request(subject, ObserveRequest::parameter_group(&name)).await;
    let group = &seen.parameter_groups[&name];
    assert_eq!(group.family, "postgres16");
    let work_mem = group.parameters.get("work_mem").and_then(|it| it.value.as_deref());
    assert_eq!(work_mem, subject.tells_parameters().then_some("8192"));
    let id = &target.instance_id;
    send(subject, &target, calls::parameter_group(id, name.as_str()))
        .await
        .expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::instance(id)).await;
    let attached: Vec<&str> =
        seen.instances[id].parameter_groups.keys().map(String::as_str).collect();
    assert_eq!(attached, [name.as_str()]);
}

/// Absence is an answer where the group is looked at, and a refusal where it is to be attached.
pub async fn an_unknown_parameter_group_is_not_attached(subject: &impl RdsWithInstances) {
    let (target, name) = (made(subject).await, group_name());
    let seen = request(subject, ObserveRequest::parameter_group(&name)).await;
    assert_eq!(seen, Observation::default());
    let attach = calls::parameter_group(&target.instance_id, name.as_str());
    let answer = send(subject, &target, attach).await;
    if subject.misses_parameter_groups() {
        assert_refused(answer, "DBParameterGroupNotFound");
    } else {
        answer.expect("it takes any name");
    }
}

/// An emulator under load writes its events a moment after its answer.
const LOOKS_FOR_AN_EVENT: usize = 200;

/// The event is the evidence of a restart that was too short to be seen in the status.
pub async fn a_reboot_that_was_requested_leaves_its_event(subject: &impl RdsWithInstances) {
    let (target, before) = (made(subject).await, now());
    let receipt =
        send(subject, &target, calls::reboot(&target.instance_id)).await.expect("RDS accepts it");
    assert!(receipt.instance_status.is_some());
    let wanted = ObserveRequest::default()
        .with_events_of(&target.instance_id, before - chrono::TimeDelta::seconds(2));
    let mut restarted = false;
    for _ in 0..LOOKS_FOR_AN_EVENT {
        let seen = request(subject, wanted.clone()).await;
        assert!(seen.events.iter().all(|event| event.instance_id == target.instance_id));
        restarted = seen.events.iter().any(|event| event.kind == EventKind::Restarted);
        if restarted || !subject.shows_restarts() {
            break;
        }
    }
    assert_eq!(restarted, subject.shows_restarts());
}

/// The instance is stopped in the end, or on the way to it. Where it is stopped, it can be started.
pub async fn a_stop_and_a_start_that_were_requested_are_seen(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    let id = &target.instance_id;
    let receipt = send(subject, &target, calls::stop(id)).await.expect("RDS accepts it");
    assert!(receipt.instance_status.is_some());
    if subject.stops_as_rds() {
        let again = send(subject, &target, calls::stop(id)).await;
        assert_refused(again, "InvalidDBInstanceState");
    }
    let status = async || {
        let mut seen = request(subject, ObserveRequest::instance(id)).await;
        seen.instances.remove(id).expect("it stays").status
    };
    let stopped = status().await;
    assert!(["stopping", "stopped"].contains(&stopped.as_str()), "{stopped}");
    if stopped == "stopped" {
        send(subject, &target, calls::start(id)).await.expect("RDS accepts it");
        let started = status().await;
        assert!(["starting", "available"].contains(&started.as_str()), "{started}");
    }
}

/// The snapshot has the name that was asked for and is of the instance.
pub async fn a_stop_takes_the_snapshot_that_it_names(subject: &impl RdsWithInstances) {
    let (target, snapshot_id) = (made(subject).await, snapshot_id());
    let stop = calls::stop_with_snapshot(&target.instance_id, &snapshot_id);
    send(subject, &target, stop).await.expect("RDS accepts it");
    let seen = request(subject, ObserveRequest::snapshot(&snapshot_id)).await;
    let source = seen.snapshots.get(&snapshot_id).map(|snapshot| snapshot.source_id.as_deref());
    let expected = subject.stops_as_rds().then_some(Some(target.instance_id.as_str()));
    assert_eq!(source, expected);
}

/// Now, or in the maintenance window.
pub async fn a_class_that_was_requested_is_in_use_or_waits(subject: &impl RdsWithInstances) {
    for apply_immediately in [true, false] {
        let target = made(subject).await;
        let id = &target.instance_id;
        let call = calls::class(id, "db.r5.large", apply_immediately);
        let receipt = send(subject, &target, call).await.expect("RDS accepts it");
        assert!(receipt.instance_status.is_some());
        let mut seen = request(subject, ObserveRequest::instance(id)).await;
        let live = seen.instances.remove(id).expect("it stays");
        let waits = live.pending_modifications.get(PENDING_CLASS);
        let shown = waits.or(live.instance_class.as_ref()).map(String::as_str);
        assert_eq!(shown, Some("db.r5.large"), "{live:?}");
    }
}

/// Of the class that is wanted. Where it can't be ordered, others are proposed.
pub async fn classes_that_can_be_ordered_are_listed(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    let id = &target.instance_id;
    let orderable = async |class: &str| {
        let class = class.parse().expect("it is a class");
        let mut seen = request(subject, ObserveRequest::orderable(id, &class)).await;
        let live = seen.instances.remove(id).expect("it is there");
        (seen.orderable.remove(id).expect("it was asked for"), live)
    };
    let (offered, live) = orderable("db.r5.large").await;
    assert_eq!(offered.fits(&live), subject.lists_classes(), "{offered:?}");
    let unknown = "db.r5.gigantic";
    let (unknown, live) = (orderable(unknown).await.0, live);
    assert_eq!((unknown.fits(&live), unknown.wanted.as_slice()), (false, &[][..]));
    let nearest = unknown.nearest(&"db.r5.xlarge".parse().expect("it is a class"), &live, |_| true);
    assert_eq!(nearest.is_empty(), !subject.lists_classes(), "{nearest:?}");
    let unasked = request(subject, ObserveRequest::instance(id)).await;
    assert!(unasked.orderable.is_empty());
}

/// A start that is sent again does no harm.
pub async fn a_start_of_a_running_instance_is_refused(subject: &impl RdsWithInstances) {
    let target = made(subject).await;
    let answer = send(subject, &target, calls::start(&target.instance_id)).await;
    if subject.stops_as_rds() {
        assert_refused(answer, "InvalidDBInstanceState");
    } else {
        answer.expect("it accepts it, and nothing changes");
    }
}

/// Nothing is asked for.
pub async fn an_empty_look_shows_nothing(subject: &impl RdsWithInstances) {
    assert_eq!(request(subject, ObserveRequest::default()).await, Observation::default());
}

pub(super) fn assert_refused(answer: Result<Receipt, SendError>, expected: &str) {
    assert!(
        matches!(&answer, Err(SendError::Refused { code, .. }) if code == expected),
        "{answer:?}"
    );
}
