//! An emulator, and what the promises need to be made on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use aws_sdk_rds::types::{ApplyMethod, Parameter, Tag};
use ops_aws_adapters::dynamo::{self, DynamoInventory, DynamoStore};
use ops_aws_adapters::rds::AwsRds;
use ops_aws_adapters::tables;
use ops_config::{AwsSettings, CrossAccount, OriginalAudit, Tables};
use ops_domain::id::{ClusterId, InstanceId, ParameterGroupName};
use ops_domain::instance::{InstanceRef, InventoryItem, Scope, Tags};
use ops_domain::ports::{DiscoveryLog, Inventory, ManagedInventory, RdsControl};
use ops_testkit::contract::Stores;
use ops_testkit::contract::discovery::DiscoveredInventory;
use ops_testkit::contract::inventory::WritableInventory;
use ops_testkit::contract::original::FOREIGN;
use ops_testkit::contract::rds::RdsWithInstances;
use ops_testkit::contract::rds_cluster::RdsWithClusters;

/// The account of the service itself; ministack takes it from the access key.
const HOME: &str = "111122223333";
const ABROAD: &str = "444455556666";
const REGION: &str = "eu-central-1";

/// A running emulator.
pub(crate) struct Emulator {
    pub(crate) config: SdkConfig,
    /// Whether it writes the event of a restart.
    tells_restarts: bool,
    /// Whether it refuses to change a cluster that does not exist.
    misses_clusters: bool,
    /// Whether its stops take their snapshots and are refused where RDS would.
    stops_as_rds: bool,
    /// Whether it refuses to attach a parameter group that does not exist.
    misses_groups: bool,
    /// Whether it lists the classes that can be ordered for `postgres`.
    lists_classes: bool,
    /// Whether it lists the accounts of an organization page by page.
    pages_accounts: bool,
}

impl Emulator {
    pub(crate) fn ministack() -> Self {
        Self {
            config: config("OPS_TEST_MINISTACK_URL"),
            tells_restarts: true,
            misses_clusters: true,
            stops_as_rds: false,
            misses_groups: false,
            lists_classes: true,
            pages_accounts: false,
        }
    }

    pub(crate) fn moto() -> Self {
        Self {
            config: config("OPS_TEST_MOTO_URL"),
            tells_restarts: false,
            misses_clusters: false,
            stops_as_rds: true,
            misses_groups: true,
            lists_classes: false,
            pages_accounts: true,
        }
    }

    pub(crate) const fn pages_accounts(&self) -> bool {
        self.pages_accounts
    }

    /// A store over tables of its own, and their names.
    pub(crate) async fn stores(&self) -> (Stores, Tables) {
        let client = dynamo::client(&self.config);
        let tables = table_names();
        tables::create(&client, &tables, &mut |_, _| ()).await.expect("the tables can be made");
        let original_audit = OriginalAudit { operations: [FOREIGN.to_owned()].into(), until: None };
        let settings =
            AwsSettings { tables: tables.clone(), original_audit, ..AwsSettings::default() };
        let store = Arc::new(DynamoStore::new(client, &settings));
        (Stores { store: store.clone(), audit: store }, tables)
    }
}

fn config(variable: &str) -> SdkConfig {
    let url = std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: start the emulators with scripts/emulators.sh")
    });
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(url)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            HOME, "secret", None, None, "test",
        )))
        .build()
}

/// One test on each emulator of each of the named functions.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod on_ministack {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::world::Emulator::ministack()).await;
                }
            )+
        }

        mod on_moto {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::world::Emulator::moto()).await;
                }
            )+
        }
    };
}
pub(crate) use on_both;

/// Names that no other test uses.
pub(crate) fn table_names() -> Tables {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    let name =
        |kind| format!("{kind}-{}-{}", since.as_micros(), GIVEN.fetch_add(1, Ordering::Relaxed));
    Tables { inventory: name("inventory"), audit: name("audit"), operations: name("operations") }
}

/// An inventory table with a sort key, so that it has room for several instances of one name.
pub(crate) struct Shelf {
    client: aws_sdk_dynamodb::Client,
    table: String,
    sorted: bool,
    inventory: Arc<DynamoInventory>,
    log: Arc<DynamoStore>,
}

impl Shelf {
    pub(crate) async fn on(emulator: &Emulator) -> Self {
        let client = dynamo::client(&emulator.config);
        let tables = table_names();
        Self::make_sorted(&client, &tables).await;
        Self::over(client, tables, true)
    }

    /// With the table for what is kept of runs, and an inventory table with a sort key or without.
    pub(crate) async fn for_discovery(emulator: &Emulator, sorted: bool) -> Self {
        let client = dynamo::client(&emulator.config);
        let tables = table_names();
        if sorted {
            Self::make_sorted(&client, &tables).await;
        }
        tables::create(&client, &tables, &mut |_, _| ()).await.expect("the tables can be made");
        Self::over(client, tables, sorted)
    }

    fn over(client: aws_sdk_dynamodb::Client, tables: Tables, sorted: bool) -> Self {
        let inventory = Arc::new(DynamoInventory::new(client.clone(), &tables));
        let settings = AwsSettings { tables: tables.clone(), ..AwsSettings::default() };
        let log = Arc::new(DynamoStore::new(client.clone(), &settings));
        Self { client, table: tables.inventory, sorted, inventory, log }
    }

    async fn make_sorted(client: &aws_sdk_dynamodb::Client, tables: &Tables) {
        let mut create = client
            .create_table()
            .table_name(&tables.inventory)
            .billing_mode(BillingMode::PayPerRequest);
        for (name, kind) in [("instance_id", KeyType::Hash), ("place", KeyType::Range)] {
            let attribute = AttributeDefinition::builder().attribute_name(name);
            let attribute =
                attribute.attribute_type(ScalarAttributeType::S).build().expect("it is complete");
            let key = KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
            create =
                create.attribute_definitions(attribute).key_schema(key.expect("it is complete"));
        }
        create.send().await.expect("the table can be made");
    }
}

#[async_trait]
impl WritableInventory for Shelf {
    fn inventory(&self) -> Arc<dyn Inventory> {
        self.inventory.clone()
    }

    async fn put(&self, item: &InventoryItem) {
        let target = &item.target;
        let db_cluster_id = item.db_cluster_id.as_ref().map(ToString::to_string);
        let optional = [
            ("db_cluster_id", &db_cluster_id),
            ("instance_class", &item.instance_class),
            ("status", &item.status),
            ("dbi_resource_id", &item.dbi_resource_id),
            ("read_replica_source", &item.read_replica_source),
        ];
        let tags =
            item.tags.iter().map(|(key, value)| (key.clone(), AttributeValue::S(value.clone())));
        let mut put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("instance_id", AttributeValue::S(target.instance_id.to_string()))
            .item("place", AttributeValue::S(target.scope().to_string()))
            .item("account_id", AttributeValue::S(target.account_id.to_string()))
            .item("region", AttributeValue::S(target.region.to_string()))
            .item("engine", AttributeValue::S(item.engine.clone()))
            .item(UNKNOWN, AttributeValue::S("cmdb".into()))
            .item("tags", AttributeValue::M(tags.collect()));
        for (name, value) in optional {
            if let Some(value) = value {
                put = put.item(name, AttributeValue::S(value.clone()));
            }
        }
        if let Some(multi_az) = item.multi_az {
            put = put.item("multi_az", AttributeValue::Bool(multi_az));
        }
        put.send().await.expect("the item can be written");
    }

    async fn put_broken(&self, instance_id: &str) {
        let put = self.client.put_item().table_name(&self.table);
        let put = put.item("instance_id", AttributeValue::S(instance_id.to_owned()));
        put.item("place", AttributeValue::S("nowhere".into()))
            .send()
            .await
            .expect("the item can be written");
    }
}

/// An attribute that this service does not know.
const UNKNOWN: &str = "written_by";

#[async_trait]
impl DiscoveredInventory for Shelf {
    fn managed(&self) -> Arc<dyn ManagedInventory> {
        self.inventory.clone()
    }

    fn log(&self) -> Arc<dyn DiscoveryLog> {
        self.log.clone()
    }

    async fn foreign_attribute(&self, target: &InstanceRef) -> Option<String> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let mut get = get.key("instance_id", AttributeValue::S(target.instance_id.to_string()));
        if self.sorted {
            get = get.key("place", AttributeValue::S(target.scope().to_string()));
        }
        let item = get.send().await.expect("it can be read").item.expect("it is there");
        let attribute = item.get(UNKNOWN).and_then(|value| value.as_s().ok());
        Some(attribute.expect("it stays").clone())
    }
}

/// RDS in one account.
pub(crate) struct Stage {
    rds: AwsRds,
    account: &'static str,
    maker: aws_sdk_rds::Client,
    tells_restarts: bool,
    misses_clusters: bool,
    stops_as_rds: bool,
    misses_groups: bool,
    lists_classes: bool,
}

impl Stage {
    /// RDS in an account that is entered by a role.
    pub(crate) async fn abroad(emulator: &Emulator) -> Self {
        let sts = aws_sdk_sts::Client::new(&emulator.config);
        let role = format!("arn:aws:iam::{ABROAD}:role/maker");
        let assumed = sts.assume_role().role_arn(role).role_session_name("maker").send().await;
        let given =
            assumed.expect("the role can be assumed").credentials.expect("there are credentials");
        let given = Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            None,
            "test",
        );
        let maker = aws_sdk_rds::config::Builder::from(&emulator.config)
            .credentials_provider(given)
            .build();
        Self::new(emulator, ABROAD, aws_sdk_rds::Client::from_conf(maker))
    }

    /// RDS in the service's own account.
    pub(crate) async fn at_home(emulator: &Emulator) -> Self {
        std::future::ready(Self::new(emulator, HOME, aws_sdk_rds::Client::new(&emulator.config)))
            .await
    }

    fn new(emulator: &Emulator, account: &'static str, maker: aws_sdk_rds::Client) -> Self {
        let cross_account = CrossAccount {
            role_name: Some("rds-ops-target".into()),
            external_id: Some("rds-ops/4711".into()),
            home_account_id: Some(HOME.parse().expect("twelve digits")),
            ..CrossAccount::default()
        };
        let rds = AwsRds::new(&emulator.config, cross_account);
        let Emulator { tells_restarts, misses_clusters, stops_as_rds, misses_groups, .. } =
            *emulator;
        let lists_classes = emulator.lists_classes;
        Self {
            rds,
            account,
            maker,
            tells_restarts,
            misses_clusters,
            stops_as_rds,
            misses_groups,
            lists_classes,
        }
    }
}

#[async_trait]
impl RdsWithInstances for Stage {
    fn rds(&self) -> &dyn RdsControl {
        &self.rds
    }

    fn scope(&self) -> Scope {
        Scope {
            account_id: self.account.parse().expect("twelve digits"),
            region: REGION.parse().expect("a Region"),
        }
    }

    async fn make(&self, id: &InstanceId, tags: &Tags) {
        let tags =
            tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        self.maker
            .create_db_instance()
            .db_instance_identifier(id.as_str())
            .db_instance_class("db.t4g.medium")
            .engine("postgres")
            .master_username("dba")
            .master_user_password("not-a-secret-1")
            .allocated_storage(20)
            .copy_tags_to_snapshot(true)
            .set_tags(Some(tags))
            .send()
            .await
            .expect("the instance can be made");
    }

    async fn make_parameter_group(&self, name: &ParameterGroupName) {
        self.maker
            .create_db_parameter_group()
            .db_parameter_group_name(name.as_str())
            .db_parameter_group_family("postgres16")
            .description("of a test")
            .send()
            .await
            .expect("the group can be made");
        let work_mem = Parameter::builder()
            .parameter_name("work_mem")
            .parameter_value("8192")
            .apply_method(ApplyMethod::Immediate)
            .build();
        self.maker
            .modify_db_parameter_group()
            .db_parameter_group_name(name.as_str())
            .parameters(work_mem)
            .send()
            .await
            .expect("the group can be changed");
    }

    fn tells_parameters(&self) -> bool {
        true
    }

    fn misses_parameter_groups(&self) -> bool {
        self.misses_groups
    }

    fn shows_restarts(&self) -> bool {
        self.tells_restarts
    }

    /// The emulator that takes no snapshot at a stop does not show either.
    fn shows_sharing(&self) -> bool {
        self.stops_as_rds
    }

    fn stops_as_rds(&self) -> bool {
        self.stops_as_rds
    }

    fn lists_classes(&self) -> bool {
        self.lists_classes
    }
}

#[async_trait]
impl RdsWithClusters for Stage {
    async fn make_cluster(&self, id: &ClusterId, members: &[InstanceId], tags: &Tags) {
        let sdk_tags: Vec<Tag> =
            tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        self.maker
            .create_db_cluster()
            .db_cluster_identifier(id.as_str())
            .engine("aurora-postgresql")
            .master_username("dba")
            .master_user_password("not-a-secret-1")
            .preferred_backup_window("02:00-02:30")
            .preferred_maintenance_window("mon:05:00-mon:05:30")
            .set_tags(Some(sdk_tags.clone()))
            .send()
            .await
            .expect("the cluster can be made");
        for member in members {
            self.maker
                .create_db_instance()
                .db_instance_identifier(member.as_str())
                .db_cluster_identifier(id.as_str())
                .db_instance_class("db.t4g.medium")
                .engine("aurora-postgresql")
                .set_tags(Some(sdk_tags.clone()))
                .send()
                .await
                .expect("the member can be made");
        }
    }
    fn misses_a_cluster_to_modify(&self) -> bool {
        self.misses_clusters
    }
}
