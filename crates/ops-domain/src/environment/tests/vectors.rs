//! Every value of the shipped table, and values and names that must not pass for one.

use super::*;

/// The values of §9.2 by class.
const VALUES: [(Environment, &[&str]); 7] = [
    (
        Environment::Production,
        &["prod", "production", "prd", "live", "prodn", "dr", "disaster-recovery"],
    ),
    (
        Environment::Staging,
        &[
            "stg",
            "stage",
            "staging",
            "uat",
            "acc",
            "acceptance",
            "preprod",
            "pre-prod",
            "preproduction",
            "pre-production",
        ],
    ),
    (
        Environment::Test,
        &["qa", "test", "tst", "testing", "qat", "sit", "int", "integration", "perf"],
    ),
    (Environment::Development, &["dev", "develop", "development"]),
    (Environment::Poc, &["poc", "proof-of-concept", "Proof of Concept"]),
    (Environment::Sandbox, &["sandbox", "sbx", "sb", "lab", "demo"]),
    (Environment::NonProduction, &["nonprod", "non-prod", "nonproduction", "non-production"]),
];

/// The unknown values of §9.3, its substring traps, and more of their kind.
const UNKNOWN: [&str; 36] = [
    "prod-like",
    "production-blue",
    "prod-eu-west-1",
    "reprod",
    "reproduction",
    "product-catalog",
    "delivery",
    "alive",
    "unproductive",
    "p",
    "prodtest",
    "Dev/Test",
    "dev,prod",
    "",
    "product",
    "prodigy",
    "olive",
    "device",
    "devops",
    "latest",
    "contest",
    "backstage",
    "print",
    "account",
    "v1",
    "$default",
    "alpha",
    "beta",
    "release",
    "d",
    "none",
    "n/a",
    "-",
    "nonprod-prod",
    "dev\u{200b}",
    "dév",
];

fn tagged(value: &str) -> Case {
    case("orders", &[("Environment", value)])
}

#[test]
fn every_value_of_the_table_stands_for_its_class_in_any_case() {
    for (environment, values) in &VALUES {
        for value in *values {
            for spelling in [
                (*value).to_owned(),
                value.to_uppercase(),
                format!("  {value}\t"),
                value.replace('-', "_"),
            ] {
                tagged(&spelling).is(environment.clone(), Source::Tag);
                assert_eq!(spelling.parse(), Ok(environment.clone()), "{spelling:?}");
            }
        }
    }
}

#[test]
fn the_tag_vectors_of_the_facts_hold() {
    let vectors = [
        (
            Environment::Production,
            &["Production", " prod ", "PRD", "Live", "ｐｒｏｄ", "dr", "Prod2"][..],
        ),
        (Environment::Staging, &["preprod", "Pre-Prod", "pre_production"]),
        (Environment::NonProduction, &["non-prod", "NonProduction"]),
    ];
    for (environment, values) in vectors {
        values.iter().for_each(|value| drop(tagged(value).is(environment.clone(), Source::Tag)));
    }
}

#[test]
fn an_unknown_value_is_production_despite_the_default() {
    for value in UNKNOWN {
        let case = tagged(value)
            .default_environment(Environment::Development)
            .pattern("ord*", Environment::Test);
        let classification = case.is(Environment::Production, Source::Tag);
        let decisive = classification.trace.iter().find(|evidence| evidence.decisive).unwrap();
        assert_eq!(decisive.value.as_deref(), Some(value));
        assert!(decisive.note.as_ref().unwrap().contains("not a known environment"), "{value:?}");
        assert!(value.parse::<Environment>().is_err(), "{value:?}");
    }
}

#[test]
fn a_production_word_in_the_name_raises_and_other_words_do_not() {
    let raising = [
        "orders-prod",
        "prod1-orders",
        "live-events",
        "orders-production-eu",
        "orders-prod-like",
        "qa-prod-copy",
        "prod-orders-dev-copy",
        "dev-to-prod-migration",
    ];
    for name in raising {
        case(name, &[("Environment", "dev")]).is(Environment::Production, Source::Name);
    }
    let silent = [
        "product-catalog-dev",
        "delivery-dev",
        "prodigy-test",
        "orders-preprod",
        "orders-non-prod",
        "reprod-db",
        "olive-db",
        "orders",
        "alive",
        "reproduction",
        "unproductive-db",
        "device",
        "backstage",
    ];
    for name in silent {
        case(name, &[("Environment", "dev")]).is(Environment::Development, Source::Tag);
    }
}

#[test]
fn a_name_never_lowers_protection() {
    for name in ["orders-dev", "dev", "test-1", "orders-non-prod", "sandbox", "orders"] {
        case(name, &[]).is(Environment::Production, Source::Default);
        case(name, &[("Environment", "prod")]).is(Environment::Production, Source::Tag);
    }
}

#[test]
fn environments_read_what_they_print() {
    let other = Environment::Other("Training".to_owned());
    let all = VALUES.iter().map(|(environment, _)| environment.clone()).chain([other]);
    let printed: Vec<String> = all
        .map(|environment| {
            let json = serde_json::to_string(&environment).unwrap();
            assert_eq!(serde_json::from_str::<Environment>(&json).unwrap(), environment);
            environment.to_string()
        })
        .collect();
    let expected = [
        "Production",
        "Staging",
        "Test",
        "Development",
        "POC",
        "Sandbox",
        "NonProduction",
        "Training",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn a_production_name_is_never_a_custom_environment() {
    assert_eq!(Environment::named(" PRD "), Ok(Environment::Production));
    assert!(Environment::Other("Live".to_owned()).is_production());
    assert!(!Environment::Other("Training".to_owned()).is_production());
    for empty in ["", "  ", "-"] {
        assert!(Environment::named(empty).is_err(), "{empty:?}");
    }
}
