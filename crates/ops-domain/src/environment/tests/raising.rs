//! Who decides, and what raises to production.

use super::*;
use expect_test::expect;

const ORDERS: &str = "111122223333/eu-central-1/orders";
const THIS_COPY: &str = "111122223333/eu-central-1/orders-prod-copy";
const DEV: [(&str, &str); 1] = [("Environment", "dev")];

fn training() -> Environment {
    Environment::Other("Training".to_owned())
}

#[test]
fn no_evidence_means_the_default_environment() {
    let untagged =
        case("orders", &[("Name", "orders"), ("aws:environment", "dev"), ("Owner", "dev")]);
    untagged.is(Environment::Production, Source::Default);
    untagged
        .default_environment(Environment::Development)
        .is(Environment::Development, Source::Default);
}

#[test]
fn the_first_source_that_speaks_decides() {
    let patterns =
        case("orders", &[]).pattern("ord*", Environment::Poc).pattern("*ers", Environment::Test);
    patterns.is(Environment::Poc, Source::NamePattern);
    let account = patterns.account(Environment::Staging);
    account.is(Environment::Staging, Source::AccountMapping);
    let instance = account.instance("orders", Environment::Sandbox);
    instance.is(Environment::Sandbox, Source::InstanceMapping);
    let mut tagged = instance;
    tagged.tags.insert("env".to_owned(), "dev".to_owned());
    tagged.is(Environment::Development, Source::Tag);
}

#[test]
fn the_mapping_with_an_account_wins() {
    let plain = case("orders", &[]).instance("orders", Environment::Test);
    plain.is(Environment::Test, Source::InstanceMapping);
    let both = plain.instance("111122223333/orders", Environment::Poc);
    both.is(Environment::Poc, Source::InstanceMapping);
    let other_account = case("orders", &[]).instance("999988887777/orders", Environment::Poc);
    other_account.is(Environment::Production, Source::Default);
}

#[test]
fn every_other_source_that_says_production_raises() {
    let production = Environment::Production;
    case("orders", &[("Environment", "dev"), ("tier", "prod")]).is(production.clone(), Source::Tag);
    case("orders", &[("Environment", "dev"), ("Stage", "Live")])
        .is(production.clone(), Source::Tag);
    case("orders", &[("Environment", "dev"), ("Stage", "prod-eu-west-1")])
        .is(production.clone(), Source::Tag);
    case("orders", &[("Environment", "dev"), ("tier", "prod-db")])
        .is(production.clone(), Source::Tag);
    case("orders", &DEV)
        .instance("orders", production.clone())
        .is(production.clone(), Source::InstanceMapping);
    case("orders", &DEV).account(production.clone()).is(production.clone(), Source::AccountMapping);
    case("orders", &DEV)
        .pattern("ord*", production.clone())
        .is(production.clone(), Source::NamePattern);
    case("orders-prod", &DEV).is(production, Source::Name);
}

#[test]
fn an_unknown_value_is_not_overruled_by_a_known_one() {
    case("orders", &[("Environment", "dev"), ("Stage", "v1")])
        .is(Environment::Production, Source::Tag);
    case("orders", &[("Environment", ""), ("env", "test")])
        .is(Environment::Production, Source::Tag);
    let mapped = case("orders", &[("Environment", "dev"), ("Stage", "v1")])
        .instance(ORDERS, Environment::Test);
    mapped.is(Environment::Development, Source::Tag);
}

#[test]
fn disagreeing_environment_tags_are_production() {
    let tags = [("Environment", "dev"), ("environment", "test")];
    let case = case("orders", &tags)
        .instance("orders", Environment::Development)
        .account(Environment::Development);
    let classification = case.is(Environment::Production, Source::Tag);
    let notes: Vec<_> = classification
        .trace
        .iter()
        .filter(|e| e.decisive)
        .map(|e| e.note.clone().unwrap())
        .collect();
    assert_eq!(notes, ["environment tags that disagree count as production"; 2]);
}

#[test]
fn environment_tags_that_agree_decide_together() {
    let tags = [
        ("Environment", "dev"),
        ("ENV", "Development"),
        ("acme:stage", "develop"),
        ("env.acme.com", "DEV"),
    ];
    case("orders", &tags).is(Environment::Development, Source::Tag);
}

#[test]
fn the_weak_key_counts_only_where_no_environment_key_is_set() {
    case("orders", &[("tier", "dev")]).is(Environment::Development, Source::Tag);
    case("orders", &[("tier", "dev"), ("Environment", "test")]).is(Environment::Test, Source::Tag);
    case("orders", &[("tier", "dev"), ("Environment", "v1")])
        .is(Environment::Production, Source::Tag);
    case("orders", &[("tier", "dev"), ("acme:tier", "qa")])
        .is(Environment::Production, Source::Tag);
    let unknown = case("orders", &[("tier", "web")]).default_environment(Environment::Test);
    unknown.is(Environment::Test, Source::Default);
}

#[test]
fn only_an_instance_mapping_decides_where_the_tag_is_unknown() {
    for value in ["v1", "", "weird"] {
        let tags = [("Environment", value)];
        case("orders", &tags)
            .instance(ORDERS, Environment::Test)
            .is(Environment::Test, Source::InstanceMapping);
        case("orders", &tags).account(Environment::Test).is(Environment::Production, Source::Tag);
    }
}

/// The tag is to be set right, or the configuration to say what its value means.
#[test]
fn no_mapping_overrules_a_production_word_in_an_environment_tag() {
    let mut case = case("orders", &[("Environment", "prod-like")]);
    case = case.account(Environment::Test).instance(ORDERS, Environment::Test);
    case.is(Environment::Production, Source::Tag);
    case.policy.values.insert("prod-like".parse().unwrap(), Environment::Staging);
    case.is(Environment::Staging, Source::Tag);
}

#[test]
fn an_instance_mapping_excuses_only_the_name() {
    let excused = case("orders-prod-copy", &DEV)
        .instance(THIS_COPY, Environment::Development)
        .pattern("*-prod-*", Environment::Production);
    excused.is(Environment::Development, Source::Tag);
    excused.account(Environment::Production).is(Environment::Production, Source::AccountMapping);
    let tagged =
        case("orders-prod-copy", &[("env", "prd")]).instance(THIS_COPY, Environment::Development);
    tagged.is(Environment::Production, Source::Tag);
    let other_entry =
        case("orders-prod-copy", &DEV).instance("orders-prod", Environment::Development);
    other_entry.is(Environment::Production, Source::Name);
    let account = case("orders-prod-copy", &DEV).account(Environment::Development);
    account.is(Environment::Production, Source::Name);
}

/// The production instance of another Region, or another account, may have the same name.
#[test]
fn a_mapping_without_region_excuses_no_name() {
    for key in ["orders-prod-copy", "111122223333/orders-prod-copy"] {
        case("orders-prod-copy", &[])
            .instance(key, Environment::Test)
            .is(Environment::Production, Source::Name);
        let tagged = case("orders-prod-copy", &[("Environment", "prod-like")])
            .instance(key, Environment::Test);
        tagged.is(Environment::Production, Source::Tag);
        case("orders-copy", &[])
            .instance(&key.replace("-prod", ""), Environment::Test)
            .is(Environment::Test, Source::InstanceMapping);
    }
    let elsewhere =
        case("orders-copy", &[]).instance("111122223333/us-east-1/orders-copy", Environment::Test);
    elsewhere.is(Environment::Production, Source::Default);
}

#[test]
fn of_two_entries_about_one_instance_production_wins() {
    let plain = case("orders-prod", &[]).instance("orders-prod", Environment::Production);
    let both = plain.instance("111122223333/orders-prod", Environment::Test);
    both.is(Environment::Production, Source::InstanceMapping);
}

#[test]
fn a_protected_environment_counts_as_production() {
    let staging = [("Environment", "uat")];
    let tagged = case("orders", &staging)
        .protect(Environment::Staging)
        .is(Environment::Production, Source::Tag);
    expect![[r#"
        Production: tag Environment = "uat" of orders (live) says Staging, Staging is protected and counts as production"#]]
    .assert_eq(&tagged.reason());
    let protected = || case("orders", &DEV).protect(Environment::Staging);
    protected().is(Environment::Development, Source::Tag);
    protected().account(Environment::Staging).is(Environment::Production, Source::AccountMapping);
    let default =
        case("orders", &[]).default_environment(Environment::Staging).protect(Environment::Staging);
    default.is(Environment::Production, Source::Default);
}

#[test]
fn configured_keys_and_values_work_as_the_shipped_ones_do() {
    let mut case = case("orders", &[("acme:Landscape", "Schulung")]);
    case.policy.tag_keys.insert("landscape".parse().unwrap());
    case.is(Environment::Production, Source::Tag);
    case.policy.values.insert("schulung".parse().unwrap(), training());
    case.is(training(), Source::Tag);
    assert_eq!(case.policy.parse(" SCHULUNG "), Some(training()));
    assert!(
        case.policy.is_environment_key("acme/landscape")
            && !case.policy.is_environment_key("Owner")
    );
}

#[test]
fn configured_values_never_override_production() {
    let mut policy = EnvironmentPolicy::default();
    for value in ["lab", "uat", "live"] {
        policy.values.insert(value.parse().unwrap(), training());
    }
    policy.values.insert("uat".parse().unwrap(), Environment::Production);
    assert_eq!(policy.parse("Lab"), Some(training()));
    assert_eq!(policy.parse("UAT"), Some(Environment::Production));
    assert_eq!(policy.parse("live"), Some(Environment::Production));
}

#[test]
fn the_stricter_reading_counts() {
    let live = || case("orders", &[("Environment", "prod")]).classify();
    let inventory = || case("orders", &DEV).origin(Origin::Inventory).classify();
    for both in [live().strictest(inventory()), inventory().strictest(live())] {
        assert_eq!(
            (both.environment.clone(), both.decided_by),
            (Environment::Production, Source::Tag)
        );
        assert_eq!(
            both.reason(),
            "Production: tag Environment = \"prod\" of orders (live) says Production"
        );
        assert_eq!(both.trace.len(), live().trace.len() + inventory().trace.len());
    }
    let test = case("orders", &[("Environment", "test")]).classify();
    assert_eq!(inventory().strictest(test.clone()).environment, Environment::Development);
    assert_eq!(test.strictest(inventory()).environment, Environment::Test);
}

#[test]
fn a_production_source_makes_its_replica_production() {
    let replica = case("orders-replica", &DEV).classify();
    let source = case("orders", &[]).origin(Origin::Related).classify();
    let both = replica.strictest(source);
    assert_eq!((both.environment, both.decided_by), (Environment::Production, Source::Default));
}

#[test]
fn the_trace_tells_every_source_and_what_it_said() {
    let case = case("orders-prod", &[("Environment", "dev"), ("tier", "web")])
        .pattern("orders-*", Environment::Test);
    let classification = case.classify();
    let lines: Vec<String> = classification
        .trace
        .iter()
        .map(|evidence| format!("{} {evidence}", if evidence.decisive { "*" } else { "-" }))
        .collect();
    expect![[r#"
        - tag Environment = "dev" of orders-prod (live) says Development
        - tag tier = "web" of orders-prod (live) says nothing, the value is not a known environment, and the key is often used for something else
        - instance mapping of orders-prod (live) says nothing, no entry
        - account mapping of orders-prod (live) says nothing, no entry
        - name pattern orders-* = "orders-prod" of orders-prod (live) says Test
        * name = "orders-prod" of orders-prod (live) says Production, a production word in the name
        - default environment of orders-prod (live) says Production"#]]
    .assert_eq(&lines.join("\n"));
    let json = serde_json::to_string(&classification).unwrap();
    assert_eq!(serde_json::from_str::<Classification>(&json).unwrap(), classification);
}
