//! `PendingModifiedValues`: every change that waits, by setting.

use std::collections::BTreeMap;

use aws_sdk_rds::types::{
    ClusterPendingModifiedValues, PendingCloudwatchLogsExports, PendingModifiedValues,
    ProcessorFeature,
};

/// Replaces the value of a setting that has more than a text.
const CHANGED: &str = "(changed)";

/// The waiting changes. None is left out: whatever waits would be applied by `ApplyImmediately`.
pub(super) fn pending_modifications(pending: PendingModifiedValues) -> BTreeMap<String, String> {
    let processor = pending
        .processor_features
        .as_deref()
        .filter(|features| !features.is_empty())
        .map(processor);
    let volumes = pending.additional_storage_volumes.filter(|volumes| !volumes.is_empty());
    let settings = [
        ("DBInstanceClass", pending.db_instance_class),
        ("AllocatedStorage", text(pending.allocated_storage)),
        ("MasterUserPassword", pending.master_user_password.map(|_| CHANGED.to_owned())),
        ("Port", text(pending.port)),
        ("BackupRetentionPeriod", text(pending.backup_retention_period)),
        ("MultiAZ", text(pending.multi_az)),
        ("EngineVersion", pending.engine_version),
        ("LicenseModel", pending.license_model),
        ("Iops", text(pending.iops)),
        ("StorageThroughput", text(pending.storage_throughput)),
        ("DBInstanceIdentifier", pending.db_instance_identifier),
        ("StorageType", pending.storage_type),
        ("CACertificateIdentifier", pending.ca_certificate_identifier),
        ("DBSubnetGroupName", pending.db_subnet_group_name),
        (
            "PendingCloudwatchLogsExports",
            pending.pending_cloudwatch_logs_exports.as_ref().and_then(log_exports),
        ),
        ("ProcessorFeatures", processor),
        ("AutomationMode", pending.automation_mode.map(|mode| mode.as_str().to_owned())),
        ("ResumeFullAutomationModeTime", text(pending.resume_full_automation_mode_time)),
        ("MultiTenant", text(pending.multi_tenant)),
        ("IAMDatabaseAuthenticationEnabled", text(pending.iam_database_authentication_enabled)),
        ("DedicatedLogVolume", text(pending.dedicated_log_volume)),
        ("Engine", pending.engine),
        ("AdditionalStorageVolumes", volumes.map(|_| CHANGED.to_owned())),
        ("DBCapacityReservationIdentifier", pending.db_capacity_reservation_identifier),
    ];
    settings.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The waiting changes of a cluster. None is left out, as for an instance.
pub(super) fn cluster_modifications(
    pending: ClusterPendingModifiedValues,
) -> BTreeMap<String, String> {
    let settings = [
        (
            "PendingCloudwatchLogsExports",
            pending.pending_cloudwatch_logs_exports.as_ref().and_then(log_exports),
        ),
        ("DBClusterIdentifier", pending.db_cluster_identifier),
        ("MasterUserPassword", pending.master_user_password.map(|_| CHANGED.to_owned())),
        ("IAMDatabaseAuthenticationEnabled", text(pending.iam_database_authentication_enabled)),
        ("EngineVersion", pending.engine_version),
        ("BackupRetentionPeriod", text(pending.backup_retention_period)),
        ("StorageType", pending.storage_type),
        ("AllocatedStorage", text(pending.allocated_storage)),
        (
            "RdsCustomClusterConfiguration",
            pending.rds_custom_cluster_configuration.map(|_| CHANGED.to_owned()),
        ),
        ("Iops", text(pending.iops)),
        ("CertificateDetails", pending.certificate_details.map(|_| CHANGED.to_owned())),
    ];
    settings.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn text(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn processor(features: &[ProcessorFeature]) -> String {
    let one = |feature: &ProcessorFeature| {
        format!(
            "{}={}",
            feature.name.as_deref().unwrap_or_default(),
            feature.value.as_deref().unwrap_or_default()
        )
    };
    features.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn log_exports(exports: &PendingCloudwatchLogsExports) -> Option<String> {
    let on = exports.log_types_to_enable().iter().map(|log| format!("+{log}"));
    let off = exports.log_types_to_disable().iter().map(|log| format!("-{log}"));
    let logs: Vec<String> = on.chain(off).collect();
    (!logs.is_empty()).then(|| logs.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_waiting_change_is_named_and_a_password_is_not_shown() {
        let pending = PendingModifiedValues::builder()
            .db_instance_class("db.m6g.large")
            .multi_az(true)
            .master_user_password("****")
            .pending_cloudwatch_logs_exports(
                PendingCloudwatchLogsExports::builder()
                    .log_types_to_enable("audit")
                    .log_types_to_disable("slow")
                    .build(),
            )
            .build();
        let expected = [
            ("DBInstanceClass", "db.m6g.large"),
            ("MasterUserPassword", "(changed)"),
            ("MultiAZ", "true"),
            ("PendingCloudwatchLogsExports", "+audit -slow"),
        ];
        let expected: BTreeMap<String, String> =
            expected.map(|(name, value)| (name.into(), value.into())).into();
        assert_eq!(pending_modifications(pending), expected);
    }

    #[test]
    fn pending_changes_are_named_without_passwords() {
        let pending = ClusterPendingModifiedValues::builder()
            .engine_version("8.0.mysql_aurora.3.08.0")
            .master_user_password("****")
            .iops(3000)
            .build();
        let expected = [
            ("EngineVersion", "8.0.mysql_aurora.3.08.0"),
            ("Iops", "3000"),
            ("MasterUserPassword", "(changed)"),
        ];
        let expected: BTreeMap<String, String> =
            expected.map(|(name, value)| (name.into(), value.into())).into();
        assert_eq!(cluster_modifications(pending), expected);
    }

    #[test]
    fn empty_lists_are_no_waiting_change() {
        let logs = PendingCloudwatchLogsExports::builder().build();
        let pending = PendingModifiedValues::builder()
            .pending_cloudwatch_logs_exports(logs)
            .set_processor_features(Some(Vec::new()))
            .build();
        assert!(pending_modifications(pending).is_empty());
    }
}
