//! What is asked for a parameter group, and what it is compared with.

use super::cluster::{cluster, member};
use super::*;
use crate::instance::LiveInstance;
use crate::parameter_group::{Parameter, ParameterGroup};

fn group(family: &str, parameters: &[(&str, &str)]) -> ParameterGroup {
    let parameters = parameters
        .iter()
        .map(|(name, value)| {
            let value = Some((*value).to_owned());
            ((*name).to_owned(), Parameter { value, is_static: *name == "shared_buffers" })
        })
        .collect();
    ParameterGroup { family: family.to_owned(), parameters }
}

fn seen() -> Observation {
    let groups = [
        ("present", group("postgres16", &[("work_mem", "4096"), ("shared_buffers", "1000")])),
        ("wanted", group("postgres16", &[("work_mem", "8192")])),
        ("other", group("mysql8.0", &[])),
    ];
    let parameter_groups = groups.map(|(name, group)| (name.parse().unwrap(), group)).into();
    Observation { parameter_groups, ..Observation::default() }
}

fn with_group(name: &str, status: &str) -> LiveInstance {
    LiveInstance { parameter_groups: [(name.into(), status.into())].into(), ..instance() }
}

fn wanted(name: &str) -> Operation {
    operation("change_parameter_group", json!({ "parameter_group": name }))
}

fn outcome(operation: &Operation, live: &LiveInstance, cluster: Option<&LiveCluster>) -> String {
    match prepare_seeing(operation, live, cluster, &seen()) {
        Ok(Preparation::Send(call)) => {
            let request = call.request();
            format!("{} {}", request.action, Value::Object(request.parameters))
        }
        Ok(Preparation::Nothing(result)) => format!("nothing: {}", Value::Object(result)),
        Err(failure) => {
            format!("{}: {}", failure.error_code.unwrap_or_default(), json!(failure.facts))
        }
    }
}

#[test]
fn a_group_is_attached_where_it_fits() {
    let present = with_group("present", "in-sync");
    let outcomes = [
        ("another", outcome(&wanted("wanted"), &present, None)),
        ("spelt in capitals", outcome(&wanted("WANTED"), &present, None)),
        (
            "of a member",
            outcome(
                &wanted("wanted"),
                &LiveInstance { parameter_groups: present.parameter_groups.clone(), ..member() },
                Some(&cluster()),
            ),
        ),
        ("attached", outcome(&wanted("present"), &present, None)),
        ("waiting", outcome(&wanted("present"), &with_group("Present", "pending-reboot"), None)),
        ("failed", outcome(&wanted("present"), &with_group("present", "failed-to-apply"), None)),
        ("missing", outcome(&wanted("nowhere"), &present, None)),
        ("of another family", outcome(&wanted("other"), &present, None)),
        (
            "stopped",
            outcome(
                &wanted("wanted"),
                &LiveInstance { status: "stopped".into(), ..present.clone() },
                None,
            ),
        ),
        (
            "custom",
            outcome(
                &wanted("wanted"),
                &LiveInstance { engine: "custom-oracle-ee".into(), ..present.clone() },
                None,
            ),
        ),
        (
            "in a Multi-AZ DB cluster",
            outcome(
                &wanted("wanted"),
                &LiveInstance { engine: "mysql".into(), ..member() },
                Some(&LiveCluster { engine: "mysql".into(), ..cluster() }),
            ),
        ),
    ];
    let shown: String = outcomes.iter().map(|(case, it)| format!("{case}: {it}\n")).collect();
    expect![[r#"
        another: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","DBParameterGroupName":"wanted"}
        spelt in capitals: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","DBParameterGroupName":"wanted"}
        of a member: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","DBParameterGroupName":"wanted"}
        attached: nothing: {"apply_immediately":false,"apply_status":"in-sync","changed":false,"parameter_group":"present","reboot_required":false,"status":"available"}
        waiting: nothing: {"apply_immediately":false,"apply_status":"pending-reboot","changed":false,"parameter_group":"present","reboot_required":true,"status":"available","warnings":[{"code":"group_needs_reboot","guidance":"Reboot the instance (`reboot_instance` without `force_failover`) when its users can do without it. The values that only the former group has are no longer in use after that.","message":"The parameters of the group are not in use before the instance is rebooted without failover. RDS does not reboot it by itself, not in the maintenance window either."}]}
        failed: parameter_group_failed_to_apply: {"parameter_apply_status":"failed-to-apply"}
        missing: parameter_group_not_found: {"parameter_group":"nowhere"}
        of another family: parameter_group_family_differs: {"instance_family":"postgres16","parameter_group_family":"mysql8.0"}
        stopped: status_not_allowed: {"allowed_statuses":["available","storage-optimization","storage-initialization"],"instance_status":"stopped"}
        custom: unsupported_engine: {"engine":"custom-oracle-ee"}
        in a Multi-AZ DB cluster: multi_az_cluster_group_not_changeable: {}
    "#]].assert_eq(&shown);
}

#[test]
fn the_differences_are_those_of_the_two_groups() {
    let live = with_group("present", "in-sync");
    let shown = json!(wanted("wanted").parameter_differences(&live, &seen()));
    expect![[r#"[{"from":"1000","is_static":true,"parameter":"shared_buffers","to":null},{"from":"4096","is_static":false,"parameter":"work_mem","to":"8192"}]"#]].assert_eq(&shown.to_string());
    let nothing = wanted("present").parameter_differences(&live, &seen());
    assert_eq!(nothing, []);
    let unread = wanted("wanted").parameter_differences(&live, &Observation::default());
    assert_eq!(unread, []);
}

#[test]
fn the_present_group_is_asked_for_once_it_is_known() {
    let live = with_group("present", "in-sync");
    let further = |operation: &Operation| {
        operation.observe_described(LiveTarget { live: &live, cluster: None }).parameter_groups
    };
    assert_eq!(further(&wanted("wanted")), ["present".parse().unwrap()].into());
    assert!(further(&wanted("present")).is_empty());
}
