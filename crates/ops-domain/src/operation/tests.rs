use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use expect_test::{Expect, expect};
use serde_json::json;

use super::*;
use crate::cluster::LiveCluster;
use crate::failure::Code;
use crate::id::{ClusterId, ClusterSnapshotId, OperationId};
use crate::instance::LiveInstance;
use crate::orderable::{Orderable, OrderableOption};
use crate::rds_call::RdsCall;
use crate::tag::InheritedTags;
use crate::time::Timestamp;

mod class;
mod cluster;
mod deletion;
mod evidence;
mod maintenance_window;
mod pages;
mod parameter_group;
mod power;
mod statuses;

/// A Tuesday, 22:13:20 UTC.
fn now() -> Timestamp {
    DateTime::from_timestamp(1_700_000_000, 0).expect("it is within the range of time")
}

/// A healthy instance on which every operation is allowed.
fn instance() -> LiveInstance {
    LiveInstance {
        instance_id: "db-1".parse().unwrap(),
        arn: None,
        dbi_resource_id: None,
        engine: "postgres".into(),
        engine_version: None,
        status: "available".into(),
        instance_class: None,
        multi_az: true,
        availability_zone: Some("eu-central-1a".into()),
        secondary_availability_zone: Some("eu-central-1b".into()),
        backup_window: Some("03:00-04:00".parse().unwrap()),
        maintenance_window: Some("sun:05:00-sun:06:00".parse().unwrap()),
        backup_retention_days: Some(7),
        pending_modifications: BTreeMap::new(),
        tags: BTreeMap::new(),
        cluster_id: None,
        replica_source: None,
        source_cluster: None,
        replicas: BTreeSet::new(),
        replica_clusters: BTreeSet::new(),
        parameter_groups: BTreeMap::new(),
        aws_backup_recovery_point: None,
        copy_tags_to_snapshot: false,
        automatic_restart_time: None,
        capacity_reservation: None,
        license_model: None,
        storage_type: None,
        processor_features: BTreeMap::new(),
    }
}

fn operation(name: &str, parameters: Value) -> Operation {
    let Value::Object(parameters) = parameters else { panic!("an object") };
    let mut problems = Vec::new();
    let operation =
        Operation::parse(name, &mut Fields::new(&parameters, "/parameters", &mut problems))
            .unwrap();
    assert_eq!(problems, []);
    operation.unwrap()
}

fn prepare(operation: &Operation, live: &LiveInstance) -> Result<Preparation, Failure> {
    prepare_in(operation, live, None)
}

fn prepare_in(
    operation: &Operation,
    live: &LiveInstance,
    cluster: Option<&LiveCluster>,
) -> Result<Preparation, Failure> {
    let orderable = seen_with_class(live).orderable;
    let seen = Observation { orderable, ..deletion::seen() };
    prepare_seeing(operation, live, cluster, &seen)
}

fn prepare_seeing(
    operation: &Operation,
    live: &LiveInstance,
    cluster: Option<&LiveCluster>,
    seen: &Observation,
) -> Result<Preparation, Failure> {
    let (tags, copying) = LiveTarget { live, cluster }.snapshot_source();
    let inherited_tags = InheritedTags::of(tags, copying, |key| key == "Environment");
    let operation_id = OperationId::first_at(1_700_000_000_000);
    operation.prepare(&PrepareContext {
        operation_id,
        principal: "iam:arn:aws:iam::111122223333:user/alice",
        asked_at: operation_id.requested_at(),
        now: now(),
        live,
        cluster,
        inherited_tags: &inherited_tags,
        seen,
        allowed_classes: &[],
    })
}

/// What the poll before the call shows where `db.r6g.large` can be ordered.
fn seen_with_class(live: &LiveInstance) -> Observation {
    let option = OrderableOption {
        class: "db.r6g.large".parse().unwrap(),
        storage_type: None,
        multi_az_capable: true,
    };
    let orderable = Orderable { wanted: vec![option], others: Vec::new() };
    let orderable = [(live.instance_id.clone(), orderable)].into();
    Observation { orderable, ..Observation::default() }
}

#[track_caller]
fn check(name: &str, parameters: Value, mend: impl FnOnce(&mut LiveInstance), expected: Expect) {
    let mut live = instance();
    mend(&mut live);
    let reported = match prepare(&operation(name, parameters), &live) {
        Ok(Preparation::Send(call)) => format!("{call:?}"),
        Ok(Preparation::Nothing(result)) => format!("nothing: {}", Value::Object(result)),
        Err(failure) => format!(
            "{} {}: {}",
            failure.code,
            failure.error_code.unwrap_or_default(),
            failure.sentence
        ),
    };
    expected.assert_eq(&reported);
}

#[test]
fn a_snapshot_gets_all_three_kinds_of_tags() {
    let mut live = instance();
    live.tags = [("Environment", "dev"), ("aws:cloudformation:stack-name", "x")]
        .map(|(k, v)| (k.into(), v.into()))
        .into();
    let wanted = json!({ "snapshot_id": "S-1", "tags": [{ "Key": "Ticket", "Value": "T 1" }] });
    let call = prepare(&operation("create_snapshot", wanted), &live);
    let Ok(Preparation::Send(RdsCall::CreateDbSnapshot { snapshot_id, tags, .. })) = call else {
        panic!("no call");
    };
    assert_eq!(snapshot_id.as_str(), "s-1");
    let tags: Vec<(&str, &str)> =
        tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    assert_eq!(
        tags,
        [
            ("Environment", "dev"),
            ("Ticket", "T 1"),
            ("rds-ops:operation-id", "01HF7YAT000000000000000000"),
            ("rds-ops:requested-by", "iam:arn:aws:iam::111122223333:user/alice"),
        ]
    );
}

#[test]
fn too_many_tags_are_refused_before_anything_is_sent() {
    let tags: Vec<Value> =
        (0..49).map(|n| json!({ "Key": format!("k{n}"), "Value": "v" })).collect();
    let failure = prepare(
        &operation("create_snapshot", json!({ "snapshot_id": "s", "tags": tags })),
        &instance(),
    );
    let failure = failure.unwrap_err();
    assert_eq!(failure.error_code.as_deref(), Some("too_many_tags"));
    assert!(failure.sentence.contains("49 of the request"), "{failure:?}");
}

/// The codes of AWS are for what AWS said, and so is its guidance.
#[test]
fn what_this_service_refuses_by_itself_never_has_a_code_of_aws() {
    let snapshot = |tags: usize| {
        let tags: Vec<Value> =
            (0..tags).map(|n| json!({ "Key": format!("k{n}"), "Value": "v" })).collect();
        operation("create_snapshot", json!({ "snapshot_id": "s".repeat(64), "tags": tags }))
    };
    let overlapping = operation("modify_backup_window", json!({ "backup_window": "05:00-05:30" }));
    let stopped = LiveInstance { status: "stopped".into(), ..instance() };
    let down = LiveCluster { status: "stopped".into(), ..cluster::cluster() };
    for (refused, code) in [
        (prepare(&snapshot(50), &instance()), "too_many_tags"),
        (prepare(&snapshot(0), &stopped), "status_not_allowed"),
        (prepare(&overlapping, &instance()), "windows_overlap"),
        (
            prepare_in(&snapshot(0), &cluster::member(), Some(&cluster::cluster())),
            "cluster_snapshot_name_too_long",
        ),
        (prepare_in(&snapshot(0), &cluster::member(), Some(&down)), "cluster_status_not_allowed"),
    ] {
        let failure = refused.unwrap_err();
        assert_eq!(
            (failure.code, failure.error_code.as_deref()),
            (Code::OperationFailed, Some(code))
        );
        assert!(!failure.guidance.contains("message of RDS"), "{}", failure.guidance);
    }
}

#[test]
fn a_reboot_is_refused_where_rds_would_refuse_it() {
    check(
        "reboot_instance",
        json!({}),
        |_| {},
        expect![[r#"RebootDbInstance { instance_id: InstanceId("db-1"), force_failover: false }"#]],
    );
    check(
        "reboot_instance",
        json!({}),
        |live| live.status = "stopped".into(),
        expect![
            "operation_failed status_not_allowed: The instance is `stopped`, and `reboot_instance` \
             is possible only in `available`, `storage-optimization`, `storage-initialization` and \
             `incompatible-parameters`."
        ],
    );
    let live = LiveInstance { engine: "custom-oracle-ee".into(), ..instance() };
    let failure = prepare(&operation("reboot_instance", json!({})), &live).unwrap_err();
    assert_eq!(failure.error_code.as_deref(), Some("unsupported_engine"));
}

/// RDS lists them, but they are other services.
#[test]
fn documentdb_and_neptune_are_rejected() {
    for engine in ["docdb", "neptune"] {
        let live =
            LiveInstance { engine: engine.into(), cluster_id: Some("c-1".into()), ..instance() };
        for (name, parameters) in every_operation() {
            for cluster in [None, Some(&cluster::cluster())] {
                let failure =
                    prepare_in(&operation(name, parameters.clone()), &live, cluster).unwrap_err();
                assert_eq!(
                    failure.error_code.as_deref(),
                    Some("unsupported_engine"),
                    "{name} on {engine}"
                );
                assert_eq!(failure.facts["engine"], json!(engine));
            }
        }
    }
}

fn every_operation() -> Vec<(&'static str, Value)> {
    let examples = Operation::examples().into_iter();
    examples.map(|it| (it.name(), Value::Object(it.parameters()))).collect()
}

#[test]
fn a_failover_needs_a_standby() {
    let live = LiveInstance { multi_az: false, ..instance() };
    let failure = prepare(&operation("reboot_instance", json!({ "force_failover": true })), &live)
        .unwrap_err();
    assert_eq!(failure.error_code.as_deref(), Some("failover_requires_multi_az"));
    assert!(
        prepare(&operation("reboot_instance", json!({ "force_failover": false })), &live).is_ok()
    );
}

#[test]
fn a_window_that_is_set_already_changes_nothing() {
    let same = json!({ "backup_window": "03:00-04:00", "apply_immediately": true });
    check(
        "modify_backup_window",
        same,
        |_| {},
        expect![[
            r#"nothing: {"apply_immediately":true,"backup_window":"03:00-04:00","changed":false,"pending_modifications":{},"status":"available"}"#
        ]],
    );
}

#[test]
fn a_window_may_touch_but_not_overlap_the_maintenance_window() {
    check(
        "modify_backup_window",
        json!({ "backup_window": "04:30-05:30" }),
        |_| {},
        expect![
            "operation_failed windows_overlap: The backup window 04:30-05:30 overlaps the \
             maintenance window sun:05:00-sun:06:00 of the instance (both UTC)."
        ],
    );
    let overlapping = operation("modify_backup_window", json!({ "backup_window": "04:30-05:30" }));
    let failure = prepare(&overlapping, &instance()).unwrap_err();
    assert_eq!(failure.facts["maintenance_window"], json!("sun:05:00-sun:06:00"));
    assert_eq!(failure.facts["free_backup_windows"], json!(["04:00-05:00", "06:00-07:00"]));
    let nearest = "outside the maintenance window sun:05:00-sun:06:00, on every day of the week. \
                   The nearest free ones are 04:00-05:00 and 06:00-07:00 (UTC).";
    assert!(failure.guidance.contains(nearest), "{}", failure.guidance);
    let adjacent = operation("modify_backup_window", json!({ "backup_window": "04:00-05:00" }));
    assert!(matches!(prepare(&adjacent, &instance()), Ok(Preparation::Send(_))));
}

#[test]
fn apply_immediately_is_refused_while_other_changes_wait() {
    let mut live = instance();
    live.pending_modifications.insert("DBInstanceClass".into(), "db.r6g.large".into());
    let now = operation(
        "modify_backup_window",
        json!({ "backup_window": "01:00-02:00", "apply_immediately": true }),
    );
    let failure = prepare(&now, &live).unwrap_err();
    assert_eq!(failure.code, Code::PendingChangesWouldApply);
    assert_eq!(
        failure.facts["pending_modifications"],
        json!({ "DBInstanceClass": "db.r6g.large" })
    );
    let later = operation("modify_backup_window", json!({ "backup_window": "01:00-02:00" }));
    let Ok(Preparation::Send(RdsCall::ModifyDbInstance { apply_immediately, .. })) =
        prepare(&later, &live)
    else {
        panic!("no call")
    };
    assert!(!apply_immediately);
}

#[test]
fn every_operation_has_a_schema_that_names_its_parameters() {
    let schemas = Operation::schemas();
    assert_eq!(
        schemas.keys().copied().collect::<BTreeSet<_>>(),
        Operation::NAMES.iter().copied().collect()
    );
    for (name, parameters) in every_operation() {
        let known: BTreeSet<String> =
            schemas[name]["properties"].as_object().unwrap().keys().cloned().collect();
        let shown: BTreeSet<String> =
            operation(name, parameters).parameters().keys().cloned().collect();
        assert!(known.is_superset(&shown), "{name}");
        let required = schemas[name]["required"].as_array().cloned().unwrap_or_default();
        assert!(required.iter().all(|it| shown.contains(it.as_str().unwrap())), "{name}");
        assert_eq!(schemas[name]["additionalProperties"], json!(false));
    }
}
