//! The arguments of `rds-ops config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ops_domain::id::{AccountId, InstanceId, Region};

use crate::cli::audit::TrailArgs;
use crate::cli::values::tag;

/// `rds-ops config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check a configuration, show its settings, and which instances it would classify otherwise
    /// than the present one.
    ///
    /// It reads the file, and the variables that win over it. Exit code 2: there are problems, and
    /// all of them are shown.
    #[command(after_help = "Example: rds-ops config check new.toml --inventory")]
    Check(CheckArgs),
}

/// `rds-ops config check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The file; without it the configuration that `OPS_CONFIG_FILE` or `OPS_CONFIG` names.
    pub file: Option<PathBuf>,
    /// Check it as an object of Amazon S3 that the functions share (`OPS_CONFIG=s3://…`): it can't
    /// have what running functions can't change, and is not empty.
    #[arg(long)]
    pub shared: bool,
    /// Compare the environments of all instances of the inventory.
    #[arg(long, requires = "file")]
    pub inventory: bool,
    /// Compare the environment of this instance.
    #[arg(long, value_name = "INSTANCE", requires = "file", requires = "account")]
    pub instance: Option<InstanceId>,
    /// The account of --instance.
    #[arg(long, requires = "instance")]
    pub account: Option<AccountId>,
    /// The Region of --instance, for a mapping that names it.
    #[arg(long, requires = "instance")]
    pub region: Option<Region>,
    /// A tag of --instance, each key once.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag, requires = "instance")]
    pub tags: Vec<(String, String)>,
    /// Where the inventory is.
    #[command(flatten)]
    pub place: TrailArgs,
}
