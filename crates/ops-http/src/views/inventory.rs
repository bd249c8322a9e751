//! How far the inventory is discovered.

use std::collections::BTreeSet;
use std::time::Duration;

use ops_api_types as api;
use ops_domain::discovery::{AccountSource, DiscoveryProblem, ScopeReport};
use ops_domain::guidance;
use ops_domain::instance::Scope;
use ops_domain::service::InventoryStatus;
use ops_domain::time::to_seconds_text;

/// How far the inventory is discovered.
pub fn inventory_status(status: &InventoryStatus) -> api::InventoryStatus {
    let settings = &status.settings;
    let minutes = |duration: Duration| duration.div_duration_f64(Duration::from_mins(1));
    let reports = || status.scopes.iter().filter_map(|(_, report)| report.as_ref());
    let read = reports().filter(|report| report.problem.is_none()).count();
    api::InventoryStatus {
        discovery: settings.is_on(),
        every_minutes: minutes(settings.every),
        refuse_after_minutes: minutes(settings.refuse_after),
        instances: reports().map(|report| report.instances).sum(),
        unread: u64::try_from(status.scopes.len() - read).unwrap_or(u64::MAX),
        accounts: discovered_accounts(status),
        scopes: status
            .scopes
            .iter()
            .map(|(scope, report)| discovered_scope(scope, report.as_ref()))
            .collect(),
    }
}

fn discovered_accounts(status: &InventoryStatus) -> api::DiscoveredAccounts {
    let list = status.account_list.as_ref();
    let accounts: BTreeSet<_> = status.scopes.iter().map(|(scope, _)| &scope.account_id).collect();
    api::DiscoveredAccounts {
        source: match status.settings.accounts {
            AccountSource::Given(_) => api::AccountSource::Configuration,
            AccountSource::Organization { .. } => api::AccountSource::Organization,
        },
        count: u64::try_from(accounts.len()).unwrap_or(u64::MAX),
        listed_at: list.and_then(|list| list.completed_at).map(to_seconds_text),
        problem: list.and_then(|list| list.problem.as_ref()).map(discovery_problem),
    }
}

/// What is known of the discovery of one account and Region.
pub fn discovered_scope(scope: &Scope, report: Option<&ScopeReport>) -> api::DiscoveredScope {
    let problem = report.and_then(|report| report.problem.as_ref());
    api::DiscoveredScope {
        account_id: scope.account_id.to_string(),
        region: scope.region.to_string(),
        state: match (report, problem) {
            (None, _) => api::DiscoveryState::Never,
            (Some(_), None) => api::DiscoveryState::Complete,
            (Some(_), Some(_)) => api::DiscoveryState::Unread,
        },
        attempted_at: report.map(|report| to_seconds_text(report.attempted_at)),
        completed_at: report.and_then(|report| report.completed_at).map(to_seconds_text),
        instances: report.map_or(0, |report| report.instances),
        conflicts: report.map_or(0, |report| report.conflicts),
        problem: problem.map(discovery_problem),
    }
}

/// What keeps something from being read.
pub fn discovery_problem(problem: &DiscoveryProblem) -> api::DiscoveryProblem {
    let guidance = guidance::for_rds_code(&problem.code);
    api::DiscoveryProblem {
        code: problem.code.clone(),
        error: guidance.sentence.to_owned(),
        guidance: guidance.advice.to_owned(),
        denied_action: problem.action.clone(),
        since: to_seconds_text(problem.since),
    }
}
