//! What is asked for a maintenance window. It is Tuesday, 22:13 UTC.

use super::cluster::{cluster, member};
use super::*;

fn outcome(window: &str, live: &LiveInstance, cluster: Option<&LiveCluster>) -> String {
    let wanted = operation("modify_maintenance_window", json!({ "maintenance_window": window }));
    match prepare_in(&wanted, live, cluster) {
        Ok(Preparation::Send(call)) => {
            let request = call.request();
            format!("{} {}", request.action, Value::Object(request.parameters))
        }
        Ok(Preparation::Nothing(result)) => format!("nothing: {}", Value::Object(result)),
        Err(failure) => format!(
            "{}: {}",
            failure.error_code.unwrap_or_default(),
            Value::Object(failure.facts.into_iter().collect())
        ),
    }
}

fn waiting() -> LiveInstance {
    let mut live = instance();
    live.pending_modifications.insert("DBInstanceClass".into(), "db.r6g.large".into());
    live
}

#[test]
fn a_maintenance_window_is_apart_from_the_backup_window_and_now() {
    let outcomes: Vec<String> = [
        "sat:23:00-sun:00:00",
        "Sun:05:00-Sun:06:00",
        "mon:03:30-mon:04:30",
        "tue:22:00-tue:23:00",
        "tue:22:29-tue:23:00",
        "tue:22:28-tue:23:00",
        "tue:21:00-tue:21:58",
        "tue:21:00-tue:21:59",
        "wed:00:00-tue:23:00",
    ]
    .iter()
    .map(|window| format!("{window}: {}", outcome(window, &waiting(), None)))
    .collect();
    expect![[r#"
        sat:23:00-sun:00:00: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","PreferredMaintenanceWindow":"sat:23:00-sun:00:00"}
        Sun:05:00-Sun:06:00: nothing: {"changed":false,"maintenance_window":"sun:05:00-sun:06:00","pending_modifications":{"DBInstanceClass":"db.r6g.large"},"status":"available"}
        mon:03:30-mon:04:30: windows_overlap: {"backup_window":"03:00-04:00","free_maintenance_windows":["mon:04:00-mon:05:00","mon:02:00-mon:03:00"]}
        tue:22:00-tue:23:00: window_would_reboot_now: {"pending_modifications":{"DBInstanceClass":"db.r6g.large"}}
        tue:22:29-tue:23:00: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","PreferredMaintenanceWindow":"tue:22:29-tue:23:00"}
        tue:22:28-tue:23:00: window_would_reboot_now: {"pending_modifications":{"DBInstanceClass":"db.r6g.large"}}
        tue:21:00-tue:21:58: ModifyDBInstance {"ApplyImmediately":false,"DBInstanceIdentifier":"db-1","PreferredMaintenanceWindow":"tue:21:00-tue:21:58"}
        tue:21:00-tue:21:59: window_would_reboot_now: {"pending_modifications":{"DBInstanceClass":"db.r6g.large"}}
        wed:00:00-tue:23:00: windows_overlap: {"backup_window":"03:00-04:00","free_maintenance_windows":["wed:04:00-thu:03:00","tue:04:00-wed:03:00"]}"#]].assert_eq(&outcomes.join("\n"));
}

#[test]
fn the_maintenance_window_of_a_member_is_that_of_its_cluster() {
    let outcomes: Vec<String> =
        ["sat:23:00-sun:00:00", "mon:10:00-mon:11:00", "fri:07:30-fri:08:30"]
            .iter()
            .map(|window| format!("{window}: {}", outcome(window, &member(), Some(&cluster()))))
            .collect();
    expect![[r#"
        sat:23:00-sun:00:00: ModifyDBCluster {"ApplyImmediately":false,"DBClusterIdentifier":"c-1","PreferredMaintenanceWindow":"sat:23:00-sun:00:00"}
        mon:10:00-mon:11:00: nothing: {"changed":false,"db_cluster_id":"c-1","maintenance_window":"mon:10:00-mon:11:00","members":["db-1","db-2"],"pending_modifications":{},"scope":"cluster","status":"available","warnings":[{"code":"members_have_own_windows","guidance":"For maintenance of an instance, such as that of its operating system, the window of the instance counts. Change it in the RDS console where it has to move too.","message":"The window is that of the Aurora cluster. Each of its instances also has a maintenance window of its own, which stays as it is."}]}
        fri:07:30-fri:08:30: windows_overlap: {"backup_window":"07:00-08:00","free_maintenance_windows":["fri:08:00-fri:09:00","fri:06:00-fri:07:00"]}"#]].assert_eq(&outcomes.join("\n"));
}

#[test]
fn a_maintenance_window_needs_a_status_in_which_rds_modifies() {
    for (status, is_sent) in
        [("available", true), ("storage-optimization", true), ("stopped", false)]
    {
        let live = LiveInstance { status: status.into(), ..instance() };
        let shown = outcome("sat:23:00-sun:00:00", &live, None);
        assert_eq!(shown.starts_with("ModifyDBInstance"), is_sent, "{status}: {shown}");
    }
}
