//! A preview as text: what RDS would be asked, who notices, and what is in the way.

use ops_api_types::{Check, Effects, Preview, Warning};

use crate::output::{Lines, spelled};

/// The preview in lines.
#[must_use]
pub fn previewed(preview: &Preview) -> Lines {
    let mut lines =
        Lines::new(format!("Preview: {} of {}", preview.operation, preview.instance_id));
    lines.fact("Environment", &*preview.classification.environment);
    if let Some(effects) = &preview.would.effects {
        facts(&mut lines, effects);
    }
    for conflict in &preview.would.conflicts {
        let id = &conflict.running_operation_id;
        lines.fact("Busy", format!("operation {id} has the instance"));
    }
    lines.maybe("Plan hash", preview.plan_hash.as_deref());
    let warnings = preview.would.effects.iter().flat_map(|effects| &effects.warnings);
    for warning in warnings {
        lines.paragraph(warned(warning));
    }
    for check in preview.checks.iter().filter(|check| !check.passed) {
        lines.paragraph(failed(check));
    }
    lines.paragraph(if preview.passed {
        "Every check passed. Nothing was sent to RDS."
    } else {
        "It would not be carried out. Nothing was sent to RDS."
    });
    lines
}

fn facts(lines: &mut Lines, effects: &Effects) {
    match &effects.rds_call {
        Some(call) => {
            let parameters = call.parameters.iter();
            let said: Vec<String> =
                parameters.map(|(name, value)| format!("{name} = {}", spelled(value))).collect();
            lines.fact("RDS call", call.action.clone());
            lines.fact("", said.join("\n"));
        }
        None => lines.fact("RDS call", "none: there is nothing to change"),
    }
    lines.fact("Interruption", &*effects.interruption.explanation);
    for affected in &effects.affected {
        let effect = serde_json::to_value(affected.effect).unwrap_or_default();
        let effect = spelled(&effect).replace('_', " ");
        lines.fact("Affected", format!("{} ({effect})", affected.instance_id));
    }
    lines.maybe("In the window", effects.maintenance_window.as_deref());
    for (name, value) in &effects.pending_modifications {
        lines.fact("Waits already", format!("{name} = {value}"));
    }
    for difference in &effects.parameter_differences {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "default".into());
        let (from, to) = (value(&difference.from), value(&difference.to));
        lines.fact("Parameter", format!("{}: {from} -> {to}", difference.parameter));
    }
    if !effects.tags_not_copied.is_empty() {
        lines.fact("Tags left out", effects.tags_not_copied.join(", "));
    }
}

fn warned(warning: &Warning) -> String {
    format!("Warning: {} {}", warning.message, warning.guidance)
}

fn failed(check: &Check) -> String {
    let error = check.error.as_deref().unwrap_or("it did not pass");
    let guidance = check.guidance.as_deref().unwrap_or_default();
    format!("Not possible ({}): {error} {guidance}", check.check.replace('_', " "))
        .trim_end()
        .to_owned()
}
