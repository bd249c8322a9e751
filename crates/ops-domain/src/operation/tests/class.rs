//! What is refused, sent and warned of when an instance is to get another class.

use super::cluster::{cluster, member};
use super::*;
use crate::rules::Glob;

fn later() -> Operation {
    operation("modify_instance_class", json!({ "instance_class": "DB.R6G.Large" }))
}

fn now() -> Operation {
    let parameters = json!({ "instance_class": "db.r6g.large", "apply_immediately": true });
    operation("modify_instance_class", parameters)
}

/// An instance of another class.
fn small() -> LiveInstance {
    LiveInstance {
        instance_class: Some("db.t4g.medium".into()),
        engine_version: Some("16.4".into()),
        storage_type: Some("gp3".into()),
        ..instance()
    }
}

/// The call, `nothing` with what the result says, or the code of the refusal.
fn outcome(prepared: Result<Preparation, Failure>) -> String {
    match prepared {
        Ok(Preparation::Send(call)) => {
            let request = call.request();
            format!("{} {}", request.action, json!(request.parameters))
        }
        Ok(Preparation::Nothing(result)) => {
            format!("nothing, changed {}, applied {}", result["changed"], result["applied"])
        }
        Err(failure) => failure.error_code.unwrap_or_else(|| failure.code.to_string()),
    }
}

fn on(operation: &Operation, change: impl FnOnce(&mut LiveInstance)) -> String {
    let mut live = small();
    change(&mut live);
    outcome(prepare(operation, &live))
}

fn waiting(setting: &str, value: &str) -> impl Fn(&mut LiveInstance) + use<> {
    let (setting, value) = (setting.to_owned(), value.to_owned());
    move |live| {
        live.pending_modifications.insert(setting.clone(), value.clone());
    }
}

const LATER: &str = concat!(
    r#"ModifyDBInstance {"ApplyImmediately":false,"DBInstanceClass":"db.r6g.large","#,
    r#""DBInstanceIdentifier":"db-1"}"#
);
const NOW: &str = concat!(
    r#"ModifyDBInstance {"ApplyImmediately":true,"DBInstanceClass":"db.r6g.large","#,
    r#""DBInstanceIdentifier":"db-1"}"#
);

#[test]
fn the_class_and_nothing_else_is_sent() {
    assert_eq!(on(&later(), |_| {}), LATER);
    assert_eq!(on(&now(), |_| {}), NOW);
    let of_member = LiveInstance { engine: "aurora-postgresql".into(), ..member() };
    assert_eq!(outcome(prepare_in(&now(), &of_member, Some(&cluster()))), NOW);
    let Ok(Preparation::Send(call)) = prepare(&now(), &small()) else { panic!("no call") };
    let grants: Vec<String> =
        call.permission().grants.iter().map(|grant| format!("{grant:?}")).collect();
    assert_eq!(
        grants.concat(),
        r#"Grant { action: "ModifyDBInstance", resources: [Instance(InstanceId("db-1"))] }"#
    );
}

#[test]
fn what_is_so_already_is_left_alone() {
    let same = |live: &mut LiveInstance| live.instance_class = Some("db.r6g.large".into());
    for operation in [later(), now()] {
        assert_eq!(on(&operation, same), "nothing, changed false, applied true");
    }
    let waits = waiting("DBInstanceClass", "db.r6g.large");
    assert_eq!(on(&later(), &waits), "nothing, changed false, applied false");
    assert_eq!(on(&now(), &waits), NOW, "what waits may be applied now");
}

#[test]
fn apply_immediately_is_refused_while_more_than_the_class_waits() {
    let storage = waiting("AllocatedStorage", "200");
    assert_eq!(on(&later(), &storage), LATER);
    assert_eq!(on(&now(), &storage), "pending_changes_would_apply");
    let both = |live: &mut LiveInstance| {
        storage(live);
        waiting("DBInstanceClass", "db.r6g.large")(live);
    };
    assert_eq!(on(&now(), both), "pending_changes_would_apply");
    let other = waiting("DBInstanceClass", "db.r5.large");
    for operation in [later(), now()] {
        assert_eq!(on(&operation, &other), "another_class_waits");
        assert_eq!(
            on(&operation, waiting("EngineVersion", "17.2")),
            "engine_upgrade_waits",
            "{operation:?}"
        );
    }
    // Back to the class that it has, while another one waits.
    let back = |live: &mut LiveInstance| {
        live.instance_class = Some("db.r6g.large".into());
        other(live);
    };
    assert_eq!(on(&later(), back), "another_class_waits");
    let mut upgraded = cluster();
    upgraded.pending_modifications.insert("EngineVersion".into(), "17.2".into());
    let of_member = outcome(prepare_in(&later(), &member(), Some(&upgraded)));
    assert_eq!(of_member, "engine_upgrade_waits");
}

#[test]
fn what_this_service_does_not_resize_is_refused_by_name() {
    let serverless = "serverless_class_not_changeable";
    assert_eq!(on(&later(), |it| it.instance_class = Some("db.serverless".into())), serverless);
    let to_serverless =
        operation("modify_instance_class", json!({ "instance_class": "db.serverless" }));
    assert_eq!(on(&to_serverless, |_| {}), serverless);
    let features = |it: &mut LiveInstance| {
        it.processor_features = [("coreCount".into(), "4".into())].into();
    };
    assert_eq!(on(&later(), features), "processor_features_set");
    let reserved = |it: &mut LiveInstance| it.capacity_reservation = Some("cr-1".into());
    assert_eq!(on(&later(), reserved), "capacity_reservation_in_use");
    assert_eq!(on(&later(), |it| it.engine = "custom-oracle-ee".into()), "unsupported_engine");
    assert_eq!(on(&later(), |it| it.status = "stopped".into()), "status_not_allowed");
    let multi_az = LiveInstance { engine: "mysql".into(), ..member() };
    let refused = outcome(prepare_in(&later(), &multi_az, Some(&cluster())));
    assert_eq!(refused, "multi_az_cluster_class_not_changeable");
    let busy = LiveCluster { status: "upgrading".into(), ..cluster() };
    let refused = outcome(prepare_in(&later(), &member(), Some(&busy)));
    assert_eq!(refused, "cluster_status_not_allowed");
}

fn option(class: &str, storage_type: &str, multi_az_capable: bool) -> OrderableOption {
    let storage_type = Some(storage_type.to_owned());
    OrderableOption { class: class.parse().unwrap(), storage_type, multi_az_capable }
}

/// What is said where this can be ordered.
fn ordering(live: &LiveInstance, orderable: Option<Orderable>) -> Result<Preparation, Failure> {
    allowing(&[], live, orderable)
}

/// The same where only classes of these patterns are allowed.
fn allowing(
    patterns: &[&str],
    live: &LiveInstance,
    orderable: Option<Orderable>,
) -> Result<Preparation, Failure> {
    let patterns: Vec<Glob> = patterns.iter().map(|it| Glob((*it).to_owned())).collect();
    let orderable = orderable.map(|it| (live.instance_id.clone(), it)).into_iter().collect();
    let seen = Observation { orderable, ..Observation::default() };
    later().prepare(&PrepareContext {
        operation_id: OperationId::first_at(1),
        principal: "iam:alice",
        asked_at: super::now(),
        now: super::now(),
        live,
        cluster: None,
        inherited_tags: &InheritedTags::default(),
        seen: &seen,
        allowed_classes: &patterns,
    })
}

#[test]
fn a_class_that_can_not_be_ordered_is_refused_with_others() {
    let refused = |wanted: Vec<OrderableOption>, live: &LiveInstance| {
        let others = [("db.r5.large", "gp2"), ("db.r6g.xlarge", "gp3"), ("db.t4g.large", "gp3")];
        let others = others.map(|(class, storage)| option(class, storage, true)).into();
        let failure = ordering(live, Some(Orderable { wanted, others })).unwrap_err();
        assert_eq!(failure.error_code.as_deref(), Some("class_not_orderable"));
        format!("{}\n{}", failure.sentence, failure.facts["orderable_classes"])
    };
    expect![[r#"
        The class `db.r6g.large` can't be ordered for `postgres 16.4` here.
        ["db.r6g.xlarge","db.t4g.large"]"#]]
    .assert_eq(&refused(Vec::new(), &small()));
    expect![[r#"
        The class `db.r6g.large` can't be ordered with the storage type `gp3`.
        ["db.r6g.xlarge","db.t4g.large"]"#]]
    .assert_eq(&refused(vec![option("db.r6g.large", "io1", true)], &small()));
    let single = vec![option("db.r6g.large", "gp3", false)];
    expect![[r#"
        The class `db.r6g.large` can't be ordered with a standby in another zone.
        ["db.r6g.xlarge","db.t4g.large"]"#]]
    .assert_eq(&refused(single.clone(), &small()));
    let alone = LiveInstance { multi_az: false, ..small() };
    let orderable = Orderable { wanted: single, others: Vec::new() };
    assert!(matches!(ordering(&alone, Some(orderable.clone())), Ok(Preparation::Send(_))));
    // The storage of Aurora is the cluster's.
    let aurora = LiveInstance { engine: "aurora-mysql".into(), storage_type: None, ..small() };
    assert!(ordering(&aurora, Some(orderable)).is_ok());
    let unread = ordering(&small(), None).unwrap_err();
    assert_eq!(unread.error_code.as_deref(), Some("class_options_unknown"));
}

#[test]
fn a_class_outside_the_patterns_is_refused_with_them() {
    let fitting = || Orderable { wanted: vec![option("db.r6g.large", "gp3", true)], ..none() };
    for (patterns, allowed) in [
        (&["db.t*", "db.r6g.large"][..], true),
        (&["db.r6g.*"], true),
        (&["*"], true),
        (&["db.t*", "db.r6g.xlarge"], false),
        (&["db.r6g"], false),
    ] {
        let outcome = allowing(patterns, &small(), Some(fitting()));
        assert_eq!(outcome.is_ok(), allowed, "{patterns:?}");
        let Err(refused) = outcome else { continue };
        assert_eq!(refused.error_code.as_deref(), Some("class_not_allowed"));
        assert_eq!(refused.facts["allowed_classes"], json!(patterns));
    }
    // What is refused anyhow, or is so already, has no part in it.
    let same = LiveInstance { instance_class: Some("db.r6g.large".into()), ..small() };
    assert!(allowing(&["db.t*"], &same, None).is_ok());
    // Proposals are among them.
    let others = vec![option("db.r6g.xlarge", "gp3", true), option("db.t4g.large", "gp3", true)];
    let outcome =
        allowing(&["db.t*", "db.r6g.large"], &small(), Some(Orderable { others, ..none() }));
    assert_eq!(outcome.unwrap_err().facts["orderable_classes"], json!(["db.t4g.large"]));
}

fn none() -> Orderable {
    Orderable::default()
}

#[test]
fn what_users_notice_depends_on_the_time_and_the_standby() {
    let interruption = |operation: &Operation, live: &LiveInstance, cluster| {
        format!("{:?}", operation.interruption(LiveTarget { live, cluster }))
    };
    let single = LiveInstance { multi_az: false, ..small() };
    assert_eq!(interruption(&later(), &small(), None), "InWindow");
    assert_eq!(interruption(&now(), &small(), None), "Failover");
    assert_eq!(interruption(&now(), &single, None), "Restart");
    let (writer, cluster) = (member(), cluster());
    let reader = LiveInstance { instance_id: "db-2".parse().unwrap(), ..member() };
    assert_eq!(interruption(&now(), &writer, Some(&cluster)), "Failover");
    assert_eq!(interruption(&now(), &reader, Some(&cluster)), "Restart");
    let lonely = LiveCluster { members: ["db-1".into()].into(), ..super::cluster::cluster() };
    assert_eq!(interruption(&now(), &writer, Some(&lonely)), "Restart");
}

#[test]
fn a_class_change_warns_of_cost_memory_and_the_window() {
    let codes = |operation: &Operation, change: fn(&mut LiveInstance)| {
        let mut live = small();
        change(&mut live);
        let warnings = operation.warnings(LiveTarget { live: &live, cluster: None });
        warnings.iter().map(|it| it.guidance().code).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(codes(&now(), |_| {}), "class_changes_cost");
    assert_eq!(codes(&later(), |_| {}), "class_changes_cost class_waits_for_window");
    let mysql = codes(&now(), |live| live.engine = "mysql".into());
    assert_eq!(mysql, "class_changes_cost class_changes_memory");
    assert_eq!(codes(&now(), |live| live.instance_class = Some("db.r6g.large".into())), "");
}
