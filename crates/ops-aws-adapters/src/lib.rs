#![doc = include_str!("../README.md")]

// The modules are listed in reading order: each uses only those above it.

pub mod clock;

pub mod ids;

mod answer;

mod log;

mod classify;

mod sessions;

mod throttles;

pub mod config;

mod request;

mod s3_object;

pub mod shared_settings;

pub mod dynamo;

pub mod metrics;

pub mod organizations;

pub mod rds;

pub mod sns;

pub mod step_functions;

pub mod tables;

use std::sync::Arc;

use aws_config::SdkConfig;
use ops_config::AwsSettings;
use ops_domain::id::AccountId;
use ops_domain::ports::{
    AccountList, AuditLog, Clock, DiscoveryLog, Engine, Ids, Inventory, ManagedInventory, Metrics,
    Notifier, OperationStore,
};
use ops_domain::service::{DiscoveryPorts, Ports};

use crate::clock::SystemClock;
use crate::dynamo::{DynamoInventory, DynamoStore};
use crate::ids::RandomIds;
use crate::organizations::Organizations;
use crate::rds::AwsRds;
use crate::throttles::Counted;

/// Every port that AWS itself answers, and the clock and ids of a machine.
#[derive(Clone)]
pub struct AwsPorts {
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// ULIDs from the machine's random source.
    pub ids: Arc<dyn Ids>,
    /// The inventory table.
    pub inventory: Arc<dyn Inventory>,
    /// Amazon RDS in all accounts.
    pub rds: AwsRds,
    /// The operations table.
    pub store: Arc<dyn OperationStore>,
    /// The audit table.
    pub audit: Arc<dyn AuditLog>,
    accounts: Arc<dyn AccountList>,
    managed: Arc<dyn ManagedInventory>,
    log: Arc<dyn DiscoveryLog>,
}

impl AwsPorts {
    /// The ports over `config`. Does no I/O: credentials are resolved and connections made by the
    /// first call.
    #[must_use]
    pub fn new(config: &SdkConfig, settings: &AwsSettings) -> Self {
        let client = dynamo::client(config);
        let store = Arc::new(DynamoStore::new(client.clone(), settings));
        let inventory = Arc::new(DynamoInventory::new(client, &settings.tables));
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            inventory: inventory.clone(),
            rds: AwsRds::new(config, settings.cross_account.clone()),
            audit: store.clone(),
            accounts: Arc::new(Organizations::new(config)),
            managed: inventory,
            log: store.clone(),
            store,
        }
    }

    /// The same, of which RDS is open for these accounts alone; for all if there are none. It is
    /// what settings may change while the service runs.
    #[must_use]
    pub fn allowing(&self, accounts: &[AccountId]) -> Self {
        Self { rds: self.rds.allowing(accounts), ..self.clone() }
    }

    /// The ports of discovery. What it counts goes to `metrics`.
    #[must_use]
    pub fn discovery(&self, metrics: Arc<dyn Metrics>) -> DiscoveryPorts {
        let Self { clock, accounts, rds, managed, log, .. } = self.clone();
        DiscoveryPorts { clock, accounts, rds: Arc::new(rds), inventory: managed, log, metrics }
    }

    /// All ports of the service, with these for what AWS's stores and RDS do not answer. Throttled
    /// answers of the tables are counted by `metrics`.
    #[must_use]
    pub fn into_ports(
        self,
        engine: Arc<dyn Engine>,
        notifier: Arc<dyn Notifier>,
        metrics: Arc<dyn Metrics>,
    ) -> Ports {
        let Self { clock, ids, inventory, rds, store, audit, .. } = self;
        let inventory = Arc::new(Counted::new(inventory, metrics.clone()));
        let store = Arc::new(Counted::new(store, metrics.clone()));
        let audit = Arc::new(Counted::new(audit, metrics.clone()));
        let rds = Arc::new(rds);
        Ports { clock, ids, inventory, rds, store, audit, engine, notifier, metrics }
    }
}
