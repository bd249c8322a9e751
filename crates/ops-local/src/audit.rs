//! `rds-ops audit`: verifies or exports the audit trail, however long it is, in the memory of a
//! page.

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use ops_audit::csv;
use ops_audit::trail::{Exported, Finding, PAGE, TrailSummary, Verification, Walk};
use ops_config::Config;
use ops_domain::audit::{AuditDraft, AuditEntry};
use ops_domain::caller::Caller;
use ops_domain::ports::{AuditLog, AuditQuery, Clock as _, Nobody};
use ops_domain::user::UserFilter;
use serde_json::json;

use crate::cli::{Audit, Backend, ExportArgs, Format, TrailArgs, VerifyArgs};
use crate::clock::{SystemClock, request_id};
use crate::error::StartError;
use crate::{backend, configuration};

/// The exit code of a trail with a broken chain.
const BROKEN: u8 = 2;

/// Verifies or exports.
///
/// # Errors
/// A [`StartError`] when the trail can't be used.
pub async fn audit(command: Audit) -> Result<ExitCode, StartError> {
    match command {
        Audit::Verify(args) => verify(args).await,
        Audit::Export(args) => export(args).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn verify(args: VerifyArgs) -> Result<ExitCode, StartError> {
    let config = configuration::load()?;
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

async fn export(args: ExportArgs) -> Result<(), StartError> {
    let config = configuration::load()?;
    let trail = trail(&args.trail, &config).await?;
    let now = SystemClock.now();
    let query = AuditQuery {
        instance_id: args.instance,
        user: args.principal.map(UserFilter::of),
        operation: args.operation,
        operation_id: args.operation_id,
        from: args.from,
        to: args.to,
        limit: PAGE,
        now,
        ..AuditQuery::default()
    };
    let format = match args.format {
        Format::Csv => "csv",
        Format::Jsonl => "jsonl",
    };
    let exported = Exported::all(&query, format).parameters();
    let mut walk = Walk::new(Arc::clone(&trail), query);
    let first = walk.next().await.map_err(StartError::Trail)?.unwrap_or_default();
    let caller = Caller::new(format!("local:{}", args.user), request_id());
    let draft = AuditDraft::export(&caller, exported, now, config.service.audit_retention);
    trail.append(draft).await.map_err(StartError::Trail)?;
    print(args.format, args.bom, walk, first).await
}

async fn print(
    format: Format,
    bom: bool,
    mut walk: Walk,
    first: Vec<AuditEntry>,
) -> Result<(), StartError> {
    let mut out = BufWriter::new(std::io::stdout());
    if format == Format::Csv {
        out.write_all(csv::beginning(bom).as_bytes()).map_err(StartError::Output)?;
    }
    let mut page = Some(first);
    while let Some(entries) = page {
        for entry in entries {
            let line = match format {
                Format::Csv => csv::row(&entry),
                Format::Jsonl => format!("{}\n", json!(entry)),
            };
            out.write_all(line.as_bytes()).map_err(StartError::Output)?;
        }
        page = walk.next().await.map_err(StartError::Trail)?;
    }
    out.flush().map_err(StartError::Output)
}

async fn trail(args: &TrailArgs, config: &Config) -> Result<Arc<dyn AuditLog>, StartError> {
    match args.backend {
        Backend::Simulated => Ok(backend::folder_stores(&args.data)?),
        Backend::Aws => Ok(backend::aws(config, Arc::new(Nobody)).await?.audit),
    }
}
