//! A whole world around the service: simulated RDS, stores in memory and virtual time, with a
//! handle to each.

use std::sync::Arc;

use ops_audit::summary::Sources;
use ops_domain::caller::Caller;
use ops_domain::failure::Failure;
use ops_domain::id::OperationId;
use ops_domain::instance::InventoryItem;
use ops_domain::request::Request;
use ops_domain::service::{DiscoveryPorts, Ports, Service, Submitted};
use ops_domain::settings::Settings;
use ops_domain::state::OperationRecord;
use ops_simulator::fleet;
use ops_simulator::simulated_organization::SimulatedOrganization;
use ops_simulator::simulated_rds::{Behaviour, SimulatedInstance, SimulatedRds};
use serde_json::Value;

use crate::clock::VirtualClock;
use crate::memory::{MemoryDiscoveryLog, MemoryInventory, MemoryStore};
use crate::recording::{Recording, SequentialIds};
use crate::sample;

/// The service and everything around it. It begins at [`sample::start`].
#[derive(Clone)]
pub struct World {
    /// The service.
    pub service: Service,
    /// What the service runs over.
    pub ports: Ports,
    settings: Settings,
    /// Time.
    pub clock: VirtualClock,
    /// RDS.
    pub rds: SimulatedRds,
    /// The organization, which has the accounts of the [`fleet::demo`] fleet at first.
    pub organization: SimulatedOrganization,
    /// Operations and the audit trail.
    pub store: MemoryStore,
    /// The inventory.
    pub inventory: MemoryInventory,
    /// What is kept of the runs of discovery.
    pub discovery_log: MemoryDiscoveryLog,
    /// What the engine, the notifier and the metrics were told.
    pub recording: Recording,
}

/// Steps after which an operation that has not ended never will: a day of polls every 15 minutes is
/// about a hundred.
const MOST_STEPS: usize = 10_000;

impl World {
    /// The world of the [`fleet::demo`] fleet, with a quick RDS and default settings.
    #[must_use]
    pub fn demo() -> Self {
        Self::demo_with(Behaviour::quick(), Settings::default())
    }

    /// The world of the [`fleet::demo`] fleet.
    #[must_use]
    pub fn demo_with(behaviour: Behaviour, settings: Settings) -> Self {
        let world = Self::of(Vec::new(), behaviour, settings);
        for item in fleet::settle_demo(&world.rds) {
            world.inventory.put(item);
        }
        world
    }

    /// The world of these instances, each as the inventory lists it and as it really is.
    #[must_use]
    pub fn of(
        fleet: Vec<(InventoryItem, SimulatedInstance)>,
        behaviour: Behaviour,
        settings: Settings,
    ) -> Self {
        let clock = VirtualClock::new(sample::start());
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour);
        let inventory = MemoryInventory::new(fleet::settle(&rds, fleet));
        let store = MemoryStore::new();
        let recording = Recording::default();
        let ports = Ports {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SequentialIds::default()),
            inventory: Arc::new(inventory.clone()),
            rds: Arc::new(rds.clone()),
            store: Arc::new(store.clone()),
            audit: Arc::new(store.clone()),
            engine: Arc::new(recording.clone()),
            notifier: Arc::new(recording.clone()),
            metrics: Arc::new(recording.clone()),
        };
        let discovery_log = MemoryDiscoveryLog::default();
        let organization = SimulatedOrganization::of(fleet::accounts());
        let discovery = DiscoveryPorts {
            clock: ports.clock.clone(),
            accounts: Arc::new(organization.clone()),
            rds: Arc::new(rds.clone()),
            inventory: Arc::new(inventory.clone()),
            log: Arc::new(discovery_log.clone()),
            metrics: ports.metrics.clone(),
        };
        let service = Service::new(ports.clone(), settings.clone()).with_discovery(discovery);
        Self {
            service,
            ports,
            settings,
            clock,
            rds,
            organization,
            store,
            inventory,
            discovery_log,
            recording,
        }
    }

    /// The same world with its service over other ports.
    #[must_use]
    pub fn over(&self, ports: Ports) -> Self {
        let service = Service::new(ports.clone(), self.settings.clone());
        Self { service, ports, ..self.clone() }
    }

    /// What the trail of the service is read from.
    #[must_use]
    pub fn sources(&self) -> Sources {
        Sources::of(&self.ports, &self.settings)
    }

    /// A caller of this name.
    #[must_use]
    pub fn caller(&self, name: &str) -> Caller {
        Caller::new(format!("iam:{name}"), format!("request-of-{name}"))
    }

    /// Reads a request and submits it for `alice`, without an idempotency key.
    ///
    /// # Errors
    /// The [`Failure`] of the service.
    ///
    /// # Panics
    /// When the request is not valid.
    pub async fn submit(&self, request: &Value) -> Result<Submitted, Failure> {
        let request = Request::parse(request.to_string().as_bytes()).expect("the request is valid");
        self.service.commands().submit(&self.caller("alice"), None, &request).await
    }

    /// Submits a request for `alice` and takes it to its end.
    ///
    /// # Panics
    /// When the request is not valid, is refused or does not end.
    pub async fn run(&self, request: &Value) -> OperationRecord {
        match self.submit(request).await.expect("the request is accepted") {
            Submitted::Operation(record) => self.run_to_end(record.id).await,
            Submitted::DryRun(preview) => panic!("a dry run has no end: {preview:?}"),
        }
    }

    /// Takes an operation to its end: moves the time to each step that is due, and takes the step.
    ///
    /// # Panics
    /// When there is no such operation or it does not end.
    pub async fn run_to_end(&self, id: OperationId) -> OperationRecord {
        for _ in 0..MOST_STEPS {
            match self.service.driver().advance(id).await {
                Ok(record) => match record.next_at() {
                    Some(next_at) => self.clock.advance_to(next_at),
                    None => return record,
                },
                Err(failure) => panic!("the operation {id} can't be taken on: {failure:?}"),
            }
        }
        panic!("the operation {id} has not ended after {MOST_STEPS} steps");
    }
}
