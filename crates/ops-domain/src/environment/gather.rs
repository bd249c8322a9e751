//! Collects the evidence about one subject, each piece with the role that it may play in the
//! decision.

use super::keys::{self, Strength};
use super::name::{self, NameSignal};
use super::{
    Environment, EnvironmentPolicy, Evidence, InstanceKey, Source, Subject, normalise, production,
};
use crate::instance::InstanceRef;

const NO_TAG: &str = "no environment tag";
const NOT_KNOWN: &str = "the value is not a known environment, so only the instance mapping can \
                         show that this is not production; set the tag to a known value";
const PRODUCTION_WORD: &str =
    "the value is not a known environment, and one of its words means production";
const WEAK_NOT_KNOWN: &str =
    "the value is not a known environment, and the key is often used for something else";
const WEAK_BESIDE_STRONG: &str = "the key is often used for something else and only raises the environment that another tag gives";
const ONLY_RAISES: &str = "a key of this kind only raises, and the value does not mean production";
const RAISES: &str = "a key of this kind decides nothing, but what says production is believed";
const NO_ENTRY: &str = "no entry";
const NO_PATTERN: &str = "no pattern matches";
const EXCUSED: &str =
    "not counted, because the instance mapping names this instance as non-production";
const SILENCED: &str = "not counted, because the environment tag has a value that is not known";

/// What a piece of evidence may do to the environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// It decides if nothing before it did; later it may raise to production.
    Decides,
    /// It may only raise to production.
    Raises,
    /// An environment tag with a value that nobody knows; it may raise to production.
    Unclear,
    /// It decides if nothing else did, and never raises.
    Fallback,
    /// It does nothing.
    Idle,
}

/// A piece of evidence and its role.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) evidence: Evidence,
    pub(super) role: Role,
}

/// The evidence about the subject, in the order of the sources.
pub(super) fn gather(policy: &EnvironmentPolicy, subject: Subject<'_>) -> Vec<Finding> {
    let desk = Desk { policy, subject, excused: is_excused(policy, subject) };
    let mut findings = desk.tags();
    let unclear = !has(&findings, Role::Decides) && has(&findings, Role::Unclear);
    findings.extend(desk.instance_mapping());
    findings.push(desk.account_mapping());
    findings.extend(desk.name_patterns(unclear));
    findings.push(desk.name());
    findings.push(desk.default_environment(unclear));
    findings
}

/// Whether the instance mapping names this very instance as non-production. An entry without the
/// account or the Region is about others of the same name, too: they may be production.
fn is_excused(policy: &EnvironmentPolicy, subject: Subject<'_>) -> bool {
    let entries: Vec<_> = instance_entries(policy, subject).collect();
    entries.iter().any(|(key, _)| matches!(key, InstanceKey::This(_)))
        && !entries.iter().any(|(_, says)| policy.counts_as_production(says))
}

/// The entries of the instance mapping about the subject, the narrowest first.
fn instance_entries<'a>(
    policy: &'a EnvironmentPolicy,
    subject: Subject<'_>,
) -> impl Iterator<Item = (InstanceKey, &'a Environment)> {
    let (account_id, instance_id) = (subject.account_id.clone(), subject.instance_id.clone());
    let this = subject.region.cloned().map(|region| {
        let (account_id, instance_id) = (account_id.clone(), instance_id.clone());
        InstanceKey::This(InstanceRef { account_id, region, instance_id })
    });
    let wider = [
        InstanceKey::InAccount(account_id, instance_id.clone()),
        InstanceKey::Everywhere(instance_id),
    ];
    this.into_iter()
        .chain(wider)
        .filter_map(|key| policy.instances.get(&key).map(|says| (key, says)))
}

fn has(findings: &[Finding], role: Role) -> bool {
    findings.iter().any(|finding| finding.role == role)
}

struct Desk<'a> {
    policy: &'a EnvironmentPolicy,
    subject: Subject<'a>,
    excused: bool,
}

impl Desk<'_> {
    fn tags(&self) -> Vec<Finding> {
        let strength = |key: &String| keys::strength(key, &self.policy.tag_keys);
        let tags: Vec<_> =
            self.subject.tags.iter().filter_map(|(k, v)| Some((strength(k)?, k, v))).collect();
        let strong = tags.iter().any(|(strength, _, _)| *strength == Strength::Strong);
        let decides = strong || tags.iter().any(|(strength, _, _)| *strength == Strength::Weak);
        let silent = (!decides).then(|| self.silent(Source::Tag, NO_TAG));
        let found = tags.into_iter().map(|(strength, key, value)| match strength {
            Strength::Strong => self.strong_tag(key, value),
            Strength::Weak => self.weak_tag(strong, key, value),
            Strength::Related => self.related_tag(key, value),
        });
        silent.into_iter().chain(found).collect()
    }

    /// A value that is not known closes the instance. A word in it that may stand for production
    /// closes it even where the instance mapping says otherwise.
    fn strong_tag(&self, key: &str, value: &str) -> Finding {
        if let Some(known) = self.policy.parse(value) {
            return self.tag(key, value, Role::Decides, Some(known), None);
        }
        let production = name::may_mean_production(value).then_some(Environment::Production);
        let note = if production.is_some() { PRODUCTION_WORD } else { NOT_KNOWN };
        self.tag(key, value, Role::Unclear, production, Some(note))
    }

    fn weak_tag(&self, beside_strong: bool, key: &str, value: &str) -> Finding {
        match self.policy.parse(value) {
            Some(known) if beside_strong => {
                self.tag(key, value, Role::Raises, Some(known), Some(WEAK_BESIDE_STRONG))
            }
            Some(known) => self.tag(key, value, Role::Decides, Some(known), None),
            None => {
                let production =
                    name::has_production_word(value).then_some(Environment::Production);
                self.tag(key, value, Role::Raises, production, Some(WEAK_NOT_KNOWN))
            }
        }
    }

    fn related_tag(&self, key: &str, value: &str) -> Finding {
        let asked = production::is_asked_by(&normalise::words(key)) && production::is_yes(value);
        let known =
            self.policy.parse(value).is_some_and(|known| self.policy.counts_as_production(&known));
        if asked || known || name::has_production_word(value) {
            return self.tag(key, value, Role::Raises, Some(Environment::Production), Some(RAISES));
        }
        self.tag(key, value, Role::Idle, None, Some(ONLY_RAISES))
    }

    fn tag(
        &self,
        key: &str,
        value: &str,
        role: Role,
        says: Option<Environment>,
        note: Option<&str>,
    ) -> Finding {
        let (key, value) = (Some(key.to_owned()), Some(value.to_owned()));
        Finding {
            evidence: Evidence { key, value, ..self.evidence(Source::Tag, says, note) },
            role,
        }
    }

    fn instance_mapping(&self) -> Vec<Finding> {
        let entries = instance_entries(self.policy, self.subject);
        let found: Vec<_> = entries
            .map(|(key, says)| self.mapped(Source::InstanceMapping, key.to_string(), says))
            .collect();
        if found.is_empty() { vec![self.silent(Source::InstanceMapping, NO_ENTRY)] } else { found }
    }

    fn account_mapping(&self) -> Finding {
        let account = self.subject.account_id;
        match self.policy.accounts.get(account) {
            Some(says) => self.mapped(Source::AccountMapping, account.to_string(), says),
            None => self.silent(Source::AccountMapping, NO_ENTRY),
        }
    }

    fn name_patterns(&self, unclear: bool) -> Vec<Finding> {
        let (role, note) = match (self.excused, unclear) {
            (true, _) => (Role::Idle, Some(EXCUSED)),
            (false, true) => (Role::Raises, Some(SILENCED)),
            (false, false) => (Role::Decides, None),
        };
        let rules = self
            .policy
            .name_patterns
            .iter()
            .filter(|rule| rule.pattern.matches(self.subject.instance_id));
        let found: Vec<_> = rules
            .map(|rule| {
                let evidence =
                    self.evidence(Source::NamePattern, Some(rule.environment.clone()), note);
                let key = Some(rule.pattern.to_string());
                Finding {
                    evidence: Evidence {
                        key,
                        value: Some(self.subject.instance_id.to_string()),
                        ..evidence
                    },
                    role,
                }
            })
            .collect();
        if found.is_empty() { vec![self.silent(Source::NamePattern, NO_PATTERN)] } else { found }
    }

    fn name(&self) -> Finding {
        let signal = NameSignal::of(self.subject.instance_id.as_str());
        let says = signal.protects().then_some(Environment::Production);
        let (role, note) = match (signal.protects(), self.excused) {
            (true, true) => (Role::Idle, EXCUSED),
            (true, false) => (Role::Raises, signal.note()),
            (false, _) => (Role::Idle, signal.note()),
        };
        let evidence = self.evidence(Source::Name, says, Some(note));
        Finding {
            evidence: Evidence { value: Some(self.subject.instance_id.to_string()), ..evidence },
            role,
        }
    }

    fn default_environment(&self, unclear: bool) -> Finding {
        let (role, note) =
            if unclear { (Role::Idle, Some(SILENCED)) } else { (Role::Fallback, None) };
        let says = Some(self.policy.default_environment.clone());
        Finding { evidence: self.evidence(Source::Default, says, note), role }
    }

    fn mapped(&self, source: Source, key: String, says: &Environment) -> Finding {
        let evidence =
            Evidence { key: Some(key), ..self.evidence(source, Some(says.clone()), None) };
        Finding { evidence, role: Role::Decides }
    }

    fn silent(&self, source: Source, note: &str) -> Finding {
        Finding { evidence: self.evidence(source, None, Some(note)), role: Role::Idle }
    }

    fn evidence(&self, source: Source, says: Option<Environment>, note: Option<&str>) -> Evidence {
        Evidence {
            source,
            origin: self.subject.origin,
            subject: self.subject.instance_id.to_string(),
            key: None,
            value: None,
            says,
            note: note.map(str::to_owned),
            decisive: false,
        }
    }
}
