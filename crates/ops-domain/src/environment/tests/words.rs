//! One table of keys and values, for production and against it.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;

/// Keys that decide, in spellings of their own.
const DECIDING: [&str; 5] = ["Environment", "env", "acme:Stage", "environment-name", "Tier"];

/// Keys that have to do with the environment, and only raise.
const RELATED: [&str; 17] = [
    "Workspace",
    "deploy-env",
    "Landscape",
    "Deployment",
    "AppEnvironment",
    "app_environment_name",
    "Enviornment",
    "Enviroment",
    "Environnement",
    "Ambiente",
    "Entorno",
    "Umgebung",
    "Środowisko",
    "環境",
    "is-production",
    "IsProd",
    "production",
];

/// Values with a word that means production: under every key of both lists they make an instance
/// production.
const PRODUCTION: [&str; 27] = [
    "prod",
    "Production",
    "PRD",
    "live",
    "dr",
    "prod2",
    "prd-eu",
    "live1",
    "prod-eu-west-1",
    "PROD_01",
    "eu/prod",
    "ProdEU",
    "AcmeProd",
    "EUProd1",
    "Producción",
    "produccio\u{301}n",
    "Produção",
    "produzione",
    "Produktion",
    "produktiv",
    "tuotanto",
    "canlı",
    "продакшн",
    "本番",
    "生产",
    "pro\u{200b}d",
    "prod-like",
];

/// Values that may mean production. They are believed under a key that decides by itself, and
/// nowhere else.
const PERHAPS: [&str; 5] = ["prodeu1", "prodtest", "prdx", "product-catalog", "produzioni"];

/// Values that mean an environment other than production.
const OTHER: [(Environment, &[&str]); 4] = [
    (
        Environment::Staging,
        &[
            "uat2",
            "UAT-02",
            "stg1",
            "User Acceptance Testing",
            "preprod2",
            "Staging Environment",
            "acceptance test",
        ],
    ),
    (
        Environment::Test,
        &["QA3", "test2", "qa_1", "Quality Assurance", "test-env", "integration-test", "SIT 3"],
    ),
    (Environment::Development, &["dev-01", "dev1", "DEV 2", "Development Environment", "dev_env"]),
    (
        Environment::NonProduction,
        &[
            "nonprd",
            "NP",
            "np2",
            "training",
            "Preview",
            "ephemeral",
            "preview-12",
            "not-prod",
            "non-prod-1",
        ],
    ),
];

/// Values that nobody knows for certain. None of them opens an instance.
const UNKNOWN: [&str; 12] = [
    "test-2024",
    "dev1a",
    "1dev",
    "devtest",
    "dev-orders",
    "trainings",
    "previewer",
    "d1",
    "uat2b",
    "uat 2 b",
    "environment",
    "2",
];

fn development(tags: &[(&str, &str)]) -> Case {
    case("orders", tags)
        .account(Environment::Development)
        .default_environment(Environment::Development)
}

#[test]
fn a_production_word_raises_under_every_key() {
    for value in PRODUCTION {
        for key in DECIDING.iter().chain(&RELATED) {
            development(&[(key, value)]).is(Environment::Production, Source::Tag);
            development(&[(key, value), ("env-name", "dev")])
                .is(Environment::Production, Source::Tag);
        }
    }
}

#[test]
fn a_word_that_begins_like_production_counts_as_production() {
    for value in PERHAPS {
        for key in &DECIDING[..4] {
            development(&[(key, value), ("env-name", "dev")])
                .is(Environment::Production, Source::Tag);
        }
        for key in DECIDING[4..].iter().chain(&RELATED) {
            development(&[(key, value), ("env-name", "dev")])
                .is(Environment::Development, Source::Tag);
        }
    }
}

#[test]
fn a_flag_raises_by_yes_and_proves_nothing_by_no() {
    let flags = [
        "is-production",
        "is_production",
        "IsProd",
        "isproduction",
        "production",
        "prod",
        "is-live",
        "EsProducción",
    ];
    for flag in flags {
        for yes in ["true", "YES", "y", "1", " True ", "on", "sí", "production"] {
            development(&[("environment-name", "staging"), (flag, yes)])
                .is(Environment::Production, Source::Tag);
        }
        for no in ["false", "no", "n", "0", "", "dev"] {
            development(&[("environment-name", "staging"), (flag, no)])
                .is(Environment::Staging, Source::Tag);
            case("orders", &[(flag, no)]).is(Environment::Production, Source::Default);
        }
    }
    for other in ["is-non-prod", "product", "non-production", "pre-prod", "reproduction"] {
        development(&[(other, "true")]).is(Environment::Development, Source::AccountMapping);
    }
}

#[test]
fn known_names_count_with_a_number_and_in_several_words() {
    for (environment, values) in &OTHER {
        for value in *values {
            case("orders", &[("Environment", value)]).is(environment.clone(), Source::Tag);
        }
    }
    for value in UNKNOWN {
        development(&[("Environment", value)]).is(Environment::Production, Source::Tag);
    }
}

#[test]
fn keys_that_only_raise_decide_nothing() {
    for key in RELATED {
        for (_, values) in &OTHER {
            for value in *values {
                case("orders", &[(key, value)]).is(Environment::Production, Source::Default);
            }
        }
        development(&[(key, "dev"), ("Environment", "test")]).is(Environment::Test, Source::Tag);
        development(&[(key, "weird")]).is(Environment::Development, Source::AccountMapping);
    }
}

#[test]
fn a_configured_meaning_of_a_usual_word_wins() {
    let mut training = case("orders", &[("Environment", "Training2")]);
    training.is(Environment::NonProduction, Source::Tag);
    let own = Environment::Other("Training".to_owned());
    training.policy.values.insert("training".parse().unwrap(), own.clone());
    training.is(own, Source::Tag);
    assert_eq!(Environment::named("training"), Ok(Environment::Other("training".to_owned())));
}

/// The value in capital letters, unless that hides where a word begins.
fn capitals(value: &str) -> String {
    let capitals = value.to_uppercase();
    if normalise::words(&capitals) == normalise::words(value) { capitals } else { value.to_owned() }
}

fn spelling(value: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        Just(value.to_owned()),
        Just(capitals(value)),
        "[a-z]{1,6}".prop_map(move |word| format!("{word}-{value}")),
        "[a-z0-9]{1,6}".prop_map(move |word| format!("{value} {word}")),
        "[a-z]{1,6}".prop_map(move |word| format!("{value}/{word}")),
    ]
}

proptest! {
    #[test]
    fn no_tag_with_a_production_word_passes(
        key in select(DECIDING.iter().chain(&RELATED).copied().collect::<Vec<_>>()),
        value in select(&PRODUCTION[..]).prop_flat_map(spelling),
        more in proptest::collection::btree_map("[A-Za-z-]{1,12}", "[A-Za-z0-9 -]{0,10}", 0..4),
        mapped: bool,
    ) {
        prop_assume!(!["non", "pre", "not", "no"].iter().any(|word| value.starts_with(&format!("{word}-"))));
        let mut tagged = development(&[("Environment", "dev")]);
        tagged.tags.extend(more);
        tagged.tags.insert(key.to_owned(), value);
        if mapped {
            tagged = tagged.instance("111122223333/eu-central-1/orders", Environment::Development);
        }
        prop_assert_eq!(tagged.classify().environment, Environment::Production);
    }
}
