//! What the service did in a period, in figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The answer of `GET /metrics/summary`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricsSummary {
    /// The period that the figures cover.
    pub period: Period,
    /// Entries of the audit trail in the period, of every kind.
    pub entries: u64,
    /// Those of them that count in no day, because their `timestamp` does not begin with a date.
    pub undated_entries: u64,
    /// Operations on average.
    pub operations_per: OperationsPer,
    /// Everything.
    pub overall: Kpis,
    /// By the name of the operation.
    pub by_operation: Vec<OperationKpis>,
    /// By the environment of the instance.
    pub by_environment: Vec<EnvironmentKpis>,
    /// By day, in UTC.
    pub days: Vec<PeriodCounts>,
    /// By ISO 8601 week.
    pub weeks: Vec<PeriodCounts>,
    /// By month.
    pub months: Vec<PeriodCounts>,
    /// Whether the trail has all that it must have.
    pub audit_completeness: Completeness,
}

/// The period that figures cover.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// Its begin.
    pub from: DateTime<Utc>,
    /// Its end, which is not in it.
    pub to: DateTime<Utc>,
    /// What was asked for.
    pub asked: PeriodAsked,
    /// Entries from before this time are not kept.
    pub kept_from: DateTime<Utc>,
}

/// The period that was asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodAsked {
    /// `from` of the request.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub from: Option<DateTime<Utc>>,
    /// `to` of the request.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub to: Option<DateTime<Utc>>,
}

/// Operations on average; `null` where the period is shorter than the unit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationsPer {
    /// In 24 hours.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub day: Option<f64>,
    /// In seven days.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub week: Option<f64>,
    /// In a twelfth of a year.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub month: Option<f64>,
}

/// The key figures of one group.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kpis {
    /// Requests for an operation, granted or not, dry runs included.
    pub requests: u64,
    /// Requests that became an operation.
    pub operations: u64,
    /// Operations that ended or timed out: `succeeded`, `failed` and `timed_out` together.
    pub finished: u64,
    /// Operations that were done in time, by evidence.
    pub succeeded: u64,
    /// Operations that failed, or of which RDS showed nothing either way.
    pub failed: u64,
    /// Operations that were not done in time.
    pub timed_out: u64,
    /// What became of operations that had timed out.
    pub late: LateOutcomes,
    /// Operations that were cancelled before RDS was asked.
    pub cancelled: u64,
    /// Requests that only asked for checks, and got them.
    pub dry_runs: u64,
    /// Persons who asked for an operation, for checks, or to cancel one.
    pub active_users: u64,
    /// `succeeded` of `finished`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub success_rate: Option<f64>,
    /// `timed_out` of `finished`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub timeout_rate: Option<f64>,
    /// How long the finished operations took.
    pub duration_seconds: DurationSeconds,
    /// Requests that were refused, and operations that were stopped, because of production.
    pub production_blocks: u64,
    /// `production_blocks` of `requests`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub production_block_rate: Option<f64>,
    /// What was refused or failed because a permission was missing.
    pub permission_denials: CodedCount,
    /// Requests that were refused for another reason.
    pub refusals: CodedCount,
}

/// Operations that ended after they had timed out.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LateOutcomes {
    /// Done, by evidence.
    pub succeeded: u64,
    /// Failed, or without evidence either way.
    pub failed: u64,
}

/// How long operations took, in seconds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DurationSeconds {
    /// How many were measured.
    pub measured: u64,
    /// The mean.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub mean: Option<f64>,
    /// The 95th percentile.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub p95: Option<f64>,
}

/// A count, and its parts by code.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodedCount {
    /// All.
    pub count: u64,
    /// The parts.
    pub by_code: BTreeMap<String, u64>,
}

/// The key figures of one operation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationKpis {
    /// The operation's name; `unknown` where a request named none.
    pub operation: String,
    /// Its figures.
    #[serde(flatten)]
    pub kpis: Kpis,
}

/// The key figures of one environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentKpis {
    /// The environment; `null` where the instance was not looked up.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub environment: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub kpis: Kpis,
}

/// The figures of a day, a week or a month.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodCounts {
    /// Its name in ISO 8601: `2026-01-31`, `2026-W05` or `2026-01`.
    pub name: String,
    /// Whether the period of the summary has only a part of it.
    pub partial: bool,
    /// Requests for an operation, granted or not, dry runs included.
    pub requests: u64,
    /// Requests that became an operation.
    pub operations: u64,
    /// Operations that ended or timed out.
    pub finished: u64,
    /// Those of them that were done in time.
    pub succeeded: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Those of them that timed out.
    pub timed_out: u64,
    /// Operations that were cancelled before RDS was asked.
    pub cancelled: u64,
    /// `succeeded` of `finished`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub success_rate: Option<f64>,
    /// Requests that were refused, and operations that were stopped, because of production.
    pub production_blocks: u64,
}

/// How complete the trail is about the operations that were requested in the period.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completeness {
    /// `complete` of `operations`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub rate: Option<f64>,
    /// Operations of the store that have ended, or should have.
    pub operations: u64,
    /// Those of them that are on the trail from their beginning to their end.
    pub complete: u64,
    /// What is not on the trail although the store says that it was written.
    pub missing: MissingEntries,
    /// Operations that should have ended and have not: their last entry is still to be written.
    pub owed: u64,
    /// Operations that may still be running, or ended only just now.
    pub not_judged: u64,
    /// Operations on the trail that the store does not know.
    pub without_record: u64,
}

/// Entries that are not on the trail.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingEntries {
    /// The beginning of an operation.
    pub accepted: u64,
    /// Its outcome, cancellation or denial, or its timeout.
    pub outcome: u64,
    /// Its outcome after a timeout.
    pub late_outcome: u64,
}
