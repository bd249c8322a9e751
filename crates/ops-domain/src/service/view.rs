//! An instance as the service sees it.

use crate::environment::{Classification, Origin};
use crate::failure::Failure;
use crate::id::OperationId;
use crate::instance::{InventoryItem, LiveInstance};
use crate::operation::{KnownCluster, KnownState};
use crate::service::Service;

/// An instance as the inventory knows it, with what the service makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceView {
    /// The inventory's item.
    pub item: InventoryItem,
    /// Its environment, and how that was found.
    pub classification: Classification,
    /// The operation that runs on it, or on the cluster that it is a member of.
    pub operation: Option<OperationId>,
    /// Its live description; none when it was not asked for or RDS has no such instance.
    pub live: Option<LiveInstance>,
    /// Its environment by the live description alone.
    pub live_classification: Option<Classification>,
    /// The live status of the cluster that it is a member of.
    pub live_cluster_status: Option<String>,
    /// Why there is no live description.
    pub live_error: Option<String>,
    /// What every operation on it would meet by the live description, or by the answer of AWS to
    /// asking for one.
    pub live_refusal: Option<Failure>,
}

impl InstanceView {
    /// The status that counts: the live one where it is known, else that of the inventory.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.live.as_ref().map(|live| live.status.as_str()).or(self.item.status.as_deref())
    }

    /// What decides which operations are possible.
    pub(super) fn known_state(&self) -> KnownState<'_> {
        let status = self.live_cluster_status.as_deref();
        let cluster =
            self.item.db_cluster_id.as_ref().map(|cluster_id| KnownCluster { cluster_id, status });
        let engine =
            self.live.as_ref().map_or(self.item.engine.as_str(), |live| live.engine.as_str());
        KnownState { engine, status: self.status(), cluster, live: self.live.as_ref() }
    }
}

impl Service {
    /// The view of an item by the inventory alone.
    pub(super) fn view(&self, item: InventoryItem) -> InstanceView {
        let classification = self.classify(&item, Origin::Inventory);
        InstanceView {
            item,
            classification,
            operation: None,
            live: None,
            live_classification: None,
            live_cluster_status: None,
            live_error: None,
            live_refusal: None,
        }
    }

    /// Adds who holds each of the instances.
    pub(super) async fn add_lease_owners(&self, views: &mut [InstanceView]) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let lock_scopes: Vec<_> = views.iter().map(|view| view.item.lock_scope()).collect();
        let lease_owners =
            self.ports.store.lease_owners(&lock_scopes, now).await.map_err(Failure::from)?;
        for (view, owner) in views.iter_mut().zip(lease_owners) {
            view.operation = owner;
        }
        Ok(())
    }
}
