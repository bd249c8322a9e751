//! The use cases. Everything that drives the service (an HTTP request, a worker, an in-process
//! loop) calls these.

mod advance;
mod attribution;
mod audit_result;
mod available;
mod begin;
mod cancel;
mod commit;
mod discovery;
mod dispatch;
mod estimate;
mod facades;
mod freshness;
mod instances;
mod live;
mod log;
mod preview;
mod query;
mod record;
mod relatives;
mod retention;
mod submit;
mod sweep;
mod time_left;
mod view;
mod wait;

pub use available::{Available, AvailableOperation};
pub use discovery::{
    Discovered, Discovery, DiscoveryEvent, DiscoveryObserver, DiscoveryPorts, DiscoveryRequest,
    InventoryStatus, ScopeOutcome,
};
pub use facades::{Commands, Driver, Queries};
pub use instances::{
    EnvironmentFilter, InstanceFilter, InstanceSort, InstancesPage, NoSort, NoTag, RunnableBy,
    SortBy, TagFilter,
};
pub use preview::{Check, DryRun};
pub use retention::Expired;
pub use submit::Submitted;
pub use sweep::Swept;
pub use view::InstanceView;

use std::sync::Arc;
use std::time::Duration;

use crate::ports::{
    AuditLog, Clock, Engine, Ids, Inventory, Metrics, Notifier, OperationStore, RdsControl,
};
use crate::settings::Settings;
use crate::time::Timestamp;

/// The world, as the service sees it.
#[derive(Clone)]
pub struct Ports {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// The instances of all accounts.
    pub inventory: Arc<dyn Inventory>,
    /// Amazon RDS.
    pub rds: Arc<dyn RdsControl>,
    /// Operations and leases.
    pub store: Arc<dyn OperationStore>,
    /// The audit trail.
    pub audit: Arc<dyn AuditLog>,
    /// What drives operations on when no caller waits.
    pub engine: Arc<dyn Engine>,
    /// Tells people.
    pub notifier: Arc<dyn Notifier>,
    /// Counts.
    pub metrics: Arc<dyn Metrics>,
}

/// The service: its use cases over one set of ports.
///
/// A host makes one, and hands each of its parts what that part needs: [`Commands`], [`Queries`] or
/// the [`Driver`].
#[derive(Clone)]
pub struct Service {
    ports: Arc<Ports>,
    settings: Arc<Settings>,
    /// When the host ends, if it does: see [`Service::ending_at`].
    ends_at: Option<Timestamp>,
    /// Where to look for expired snapshots next. All copies of one service share it.
    retention: Arc<retention::Round>,
    /// Discovery, where the host has its ports.
    discovery: Option<Discovery>,
}

/// How long a lease outlasts the next step that its owner has promised. A crashed owner blocks
/// its instance for no longer than this after that step.
const LEASE_MARGIN: Duration = Duration::from_mins(2);

/// How long an idempotency key is kept.
const IDEMPOTENCY_RETENTION: Duration = Duration::from_hours(24);

impl Service {
    /// The service over `ports`.
    #[must_use]
    pub fn new(ports: Ports, settings: Settings) -> Self {
        let retention = Arc::default();
        Self {
            ports: Arc::new(ports),
            settings: Arc::new(settings),
            ends_at: None,
            retention,
            discovery: None,
        }
    }

    /// The same service with discovery over these ports, as its settings say.
    #[must_use]
    pub fn with_discovery(self, ports: DiscoveryPorts) -> Self {
        let discovery = Some(Discovery::new(ports, self.settings.discovery.clone()));
        Self { discovery, ..self }
    }

    /// The same service by other settings, over ports that reach the same stores: what its copies
    /// share stays. Whoever has this one, or a part of it, goes on by its settings, so that nothing
    /// that has begun sees two configurations.
    #[must_use]
    pub fn reconfigured(&self, ports: Ports, settings: Settings) -> Self {
        let retention = Arc::clone(&self.retention);
        Self { retention, ..Self::new(ports, settings) }
    }

    /// For who submits operations and waits for them.
    #[must_use]
    pub fn commands(&self) -> Commands {
        Commands(self.clone())
    }

    /// For who reads.
    #[must_use]
    pub fn queries(&self) -> Queries {
        Queries(self.clone())
    }

    /// For what drives operations on.
    #[must_use]
    pub fn driver(&self) -> Driver {
        Driver(self.clone())
    }

    /// The clock of the service.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.ports.clock.as_ref()
    }
}
