//! What is asked of a cluster for one of its members.

use super::*;

/// A healthy Aurora cluster of two.
pub(super) fn cluster() -> LiveCluster {
    LiveCluster {
        cluster_id: "c-1".parse().unwrap(),
        engine: "aurora-postgresql".into(),
        status: "available".into(),
        tags: BTreeMap::new(),
        members: ["db-1".into(), "db-2".into()].into(),
        writer: Some("db-1".into()),
        backup_window: Some("07:00-08:00".parse().unwrap()),
        maintenance_window: Some("mon:10:00-mon:11:00".parse().unwrap()),
        pending_modifications: BTreeMap::new(),
        replica_source: None,
        replicas: BTreeSet::new(),
        global_cluster_id: None,
        copy_tags_to_snapshot: false,
        resource_id: Some("cluster-ABC".into()),
        engine_mode: None,
        automatic_restart_time: None,
    }
}

pub(super) fn member() -> LiveInstance {
    LiveInstance {
        engine: "aurora-postgresql".into(),
        cluster_id: Some("c-1".into()),
        multi_az: false,
        ..instance()
    }
}

#[track_caller]
fn check(name: &str, parameters: Value, mend: impl FnOnce(&mut LiveCluster), expected: Expect) {
    let mut cluster = cluster();
    mend(&mut cluster);
    let shown = match prepare_in(&operation(name, parameters), &member(), Some(&cluster)) {
        Ok(Preparation::Send(call)) => format!("{call:?}"),
        Ok(Preparation::Nothing(result)) => format!("nothing: {}", Value::Object(result)),
        Err(failure) => format!(
            "{} {}: {}",
            failure.code,
            failure.error_code.unwrap_or_default(),
            failure.sentence
        ),
    };
    expected.assert_eq(&shown);
}

#[test]
fn a_member_snapshot_is_a_cluster_snapshot() {
    let wanted =
        |length| operation("create_snapshot", json!({ "snapshot_id": "s".repeat(length) }));
    let call = prepare_in(&wanted(63), &member(), Some(&cluster()));
    let Ok(Preparation::Send(RdsCall::CreateDbClusterSnapshot { cluster_id, tags, .. })) = call
    else {
        panic!("no call: {call:?}");
    };
    assert_eq!((cluster_id.as_str(), tags.len()), ("c-1", 2));
    let failure = prepare_in(&wanted(64), &member(), Some(&cluster())).unwrap_err();
    assert_eq!(failure.error_code.as_deref(), Some("cluster_snapshot_name_too_long"));
    assert_eq!(
        failure.sentence,
        "The instance is a member of a cluster, so this is a cluster snapshot, and its identifier \
         must have at most 63 characters; it has 64."
    );
}

#[test]
fn the_window_of_a_member_is_that_of_its_cluster() {
    let window = |text: &str| json!({ "backup_window": text });
    let name = "modify_backup_window";
    check(
        name,
        window("03:00-04:00"),
        |_| {},
        expect![[
            r#"ModifyDbCluster { cluster_id: ClusterId("c-1"), setting: BackupWindow(BackupWindow { start_minute: 180, end_minute: 240 }), apply_immediately: false }"#
        ]],
    );
    check(
        name,
        window("07:00-08:00"),
        |_| {},
        expect![[
            r#"nothing: {"apply_immediately":false,"backup_window":"07:00-08:00","changed":false,"db_cluster_id":"c-1","members":["db-1","db-2"],"pending_modifications":{},"scope":"cluster","status":"available"}"#
        ]],
    );
    check(
        name,
        window("10:30-11:30"),
        |_| {},
        expect![
            "operation_failed windows_overlap: The backup window 10:30-11:30 overlaps the \
             maintenance window mon:10:00-mon:11:00 of the cluster (both UTC)."
        ],
    );
    check(
        name,
        json!({ "backup_window": "01:00-02:00", "apply_immediately": true }),
        |cluster| {
            cluster.pending_modifications.insert("EngineVersion".into(), "16.4".into());
        },
        expect![
            "pending_changes_would_apply : Other changes wait on this cluster, and \
             apply_immediately would apply them now."
        ],
    );
}

#[test]
fn a_forced_failover_of_a_member_fails_its_cluster_over() {
    let failover = || json!({ "force_failover": true });
    check(
        "reboot_instance",
        failover(),
        |_| {},
        expect![[r#"FailoverDbCluster { cluster_id: ClusterId("c-1") }"#]],
    );
    check(
        "reboot_instance",
        failover(),
        |cluster| {
            cluster.members.pop_last();
        },
        expect![
            "operation_failed failover_requires_two_members: A failover of the DB cluster was \
             asked for, but the cluster has no other member to fail over to."
        ],
    );
}

#[test]
fn only_aurora_members_are_rebooted_alone() {
    check(
        "reboot_instance",
        json!({}),
        |_| {},
        expect![[r#"RebootDbInstance { instance_id: InstanceId("db-1"), force_failover: false }"#]],
    );
    let member = LiveInstance { engine: "postgres".into(), ..member() };
    let cluster = LiveCluster { engine: "postgres".into(), ..cluster() };
    let failure =
        prepare_in(&operation("reboot_instance", json!({})), &member, Some(&cluster)).unwrap_err();
    assert_eq!(failure.error_code.as_deref(), Some("cluster_member"));
    let failover = prepare_in(
        &operation("reboot_instance", json!({ "force_failover": true })),
        &member,
        Some(&cluster),
    );
    assert!(matches!(failover, Ok(Preparation::Send(_))));
}

#[test]
fn readers_restart_with_the_writer_where_the_version_does_so() {
    let plain = || operation("reboot_instance", json!({}));
    let restarted = |operation: Operation, name: &str, version: &str, writer: Option<&str>| {
        let live = LiveInstance {
            instance_id: name.parse().unwrap(),
            engine_version: Some(version.into()),
            ..member()
        };
        let cluster = LiveCluster { writer: writer.map(str::to_owned), ..cluster() };
        let live_target = LiveTarget { live: &live, cluster: Some(&cluster) };
        let warned = operation.warnings(live_target).contains(&Warning::ReadersRestart);
        assert_eq!(warned, !operation.restarted_with(live_target).is_empty());
        operation.restarted_with(live_target).join(" ")
    };
    assert_eq!(restarted(plain(), "db-1", "14.6", Some("db-1")), "db-2");
    assert_eq!(restarted(plain(), "db-1", "14.6", Some("DB-1")), "db-2");
    assert_eq!(restarted(plain(), "db-1", "14.7", Some("db-1")), "");
    assert_eq!(restarted(plain(), "db-2", "14.6", Some("db-1")), "", "a reader restarts alone");
    assert_eq!(restarted(plain(), "db-2", "14.6", None), "db-1", "it may be the writer");
    let failover = operation("reboot_instance", json!({ "force_failover": true }));
    assert_eq!(
        restarted(failover, "db-1", "14.6", Some("db-1")),
        "",
        "a failover is one of the whole cluster"
    );
}

#[test]
fn cluster_calls_need_an_available_cluster() {
    for (name, parameters) in [
        ("create_snapshot", json!({ "snapshot_id": "s" })),
        ("modify_backup_window", json!({ "backup_window": "01:00-02:00" })),
        ("reboot_instance", json!({ "force_failover": true })),
    ] {
        for status in ["backing-up", "failing-over", "stopped", "polishing"] {
            let cluster = LiveCluster { status: status.into(), ..cluster() };
            let failure =
                prepare_in(&operation(name, parameters.clone()), &member(), Some(&cluster))
                    .unwrap_err();
            assert_eq!(
                failure.error_code.as_deref(),
                Some("cluster_status_not_allowed"),
                "{name} while {status}"
            );
            assert_eq!(failure.facts["cluster_status"], json!(status));
        }
    }
}
