//! The tables of a classification as data, and the decision.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::{self, Finding, Role};
use super::keys::Strength;
use super::{
    Classification, Environment, EnvironmentKey, EnvironmentValue, Evidence, InstanceKey,
    PatternRule, Source, Subject, keys, values,
};
use crate::id::AccountId;

/// How environments are found. The default has the shipped tables and nothing else, and
/// classifies what is unknown as production.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EnvironmentPolicy {
    /// Tag keys besides the shipped ones. All of them are strong, also one that the shipped table
    /// has as weak.
    pub tag_keys: BTreeSet<EnvironmentKey>,
    /// Tag values besides the shipped ones, or instead of them; shipped production values stay
    /// production.
    pub values: BTreeMap<EnvironmentValue, Environment>,
    /// Environments of single instances. Of two entries about one instance, production wins, then
    /// the one with the account.
    pub instances: BTreeMap<InstanceKey, Environment>,
    /// Environments of whole accounts.
    pub accounts: BTreeMap<AccountId, Environment>,
    /// Environments by instance name. The first pattern that matches decides; any that says
    /// production raises.
    pub name_patterns: Vec<PatternRule>,
    /// The environment of instances about which no source says anything.
    pub default_environment: Environment,
    /// Environments that count as production, e.g. because they hold copies of production's data.
    pub protected: BTreeSet<Environment>,
}

impl Default for EnvironmentPolicy {
    fn default() -> Self {
        Self {
            tag_keys: BTreeSet::new(),
            values: BTreeMap::new(),
            instances: BTreeMap::new(),
            accounts: BTreeMap::new(),
            name_patterns: Vec::new(),
            default_environment: Environment::Production,
            protected: BTreeSet::new(),
        }
    }
}

impl EnvironmentPolicy {
    /// The environment that a tag value, a filter or a mapping stands for; `None` when the value is
    /// not known.
    ///
    /// A known value with a number behind it (`uat2`, `dev-01`) stands for the same environment.
    #[must_use]
    pub fn parse(&self, value: &str) -> Option<Environment> {
        let unnumbered = values::without_number(value);
        let names = || std::iter::once(value).chain(unnumbered.as_deref());
        if names().any(values::is_production) {
            return Some(Environment::Production);
        }
        names().find_map(|name| self.named(name))
    }

    /// A name as it stands: the configuration wins over the shipped table, and that over the usual
    /// words.
    fn named(&self, name: &str) -> Option<Environment> {
        let configured =
            name.parse().ok().and_then(|value: EnvironmentValue| self.values.get(&value).cloned());
        configured.or_else(|| values::shipped(name)).or_else(|| values::common(name))
    }

    /// Every environment that an instance can be classified as.
    #[must_use]
    pub fn environments(&self) -> BTreeSet<Environment> {
        let shipped = [
            Environment::Production,
            Environment::Staging,
            Environment::Test,
            Environment::Development,
            Environment::Poc,
            Environment::Sandbox,
            Environment::NonProduction,
        ];
        shipped.into_iter().chain(self.values.values().cloned()).collect()
    }

    /// Whether a tag of this key may decide about the environment.
    #[must_use]
    pub fn is_environment_key(&self, key: &str) -> bool {
        matches!(keys::strength(key, &self.tag_keys), Some(Strength::Strong | Strength::Weak))
    }

    /// Whether instances of this environment must not be operated on: production, and what is
    /// protected.
    #[must_use]
    pub fn counts_as_production(&self, environment: &Environment) -> bool {
        environment.is_production() || self.protected.contains(environment)
    }

    /// Finds the environment of one reading of an instance (the rules are in the [module](super)
    /// docs).
    #[must_use]
    pub fn classify(&self, subject: &Subject<'_>) -> Classification {
        let findings = gather::gather(self, *subject);
        let decision = self.decide(&findings);
        let trace = findings.into_iter().enumerate();
        let trace = trace.map(|(at, finding)| decision.mark(at, finding.evidence)).collect();
        Classification { environment: decision.environment, decided_by: decision.source, trace }
    }

    fn decide(&self, findings: &[Finding]) -> Decision {
        if tags_disagree(findings) {
            let note = "environment tags that disagree count as production";
            return Decision::production(
                Source::Tag,
                all(findings, is_deciding_tag),
                Some(note.to_owned()),
            );
        }
        let base = first(findings, |finding| finding.role == Role::Decides)
            .or_else(|| first(findings, |finding| finding.role == Role::Fallback));
        let raised = first(findings, |finding| self.raises(finding));
        match (base, raised) {
            (Some(base), _) if self.counts_as_production(base.environment) => self.protect(&base),
            (_, Some(raised)) => self.protect(&raised),
            (Some(base), None) if !is_unclear(findings) => base.stands(),
            (_, None) => {
                Decision::production(Source::Tag, all(findings, |f| f.role == Role::Unclear), None)
            }
        }
    }

    fn raises(&self, finding: &Finding) -> bool {
        let speaks = match finding.role {
            Role::Decides | Role::Raises | Role::Unclear => true,
            Role::Fallback | Role::Idle => false,
        };
        speaks && finding.evidence.says.as_ref().is_some_and(|says| self.counts_as_production(says))
    }

    fn protect(&self, ground: &Ground<'_>) -> Decision {
        let note = (!ground.environment.is_production())
            .then(|| format!("{} is protected and counts as production", ground.environment));
        Decision::production(ground.source, vec![ground.at], note)
    }
}

/// A piece of evidence that speaks for an environment.
struct Ground<'a> {
    at: usize,
    source: Source,
    environment: &'a Environment,
}

impl Ground<'_> {
    fn stands(&self) -> Decision {
        Decision {
            environment: self.environment.clone(),
            source: self.source,
            decisive: vec![self.at],
            note: None,
        }
    }
}

/// The environment, and the positions of the evidence that it rests on.
struct Decision {
    environment: Environment,
    source: Source,
    decisive: Vec<usize>,
    note: Option<String>,
}

impl Decision {
    const fn production(source: Source, decisive: Vec<usize>, note: Option<String>) -> Self {
        Self { environment: Environment::Production, source, decisive, note }
    }

    fn mark(&self, at: usize, evidence: Evidence) -> Evidence {
        if !self.decisive.contains(&at) {
            return evidence;
        }
        let notes: Vec<String> = evidence.note.into_iter().chain(self.note.clone()).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        Evidence { decisive: true, note, ..evidence }
    }
}

fn first(findings: &[Finding], accept: impl Fn(&Finding) -> bool) -> Option<Ground<'_>> {
    findings.iter().enumerate().filter(|(_, finding)| accept(finding)).find_map(|(at, finding)| {
        let environment = finding.evidence.says.as_ref()?;
        Some(Ground { at, source: finding.evidence.source, environment })
    })
}

fn all(findings: &[Finding], accept: impl Fn(&Finding) -> bool) -> Vec<usize> {
    findings.iter().enumerate().filter(|(_, finding)| accept(finding)).map(|(at, _)| at).collect()
}

/// Whether an environment tag has a value that nobody knows, and no entry of the instance mapping
/// says what it means. Neither the account nor another tag can tell.
fn is_unclear(findings: &[Finding]) -> bool {
    let is_mapped =
        |f: &Finding| f.role == Role::Decides && f.evidence.source == Source::InstanceMapping;
    findings.iter().any(|finding| finding.role == Role::Unclear) && !findings.iter().any(is_mapped)
}

fn is_deciding_tag(finding: &Finding) -> bool {
    finding.role == Role::Decides && finding.evidence.source == Source::Tag
}

fn tags_disagree(findings: &[Finding]) -> bool {
    let mut said = findings
        .iter()
        .filter(|finding| is_deciding_tag(finding))
        .map(|finding| &finding.evidence.says);
    let first = said.next();
    said.any(|says| Some(says) != first)
}
