//! Answers of the service as people read them.

mod explained;
mod figures;
mod previewed;

pub use explained::explained;
pub use figures::figures;
pub use previewed::previewed;

use ops_api_types::{
    AuditEntryView, Configuration, InstanceView, OperationView, Progress, Session,
};

use crate::output::{Lines, Sheet, Times, spelled, status_word};

/// An operation in lines: what it is, what became of it, and what to do.
#[must_use]
pub fn operation(view: &OperationView, times: Times) -> Lines {
    let mut lines = Lines::new(format!("{} of {}", view.operation, view.instance_id));
    lines.fact("Status", status(view));
    lines.maybe("Error", view.error.as_deref());
    lines.maybe("Code", view.error_code.as_deref().or(view.code.as_deref()));
    lines.maybe("What to do", view.guidance.as_deref());
    for (name, value) in view.result.iter().filter(|(name, _)| *name != "operation_id") {
        let value = spelled(value);
        let value = if name.ends_with("_time") { times.of_text(&value) } else { value };
        lines.fact(titled(name), value);
    }
    lines.maybe("Duration", view.duration_seconds.map(Times::span));
    if let Some(start) = view.start {
        let (from, until) = (times.shown(start.from), times.shown(start.until));
        lines.fact("Starts", format!("at {from}, by {until} at the latest"));
    }
    if let Some(progress) = view.progress.as_ref().filter(|_| view.success.is_none()) {
        lines.fact("Progress", progress_words(progress));
        lines.maybe("Next poll", progress.next_poll_at.map(|at| times.shown(at)));
        lines.fact("Time limit", times.shown(progress.deadline));
    }
    lines.fact("Environment", &*view.environment);
    lines.fact("Account, Region", format!("{}, {}", view.account_id, view.region));
    lines.maybe("Requested by", view.requested_by.as_deref());
    lines.maybe("Requested at", view.created_at.map(|at| times.shown(at)));
    lines.maybe("Reason", view.reason.as_deref());
    lines.fact("Id", &*view.operation_id);
    lines
}

fn status(view: &OperationView) -> String {
    let word = status_word(view.status);
    match view.success {
        Some(true) => format!("{word}: RDS shows it"),
        _ if view.late => format!("{word}, after its time limit"),
        _ => word.to_owned(),
    }
}

/// How far an operation is, in a line.
#[must_use]
pub fn progress_words(progress: &Progress) -> String {
    let mut words = vec![status_word(progress.phase).to_owned()];
    words.extend(progress.percent.map(|percent| format!("{percent} %")));
    words.extend(progress.last_status.as_ref().map(|status| format!("RDS says {status}")));
    words.extend(progress.seconds_left.filter(|left| *left > 0).map(|left| {
        #[expect(clippy::cast_precision_loss, reason = "no estimate has 2^52 seconds")]
        let left = left as f64;
        format!("about {} left", Times::span(left))
    }));
    words.extend(progress.running_operation_id.as_ref().map(|id| format!("behind {id}")));
    words.join(", ")
}

fn configuration_words(configuration: &Configuration, times: Times) -> String {
    let Configuration { version, loaded_at, problem } = configuration;
    let words = format!("version {version}, read at {}", times.shown(*loaded_at));
    match problem {
        Some(problem) => format!("{words}\n{}", problem.message),
        None => words,
    }
}

/// Operations in rows.
#[must_use]
pub fn operations(items: &[OperationView], times: Times) -> Sheet {
    let header = ["Requested at", "Operation", "Instance", "Environment", "Status", "By", "Id"];
    let mut sheet = Sheet::new(&header, "No operation matches.");
    for item in items {
        sheet.push(vec![
            item.created_at.map(|at| times.shown(at)).unwrap_or_default(),
            item.operation.clone(),
            item.instance_id.clone(),
            item.environment.clone(),
            status_word(item.status).to_owned(),
            item.requested_by.clone().unwrap_or_default(),
            item.operation_id.clone(),
        ]);
    }
    sheet
}

/// Instances in rows.
#[must_use]
pub fn instances(items: &[InstanceView]) -> Sheet {
    let header =
        ["Instance", "Environment", "Status", "Engine", "Class", "Account", "Region", "Operations"];
    let mut sheet = Sheet::new(&header, "No instance matches.");
    for item in items {
        let operations = match (&item.running_operation_id, &item.not_allowed) {
            (Some(id), _) => format!("running: {id}"),
            (None, Some(refusal)) => format!("none: {}", refusal.code),
            (None, None) => "allowed".to_owned(),
        };
        sheet.push(vec![
            item.instance_id.clone(),
            item.environment.clone(),
            item.status.clone().unwrap_or_default(),
            item.engine.clone(),
            item.instance_class.clone().unwrap_or_default(),
            item.account_id.clone(),
            item.region.clone(),
            operations,
        ]);
    }
    sheet
}

/// Entries of the audit trail in rows.
#[must_use]
pub fn entries(items: &[AuditEntryView], times: Times) -> Sheet {
    let header =
        ["At", "Event", "Operation", "Instance", "By", "Success", "Reason", "Operation id"];
    let mut sheet = Sheet::new(&header, "No entry matches.");
    for item in items {
        // What has not ended yet is no failure.
        let has_ended = !matches!(item.event.as_deref(), Some("accepted" | "dry_run" | "export"));
        let success = match item.success.filter(|_| has_ended) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        sheet.push(vec![
            times.of_text(&item.timestamp),
            item.event.clone().unwrap_or_else(|| "original".to_owned()),
            item.operation.clone(),
            item.instance_id.clone(),
            item.principal.clone().unwrap_or_else(|| item.user_identity.clone()),
            success.to_owned(),
            item.reason.clone().unwrap_or_default(),
            item.operation_id.clone().unwrap_or_default(),
        ]);
    }
    sheet
}

/// Who the caller is, and for which service.
#[must_use]
pub fn session(session: &Session, place: &str, times: Times) -> Lines {
    let mut lines = Lines::new(session.principal.clone());
    lines.maybe("Name", session.name.as_deref());
    let groups = match session.groups.as_slice() {
        [] => "none".to_owned(),
        groups => groups.join(", "),
    };
    lines.fact("Groups", groups);
    lines.fact("Known by", &*session.authentication);
    lines.fact("Service", format!("{} {}", session.service, session.version));
    lines.fact("Where", place);
    if let Some(configuration) = &session.configuration {
        lines.fact("Settings", configuration_words(configuration, times));
    }
    lines.fact("RDS", if session.simulated { "simulated" } else { "real" });
    lines.fact("Time of the service", times.shown(session.now));
    lines
}

/// The name of a member as a title: `snapshot_arn` is `Snapshot ARN`.
#[must_use]
pub fn titled(name: &str) -> String {
    let words = name.split('_').map(|word| match word {
        "arn" => "ARN".to_owned(),
        "rds" => "RDS".to_owned(),
        "db" => "DB".to_owned(),
        word => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn a_title_is_made_of_the_name_of_a_member() {
        for (name, title) in [
            ("snapshot_arn", "Snapshot ARN"),
            ("failover", "Failover"),
            ("parameter_apply_status", "Parameter apply status"),
            ("", ""),
        ] {
            assert_eq!(titled(name), title);
        }
    }
}
