//! The environment of an instance, and how it was found.

use ops_api_types as api;
use ops_domain::environment::{Classification, Environment, Evidence, Origin, Source};

/// How an instance was classified.
#[must_use]
pub fn classification(classification: &Classification) -> api::Classification {
    api::Classification {
        environment: classification.environment.to_string(),
        decided_by: source(classification.decided_by),
        trace: classification.trace.iter().map(evidence).collect(),
    }
}

fn evidence(evidence: &Evidence) -> api::Evidence {
    api::Evidence {
        source: source(evidence.source),
        origin: origin(evidence.origin),
        subject: evidence.subject.clone(),
        key: evidence.key.clone(),
        value: evidence.value.clone(),
        says: evidence.says.as_ref().map(Environment::to_string),
        note: evidence.note.clone(),
        decisive: evidence.decisive,
    }
}

const fn source(source: Source) -> api::EvidenceSource {
    match source {
        Source::Tag => api::EvidenceSource::Tag,
        Source::InstanceMapping => api::EvidenceSource::InstanceMapping,
        Source::AccountMapping => api::EvidenceSource::AccountMapping,
        Source::NamePattern => api::EvidenceSource::NamePattern,
        Source::Name => api::EvidenceSource::Name,
        Source::Default => api::EvidenceSource::Default,
    }
}

const fn origin(origin: Origin) -> api::EvidenceOrigin {
    match origin {
        Origin::Inventory => api::EvidenceOrigin::Inventory,
        Origin::Live => api::EvidenceOrigin::Live,
        Origin::Related => api::EvidenceOrigin::Related,
    }
}
