//! The arguments of `rds-ops inventory`.

use clap::{Args, Subcommand};

use crate::cli::target::{Backend, LocalArgs, TargetArgs};

/// `rds-ops inventory`.
#[derive(Debug, Subcommand)]
pub enum InventoryCommand {
    /// Bring the inventory in line with RDS: describe all instances of the configured accounts and
    /// Regions, and write what has changed.
    ///
    /// Only items that the service wrote itself are written; those of another system stay as they
    /// are, and are shown as conflicts. Exit code 1: an account and Region could not be read, and
    /// its items stay as they are.
    #[command(after_help = "Example: rds-ops inventory sync --backend aws --dry-run")]
    Sync(SyncArgs),
    /// Show how far the inventory is in line with RDS, for each account and Region.
    #[command(after_help = "Example: rds-ops inventory status --profile dev")]
    Status(TargetArgs),
}

/// `rds-ops inventory sync`.
#[derive(Args, Debug)]
pub struct SyncArgs {
    /// Only show what would change, write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Take over the items of another system for the instances that RDS has: from now on the
    /// service keeps them.
    #[arg(long)]
    pub adopt: bool,
    /// Where the instances and the inventory are.
    #[arg(long, value_enum, default_value_t = Backend::Simulated)]
    pub backend: Backend,
    /// The data folder and its simulated RDS.
    #[command(flatten)]
    pub local: LocalArgs,
}
