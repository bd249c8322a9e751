//! One deployment on an emulator: tables of its own, DB instances in a target account, and the
//! built functions.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_rds::types::{DbInstance, DbSnapshot, Tag};
use ops_aws_adapters::tables;
use ops_config::Tables;
use serde_json::{Value, json};

use super::Function;
use super::tap::Tap;

/// The account whose instances are operated on, reached by assuming a role.
pub(crate) const TARGET_ACCOUNT: &str = "111122223333";

/// An account that the configuration maps to production.
pub(crate) const PRODUCTION_ACCOUNT: &str = "222233334444";

/// The tags of an instance that operations are allowed on.
pub(crate) const DEV: &[(&str, &str)] = &[("Environment", "Development")];

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Site {
    pub(crate) tap: Tap,
    pub(crate) tables: Tables,
    /// The address of the emulator itself.
    pub(crate) emulator: String,
    pub(crate) config: aws_config::SdkConfig,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    name: String,
}

impl Site {
    /// A site on the emulator whose address stands in `variable`, with tables. The test script
    /// starts it.
    pub(crate) async fn on(variable: &str) -> Self {
        let site = Self::without_tables(variable).await;
        tables::create(&site.dynamo, &site.tables, &mut |_, _| ()).await.unwrap();
        site
    }

    /// A site whose tables somebody else makes.
    pub(crate) async fn without_tables(variable: &str) -> Self {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let tap = Tap::before(&url).await;
        let config = sdk_config(&url, Credentials::for_tests());
        let dynamo = aws_sdk_dynamodb::Client::new(&config);
        let name = format!("t{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let tables = Tables {
            inventory: format!("{name}-inventory"),
            audit: format!("{name}-audit"),
            operations: format!("{name}-operations"),
        };
        Self { tap, tables, emulator: url, config, dynamo, name }
    }

    /// A DB instance in `account` with these live tags, known to the inventory with those tags.
    /// Gives its name.
    pub(crate) async fn instance(
        &self,
        name: &str,
        account: &str,
        live: &[(&str, &str)],
        inventory: &[(&str, &str)],
    ) -> String {
        let name = self.unknown_instance(name, account, live).await;
        self.put_inventory(&name, account, inventory).await;
        name
    }

    /// A DB instance in `account` that the inventory does not know. Gives its name.
    pub(crate) async fn unknown_instance(
        &self,
        name: &str,
        account: &str,
        live: &[(&str, &str)],
    ) -> String {
        let name = self.named(name);
        create_instance(&self.rds(account).await, &name, live).await;
        name
    }

    /// A DB parameter group in `account`, of the family of the instance `like`. Gives its name.
    pub(crate) async fn parameter_group(&self, account: &str, like: &str) -> String {
        let (name, rds) = (self.named("tuned"), self.rds(account).await);
        let live = self.live(account, like).await;
        let present =
            live.db_parameter_groups().first().and_then(|it| it.db_parameter_group_name());
        // ministack has none of the default groups that its instances name.
        let described = rds
            .describe_db_parameter_groups()
            .set_db_parameter_group_name(present.map(str::to_owned))
            .send()
            .await
            .ok();
        let groups = described.and_then(|it| it.db_parameter_groups).unwrap_or_default();
        let family = groups.first().and_then(|it| it.db_parameter_group_family());
        rds.create_db_parameter_group()
            .db_parameter_group_name(&name)
            .db_parameter_group_family(family.unwrap_or("postgres16"))
            .description("of a test")
            .send()
            .await
            .unwrap();
        name
    }

    /// A name that no other site has.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    /// A DB instance of this name in the account of the functions themselves.
    pub(crate) async fn own_instance(&self, name: &str, live: &[(&str, &str)]) {
        create_instance(&aws_sdk_rds::Client::new(&self.config), name, live).await;
    }

    async fn put_inventory(&self, name: &str, account: &str, tags: &[(&str, &str)]) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect();
        self.dynamo
            .put_item()
            .table_name(&self.tables.inventory)
            .item("instance_id", text(name))
            .item("account_id", text(account))
            .item("region", text("eu-central-1"))
            .item("engine", text("postgres"))
            .item("tags", AttributeValue::M(tags))
            .send()
            .await
            .unwrap();
    }

    /// The configuration of the functions on this site.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let production =
            format!("[environments.accounts]\n\"{PRODUCTION_ACCOUNT}\" = \"production\"\n");
        [
            ("AWS_ENDPOINT_URL", self.tap.url.as_str()),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("OPS_INVENTORY_TABLE", &self.tables.inventory),
            ("OPS_AUDIT_TABLE", &self.tables.audit),
            ("OPS_OPERATIONS_TABLE", &self.tables.operations),
            ("OPS_POLL_INTERVAL_SECONDS", "0.2"),
            ("OPS_OPERATION_TIMEOUT_SECONDS", "18"),
            ("OPS_ROLE_NAME", "rds-ops-target"),
            ("OPS_EXTERNAL_ID", "example-external-id"),
            ("OPS_CONFIG", &production),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    pub(crate) async fn api(&self) -> Function {
        Function::start(env!("CARGO_BIN_EXE_ops-api"), &self.variables()).await
    }

    /// The API with a deadline that comes soon, for calls of which the emulator gives no evidence.
    pub(crate) async fn impatient_api(&self) -> Function {
        self.api_with("OPS_OPERATION_TIMEOUT_SECONDS", "3").await
    }

    /// The API with one variable of its configuration set otherwise.
    pub(crate) async fn api_with(&self, name: &str, value: &str) -> Function {
        let mut variables = self.variables();
        variables.retain(|(other, _)| other != name);
        variables.push((name.to_owned(), value.to_owned()));
        Function::start(env!("CARGO_BIN_EXE_ops-api"), &variables).await
    }

    pub(crate) async fn worker(&self) -> Function {
        Function::start(env!("CARGO_BIN_EXE_ops-worker"), &self.variables()).await
    }

    /// The instance as RDS describes it.
    pub(crate) async fn live(&self, account: &str, name: &str) -> DbInstance {
        let answer = self
            .rds(account)
            .await
            .describe_db_instances()
            .db_instance_identifier(name)
            .send()
            .await
            .unwrap();
        answer.db_instances()[0].clone()
    }

    /// The snapshots of the instance.
    pub(crate) async fn snapshots(&self, account: &str, name: &str) -> Vec<DbSnapshot> {
        let answer = self
            .rds(account)
            .await
            .describe_db_snapshots()
            .db_instance_identifier(name)
            .send()
            .await
            .unwrap();
        let manual = |snapshot: &&DbSnapshot| snapshot.snapshot_type() == Some("manual");
        answer.db_snapshots().iter().filter(manual).cloned().collect()
    }

    /// The items of the audit table about one instance, oldest first.
    pub(crate) async fn audit(
        &self,
        instance: &str,
    ) -> Vec<std::collections::HashMap<String, AttributeValue>> {
        let answer = self
            .dynamo
            .scan()
            .table_name(&self.tables.audit)
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        let about = |item: &&std::collections::HashMap<String, AttributeValue>| {
            item["instance_id"].as_s().is_ok_and(|id| id == instance)
        };
        let mut items: Vec<_> = answer.items().iter().filter(about).cloned().collect();
        items.sort_by_key(|item| item["timestamp"].as_s().cloned().unwrap());
        items
    }

    /// Removes the operations table.
    pub(crate) async fn drop_operations_table(&self) {
        self.dynamo.delete_table().table_name(&self.tables.operations).send().await.unwrap();
    }

    /// Removes the audit table, as an operator might by mistake.
    pub(crate) async fn drop_audit_table(&self) {
        self.dynamo.delete_table().table_name(&self.tables.audit).send().await.unwrap();
    }

    async fn rds(&self, account: &str) -> aws_sdk_rds::Client {
        let assumed = aws_sdk_sts::Client::new(&self.config)
            .assume_role()
            .role_arn(format!("arn:aws:iam::{account}:role/rds-ops-target"))
            .role_session_name("site")
            .send()
            .await
            .unwrap();
        let assumed = assumed.credentials().unwrap().clone();
        let credentials = Credentials::new(
            assumed.access_key_id,
            assumed.secret_access_key,
            Some(assumed.session_token),
            None,
            "assumed",
        );
        aws_sdk_rds::Client::new(&sdk_config(self.config.endpoint_url().unwrap(), credentials))
    }
}

async fn create_instance(rds: &aws_sdk_rds::Client, name: &str, tags: &[(&str, &str)]) {
    let tags =
        tags.iter().map(|(key, value)| Tag::builder().key(*key).value(*value).build()).collect();
    rds.create_db_instance()
        .db_instance_identifier(name)
        .db_instance_class("db.t4g.micro")
        .engine("postgres")
        .allocated_storage(20)
        .master_username("dba")
        .master_user_password("not-a-secret-1")
        .preferred_backup_window("03:00-04:00")
        .preferred_maintenance_window("sun:05:00-sun:06:00")
        .set_tags(Some(tags))
        .send()
        .await
        .unwrap();
}

fn sdk_config(url: &str, credentials: Credentials) -> aws_config::SdkConfig {
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("eu-central-1"))
        .endpoint_url(url)
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            credentials,
        ))
        .build()
}

/// A REST API event (v1), IAM authorisation.
pub(crate) fn rest(method: &str, path: &str, body: Option<&Value>) -> Value {
    let mut event: Value =
        serde_json::from_str(include_str!("../../events/rest-iam.json")).unwrap();
    event["httpMethod"] = json!(method);
    event["requestContext"]["httpMethod"] = json!(method);
    event["path"] = json!(path);
    event["pathParameters"] = json!({ "proxy": path.trim_start_matches('/') });
    event["body"] = json!(body.map(Value::to_string));
    event
}

/// An HTTP API event (v2), JWT authorizer.
pub(crate) fn http(method: &str, path: &str, body: Option<&Value>) -> Value {
    let mut event: Value =
        serde_json::from_str(include_str!("../../events/http-jwt.json")).unwrap();
    event["requestContext"]["http"]["method"] = json!(method);
    event["rawPath"] = json!(format!("/live{path}"));
    event["pathParameters"] = json!({ "proxy": path.trim_start_matches('/') });
    event["body"] = json!(body.map(Value::to_string));
    event
}

/// The status and the JSON body of an answer.
pub(crate) fn parts(answer: &Value) -> (u64, Value) {
    let status = answer["statusCode"].as_u64().unwrap_or_else(|| panic!("no answer: {answer}"));
    let body = answer["body"].as_str().unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
