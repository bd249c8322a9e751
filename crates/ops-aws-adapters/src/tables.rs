//! Makes the DynamoDB tables.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, IndexStatus, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use ops_domain::config::Tables;
use thiserror::Error;

use crate::dynamo::layout::{AUDIT_ID, AUDIT_INDEXES, INSTANCE_ID, Index, OPERATIONS_INDEXES, PK, TTL};

/// What was found of a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Made {
    /// It was not there, and was made.
    Created,
    /// It was there. Its keys and indexes are as they were.
    Existed,
}

/// A table could not be made.
#[derive(Debug, Error)]
pub enum TablesError {
    /// DynamoDB refused, or does not answer.
    #[error("the table `{table}` could not be made")]
    Failed {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The table did not become usable in time.
    #[error("the table `{table}` is not usable after {} s", LONGEST_WAIT.as_secs())]
    NotActive {
        /// The table.
        table: String,
    },
}

/// DynamoDB makes a table of this kind in less than half a minute; four times that.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// Between two looks at a table that is being made.
const LOOK_EVERY: Duration = Duration::from_secs(1);

struct Plan<'a> {
    name: &'a str,
    key: &'static str,
    indexes: &'static [Index],
    expires: bool,
}

/// Makes the tables that are not there, with their indexes and expiry, and returns when all can be used.
///
/// # Errors
/// The first [`TablesError`]; tables before it are made.
pub async fn create(client: &Client, tables: &Tables) -> Result<Vec<(String, Made)>, TablesError> {
    let plans = [
        Plan { name: &tables.inventory, key: INSTANCE_ID, indexes: &[], expires: false },
        Plan { name: &tables.operations, key: PK, indexes: &OPERATIONS_INDEXES, expires: true },
        Plan { name: &tables.audit, key: AUDIT_ID, indexes: &AUDIT_INDEXES, expires: true },
    ];
    let mut made = Vec::new();
    for plan in &plans {
        made.push((plan.name.to_owned(), plan.create(client).await?));
    }
    for plan in &plans {
        plan.wait(client).await?;
        if plan.expires {
            plan.expire(client).await?;
        }
    }
    Ok(made)
}

impl Plan<'_> {
    async fn create(&self, client: &Client) -> Result<Made, TablesError> {
        let call = client
            .create_table()
            .table_name(self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(self.attributes().map_err(|error| self.failed(error))?))
            .set_key_schema(Some(vec![key(self.key, KeyType::Hash).map_err(|error| self.failed(error))?]))
            .set_global_secondary_indexes(self.indexes().map_err(|error| self.failed(error))?);
        match call.send().await {
            Ok(_) => Ok(Made::Created),
            Err(error) if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => {
                Ok(Made::Existed)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Every key attribute, once.
    fn attributes(&self) -> Result<Vec<AttributeDefinition>, BuildError> {
        let of_indexes = self.indexes.iter().flat_map(|index| [index.partition, index.sort]);
        let mut names: Vec<&str> = of_indexes.chain([self.key]).collect();
        names.sort_unstable();
        names.dedup();
        let text = |name: &&str| {
            AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S).build()
        };
        names.iter().map(text).collect()
    }

    /// None where there are none: an empty list is refused.
    fn indexes(&self) -> Result<Option<Vec<GlobalSecondaryIndex>>, BuildError> {
        let all = Projection::builder().projection_type(ProjectionType::All).build();
        let index = |index: &Index| {
            GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .key_schema(key(index.partition, KeyType::Hash)?)
                .key_schema(key(index.sort, KeyType::Range)?)
                .projection(all.clone())
                .build()
        };
        let indexes = self.indexes.iter().map(index).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(indexes).filter(|indexes| !indexes.is_empty()))
    }

    async fn wait(&self, client: &Client) -> Result<(), TablesError> {
        let usable = async {
            while !self.is_active(client).await? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        let in_time = tokio::time::timeout(LONGEST_WAIT, usable).await;
        in_time.unwrap_or_else(|_| Err(TablesError::NotActive { table: self.name.to_owned() }))
    }

    async fn is_active(&self, client: &Client) -> Result<bool, TablesError> {
        let answer = client.describe_table().table_name(self.name).send().await.map_err(|e| self.failed(e))?;
        Ok(answer.table.is_some_and(|table| {
            let indexes = table.global_secondary_indexes();
            table.table_status == Some(TableStatus::Active)
                && indexes.iter().all(|index| index.index_status == Some(IndexStatus::Active))
        }))
    }

    /// Turns expiry on where it is not: DynamoDB refuses to turn it on twice.
    async fn expire(&self, client: &Client) -> Result<(), TablesError> {
        let answer = client.describe_time_to_live().table_name(self.name).send().await.map_err(|e| self.failed(e))?;
        let status = answer.time_to_live_description.and_then(|ttl| ttl.time_to_live_status);
        if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
            return Ok(());
        }
        let wanted = TimeToLiveSpecification::builder().attribute_name(TTL).enabled(true).build();
        let wanted = wanted.map_err(|error| self.failed(error))?;
        let call = client.update_time_to_live().table_name(self.name).time_to_live_specification(wanted);
        call.send().await.map(|_| ()).map_err(|error| self.failed(error))
    }

    fn failed(&self, source: impl Error + Send + Sync + 'static) -> TablesError {
        TablesError::Failed { table: self.name.to_owned(), source: Box::new(source) }
    }
}

fn key(name: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build()
}
