//! The fakes keep the promises of their ports.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use ops_domain::audit::AuditEntry;
use ops_domain::cluster::ClusterRef;
use ops_domain::id::{ClusterId, InstanceId, ParameterGroupName};
use ops_domain::instance::{InstanceRef, InventoryItem, Scope, Tags};
use ops_domain::parameter_group::{Parameter, ParameterGroup};
use ops_domain::ports::{
    AuditLog, BrokenItem, DiscoveryLog, Inventory, ManagedInventory, RdsControl,
};
use ops_testkit::clock::VirtualClock;
use ops_testkit::contract::Stores;
use ops_testkit::contract::discovery::DiscoveredInventory;
use ops_testkit::contract::inventory::WritableInventory;
use ops_testkit::contract::original::SharedTrail;
use ops_testkit::contract::rds::RdsWithInstances;
use ops_testkit::contract::rds_cluster::RdsWithClusters;
use ops_testkit::fleet;
use ops_testkit::memory::{MemoryDiscoveryLog, MemoryInventory, MemoryStore};
use ops_testkit::simulated_rds::{Behaviour, SimulatedCluster, SimulatedInstance, SimulatedRds};

fn stores() -> std::future::Ready<Stores> {
    let store = Arc::new(MemoryStore::new());
    std::future::ready(Stores { store: store.clone(), audit: store })
}

struct Trail(Arc<MemoryStore>);

#[async_trait]
impl SharedTrail for Trail {
    fn audit(&self) -> Arc<dyn AuditLog> {
        self.0.clone()
    }

    async fn put_original(&self, entry: &AuditEntry) {
        self.0.put_original(entry.clone());
    }
}

#[derive(Default)]
struct Shelf(MemoryInventory, MemoryDiscoveryLog);

#[async_trait]
impl WritableInventory for Shelf {
    fn inventory(&self) -> Arc<dyn Inventory> {
        Arc::new(self.0.clone())
    }

    async fn put(&self, item: &InventoryItem) {
        self.0.put(item.clone());
    }

    async fn put_broken(&self, instance_id: &str) {
        self.0.put_broken(BrokenItem {
            instance_id: instance_id.to_owned(),
            problem: "no account_id".into(),
        });
    }
}

impl DiscoveredInventory for Shelf {
    fn managed(&self) -> Arc<dyn ManagedInventory> {
        Arc::new(self.0.clone())
    }

    fn log(&self) -> Arc<dyn DiscoveryLog> {
        Arc::new(self.1.clone())
    }
}

/// A simulated RDS in which everything is over at once.
struct Stage(SimulatedRds);

impl Stage {
    fn new() -> std::future::Ready<Self> {
        let at_once = Behaviour {
            reboot: Duration::ZERO,
            backing_up: Duration::ZERO,
            cluster_failover: Duration::ZERO,
            ..Behaviour::quick()
        };
        let now = SystemTime::now().into();
        std::future::ready(Self(SimulatedRds::new(Arc::new(VirtualClock::new(now)), at_once)))
    }

    fn target(&self, instance_id: &InstanceId) -> InstanceRef {
        let Scope { account_id, region } = self.scope();
        InstanceRef { account_id, region, instance_id: instance_id.clone() }
    }
}

fn tagged(engine: &str, tags: &Tags) -> SimulatedInstance {
    SimulatedInstance { tags: tags.clone(), ..SimulatedInstance::new(engine) }
}

#[async_trait]
impl RdsWithInstances for Stage {
    fn rds(&self) -> &dyn RdsControl {
        &self.0
    }

    fn scope(&self) -> Scope {
        fleet::target(fleet::DEVELOPMENT_ACCOUNT, fleet::FRANKFURT, "any").scope()
    }

    async fn make(&self, id: &InstanceId, tags: &Tags) {
        self.0.add(self.target(id), tagged("postgres", tags).copying_tags());
    }

    async fn make_parameter_group(&self, name: &ParameterGroupName) {
        let work_mem = Parameter { value: Some("8192".to_owned()), is_static: false };
        let parameters = [("work_mem".to_owned(), work_mem)].into();
        let group = ParameterGroup { family: "postgres16".to_owned(), parameters };
        self.0.add_parameter_group(&self.scope(), name, group);
    }

    fn tells_parameters(&self) -> bool {
        true
    }

    fn misses_parameter_groups(&self) -> bool {
        true
    }

    fn shows_restarts(&self) -> bool {
        true
    }

    fn shows_sharing(&self) -> bool {
        true
    }

    fn stops_as_rds(&self) -> bool {
        true
    }

    fn lists_classes(&self) -> bool {
        true
    }
}

#[async_trait]
impl RdsWithClusters for Stage {
    async fn make_cluster(&self, id: &ClusterId, members: &[InstanceId], tags: &Tags) {
        let names: Vec<&str> = members.iter().map(InstanceId::as_str).collect();
        let cluster = SimulatedCluster {
            tags: tags.clone(),
            ..SimulatedCluster::new("aurora-postgresql", &names)
        };
        self.0.add_cluster(&ClusterRef::new(self.scope(), id.clone()), &cluster);
        for member in members {
            self.0
                .add(self.target(member), tagged("aurora-postgresql", tags).member_of(id.as_str()));
        }
    }

    fn misses_a_cluster_to_modify(&self) -> bool {
        true
    }
}

ops_testkit::rds_contract!(simulated_rds, Stage::new());
ops_testkit::rds_cluster_contract!(simulated_clusters, Stage::new());
ops_testkit::store_contract!(memory_store, stores());
ops_testkit::audit_contract!(memory_audit, stores());
ops_testkit::original_contract!(
    memory_originals,
    std::future::ready(Trail(Arc::new(MemoryStore::new())))
);
ops_testkit::figures_contract!(figures, stores());
ops_testkit::inventory_contract!(memory_inventory, std::future::ready(Shelf::default()));
ops_testkit::discovery_contract!(memory_discovery, std::future::ready(Shelf::default()));
