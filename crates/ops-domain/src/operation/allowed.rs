//! In which status of an instance, or of its cluster, RDS carries an operation out.
//!
//! Each operation has its table ([`OperationSpec::ALLOWED`](super::OperationSpec::ALLOWED)). The refusals,
//! what is listed as available, the advice for a status and `docs/user/ERRORS.md` are all made of
//! these tables.

use std::fmt::Write;

use serde_json::json;

use crate::failure::Failure;
use crate::guidance;
use crate::id::ClusterId;
use crate::instance::LiveInstance;
use crate::operation::{LiveTarget, Operation};
use crate::status::{StatusClass, classify_instance_status, normalise};

/// The statuses in which RDS carries one operation out. Everything else is refused before RDS is
/// asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AllowedStatuses {
    /// Those of the instance, where the request to RDS is about an instance.
    pub instance: &'static [&'static str],
    /// Those of the cluster, where the request to RDS is about a cluster.
    pub cluster: &'static [&'static str],
}

/// What is known of an instance before anything is asked of it: by its live description, or by the
/// inventory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownState<'a> {
    /// The engine, e.g. `postgres`.
    pub engine: &'a str,
    /// The status of the instance; `None` when it is not known.
    pub status: Option<&'a str>,
    /// The cluster that it is a member of.
    pub cluster: Option<KnownCluster<'a>>,
    /// Its live description, where there is one.
    pub live: Option<&'a LiveInstance>,
}

/// What is known of the cluster of an instance.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownCluster<'a> {
    /// Its DB cluster identifier.
    pub cluster_id: &'a ClusterId,
    /// Its status; `None` when it is not known.
    pub status: Option<&'a str>,
}

impl AllowedStatuses {
    /// Whether RDS carries the operation out on an instance in `status`.
    #[must_use]
    pub fn instance_in(&self, status: &str) -> bool {
        self.instance.contains(&&*normalise(status))
    }

    /// Refuses a database in a status that is not in the table: the cluster of a member, or the
    /// instance.
    pub(super) fn require_target(
        &self,
        operation: &str,
        live_target: LiveTarget<'_>,
    ) -> Result<(), Failure> {
        match live_target.cluster {
            None => self.require_instance(operation, &live_target.live.status),
            Some(cluster) => self.require_cluster(operation, &cluster.cluster_id, &cluster.status),
        }
    }

    /// Refuses an instance in a status that is not in the table.
    pub(super) fn require_instance(&self, operation: &str, status: &str) -> Result<(), Failure> {
        if self.instance_in(status) {
            return Ok(());
        }
        let mut failure = Failure::operation_failed("status_not_allowed");
        failure.sentence = format!(
            "The instance is `{status}`, and `{operation}` is possible only in {}.",
            listed(self.instance)
        );
        if let Some(advice) = advice_in_status(status) {
            failure.guidance = advice;
        }
        Err(failure
            .with_fact("instance_status", json!(status))
            .with_fact("allowed_statuses", json!(self.instance)))
    }

    /// Refuses a cluster in a status that is not in the table.
    pub(super) fn require_cluster(
        &self,
        operation: &str,
        id: &ClusterId,
        status: &str,
    ) -> Result<(), Failure> {
        if self.cluster.contains(&&*normalise(status)) {
            return Ok(());
        }
        let mut failure = Failure::operation_failed("cluster_status_not_allowed");
        failure.sentence = format!(
            "The cluster `{id}` is `{status}`, and this `{operation}` is possible only while it is \
             {}.",
            listed(self.cluster)
        );
        Err(failure
            .with_fact("cluster_status", json!(status))
            .with_fact("db_cluster_id", json!(id))
            .with_fact("allowed_statuses", json!(self.cluster)))
    }
}

impl KnownState<'_> {
    /// Refuses what is known to be in a status that is not in the table: the cluster of a member,
    /// or the instance.
    pub(super) fn require(&self, operation: &str, allowed: AllowedStatuses) -> Result<(), Failure> {
        match self.cluster {
            None => self.require_instance(operation, allowed),
            Some(cluster) => self.require_cluster(operation, allowed, cluster),
        }
    }

    pub(super) fn require_instance(
        &self,
        operation: &str,
        allowed: AllowedStatuses,
    ) -> Result<(), Failure> {
        self.status.map_or(Ok(()), |status| allowed.require_instance(operation, status))
    }

    /// A member is stopped only together with its cluster (Aurora User Guide, "Stopping and
    /// starting a cluster"), so a stopped member tells the status of its cluster, too.
    pub(super) fn require_cluster(
        &self,
        operation: &str,
        allowed: AllowedStatuses,
        cluster: KnownCluster<'_>,
    ) -> Result<(), Failure> {
        let stopped =
            self.status.filter(|status| classify_instance_status(status) == StatusClass::Off);
        let status = cluster.status.or(stopped);
        status
            .map_or(Ok(()), |status| allowed.require_cluster(operation, cluster.cluster_id, status))
    }
}

/// What to do about an instance in `status`, and which operations are possible in it; `None` for
/// `available`.
pub(super) fn advice_in_status(status: &str) -> Option<String> {
    let mut advice = guidance::for_instance_status(status)?.advice.to_owned();
    let possible = Operation::possible_in(status);
    if !possible.is_empty() {
        let verb = if possible.len() == 1 { "is" } else { "are" };
        write!(advice, " {} {verb} possible in this status.", listed(&possible))
            .expect("a String takes everything");
    }
    Some(advice)
}

/// The names in backquotes as a sentence lists them.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
