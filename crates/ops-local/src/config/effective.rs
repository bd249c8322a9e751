//! The settings that hold, and where each is from.

use std::time::Duration;

use ops_config::Config;
use serde::Serialize;
use toml::Table;

/// A setting that holds.
#[derive(Debug, Serialize)]
pub(super) struct Setting {
    /// Its key in the file.
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) origin: Origin,
}

/// Where a setting is from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    Variable,
    File,
    Default,
}

impl Origin {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

/// The settings of one value each, and the names of the sections that the text has.
pub(super) fn settings(config: &Config, text: Option<&str>) -> Vec<Setting> {
    let file: Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut settings: Vec<Setting> = values(config)
        .into_iter()
        .map(|(name, value)| Setting { name, value, origin: origin(name, &file) })
        .collect();
    for name in ["operations", "environments", "rules"] {
        if let Some(section) = file.get(name) {
            let count = section
                .as_array()
                .map_or_else(|| section.as_table().map_or(0, Table::len), Vec::len);
            let value = format!("{count} in the file");
            settings.push(Setting { name, value, origin: Origin::File });
        }
    }
    settings
}

fn origin(name: &str, file: &Table) -> Origin {
    let variable = std::env::var(format!("OPS_{}", name.to_uppercase())).unwrap_or_default();
    if !variable.trim().is_empty() {
        Origin::Variable
    } else if file.contains_key(name) {
        Origin::File
    } else {
        Origin::Default
    }
}

fn values(config: &Config) -> Vec<(&'static str, String)> {
    let Config { service, api, aws } = config;
    let seconds = |duration: Duration| duration.as_secs_f64().to_string();
    let optional = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let accounts = aws.cross_account.allowed_accounts.iter().map(ToString::to_string);
    let home = aws.cross_account.home_account_id.as_ref().map(ToString::to_string);
    vec![
        ("inventory_table", aws.tables.inventory.clone()),
        ("audit_table", aws.tables.audit.clone()),
        ("operations_table", aws.tables.operations.clone()),
        ("poll_interval_seconds", seconds(service.poll_interval)),
        ("operation_timeout_seconds", seconds(service.operation_timeout)),
        ("max_wait_seconds", seconds(api.max_wait)),
        ("late_watch_hours", (service.late_watch.as_secs_f64() / 3600.0).to_string()),
        ("audit_retention_days", (service.audit_retention.as_secs_f64() / 86_400.0).to_string()),
        ("role_name", optional(&aws.cross_account.role_name)),
        ("external_id", optional(&aws.cross_account.external_id)),
        ("home_account_id", optional(&home)),
        ("allowed_accounts", list(accounts.collect(), "all of the inventory")),
        ("session_attribution", aws.cross_account.session_attribution.to_string()),
        ("state_machine_arn", optional(&aws.state_machine_arn)),
        ("notification_topic_arn", optional(&aws.notification_topic_arn)),
        ("allowed_origins", list(api.allowed_origins.clone(), "none")),
        ("allow_api_key_identity", api.allow_api_key_identity.to_string()),
        ("sign_in_issuer", optional(&api.sign_in.as_ref().map(|it| it.issuer.clone()))),
    ]
}

fn list(values: Vec<String>, none: &str) -> String {
    if values.is_empty() { none.to_owned() } else { values.join(", ") }
}
