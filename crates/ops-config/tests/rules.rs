//! What rules say, rule by rule and for all rules.

use ops_config::Config;
use ops_domain::caller::Caller;
use ops_domain::environment::Environment;
use ops_domain::failure::Code;
use ops_domain::instance::InstanceRef;
use ops_domain::rules::{AuthzRequest, Effect, Glob, Rule, Rules, Unpermitted, Who};
use proptest::prelude::*;
use serde_json::json;

fn rules(file: &str) -> Rules {
    Config::load(Some(file), |_| None).expect("the tests write rules").service.rules
}

fn caller(principal: &str, groups: &str) -> Caller {
    let mut caller = Caller::new(principal, "request-1");
    caller.attributes.insert("groups".into(), groups.into());
    caller
}

fn target(account: &str) -> InstanceRef {
    InstanceRef {
        account_id: account.parse().expect("the tests write accounts"),
        region: "eu-central-1".parse().expect("a Region"),
        instance_id: "orders-dev".parse().expect("an identifier"),
    }
}

/// What the rules say to somebody of `groups` about `operation` in a development environment of
/// 444455556666.
fn said(
    rules: &Rules,
    principal: &str,
    groups: &str,
    operation: &'static str,
) -> Result<(), Unpermitted> {
    let (caller, target) = (caller(principal, groups), target("444455556666"));
    rules.decide(
        &AuthzRequest { caller: &caller, operation, target: &target },
        &Environment::Development,
    )
}

#[test]
fn without_rules_every_caller_may_run_everything() {
    assert_eq!(said(&Rules::default(), "apikey:1", "", "reboot_instance"), Ok(()));
}

#[test]
fn a_principal_or_one_of_the_groups_is_enough() {
    let rules = rules("[[rules]]\nprincipals = ['iam:*/DBA/*']\ngroups = ['dba', 'oncall-*']");
    for (principal, groups) in [
        ("iam:arn:aws:sts::111122223333:assumed-role/DBA/alice", ""),
        ("jwt:x|1", "dba"),
        ("jwt:x|1", "readers, oncall-eu"),
    ] {
        assert_eq!(
            said(&rules, principal, groups, "reboot_instance"),
            Ok(()),
            "{principal} {groups}"
        );
    }
    for (principal, groups) in [
        ("iam:arn:aws:sts::111122223333:assumed-role/dba/alice", ""),
        ("dba", "DBA"),
        ("jwt:x|1", "dba-readers"),
    ] {
        let said = said(&rules, principal, groups, "reboot_instance");
        assert_eq!(said, Err(Unpermitted::Caller), "{principal} {groups}");
    }
}

#[test]
fn every_part_of_a_rule_counts() {
    let rules = rules(
        "[[rules]]
         groups = ['dev']
         operations = ['create_*']
         environments = ['dev', 'test']
         accounts = ['4444*']
         [[rules]]
         groups = ['dba']",
    );
    let decide = |groups: &str, operation, environment, account| {
        let (caller, target) = (caller("jwt:x|1", groups), target(account));
        rules.decide(&AuthzRequest { caller: &caller, operation, target: &target }, &environment)
    };
    let snapshot = "create_snapshot";
    assert_eq!(decide("dev", snapshot, Environment::Test, "444455556666"), Ok(()));
    assert_eq!(
        decide("dev", snapshot, Environment::Test, "111122223333"),
        Err(Unpermitted::Account)
    );
    assert_eq!(
        decide("dev", snapshot, Environment::Staging, "111122223333"),
        Err(Unpermitted::Environment)
    );
    assert_eq!(
        decide("dev", "reboot_instance", Environment::Staging, "999988887777"),
        Err(Unpermitted::Operation)
    );
    assert_eq!(
        decide("ops", snapshot, Environment::Test, "444455556666"),
        Err(Unpermitted::Caller)
    );
    assert_eq!(decide("dba,dev", "reboot_instance", Environment::Staging, "111122223333"), Ok(()));
}

#[test]
fn a_rule_that_denies_wins_wherever_it_stands() {
    let deny = "[[rules]]\neffect = 'deny'\noperations = ['reboot_instance']\n";
    let allow = "[[rules]]\ngroups = ['dba']\n";
    for rules in [rules(&format!("{deny}{allow}")), rules(&format!("{allow}{deny}"))] {
        assert_eq!(said(&rules, "jwt:x|1", "dba", "reboot_instance"), Err(Unpermitted::Forbidden));
        assert_eq!(said(&rules, "jwt:x|1", "dba", "create_snapshot"), Ok(()));
        assert_eq!(said(&rules, "jwt:x|1", "", "create_snapshot"), Err(Unpermitted::Caller));
    }
}

#[test]
fn ambiguous_groups_are_denied_where_a_rule_denies_a_group() {
    let rules = rules(
        "[[rules]]
         [[rules]]
         effect = 'deny'
         groups = ['contractors']
         operations = ['reboot_instance']
         environments = ['dev']",
    );
    let mut ambiguous = caller("jwt:x|1", "");
    ambiguous.mark_groups_ambiguous();
    let target = target("444455556666");
    let decide = |caller: &Caller, operation, environment| {
        rules.decide(&AuthzRequest { caller, operation, target: &target }, &environment)
    };
    let denied = Err(Unpermitted::AmbiguousGroups);
    assert_eq!(decide(&ambiguous, "reboot_instance", Environment::Development), denied);
    assert_eq!(decide(&ambiguous, "reboot_instance", Environment::Test), Ok(()));
    assert_eq!(decide(&ambiguous, "create_snapshot", Environment::Development), Ok(()));
    assert_eq!(decide(&caller("jwt:x|1", ""), "reboot_instance", Environment::Development), Ok(()));
    let attempt =
        AuthzRequest { caller: &ambiguous, operation: "reboot_instance", target: &target };
    let failure = rules.permit(&attempt, &Environment::Development).unwrap_err();
    assert_eq!(failure.facts["rules_lack"], json!("ambiguous_groups"));
    assert!(
        failure.guidance.contains("of groups that it can't tell apart"),
        "{}",
        failure.guidance
    );
}

#[test]
fn a_denial_names_what_is_missing_and_nothing_else() {
    let rules = rules(
        "[[rules]]\ngroups = ['secret-team']\n[[rules]]\ngroups = ['dev']\noperations = \
         ['create_snapshot']",
    );
    let (caller, target) = (caller("jwt:x|1", "dev"), target("444455556666"));
    let attempt = AuthzRequest { caller: &caller, operation: "reboot_instance", target: &target };
    let failure = rules.permit(&attempt, &Environment::Test).unwrap_err();
    assert_eq!(failure.code, Code::PermissionDenied);
    assert_eq!(failure.facts["rules_lack"], json!("operation"));
    assert_eq!(failure.sentence, "No rule of this service lets you run `reboot_instance`.");
    for part in
        ["`reboot_instance`, Test, account 444455556666", "as `jwt:x|1`, of the groups dev."]
    {
        assert!(failure.guidance.contains(part), "{}", failure.guidance);
    }
    assert!(!json!(failure).to_string().contains("secret-team"));
}

fn globs() -> impl Strategy<Value = Vec<Glob>> {
    proptest::collection::vec(prop_oneof![Just("*"), Just("a*"), Just("b"), Just("4*")], 0..3)
        .prop_map(|globs| globs.into_iter().map(|glob| Glob(glob.to_owned())).collect())
}

fn rule() -> impl Strategy<Value = Rule> {
    let environments = [
        Environment::Production,
        Environment::Staging,
        Environment::Development,
        Environment::Other("Live".to_owned()),
    ];
    (
        prop_oneof![Just(Effect::Allow), Just(Effect::Deny)],
        prop_oneof![
            Just(Who::Everybody),
            (globs(), globs()).prop_map(|(principals, groups)| Who::Named { principals, groups })
        ],
        proptest::option::of(proptest::sample::subsequence(
            vec!["create_snapshot", "reboot_instance"],
            0..=2,
        )),
        proptest::option::of(proptest::sample::subsequence(environments.to_vec(), 0..=4)),
        proptest::option::of(globs()),
    )
        .prop_map(|(effect, who, operations, environments, accounts)| Rule {
            effect,
            who,
            operations: operations.map(|names| names.into_iter().collect()),
            environments: environments.map(|these| these.into_iter().collect()),
            accounts,
        })
}

/// Any rules, also such as no configuration can have.
pub(crate) fn any_rules() -> impl Strategy<Value = Rules> {
    proptest::collection::vec(rule(), 0..5).prop_map(Rules)
}

proptest! {
    #[test]
    fn one_more_rule_that_denies_never_lets_more_pass(rules in any_rules(), more in rule(), principal in "[abc]") {
        let more = Rule { effect: Effect::Deny, ..more };
        let narrower = Rules(rules.0.iter().cloned().chain([more]).collect());
        let (before, after) = (
            said(&rules, &principal, "", "reboot_instance"),
            said(&narrower, &principal, "", "reboot_instance"),
        );
        prop_assert!(before.is_ok() || after.is_err());
    }

    /// What passes with ambiguous groups passes whatever groups the caller is in.
    #[test]
    fn ambiguity_never_opens(rules in any_rules(), principal in "[abc]", more in "[ab,4]{0,5}") {
        let target = target("444455556666");
        let mut ambiguous = caller(&principal, "b");
        ambiguous.mark_groups_ambiguous();
        let decide = |caller: &Caller| {
            let attempt = AuthzRequest { caller, operation: "reboot_instance", target: &target };
            rules.decide(&attempt, &Environment::Development)
        };
        if decide(&ambiguous).is_ok() {
            prop_assert_eq!(decide(&caller(&principal, &format!("b,{more}"))), Ok(()));
        }
    }

    #[test]
    fn what_rules_let_pass_passes_without_any(rules in any_rules(), principal in "[abc]", groups in "[ab,]{0,3}") {
        if said(&rules, &principal, &groups, "create_snapshot").is_ok() {
            prop_assert_eq!(said(&Rules::default(), &principal, &groups, "create_snapshot"), Ok(()));
        }
    }
}
