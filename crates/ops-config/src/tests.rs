//! Defaults, precedence and bounds.

mod discovery;
mod effective;
mod problems;
mod shared;
mod sign_in;

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use ops_domain::environment::{Environment, Origin, Source, Subject};
use ops_domain::settings::Polling;

const DOCS: &str = include_str!("../README.md");

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Config::load(Some(file), |name| variables.get(name).map(|text| (*text).to_owned()))
}

/// The TOML of the module documentation.
fn documented() -> String {
    let block = DOCS
        .lines()
        .skip_while(|line| line.trim() != "```toml")
        .skip(1)
        .take_while(|line| line.trim() != "```");
    block.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_defaults_hold_without_settings() {
    let config = Config::load(None, |_| None).unwrap();
    assert_eq!(config, Config::default());
    let names =
        [&config.aws.tables.inventory, &config.aws.tables.audit, &config.aws.tables.operations];
    assert_eq!(names, ["rds_inventory", "rds_audit_log", "rds_operations"]);
    let seconds =
        [config.service.poll_interval, config.service.operation_timeout, config.api.max_wait]
            .map(|d| d.as_secs());
    assert_eq!(seconds, [30, 300, 20]);
    assert_eq!(config.service.late_watch, Duration::from_secs(24 * 3600));
    assert_eq!(config.service.audit_retention, Duration::from_secs(90 * 24 * 3600));
    assert_eq!(config.service.environments.default_environment, Environment::Production);
    assert!(config.api.allow_api_key_identity && config.api.allowed_origins.is_empty());
}

/// Editors put the mark before a file. A time may be a date, as everywhere.
#[test]
fn a_file_is_read_behind_a_byte_order_mark_and_a_date_as_a_time() {
    let config =
        load("\u{feff}max_wait_seconds = 7\noriginal_audit_until = \"2025-12-01\"\n", &[]).unwrap();
    assert_eq!(config.api.max_wait, Duration::from_secs(7));
    assert_eq!(config.aws.original_audit.until, Some("2025-12-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn the_documented_example_is_read_in_full() {
    let config = load(&documented(), &[]).unwrap();
    assert_eq!(config.aws.cross_account.external_id.as_deref(), Some("rds-ops/4711"));
    assert_eq!(config.aws.cross_account.allowed_accounts.len(), 2);
    assert_eq!(config.api.allowed_origins, ["https://ops.example.com", "http://localhost:8080"]);
    let sign_in = config.api.sign_in.as_ref().unwrap();
    assert_eq!((sign_in.client_id.as_str(), sign_in.token), ("4f7k2example", SignInToken::Id));
    let snapshot =
        Polling { interval: Duration::from_secs(60), timeout: Duration::from_secs(4 * 3600) };
    assert_eq!(config.service.polling("create_snapshot"), snapshot);
    let other = Polling { interval: Duration::from_secs(30), timeout: Duration::from_secs(300) };
    assert_eq!(config.service.polling("reboot_instance"), other);
    let classes: Vec<&str> =
        config.service.allowed_classes.iter().map(|pattern| pattern.0.as_str()).collect();
    assert_eq!(classes, ["db.t*", "db.r6g.large"]);
    let policy = config.service.environments;
    assert_eq!(policy.parse("Schulung"), Some(Environment::Other("Training".to_owned())));
    assert_eq!(policy.parse("training"), Some(Environment::Other("Training".to_owned())));
    let sizes = [
        policy.tag_keys.len(),
        policy.protected.len(),
        policy.instances.len(),
        policy.accounts.len(),
    ];
    assert_eq!(sizes, [1, 1, 2, 1]);
    assert_eq!(policy.name_patterns.len(), 1);
    assert_eq!(config.service.rules.0.len(), 3);
}

#[test]
fn the_documented_example_names_every_key() {
    let known = load(
        "x = 1\n[environments]\nx = 1\n[operations.modify_instance_class]\nx = 1\n[[rules]]\nx = 1\n\
         [discovery]\nx = 1",
        &[],
    )
    .unwrap_err();
    let example = documented();
    let keys: Vec<String> = known
        .0
        .iter()
        .flat_map(|error| {
            error.problem.split_once("one of ").unwrap().1.split(", ").map(str::to_owned)
        })
        .collect();
    assert_eq!(keys.len(), 51, "{keys:?}");
    for key in keys {
        assert!(example.contains(&key), "{key} is not in the example");
    }
}

#[test]
fn the_loaded_policy_classifies() {
    let config = load(&documented(), &[]).unwrap();
    let (account, region) = ("444455556666".parse().unwrap(), "eu-central-1".parse().unwrap());
    let environment = |name: &str, tag: &str| {
        let tags = [("Landscape".to_owned(), tag.to_owned())].into();
        let instance_id = &name.parse().unwrap();
        let (account_id, region, tags) = (&account, Some(&region), &tags);
        let subject = Subject { account_id, region, instance_id, tags, origin: Origin::Live };
        let found = config.service.environments.classify(&subject);
        (found.environment.to_string(), found.decided_by)
    };
    assert_eq!(environment("orders", "schulung"), ("Training".to_owned(), Source::Tag));
    assert_eq!(environment("orders", "uat"), ("Production".to_owned(), Source::Tag));
    assert_eq!(environment("orders", "v1"), ("Production".to_owned(), Source::Tag));
    assert_eq!(environment("orders-prod-copy", "v1"), ("Test".to_owned(), Source::InstanceMapping));
    assert_eq!(
        environment("legacy-orders", "dev"),
        ("Production".to_owned(), Source::InstanceMapping)
    );
}

/// Every variable with a value that differs from its default, and a file key with another one.
const SCALARS: [(&str, &str, &str); 18] = [
    ("OPS_INVENTORY_TABLE", "inv", "inventory_table = 'file'"),
    ("OPS_AUDIT_TABLE", "aud", "audit_table = 'file'"),
    ("OPS_OPERATIONS_TABLE", "ops", "operations_table = 'file'"),
    ("OPS_POLL_INTERVAL_SECONDS", "0.5", "poll_interval_seconds = 7"),
    ("OPS_OPERATION_TIMEOUT_SECONDS", "60", "operation_timeout_seconds = 70"),
    ("OPS_MAX_WAIT_SECONDS", "0", "max_wait_seconds = 7"),
    ("OPS_LATE_WATCH_HOURS", "48", "late_watch_hours = 7"),
    ("OPS_AUDIT_RETENTION_DAYS", "365", "audit_retention_days = 7"),
    (
        "OPS_ORIGINAL_AUDIT_UNTIL",
        "2026-12-01T00:00:00Z",
        "original_audit_until = '2027-01-01T00:00:00Z'",
    ),
    (
        "OPS_ORIGINAL_AUDIT_OPERATIONS",
        "resize_instance, start",
        "original_audit_operations = ['stop']",
    ),
    ("OPS_ROLE_NAME", "dba", "role_name = 'file'"),
    ("OPS_EXTERNAL_ID", "ext", "external_id = 'file'"),
    ("OPS_HOME_ACCOUNT_ID", "111122223333", "home_account_id = '999988887777'"),
    ("OPS_DEFAULT_ENVIRONMENT", "dev", "default_environment = 'test'"),
    ("OPS_ALLOWED_ACCOUNTS", "111122223333, 444455556666,", "allowed_accounts = ['999988887777']"),
    ("OPS_ALLOWED_ORIGINS", "https://a.example , *", "allowed_origins = ['https://file.example']"),
    ("OPS_SESSION_ATTRIBUTION", "FALSE", "session_attribution = true"),
    ("OPS_ALLOW_API_KEY_IDENTITY", "FALSE", "allow_api_key_identity = true"),
];

#[test]
fn every_variable_sets_its_setting_and_wins_over_the_file() {
    for (variable, text, key) in SCALARS {
        let by_variable = load("", &[(variable, text)]).unwrap();
        assert_ne!(by_variable, Config::default(), "{variable}");
        assert_eq!(load(key, &[(variable, text)]).unwrap(), by_variable, "{variable}");
        let by_file = load(key, &[]).unwrap();
        assert_ne!(by_file, by_variable, "{key}");
        assert_eq!(
            load(key, &[(variable, "  ")]).unwrap(),
            by_file,
            "a blank {variable} counts as not set"
        );
    }
}

#[test]
fn all_variables_together_give_all_settings() {
    let arns = [
        ("OPS_STATE_MACHINE_ARN", "arn:aws:states:eu-central-1:111122223333:stateMachine:ops"),
        ("OPS_NOTIFICATION_TOPIC_ARN", "arn:aws:sns:eu-central-1:111122223333:ops"),
    ];
    let variables: Vec<(&str, &str)> =
        SCALARS.iter().map(|(name, text, _)| (*name, *text)).chain(arns).collect();
    let config = load("", &variables).unwrap();
    assert_eq!(config.aws.tables.audit, "aud");
    assert_eq!(config.service.poll_interval, Duration::from_millis(500));
    assert_eq!(config.service.late_watch, Duration::from_secs(48 * 3600));
    assert_eq!(config.service.environments.default_environment, Environment::Development);
    assert_eq!(config.aws.original_audit.until, Some("2026-12-01T00:00:00Z".parse().unwrap()));
    assert_eq!(
        config.aws.original_audit.operations,
        ["resize_instance".to_owned(), "start".to_owned()].into()
    );
    assert_eq!(config.api.allowed_origins, ["https://a.example", "*"]);
    assert_eq!(config.aws.state_machine_arn.as_deref(), Some(arns[0].1));
    assert_eq!(config.aws.notification_topic_arn.as_deref(), Some(arns[1].1));
    let accounts = &config.aws.cross_account;
    assert!(
        accounts.allows(&"444455556666".parse().unwrap())
            && !accounts.allows(&"999988887777".parse().unwrap())
    );
    assert!(CrossAccount::default().allows(&"999988887777".parse().unwrap()));
}

#[test]
fn numbers_are_accepted_up_to_their_bounds_and_no_further() {
    let vectors = [
        ("OPS_POLL_INTERVAL_SECONDS", ["0.1", "300"], ["0.09", "3600.1"]),
        ("OPS_OPERATION_TIMEOUT_SECONDS", ["30", "86400"], ["0.5", "86401"]),
        ("OPS_MAX_WAIT_SECONDS", ["0", "25"], ["-1", "25.5"]),
        ("OPS_LATE_WATCH_HOURS", ["0", "336"], ["-0.1", "337"]),
        ("OPS_AUDIT_RETENTION_DAYS", ["1", "3650"], ["0", "3651"]),
    ];
    for (variable, good, bad) in vectors {
        for text in good {
            assert!(load("", &[(variable, text)]).is_ok(), "{variable}={text}");
        }
        for text in bad.into_iter().chain(["nan", "inf", "1e300", "30s", "ten"]) {
            let errors = load("", &[(variable, text)]).unwrap_err();
            assert!(
                errors.0.iter().any(|error| error.name == variable),
                "{variable}={text}: {errors}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_loading_panic(file in "\\PC{0,80}", text in "\\PC{0,40}") {
        let _ = Config::load(Some(&file), |_| Some(text.clone()));
    }

    #[test]
    fn what_is_loaded_keeps_the_bounds(interval in 0.0_f64..5000.0, timeout in 0.0_f64..100_000.0) {
        let file = format!("poll_interval_seconds = {interval:?}\noperation_timeout_seconds = \
                            {timeout:?}");
        if let Ok(config) = load(&file, &[]) {
            prop_assert!(config.service.operation_timeout >= config.service.poll_interval);
            prop_assert!(config.service.poll_interval >= Duration::from_millis(100));
        }
    }
}
