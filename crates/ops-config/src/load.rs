//! Reads the settings key by key; the order here is the order in which problems are reported.

use std::collections::BTreeMap;

use ops_domain::settings::Settings;

use crate::origin::Origin;
use crate::raw::{Raw, Wrong};
use crate::reader::Reader;
use crate::{
    ApiSettings, AwsSettings, Config, ConfigErrors, CrossAccount, OriginalAudit, Tables, discovery,
    environments, polling, rules, sign_in, values,
};

/// The TOML text, by whom it is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Document<'a> {
    /// It is read once, at the start of a process.
    Own(&'a str),
    /// Running processes share it and read it again. So it can't have what a running process can't
    /// change: the tables, the role, the state machine and the like, which those that start later
    /// would take from elsewhere than those that run. And it is not empty: an upload that failed
    /// must not take every rule away.
    Shared(&'a str),
}

/// The settings that a running process can't change.
const FIXED: [&str; 12] = [
    "inventory_table",
    "audit_table",
    "operations_table",
    "audit_retention_days",
    "original_audit_until",
    "original_audit_operations",
    "role_name",
    "external_id",
    "home_account_id",
    "session_attribution",
    "state_machine_arn",
    "notification_topic_arn",
];

impl Config {
    /// Reads the TOML text, if there is one, and the variables by `lookup`, which win.
    ///
    /// # Errors
    /// [`ConfigErrors`] with every problem of the text and of the variables at once. A text that is
    /// no TOML is one problem, and the variables are still checked.
    pub fn load(
        file: Option<&str>,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        let document = Document::Own(file.unwrap_or_default());
        load(document, &lookup).map(|(config, _)| config)
    }

    /// As [`Config::load`], of a text that running processes share ([`Document::Shared`]).
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_shared(
        text: &str,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        load(Document::Shared(text), &lookup).map(|(config, _)| config)
    }
}

/// The configuration, and where its settings are from.
pub(super) fn load(
    document: Document<'_>,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<(Config, BTreeMap<String, Origin>), ConfigErrors> {
    let mut reader = match document {
        Document::Own(text) => Reader::new(text, lookup),
        Document::Shared(text) => Reader::new(text, lookup).shared(&FIXED),
    };
    let config = read(&mut reader);
    polling::check(&config, &mut reader);
    check_tables(&config.aws.tables, &mut reader);
    let origins = reader.origins();
    reader.finish().map(|()| (config, origins))
}

fn read(reader: &mut Reader<'_>) -> Config {
    let Config { service, api, aws } = Config::default();
    let tables = read_tables(reader, aws.tables);
    let poll_interval =
        polling::INTERVAL.read(reader, "poll_interval_seconds", service.poll_interval);
    let operation_timeout =
        polling::TIMEOUT.read(reader, "operation_timeout_seconds", service.operation_timeout);
    let max_wait = polling::MAX_WAIT.read(reader, "max_wait_seconds", api.max_wait);
    let late_watch = polling::LATE_WATCH.read(reader, "late_watch_hours", service.late_watch);
    let audit_retention =
        polling::RETENTION.read(reader, "audit_retention_days", service.audit_retention);
    let original_audit = read_original_audit(reader);
    let overrides = polling::read_overrides(reader);
    let cross_account = read_cross_account(reader, &aws.cross_account);
    let environments = environments::read(reader);
    let aws = AwsSettings {
        tables,
        audit_retention,
        original_audit,
        state_machine_arn: optional(
            reader,
            "state_machine_arn",
            values::STATE_MACHINE,
            values::state_machine_arn,
        ),
        notification_topic_arn: optional(
            reader,
            "notification_topic_arn",
            values::TOPIC,
            values::topic_arn,
        ),
        cross_account,
    };
    let api = read_api(reader, &api, max_wait);
    let rules = rules::read(&environments, reader);
    let discovery = discovery::read(reader, &aws.cross_account);
    let service = Settings {
        poll_interval,
        operation_timeout,
        late_watch,
        audit_retention,
        per_operation: overrides.polls,
        allowed_classes: overrides.allowed_classes,
        allowed_accounts: aws.cross_account.allowed_accounts.clone(),
        environments,
        rules,
        discovery,
    };
    Config { service, api, aws }
}

fn read_api(
    reader: &mut Reader<'_>,
    default: &ApiSettings,
    max_wait: std::time::Duration,
) -> ApiSettings {
    ApiSettings {
        max_wait,
        allowed_origins: reader.list("allowed_origins", values::ORIGIN, values::origin),
        allow_api_key_identity: reader
            .read("allow_api_key_identity", "true or false", Raw::flag)
            .unwrap_or(default.allow_api_key_identity),
        sign_in: sign_in::read(reader),
    }
}

fn read_tables(reader: &mut Reader<'_>, default: Tables) -> Tables {
    let inventory =
        optional(reader, "inventory_table", values::TABLE_OR_ARN, values::table_name_or_arn);
    let mut table = |key| optional(reader, key, values::TABLE, values::table_name);
    Tables {
        inventory: inventory.unwrap_or(default.inventory),
        audit: table("audit_table").unwrap_or(default.audit),
        operations: table("operations_table").unwrap_or(default.operations),
    }
}

fn read_original_audit(reader: &mut Reader<'_>) -> OriginalAudit {
    const OPERATIONS: &str = "original_audit_operations";
    let until = optional(reader, "original_audit_until", values::TIME, values::time);
    let operations =
        reader.list(OPERATIONS, values::OPERATION, values::operation_name).into_iter().collect();
    let original = OriginalAudit { until, operations };
    if original.operations.len() > values::MOST_ORIGINAL_OPERATIONS {
        let expected = format!("at most {}", values::MOST_ORIGINAL_OPERATIONS);
        reader.problem(OPERATIONS, &format!("{} operations", original.operations.len()), &expected);
    }
    original
}

fn read_cross_account(reader: &mut Reader<'_>, default: &CrossAccount) -> CrossAccount {
    CrossAccount {
        role_name: optional(reader, "role_name", values::ROLE, values::role_name),
        external_id: optional(reader, "external_id", values::EXTERNAL_ID, values::external_id),
        home_account_id: optional(reader, "home_account_id", values::ACCOUNT, values::account),
        allowed_accounts: reader.list("allowed_accounts", values::ACCOUNT, values::account),
        session_attribution: reader
            .read("session_attribution", "true or false", Raw::flag)
            .unwrap_or(default.session_attribution),
    }
}

fn optional<T>(
    reader: &mut Reader<'_>,
    key: &'static str,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    reader.read(key, expected, |raw| parse(raw.text()?).ok_or(Wrong::Malformed))
}

fn check_tables(tables: &Tables, reader: &mut Reader<'_>) {
    let named = [
        ("inventory_table", &tables.inventory),
        ("audit_table", &tables.audit),
        ("operations_table", &tables.operations),
    ];
    for (at, (key, name)) in named.iter().enumerate() {
        if let Some((other, _)) = named.iter().take(at).find(|(_, earlier)| earlier == name) {
            reader.problem(key, &format!("{name:?} is also the {other}"), "a table of its own");
        }
    }
}
