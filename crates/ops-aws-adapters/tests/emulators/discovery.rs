//! Discovery of three accounts and two Regions, from an empty table on.

mod organization;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_rds::types::Tag;
use aws_types::region::Region as AwsRegion;
use ops_aws_adapters::clock::SystemClock;
use ops_aws_adapters::dynamo::{self, DynamoInventory, DynamoStore};
use ops_aws_adapters::organizations::Organizations;
use ops_aws_adapters::rds::AwsRds;
use ops_aws_adapters::tables;
use ops_config::{AwsSettings, CrossAccount, Tables};
use ops_domain::discovery::{AccountSource, DiscoverySettings, InventoryWrite, Occupant};
use ops_domain::instance::{InstanceRef, InventoryItem};
use ops_domain::ports::{
    Inventory as _, InventoryError, InventoryPage, ManagedInventory, Nobody, Written,
};
use ops_domain::service::{Discovered, Discovery, DiscoveryPorts, DiscoveryRequest};
use tokio::sync::Notify;

use crate::world::{Emulator, on_both, table_names};

const REGIONS: [&str; 2] = ["eu-central-1", "us-east-1"];

/// The accounts with an empty inventory table of its own.
struct Site {
    emulator: Emulator,
    tables: Tables,
    /// In the names of the instances of this test.
    prefix: String,
    /// Accounts that no other test has instances in, so that what is seen is what was made.
    accounts: [String; 3],
}

impl Site {
    async fn new(emulator: Emulator, first_digits: &str) -> Self {
        let client = dynamo::client(&emulator.config);
        let tables = table_names();
        tables::create(&client, &tables, &mut |_, _| ()).await.expect("the tables can be made");
        let prefix = tables.inventory.replace("inventory", "disc");
        let accounts = ["1", "2", "3"].map(|last| format!("{first_digits}{last:0>10}"));
        Self { emulator, tables, prefix, accounts }
    }

    fn name(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    fn target(&self, account: &str, region: &str, name: &str) -> InstanceRef {
        InstanceRef {
            account_id: account.parse().expect("twelve digits"),
            region: region.parse().expect("a Region"),
            instance_id: self.name(name).parse().expect("an identifier"),
        }
    }

    /// RDS in an account and Region, as its owner uses it.
    async fn owner(&self, account: &str, region: &str) -> aws_sdk_rds::Client {
        let sts = aws_sdk_sts::Client::new(&self.emulator.config);
        let role = format!("arn:aws:iam::{account}:role/maker");
        let assumed = sts.assume_role().role_arn(role).role_session_name("maker").send().await;
        let given =
            assumed.expect("the role can be assumed").credentials.expect("there are credentials");
        let (id, secret, token) =
            (given.access_key_id, given.secret_access_key, given.session_token);
        let config = aws_sdk_rds::config::Builder::from(&self.emulator.config)
            .credentials_provider(Credentials::new(id, secret, Some(token), None, "test"))
            .region(AwsRegion::new(region.to_owned()));
        aws_sdk_rds::Client::from_conf(config.build())
    }

    async fn make(&self, account: &str, region: &str, name: &str) {
        let create = self.owner(account, region).await.create_db_instance();
        create
            .db_instance_identifier(self.name(name))
            .db_instance_class("db.t4g.medium")
            .engine("postgres")
            .master_username("dba")
            .master_user_password("not-a-secret-1")
            .allocated_storage(20)
            .tags(Tag::builder().key("Environment").value("dev").build())
            .send()
            .await
            .expect("the instance can be made");
    }

    fn inventory(&self) -> Arc<DynamoInventory> {
        Arc::new(DynamoInventory::new(dynamo::client(&self.emulator.config), &self.tables))
    }

    /// Discovery of the accounts over this inventory, in those that the service may work in.
    fn discovery(&self, inventory: Arc<dyn ManagedInventory>, allowed: &[String]) -> Discovery {
        let accounts = self.accounts.each_ref().map(|id| id.parse().expect("twelve digits"));
        self.discovery_of(AccountSource::Given(accounts.into()), inventory, allowed)
    }

    fn discovery_of(
        &self,
        accounts: AccountSource,
        inventory: Arc<dyn ManagedInventory>,
        allowed: &[String],
    ) -> Discovery {
        let cross_account = CrossAccount {
            role_name: Some("rds-ops-target".into()),
            allowed_accounts: allowed.iter().map(|id| id.parse().expect("digits")).collect(),
            ..CrossAccount::default()
        };
        let settings = AwsSettings { tables: self.tables.clone(), ..AwsSettings::default() };
        let client = dynamo::client(&self.emulator.config);
        let ports = DiscoveryPorts {
            clock: Arc::new(SystemClock),
            accounts: Arc::new(Organizations::new(&self.emulator.config)),
            rds: Arc::new(AwsRds::new(&self.emulator.config, cross_account)),
            inventory,
            log: Arc::new(DynamoStore::new(client, &settings)),
            metrics: Arc::new(Nobody),
        };
        let settings = DiscoverySettings {
            accounts,
            regions: REGIONS.map(|region| region.parse().expect("a Region")).into(),
            ..DiscoverySettings::default()
        };
        Discovery::new(ports, settings)
    }

    async fn run(&self) -> Discovered {
        let discovery = self.discovery(self.inventory(), &self.accounts);
        discovery.run(&DiscoveryRequest::default(), &Nobody).await.expect("the tables can be used")
    }

    /// The items of this test by the names that they have here.
    async fn items(&self) -> BTreeMap<String, InventoryItem> {
        let page = self.inventory().list(None, 1_000).await.expect("it can be read");
        assert_eq!(page.broken, []);
        let own = page.items.into_iter().filter_map(|item| {
            let name = item.target.instance_id.as_str().strip_prefix(&self.prefix)?;
            Some((name.trim_start_matches('-').to_owned(), item.clone()))
        });
        own.collect()
    }

    async fn names(&self) -> Vec<String> {
        self.items().await.into_keys().collect()
    }

    /// Every instance of a small fleet, one in each account and Region.
    async fn make_fleet(&self) {
        for (nth, account) in self.accounts.iter().enumerate() {
            for region in REGIONS {
                self.make(account, region, &format!("{nth}-{region}")).await;
            }
        }
    }
}

const FLEET: [&str; 6] = [
    "0-eu-central-1",
    "0-us-east-1",
    "1-eu-central-1",
    "1-us-east-1",
    "2-eu-central-1",
    "2-us-east-1",
];

/// Creations, renames, tags, deletions, an account that can't be read, and an item of another
/// writer.
async fn an_empty_table_becomes_right_and_follows_rds(emulator: Emulator) {
    let site = Site::new(emulator, "70").await;
    site.make_fleet().await;
    let foreign = site.put_foreign().await;
    let first = site.run().await;
    assert_eq!(first.unread().count(), 0, "{first:?}");
    assert_eq!(site.names().await, FLEET.into_iter().chain(["foreign"]).collect::<Vec<_>>());
    let items = site.items().await;
    let item = &items["1-us-east-1"];
    assert_eq!(item.target, site.target(&site.accounts[1], REGIONS[1], "1-us-east-1"));
    assert_eq!(item.tags.get("Environment").map(String::as_str), Some("dev"));
    assert!(item.dbi_resource_id.is_some() && item.managed.is_some());

    site.make(&site.accounts[0], REGIONS[1], "created").await;
    let takes_renames = site.rename(&site.accounts[1], REGIONS[1], "1-us-east-1", "renamed").await;
    let owner = site.owner(&site.accounts[1], REGIONS[0]).await;
    let tagged = owner.add_tags_to_resource().resource_name(format!(
        "arn:aws:rds:{}:{}:db:{}",
        REGIONS[0],
        site.accounts[1],
        site.name("1-eu-central-1")
    ));
    let tag = Tag::builder().key("Environment").value("Production").build();
    tagged.tags(tag).send().await.expect("it can be tagged");
    let owner = site.owner(&site.accounts[2], REGIONS[0]).await;
    let delete = owner.delete_db_instance().db_instance_identifier(site.name("2-eu-central-1"));
    delete.skip_final_snapshot(true).send().await.expect("it can be deleted");
    let owner = site.owner(&site.accounts[2], REGIONS[1]).await;
    let delete = owner.delete_db_instance().db_instance_identifier(site.name("2-us-east-1"));
    delete.skip_final_snapshot(true).send().await.expect("it can be deleted");

    // The third account can't be entered: its items stay as they are.
    let discovery = site.discovery(site.inventory(), &site.accounts[..2]);
    let second = discovery.run(&DiscoveryRequest::default(), &Nobody).await.expect("it runs");
    let problems: Vec<_> = second
        .unread()
        .map(|report| report.problem.as_ref().map(|problem| &*problem.code))
        .collect();
    assert_eq!(problems, [Some("account_not_allowed"); 2]);
    let followed = site.items().await;
    let renamed = if takes_renames { "renamed" } else { "1-us-east-1" };
    let mut expected = BTreeSet::from(FLEET);
    expected.remove("1-us-east-1");
    expected.extend(["created", "foreign", renamed]);
    assert_eq!(followed.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected);
    let environment = followed["1-eu-central-1"].tags.get("Environment");
    assert_eq!(environment.map(String::as_str), Some("Production"));
    assert_eq!(followed["2-us-east-1"], items["2-us-east-1"]);
    assert_eq!(followed[renamed].dbi_resource_id, items["1-us-east-1"].dbi_resource_id);

    for gone in [false, false, true] {
        site.run().await;
        let items = site.items().await;
        assert_eq!(
            (items["2-eu-central-1"].is_gone(), items["2-us-east-1"].is_gone()),
            (gone, gone)
        );
        assert!(!items[renamed].is_gone());
    }
    assert_eq!(site.foreign().await, foreign, "nothing of another writer has changed");
}

impl Site {
    /// Gives an instance another name; whether it has it now. ministack takes the call and keeps the
    /// name.
    async fn rename(&self, account: &str, region: &str, from: &str, to: &str) -> bool {
        let owner = self.owner(account, region).await;
        let rename = owner.modify_db_instance().db_instance_identifier(self.name(from));
        let rename = rename.new_db_instance_identifier(self.name(to)).apply_immediately(true);
        rename.send().await.expect("it can be renamed");
        let described = owner.describe_db_instances().db_instance_identifier(self.name(to));
        described.send().await.is_ok()
    }

    /// An item of another writer for an instance that RDS has, with what it alone knows.
    async fn put_foreign(&self) -> BTreeMap<String, AttributeValue> {
        self.make(&self.accounts[0], REGIONS[0], "foreign").await;
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let client = dynamo::client(&self.emulator.config);
        let put = client.put_item().table_name(&self.tables.inventory);
        put.item("instance_id", text(&self.name("foreign")))
            .item("account_id", text(&self.accounts[0]))
            .item("region", text(REGIONS[0]))
            .item("engine", text("mysql"))
            .item("status", text("as the other writer has it"))
            .item("ticket", AttributeValue::N("4711".into()))
            .send()
            .await
            .expect("the item can be written");
        self.foreign().await
    }

    async fn foreign(&self) -> BTreeMap<String, AttributeValue> {
        let client = dynamo::client(&self.emulator.config);
        let get = client.get_item().table_name(&self.tables.inventory).consistent_read(true);
        let get = get.key("instance_id", AttributeValue::S(self.name("foreign")));
        get.send().await.expect("it can be read").item.expect("it is there").into_iter().collect()
    }
}

/// The run after it completes what a run that was killed has left.
async fn a_run_that_is_killed_is_completed_by_the_next(emulator: Emulator) {
    let site = Site::new(emulator, "71").await;
    site.make_fleet().await;
    let died = Arc::new(Notify::new());
    let mortal =
        Mortal { inventory: site.inventory(), left: AtomicU32::new(3), died: Arc::clone(&died) };
    let killed = site.discovery(Arc::new(mortal), &site.accounts);
    let request = DiscoveryRequest::default();
    tokio::select! {
        _ = killed.run(&request, &Nobody) => panic!("it was to be killed"),
        () = died.notified() => {}
    }
    let next = site.run().await;
    assert_eq!(next.unread().count(), 0);
    assert_eq!(site.names().await, FLEET);
    assert!(site.items().await.values().all(|item| !item.is_gone()));
}

/// An inventory that its process writes only so often.
struct Mortal {
    inventory: Arc<DynamoInventory>,
    left: AtomicU32,
    died: Arc<Notify>,
}

#[async_trait]
impl ManagedInventory for Mortal {
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        self.inventory.occupant(target).await
    }

    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError> {
        let lives = |left: u32| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lives).is_err() {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        self.inventory.write(write).await
    }

    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.inventory.managed(cursor, limit).await
    }
}

on_both! {
    an_empty_table_becomes_right_and_follows_rds,
    a_run_that_is_killed_is_completed_by_the_next,
}
