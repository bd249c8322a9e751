//! `ModifyDBInstance` with one setting: no IAM condition limits which settings the call changes, so
//! the type of its setting does.

use aws_sdk_rds::Client;
use ops_domain::id::InstanceId;
use ops_domain::ports::Sent;
use ops_domain::rds_call::InstanceSetting;

use crate::rds::{once, sent, with_status};

/// Asks for the change, once.
pub(super) async fn send(
    client: &Client,
    instance: &InstanceId,
    setting: &InstanceSetting,
    apply_immediately: bool,
) -> Sent {
    let request = client
        .modify_db_instance()
        .db_instance_identifier(instance.as_str())
        .apply_immediately(apply_immediately);
    let request = match setting {
        InstanceSetting::BackupWindow(window) => {
            request.preferred_backup_window(window.to_string())
        }
        InstanceSetting::MaintenanceWindow(window) => {
            request.preferred_maintenance_window(window.to_string())
        }
        InstanceSetting::ParameterGroup(name) => request.db_parameter_group_name(name.as_str()),
        InstanceSetting::Class(class) => request.db_instance_class(class.as_str()),
    };
    let answer = request.customize().config_override(once()).send().await;
    sent(answer, |answer| with_status(answer.db_instance.and_then(|live| live.db_instance_status)))
}
