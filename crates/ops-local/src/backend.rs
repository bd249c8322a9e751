//! The ports of the service on this machine: over a data folder and its simulated RDS, or over AWS.

use std::path::Path;
use std::sync::Arc;

use ops_audit::summary::Sources;
use ops_config::{ApiSettings, Config, Tables};
use ops_domain::ports::{AuditQuery, Engine, Inventory, Nobody, Source};
use ops_domain::service::{DiscoveryPorts, Ports, Service};
use ops_simulator::fleet;
use ops_simulator::simulated_organization::SimulatedOrganization;

use crate::cli::{Backend, LocalArgs};
use crate::clock::{RandomIds, SystemClock};
use crate::configuration::{self, DemoDiscovery};
use crate::error::StartError;
use crate::folder::{DATABASE, DataFolder};
use crate::simulated::FolderRds;
use crate::sqlite::inventory::SqliteInventory;
use crate::sqlite::managed::SqliteDiscoveryLog;
use crate::sqlite::{Database, SqliteStore};

/// The service over a backend, and what its HTTP API needs besides.
pub struct Backed {
    /// The service.
    pub service: Service,
    /// What its trail is read from.
    pub sources: Sources,
    /// What its HTTP API follows.
    pub api: ApiSettings,
}

/// The ports over a backend.
pub struct Connected {
    /// Those of the service.
    pub ports: Ports,
    /// Those of discovery.
    pub discovery: DiscoveryPorts,
}

/// The service over a backend, driven by `engine`.
///
/// # Errors
/// A [`StartError`] when the configuration is not valid or the backend can't be used.
pub async fn service(
    backend: Backend,
    args: &LocalArgs,
    engine: Arc<dyn Engine>,
    demo: DemoDiscovery,
) -> Result<Backed, StartError> {
    let config = configuration::load().await?;
    let (connected, settings) = match backend {
        Backend::Simulated => {
            let connected = simulated(args, engine).await?;
            let settings = configuration::sped_up(config.service, args.speed);
            (connected, configuration::of_demo_fleet(settings, demo))
        }
        Backend::Aws => {
            let connected = aws(&config, engine).await?;
            check_tables(&connected.ports, &config.aws.tables).await?;
            (connected, config.service)
        }
    };
    let Connected { ports, discovery } = connected;
    let sources = Sources::of(&ports, &settings);
    let service = Service::new(ports, settings).with_discovery(discovery);
    Ok(Backed { service, sources, api: config.api })
}

/// The ports over the data folder.
///
/// # Errors
/// [`StartError::Data`] when the folder can't be used.
async fn simulated(args: &LocalArgs, engine: Arc<dyn Engine>) -> Result<Connected, StartError> {
    let failed = |source| StartError::Data { path: args.data.clone(), source };
    let folder = DataFolder::open(&args.data).map_err(failed)?;
    let database = Arc::clone(folder.database());
    let rds = FolderRds::open(folder, SystemClock, args.speed).await.map_err(failed)?;
    let rds = Arc::new(rds);
    let store = Arc::new(SqliteStore::new(Arc::clone(&database)));
    let inventory = Arc::new(SqliteInventory::new(Arc::clone(&database)));
    let discovery = DiscoveryPorts {
        clock: Arc::new(SystemClock),
        accounts: Arc::new(SimulatedOrganization::of(fleet::accounts())),
        rds: rds.clone(),
        inventory: inventory.clone(),
        log: Arc::new(SqliteDiscoveryLog::new(database)),
        metrics: Arc::new(Nobody),
    };
    let ports = Ports {
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        inventory,
        rds,
        audit: store.clone(),
        store,
        engine,
        notifier: Arc::new(Nobody),
        metrics: Arc::new(Nobody),
    };
    Ok(Connected { ports, discovery })
}

/// The inventory of a backend, which is there already.
///
/// # Errors
/// A [`StartError`] when there is none or it can't be opened.
pub async fn inventory(
    backend: Backend,
    data: &Path,
    config: &Config,
) -> Result<Arc<dyn Inventory>, StartError> {
    match backend {
        Backend::Simulated => Ok(Arc::new(SqliteInventory::new(folder_database(data)?))),
        Backend::Aws => Ok(aws(config, Arc::new(Nobody)).await?.ports.inventory),
    }
}

/// The operations and the audit trail of the data folder, which must be there: a misspelt one has
/// no break either.
///
/// # Errors
/// A [`StartError`] when there is none or it can't be opened.
pub fn folder_stores(data: &Path) -> Result<Arc<SqliteStore>, StartError> {
    Ok(Arc::new(SqliteStore::new(folder_database(data)?)))
}

/// The database of the data folder, which must be there.
///
/// # Errors
/// As [`folder_stores`].
pub fn folder_database(data: &Path) -> Result<Arc<Database>, StartError> {
    if !data.join(DATABASE).is_file() {
        return Err(StartError::NoTrail(data.to_owned()));
    }
    let folder = DataFolder::open(data)
        .map_err(|source| StartError::Data { path: data.to_owned(), source })?;
    Ok(Arc::clone(folder.database()))
}

/// Reads a little of each table of the service over AWS. A server that can't would look healthy and
/// do nothing.
///
/// # Errors
/// [`StartError::Table`] for the first that can't be read.
async fn check_tables(ports: &Ports, tables: &Tables) -> Result<(), StartError> {
    let now = ports.clock.now();
    let unreadable =
        |table: &str, source: Source| StartError::Table { table: table.to_owned(), source };
    let due = ports.store.due(None, now, 1).await;
    due.map_err(|error| unreadable(&tables.operations, error.into()))?;
    let entries = ports.audit.query(&AuditQuery { limit: 1, now, ..AuditQuery::default() }).await;
    entries.map_err(|error| unreadable(&tables.audit, error.into()))?;
    let instances = ports.inventory.list(None, 1).await;
    instances.map(drop).map_err(|error| unreadable(&tables.inventory, error.into()))
}

/// The ports over AWS, in the account and Region or on the endpoint that the environment names.
///
/// # Errors
/// [`StartError::WithoutAws`] when this program was built without the AWS adapters.
#[cfg(feature = "aws")]
pub async fn aws(config: &Config, engine: Arc<dyn Engine>) -> Result<Connected, StartError> {
    let sdk = ops_aws_adapters::config::load().await?;
    let ports = ops_aws_adapters::AwsPorts::new(&sdk, &config.aws);
    let notifier = ops_aws_adapters::sns::notifier(&sdk, &config.aws);
    let discovery = ports.discovery(Arc::new(Nobody));
    Ok(Connected { ports: ports.into_ports(engine, notifier, Arc::new(Nobody)), discovery })
}

/// The ports over AWS, which this program was built without.
///
/// # Errors
/// [`StartError::WithoutAws`], always.
#[cfg(not(feature = "aws"))]
pub async fn aws(_config: &Config, _engine: Arc<dyn Engine>) -> Result<Connected, StartError> {
    std::future::ready(Err(StartError::WithoutAws)).await
}
