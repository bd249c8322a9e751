//! Who may run what: the `[[rules]]` of the configuration, and what they say about one request.
//!
//! Rules only narrow. Without any, every caller may run everything on every instance that is not
//! production; with some, what no rule allows is refused, and what a rule denies stays refused
//! whatever others allow. Production is no matter of rules: [`crate::policy::permit`] closes it
//! before any rule is asked, and no rule can name it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::caller::Caller;
use crate::environment::Environment;
use crate::failure::{Code, Failure};
use crate::glob;
use crate::instance::InstanceRef;

/// All rules of a configuration. The default has none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rules(pub Vec<Rule>);

/// One rule. It applies where all its parts do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// What follows where it applies.
    pub effect: Effect,
    /// To whom it applies.
    pub who: Who,
    /// To which operations, by their names; to all if none.
    pub operations: Option<BTreeSet<&'static str>>,
    /// In which environments; in all but production if none.
    pub environments: Option<BTreeSet<Environment>>,
    /// In which accounts; in all if none.
    pub accounts: Option<Vec<Glob>>,
}

/// What follows from a rule that applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// The caller may, unless another rule denies it.
    Allow,
    /// The caller may not, whatever other rules allow.
    Deny,
}

/// To whom a rule applies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Who {
    /// To every authenticated caller.
    Everybody,
    /// To those whose principal matches, and to those of a group that matches.
    Named {
        /// Patterns of principals.
        principals: Vec<Glob>,
        /// Patterns of groups.
        groups: Vec<Glob>,
    },
}

/// A pattern in which `*` stands for any run of characters; case counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Glob(pub String);

impl Glob {
    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        glob::matches(&self.0, text)
    }
}

/// What rules are asked about, but for the environment, which has several readings.
#[derive(Clone, Copy, Debug)]
pub struct AuthzRequest<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The operation's name.
    pub operation: &'static str,
    /// The instance.
    pub target: &'a InstanceRef,
}

/// Why rules do not let a caller do something: what the rules for this caller lack, and nothing
/// about those for others.
///
/// Of two rules that do not apply, the one that comes nearer says more about what is lacking; that
/// is the call.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Unpermitted {
    /// A rule denies it.
    Forbidden,
    /// A rule denies it to a group, and the caller may be in that group.
    AmbiguousGroups,
    /// No rule allows anything to this caller.
    Caller,
    /// None of those that do is for the operation.
    Operation,
    /// None of those is for the environment.
    Environment,
    /// None of those is for the account.
    Account,
}

impl Rules {
    /// Lets the attempt pass, in this environment.
    ///
    /// # Errors
    /// [`Failure`] `permission_denied`, which says what is lacking.
    pub fn permit(
        &self,
        attempt: &AuthzRequest<'_>,
        environment: &Environment,
    ) -> Result<(), Failure> {
        self.decide(attempt, environment).map_err(|why| why.failure(attempt, environment))
    }

    /// What the rules say.
    ///
    /// # Errors
    /// Why the attempt is not permitted.
    pub fn decide(
        &self,
        attempt: &AuthzRequest<'_>,
        environment: &Environment,
    ) -> Result<(), Unpermitted> {
        if self.0.is_empty() {
            return Ok(());
        }
        let reaches = self.0.iter().map(|rule| (rule.effect, rule.reach(attempt, environment)));
        let mut lacking = Unpermitted::Caller;
        let mut allowed = false;
        let mut may_be_denied = false;
        for (effect, reach) in reaches {
            match (effect, reach) {
                (Effect::Deny, Ok(())) => return Err(Unpermitted::Forbidden),
                (Effect::Deny, Err(Unpermitted::AmbiguousGroups)) => may_be_denied = true,
                (Effect::Deny, Err(_)) => {}
                (Effect::Allow, Ok(())) => allowed = true,
                (Effect::Allow, Err(missed)) => lacking = lacking.max(missed),
            }
        }
        match (allowed, may_be_denied) {
            (false, _) => Err(lacking),
            (true, true) => Err(Unpermitted::AmbiguousGroups),
            (true, false) => Ok(()),
        }
    }
}

impl Rule {
    /// Whether it applies, or the first part that does not.
    fn reach(
        &self,
        attempt: &AuthzRequest<'_>,
        environment: &Environment,
    ) -> Result<(), Unpermitted> {
        let account = attempt.target.account_id.as_str();
        let included = self.who.includes(attempt.caller);
        let may_be_included =
            included || (self.effect == Effect::Deny && self.who.may_include(attempt.caller));
        let parts = [
            (Unpermitted::Caller, may_be_included),
            (
                Unpermitted::Operation,
                among(self.operations.as_ref(), |names| names.contains(attempt.operation)),
            ),
            (
                Unpermitted::Environment,
                among(self.environments.as_ref(), |these| these.contains(environment)),
            ),
            (Unpermitted::Account, among(self.accounts.as_ref(), |these| any(these, account))),
            (Unpermitted::AmbiguousGroups, included),
        ];
        parts.into_iter().find(|(_, applies)| !applies).map_or(Ok(()), |(missed, _)| Err(missed))
    }
}

impl Who {
    fn includes(&self, caller: &Caller) -> bool {
        match self {
            Self::Everybody => true,
            Self::Named { principals, groups } => {
                any(principals, &caller.principal)
                    || caller.groups().any(|group| any(groups, group))
            }
        }
    }
}

impl Who {
    /// Whether a group that the caller may be in could match.
    fn may_include(&self, caller: &Caller) -> bool {
        match self {
            Self::Everybody => true,
            Self::Named { groups, .. } => !groups.is_empty() && caller.groups_are_ambiguous(),
        }
    }
}

fn among<T>(these: Option<&T>, contains: impl FnOnce(&T) -> bool) -> bool {
    these.is_none_or(contains)
}

fn any(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|glob| glob.matches(text))
}

impl Unpermitted {
    /// The reason as programs read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::AmbiguousGroups => "ambiguous_groups",
            Self::Caller => "caller",
            Self::Operation => "operation",
            Self::Environment => "environment",
            Self::Account => "account",
        }
    }

    fn failure(self, attempt: &AuthzRequest<'_>, environment: &Environment) -> Failure {
        let AuthzRequest { caller, operation, target } = attempt;
        let principal = &caller.principal;
        let account = &target.account_id;
        let sentence = match self {
            Self::Forbidden => {
                format!(
                    "A rule of this service forbids you `{operation}` on this instance \
                     ({environment}, {account})."
                )
            }
            Self::AmbiguousGroups => format!(
                "A rule of this service forbids a group `{operation}` on this instance \
                 ({environment}, {account}), and the service can't tell whether you are in that \
                 group."
            ),
            Self::Caller => "No rule of this service lets you run any operation.".to_owned(),
            Self::Operation => format!("No rule of this service lets you run `{operation}`."),
            Self::Environment => {
                format!(
                    "No rule of this service lets you run `{operation}` in the environment \
                     {environment}."
                )
            }
            Self::Account => format!(
                "No rule of this service lets you run `{operation}` in the environment \
                 {environment} of the account {account}."
            ),
        };
        let groups: Vec<&str> = caller.groups().collect();
        let known_by = match groups.as_slice() {
            [] if caller.groups_are_ambiguous() => {
                format!("as `{principal}`, of groups that it can't tell apart")
            }
            [] => format!("as `{principal}`, without groups"),
            groups => format!("as `{principal}`, of the groups {}", groups.join(", ")),
        };
        let change = match self {
            Self::Forbidden => "to change the rule",
            Self::AmbiguousGroups => "to have your groups sent as names without blanks and commas",
            Self::Caller | Self::Operation | Self::Environment | Self::Account => {
                "for a rule that allows it"
            }
        };
        let guidance = format!(
            "Nothing is sent to RDS. Ask the operators of this service {change}: `{operation}`, \
             {environment}, account {account}. The service knows you {known_by}."
        );
        Failure::new(Code::PermissionDenied, sentence, guidance)
            .with_fact("rules_lack", json!(self.as_str()))
    }
}
