//! An instance, its environment with the evidence, and what can be run on it.

use ops_api_types::{AvailableOperations, Evidence, EvidenceOrigin, EvidenceSource, InstanceView};
use serde_json::Value;

use crate::output::Lines;

/// The instance in lines.
#[must_use]
pub fn explained(instance: &InstanceView, available: &AvailableOperations) -> Lines {
    let mut lines = Lines::new(instance.instance_id.clone());
    lines.fact("Environment", because(instance));
    lines.fact("Account, Region", format!("{}, {}", instance.account_id, instance.region));
    lines.fact("Engine", engine(instance));
    lines.maybe("Status", instance.status.as_deref());
    lines.maybe("Cluster", instance.db_cluster_id.as_deref());
    lines.maybe("Replica of", instance.read_replica_source.as_deref());
    lines.maybe("Running operation", available.running_operation_id.as_deref());
    lines.maybe("Not read live", available.live_error.as_deref());
    for evidence in speaking(&instance.classification.trace) {
        let mark = if evidence.decisive { "* " } else { "  " };
        lines.fact(format!("{mark}{}", source(evidence)), said(evidence));
    }
    for operation in &available.operations {
        lines.fact(format!("may run {}", operation.operation), parameters(&operation.parameters));
    }
    for refused in &available.not_permitted {
        let refusal = &refused.refusal;
        let why = format!("{} {}", refusal.reason, refusal.guidance);
        lines.fact(format!("not {}", refused.operation), why);
    }
    if let Some(refusal) = &available.refusal {
        lines.paragraph(format!("Nothing can be run: {} {}", refusal.reason, refusal.guidance));
    }
    lines
}

/// The evidence that says something, each piece once: the live description mostly repeats what the
/// inventory has.
fn speaking(trace: &[Evidence]) -> Vec<&Evidence> {
    let mut kept: Vec<&Evidence> = Vec::new();
    for evidence in trace.iter().filter(|evidence| evidence.says.is_some()) {
        let same = |other: &&Evidence| {
            let facts =
                |e: &Evidence| (e.source, e.subject.clone(), e.key.clone(), e.value.clone());
            facts(other) == facts(evidence) && other.says == evidence.says
        };
        match kept.iter_mut().find(|kept| same(kept)) {
            Some(earlier) if evidence.decisive => *earlier = evidence,
            Some(_) => {}
            None => kept.push(evidence),
        }
    }
    kept
}

fn because(instance: &InstanceView) -> String {
    let classification = &instance.classification;
    let decisive = classification.trace.iter().find(|evidence| evidence.decisive);
    match decisive {
        Some(evidence) => format!("{}, by {}", classification.environment, by(evidence)),
        None => classification.environment.clone(),
    }
}

fn by(evidence: &Evidence) -> String {
    let what = source(evidence);
    let of = match evidence.origin {
        EvidenceOrigin::Related => format!(" of {}", evidence.subject),
        EvidenceOrigin::Inventory | EvidenceOrigin::Live => String::new(),
    };
    match (&evidence.key, &evidence.value) {
        (Some(key), Some(value)) => format!("the {what} {key}={value}{of}"),
        (Some(key), None) => format!("the {what} {key}{of}"),
        (None, Some(value)) => format!("the {what} {value}{of}"),
        (None, None) => format!("the {what}{of}"),
    }
}

fn source(evidence: &Evidence) -> &'static str {
    match evidence.source {
        EvidenceSource::Tag => "tag",
        EvidenceSource::InstanceMapping => "instance mapping",
        EvidenceSource::AccountMapping => "account mapping",
        EvidenceSource::NamePattern => "name pattern",
        EvidenceSource::Name => "name",
        EvidenceSource::Default => "default",
    }
}

fn said(evidence: &Evidence) -> String {
    let origin = match evidence.origin {
        EvidenceOrigin::Inventory => "inventory",
        EvidenceOrigin::Live => "live",
        EvidenceOrigin::Related => "related database",
    };
    let mut words = vec![format!("{} ({origin})", evidence.subject)];
    words.extend(evidence.key.clone());
    words.extend(evidence.value.as_ref().map(|value| format!("= {value}")));
    let mut said = words.join(" ");
    for more in evidence.says.iter().map(|says| format!("says {says}")).chain(evidence.note.clone())
    {
        said = format!("{said}, {more}");
    }
    said
}

fn engine(instance: &InstanceView) -> String {
    let class = instance.instance_class.as_ref().map(|class| format!(", {class}"));
    let standby = instance.multi_az.filter(|multi_az| *multi_az).map(|_| ", with a standby");
    format!("{}{}{}", instance.engine, class.unwrap_or_default(), standby.unwrap_or_default())
}

/// The names of the parameters, the required ones marked.
fn parameters(schema: &Value) -> String {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema["properties"].as_object() else { return "no parameters".into() };
    let name = |name: &String| match required.contains(&name.as_str()) {
        true => format!("{name} (required)"),
        false => name.clone(),
    };
    match properties.is_empty() {
        true => "no parameters".to_owned(),
        false => properties.keys().map(name).collect::<Vec<_>>().join(", "),
    }
}
