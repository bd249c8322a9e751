//! What is refused, sent and warned of when a database is to be stopped or started.

use super::cluster::{cluster, member};
use super::*;
use crate::observation::{Quota, Quotas, Snapshot};

fn stop() -> Operation {
    operation("stop_instance", json!({}))
}

fn stop_with_snapshot() -> Operation {
    operation("stop_instance", json!({ "snapshot_id": "S-1" }))
}

fn start() -> Operation {
    operation("start_instance", json!({}))
}

/// The call, `nothing` with what the result says of a change, or the code of the refusal.
fn outcome(prepared: Result<Preparation, Failure>) -> String {
    match prepared {
        Ok(Preparation::Send(call)) => call.request().action.to_owned(),
        Ok(Preparation::Nothing(result)) => format!("nothing, changed {}", result["changed"]),
        Err(failure) => failure.error_code.unwrap_or_default(),
    }
}

fn on(operation: &Operation, change: impl FnOnce(&mut LiveInstance)) -> String {
    let mut live = instance();
    change(&mut live);
    outcome(prepare(operation, &live))
}

fn on_cluster(operation: &Operation, change: impl FnOnce(&mut LiveCluster)) -> String {
    let mut cluster = cluster();
    change(&mut cluster);
    outcome(prepare_in(operation, &member(), Some(&cluster)))
}

#[test]
fn what_rds_does_not_stop_is_refused_by_name() {
    let code = |change: fn(&mut LiveInstance)| on(&stop(), change);
    assert_eq!(code(|_| {}), "StopDBInstance");
    let replication = "replication_prevents_stop";
    assert_eq!(code(|live| live.replica_source = Some("db-0".into())), replication);
    assert_eq!(code(|live| live.source_cluster = Some("c-0".into())), replication);
    assert_eq!(code(|live| live.replicas = ["db-2".into()].into()), replication);
    assert_eq!(code(|live| live.replica_clusters = ["c-2".into()].into()), replication);
    let sqlserver = "sqlserver_multi_az_not_stoppable";
    assert_eq!(code(|live| live.engine = "sqlserver-se".into()), sqlserver);
    let single = |live: &mut LiveInstance| {
        (live.engine, live.multi_az) = ("sqlserver-se".into(), false);
    };
    assert_eq!(code(single), "StopDBInstance");
    for engine in ["custom-oracle-ee", "custom-sqlserver-se"] {
        for operation in [stop(), start()] {
            assert_eq!(on(&operation, |live| live.engine = engine.into()), "unsupported_engine");
        }
    }
}

#[test]
fn a_cluster_that_rds_does_not_stop_is_refused_by_name() {
    let code = |change: fn(&mut LiveCluster)| on_cluster(&stop(), change);
    assert_eq!(code(|_| {}), "StopDBCluster");
    let other = "arn:aws:rds:us-east-1:111122223333:cluster:c-2";
    let replication = "replication_prevents_stop";
    assert_eq!(on_cluster(&stop(), |it| it.replicas = [other.into()].into()), replication);
    assert_eq!(on_cluster(&stop(), |it| it.replica_source = Some(other.into())), replication);
    assert_eq!(
        code(|it| it.global_cluster_id = Some("g-1".into())),
        "global_database_not_stoppable"
    );
    assert_eq!(code(|it| it.engine_mode = Some("serverless".into())), "serverless_not_stoppable");
    assert_eq!(code(|it| it.engine_mode = Some("provisioned".into())), "StopDBCluster");
    assert_eq!(on_cluster(&stop_with_snapshot(), |_| {}), "cluster_stop_takes_no_snapshot");
    let multi_az = LiveInstance { engine: "mysql".into(), ..member() };
    for operation in [stop(), start()] {
        let prepared = prepare_in(&operation, &multi_az, Some(&cluster()));
        assert_eq!(outcome(prepared), "multi_az_cluster_not_stoppable");
    }
}

/// Where a refusal is known before, it is listed before.
#[test]
fn what_is_listed_agrees_with_what_is_refused() {
    let replica = LiveInstance { replica_source: Some("db-0".into()), ..instance() };
    let possible = |live: Option<&LiveInstance>| {
        let known =
            KnownState { engine: "postgres", status: Some("available"), cluster: None, live };
        Operation::possible("stop_instance", &known).err().and_then(|it| it.error_code)
    };
    assert_eq!(possible(None), None);
    assert_eq!(possible(Some(&instance())), None);
    assert_eq!(possible(Some(&replica)).as_deref(), Some("replication_prevents_stop"));
}

#[test]
fn nothing_is_sent_where_nothing_is_left_to_do() {
    let down = |live: &mut LiveInstance| live.status = "stopped".into();
    assert_eq!(on(&stop(), down), "nothing, changed false");
    assert_eq!(on(&stop_with_snapshot(), down), "already_stopped");
    assert_eq!(on(&start(), down), "StartDBInstance");
    for status in ["available", "storage-optimization"] {
        let up = |live: &mut LiveInstance| live.status = status.into();
        assert_eq!(on(&start(), up), "nothing, changed false", "{status}");
    }
    let cluster_down = |cluster: &mut LiveCluster| cluster.status = "stopped".into();
    assert_eq!(on_cluster(&stop(), cluster_down), "nothing, changed false");
    assert_eq!(on_cluster(&start(), cluster_down), "StartDBCluster");
    assert_eq!(on_cluster(&start(), |_| {}), "nothing, changed false");
    for status in ["stopping", "starting"] {
        for operation in [stop(), start()] {
            let moving = |live: &mut LiveInstance| live.status = status.into();
            assert_eq!(on(&operation, moving), "status_not_allowed", "{status}");
        }
    }
}

#[test]
fn a_start_is_sent_from_the_statuses_that_rds_lists() {
    let network = |engine: &'static str| {
        on(&start(), |live| {
            (live.engine, live.status) = (engine.into(), "incompatible-network".into());
        })
    };
    assert_eq!(network("postgres"), "StartDBInstance");
    assert_eq!(network("sqlserver-ex"), "status_not_allowed");
    let key = "inaccessible-encryption-credentials-recoverable";
    assert_eq!(on(&start(), |live| live.status = key.into()), "StartDBInstance");
    assert_eq!(on_cluster(&start(), |it| it.status = key.into()), "StartDBCluster");
    let network = |it: &mut LiveCluster| it.status = "incompatible-network".into();
    assert_eq!(on_cluster(&start(), network), "cluster_status_not_allowed");
}

/// As a snapshot that is asked for alone.
#[test]
fn the_snapshot_of_a_stop_needs_a_free_name_and_room() {
    let prepared = |seen: Observation| {
        let live = instance();
        let (tags, copying) = LiveTarget { live: &live, cluster: None }.snapshot_source();
        outcome(stop_with_snapshot().prepare(&PrepareContext {
            operation_id: OperationId::first_at(1),
            principal: "iam:alice",
            asked_at: now(),
            now: now(),
            live: &live,
            cluster: None,
            inherited_tags: &InheritedTags::of(tags, copying, |_| false),
            seen: &seen,
            allowed_classes: &[],
        }))
    };
    assert_eq!(prepared(Observation::default()), "StopDBInstance");
    let snapshot = Snapshot {
        snapshot_id: "s-1".parse().unwrap(),
        source_id: None,
        source_resource_id: None,
        kind: None,
        arn: None,
        status: "available".into(),
        percent: None,
        created_at: None,
        taken_at: None,
        tags: BTreeMap::new(),
    };
    let taken = [(snapshot.snapshot_id.clone(), snapshot)].into();
    assert_eq!(
        prepared(Observation { snapshots: taken, ..Observation::default() }),
        "snapshot_name_taken"
    );
    let full = Some(Quota { used: 100, max: 100 });
    let quotas = Some(Quotas { manual_snapshots: full, ..Quotas::default() });
    assert_eq!(
        prepared(Observation { quotas, ..Observation::default() }),
        "snapshot_quota_used_up"
    );
}

#[test]
fn a_stop_warns_of_what_is_lost_and_of_the_start_by_rds() {
    let codes = |operation: &Operation, change: fn(&mut LiveInstance)| {
        let mut live = instance();
        change(&mut live);
        let warnings = operation.warnings(LiveTarget { live: &live, cluster: None });
        warnings.iter().map(|it| it.guidance().code).collect::<Vec<_>>().join(" ")
    };
    let always = "starts_again_after_seven_days";
    assert_eq!(codes(&stop(), |_| {}), always);
    let laden = |live: &mut LiveInstance| {
        live.pending_modifications.insert("DBInstanceClass".into(), "db.r6g.large".into());
        live.parameter_groups = [("orders".into(), "pending-reboot".into())].into();
        live.capacity_reservation = Some("cr-1".into());
    };
    let all = format!(
        "{always} pending_changes_dropped parameters_apply_at_start capacity_reservation_released"
    );
    assert_eq!(codes(&stop(), laden), all);
    assert_eq!(codes(&start(), laden), "", "it runs, and nothing is started");
    let stopped = |live: &mut LiveInstance| {
        live.status = "stopped".into();
        live.parameter_groups = [("orders".into(), "pending-reboot".into())].into();
    };
    assert_eq!(codes(&start(), stopped), "parameters_apply_at_start");
    let mut cluster = cluster();
    cluster.pending_modifications.insert("EngineVersion".into(), "16.4".into());
    let member = member();
    let warnings = stop().warnings(LiveTarget { live: &member, cluster: Some(&cluster) });
    assert!(warnings.contains(&Warning::PendingChangesDropped));
}

#[test]
fn a_stop_needs_what_its_snapshot_needs() {
    let permission = |operation: Operation| match prepare(&operation, &instance()) {
        Ok(Preparation::Send(call)) => {
            let grants = call.permission().grants.into_iter().map(|grant| {
                let resources: Vec<String> =
                    grant.resources.iter().map(ToString::to_string).collect();
                format!("{} on {}\n", grant.action, resources.join(", "))
            });
            grants.collect::<String>()
        }
        other => panic!("no call: {other:?}"),
    };
    expect![[r#"
        StopDBInstance on db:db-1
    "#]]
    .assert_eq(&permission(stop()));
    expect![[r#"
        StopDBInstance on db:db-1, snapshot:s-1
        CreateDBSnapshot on db:db-1, snapshot:s-1
        AddTagsToResource on snapshot:s-1
    "#]]
    .assert_eq(&permission(stop_with_snapshot()));
}
