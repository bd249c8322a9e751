//! Whose evidence it is. A restart or a new writer does not name the call that caused it, so it
//! counts for an operation only while no other operation can have caused it: none on the instance,
//! nor on another member of its cluster.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::try_join_all;

use crate::failure::Failure;
use crate::id::InstanceId;
use crate::observation::Observation;
use crate::policy::CLOCK_SKEW;
use crate::ports::OperationQuery;
use crate::request::LONGEST_WAIT;
use crate::service::Service;
use crate::state::{Completion, OperationRecord, State};
use crate::time::{Timestamp, after, delta};

/// Operations in one page of those that may have left evidence late.
const PAGE: usize = 100;

/// How long after the reboot of an Aurora writer has ended its readers may still restart because of
/// it, on engine versions that restart them (Aurora User Guide, "Rebooting an Aurora cluster with
/// read availability"). How late that can be is not documented; restarts take a minute or two.
const READERS_RESTART_WITHIN: Duration = Duration::from_mins(5);

/// How long after the end of an operation RDS may still show its effect on the same instance: it
/// shows what it has done within about a minute.
const SETTLES_IN: Duration = Duration::from_mins(2);

impl Service {
    /// Whether what a poll showed may be another operation's doing. Asked after the poll: what was
    /// seen before the instance changed hands is this operation's.
    pub(super) async fn evidence_is_ambiguous(
        &self,
        record: &OperationRecord,
        now: Timestamp,
        seen: Option<&Observation>,
    ) -> Result<bool, Failure> {
        if record.operation.evidence_is_its_own() {
            return Ok(false);
        }
        Ok(self.has_successor(record, now).await?
            || self.has_unsettled_predecessor(record, seen).await?)
    }

    /// Whether another operation has had the instance, or its cluster, since.
    async fn has_successor(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        if record.lease.is_some_and(|lease| after(now, CLOCK_SKEW) < lease.until) {
            return Ok(false);
        }
        let token = record.lease.map_or(record.token, |lease| lease.token);
        let latest = self
            .ports
            .store
            .last_fencing_token(&record.lock_scope())
            .await
            .map_err(Failure::from)?;
        Ok(latest != Some(token))
    }

    /// Whether an operation before this one was still being watched when this one began: its effect
    /// may have come late. That matters only where it is unknown whether this one's call was sent
    /// at all.
    async fn has_unsettled_predecessor(
        &self,
        record: &OperationRecord,
        seen: Option<&Observation>,
    ) -> Result<bool, Failure> {
        let watch = record.watch().filter(|_| is_unresolved(record));
        let Some(began_at) = watch.map(|watch| watch.submitted_at) else { return Ok(false) };
        let neighbours = neighbours(record, seen)
            .into_iter()
            .map(|instance_id| self.begun_before(began_at, record, instance_id));
        let neighbours = try_join_all(neighbours).await?;
        let settled_before = |other: &OperationRecord| {
            let late =
                if other.target == record.target { SETTLES_IN } else { READERS_RESTART_WITHIN };
            began_at - late
        };
        Ok(neighbours.iter().flatten().any(|other| {
            other.id != record.id
                && !other.operation.evidence_is_its_own()
                && other.first_attempt_at.is_some_and(|at| at <= began_at)
                && effect_may_show_until(other).is_none_or(|until| settled_before(other) <= until)
        }))
    }

    /// Until when RDS may still show the effect of an operation that had the instance before this
    /// one, which is about to acquire it; `None` when that makes no difference. What it showed then
    /// would count for the wrong one. An operation that can't wait so long does not.
    pub(super) async fn settled_at(
        &self,
        record: &OperationRecord,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let acquires = record.lease.is_none() && record.may_acquire();
        if !acquires || !record.operation.evidence_is_a_restart() || record.send_by() <= now {
            return Ok(None);
        }
        let instance_id = record.target.instance_id.clone();
        let mut before = self.begun_before(now, record, instance_id).await?;
        if let Some(owner) = record.busy_with() {
            // Of a cluster it may have been on another member.
            before.extend(self.ports.store.load_all(&[owner]).await.map_err(Failure::from)?);
        }
        let ended_at = before
            .iter()
            .filter(|other| other.first_attempt_at.is_some())
            .filter(|other| !other.operation.evidence_is_its_own())
            .filter_map(OperationRecord::ended_at)
            .max();
        let settled_at = ended_at.map(|ended_at| after(ended_at, SETTLES_IN));
        Ok(settled_at.filter(|settled_at| now < *settled_at))
    }

    /// The operations on one instance that may have sent a call before `began_at`. Each was asked
    /// for before that, and no longer before than an operation waits and lives.
    async fn begun_before(
        &self,
        began_at: Timestamp,
        record: &OperationRecord,
        instance_id: InstanceId,
    ) -> Result<Vec<OperationRecord>, Failure> {
        let oldest = self.settings.longest_life() + LONGEST_WAIT;
        let mut query = OperationQuery {
            instance_id: Some(instance_id),
            scope: Some(record.target.scope()),
            from: Some(began_at - delta(oldest)),
            to: Some(after(began_at, CLOCK_SKEW)),
            limit: PAGE,
            ..OperationQuery::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.ports.store.list(&query).await.map_err(Failure::from)?;
            found.extend(page.items);
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether it is unknown whether its request reached RDS.
const fn is_unresolved(record: &OperationRecord) -> bool {
    match &record.state {
        State::Submitting { .. } | State::Unresolved { .. } => true,
        State::Waiting { .. }
        | State::Queued { .. }
        | State::Watching { .. }
        | State::Ended { .. } => false,
    }
}

/// Until when RDS may show an effect of an operation; `None` while it runs. One that ended without
/// knowing whether its request reached RDS may still show some until its own deadline.
fn effect_may_show_until(other: &OperationRecord) -> Option<Timestamp> {
    let ended = other.ended_at()?;
    Some(if other.outcome_is_unknown() { ended.max(other.send_by()) } else { ended })
}

/// The instance, and the members of its cluster as far as they are known. No evidence of a cluster
/// counts before they are.
fn neighbours(record: &OperationRecord, seen: Option<&Observation>) -> BTreeSet<InstanceId> {
    let known = record.watch().map(|watch| record.operation.known_members(&watch.evidence));
    let cluster = record.cluster_id.as_ref().zip(seen).and_then(|(id, seen)| seen.clusters.get(id));
    let shown = cluster.map(|cluster| &cluster.members);
    let members = known.iter().chain(shown).flatten().filter_map(|member| member.parse().ok());
    members.chain([record.target.instance_id.clone()]).collect()
}

/// How an operation ends whose evidence could be another's.
pub(super) fn without_evidence(record: &OperationRecord) -> State {
    let completion = match &record.state {
        State::Watching { .. } | State::Ended { .. } => Completion::Unverified,
        State::Waiting { .. }
        | State::Queued { .. }
        | State::Submitting { .. }
        | State::Unresolved { .. } => {
            Completion::Failed { failure: Failure::operation_failed("outcome_unknown") }
        }
    };
    State::Ended { completion, watch: record.watch().cloned() }
}
