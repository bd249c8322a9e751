//! A fleet to try the service on: instances of every environment and kind, over three accounts and
//! two Regions.

use std::collections::BTreeSet;

use ops_domain::cluster::ClusterRef;
use ops_domain::id::{AccountId, InstanceId};
use ops_domain::instance::{InstanceRef, InventoryItem, Scope, Tags};
use ops_domain::parameter_group::{Parameter, ParameterGroup};

use crate::simulated_rds::{SimulatedCluster, SimulatedInstance, SimulatedRds};

/// The account of development.
pub const DEVELOPMENT_ACCOUNT: &str = "111122223333";
/// The account of staging and production.
pub const OPERATIONS_ACCOUNT: &str = "222233334444";
/// The account of teams of their own.
pub const TEAMS_ACCOUNT: &str = "333344445555";
/// The Region of most instances.
pub const FRANKFURT: &str = "eu-central-1";
/// The Region of the others.
pub const VIRGINIA: &str = "us-east-1";

/// The accounts.
///
/// # Panics
/// Never: each has twelve digits.
#[must_use]
pub fn accounts() -> [AccountId; 3] {
    [DEVELOPMENT_ACCOUNT, OPERATIONS_ACCOUNT, TEAMS_ACCOUNT]
        .map(|account| account.parse().expect("it has 12 digits"))
}

/// The instances, each as the inventory lists it and as it really is.
#[must_use]
pub fn demo() -> Vec<(InventoryItem, SimulatedInstance)> {
    let mut fleet = Vec::new();
    let mut add = |account: &str, region: &str, name: &str, instance: SimulatedInstance| {
        fleet.push((instance.inventory_item(&target(account, region, name)), instance));
    };
    for (name, instance) in development() {
        add(DEVELOPMENT_ACCOUNT, FRANKFURT, name, instance);
    }
    for (name, instance) in operations() {
        add(OPERATIONS_ACCOUNT, FRANKFURT, name, instance);
    }
    for (name, instance) in teams() {
        add(TEAMS_ACCOUNT, VIRGINIA, name, instance);
    }
    fleet.push(stale());
    fleet
}

fn development() -> Vec<(&'static str, SimulatedInstance)> {
    let development = |engine| SimulatedInstance::new(engine).tag("Environment", "Development");
    vec![
        ("dev-postgres-01", development("postgres").replicated_by("dev-replica-01")),
        ("dev-replica-01", development("postgres").replica_of("dev-postgres-01")),
        ("dev-aurora-01", development("aurora-postgresql").member_of(AURORA_CLUSTER)),
        ("dev-aurora-02", development("aurora-postgresql").member_of(AURORA_CLUSTER)),
        ("dev-multiaz-01", development("mysql").member_of(MULTI_AZ_CLUSTER)),
        ("dev-multiaz-02", development("mysql").member_of(MULTI_AZ_CLUSTER)),
        ("dev-multiaz-03", development("mysql").member_of(MULTI_AZ_CLUSTER)),
        ("dev-docdb-01", development("docdb").member_of(DOCUMENTDB_CLUSTER)),
        ("dev-custom-01", development("custom-oracle-ee")),
        ("dev-stopped-01", development("postgres").status("stopped")),
        ("test-mysql-01", SimulatedInstance::new("mysql").tag("Env", "test").multi_az()),
        ("shared-dev-01", development("mariadb")),
    ]
}

fn operations() -> Vec<(&'static str, SimulatedInstance)> {
    vec![
        (
            "staging-orders-01",
            SimulatedInstance::new("postgres").tag("stage", "staging").multi_az(),
        ),
        (
            "prod-orders-01",
            SimulatedInstance::new("postgres")
                .tag("Environment", "Production")
                .multi_az()
                .replicated_by("reporting-orders-01"),
        ),
        (
            "reporting-orders-01",
            SimulatedInstance::new("postgres")
                .tag("Environment", "Test")
                .replica_of("prod-orders-01"),
        ),
        ("orders-legacy", SimulatedInstance::new("oracle-se2")),
        ("reports-weird-01", SimulatedInstance::new("mysql").tag("Environment", "prod-like")),
    ]
}

fn teams() -> Vec<(&'static str, SimulatedInstance)> {
    let development = |engine| SimulatedInstance::new(engine).tag("Environment", "Development");
    let waiting = SimulatedInstance::new("mariadb").tag("Environment", "qa");
    vec![
        ("dev-oracle-01", development("oracle-ee").pending_parameters()),
        ("qa-mariadb-01", waiting.pending("DBInstanceClass", "db.t4g.large")),
        ("poc-search-01", SimulatedInstance::new("postgres").tag("Environment", "poc")),
        (
            "sandbox-alice-01",
            SimulatedInstance::new("mysql").tag("Environment", "Sandbox").tag("Owner", "alice"),
        ),
        ("shared-dev-01", development("sqlserver-ex")),
    ]
}

/// An instance that became production after the inventory was made.
fn stale() -> (InventoryItem, SimulatedInstance) {
    let instance = SimulatedInstance::new("postgres").tag("Environment", "Production");
    let target = target(OPERATIONS_ACCOUNT, FRANKFURT, "stale-inventory-01");
    let item = InventoryItem {
        tags: Tags::from([("Environment".to_owned(), "Development".to_owned())]),
        ..instance.inventory_item(&target)
    };
    (item, instance)
}

/// The Aurora cluster of the [`demo`] fleet.
pub const AURORA_CLUSTER: &str = "dev-aurora";
/// Its Multi-AZ DB cluster.
pub const MULTI_AZ_CLUSTER: &str = "dev-multiaz";
/// Its DocumentDB cluster, which RDS lists too.
pub const DOCUMENTDB_CLUSTER: &str = "dev-docdb";

/// The clusters of the [`demo`] fleet.
#[must_use]
pub fn demo_clusters() -> Vec<(ClusterRef, SimulatedCluster)> {
    let clusters = [
        (
            AURORA_CLUSTER,
            SimulatedCluster::new("aurora-postgresql", &["dev-aurora-01", "dev-aurora-02"]),
        ),
        (
            MULTI_AZ_CLUSTER,
            SimulatedCluster::new("mysql", &["dev-multiaz-01", "dev-multiaz-02", "dev-multiaz-03"]),
        ),
        (DOCUMENTDB_CLUSTER, SimulatedCluster::new("docdb", &["dev-docdb-01"])),
    ];
    let development = |(name, described): (&str, SimulatedCluster)| {
        (cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, name), described.tag("Environment", "Development"))
    };
    clusters.map(development).into()
}

/// Puts the [`demo`] fleet with its clusters into `rds`, and returns what the inventory says of
/// it.
#[must_use]
pub fn settle_demo(rds: &SimulatedRds) -> Vec<InventoryItem> {
    for (cluster, described) in demo_clusters() {
        rds.add_cluster(&cluster, &described);
    }
    let inventory = settle(rds, demo());
    let scopes: BTreeSet<Scope> = inventory.iter().map(|item| item.target.scope()).collect();
    scopes.iter().for_each(|scope| add_parameter_groups(rds, scope));
    inventory
}

/// Adds the parameter groups `tuned`, `mysql-tuned` and `aurora-tuned`, each of the family that its
/// name says; `tuned` is one of `postgres`.
///
/// # Panics
/// Never: the names are valid.
pub fn add_parameter_groups(rds: &SimulatedRds, scope: &Scope) {
    for (name, family, parameters) in [
        ("tuned", "postgres16", &[("work_mem", "8192", false), ("shared_buffers", "65536", true)]),
        (
            "mysql-tuned",
            "mysql8.0",
            &[("max_connections", "200", false), ("innodb_page_cleaners", "8", true)],
        ),
        (
            "aurora-tuned",
            "aurora-postgresql16",
            &[("work_mem", "8192", false), ("max_connections", "200", true)],
        ),
    ] {
        let parameters = parameters.map(|(name, value, is_static)| {
            (name.to_owned(), Parameter { value: Some(value.to_owned()), is_static })
        });
        let group = ParameterGroup { family: family.to_owned(), parameters: parameters.into() };
        rds.add_parameter_group(scope, &name.parse().expect("it is a valid name"), group);
    }
}

/// Puts a fleet into `rds`, and returns what the inventory says of it.
#[must_use]
pub fn settle(
    rds: &SimulatedRds,
    fleet: Vec<(InventoryItem, SimulatedInstance)>,
) -> Vec<InventoryItem> {
    fleet
        .into_iter()
        .map(|(item, instance)| {
            rds.add(item.target.clone(), instance);
            item
        })
        .collect()
}

/// One instance, named beyond doubt.
///
/// # Panics
/// When a part is not well formed.
#[must_use]
pub fn target(account_id: &str, region: &str, instance_id: &str) -> InstanceRef {
    InstanceRef {
        account_id: account_id.parse().expect("the account id has 12 digits"),
        region: region.parse().expect("the Region's name has the form of eu-central-1"),
        instance_id: instance_id
            .parse::<InstanceId>()
            .expect("the identifier follows the rules of RDS"),
    }
}

/// One cluster, named beyond doubt.
///
/// # Panics
/// When a part is not well formed.
#[must_use]
pub fn cluster(account_id: &str, region: &str, cluster_id: &str) -> ClusterRef {
    ClusterRef {
        account_id: account_id.parse().expect("the account id has 12 digits"),
        region: region.parse().expect("the Region's name has the form of eu-central-1"),
        cluster_id: cluster_id.parse().expect("the identifier follows the rules of RDS"),
    }
}
