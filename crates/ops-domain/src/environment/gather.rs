//! Collects the evidence about one subject, each piece with the role that it may play in the decision.

use super::keys::{self, Strength};
use super::name::{self, NameSignal};
use super::{Environment, EnvironmentPolicy, Evidence, InstanceKey, Source, Subject};
use crate::instance::InstanceRef;

const NO_TAG: &str = "no environment tag";
const NOT_KNOWN: &str = "the value is not a known environment, so only an explicit mapping can show that this is not \
                         production; set the tag to a known value";
const WEAK_NOT_KNOWN: &str = "the value is not a known environment, and the key is often used for something else";
const WEAK_BESIDE_STRONG: &str = "the key is often used for something else and only raises beside an environment tag";
const NO_ENTRY: &str = "no entry";
const NO_PATTERN: &str = "no pattern matches";
const EXCUSED: &str = "not counted, because the instance mapping names this instance as non-production";
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

/// Whether the instance mapping names this very instance as non-production. An entry without the account or the Region
/// is about others of the same name, too: they may be production.
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
    let wider = [InstanceKey::InAccount(account_id, instance_id.clone()), InstanceKey::Everywhere(instance_id)];
    this.into_iter().chain(wider).filter_map(|key| policy.instances.get(&key).map(|says| (key, says)))
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
        let worth = |key: &String| keys::strength(key, &self.policy.tag_keys);
        let tags: Vec<_> = self.subject.tags.iter().filter_map(|(k, v)| Some((worth(k)?, k, v))).collect();
        if tags.is_empty() {
            return vec![self.silent(Source::Tag, NO_TAG)];
        }
        let strong = tags.iter().any(|(strength, _, _)| *strength == Strength::Strong);
        tags.into_iter().map(|(strength, key, value)| self.tag(strength, strong, key, value)).collect()
    }

    fn tag(&self, strength: Strength, beside_strong: bool, key: &str, value: &str) -> Finding {
        let known = self.policy.parse(value);
        let (role, note) = match (strength, &known) {
            (Strength::Strong, Some(_)) => (Role::Decides, None),
            (Strength::Strong, None) => (Role::Unclear, Some(NOT_KNOWN)),
            (Strength::Weak, Some(_)) if beside_strong => (Role::Raises, Some(WEAK_BESIDE_STRONG)),
            (Strength::Weak, Some(_)) => (Role::Decides, None),
            (Strength::Weak, None) => (Role::Raises, Some(WEAK_NOT_KNOWN)),
        };
        let says = known.or_else(|| self.production_word(value));
        let evidence = Evidence {
            key: Some(key.to_owned()),
            value: Some(value.to_owned()),
            ..self.evidence(Source::Tag, says, note)
        };
        Finding { evidence, role }
    }

    /// A value such as `prod-eu-west-1` is not known, but beside another tag that says `dev` it is a warning.
    fn production_word(&self, value: &str) -> Option<Environment> {
        (!self.excused && name::has_production_word(value)).then_some(Environment::Production)
    }

    fn instance_mapping(&self) -> Vec<Finding> {
        let entries = instance_entries(self.policy, self.subject);
        let found: Vec<_> =
            entries.map(|(key, says)| self.mapped(Source::InstanceMapping, key.to_string(), says)).collect();
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
        let rules = self.policy.name_patterns.iter().filter(|rule| rule.pattern.matches(self.subject.instance_id));
        let found: Vec<_> = rules
            .map(|rule| {
                let evidence = self.evidence(Source::NamePattern, Some(rule.environment.clone()), note);
                let key = Some(rule.pattern.to_string());
                Finding {
                    evidence: Evidence { key, value: Some(self.subject.instance_id.to_string()), ..evidence },
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
        Finding { evidence: Evidence { value: Some(self.subject.instance_id.to_string()), ..evidence }, role }
    }

    fn default_environment(&self, unclear: bool) -> Finding {
        let (role, note) = if unclear { (Role::Idle, Some(SILENCED)) } else { (Role::Fallback, None) };
        let says = Some(self.policy.default_environment.clone());
        Finding { evidence: self.evidence(Source::Default, says, note), role }
    }

    fn mapped(&self, source: Source, key: String, says: &Environment) -> Finding {
        let evidence = Evidence { key: Some(key), ..self.evidence(source, Some(says.clone()), None) };
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
