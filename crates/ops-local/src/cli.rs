//! The command line.

mod audit;
mod config;
mod inventory;
mod lists;
mod run;
mod serve;
mod target;
mod values;

pub use audit::{Audit, AuditListArgs, EntryFilterArgs, ExportArgs, Format, TrailArgs, VerifyArgs};
pub use config::{CheckArgs, ConfigCommand};
pub use inventory::{InventoryCommand, SyncArgs};
pub use lists::{ExplainArgs, InstancesArgs, LengthArgs, ListArgs, MetricsArgs};
pub use run::{CancelArgs, RunArgs, StatusArgs, WatchArgs};
pub use serve::{LogFormat, ServeArgs, UiArgs};
pub use target::{Auth, Backend, LocalArgs, TargetArgs};
pub use values::Listen;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ops_domain::id::{AccountId, InstanceId, Region};

use crate::cli::values::tag;

/// Routine Amazon RDS operations on non-production instances.
///
/// Without --url and --profile a command works in this process, on the data of this machine. The
/// exit codes are the same everywhere:
///
///   0  done, by evidence
///   1  it failed
///   2  it was blocked, refused or not valid; RDS was asked for no change
///   3  it goes on without this command, or waits for its time
///   4  not signed in, or not known to the service
///   5  the service can't be reached
///   6  it is still running at its time limit
///   7  another operation has the instance, or the plan has changed
#[derive(Debug, Parser)]
#[command(name = "rds-ops", version, verbatim_doc_comment)]
pub struct Cli {
    /// How results are printed.
    #[command(flatten)]
    pub output: OutputArgs,
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

/// How results are printed.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct OutputArgs {
    /// How results are printed; without this a table on a terminal, and JSON elsewhere.
    #[arg(long, short = 'o', global = true, value_enum, value_name = "FORM")]
    pub output: Option<OutputForm>,
    /// Show times in UTC instead of the time zone of this machine. JSON and CSV are in UTC anyway.
    #[arg(long, global = true)]
    pub utc: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum OutputForm {
    /// For people.
    Table,
    /// The answers of the HTTP API. Errors are JSON on standard error, and nothing else is there.
    Json,
    /// RFC 4180 with a header line.
    Csv,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the HTTP API and the dashboard on this machine.
    #[command(after_help = "Example: rds-ops serve --listen 127.0.0.1:8080 --data ./data")]
    Serve(ServeArgs),
    /// Show the dashboard of a service elsewhere, with your own credentials.
    ///
    /// It listens on this machine alone, and signs what the dashboard asks for. Its address has a
    /// key that opens it once.
    #[command(after_help = "Example: rds-ops ui --profile dev")]
    Ui(UiArgs),
    /// Run one operation, wait for its end, and print its result.
    ///
    /// Where it may interrupt those who use the database, or can't be undone, its preview is shown
    /// first, and you confirm it: by the name of the instance (--confirm), or by yes (--yes). An
    /// interruption (Ctrl-C) ends the waiting and not the operation.
    #[command(
        after_help = "Example: rds-ops run create_snapshot dev-postgres-01 --param snapshot_id=before-upgrade"
    )]
    Run(RunArgs),
    /// Show one operation.
    #[command(after_help = "Example: rds-ops status 01M847JRE3AM52GTHWYD08W0XM")]
    Status(StatusArgs),
    /// Follow one operation to its end. Ctrl-C ends the watching and not the operation.
    #[command(after_help = "Example: rds-ops watch 01M847JRE3AM52GTHWYD08W0XM --timeout 600")]
    Watch(WatchArgs),
    /// Cancel an operation that RDS has not been asked for.
    #[command(after_help = "Example: rds-ops cancel 01M847JRE3AM52GTHWYD08W0XM")]
    Cancel(CancelArgs),
    /// List operations, newest first.
    #[command(after_help = "Example: rds-ops list --status open")]
    List(ListArgs),
    /// List instances.
    #[command(
        after_help = "Example: rds-ops instances --environment nonprod --operation-allowed create_snapshot"
    )]
    Instances(InstancesArgs),
    /// Explain which environment an instance has and why, and what can be run on it.
    #[command(after_help = "Example: rds-ops explain dev-postgres-01")]
    Explain(ExplainArgs),
    /// Show which service answers, and whom it takes you for.
    #[command(after_help = "Example: rds-ops whoami --profile dev")]
    Whoami(TargetArgs),
    /// Show, export or verify the audit trail.
    #[command(subcommand)]
    Audit(Audit),
    /// Show the figures of a period: operations, success rate, durations, denials and others.
    #[command(after_help = "Example: rds-ops metrics --from 2026-11-01")]
    Metrics(MetricsArgs),
    /// Tell which environment an instance with these tags belongs to by the configuration, and why.
    ///
    /// Every source is a line, the decisive ones with an asterisk. Nothing is asked: neither RDS
    /// nor the inventory.
    #[command(
        after_help = "Example: rds-ops classify new-db-01 --account 111122223333 --tag Environment=dev"
    )]
    Classify(ClassifyArgs),
    /// Work on the inventory: the instances that the service knows.
    #[command(subcommand)]
    Inventory(InventoryCommand),
    /// Work on the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Work on the DynamoDB tables of the service on AWS.
    #[command(subcommand)]
    Tables(Tables),
    /// Print the completions for a shell.
    #[command(
        after_help = "Example: rds-ops completions bash > ~/.local/share/bash-completion/completions/rds-ops"
    )]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual pages into a folder.
    #[command(after_help = "Example: rds-ops man ~/.local/share/man/man1")]
    Man {
        /// The folder, which is made if it is not there.
        folder: PathBuf,
    },
}

impl Command {
    /// The first name that is given twice, with its option.
    fn given_twice(&self) -> Option<String> {
        let (option, pairs) = match self {
            Self::Config(ConfigCommand::Check(args)) => ("--tag", &args.tags),
            Self::Run(args) => ("--param", &args.params),
            Self::Classify(args) => ("--tag", &args.tags),
            Self::Serve(_)
            | Self::Ui(_)
            | Self::Status(_)
            | Self::Watch(_)
            | Self::Cancel(_)
            | Self::List(_)
            | Self::Instances(_)
            | Self::Explain(_)
            | Self::Whoami(_)
            | Self::Audit(_)
            | Self::Inventory(_)
            | Self::Metrics(_)
            | Self::Tables(_)
            | Self::Completions { .. }
            | Self::Man { .. } => return None,
        };
        let mut names = BTreeSet::new();
        let (name, _) = pairs.iter().find(|(name, _)| !names.insert(name))?;
        Some(format!("{option} {name}=… is given more than once"))
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

/// `rds-ops tables`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Tables {
    /// Make the tables that are not there yet, and add the indexes and the expiry that others lack,
    /// in the account or endpoint that the environment names (needs the cargo feature `aws`).
    ///
    /// It prints a line for each change. Nothing is changed if a table that is there can't be used.
    Create,
}
