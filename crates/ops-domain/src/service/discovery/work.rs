//! The calls of a run, with pauses where AWS asks for slower requests.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::discovery::{Change, Occupant, Run};
use crate::instance::InstanceRef;
use crate::ports::{
    AccountListError, InventoryError, InventoryPage, Listed, ObserveError, OrganizationAccount,
    Written,
};
use crate::service::discovery::{DiscoveryObserver, DiscoveryPorts, DiscoveryRequest};
use crate::time::after;

/// The first pause after an answer that asks for slower requests; each is twice as long as the one
/// before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause. A call that is still too much after it has failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(32);

/// Items of one account that are written at the same time.
pub(super) const WRITES_AT_ONCE: usize = 8;

/// A run at work.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) ports: &'a DiscoveryPorts,
    pub(super) run: Run,
    pub(super) request: &'a DiscoveryRequest,
    pub(super) observer: &'a dyn DiscoveryObserver,
}

impl Work<'_> {
    /// Whether there is time to go on reading.
    pub(super) fn has_time(&self) -> bool {
        self.request.until.is_none_or(|until| self.ports.clock.now() < until)
    }

    /// One page of the organization's accounts.
    pub(super) async fn account_page(
        &self,
        token: Option<&str>,
    ) -> Result<Listed<OrganizationAccount>, AccountListError> {
        let is_throttled = |error: &AccountListError| matches!(error, AccountListError::Throttled);
        self.patiently(is_throttled, || self.ports.accounts.accounts(token)).await
    }

    /// One page of what RDS has.
    pub(super) async fn list<'c, T: Send>(
        &self,
        read: impl Fn() -> BoxFuture<'c, Result<Listed<T>, ObserveError>> + Send + Sync,
    ) -> Result<Listed<T>, ObserveError> {
        self.patiently(|error| matches!(error, ObserveError::Throttled), read).await
    }

    /// What stands where the item of an instance would be.
    pub(super) async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        self.patiently(is_throttled, || self.ports.inventory.occupant(target)).await
    }

    /// One page of the items of discovery.
    pub(super) async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.patiently(is_throttled, || self.ports.inventory.managed(cursor, limit)).await
    }

    /// Carries a change out, unless it is a dry run or there is nothing to write.
    pub(super) async fn write(&self, change: &Change) -> Result<Written, InventoryError> {
        let Some(write) = change.write().filter(|_| !self.request.dry_run) else {
            return Ok(Written::Done);
        };
        self.patiently(is_throttled, || self.ports.inventory.write(&write)).await
    }

    /// Calls again after a pause while the answer asks for slower requests.
    async fn patiently<'c, T: Send, E: Send>(
        &self,
        is_throttled: fn(&E) -> bool,
        call: impl Fn() -> BoxFuture<'c, Result<T, E>> + Send + Sync,
    ) -> Result<T, E> {
        let mut pause = FIRST_PAUSE;
        loop {
            match call().await {
                Err(error) if is_throttled(&error) && pause <= LONGEST_PAUSE && self.has_time() => {
                    let clock = &self.ports.clock;
                    clock.sleep_until(after(clock.now(), pause)).await;
                    pause *= 2;
                }
                answer => return answer,
            }
        }
    }
}

const fn is_throttled(error: &InventoryError) -> bool {
    matches!(error, InventoryError::Throttled)
}
