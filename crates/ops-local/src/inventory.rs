//! `rds-ops inventory`: the inventory in line with RDS, without anybody writing an item.

mod changes;
mod progress;

use std::process::ExitCode;
use std::sync::Arc;

use ops_api_types::{
    AccountSource, DiscoveredScope, DiscoveryProblem, DiscoveryState, InventoryStatus,
};
use ops_domain::ports::Nobody;
use ops_domain::service::{Discovered, DiscoveryRequest, ScopeOutcome};
use ops_domain::time::to_seconds_text;
use ops_http::views;
use serde::Serialize;

use crate::backend;
use crate::cli::{InventoryCommand, SyncArgs, TargetArgs};
use crate::configuration::DemoDiscovery;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::exit;
use crate::inventory::changes::ShownChange;
use crate::inventory::progress::Watcher;
use crate::output::{Output, Sheet, Times};

/// Brings the inventory in line with RDS, or shows how far it is.
///
/// # Errors
/// A [`StartError`] when the configuration is not valid, or the stores can't be used.
pub async fn inventory(command: InventoryCommand, output: &Output) -> Result<ExitCode, StartError> {
    match command {
        InventoryCommand::Sync(args) => sync(args, output).await,
        InventoryCommand::Status(args) => status(&args, output).await,
    }
}

/// The answer, as programs read it.
#[derive(Serialize)]
struct Synchronised {
    started_at: String,
    dry_run: bool,
    instances: u64,
    changes: Vec<ShownChange>,
    scopes: Vec<DiscoveredScope>,
    /// What kept the run from listing the accounts of the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts_problem: Option<DiscoveryProblem>,
}

async fn sync(args: SyncArgs, output: &Output) -> Result<ExitCode, StartError> {
    let engine = Arc::new(Nobody);
    let backed = backend::service(args.backend, &args.local, engine, DemoDiscovery::On).await?;
    let request =
        DiscoveryRequest { dry_run: args.dry_run, adopt: args.adopt, ..Default::default() };
    let watcher = Watcher::new(output);
    let discovered = backed.service.driver().discover_watched(&request, &watcher).await;
    let changes = watcher.finish();
    let discovered = discovered.map_err(|failure| StartError::Discovery(Box::new(failure)))?;
    let scopes = discovered
        .scopes
        .iter()
        .map(|ScopeOutcome { report, .. }| views::discovered_scope(&report.scope, Some(report)));
    let list = discovered.account_list.as_ref();
    let answer = Synchronised {
        started_at: to_seconds_text(discovered.started_at),
        dry_run: args.dry_run,
        instances: discovered.instances(),
        changes,
        scopes: scopes.collect(),
        accounts_problem: list.and_then(|list| list.problem.as_ref()).map(views::discovery_problem),
    };
    output.list(&answer, |_| changes::sheet(&answer.changes))?;
    note_outcome(&discovered, &answer, output);
    Ok(exit::code(if discovered.is_complete() { exit::DONE } else { exit::FAILED }))
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Says what came of it, and names what could not be read.
fn note_outcome(discovered: &Discovered, answer: &Synchronised, output: &Output) {
    let confirmed = discovered.changes.get("confirmed").copied().unwrap_or_default();
    let changes = answer.changes.iter().filter(|change| change.change != "conflict").count();
    let written = match (answer.dry_run, changes) {
        (false, 1) => "1 change is written".to_owned(),
        (false, _) => format!("{changes} changes are written"),
        (true, 1) => "1 change would be written".to_owned(),
        (true, _) => format!("{changes} changes would be written"),
    };
    output.note(&format!(
        "{} in {}: {written}, {confirmed} as before",
        counted(answer.instances, "instance", "instances"),
        counted(answer.scopes.len() as u64, "account and Region", "accounts and Regions"),
    ));
    if let Some(problem) = &answer.accounts_problem {
        note_unlisted(problem, output);
    }
    for scope in &answer.scopes {
        if let Some(problem) = &scope.problem {
            output.note(&format!(
                "not read: {}/{}: {} ({})\n  {}",
                scope.account_id, scope.region, problem.error, problem.code, problem.guidance
            ));
        }
    }
}

fn note_unlisted(problem: &DiscoveryProblem, output: &Output) {
    output.note(&format!(
        "not listed: the accounts of the organization: {} ({})\n  {}",
        problem.error, problem.code, problem.guidance
    ));
}

async fn status(args: &TargetArgs, output: &Output) -> Result<ExitCode, StartError> {
    let connection = Connection::open(args, Folder::Any).await?;
    let status = connection.client.inventory_status().await?;
    output.list(&status, |times| status_sheet(&status, times))?;
    if !status.discovery {
        output.note("discovery is not configured; see the section [discovery]");
    }
    if status.accounts.source == AccountSource::Organization {
        let listed_at = status.accounts.listed_at.as_deref().unwrap_or("never");
        let count = status.accounts.count;
        output.note(&format!("{count} accounts of the organization, listed at {listed_at}"));
    }
    if let Some(problem) = &status.accounts.problem {
        note_unlisted(problem, output);
    }
    Ok(exit::code(exit::DONE))
}

fn status_sheet(status: &InventoryStatus, times: Times) -> Sheet {
    let header = ["Account", "Region", "State", "Read at", "Instances", "Conflicts", "Problem"];
    let mut sheet = Sheet::new(&header, "No account is read.");
    for scope in &status.scopes {
        let read_at = scope.completed_at.as_ref().map(|at| times.of_text(at));
        sheet.push(vec![
            scope.account_id.clone(),
            scope.region.clone(),
            state(scope.state).to_owned(),
            read_at.unwrap_or_default(),
            scope.instances.to_string(),
            scope.conflicts.to_string(),
            scope.problem.as_ref().map(|problem| problem.code.clone()).unwrap_or_default(),
        ]);
    }
    sheet
}

const fn state(state: DiscoveryState) -> &'static str {
    match state {
        DiscoveryState::Complete => "complete",
        DiscoveryState::Unread => "not read",
        DiscoveryState::Never => "never read",
    }
}
