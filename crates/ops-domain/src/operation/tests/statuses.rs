//! Which operation is possible in which status, and that everything which says so says the same.

use super::*;
use crate::guidance;
use crate::status::INSTANCE_STATUSES;

/// Every status of the tables, other spellings, and one that nobody knows.
fn statuses() -> impl Iterator<Item = &'static str> {
    let known = INSTANCE_STATUSES.iter().map(|(status, _)| *status);
    known.chain(["Available", "STORAGE_OPTIMIZATION", "polishing", "incompatible-quantum"])
}

#[test]
fn operations_are_allowed_in_the_statuses_that_rds_documents() {
    let mut table = String::new();
    for status in statuses() {
        let live = LiveInstance { status: status.into(), ..instance() };
        let is_sent = |(name, parameters): &(&str, Value)| {
            let prepared = prepare(&operation(name, parameters.clone()), &live);
            matches!(prepared, Ok(Preparation::Send(_)))
        };
        let possible: Vec<_> =
            every_operation().into_iter().filter(is_sent).map(|(name, _)| name).collect();
        if !possible.is_empty() {
            table += &format!("{status}: {}\n", possible.join(" "));
        }
    }
    expect![[r#"
        available: create_snapshot reboot_instance modify_backup_window stop_instance modify_maintenance_window modify_instance_class delete_snapshot
        storage-initialization: reboot_instance modify_backup_window modify_maintenance_window delete_snapshot
        storage-optimization: create_snapshot reboot_instance modify_backup_window modify_maintenance_window modify_instance_class delete_snapshot
        stopped: start_instance delete_snapshot
        inaccessible-encryption-credentials-recoverable: start_instance
        incompatible-network: start_instance
        incompatible-parameters: reboot_instance
        Available: create_snapshot reboot_instance modify_backup_window stop_instance modify_maintenance_window modify_instance_class delete_snapshot
        STORAGE_OPTIMIZATION: create_snapshot reboot_instance modify_backup_window modify_maintenance_window modify_instance_class delete_snapshot
    "#]]
    .assert_eq(&table);
}

/// The refusal, the advice for the status, and what is listed as possible come from one table.
#[test]
fn a_refusal_by_status_advises_what_its_table_allows() {
    for status in statuses() {
        let possible = Operation::possible_in(status);
        for (name, parameters) in every_operation() {
            let known =
                KnownState { engine: "postgres", status: Some(status), cluster: None, live: None };
            let live = LiveInstance { status: status.into(), ..instance() };
            let prepared = prepare(&operation(name, parameters), &live);
            // Where nothing is left to do, as for a start of what runs, it need not be listed.
            if matches!(prepared, Ok(Preparation::Nothing(_))) {
                continue;
            }
            // What else keeps an operation from being sent does not show in the status.
            let by_status = |it: &Failure| it.error_code.as_deref() == Some("status_not_allowed");
            let refused = prepared.err().filter(by_status);
            assert_eq!(Operation::possible(name, &known).err(), refused, "{name} in {status}");
            assert_eq!(possible.contains(&name), refused.is_none(), "{name} in {status}");
            let Some(refused) = refused else { continue };
            let allowed = refused.facts["allowed_statuses"].as_array().unwrap();
            assert!(
                allowed.iter().all(|status| refused.sentence.contains(status.as_str().unwrap())),
                "{refused:?}"
            );
            let advised =
                Operation::NAMES.iter().copied().filter(|name| refused.guidance.contains(name));
            assert_eq!(
                advised.collect::<BTreeSet<_>>(),
                possible.iter().copied().collect(),
                "{}",
                refused.guidance
            );
        }
    }
}

/// What is written by hand would go stale, and has contradicted the service before.
#[test]
fn no_text_about_a_status_says_by_hand_what_is_possible() {
    for text in guidance::all_statuses() {
        for word in ["reboot ", "reboot,", "snapshots", "backup window", "possible", "allowed in"] {
            assert!(!text.advice.contains(word), "{}: {}", text.code, text.advice);
        }
    }
}

#[test]
fn a_stopped_member_can_be_started_and_nothing_else() {
    let cluster_id: ClusterId = "c-1".parse().unwrap();
    let possible = |engine, status, cluster: Option<Option<&'static str>>| {
        let cluster = cluster.map(|status| KnownCluster { cluster_id: &cluster_id, status });
        let known = KnownState { engine, status, cluster, live: None };
        let names = Operation::NAMES.iter().copied();
        names.filter(|name| Operation::possible(name, &known).is_ok()).collect::<Vec<_>>().join(" ")
    };
    let aurora = "aurora-mysql";
    let shown: String = [
        ("postgres", None, None),
        ("postgres", Some("stopped"), None),
        ("custom-oracle-ee", Some("available"), None),
        ("docdb", Some("available"), Some(Some("available"))),
        (aurora, Some("backing-up"), Some(None)),
        (aurora, Some("backing-up"), Some(Some("available"))),
        (aurora, Some("available"), Some(Some("backing-up"))),
        (aurora, Some("stopped"), Some(None)),
        ("mysql", Some("available"), Some(Some("backing-up"))),
        ("mysql", Some("rebooting"), Some(Some("available"))),
    ]
    .map(|(engine, status, cluster)| {
        format!("{engine} {status:?} {cluster:?}: [{}]\n", possible(engine, status, cluster))
    })
    .concat();
    expect![[r#"
        postgres None None: [create_snapshot reboot_instance modify_backup_window stop_instance start_instance modify_maintenance_window change_parameter_group modify_instance_class delete_snapshot]
        postgres Some("stopped") None: [start_instance delete_snapshot]
        custom-oracle-ee Some("available") None: [create_snapshot modify_backup_window modify_maintenance_window delete_snapshot]
        docdb Some("available") Some(Some("available")): []
        aurora-mysql Some("backing-up") Some(None): [create_snapshot reboot_instance modify_backup_window stop_instance start_instance modify_maintenance_window delete_snapshot]
        aurora-mysql Some("backing-up") Some(Some("available")): [create_snapshot reboot_instance modify_backup_window stop_instance modify_maintenance_window delete_snapshot]
        aurora-mysql Some("available") Some(Some("backing-up")): [reboot_instance]
        aurora-mysql Some("stopped") Some(None): [start_instance delete_snapshot]
        mysql Some("available") Some(Some("backing-up")): []
        mysql Some("rebooting") Some(Some("available")): [create_snapshot reboot_instance modify_backup_window modify_maintenance_window delete_snapshot]
    "#]].assert_eq(&shown);
}
