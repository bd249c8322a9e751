//! The arguments of `rds-ops audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ops_domain::id::OperationId;
use ops_domain::time::Timestamp;

use crate::cli::lists::LengthArgs;
use crate::cli::target::{Backend, TargetArgs};
use crate::cli::values::time;

/// `rds-ops audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// List entries, newest first.
    #[command(after_help = "Example: rds-ops audit list --instance dev-postgres-01")]
    List(AuditListArgs),
    /// Verify that no entry was edited, removed, inserted or moved, and print what was.
    ///
    /// It reads the store itself and not the service, so that it does not depend on what the
    /// service says.
    ///
    /// Exit code 0: every chain holds.
    /// Exit code 1: the trail could not be read, or has nothing about the instance.
    /// Exit code 2: a chain is broken; each break is a line on standard output.
    #[command(after_help = "Example: rds-ops audit verify --data ./data")]
    #[command(verbatim_doc_comment)]
    Verify(VerifyArgs),
    /// Print entries, newest first, and put the export itself on the trail.
    #[command(after_help = "Example: rds-ops audit export --from 2026-11-01 > audit.csv")]
    Export(ExportArgs),
}

/// `rds-ops audit list`.
#[derive(Args, Debug)]
pub struct AuditListArgs {
    /// Which entries.
    #[command(flatten)]
    pub entries: EntryFilterArgs,
    /// How much.
    #[command(flatten)]
    pub length: LengthArgs,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Which entries.
#[derive(Args, Debug)]
pub struct EntryFilterArgs {
    /// Only entries about this instance.
    #[arg(long)]
    pub instance: Option<String>,
    /// Only entries of this principal, e.g. `local:alice`, or of everybody of this name, e.g.
    /// `alice`.
    #[arg(long, alias = "by")]
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
    /// Which entries.
    #[command(flatten)]
    pub entries: EntryFilterArgs,
    /// Which service.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Where an audit trail is.
#[derive(Args, Clone, Debug)]
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
