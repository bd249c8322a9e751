//! The command line.

mod values;

pub use values::Listen;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use ops_domain::caller::Caller;
use ops_domain::id::{AccountId, InstanceId, OperationId, Region};
use ops_domain::time::Timestamp;

use crate::cli::values::{idempotency_key, listen, parameter, tag, time, user};
use crate::clock::request_id;

/// Routine Amazon RDS operations on non-production instances, on one machine.
#[derive(Debug, Parser)]
#[command(name = "rds-ops", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the arguments of a process, its name first.
    ///
    /// # Errors
    /// What clap says, for people, about arguments that can't be understood; also about a name that
    /// is given twice where only one value can count.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(arguments)?;
        match cli.command.given_twice() {
            None => Ok(cli),
            Some(shown) => Err(Self::command().error(ErrorKind::ArgumentConflict, shown)),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the HTTP API.
    Serve(ServeArgs),
    /// Run one operation, on the simulated fleet unless --backend says otherwise, wait for it, and
    /// print its result as JSON.
    ///
    /// An interruption (Ctrl-C) ends the waiting and not the operation. Exit code 0: done, by
    /// evidence (or, with --dry-run, it would be allowed). Exit code 1: it failed, has not finished
    /// in time, or the program could not start or use what it needs. Exit code 2: it was blocked or
    /// refused (or, with --dry-run, would be), or the request is not valid; RDS was asked for no
    /// change.
    #[command(verbatim_doc_comment)]
    Run(RunArgs),
    /// Tell which environment an instance with these tags belongs to by the configuration, and why.
    ///
    /// Every source is a line, the decisive ones with an asterisk. Nothing is asked: neither RDS
    /// nor the inventory.
    Classify(ClassifyArgs),
    /// Verify or export the audit trail.
    #[command(subcommand)]
    Audit(Audit),
    /// Print the figures of a period (operations, success rate, durations, denials and others) as
    /// JSON, as the HTTP API tells them at /metrics/summary.
    Metrics(MetricsArgs),
    /// Work on the DynamoDB tables of the service on AWS.
    #[command(subcommand)]
    Tables(Tables),
}

impl Command {
    /// The first name that is given twice, with its option.
    fn given_twice(&self) -> Option<String> {
        let (option, pairs) = match self {
            Self::Run(args) => ("--param", &args.params),
            Self::Classify(args) => ("--tag", &args.tags),
            Self::Serve(_) | Self::Audit(_) | Self::Metrics(_) | Self::Tables(_) => return None,
        };
        let mut names = BTreeSet::new();
        let (name, _) = pairs.iter().find(|(name, _)| !names.insert(name))?;
        Some(format!("{option} {name}=… is given more than once"))
    }
}

/// `rds-ops serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The address to listen on: an IP address or a name, and a port; port 0 takes a free one.
    ///
    /// A port alone (`8080` or `:8080`) is one of 127.0.0.1.
    #[arg(long, env = "OPS_LISTEN", hide_env_values = true, default_value = "127.0.0.1:8080", value_parser = listen)]
    pub listen: Listen,
    /// Listen on an address that other machines can reach, although this server asks nobody who
    /// they are.
    #[arg(long)]
    pub allow_remote: bool,
    /// Where the instances are that are operated, with their operations and audit trail.
    #[arg(long, value_enum, default_value_t = Backend::Simulated)]
    pub backend: Backend,
    /// The form of the log on standard error.
    #[arg(long, env = "OPS_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// The data folder, its simulated RDS, and who asks.
    #[command(flatten)]
    pub local: LocalArgs,
}

/// `rds-ops run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The operation, e.g. `create_snapshot`.
    pub operation: String,
    /// The DB instance identifier.
    pub instance: String,
    /// A parameter, each name once: `true` and `false` are booleans, a value that begins with `[`
    /// or `{` is JSON, a number where the operation takes one, and everything else is text.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
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
    /// ahead. A server has to run at that time (`rds-ops serve` on the same data).
    #[arg(long, value_name = "TIME")]
    pub start_at: Option<String>,
    /// Wait for the instance while another operation has it, instead of being refused.
    #[arg(long)]
    pub queue: bool,
    /// Minutes in which it must start, from its time or from the request: 1 to 1440, 60 without
    /// this.
    #[arg(long, value_name = "MINUTES")]
    pub start_within: Option<u32>,
    /// Only check, do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The same key, user and request give the same operation for 24 hours: 1 to 128 visible ASCII
    /// characters.
    #[arg(long, value_name = "KEY", value_parser = idempotency_key)]
    pub idempotency_key: Option<String>,
    /// Where the instance is, with its operations and audit trail.
    #[arg(long, value_enum, default_value_t = Backend::Simulated)]
    pub backend: Backend,
    /// The `plan_hash` of a preview (`--dry-run`): what would do anything else is refused.
    #[arg(long)]
    pub plan_hash: Option<String>,
    /// The data folder, its simulated RDS, and who asks.
    #[command(flatten)]
    pub local: LocalArgs,
}

/// What `serve` and `run` need alike.
#[derive(Args, Clone, Debug)]
pub struct LocalArgs {
    /// The folder for inventory, operations, audit trail and the simulated RDS; several processes
    /// may share it.
    #[arg(long, default_value = "./data")]
    pub data: PathBuf,
    /// How many times as fast as the real RDS the simulated one works.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,
    /// Who is said to ask, on the audit trail.
    #[arg(long, env = "USER", hide_env_values = true, default_value = "operator", value_parser = user)]
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
        if !self.groups.is_empty() {
            caller.attributes.insert("groups".into(), self.groups.join(","));
        }
        caller
    }
}

/// `rds-ops classify`.
#[derive(Args, Debug)]
pub struct ClassifyArgs {
    /// The DB instance identifier; its words count as well.
    pub instance: InstanceId,
    /// The instance's account.
    #[arg(long)]
    pub account: AccountId,
    /// The instance's Region, for a mapping that names it.
    #[arg(long)]
    pub region: Option<Region>,
    /// A tag of the instance, each key once; the key ends at the first equals sign.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
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

/// The form of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// JSON lines, as the Lambda functions write them.
    Json,
}

/// `rds-ops tables`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Tables {
    /// Make the tables that are not there yet, and add the indexes and the expiry that others lack,
    /// in the account or endpoint that the environment names (needs the cargo feature `aws`).
    ///
    /// It prints a line for each change. Nothing is changed if a table that is there can't be used.
    Create,
}

/// `rds-ops audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verify that no entry was edited, removed, inserted or moved, and print what was.
    ///
    /// Exit code 0: every chain holds.
    /// Exit code 1: the trail could not be read, or has nothing about the instance.
    /// Exit code 2: a chain is broken; each break is a line on standard output.
    #[command(verbatim_doc_comment)]
    Verify(VerifyArgs),
    /// Print entries, newest first, and put the export itself on the trail.
    Export(ExportArgs),
}

/// `rds-ops audit verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// Only the chain of this instance.
    #[arg(long)]
    pub instance: Option<String>,
    /// Where the trail is.
    #[command(flatten)]
    pub trail: TrailArgs,
}

/// `rds-ops audit export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// How entries are printed.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Begin CSV with a byte order mark, which Excel needs to read it as UTF-8.
    #[arg(long)]
    pub bom: bool,
    /// Only entries about this instance.
    #[arg(long)]
    pub instance: Option<String>,
    /// Only entries of this principal, e.g. `local:alice`, or of everybody of this name, e.g.
    /// `alice`.
    #[arg(long)]
    pub principal: Option<String>,
    /// Only entries about operations of this name, e.g. `create_snapshot`.
    #[arg(long)]
    pub operation: Option<String>,
    /// Only entries about the operation with this id.
    #[arg(long, value_name = "ID")]
    pub operation_id: Option<OperationId>,
    /// Only entries at this time or later, e.g. `2026-01-31T08:30:00Z`, or a date for its midnight
    /// in UTC.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<Timestamp>,
    /// Only entries before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Option<Timestamp>,
    /// Who is said to export, on the audit trail.
    #[arg(long, env = "USER", hide_env_values = true, default_value = "operator", value_parser = user)]
    pub user: String,
    /// Where the trail is.
    #[command(flatten)]
    pub trail: TrailArgs,
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
    /// Where the trail is.
    #[command(flatten)]
    pub trail: TrailArgs,
}

/// Where an audit trail is.
#[derive(Args, Debug)]
pub struct TrailArgs {
    /// The data folder with the audit trail of the service on this machine.
    #[arg(long, default_value = "./data")]
    pub data: PathBuf,
    /// Where the audit trail and the operations are.
    #[arg(long, value_enum, default_value_t = Backend::Simulated)]
    pub backend: Backend,
}

/// How entries are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// RFC 4180 with a header line, safe to open in a spreadsheet program.
    Csv,
    /// A JSON object on each line.
    Jsonl,
}
