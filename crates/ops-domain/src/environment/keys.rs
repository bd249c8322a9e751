//! The keys of environment tags, as seen in AWS's examples, public schedulers and Terraform
//! modules.

use std::collections::BTreeSet;
use std::str::FromStr;

use thiserror::Error;

use super::{normalise, production};

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

/// Words of keys that are about the environment, also where the key as a whole is not known.
const ABOUT: [&str; 12] = [
    "environment",
    "environments",
    "env",
    "envs",
    "stage",
    "tier",
    "workspace",
    "landscape",
    "lifecycle",
    "deployment",
    "deploy",
    "deployed",
];

/// The word for environment in other languages, without accents: Spanish, Portuguese and Italian,
/// French, German, Dutch, Scandinavian, Polish, Czech, Finnish, Hungarian, Turkish, Russian,
/// Chinese, Japanese, Korean.
const TRANSLATED: [&str; 18] = [
    "ambiente",
    "entorno",
    "environnement",
    "umgebung",
    "omgeving",
    "miljo",
    "miljø",
    "srodowisko",
    "prostredi",
    "ymparisto",
    "kornyezet",
    "ortam",
    "среда",
    "окружение",
    "环境",
    "環境",
    "환경",
    "stufe",
];

/// Endings of words that are about the environment: `appenvironment`, `dbenv`.
const ENDINGS: [&str; 2] = ["environment", "env"];

/// How much a tag key is worth as evidence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Strength {
    /// The key is about the environment.
    Strong,
    /// The key may be about something else.
    Weak,
    /// The key has to do with the environment: it is misspelt, prefixed, translated, or asks
    /// whether this is production. It decides nothing, but what says production is believed.
    Related,
}

/// A tag key that the configuration adds to the shipped table, in the form in which keys are
/// compared.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EnvironmentKey(String);

/// A text cannot be the key of an environment tag.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum EnvironmentKeyError {
    /// Nothing is left of the key after normalising.
    #[error("the key has no characters besides separators")]
    Empty,
    /// Keys that begin with `aws:` are written by AWS and say nothing reliable about the
    /// environment.
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

/// What the key is worth, or nothing if it is no environment key. `added` are the keys of the
/// configuration.
pub(super) fn strength(key: &str, added: &BTreeSet<EnvironmentKey>) -> Option<Strength> {
    if is_system(key) {
        return None;
    }
    let forms = forms(key);
    let is_strong = |form: &String| {
        STRONG.contains(&form.as_str()) || added.contains(&EnvironmentKey(form.clone()))
    };
    if forms.iter().any(is_strong) {
        return Some(Strength::Strong);
    }
    if forms.iter().any(|form| WEAK.contains(&form.as_str())) {
        return Some(Strength::Weak);
    }
    is_related(key, &forms, added).then_some(Strength::Related)
}

fn is_related(key: &str, forms: &[String], added: &BTreeSet<EnvironmentKey>) -> bool {
    let words = normalise::words(key);
    let is_added = |form: &String| added.iter().any(|key| is_near(form, key.as_str()));
    words.iter().any(|word| is_about(word))
        || production::is_asked_by(&words)
        || forms.iter().any(is_added)
}

fn is_about(word: &str) -> bool {
    let translated = || TRANSLATED.iter().any(|known| word == normalise::words(known).concat());
    ABOUT.contains(&word)
        || ENDINGS.iter().any(|completion| word.ends_with(completion))
        || translated()
        || ABOUT.iter().chain(&TRANSLATED).any(|known| is_near(word, known))
}

/// Whether the text is `known` with a letter or two wrong, left out, added or swapped. Short words
/// have too many neighbours of another meaning.
fn is_near(text: &str, known: &str) -> bool {
    let mistakes = match known.chars().count() {
        0..7 => return false,
        7..9 => 1,
        _ => 2,
    };
    strsim::osa_distance(text, known) <= mistakes
}

/// The normalised texts that stand for the key: all of it, `<org>:key` or `<org>/key` without the
/// organisation, and `key.<org>.com` without the domain.
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

    const RELATED: Option<Strength> = Some(Strength::Related);

    fn check(keys: &[&str], expected: Option<Strength>) {
        for key in keys {
            assert_eq!(strength(key, &BTreeSet::new()), expected, "{key:?}");
        }
    }

    #[test]
    fn every_key_of_the_table_counts_in_every_spelling() {
        check(&STRONG, Some(Strength::Strong));
        check(
            &["Environment", "ENV", "env", "Stage", "Environment Name", "environment_type"],
            Some(Strength::Strong),
        );
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
        check(
            &["environment.acme.com", "env.acme.co.uk", "kubernetes.io/environment"],
            Some(Strength::Strong),
        );
        check(&["acme:tier", "tier.acme.com", "Tier"], Some(Strength::Weak));
    }

    #[test]
    fn keys_of_aws_do_not_count() {
        check(
            &["aws:environment", "AWS:cloudformation:stage", "Aws:tier", "aws:is-production"],
            None,
        );
        check(
            &[
                "",
                ":",
                "backstage",
                "Name",
                "Owner",
                "Product",
                "product-code",
                "liveness",
                "reproduction",
            ],
            None,
        );
    }

    #[test]
    fn keys_that_have_to_do_with_the_environment_only_raise() {
        check(
            &["environments", "myenv", "stage.version", "acme-environment", "AppEnvironment"],
            RELATED,
        );
        check(
            &["Workspace", "deploy-env", "Deployment", "landscape", "terraform-workspace"],
            RELATED,
        );
        check(
            &["Enviornment", "Enviroment", "environnment", "Envrionment", "Lifecyle", "Workspcae"],
            RELATED,
        );
        check(
            &[
                "Ambiente",
                "entorno",
                "Umgebung",
                "environnement",
                "Środowisko",
                "Miljö",
                "環境",
                "环境",
            ],
            RELATED,
        );
        check(
            &[
                "is-production",
                "IsProd",
                "isproduction",
                "production",
                "prod",
                "is_live",
                "Production?",
            ],
            RELATED,
        );
        check(&["non-production", "IsNonProd", "pre-prod"], None);
    }

    #[test]
    fn configured_keys_are_strong() {
        let added = ["Land-Scape", "tier", "Baureihe"].map(|key| key.parse().unwrap()).into();
        for key in ["landscape", "acme:Landscape", "TIER"] {
            assert_eq!(strength(key, &added), Some(Strength::Strong), "{key}");
        }
        assert_eq!(strength("Baurihe", &added), Some(Strength::Related));
    }

    #[test]
    fn a_configured_key_has_a_name_and_is_not_one_of_aws() {
        assert_eq!("_ -".parse::<EnvironmentKey>(), Err(EnvironmentKeyError::Empty));
        assert_eq!("aws:stage".parse::<EnvironmentKey>(), Err(EnvironmentKeyError::System));
        assert_eq!("Land Scape".parse::<EnvironmentKey>().unwrap().as_str(), "landscape");
    }
}
