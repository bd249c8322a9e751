//! `rds-ops audit export`.

use std::io::{BufWriter, Write as _};
use std::sync::Arc;

use ops_audit::csv;
use ops_audit::trail::{Exported, PAGE, Walk};
use ops_client::AuditFilter;
use ops_domain::audit::{AuditDraft, AuditEntry};
use ops_domain::ports::{AuditQuery, Clock as _};
use ops_domain::user::UserFilter;
use serde_json::json;

use crate::cli::{Backend, EntryFilterArgs, ExportArgs, Format, TrailArgs};
use crate::clock::SystemClock;
use crate::configuration;
use crate::connect::{Connection, Folder};
use crate::error::StartError;

/// Exports entries, and has the export stand on the trail itself.
pub(super) async fn export(args: ExportArgs) -> Result<(), StartError> {
    if Connection::is_remote(&args.target)? {
        return over_http(&args).await;
    }
    let trail = TrailArgs {
        data: args.target.local.data.clone(),
        backend: args.target.backend.unwrap_or(Backend::Simulated),
    };
    from_store(&args, &trail).await
}

/// Part after part, as the service gives them.
async fn over_http(args: &ExportArgs) -> Result<(), StartError> {
    if args.format == Format::Jsonl {
        return Err(StartError::OnlyInProcess("--format jsonl", "export CSV instead"));
    }
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let mut filter = super::filter(&args.entries);
    let mut out = BufWriter::new(std::io::stdout());
    loop {
        let part = connection.client.audit_csv(&filter, args.bom).await?;
        out.write_all(part.text.as_bytes()).map_err(StartError::Output)?;
        match part.next_cursor {
            Some(cursor) => filter = AuditFilter { cursor: Some(cursor), ..filter },
            None => return out.flush().map_err(StartError::Output),
        }
    }
}

async fn from_store(args: &ExportArgs, trail: &TrailArgs) -> Result<(), StartError> {
    let config = configuration::load().await?;
    let trail = super::trail(trail, &config).await?;
    let now = SystemClock.now();
    let query = query(&args.entries);
    let format = match args.format {
        Format::Csv => "csv",
        Format::Jsonl => "jsonl",
    };
    let exported = Exported::all(&query, format).parameters();
    let mut walk = Walk::new(Arc::clone(&trail), query);
    let first = walk.next().await.map_err(StartError::Trail)?.unwrap_or_default();
    let caller = args.target.local.caller();
    let draft = AuditDraft::export(&caller, exported, now, config.service.audit_retention);
    trail.append(draft).await.map_err(StartError::Trail)?;
    print(args.format, args.bom, walk, first).await
}

fn query(args: &EntryFilterArgs) -> AuditQuery {
    AuditQuery {
        instance_id: args.instance.clone(),
        user: args.principal.clone().map(UserFilter::of),
        operation: args.operation.clone(),
        operation_id: args.operation_id,
        from: args.from,
        to: args.to,
        limit: PAGE,
        now: SystemClock.now(),
        ..AuditQuery::default()
    }
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
