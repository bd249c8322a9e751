//! `rds-ops audit`: lists, verifies or exports the audit trail. It is verified and exported however
//! long it is, in the memory of a page.

mod export;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use ops_audit::trail::{Finding, TrailSummary, Verification};
use ops_client::AuditFilter;
use ops_config::Config;
use ops_domain::ports::{AuditLog, Nobody};

use crate::cli::{Audit, AuditListArgs, Backend, EntryFilterArgs, TrailArgs, VerifyArgs};
use crate::clock::SystemClock;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::pages::{collect, note_rest, page_size};
use crate::{backend, configuration, show};

/// The exit code of a trail with a broken chain.
const BROKEN: u8 = 2;

/// Verifies or exports.
///
/// # Errors
/// A [`StartError`] when the trail can't be used.
pub async fn audit(command: Audit, output: &Output) -> Result<ExitCode, StartError> {
    match command {
        Audit::List(args) => list(args, output).await.map(|()| ExitCode::SUCCESS),
        Audit::Verify(args) => verify(args).await,
        Audit::Export(args) => export::export(args).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn list(args: AuditListArgs, output: &Output) -> Result<(), StartError> {
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let filter = AuditFilter { limit: Some(page_size(args.length)), ..filter(&args.entries) };
    let page = collect(args.length, async |cursor| {
        let filter = AuditFilter { cursor, ..filter.clone() };
        connection.client.audit(&filter).await
    });
    let page = page.await?;
    output.list(&page, |times| show::entries(&page.items, times))?;
    note_rest(&page, output);
    Ok(())
}

/// What the service is asked for.
fn filter(args: &EntryFilterArgs) -> AuditFilter {
    AuditFilter {
        instance_id: args.instance.clone(),
        user: args.principal.clone(),
        operation: args.operation.clone(),
        operation_id: args.operation_id.map(|id| id.to_string()),
        from: args.from,
        to: args.to,
        ..AuditFilter::default()
    }
}

async fn verify(args: VerifyArgs) -> Result<ExitCode, StartError> {
    let config = configuration::load().await?;
    let trail = trail(&args.trail, &config).await?;
    let mut printed = Ok(());
    let mut print = |finding: Finding| {
        if printed.is_ok() {
            printed = writeln!(std::io::stdout(), "{finding}");
        }
    };
    let verification =
        Verification::new(&trail, &SystemClock, config.service.audit_retention, &mut print);
    let verification = verification.beside_original(config.aws.original_audit.until);
    let summary = match args.instance {
        Some(instance) => {
            let summary = verification.of(&instance).await.map_err(StartError::Trail)?;
            summary.ok_or(StartError::NoChain(instance))?
        }
        None => verification.of_all().await.map_err(StartError::Trail)?,
    };
    printed.map_err(StartError::Output)?;
    writeln!(std::io::stdout(), "{}", shown(&summary)).map_err(StartError::Output)?;
    Ok(if summary.breaks == 0 { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

fn shown(summary: &TrailSummary) -> String {
    let TrailSummary { chains, entries, unchained, gone, breaks } = *summary;
    let mut shown = format!(
        "{} in {}",
        counted(entries, "entry", "entries"),
        counted(chains, "chain", "chains")
    );
    if unchained > 0 {
        shown += &format!(", and {unchained} of the original service without a chain");
    }
    if gone > 0 {
        shown += &format!(
            ", {gone} more {}",
            if breaks == 0 { "expired" } else { "expired or were removed" }
        );
    }
    match breaks {
        0 => shown + ": every chain holds",
        breaks => format!("{shown}: {}", counted(breaks, "break", "breaks")),
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

async fn trail(args: &TrailArgs, config: &Config) -> Result<Arc<dyn AuditLog>, StartError> {
    match args.backend {
        Backend::Simulated => Ok(backend::folder_stores(&args.data)?),
        Backend::Aws => Ok(backend::aws(config, Arc::new(Nobody)).await?.ports.audit),
    }
}
