//! What each kind of user of the service may ask of it: who submits operations, who reads, and who
//! drives operations on. None of them reaches the ports.

use std::time::Duration;

use serde_json::Value;

use crate::audit::AuditEntry;
use crate::caller::Caller;
use crate::environment::EnvironmentPolicy;
use crate::failure::Failure;
use crate::id::{AccountId, InstanceId, OperationId, Region};
use crate::job::{Due, Job};
use crate::ports::{AuditQuery, Clock, Nobody, OperationQuery, Page, StoreError};
use crate::request::{Rejected, Request};
use crate::service::{
    Available, Discovered, DiscoveryObserver, DiscoveryRequest, Expired, InstanceFilter,
    InstanceView, InstancesPage, InventoryStatus, Service, Submitted, Swept, discovery,
};
use crate::settings::Settings;
use crate::state::{Estimate, OperationRecord};
use crate::time::Timestamp;

/// What callers have done: operations and their cancellation, and the entries on the audit trail
/// about what callers ask.
#[derive(Clone)]
pub struct Commands(pub(super) Service);

impl Commands {
    /// Takes a request up to the answer of RDS to the call. Does not wait for the call's effect
    /// (see [`Commands::wait`]).
    ///
    /// # Errors
    /// A [`Failure`] when no operation came to be; it is on the audit trail. An operation that came
    /// to be and failed at once is a [`Submitted::Operation`].
    pub async fn submit(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        request: &Request,
    ) -> Result<Submitted, Failure> {
        // Its state is large, and callers would hold copies of it on their stacks.
        Box::pin(self.0.submit(caller, idempotency_key, request)).await
    }

    /// Puts a request that is not valid on the audit trail. Returns what the caller is told: the
    /// request's failure, or that the audit trail can't be used.
    pub async fn reject(&self, caller: &Caller, rejected: Rejected) -> Failure {
        self.0.reject(caller, rejected).await
    }

    /// Cancels an operation that waits to be sent. Cancelling it again changes nothing.
    ///
    /// # Errors
    /// A [`Failure`]: `not_cancellable` once RDS may have been asked, `operation_not_found`, or a
    /// store that can't be used.
    pub async fn cancel(
        &self,
        caller: &Caller,
        id: OperationId,
    ) -> Result<OperationRecord, Failure> {
        self.0.cancel(caller, id).await
    }

    /// Takes the steps of an operation as they become due, until it has ended, timed out, or
    /// `until` has come.
    pub async fn wait(&self, record: OperationRecord, until: Timestamp) -> OperationRecord {
        self.0.wait(record, until).await
    }

    /// As [`Commands::wait`], but no longer than until `stop` is ready. A step that has begun is
    /// taken to its end.
    pub async fn wait_unless(
        &self,
        record: OperationRecord,
        until: Timestamp,
        stop: impl Future<Output = ()> + Send,
    ) -> OperationRecord {
        self.0.wait_unless(record, until, stop).await
    }

    /// As [`Commands::wait_unless`], but until anything has changed since the first step.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such operation or the store can't be used.
    pub async fn wait_for_change(
        &self,
        id: OperationId,
        until: Timestamp,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<OperationRecord, Failure> {
        self.0.wait_for_change(id, until, stop).await
    }

    /// Puts an export of audit entries on the trail itself.
    ///
    /// # Errors
    /// A [`Failure`] when the trail can't be written; then nothing may be exported.
    pub async fn record_export(&self, caller: &Caller, exported: Value) -> Result<(), Failure> {
        self.0.record_export(caller, exported).await
    }
}

/// What can be asked without changing anything: operations, instances, the audit trail.
#[derive(Clone)]
pub struct Queries(pub(super) Service);

impl Queries {
    /// One operation, as of the latest commit.
    ///
    /// # Errors
    /// A [`Failure`] when there is none or the store can't be used.
    pub async fn operation(&self, id: OperationId) -> Result<OperationRecord, Failure> {
        self.0.load(id).await
    }

    /// One page of operations, newest first.
    ///
    /// # Errors
    /// A [`Failure`] for a bad cursor or when the store can't be used.
    pub async fn operations(
        &self,
        query: &OperationQuery,
    ) -> Result<Page<OperationRecord>, Failure> {
        self.0.operations(query).await
    }

    /// When an operation may be done: by RDS's percentage, or else by how long the same took on the
    /// same instance before. `None` when neither tells.
    pub async fn estimate(&self, record: &OperationRecord) -> Option<Estimate> {
        self.0.estimate(record).await
    }

    /// One page of the audit trail, newest first.
    ///
    /// # Errors
    /// A [`Failure`] for a bad cursor or when the trail can't be read.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Failure> {
        self.0.audit(query).await
    }

    /// One page of instances, filtered after classification. Without an order a page may have fewer
    /// than `limit` and still a next one.
    ///
    /// # Errors
    /// A [`Failure`] when the cursor is not of this list, when the inventory can't be read, or not
    /// all of it in time where it must be sorted.
    pub async fn instances(&self, filter: &InstanceFilter) -> Result<InstancesPage, Failure> {
        self.0.instances(filter).await
    }

    /// One instance with its live description. When that can't be read, the view says why.
    ///
    /// # Errors
    /// A [`Failure`] when there is none, several, or the inventory can't be read.
    pub async fn instance(
        &self,
        id: &InstanceId,
        account_id: Option<&AccountId>,
        region: Option<&Region>,
    ) -> Result<InstanceView, Failure> {
        self.0.instance(id, account_id, region).await
    }

    /// What `caller` may run on an instance in its present status, as far as that is known.
    ///
    /// # Errors
    /// The [`Failure`] that every operation on it would meet, whoever asks.
    pub fn available_operations(
        &self,
        caller: &Caller,
        view: &InstanceView,
    ) -> Result<Available, Failure> {
        self.0.available_operations(caller, view)
    }

    /// Why `caller` may run nothing on an instance in its present status, as far as that is known;
    /// `None` when there is something.
    #[must_use]
    pub fn nothing_available(&self, caller: &Caller, view: &InstanceView) -> Option<Failure> {
        self.0.nothing_available(caller, view)
    }

    /// How far the inventory is discovered, for each account and Region.
    ///
    /// # Errors
    /// A [`Failure`] when the store can't be used.
    pub async fn inventory_status(&self) -> Result<InventoryStatus, Failure> {
        match &self.0.discovery {
            Some(discovery) => discovery.status().await,
            None => Ok(InventoryStatus::off()),
        }
    }

    /// The environments that instances are classified into, and the names that people use for them.
    #[must_use]
    pub fn environments(&self) -> &EnvironmentPolicy {
        &self.0.settings.environments
    }

    /// What the operator chose.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether something that takes `needed` is over before the host ends.
    #[must_use]
    pub fn has_time_for(&self, needed: Duration) -> bool {
        self.0.has_time_for(needed)
    }
}

/// What drives operations on when no caller waits: an engine, a worker, a schedule.
#[derive(Clone)]
pub struct Driver(pub(super) Service);

impl Driver {
    /// Takes an operation one step further, if a step is due, and returns its state.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such operation or the store can't be used; then the step is
    /// still due.
    pub async fn advance(&self, id: OperationId) -> Result<OperationRecord, Failure> {
        self.0.advance(id).await
    }

    /// As [`Driver::advance`], but waits for a step that is due in a moment: a driver that comes
    /// early, by a clock that is ahead, need not come again and again.
    ///
    /// # Errors
    /// Those of [`Driver::advance`].
    pub async fn advance_when_due(&self, id: OperationId) -> Result<OperationRecord, Failure> {
        self.0.advance_when_due(id).await
    }

    /// Takes one step of every operation that is later than the engine's grace allows, `limit` at
    /// most, the longest waiting first; begins none after `until`.
    ///
    /// # Errors
    /// A [`Failure`] when the store can't say what is due.
    pub async fn sweep(&self, limit: usize, until: Timestamp) -> Result<Swept, Failure> {
        self.0.sweep(limit, until).await
    }

    /// Deletes snapshots whose `retain_days` are over, as operations of their own; begins none after
    /// `until`. It is cheap to call often: each account and Region is looked at once an hour.
    pub async fn delete_expired(&self, until: Timestamp) -> Expired {
        self.0.delete_expired(until).await
    }

    /// One run of discovery, as the settings say; begins to read no account and Region after
    /// `until`.
    ///
    /// # Errors
    /// A [`Failure`] when no account is configured, or the inventory or the store can't be used.
    pub async fn discover(&self, until: Timestamp) -> Result<Discovered, Failure> {
        let request = DiscoveryRequest { until: Some(until), ..DiscoveryRequest::default() };
        self.discover_watched(&request, &Nobody).await
    }

    /// One run of discovery as `request` says, which `observer` watches.
    ///
    /// # Errors
    /// Those of [`Driver::discover`].
    pub async fn discover_watched(
        &self,
        request: &DiscoveryRequest,
        observer: &dyn DiscoveryObserver,
    ) -> Result<Discovered, Failure> {
        let discovery = self.0.discovery.as_ref().ok_or_else(discovery::is_off)?;
        Box::pin(discovery.run(request, observer)).await
    }

    /// Takes one step of a job, if one is due, and returns when the next one is; `None` when it has
    /// ended.
    ///
    /// # Errors
    /// A [`Failure`] when there is no such job or the store can't be used; then the step is still
    /// due.
    pub async fn take_step(&self, job: Job) -> Result<Option<Timestamp>, Failure> {
        match job {
            Job::Operation(id) => self.0.advance(id).await.map(|record| record.next_at()),
        }
    }

    /// The jobs whose next step is due by `by`, `limit` at most, the longest waiting first.
    ///
    /// # Errors
    /// A [`StoreError`] when the store can't say what is due.
    pub async fn due(&self, by: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        self.0.ports.store.due(None, by, limit).await
    }

    /// The time that steps are due by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn is_send<T: Send>(_: &T) {}

    /// A host gives its own tasks what takes long.
    #[expect(dead_code, reason = "it is compiled, not run")]
    fn what_takes_long_can_be_a_task(driver: &Driver, until: Timestamp) {
        is_send(&driver.discover(until));
        is_send(&driver.delete_expired(until));
        is_send(&driver.sweep(1, until));
    }
}
