//! The keys of environment tags, as seen in AWS's examples, public schedulers and Terraform modules.

use std::collections::BTreeSet;
use std::str::FromStr;

use thiserror::Error;

use super::normalise;

const STRONG: [&str; 10] = [
    "environment",
    "env",
    "stage",
    "environmentname",
    "environmenttype",
    "envname",
    "envtype",
    "deploymentenvironment",
    "lifecycle",
    "appenv",
];

/// `tier` often means web, application or database.
const WEAK: [&str; 1] = ["tier"];

/// How much a tag key is worth as evidence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Strength {
    /// The key is about the environment.
    Strong,
    /// The key may be about something else.
    Weak,
}

/// A tag key that the configuration adds to the shipped table, in the form in which keys are compared.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EnvironmentKey(String);

/// A text cannot be the key of an environment tag.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum EnvironmentKeyError {
    /// Nothing is left of the key after normalising.
    #[error("the key has no characters besides separators")]
    Empty,
    /// Keys that begin with `aws:` are written by AWS and say nothing reliable about the environment.
    #[error("keys that begin with aws: belong to AWS")]
    System,
}

impl EnvironmentKey {
    /// The normalised text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EnvironmentKey {
    type Err = EnvironmentKeyError;

    fn from_str(text: &str) -> Result<Self, EnvironmentKeyError> {
        if is_system(text) {
            return Err(EnvironmentKeyError::System);
        }
        let normal = normalise::key(text);
        if normal.is_empty() { Err(EnvironmentKeyError::Empty) } else { Ok(Self(normal)) }
    }
}

/// What the key is worth, or nothing if it is no environment key. `added` are the keys of the configuration.
pub(super) fn strength(key: &str, added: &BTreeSet<EnvironmentKey>) -> Option<Strength> {
    if is_system(key) {
        return None;
    }
    let forms = forms(key);
    let is_strong = |form: &String| STRONG.contains(&form.as_str()) || added.contains(&EnvironmentKey(form.clone()));
    if forms.iter().any(is_strong) {
        return Some(Strength::Strong);
    }
    forms.iter().any(|form| WEAK.contains(&form.as_str())).then_some(Strength::Weak)
}

/// The normalised texts that stand for the key: all of it, `<org>:key` or `<org>/key` without the organisation, and
/// `key.<org>.com` without the domain.
fn forms(key: &str) -> Vec<String> {
    let folded = normalise::fold(key);
    let last = folded.rsplit([':', '/']).next().unwrap_or_default();
    let mut forms = vec![normalise::key(&folded), normalise::key(last)];
    let mut labels = last.split('.');
    if let (Some(first), Some(_), Some(_)) = (labels.next(), labels.next(), labels.next()) {
        forms.push(normalise::key(first));
    }
    forms
}

fn is_system(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], expected: Option<Strength>) {
        for key in keys {
            assert_eq!(strength(key, &BTreeSet::new()), expected, "{key:?}");
        }
    }

    #[test]
    fn every_key_of_the_table_counts_in_every_spelling() {
        check(&STRONG, Some(Strength::Strong));
        check(&["Environment", "ENV", "env", "Stage", "Environment Name", "environment_type"], Some(Strength::Strong));
        check(
            &["ENV-NAME", "env.type", "DeploymentEnvironment", "LifeCycle", "app_env", "ＥＮＶ"],
            Some(Strength::Strong),
        );
    }

    #[test]
    fn prefixed_forms_count() {
        check(
            &["acme:environment", "acme/Environment", "acme:team/env", "acme.com/environment"],
            Some(Strength::Strong),
        );
        check(&["environment.acme.com", "env.acme.co.uk", "kubernetes.io/environment"], Some(Strength::Strong));
        check(&["acme:tier", "tier.acme.com", "Tier"], Some(Strength::Weak));
    }

    #[test]
    fn keys_of_aws_and_keys_that_only_contain_a_known_one_do_not_count() {
        check(&["aws:environment", "AWS:cloudformation:stage", "Aws:tier"], None);
        check(&["", ":", "environments", "myenv", "backstage", "stage.version", "env:prod", "acme-environment"], None);
    }

    #[test]
    fn configured_keys_are_strong_even_if_they_are_weak_in_the_table() {
        let added = ["Land-Scape", "tier"].map(|key| key.parse().unwrap()).into();
        for key in ["landscape", "acme:Landscape", "TIER"] {
            assert_eq!(strength(key, &added), Some(Strength::Strong), "{key}");
        }
    }

    #[test]
    fn a_configured_key_has_a_name_and_is_not_one_of_aws() {
        assert_eq!("_ -".parse::<EnvironmentKey>(), Err(EnvironmentKeyError::Empty));
        assert_eq!("aws:stage".parse::<EnvironmentKey>(), Err(EnvironmentKeyError::System));
        assert_eq!("Land Scape".parse::<EnvironmentKey>().unwrap().as_str(), "landscape");
    }
}
