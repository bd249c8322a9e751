//! Who calls, and what the service offers.

use std::time::Duration;

use chrono::SubsecRound as _;
use ops_api_types as api;
use ops_config::{ApiSettings, Problem, Status};
use ops_domain::caller::Caller;
use ops_domain::operation::Operation;
use ops_domain::settings::Settings;
use ops_domain::time::Timestamp;
use serde_json::Value;

/// What the host says about the service.
pub(crate) struct Host<'a> {
    pub(crate) service: &'a str,
    pub(crate) simulated: bool,
    pub(crate) settings: &'a ApiSettings,
    pub(crate) page_items: usize,
    pub(crate) status: Option<Status>,
}

/// What the caller and the host say, and what the operator chose.
pub(crate) fn session(
    caller: &Caller,
    host: &Host<'_>,
    settings: &Settings,
    now: Timestamp,
) -> api::Session {
    let environments = settings.environments.environments();
    let operations = Operation::schemas().into_iter();
    api::Session {
        service: host.service.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        principal: caller.principal.clone(),
        name: caller.display_name.clone(),
        groups: caller.groups().map(str::to_owned).collect(),
        groups_ambiguous: caller.groups_are_ambiguous(),
        authentication: authentication(caller).to_owned(),
        simulated: host.simulated,
        environments: environments.iter().map(ToString::to_string).collect(),
        operations: operations.map(|(name, schema)| offered(name, schema, settings)).collect(),
        limits: limits(host, settings),
        configuration: host.status.as_ref().map(configuration),
        now: now.trunc_subsecs(3),
    }
}

/// The way to authenticate that makes principals of this kind.
fn authentication(caller: &Caller) -> &str {
    match caller.kind() {
        "apikey" => "api_key",
        kind => kind,
    }
}

fn offered(operation: &str, parameters: Value, settings: &Settings) -> api::OfferedOperation {
    let schedule = settings.poll_schedule(operation);
    api::OfferedOperation {
        operation: operation.to_owned(),
        preview_first: Operation::preview_first(operation),
        done_when: done_when(operation).to_owned(),
        poll_interval_seconds: schedule.slowest.as_secs_f64(),
        timeout_seconds: schedule.timeout.as_secs_f64(),
        parameters,
    }
}

fn done_when(operation: &str) -> &'static str {
    let mut known = Operation::DONE_WHEN.iter();
    known.find(|(name, _)| *name == operation).map_or("", |(_, done_when)| *done_when)
}

fn limits(host: &Host<'_>, settings: &Settings) -> api::Limits {
    api::Limits {
        max_wait_seconds: host.settings.max_wait.as_secs_f64(),
        audit_retention_days: settings.audit_retention.div_duration_f64(DAY),
        page_items: host.page_items,
    }
}

fn configuration(status: &Status) -> api::Configuration {
    let problem = |(problem, since): &(Problem, Timestamp)| api::ConfigurationProblem {
        code: problem.code().to_owned(),
        message: format!("{} The version before is in effect.", problem.sentence()),
        since: since.trunc_subsecs(3),
    };
    api::Configuration {
        version: status.version.clone(),
        loaded_at: status.loaded_at.trunc_subsecs(3),
        problem: status.problem.as_ref().map(problem),
    }
}

const DAY: Duration = Duration::from_hours(24);
