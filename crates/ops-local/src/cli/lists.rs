//! The arguments of the commands that show lists and figures.

use clap::Args;
use ops_domain::time::Timestamp;

use crate::cli::target::TargetArgs;
use crate::cli::values::time;

/// How much of a list is shown.
#[derive(Args, Clone, Copy, Debug)]
pub struct LengthArgs {
    /// At most this many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// All of them.
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

impl LengthArgs {
    /// The most items that are shown.
    #[must_use]
    pub fn most(self) -> usize {
        if self.all { usize::MAX } else { usize::try_from(self.limit).unwrap_or(usize::MAX) }
    }
}

/// `rds-ops list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// On instances of this name.
    #[arg(long)]
    pub instance: Option<String>,
    /// In this account; goes with --region.
    #[arg(long, requires = "region")]
    pub account: Option<String>,
    /// In this Region; goes with --account.
    #[arg(long, requires = "account")]
    pub region: Option<String>,
    /// In one of these statuses, with commas between them; `open` is every one in which something
    /// will still happen.
    #[arg(long)]
    pub status: Option<String>,
    /// Requested by this person (`alice`) or principal (`local:alice`).
    #[arg(long = "by", value_name = "PERSON")]
    pub by: Option<String>,
    /// Of this name, e.g. `create_snapshot`.
    #[arg(long)]
    pub operation: Option<String>,
    /// Requested at this time or later, e.g. `2026-01-31T08:30:00Z`, or a date for its midnight in
    /// UTC.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<Timestamp>,
    /// Requested before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Option<Timestamp>,
    /// How much.
    #[command(flatten)]
    pub length: LengthArgs,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops instances`.
#[derive(Args, Debug)]
pub struct InstancesArgs {
    /// With this text in the name or the engine.
    pub search: Option<String>,
    /// Of this environment, by any of its names; `nonprod` is every one but production.
    #[arg(long)]
    pub environment: Option<String>,
    /// Of this account.
    #[arg(long)]
    pub account: Option<String>,
    /// In this Region.
    #[arg(long)]
    pub region: Option<String>,
    /// Of this engine, e.g. `postgres`.
    #[arg(long)]
    pub engine: Option<String>,
    /// In this status, by the inventory.
    #[arg(long)]
    pub status: Option<String>,
    /// With this tag.
    #[arg(long, value_name = "KEY:VALUE")]
    pub tag: Option<String>,
    /// On which you may run this operation now.
    #[arg(long, value_name = "OPERATION")]
    pub operation_allowed: Option<String>,
    /// Also those that are gone: several complete runs of discovery did not see them.
    #[arg(long)]
    pub gone: bool,
    /// Sorted by this field, descending with `-` before it, e.g. `--sort=-status`.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// How much.
    #[command(flatten)]
    pub length: LengthArgs,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The DB instance identifier.
    pub instance: String,
    /// The instance's account, where the name alone does not tell.
    #[arg(long)]
    pub account: Option<String>,
    /// The instance's Region, where the name alone does not tell.
    #[arg(long)]
    pub region: Option<String>,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops metrics`.
#[derive(Args, Debug)]
pub struct MetricsArgs {
    /// The beginning of the period, e.g. `2026-01-31T08:30:00Z`, or a date for its midnight in UTC;
    /// if it is not given, that of the day, in UTC, 31 days before the one that it ends in.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<Timestamp>,
    /// The first moment behind the period; now if it is not given.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Option<Timestamp>,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}
