//! What is kept of runs: of each account and Region, and of the list of accounts.

use serde::{Deserialize, Serialize};

use crate::id::AccountId;
use crate::instance::Scope;
use crate::time::Timestamp;

/// What came of the discovery of one account and Region, over its runs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ScopeReport {
    /// The account and Region.
    pub scope: Scope,
    /// The start of the last run that tried it.
    pub attempted_at: Timestamp,
    /// The start of the last run that read all of it.
    pub completed_at: Option<Timestamp>,
    /// The instances that the last complete run saw.
    pub instances: u64,
    /// Those of them that can't have an item of discovery.
    pub conflicts: u64,
    /// What kept the last run from reading all of it.
    pub problem: Option<DiscoveryProblem>,
}

/// The list of the organization's accounts, over the runs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountListReport {
    /// The start of the last run that tried to read it.
    pub attempted_at: Timestamp,
    /// The start of the last run that read all of it.
    pub completed_at: Option<Timestamp>,
    /// The active accounts that this run found, in order; none where no run has read it yet.
    pub accounts: Vec<AccountId>,
    /// What kept the last run from reading it.
    pub problem: Option<DiscoveryProblem>,
}

/// What kept a run from reading an account and Region, or the list of accounts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DiscoveryProblem {
    /// The wire code of AWS, or a code of this service.
    pub code: String,
    /// The action that AWS refused, as IAM spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The start of the first run without a complete one since.
    pub since: Timestamp,
}

impl ScopeReport {
    /// Since when the account and Region was not read in full, at `now`, in whole minutes; zero
    /// while the last run read it.
    #[must_use]
    pub fn unread_minutes(&self, now: Timestamp) -> u64 {
        unread_minutes(self.problem.as_ref(), self.completed_at, now)
    }
}

impl AccountListReport {
    /// As [`ScopeReport::unread_minutes`], of the list.
    #[must_use]
    pub fn unread_minutes(&self, now: Timestamp) -> u64 {
        unread_minutes(self.problem.as_ref(), self.completed_at, now)
    }
}

fn unread_minutes(
    problem: Option<&DiscoveryProblem>,
    completed_at: Option<Timestamp>,
    now: Timestamp,
) -> u64 {
    let Some(problem) = problem else { return 0 };
    let since = completed_at.unwrap_or(problem.since);
    u64::try_from((now - since).num_minutes()).unwrap_or(0)
}
