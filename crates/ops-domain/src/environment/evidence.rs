//! What a classification is made from, and what comes out.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Environment;
use crate::id::{AccountId, InstanceId, Region};

/// One reading of an instance, to be classified.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The account that owns the instance.
    pub account_id: &'a AccountId,
    /// The Region that it runs in. Without one, no entry of the instance mapping that has a Region
    /// is about it.
    pub region: Option<&'a Region>,
    /// The instance, or the cluster or replica source that is read for its sake.
    pub instance_id: &'a InstanceId,
    /// Its tags by key; keys are case-sensitive in RDS.
    pub tags: &'a BTreeMap<String, String>,
    /// Where the tags were read.
    pub origin: Origin,
}

/// Where the tags of a [`Subject`] were read.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the inventory, which may be hours old.
    Inventory,
    /// In the description that RDS gives at this moment.
    Live,
    /// At a replica source, a replica or a cluster of the instance, or at a snapshot of it that the
    /// operation changes.
    Related,
}

/// A kind of evidence about the environment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A tag of the instance.
    Tag,
    /// The configured mapping of instances.
    InstanceMapping,
    /// The configured mapping of accounts.
    AccountMapping,
    /// A configured pattern of instance names.
    NamePattern,
    /// The words of the instance's name, which only raise.
    Name,
    /// The default environment.
    Default,
}

/// One thing that was looked at, and what it said.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Evidence {
    /// The kind of evidence.
    pub source: Source,
    /// Which reading of the instance was classified.
    pub origin: Origin,
    /// The identifier of what was classified.
    pub subject: String,
    /// The tag key, mapping entry or pattern, where one applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The tag value or name that was read, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The environment that this evidence speaks for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Environment>,
    /// Why it counts, or does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the environment of the classification rests on this evidence.
    pub decisive: bool,
}

/// The environment of an instance, and how it was found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Classification {
    /// The environment; [`Environment::Production`] also where a protected one was found, or
    /// nothing certain.
    pub environment: Environment,
    /// The kind of evidence that decided.
    pub decided_by: Source,
    /// Everything that was looked at, in the order of the sources.
    pub trace: Vec<Evidence>,
}

impl Classification {
    /// Two readings of one instance, or of an instance and its relatives, as one: production if
    /// either is.
    ///
    /// Otherwise the environment of `self` stays. The traces follow each other, and evidence of a
    /// reading that came to another environment is no longer decisive.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        let other_wins = other.environment.is_production() && !self.environment.is_production();
        let winner = if other_wins { &other } else { &self };
        let (environment, decided_by) = (winner.environment.clone(), winner.decided_by);
        let mut trace: Vec<Evidence> = Vec::new();
        for evidence in [self, other].into_iter().flat_map(|side| side.evidence_for(&environment)) {
            if !trace.contains(&evidence) {
                trace.push(evidence);
            }
        }
        Self { environment, decided_by, trace }
    }

    /// The decisive evidence in one sentence, for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let decisive = self.trace.iter().filter(|evidence| evidence.decisive);
        let grounds: Vec<String> = decisive.map(Evidence::to_string).collect();
        format!("{}: {}", self.environment, grounds.join("; "))
    }

    fn evidence_for(mut self, environment: &Environment) -> Vec<Evidence> {
        if self.environment != *environment {
            self.trace.iter_mut().for_each(|evidence| evidence.decisive = false);
        }
        self.trace
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tag => "tag",
            Self::InstanceMapping => "instance mapping",
            Self::AccountMapping => "account mapping",
            Self::NamePattern => "name pattern",
            Self::Name => "name",
            Self::Default => "default environment",
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inventory => "inventory",
            Self::Live => "live",
            Self::Related => "related",
        })
    }
}

/// One line, e.g. `tag Env = "prod" of orders-01 (live) says Production`.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        if let Some(key) = &self.key {
            write!(f, " {key}")?;
        }
        if let Some(value) = &self.value {
            write!(f, " = {value:?}")?;
        }
        write!(f, " of {} ({})", self.subject, self.origin)?;
        match &self.says {
            Some(environment) => write!(f, " says {environment}")?,
            None => write!(f, " says nothing")?,
        }
        self.note.as_ref().map_or(Ok(()), |note| write!(f, ", {note}"))
    }
}
