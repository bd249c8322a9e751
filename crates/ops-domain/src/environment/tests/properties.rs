//! What holds for every input.

use super::*;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

const KEYS: [&str; 8] =
    ["Environment", "env", "stage", "tier", "acme:env", "env.acme.com", "aws:stage", "Name"];
const TEXTS: [&str; 10] =
    ["prod", "dev", "test", "live", "v1", "", "prod-like", "non-prod", "DR", "staging"];
const NAMES: [&str; 5] = ["orders", "orders-dev", "orders-prod", "prod-copy", "product"];

fn environment() -> impl Strategy<Value = Environment> {
    use Environment::{Development, NonProduction, Poc, Production, Sandbox, Staging, Test};
    select(vec![Production, Staging, Test, Development, Poc, Sandbox, NonProduction])
}

fn tag_text(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(known).prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(tag_text(&KEYS), tag_text(&TEXTS), 0..5)
}

prop_compose! {
    fn policy()(
        key in proptest::option::of(select(&["Name", "landscape"][..])),
        values in vec((select(&["v1", "staging", "prod"][..]), environment()), 0..3),
        instances in vec((select(&["orders", "111122223333/orders-prod", "prod-copy"][..]), environment()), 0..3),
        account in proptest::option::of(environment()),
        patterns in vec((select(&["orders*", "*prod*", "*-dev"][..]), environment()), 0..3),
        default_environment in environment(),
        protected in vec(environment(), 0..2),
    ) -> EnvironmentPolicy {
        EnvironmentPolicy {
            tag_keys: key.into_iter().map(|key| key.parse().unwrap()).collect(),
            values: values.into_iter().map(|(value, e)| (value.parse().unwrap(), e)).collect(),
            instances: instances.into_iter().map(|(key, e)| (key.parse().unwrap(), e)).collect(),
            accounts: account.into_iter().map(|e| (ACCOUNT.parse().unwrap(), e)).collect(),
            name_patterns: patterns
                .into_iter()
                .map(|(pattern, environment)| PatternRule { pattern: pattern.parse().unwrap(), environment })
                .collect(),
            default_environment,
            protected: protected.into_iter().collect(),
        }
    }
}

prop_compose! {
    fn any_case()(name in select(&NAMES[..]), tags in tags(), policy in policy()) -> Case {
        Case { tags, policy, ..case(name, &[]) }
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {:#?}", self.instance_id, self.tags, self.policy)
    }
}

proptest! {
    #[test]
    fn every_input_has_a_classification_with_a_reason(case in any_case()) {
        let classification = case.classify();
        prop_assert!(classification.trace.iter().any(|evidence| evidence.decisive));
        prop_assert!(!case.policy.protected.contains(&classification.environment) || classification.environment.is_production());
        let sources: std::collections::BTreeSet<Source> = classification.trace.iter().map(|e| e.source).collect();
        prop_assert_eq!(sources.len(), 6);
    }

    #[test]
    fn a_production_tag_makes_any_case_production(mut case in any_case(), key in select(&KEYS[..6])) {
        case.tags.insert(key.to_owned(), "production".to_owned());
        prop_assert_eq!(case.classify().environment, Environment::Production);
    }

    #[test]
    fn a_production_mapping_makes_any_case_production(case in any_case(), by_account: bool) {
        let case = if by_account {
            case.account(Environment::Production)
        } else {
            let key = case.instance_id.to_string();
            case.instance(&key, Environment::Production)
        };
        prop_assert_eq!(case.classify().environment, Environment::Production);
    }

    #[test]
    fn a_production_name_raises_unless_mapped(mut case in any_case()) {
        case.instance_id = "my-prod-db".parse().unwrap();
        prop_assert_eq!(case.classify().environment, Environment::Production);
    }

    #[test]
    fn more_tags_never_lower_what_a_tag_made_production(case in any_case(), more in tags()) {
        let before = case.classify();
        prop_assume!(before.environment.is_production() && before.decided_by == Source::Tag);
        prop_assume!(before.trace.iter().any(|e| e.decisive && e.says.as_ref().is_some_and(Environment::is_production)));
        let mut tags = more;
        tags.extend(case.tags.clone());
        let after = Case { tags, ..case }.classify();
        prop_assert_eq!(after.environment, Environment::Production);
    }

    #[test]
    fn adding_a_reading_never_lowers_production(one in any_case(), two in any_case()) {
        let (one, two) = (one.classify(), two.classify());
        let production = one.environment.is_production() || two.environment.is_production();
        prop_assert_eq!(one.clone().strictest(two.clone()).environment.is_production(), production);
        prop_assert_eq!(two.strictest(one).environment.is_production(), production);
    }

    #[test]
    fn an_unknown_value_never_means_non_production(value in "\\PC{0,16}") {
        let known = value.parse::<Environment>().is_ok();
        let tagged = case("orders", &[("Environment", &value)]).default_environment(Environment::Development);
        prop_assert!(known || tagged.classify().environment.is_production());
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,40}") {
        let _ = (text.parse::<Environment>(), text.parse::<EnvironmentKey>(), text.parse::<EnvironmentValue>());
        let _ = (text.parse::<InstanceKey>(), text.parse::<NamePattern>(), has_production_word(&text));
        if let Ok(value) = text.parse::<EnvironmentValue>() {
            prop_assert_eq!(value.as_str().parse::<EnvironmentValue>().unwrap(), value);
        }
    }
}
