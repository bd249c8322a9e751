//! What is refused, and in which words.

use expect_test::{Expect, expect};

use super::load;

#[track_caller]
fn refused(file: &str, variables: &[(&str, &str)], expected: &Expect) {
    expected.assert_eq(&load(file, variables).unwrap_err().to_string());
}

#[test]
fn every_problem_is_reported_at_once() {
    let file = "
        inventory_table = 'x'
        poll_interval_seconds = 'often'
        role_name = 7
        allowed_accounts = ['111122223333', 'all', 5]
        intervall = 3
        allow_api_key_identity = 'yes'
        [operations.reboot_instance]
        timeout = 5
        [operations.reboot]
        timeout_seconds = 60
        [operations]
        create_snapshot = 5
        [environments]
        protected = 'staging'
        colour = 'red'
    ";
    let variables =
        [("OPS_MAX_WAIT_SECONDS", "60"), ("OPS_ALLOWED_ORIGINS", "https://a.example/x\ny")];
    refused(
        file,
        &variables,
        &expect![[r#"
            inventory_table: "x" is malformed or not known; expected a DynamoDB table name of 3-255 letters, digits, dots, hyphens and underscores, or the ARN of a table
            poll_interval_seconds: "often" is no number; expected seconds from 0.1 to 3600
            OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25
            operations.create_snapshot: 5 is no table; expected a table
            operations.reboot: no operation has this name; expected one of create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot
            operations.reboot_instance.timeout: unknown key; expected one of poll_interval_seconds, timeout_seconds
            role_name: 7 is no text; expected an IAM role name of 1-64 letters, digits and _+=,.@-, with its path before it if it has one (team/rds-ops)
            allowed_accounts: "all" is malformed or not known; expected an AWS account id of 12 digits
            allowed_accounts: 5 is no text; expected an AWS account id of 12 digits
            environments.protected: "staging" is no list; expected a list of texts
            environments.colour: unknown key; expected one of names, values, tag_keys, protected, instances, accounts, name_patterns
            OPS_ALLOWED_ORIGINS: "https://a.example/x\ny" is malformed or not known; expected scheme://host[:port] without a path, or *
            allow_api_key_identity: "yes" is neither true nor false; expected true or false
            intervall: unknown key; expected one of inventory_table, audit_table, operations_table, poll_interval_seconds, operation_timeout_seconds, max_wait_seconds, late_watch_hours, audit_retention_days, original_audit_until, original_audit_operations, operations, role_name, external_id, home_account_id, allowed_accounts, session_attribution, environments, default_environment, state_machine_arn, notification_topic_arn, allowed_origins, allow_api_key_identity, sign_in_issuer, sign_in_client_id, sign_in_scope, sign_in_token, sign_in_origins, rules, discovery"#]],
    );
}

#[test]
fn the_original_service_is_bounded_in_time() {
    let many: Vec<String> = (0..11).map(|number| format!("'stop_{number}'")).collect();
    refused(
        &format!("original_audit_operations = [{}]", many.join(", ")),
        &[("OPS_ORIGINAL_AUDIT_UNTIL", "yesterday")],
        &expect![[r#"
            OPS_ORIGINAL_AUDIT_UNTIL: "yesterday" is malformed or not known; expected a time such as 2026-12-01T00:00:00Z
            original_audit_operations: 11 operations; expected at most 10"#]],
    );
}

#[test]
fn classes_that_no_request_can_name_are_problems() {
    let file = "
        [operations.modify_instance_class]
        allowed_classes = ['DB.T*', 'r6g.large', 'db.r6g large', 5]
        [operations.stop_instance]
        allowed_classes = ['db.t*']
    ";
    refused(
        file,
        &[],
        &expect![[r#"
        operations.modify_instance_class.allowed_classes: "r6g.large" is malformed or not known; expected a DB instance class such as db.r6g.large, or a pattern such as db.t*
        operations.modify_instance_class.allowed_classes: "db.r6g large" is malformed or not known; expected a DB instance class such as db.r6g.large, or a pattern such as db.t*
        operations.modify_instance_class.allowed_classes: 5 is no text; expected a DB instance class such as db.r6g.large, or a pattern such as db.t*
        operations.stop_instance.allowed_classes: unknown key; expected one of poll_interval_seconds, timeout_seconds"#]],
    );
    let empty = "[operations.modify_instance_class]\nallowed_classes = []";
    refused(
        empty,
        &[],
        &expect![
            "operations.modify_instance_class.allowed_classes: the list is empty; expected a DB instance class such as db.r6g.large, or a pattern such as db.t*"
        ],
    );
}

#[test]
fn undeclared_environments_are_problems() {
    let file = "
        default_environment = 'prodution'
        [environments]
        names = ['Training', 'Live 2', 'dev', '', 'a/b']
        tag_keys = ['aws:stage', '-']
        protected = ['stagging']
        values = { beta = 'tset', live = 'test', LAB = 'test', lab = 'training', '-' = 'dev' }
        instances = { 'a_b' = 'dev', '1/orders' = 'dev', ok = 5, 'Orders' = 'dev', orders = 'test' }
        accounts = { '1' = 'dev', '111122223333' = 'prood' }
        [[environments.name_patterns]]
        pattern = '*'
        environment = 'dev'
        [[environments.name_patterns]]
        pattern = 'dev-*'
        env = 'dev'
    ";
    refused(
        file,
        &[],
        &expect![[r#"
            environments.names: "Live 2" is malformed or not known; expected a new name of 1-64 letters, digits, spaces, hyphens and underscores that does not mean production
            environments.names: "dev" is malformed or not known; expected a new name of 1-64 letters, digits, spaces, hyphens and underscores that does not mean production
            environments.names: "" is malformed or not known; expected a new name of 1-64 letters, digits, spaces, hyphens and underscores that does not mean production
            environments.names: "a/b" is malformed or not known; expected a new name of 1-64 letters, digits, spaces, hyphens and underscores that does not mean production
            environments.values.-: the key is malformed; expected a tag value with characters besides separators
            environments.values.beta: "tset" is malformed or not known; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names
            environments.values.lab: another entry says otherwise about the same; expected one entry
            environments.values.live: the value means production; expected it to stay production
            environments.tag_keys: "aws:stage" is malformed or not known; expected a tag key that does not begin with aws:
            environments.tag_keys: "-" is malformed or not known; expected a tag key that does not begin with aws:
            environments.protected: "stagging" is malformed or not known; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names
            environments.instances.1/orders: the key is malformed; expected <instance_id>, <account_id>/<instance_id> or <account_id>/<region>/<instance_id>
            environments.instances.a_b: the key is malformed; expected <instance_id>, <account_id>/<instance_id> or <account_id>/<region>/<instance_id>
            environments.instances.ok: 5 is no text; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names
            environments.instances.orders: another entry says otherwise about the same; expected one entry
            environments.accounts.1: the key is malformed; expected an AWS account id of 12 digits
            environments.accounts.111122223333: "prood" is malformed or not known; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names
            environments.name_patterns[0].pattern: "*" is malformed or not known; expected letters, digits, hyphens and *, with at least one letter or digit
            environments.name_patterns[1].environment: the key is missing; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names
            environments.name_patterns[1].env: unknown key; expected one of pattern, environment
            default_environment: "prodution" is malformed or not known; expected production, staging, test, development, poc, sandbox, nonproduction or one of environments.names"#]],
    );
}

#[test]
fn a_timeout_below_the_interval_is_rejected() {
    let general = [("OPS_POLL_INTERVAL_SECONDS", "60"), ("OPS_OPERATION_TIMEOUT_SECONDS", "30")];
    refused(
        "",
        &general,
        &expect![
            "operation_timeout_seconds: 30 is below the poll interval; expected at least 60 seconds"
        ],
    );
    let own = "
        [operations.create_snapshot]
        timeout_seconds = 20
        [operations.modify_backup_window]
        poll_interval_seconds = 400
        [operations.reboot_instance]
        poll_interval_seconds = 1
        timeout_seconds = 2
    ";
    refused(
        own,
        &[],
        &expect![[r#"
        operations.create_snapshot.timeout_seconds: 20 is below the poll interval; expected at least 30 seconds
        operations.modify_backup_window.timeout_seconds: 300 is below the poll interval; expected at least 400 seconds"#]],
    );
}

#[test]
fn two_tables_of_one_name_are_refused() {
    refused(
        "audit_table = 'rds_operations'",
        &[],
        &expect![[
            r#"operations_table: "rds_operations" is also the audit_table; expected a table of its own"#
        ]],
    );
}

#[test]
fn invalid_toml_is_reported_with_variable_problems() {
    let variables = [("OPS_ROLE_NAME", "a/b")];
    refused(
        "audit_table = 'x'\npoll_interval_seconds = = 3",
        &variables,
        &expect!["configuration file: line 2: extra `=`, expected nothing; expected TOML"],
    );
    refused(
        "max_wait_seconds = 1\nmax_wait_seconds = 2",
        &[],
        &expect!["configuration file: line 2: duplicate key; expected TOML"],
    );
}

#[test]
fn a_long_value_is_shortened_and_stays_on_one_line() {
    let errors = load("", &[("OPS_ROLE_NAME", &"ä\n".repeat(500))]).unwrap_err();
    assert_eq!(errors.to_string().lines().count(), 1);
    assert!(errors.to_string().len() < 300, "{errors}");
}

#[test]
fn a_state_machine_has_no_room_for_steps_without_end() {
    let machine =
        "state_machine_arn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:rds-ops'\n";
    let hasty = "poll_interval_seconds = 1\noperation_timeout_seconds = 7200\n";
    assert!(load(hasty, &[]).is_ok(), "the sweep may request as often as it likes");
    refused(
        &format!("{machine}{hasty}[operations.reboot_instance]\npoll_interval_seconds = 30"),
        &[],
        &expect![[r#"
            state_machine_arn: create_snapshot would take 7296 steps, by its time-out, its poll interval and the late watch; expected at most 1800 steps with a state machine
            state_machine_arn: modify_backup_window would take 7296 steps, by its time-out, its poll interval and the late watch; expected at most 1800 steps with a state machine
            state_machine_arn: modify_maintenance_window would take 7296 steps, by its time-out, its poll interval and the late watch; expected at most 1800 steps with a state machine
            state_machine_arn: change_parameter_group would take 7296 steps, by its time-out, its poll interval and the late watch; expected at most 1800 steps with a state machine
            state_machine_arn: delete_snapshot would take 7296 steps, by its time-out, its poll interval and the late watch; expected at most 1800 steps with a state machine"#]],
    );
}

#[test]
fn rules_that_name_production_or_what_is_not_there_are_problems() {
    let file = "
        [environments]
        protected = ['staging']
        [[rules]]
        effect = 'permit'
        operations = ['reboot', 'drop_*', 'create_*']
        environments = ['prod', 'Production', '*prod*', 'staging', 'dve', 'live', '*', '*ing']
        [[rules]]
        principals = []
        groups = ['a,b', 7]
        accounts = ['1234', '44*', '123456789012*3', '*', 'dev']
        environment = 'dev'
        [[rules]]
        operations = 'reboot_instance'
    ";
    refused(
        file,
        &[],
        &expect![[r#"
            rules[0].effect: "permit" is malformed or not known; expected "allow" or "deny"
            rules[0].operations: "reboot" is malformed or not known; expected one of create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot, or a pattern of them
            rules[0].operations: "drop_*" is malformed or not known; expected one of create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot, or a pattern of them
            rules[0].environments: "prod" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "Production" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "*prod*" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "staging" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "dve" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "live" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[0].environments: "*ing" is malformed or not known; expected an environment that is not production, by its name or a pattern of names
            rules[1].principals: the list is empty; expected a pattern of principals such as iam:arn:aws:sts::111122223333:assumed-role/DBA/*
            rules[1].groups: "a,b" is malformed or not known; expected a pattern of groups such as dba-*, without commas
            rules[1].groups: 7 is no text; expected a pattern of groups such as dba-*, without commas
            rules[1].accounts: "1234" is malformed or not known; expected an AWS account id of 12 digits, or a pattern of one
            rules[1].accounts: "123456789012*3" is malformed or not known; expected an AWS account id of 12 digits, or a pattern of one
            rules[1].accounts: "dev" is malformed or not known; expected an AWS account id of 12 digits, or a pattern of one
            rules[1].environment: unknown key; expected one of effect, principals, groups, operations, environments, accounts
            rules[2].operations: "reboot_instance" is no list; expected a list of texts"#]],
    );
    let deny = "[[rules]]\neffect = 'deny'\nenvironments = ['test']";
    refused(
        deny,
        &[],
        &expect![
            "rules: nothing would be allowed to anybody; expected at least one rule with the \
             effect allow"
        ],
    );
    refused(
        "rules = 'all'",
        &[("OPS_RULES", "all")],
        &expect![[r#"OPS_RULES: "all" is no list; expected tables, each under [[rules]]"#]],
    );
}
