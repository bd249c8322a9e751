//! Reads `default_environment` and the `[environments]` tables.

use std::collections::BTreeMap;

use toml::Value;

use crate::raw::{Raw, Wrong};
use crate::reader::{Reader, Section};
use ops_domain::environment::{
    Environment, EnvironmentKey, EnvironmentPolicy, EnvironmentValue, PatternRule,
    has_production_word,
};

const ENVIRONMENT: &str = "production, staging, test, development, poc, sandbox, nonproduction or \
                           one of environments.names";
const NAME: &str = "a new name of 1-64 letters, digits, spaces, hyphens and underscores that does \
                    not mean production";
const TAG_KEY: &str = "a tag key that does not begin with aws:";
const VALUE: &str = "a tag value with characters besides separators";
const INSTANCE: &str =
    "<instance_id>, <account_id>/<instance_id> or <account_id>/<region>/<instance_id>";
const PATTERN: &str = "letters, digits, hyphens and *, with at least one letter or digit";

/// Reads the policy. Names come first, then the values that may mean them, then all that
/// refers to either.
pub(super) fn read(reader: &mut Reader<'_>) -> EnvironmentPolicy {
    let mut policy = EnvironmentPolicy::default();
    let mut section = reader.section("environments");
    let names = section.list(reader, "names", NAME, new_name);
    for (value, environment) in names {
        put(&mut policy.values, value, environment, "environments.names", reader);
    }
    add_values(&mut policy, section.section("values", reader), reader);
    let tag_key = |text: &str| text.parse::<EnvironmentKey>().ok();
    policy.tag_keys = section.list(reader, "tag_keys", TAG_KEY, tag_key).into_iter().collect();
    let protected = section.list(reader, "protected", ENVIRONMENT, |text| policy.parse(text));
    policy.protected = protected.into_iter().collect();
    policy.instances = mapping(&policy, section.section("instances", reader), reader, INSTANCE);
    policy.accounts =
        mapping(&policy, section.section("accounts", reader), reader, super::values::ACCOUNT);
    policy.name_patterns = patterns(&policy, &mut section, reader);
    section.finish(reader);
    let default = reader.read("default_environment", ENVIRONMENT, |raw| environment(&policy, raw));
    policy.default_environment = default.unwrap_or(Environment::Production);
    policy
}

fn environment(policy: &EnvironmentPolicy, raw: &Raw) -> Result<Environment, Wrong> {
    policy.parse(raw.text()?).ok_or(Wrong::Malformed)
}

/// A name that adds an environment: a shipped value would change what that value means.
fn new_name(text: &str) -> Option<(EnvironmentValue, Environment)> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let well_formed = text.chars().count() <= 64 && text.chars().all(allowed);
    if !well_formed || has_production_word(text) || text.parse::<Environment>().is_ok() {
        return None;
    }
    Some((text.parse().ok()?, Environment::named(text).ok()?))
}

fn add_values(policy: &mut EnvironmentPolicy, section: Section, reader: &mut Reader<'_>) {
    let named = policy.clone();
    for (path, text, value) in section.into_entries() {
        let Some(environment) =
            reader.keep(&path, &Raw::File(value), ENVIRONMENT, |raw| environment(&named, raw))
        else {
            continue;
        };
        if text.parse() == Ok(Environment::Production) && !environment.is_production() {
            reader.problem(&path, "the value means production", "it to stay production");
        } else if let Ok(value) = text.parse() {
            put(&mut policy.values, value, environment, &path, reader);
        } else {
            reader.problem(&path, "the key is malformed", VALUE);
        }
    }
}

/// Reads a table of `<key> = "<environment>"`.
fn mapping<K: Ord + std::str::FromStr>(
    policy: &EnvironmentPolicy,
    section: Section,
    reader: &mut Reader<'_>,
    expected_key: &str,
) -> BTreeMap<K, Environment> {
    let mut map = BTreeMap::new();
    for (path, text, value) in section.into_entries() {
        let environment =
            reader.keep(&path, &Raw::File(value), ENVIRONMENT, |raw| environment(policy, raw));
        match (text.parse(), environment) {
            (Ok(key), Some(environment)) => put(&mut map, key, environment, &path, reader),
            (Err(_), _) => reader.problem(&path, "the key is malformed", expected_key),
            (Ok(_), None) => {}
        }
    }
    map
}

fn patterns(
    policy: &EnvironmentPolicy,
    section: &mut Section,
    reader: &mut Reader<'_>,
) -> Vec<PatternRule> {
    let rules =
        section.read(reader, "name_patterns", "tables with pattern and environment", Raw::entries);
    let rules = rules.unwrap_or_default().into_iter().enumerate();
    rules.filter_map(|(at, rule)| pattern(policy, at, rule, reader)).collect()
}

fn pattern(
    policy: &EnvironmentPolicy,
    at: usize,
    rule: Value,
    reader: &mut Reader<'_>,
) -> Option<PatternRule> {
    let mut table = Section::of(&format!("environments.name_patterns[{at}]"), rule, reader)?;
    let parse = |raw: &Raw| raw.text()?.parse().map_err(|_| Wrong::Malformed);
    let pattern = table.required(reader, "pattern", PATTERN, parse);
    let environment =
        table.required(reader, "environment", ENVIRONMENT, |raw| environment(policy, raw));
    table.finish(reader);
    Some(PatternRule { pattern: pattern?, environment: environment? })
}

/// Two spellings of one key (`Lab` and `lab`) must not disagree.
fn put<K: Ord>(
    map: &mut BTreeMap<K, Environment>,
    key: K,
    environment: Environment,
    path: &str,
    reader: &mut Reader<'_>,
) {
    if map.get(&key).is_some_and(|earlier| *earlier != environment) {
        reader.problem(path, "another entry says otherwise about the same", "one entry");
    } else {
        map.insert(key, environment);
    }
}
