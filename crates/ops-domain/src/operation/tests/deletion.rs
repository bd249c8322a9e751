//! Which snapshots are deleted, and what the days of a new one make of its tags.

use super::*;
use crate::observation::{ListedSnapshot, Snapshot};

const ASKED: i64 = 1_700_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(ASKED + seconds, 0).unwrap()
}

/// An old snapshot that this service made, of the instance or of the cluster.
fn snapshot() -> Snapshot {
    Snapshot {
        snapshot_id: "before-migration".parse().unwrap(),
        source_id: Some("db-1".into()),
        source_resource_id: None,
        kind: Some("manual".into()),
        arn: None,
        status: "available".into(),
        percent: Some(100),
        created_at: Some(at(-86_400)),
        taken_at: Some(at(-86_400)),
        tags: [("rds-ops:operation-id", "01HF7YAT000000000000000000")]
            .map(|(key, value)| (key.into(), value.into()))
            .into(),
    }
}

fn listed(name: &str, status: &str, second: i64) -> ListedSnapshot {
    ListedSnapshot {
        name: name.into(),
        source_resource_id: None,
        kind: Some(if name.starts_with("rds:") { "automated" } else { "manual" }.into()),
        status: status.into(),
        taken_at: Some(at(second)),
    }
}

fn show(snapshot: Snapshot, others: Vec<ListedSnapshot>, shared_with: &[&str]) -> Observation {
    let own = ListedSnapshot {
        name: snapshot.snapshot_id.to_string(),
        source_resource_id: snapshot.source_resource_id.clone(),
        kind: snapshot.kind.clone(),
        status: snapshot.status.clone(),
        taken_at: snapshot.taken_at,
    };
    let all: Vec<ListedSnapshot> = [own].into_iter().chain(others).collect();
    let (name, id) = (snapshot.snapshot_id.as_str().parse().unwrap(), snapshot.snapshot_id.clone());
    let shared_with: BTreeSet<String> = shared_with.iter().map(|it| (*it).to_owned()).collect();
    let of_cluster = Snapshot {
        source_id: snapshot.source_id.as_ref().map(|_| "c-1".into()),
        source_resource_id: Some("cluster-ABC".into()),
        ..snapshot.clone()
    };
    let of_the_cluster = |it: &ListedSnapshot| ListedSnapshot {
        source_resource_id: Some("cluster-ABC".into()),
        ..it.clone()
    };
    Observation {
        cluster_snapshots_of: [("c-1".parse().unwrap(), all.iter().map(of_the_cluster).collect())]
            .into(),
        snapshots_of: [("db-1".parse().unwrap(), all)].into(),
        snapshots: [(id.clone(), snapshot)].into(),
        cluster_snapshots: [(ClusterSnapshotId::clone(&name), of_cluster)].into(),
        sharing: [(id, shared_with.clone())].into(),
        cluster_sharing: [(name, shared_with)].into(),
        ..Observation::default()
    }
}

/// A snapshot that the example of `delete_snapshot` deletes, and a newer one.
pub(super) fn seen() -> Observation {
    show(snapshot(), vec![listed("later", "available", -3_600)], &[])
}

fn prepare_with(
    operation: &Operation,
    live: &LiveInstance,
    seen: &Observation,
) -> Result<Preparation, Failure> {
    let (tags, copying) = LiveTarget { live, cluster: None }.snapshot_source();
    operation.prepare(&PrepareContext {
        operation_id: OperationId::first_at(1),
        principal: "iam:alice",
        asked_at: at(0),
        now: at(0),
        live,
        cluster: None,
        inherited_tags: &InheritedTags::of(tags, copying, |_| false),
        seen,
        allowed_classes: &[],
    })
}

fn delete(parameters: Value) -> Operation {
    let mut all = json!({ "snapshot_id": "before-migration" });
    all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    operation("delete_snapshot", all)
}

fn outcome(parameters: Value, seen: &Observation) -> String {
    match prepare_with(&delete(parameters), &instance(), seen) {
        Ok(Preparation::Send(call)) => call.action().to_owned(),
        Ok(Preparation::Nothing(_)) => "nothing".to_owned(),
        Err(failure) => failure.error_code.unwrap_or_default(),
    }
}

/// What comes of a change of one thing.
fn changed(change: impl FnOnce(&mut Snapshot)) -> String {
    let mut snapshot = snapshot();
    change(&mut snapshot);
    outcome(json!({}), &show(snapshot, vec![listed("later", "available", -3_600)], &[]))
}

#[test]
fn only_old_unshared_snapshots_of_this_service_are_deleted() {
    assert_eq!(changed(|_| {}), "DeleteDBSnapshot");
    assert_eq!(changed(|it| it.source_id = Some("db-2".into())), "snapshot_of_another_database");
    assert_eq!(changed(|it| it.source_id = None), "snapshot_of_another_database");
    for kind in [Some("automated".into()), Some("awsbackup".into()), None] {
        assert_eq!(changed(|it| it.kind = kind), "snapshot_not_manual");
    }
    let backup = ("aws:backup:source-resource".to_owned(), "x".to_owned());
    assert_eq!(changed(|it| it.tags.extend([backup])), "snapshot_not_manual");
    assert_eq!(changed(|it| it.tags.clear()), "snapshot_not_made_by_service");
    let forged = ("rds-ops:operation-id".to_owned(), "mine".to_owned());
    assert_eq!(changed(|it| it.tags.extend([forged])), "snapshot_not_made_by_service");
    for created_at in [None, Some(at(0)), Some(at(60))] {
        assert_eq!(changed(|it| it.created_at = created_at), "snapshot_created_since");
    }
    for status in ["creating", "copying", "deleting", "failed", "polishing"] {
        assert_eq!(changed(|it| it.status = status.into()), "snapshot_not_available");
    }
    assert_eq!(outcome(json!({}), &Observation::default()), "snapshot_not_found");
}

/// An instance that was made again under the same name is another one.
#[test]
fn a_snapshot_of_an_earlier_database_is_left_alone() {
    let live = LiveInstance { dbi_resource_id: Some("db-NEW".into()), ..instance() };
    for (resource_id, refused) in [(Some("db-OLD"), true), (None, true), (Some("db-NEW"), false)] {
        let source_resource_id = resource_id.map(str::to_owned);
        let snapshot = Snapshot { source_resource_id: source_resource_id.clone(), ..snapshot() };
        let later = ListedSnapshot { source_resource_id, ..listed("later", "available", -3_600) };
        let prepared = prepare_with(&delete(json!({})), &live, &show(snapshot, vec![later], &[]));
        assert_eq!(prepared.is_err(), refused, "{prepared:?}");
    }
}

#[test]
fn what_others_may_use_is_left_alone() {
    let later = || vec![listed("later", "available", -3_600)];
    for accounts in [&["111122224444"][..], &["all"]] {
        assert_eq!(outcome(json!({}), &show(snapshot(), later(), accounts)), "snapshot_shared");
    }
    let unknown = Observation { sharing: BTreeMap::new(), ..seen() };
    assert_eq!(outcome(json!({}), &unknown), "snapshot_shared");
    for (name, status) in [("copy", "copying"), ("rds:db-1-2026", "creating"), ("copy", "failed")] {
        let mut others = later();
        others.push(listed(name, status, -60));
        let busy = show(snapshot(), others, &[]);
        assert_eq!(outcome(json!({ "allow_newest": true }), &busy), "snapshots_in_progress");
    }
    let unlisted = Observation { snapshots_of: BTreeMap::new(), ..seen() };
    assert_eq!(outcome(json!({ "allow_newest": true }), &unlisted), "snapshot_not_found");
}

#[test]
fn the_newest_snapshot_is_deleted_only_where_that_is_allowed() {
    let unknown = ListedSnapshot { taken_at: None, ..listed("later", "available", 0) };
    let other = ListedSnapshot {
        source_resource_id: Some("db-OLD".into()),
        ..listed("later", "available", -60)
    };
    for others in [
        vec![],
        vec![listed("earlier", "available", -90_000)],
        // A copy has the time of its source.
        vec![listed("copy", "available", -86_400)],
        vec![listed("rds:db-1-2026", "available", -60)],
        vec![unknown],
        vec![other],
    ] {
        let seen = show(snapshot(), others, &[]);
        assert_eq!(outcome(json!({}), &seen), "snapshot_is_newest");
        assert_eq!(outcome(json!({ "allow_newest": true }), &seen), "DeleteDBSnapshot");
    }
    let timeless = Snapshot { taken_at: None, ..snapshot() };
    let seen = show(timeless, vec![listed("later", "available", -60)], &[]);
    assert_eq!(outcome(json!({}), &seen), "snapshot_is_newest");
}

/// The request is of 2023-11-14.
#[test]
fn only_expired_goes_by_the_tag_of_the_snapshot() {
    for (tag, expected) in [
        (Some("2023-11-13"), "DeleteDBSnapshot"),
        (Some("2023-11-14"), "snapshot_not_expired"),
        (Some("2033-11-14"), "snapshot_not_expired"),
        (Some("soon"), "snapshot_without_expiry"),
        (Some("2023-11-13 "), "snapshot_without_expiry"),
        (None, "snapshot_without_expiry"),
    ] {
        let mut snapshot = snapshot();
        let tag = tag.map(|date| ("rds-ops:delete-after".to_owned(), date.to_owned()));
        snapshot.tags.extend(tag.clone());
        let seen = show(snapshot, vec![listed("later", "available", -3_600)], &[]);
        assert_eq!(outcome(json!({ "only_expired": true }), &seen), expected, "{tag:?}");
        assert_eq!(outcome(json!({}), &seen), "DeleteDBSnapshot", "{tag:?}");
    }
}

#[test]
fn the_snapshot_of_a_member_is_one_of_its_cluster() {
    let cluster = cluster::cluster();
    let deleted = prepare_in(&delete(json!({})), &cluster::member(), Some(&cluster)).unwrap();
    let Preparation::Send(call) = deleted else { panic!("{deleted:?}") };
    assert_eq!(call.action(), "DeleteDBClusterSnapshot");
    assert_eq!(
        Value::Object(call.request().parameters),
        json!({ "DBClusterSnapshotIdentifier": "before-migration" })
    );
    let grants = call.permission().grants;
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].resources[0].to_string(), "cluster-snapshot:before-migration");
    let long = operation("delete_snapshot", json!({ "snapshot_id": "s".repeat(64) }));
    let refused = prepare_in(&long, &cluster::member(), Some(&cluster)).unwrap_err();
    assert_eq!(refused.error_code.as_deref(), Some("snapshot_not_found"));
}

#[test]
fn retain_days_become_the_last_day_in_a_tag() {
    let create = json!({ "snapshot_id": "s-1", "retain_days": 30 });
    let call = prepare(&operation("create_snapshot", create), &instance());
    let Ok(Preparation::Send(call)) = call else { panic!("{call:?}") };
    let tags = call.tags().unwrap();
    let last_day = tags.iter().find(|tag| tag.key.as_str() == "rds-ops:delete-after");
    assert_eq!(last_day.map(|tag| tag.value.as_str()), Some("2023-12-14"));
    let create = operation("create_snapshot", json!({ "snapshot_id": "s-1" }));
    let Ok(Preparation::Send(call)) = prepare(&create, &instance()) else { panic!("no call") };
    assert!(!format!("{call:?}").contains("delete-after"));
}

#[test]
fn retain_days_are_a_whole_number_within_bounds() {
    for (value, valid) in [
        (json!(1), true),
        (json!(3650), true),
        (json!(0), false),
        (json!(3651), false),
        (json!(1.5), false),
        (json!("30"), false),
        (json!(-1), false),
    ] {
        let parameters = json!({ "snapshot_id": "s-1", "retain_days": value });
        let mut problems = Vec::new();
        let object = parameters.as_object().unwrap();
        let mut fields = Fields::new(object, "/parameters", &mut problems);
        let read = Operation::parse("create_snapshot", &mut fields).unwrap();
        assert_eq!((read.is_some(), problems.is_empty()), (valid, valid), "{value}");
    }
}
