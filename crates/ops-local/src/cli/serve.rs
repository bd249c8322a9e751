//! The arguments of `rds-ops serve`.

use clap::{Args, ValueEnum};

use crate::cli::target::{Backend, LocalArgs, TargetArgs};
use crate::cli::values::{Listen, listen};

/// `rds-ops serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The address to listen on: an IP address or a name, and a port; port 0 takes a free one.
    ///
    /// A port alone (`8080` or `:8080`) is one of 127.0.0.1.
    #[arg(
        long,
        env = "OPS_LISTEN",
        hide_env_values = true,
        default_value = "127.0.0.1:8080",
        value_parser = listen
    )]
    pub listen: Listen,
    /// Listen on an address that other machines can reach, although this server asks nobody who
    /// they are.
    #[arg(long)]
    pub allow_remote: bool,
    /// Where the instances are that are operated, with their operations and audit trail.
    #[arg(long, value_enum, default_value_t = Backend::Simulated)]
    pub backend: Backend,
    /// Keep the inventory in line with RDS: read the accounts and Regions of `[discovery]` at the
    /// start, and then as often as it says.
    #[arg(long)]
    pub sync: bool,
    /// The form of the log on standard error.
    #[arg(long, env = "OPS_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// The data folder, its simulated RDS, and who asks.
    #[command(flatten)]
    pub local: LocalArgs,
}

/// `rds-ops ui`.
#[derive(Args, Debug)]
pub struct UiArgs {
    /// The port of this machine; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// JSON lines, as the Lambda functions write them.
    Json,
}
