//! The key figures by their definitions, each by itself, over entries that are all in memory.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::summary::{Coded, Duration, Kpis, Late};
use ops_domain::audit::AuditEntry;

fn shown(entry: &AuditEntry, field: &str) -> Option<String> {
    let result: Value = serde_json::from_str(&entry.result).unwrap_or_default();
    result[field].as_str().map(str::to_owned)
}

fn is(entry: &AuditEntry, event: &str) -> bool {
    entry.event.as_deref() == Some(event)
}

fn is_finish(entry: &AuditEntry) -> bool {
    entry.event.is_none() || is(entry, "outcome")
}

fn is_timeout(entry: &AuditEntry) -> bool {
    entry.success != Some(true) && shown(entry, "status").as_deref() == Some("timeout")
}

fn is_request(entry: &AuditEntry) -> bool {
    let unless_of_operation =
        (is(entry, "denied") || is(entry, "refused")) && entry.operation_id.is_none();
    entry.event.is_none() || is(entry, "accepted") || is(entry, "dry_run") || unless_of_operation
}

fn is_block(entry: &AuditEntry) -> bool {
    is(entry, "denied") && shown(entry, "code").as_deref() == Some("production_blocked")
}

fn is_permission_denial(entry: &AuditEntry) -> bool {
    let of_outcome =
        is_finish(entry) && shown(entry, "code").as_deref() == Some("permission_denied");
    of_outcome || (is(entry, "denied") && !is_block(entry))
}

fn code(entry: &AuditEntry) -> String {
    shown(entry, "error_code").or_else(|| shown(entry, "code")).unwrap_or_else(|| "unknown".into())
}

fn user(entry: &AuditEntry) -> String {
    entry.principal.as_deref().unwrap_or("arn:alice").trim_start_matches("iam:").to_owned()
}

fn by_code(codes: impl Iterator<Item = String>) -> Coded {
    let mut by_code = BTreeMap::new();
    codes.for_each(|code| *by_code.entry(code).or_default() += 1);
    Coded { count: by_code.values().sum(), by_code }
}

/// In tenths, sorted.
fn durations(entries: &[&AuditEntry]) -> Vec<u64> {
    let in_result = |entry: &AuditEntry| {
        serde_json::from_str::<Value>(&entry.result).unwrap_or_default()["duration_seconds"]
            .as_f64()
    };
    let finishes = entries.iter().filter(|entry| is_finish(entry));
    let seconds = finishes.filter_map(|entry| entry.duration_seconds.or_else(|| in_result(entry)));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the samples are small"
    )]
    let tenths =
        seconds.filter(|seconds| *seconds >= 0.0).map(|seconds| (seconds * 10.0).round() as u64);
    let mut tenths: Vec<u64> = tenths.collect();
    tenths.sort_unstable();
    tenths
}

#[expect(clippy::cast_precision_loss, reason = "the samples are small")]
fn rate(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[expect(clippy::cast_precision_loss, reason = "the samples are small")]
fn duration(entries: &[&AuditEntry]) -> Duration {
    let sorted = durations(entries);
    let sum: u64 = sorted.iter().sum();
    let mean = (!sorted.is_empty()).then(|| sum as f64 / 10.0 / sorted.len() as f64);
    let rank = (sorted.len() * 95).div_ceil(100);
    let p95 = rank.checked_sub(1).map(|place| sorted[place] as f64 / 10.0);
    Duration { measured: sorted.len() as u64, mean, p95 }
}

pub(super) fn kpis(entries: &[&AuditEntry]) -> Kpis {
    let count =
        |wanted: &dyn Fn(&AuditEntry) -> bool| entries.iter().filter(|entry| wanted(entry)).count();
    let finished = count(&is_finish);
    let succeeded = count(&|entry| is_finish(entry) && entry.success == Some(true));
    let timed_out = count(&|entry| is_finish(entry) && is_timeout(entry));
    let (requests, blocks) = (count(&is_request), count(&is_block));
    let attempts = entries
        .iter()
        .filter(|entry| is_request(entry) || is(entry, "cancelled") || is(entry, "refused"));
    let users: BTreeSet<String> = attempts.map(|entry| user(entry)).collect();
    let refused =
        entries.iter().filter(|entry| is(entry, "refused") && entry.operation_id.is_none());
    let denied = entries.iter().filter(|entry| is_permission_denial(entry));
    Kpis {
        requests: requests as u64,
        operations: count(&|entry| entry.event.is_none() || is(entry, "accepted")) as u64,
        finished: finished as u64,
        succeeded: succeeded as u64,
        failed: (finished - succeeded - timed_out) as u64,
        timed_out: timed_out as u64,
        late: Late {
            succeeded: count(&|entry| is(entry, "late_outcome") && entry.success == Some(true))
                as u64,
            failed: count(&|entry| is(entry, "late_outcome") && entry.success != Some(true)) as u64,
        },
        cancelled: count(&|entry| is(entry, "cancelled")) as u64,
        dry_runs: count(&|entry| is(entry, "dry_run")) as u64,
        active_users: users.len() as u64,
        success_rate: rate(succeeded, finished),
        timeout_rate: rate(timed_out, finished),
        duration_seconds: duration(entries),
        production_blocks: blocks as u64,
        production_block_rate: rate(blocks, requests),
        permission_denials: by_code(denied.map(|entry| code(entry))),
        refusals: by_code(
            refused.map(|entry| shown(entry, "code").unwrap_or_else(|| "unknown".into())),
        ),
    }
}
