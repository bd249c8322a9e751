//! The figures of a period.

use ops_api_types::{Kpis, MetricsSummary};

use crate::output::{Lines, Times};

/// The figures in lines.
#[must_use]
pub fn figures(summary: &MetricsSummary, times: Times) -> Lines {
    let period = &summary.period;
    let mut lines =
        Lines::new(format!("{} to {}", times.shown(period.from), times.shown(period.to)));
    let all = &summary.overall;
    lines.fact("Requests", counted(all));
    lines.fact("Finished", finished(all));
    lines.fact("Duration", duration(all));
    lines.fact("Persons", all.active_users.to_string());
    lines.fact("Production blocks", rate(all.production_blocks, all.production_block_rate));
    lines.fact("Permission denials", all.permission_denials.count.to_string());
    lines.fact("Other refusals", all.refusals.count.to_string());
    lines.maybe("Operations a day", summary.operations_per.day.map(|day| format!("{day:.1}")));
    for one in &summary.by_operation {
        lines.fact(&*one.operation, short(&one.kpis));
    }
    for one in &summary.by_environment {
        let name = one.environment.as_deref().unwrap_or("no environment");
        lines.fact(name, short(&one.kpis));
    }
    lines
}

fn counted(kpis: &Kpis) -> String {
    format!(
        "{}, of which {} became operations and {} were previews",
        kpis.requests, kpis.operations, kpis.dry_runs
    )
}

fn finished(kpis: &Kpis) -> String {
    let share = kpis.success_rate.map(|rate| format!(" ({:.0} %)", rate * 100.0));
    format!(
        "{}: {} succeeded{}, {} failed, {} timed out; {} cancelled before",
        kpis.finished,
        kpis.succeeded,
        share.unwrap_or_default(),
        kpis.failed,
        kpis.timed_out,
        kpis.cancelled
    )
}

fn duration(kpis: &Kpis) -> String {
    match (kpis.duration_seconds.mean, kpis.duration_seconds.p95) {
        (Some(mean), Some(p95)) => {
            format!("{} on average, 95 % within {}", Times::span(mean), Times::span(p95))
        }
        _ => "nothing was measured".to_owned(),
    }
}

fn rate(count: u64, rate: Option<f64>) -> String {
    match rate {
        Some(rate) => format!("{count} ({:.0} % of the requests)", rate * 100.0),
        None => count.to_string(),
    }
}

fn short(kpis: &Kpis) -> String {
    format!(
        "{} requests, {} operations, {} succeeded, {} failed, {} timed out",
        kpis.requests, kpis.operations, kpis.succeeded, kpis.failed, kpis.timed_out
    )
}
