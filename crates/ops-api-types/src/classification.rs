//! The environment of an instance, and how it was found.

use serde::{Deserialize, Serialize};

/// The environment of an instance, and how it was found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classification {
    /// The environment, e.g. `Production` or `Development`.
    pub environment: String,
    /// The kind of evidence that decided.
    pub decided_by: EvidenceSource,
    /// All evidence, in the order of the sources.
    pub trace: Vec<Evidence>,
}

/// One piece of evidence, and what it said.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The kind of evidence.
    pub source: EvidenceSource,
    /// Where it was read.
    pub origin: EvidenceOrigin,
    /// The identifier of what was classified: the instance, its cluster or its replica source.
    pub subject: String,
    /// The tag key, mapping entry or pattern, where one applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The tag value or name that was read, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The environment that this evidence speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Why it counts, or does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the environment of the classification rests on this evidence.
    pub decisive: bool,
}

/// A kind of evidence about the environment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceSource {
    /// A tag of the instance.
    Tag,
    /// The configured mapping of instances.
    InstanceMapping,
    /// The configured mapping of accounts.
    AccountMapping,
    /// A configured pattern of instance names.
    NamePattern,
    /// The words of the instance's name.
    Name,
    /// The default environment.
    Default,
}

/// Where evidence was read.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceOrigin {
    /// In the inventory, which may be hours old.
    Inventory,
    /// In the description that RDS gave for this answer.
    Live,
    /// At a replica source, a replica or a cluster of the instance.
    Related,
}
