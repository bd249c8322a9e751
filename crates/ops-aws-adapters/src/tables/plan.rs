//! What a table should be, and the calls that make it so.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, IndexStatus, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType, TableDescription, TableStatus,
    TimeToLiveSpecification, TimeToLiveStatus,
};

use crate::dynamo::layout::{Index, TTL};
use crate::tables::TablesError;

/// A table as it should be.
pub(super) struct Plan<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its partition key, a string.
    pub(super) key: &'static str,
    /// Whether it may have a sort key.
    pub(super) sort_key: SortKey,
    /// The indexes that it must have.
    pub(super) indexes: &'static [Index],
    /// Whether its items expire.
    pub(super) expiry: Expiry,
}

/// Whether a table that was made by somebody else may have a sort key.
#[derive(Clone, Copy, Debug)]
pub(super) enum SortKey {
    Tolerated,
    None { why: &'static str },
}

/// Whether the items of a table expire.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Expiry {
    Never,
    ByTtl,
}

/// DynamoDB makes a table of this kind in less than half a minute; four times that.
const LONGEST_MAKING: Duration = Duration::from_mins(2);

/// An index of a table with items is filled from them, which takes minutes to hours (Amazon
/// DynamoDB Developer Guide, "Managing Global Secondary Indexes").
const LONGEST_FILLING: Duration = Duration::from_hours(6);

/// Between two describe calls of a table that is being created.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Plan<'_> {
    pub(super) async fn create(&self, client: &Client) -> Result<(), TablesError> {
        let keys = vec![key(self.key, KeyType::Hash).map_err(|error| self.failed(error))?];
        let call = client
            .create_table()
            .table_name(self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(self.attributes().map_err(|error| self.failed(error))?))
            .set_key_schema(Some(keys))
            .set_global_secondary_indexes(self.indexes().map_err(|error| self.failed(error))?);
        call.send().await.map(|_| ()).map_err(|error| self.failed(error))
    }

    /// Every key attribute, once.
    fn attributes(&self) -> Result<Vec<AttributeDefinition>, BuildError> {
        let of_indexes = self.indexes.iter().flat_map(|index| [index.partition, index.sort]);
        let mut names: Vec<&str> = of_indexes.chain([self.key]).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(text).collect()
    }

    /// None where there are none: an empty list is refused.
    fn indexes(&self) -> Result<Option<Vec<GlobalSecondaryIndex>>, BuildError> {
        let index = |index: &Index| {
            let [partition, sort] = keys_of(index)?;
            GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .key_schema(partition)
                .key_schema(sort)
                .projection(projection(index))
                .build()
        };
        let indexes = self.indexes.iter().map(index).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(indexes).filter(|indexes| !indexes.is_empty()))
    }

    /// Waits until the table and all its indexes can be used, `added` among them.
    pub(super) async fn wait(
        &self,
        client: &Client,
        added: Option<&Index>,
    ) -> Result<(), TablesError> {
        let waited = if added.is_some() { LONGEST_FILLING } else { LONGEST_MAKING };
        let usable = async {
            while !self.describe(client).await?.is_some_and(|table| is_usable(&table, added)) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        let in_time = tokio::time::timeout(waited, usable).await;
        in_time
            .unwrap_or_else(|_| Err(TablesError::NotActive { table: self.name.to_owned(), waited }))
    }

    /// The table as it is; none if there is none.
    pub(super) async fn describe(
        &self,
        client: &Client,
    ) -> Result<Option<TableDescription>, TablesError> {
        match client.describe_table().table_name(self.name).send().await {
            Ok(answer) => Ok(answer.table),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Turns expiry on where it should be and is not, and returns whether that was so: DynamoDB
    /// refuses to turn it on twice.
    pub(super) async fn expire(&self, client: &Client) -> Result<bool, TablesError> {
        if self.expiry == Expiry::Never || self.expires_by(client).await?.is_some() {
            return Ok(false);
        }
        let wanted = TimeToLiveSpecification::builder().attribute_name(TTL).enabled(true).build();
        let wanted = wanted.map_err(|error| self.failed(error))?;
        let call =
            client.update_time_to_live().table_name(self.name).time_to_live_specification(wanted);
        call.send().await.map(|_| true).map_err(|error| self.failed(error))
    }

    /// The attribute by which items of the table expire; none if they don't.
    pub(super) async fn expires_by(&self, client: &Client) -> Result<Option<String>, TablesError> {
        let answer = client
            .describe_time_to_live()
            .table_name(self.name)
            .send()
            .await
            .map_err(|e| self.failed(e))?;
        let is_on =
            |status| matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
        let expiry =
            answer.time_to_live_description.filter(|ttl| is_on(ttl.time_to_live_status.clone()));
        Ok(expiry.and_then(|ttl| ttl.attribute_name))
    }

    pub(super) fn failed(&self, source: impl Error + Send + Sync + 'static) -> TablesError {
        TablesError::Failed { table: self.name.to_owned(), source: Box::new(source) }
    }
}

fn is_usable(table: &TableDescription, added: Option<&Index>) -> bool {
    let indexes = table.global_secondary_indexes();
    let is_there =
        |added: &Index| indexes.iter().any(|index| index.index_name.as_deref() == Some(added.name));
    table.table_status == Some(TableStatus::Active)
        && indexes.iter().all(|index| index.index_status == Some(IndexStatus::Active))
        && added.is_none_or(is_there)
}

pub(super) fn keys_of(index: &Index) -> Result<[KeySchemaElement; 2], BuildError> {
    Ok([key(index.partition, KeyType::Hash)?, key(index.sort, KeyType::Range)?])
}

pub(super) fn projection(index: &Index) -> Projection {
    Projection::builder().projection_type(projection_type(index)).build()
}

pub(super) const fn projection_type(index: &Index) -> ProjectionType {
    if index.keys_only { ProjectionType::KeysOnly } else { ProjectionType::All }
}

pub(super) fn text(name: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
}

fn key(name: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build()
}
