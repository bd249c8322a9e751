//! Key figures.

use ops_api_types as api;
use ops_audit::summary::{
    Bucket, Coded, Completeness, Kpis, OfEnvironment, OfOperation, Period, Summary,
};

/// The figures of a period.
#[must_use]
pub fn summary(summary: Summary) -> api::MetricsSummary {
    let per = summary.operations_per;
    let counts = |buckets: Vec<Bucket>| buckets.into_iter().map(period_counts).collect();
    api::MetricsSummary {
        period: period(summary.period),
        entries: summary.entries,
        undated_entries: summary.undated_entries,
        operations_per: api::OperationsPer { day: per.day, week: per.week, month: per.month },
        overall: kpis(summary.overall),
        by_operation: summary.by_operation.into_iter().map(operation_kpis).collect(),
        by_environment: summary.by_environment.into_iter().map(environment_kpis).collect(),
        days: counts(summary.days),
        weeks: counts(summary.weeks),
        months: counts(summary.months),
        audit_completeness: completeness(summary.audit_completeness),
    }
}

const fn period(period: Period) -> api::Period {
    let asked = api::PeriodAsked { from: period.asked.from, to: period.asked.to };
    api::Period { from: period.from, to: period.to, asked, kept_from: period.kept_from }
}

fn operation_kpis(of: OfOperation) -> api::OperationKpis {
    api::OperationKpis { operation: of.operation, kpis: kpis(of.kpis) }
}

fn environment_kpis(of: OfEnvironment) -> api::EnvironmentKpis {
    api::EnvironmentKpis { environment: of.environment, kpis: kpis(of.kpis) }
}

fn kpis(kpis: Kpis) -> api::Kpis {
    let (late, took) = (kpis.late, kpis.duration_seconds);
    api::Kpis {
        requests: kpis.requests,
        operations: kpis.operations,
        finished: kpis.finished,
        succeeded: kpis.succeeded,
        failed: kpis.failed,
        timed_out: kpis.timed_out,
        late: api::LateOutcomes { succeeded: late.succeeded, failed: late.failed },
        cancelled: kpis.cancelled,
        dry_runs: kpis.dry_runs,
        active_users: kpis.active_users,
        success_rate: kpis.success_rate,
        timeout_rate: kpis.timeout_rate,
        duration_seconds: api::DurationSeconds {
            measured: took.measured,
            mean: took.mean,
            p95: took.p95,
        },
        production_blocks: kpis.production_blocks,
        production_block_rate: kpis.production_block_rate,
        permission_denials: coded(kpis.permission_denials),
        refusals: coded(kpis.refusals),
    }
}

fn coded(coded: Coded) -> api::CodedCount {
    api::CodedCount { count: coded.count, by_code: coded.by_code }
}

fn period_counts(bucket: Bucket) -> api::PeriodCounts {
    api::PeriodCounts {
        name: bucket.name,
        partial: bucket.partial,
        requests: bucket.requests,
        operations: bucket.operations,
        finished: bucket.finished,
        succeeded: bucket.succeeded,
        failed: bucket.failed,
        timed_out: bucket.timed_out,
        cancelled: bucket.cancelled,
        success_rate: bucket.success_rate,
        production_blocks: bucket.production_blocks,
    }
}

const fn completeness(completeness: Completeness) -> api::Completeness {
    let missing = completeness.missing;
    api::Completeness {
        rate: completeness.rate,
        operations: completeness.operations,
        complete: completeness.complete,
        missing: api::MissingEntries {
            accepted: missing.accepted,
            outcome: missing.outcome,
            late_outcome: missing.late_outcome,
        },
        owed: completeness.owed,
        not_judged: completeness.not_judged,
        without_record: completeness.without_record,
    }
}
