//! The settings in effect, and where they are from.

use std::collections::BTreeMap;

use expect_test::expect;

use crate::{Config, Document, Effective, Origin};

fn read(text: &str, variables: &[(&str, &str)]) -> Effective {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Effective::read(Document::Own(text), |name| variables.get(name).map(|it| (*it).to_owned()))
        .unwrap()
}

#[test]
fn each_setting_shows_its_value_and_where_it_is_from() {
    let text = "
        poll_interval_seconds = 12.5
        max_wait_seconds = 7
        allowed_accounts = ['111122223333', '444455556666']
        late_watch_hours = 36
        [operations.create_snapshot]
        timeout_seconds = 14400
        [operations.start_instance]
        timeout_seconds = 600
        [environments]
        protected = ['staging']
        [environments.accounts]
        444455556666 = 'development'
        [environments.values]
        'Quality Assurance' = 'test'
        [[environments.name_patterns]]
        pattern = 'dev-*'
        environment = 'development'
        [[rules]]
        groups = ['dba']
        [[rules]]
        effect = 'deny'
        operations = ['reboot_instance']
    ";
    let variables = [("OPS_MAX_WAIT_SECONDS", " 9 "), ("OPS_DEFAULT_ENVIRONMENT", "prod")];
    let effective = read(text, &variables);
    let shown: Vec<String> = effective
        .settings
        .iter()
        .map(|it| {
            format!("{} = {} ({})", it.name, it.value.as_deref().unwrap_or_default(), it.origin)
        })
        .collect();
    expect![[r#"
        inventory_table = "rds_inventory" (default)
        audit_table = "rds_audit_log" (default)
        operations_table = "rds_operations" (default)
        poll_interval_seconds = 12.5 (file)
        operation_timeout_seconds = 300 (default)
        max_wait_seconds = 9 (OPS_MAX_WAIT_SECONDS)
        late_watch_hours = 36 (file)
        audit_retention_days = 90 (default)
        original_audit_until =  (default)
        original_audit_operations =  (default)
        role_name =  (default)
        external_id =  (default)
        home_account_id =  (default)
        allowed_accounts = ["111122223333", "444455556666"] (file)
        session_attribution = true (default)
        default_environment = "Production" (OPS_DEFAULT_ENVIRONMENT)
        state_machine_arn =  (default)
        notification_topic_arn =  (default)
        allowed_origins =  (default)
        allow_api_key_identity = true (default)
        sign_in_issuer =  (default)
        sign_in_client_id =  (default)
        sign_in_scope =  (default)
        sign_in_token =  (default)
        sign_in_origins =  (default)
        discovery.regions =  (default)
        discovery.accounts =  (default)
        discovery.organization = false (default)
        discovery.every_minutes = 15 (default)
        discovery.refuse_after_hours = 48 (default)
        discovery.adopt = false (default)
        environments.accounts.444455556666 = "development" (file)
        environments.name_patterns[0].environment = "development" (file)
        environments.name_patterns[0].pattern = "dev-*" (file)
        environments.protected = ["staging"] (file)
        environments.values."Quality Assurance" = "test" (file)
        operations.create_snapshot.timeout_seconds = 14400 (file)
        operations.start_instance.timeout_seconds = 600 (file)
        rules[0].groups = ["dba"] (file)
        rules[1].effect = "deny" (file)
        rules[1].operations = ["reboot_instance"] (file)
        operations.stop_instance.timeout_seconds = 4500 (default)
        operations.modify_instance_class.timeout_seconds = 5400 (default)"#]]
    .assert_eq(&shown.join("\n"));
}

/// Every setting that a variable can set is shown, whatever it is set to.
#[test]
fn no_setting_is_forgotten() {
    let asked = std::cell::RefCell::new(Vec::new());
    let _ = Config::load(None, |name| {
        asked.borrow_mut().push(name.to_owned());
        None
    });
    let effective = read("", &[]);
    let mut names: Vec<String> = effective
        .settings
        .iter()
        .filter(|setting| !setting.name.starts_with("operations."))
        .map(|setting| format!("OPS_{}", setting.name.replace('.', "_").to_ascii_uppercase()))
        .collect();
    // Only a file can have rules.
    let mut asked = asked.into_inner();
    asked.retain(|name| name != "OPS_RULES");
    asked.sort();
    names.sort();
    assert_eq!(names, asked);
    assert!(effective.settings.iter().all(|setting| setting.origin == Origin::Default));
    assert_eq!(effective.config, Config::default());
}

#[test]
fn what_is_shown_can_be_read_again() {
    let sign_in = "sign_in_issuer = 'https://idp.example.com'\nsign_in_client_id = 'x'\n";
    for text in [
        sign_in.to_owned(),
        "allowed_accounts = ['111122223333']\naudit_retention_days = 1.5".to_owned(),
        "original_audit_until = '2026-12-01'\noriginal_audit_operations = ['resize']".to_owned(),
        "[environments.accounts]\n111122223333 = 'qa'\n[[rules]]\ngroups = ['a \"b\"']".to_owned(),
    ] {
        let effective = read(&text, &[]);
        let again: Vec<String> = effective
            .settings
            .iter()
            .filter(|it| !it.name.contains('['))
            .filter_map(|it| Some(format!("{} = {}", it.name, it.value.as_ref()?)))
            .collect();
        let again = read(&again.join("\n"), &[]).config;
        let without_rules = |mut config: Config| {
            config.service.rules = Default::default();
            config.service.per_operation = Default::default();
            config
        };
        assert_eq!(without_rules(again), without_rules(effective.config), "{text}");
    }
}

#[test]
fn problems_are_those_of_a_start() {
    let text = "max_wait_seconds = 60\ncolour = 'red'";
    let shown = Effective::read(Document::Own(text), |_| None).unwrap_err();
    assert_eq!(shown, Config::load(Some(text), |_| None).unwrap_err());
    assert_eq!(shown.0.len(), 2);
}
