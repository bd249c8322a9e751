//! Reads the `[[rules]]`. Names and patterns of operations and environments are resolved here
//! against those that there are, so that a misspelt one is a problem and not a rule that never
//! applies.

use std::collections::BTreeSet;

use toml::Value;

use crate::raw::Wrong;
use crate::reader::{Reader, Section};
use ops_domain::environment::{Environment, EnvironmentPolicy};
use ops_domain::operation::Operation;
use ops_domain::rules::{Effect, Glob, Rule, Rules, Who};

const EFFECT: &str = "\"allow\" or \"deny\"";
const PRINCIPAL: &str =
    "a pattern of principals such as iam:arn:aws:sts::111122223333:assumed-role/DBA/*";
const GROUP: &str = "a pattern of groups such as dba-*, without commas";
const ENVIRONMENT: &str =
    "an environment that is not production, by its name or a pattern of names";
const ACCOUNT: &str = "an AWS account id of 12 digits, or a pattern of one";

/// The digits of an account id.
const ACCOUNT_DIGITS: usize = 12;

pub(super) fn read(environments: &EnvironmentPolicy, reader: &mut Reader<'_>) -> Rules {
    let given = reader.entries("rules", "tables, each under [[rules]]");
    let there_are_some = !given.is_empty();
    let rules = given
        .into_iter()
        .enumerate()
        .filter_map(|(at, rule)| read_rule(environments, at, rule, reader));
    let rules: Vec<Rule> = rules.collect();
    if there_are_some && rules.iter().all(|rule| rule.effect == Effect::Deny) {
        reader.problem(
            "rules",
            "nothing would be allowed to anybody",
            "at least one rule with the effect allow",
        );
    }
    Rules(rules)
}

fn read_rule(
    environments: &EnvironmentPolicy,
    at: usize,
    rule: Value,
    reader: &mut Reader<'_>,
) -> Option<Rule> {
    let mut table = Section::of(&format!("rules[{at}]"), rule, reader)?;
    let effect =
        table.read(reader, "effect", EFFECT, |raw| effect(raw.text()?).ok_or(Wrong::Malformed));
    let who = (
        table.some(reader, "principals", PRINCIPAL, |text| {
            visible(text).then(|| Glob(text.to_owned()))
        }),
        table.some(reader, "groups", GROUP, |text| {
            (visible(text) && !text.contains(',')).then(|| Glob(text.to_owned()))
        }),
    );
    let operations = format!("one of {}, or a pattern of them", Operation::NAMES.join(", "));
    let rule = Rule {
        effect: effect.unwrap_or(Effect::Allow),
        who: match who {
            (None, None) => Who::Everybody,
            (principals, groups) => Who::Named {
                principals: principals.unwrap_or_default(),
                groups: groups.unwrap_or_default(),
            },
        },
        operations: table.some(reader, "operations", &operations, named_operations).map(union),
        environments: table
            .some(reader, "environments", ENVIRONMENT, |text| {
                named_environments(environments, text)
            })
            .map(union),
        accounts: table.some(reader, "accounts", ACCOUNT, account),
    };
    table.finish(reader);
    Some(rule)
}

fn effect(text: &str) -> Option<Effect> {
    match text {
        "allow" => Some(Effect::Allow),
        "deny" => Some(Effect::Deny),
        _ => None,
    }
}

fn visible(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

fn named_operations(text: &str) -> Option<BTreeSet<&'static str>> {
    let pattern = Glob(text.to_owned());
    let names = Operation::NAMES.iter().copied().filter(|name| pattern.matches(name));
    Some(names.collect()).filter(|names: &BTreeSet<_>| !names.is_empty())
}

/// The environments that a name or a pattern means. `*` alone is all but production; whatever
/// else could mean production, or what is protected like it, is a mistake of somebody who believes
/// that rules can open it.
fn named_environments(policy: &EnvironmentPolicy, text: &str) -> Option<BTreeSet<Environment>> {
    let found: BTreeSet<Environment> = if text.contains('*') {
        let pattern = Glob(text.to_lowercase());
        let named =
            |environment: &Environment| pattern.matches(&environment.as_str().to_lowercase());
        policy.environments().into_iter().filter(named).collect()
    } else {
        policy.parse(text).into_iter().collect()
    };
    let (closed, open): (BTreeSet<_>, BTreeSet<_>) =
        found.into_iter().partition(|environment| policy.counts_as_production(environment));
    ((closed.is_empty() || text == "*") && !open.is_empty()).then_some(open)
}

fn account(text: &str) -> Option<Glob> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let stars = text.bytes().filter(|byte| *byte == b'*').count();
    let fits = if stars == 0 { digits == ACCOUNT_DIGITS } else { digits <= ACCOUNT_DIGITS };
    (fits && digits + stars == text.len()).then(|| Glob(text.to_owned()))
}

fn union<T: Ord>(sets: Vec<BTreeSet<T>>) -> BTreeSet<T> {
    sets.into_iter().flatten().collect()
}
