//! Which service a command works on: in this process, or over HTTP.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ops_domain::caller::Caller;

use crate::cli::values::user;
use crate::clock::request_id;

/// Which service a command works on.
///
/// With a URL or a profile it is a service over HTTP. Otherwise the command is the service itself,
/// in its own process.
#[derive(Args, Clone, Debug)]
pub struct TargetArgs {
    /// The URL of a service: of `rds-ops serve` or of a deployed API, with the path of its stage
    /// (also `RDS_OPS_URL`).
    #[arg(
        long,
        value_name = "URL",
        help_heading = "Service",
        conflicts_with_all = ["profile", "data", "backend"]
    )]
    pub url: Option<String>,
    /// A profile of the file `~/.config/rds-ops/config.toml`, which names a service (also
    /// `RDS_OPS_PROFILE`).
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Service",
        conflicts_with_all = ["data", "backend"]
    )]
    pub profile: Option<String>,
    /// How the service knows who asks; without this by IAM if the host is one of API Gateway, and
    /// by nothing elsewhere.
    #[arg(long, value_enum, help_heading = "Service")]
    pub auth: Option<Auth>,
    /// The profile of the AWS configuration whose credentials sign (with IAM).
    #[arg(long, value_name = "NAME", help_heading = "Service")]
    pub aws_profile: Option<String>,
    /// The Region of the API, where its host name does not tell (with IAM).
    #[arg(long, value_name = "REGION", help_heading = "Service")]
    pub aws_region: Option<String>,
    /// A command of the shell that prints a token (with a token).
    #[arg(long, value_name = "COMMAND", help_heading = "Service")]
    pub token_command: Option<String>,
    /// Where the instances are, with their operations and audit trail, where the service is in this
    /// process [default: simulated].
    #[arg(long, value_enum)]
    pub backend: Option<Backend>,
    /// The data folder, its simulated RDS, and who asks.
    #[command(flatten)]
    pub local: LocalArgs,
}

/// How a service knows who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Auth {
    /// By a signature with AWS credentials (needs the cargo feature `aws`).
    Iam,
    /// By a token from --token-command.
    Token,
    /// It does not ask: `rds-ops serve`.
    None,
}

/// Where instances, operations and the audit trail are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Backend {
    /// In the data folder, with a simulated RDS and its demo fleet.
    Simulated,
    /// In Amazon RDS and DynamoDB, by the credentials in the environment (needs the cargo feature
    /// `aws`).
    Aws,
}

/// What `serve` and the commands in this process need alike.
#[derive(Args, Clone, Debug)]
pub struct LocalArgs {
    /// The folder for inventory, operations, audit trail and the simulated RDS; several processes
    /// may share it.
    #[arg(long, default_value = "./data")]
    pub data: PathBuf,
    /// How many times as fast as the real RDS the simulated one works.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,
    /// Who is said to ask, on the audit trail, where nothing authenticates callers.
    #[arg(
        long,
        env = "USER",
        hide_env_values = true,
        default_value = "operator",
        value_parser = user
    )]
    pub user: String,
    /// A group that the user is said to be in, as often as needed; the rules of the configuration
    /// may name it.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
}

impl LocalArgs {
    /// The caller of a new request of this user.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let mut caller = Caller::new(format!("local:{}", self.user), request_id());
        caller.display_name = Some(self.user.clone());
        if !self.groups.is_empty() {
            caller.attributes.insert("groups".into(), self.groups.join(","));
        }
        caller
    }
}
