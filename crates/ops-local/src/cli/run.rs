//! The arguments of the commands about one operation.

use clap::Args;

use crate::cli::target::TargetArgs;
use crate::cli::values::{idempotency_key, parameter};

/// `rds-ops run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The operation, e.g. `create_snapshot`.
    pub operation: String,
    /// The DB instance identifier.
    pub instance: String,
    /// A parameter, each name once: `true` and `false` are booleans, a value that begins with `[`
    /// or `{` is JSON, a number where the operation takes one, and everything else is text.
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    pub params: Vec<(String, String)>,
    /// The instance's account, where the name alone does not tell.
    #[arg(long)]
    pub account: Option<String>,
    /// The instance's Region, where the name alone does not tell.
    #[arg(long)]
    pub region: Option<String>,
    /// Why, for the audit trail.
    #[arg(long)]
    pub reason: Option<String>,
    /// Start then and not now: an RFC 3339 time, e.g. `2026-12-05T02:00:00Z`, at most 90 days
    /// ahead. A server has to run at that time.
    #[arg(long, value_name = "TIME")]
    pub start_at: Option<String>,
    /// Wait for the instance while another operation has it, instead of being refused.
    #[arg(long)]
    pub queue: bool,
    /// Minutes in which it must start, from its time or from the request: 1 to 1440, 60 without
    /// this.
    #[arg(long, value_name = "MINUTES")]
    pub start_within: Option<u32>,
    /// Only show the preview, do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The name of the instance: confirms an operation that interrupts those who use it.
    #[arg(long, value_name = "INSTANCE")]
    pub confirm: Option<String>,
    /// Confirm an operation that interrupts nobody, without being asked.
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Do not wait for the end.
    #[arg(long)]
    pub no_wait: bool,
    /// Wait at most this long, in seconds; the operation goes on.
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_wait")]
    pub timeout: Option<u64>,
    /// The same key, user and request give the same operation for 24 hours: 1 to 128 visible ASCII
    /// characters. Without this a new key is made.
    #[arg(long, value_name = "KEY", value_parser = idempotency_key)]
    pub idempotency_key: Option<String>,
    /// The `plan_hash` of a preview (`--dry-run`): what would do anything else is refused.
    #[arg(long)]
    pub plan_hash: Option<String>,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The id of the operation.
    pub operation_id: String,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops watch`.
#[derive(Args, Debug)]
pub struct WatchArgs {
    /// The id of the operation.
    pub operation_id: String,
    /// Watch at most this long, in seconds.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// `rds-ops cancel`.
#[derive(Args, Debug)]
pub struct CancelArgs {
    /// The id of the operation.
    pub operation_id: String,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}
