//! A table that is there: whether it can be used, and what it lacks.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndexDescription,
    GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, ProvisionedThroughput,
    ScalarAttributeType, TableDescription,
};
use thiserror::Error;

use crate::dynamo::layout::{Index, TTL};
use crate::tables::TablesError;
use crate::tables::plan::{Expiry, Plan, SortKey, keys_of, projection, projection_type, text};

/// Why a table that is there can't be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Misfit {
    /// Its partition key is another.
    #[error("its partition key is {found}; it must be `{wanted}`, a string")]
    PartitionKey {
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// It has a sort key.
    #[error("it has the sort key {found}; it must have none, because {why}")]
    SortKey {
        /// The sort key.
        found: String,
        /// Why it must not have one.
        why: &'static str,
    },
    /// It has a sort key of bytes.
    #[error("its sort key {found} holds bytes; it must be a string or a number")]
    SortKeyOfBytes {
        /// The sort key.
        found: String,
    },
    /// It has an index of the name of one of ours that is another one.
    #[error(
        "its index `{index}` must have the keys `{partition}` and `{sort}` and {holds}; delete it \
         to have it made anew"
    )]
    Index {
        /// The name.
        index: &'static str,
        /// The partition key that it must have.
        partition: &'static str,
        /// The sort key that it must have.
        sort: &'static str,
        /// Which attributes it must have.
        holds: &'static str,
    },
    /// A key of one of our indexes is a key of another index as something else than a string.
    #[error(
        "its attribute `{attribute}` is declared as a key that is no string, so that `{index}` \
         can't be added"
    )]
    Attribute {
        /// The attribute.
        attribute: &'static str,
        /// The index that would need it.
        index: &'static str,
    },
    /// Its items expire by another attribute.
    #[error(
        "its items expire by `{found}`; they must by `{TTL}`, and a table has one such attribute"
    )]
    Expiry {
        /// The attribute.
        found: String,
    },
}

impl Plan<'_> {
    /// The table as it is, if it is there and can be used.
    ///
    /// # Errors
    /// A [`TablesError`], [`TablesError::Unusable`] if it can't be used.
    pub(super) async fn find(
        &self,
        client: &Client,
    ) -> Result<Option<TableDescription>, TablesError> {
        let Some(table) = self.describe(client).await? else { return Ok(None) };
        let unusable = |misfit| TablesError::Unusable { table: self.name.to_owned(), misfit };
        self.check(&table).map_err(unusable)?;
        match self.expiry {
            Expiry::Never => {}
            Expiry::ByTtl => {
                let other = self.expires_by(client).await?.filter(|attribute| attribute != TTL);
                other.map_or(Ok(()), |found| Err(unusable(Misfit::Expiry { found })))?;
            }
        }
        Ok(Some(table))
    }

    /// The indexes that the table does not have.
    pub(super) fn missing(&self, table: &TableDescription) -> Vec<&'static Index> {
        self.indexes.iter().filter(|index| named(table, index.name).is_none()).collect()
    }

    /// Adds an index and waits until it has every item. DynamoDB adds one at a time. `definitions`
    /// are those of all keys that the table has then.
    pub(super) async fn add(
        &self,
        client: &Client,
        index: &Index,
        definitions: &[AttributeDefinition],
        throughput: Option<ProvisionedThroughput>,
    ) -> Result<(), TablesError> {
        let [partition, sort] = keys_of(index).map_err(|error| self.failed(error))?;
        let action = CreateGlobalSecondaryIndexAction::builder()
            .index_name(index.name)
            .key_schema(partition)
            .key_schema(sort)
            .projection(projection(index))
            .set_provisioned_throughput(throughput)
            .build()
            .map_err(|error| self.failed(error))?;
        let update = client
            .update_table()
            .table_name(self.name)
            .set_attribute_definitions(Some(definitions.to_vec()))
            .global_secondary_index_updates(
                GlobalSecondaryIndexUpdate::builder().create(action).build(),
            );
        update.send().await.map_err(|error| self.failed(error))?;
        self.wait(client, Some(index)).await
    }

    fn check(&self, table: &TableDescription) -> Result<(), Misfit> {
        self.check_keys(table)?;
        self.indexes.iter().try_for_each(|index| check_index(table, index))
    }

    fn check_keys(&self, table: &TableDescription) -> Result<(), Misfit> {
        let partition = key_of(table.key_schema(), &KeyType::Hash).unwrap_or_default();
        if partition != self.key || declared(table, partition) != Some(&ScalarAttributeType::S) {
            let found = shown(table, partition);
            return Err(Misfit::PartitionKey { found, wanted: self.key });
        }
        let Some(sort) = key_of(table.key_schema(), &KeyType::Range) else { return Ok(()) };
        let found = shown(table, sort);
        match self.sort_key {
            SortKey::None { why } => Err(Misfit::SortKey { found, why }),
            SortKey::Tolerated if declared(table, sort) == Some(&ScalarAttributeType::B) => {
                Err(Misfit::SortKeyOfBytes { found })
            }
            SortKey::Tolerated => Ok(()),
        }
    }
}

/// The table may lack the index, but must not have another one in its place or in its way.
fn check_index(table: &TableDescription, index: &'static Index) -> Result<(), Misfit> {
    let Index { name, partition, sort, keys_only } = *index;
    let other_kind =
        |attribute| declared(table, attribute).is_some_and(|kind| *kind != ScalarAttributeType::S);
    if let Some(attribute) = [partition, sort].into_iter().find(|attribute| other_kind(attribute)) {
        return Err(Misfit::Attribute { attribute, index: name });
    }
    let is_ours = |found: &GlobalSecondaryIndexDescription| {
        let keys = [KeyType::Hash, KeyType::Range].map(|kind| key_of(found.key_schema(), &kind));
        let projection =
            found.projection.as_ref().and_then(|projection| projection.projection_type.as_ref());
        keys == [Some(partition), Some(sort)] && projection == Some(&projection_type(index))
    };
    let holds = if keys_only { "no other attributes" } else { "all attributes" };
    let is_ours = named(table, name).is_none_or(is_ours);
    if is_ours { Ok(()) } else { Err(Misfit::Index { index: name, partition, sort, holds }) }
}

fn named<'a>(
    table: &'a TableDescription,
    name: &str,
) -> Option<&'a GlobalSecondaryIndexDescription> {
    table.global_secondary_indexes().iter().find(|index| index.index_name.as_deref() == Some(name))
}

fn key_of<'a>(schema: &'a [KeySchemaElement], kind: &KeyType) -> Option<&'a str> {
    schema.iter().find(|element| element.key_type == *kind).map(KeySchemaElement::attribute_name)
}

/// The type of a key attribute of the table or of one of its indexes.
fn declared<'a>(table: &'a TableDescription, name: &str) -> Option<&'a ScalarAttributeType> {
    let definition =
        table.attribute_definitions().iter().find(|definition| definition.attribute_name == name);
    definition.map(AttributeDefinition::attribute_type)
}

fn shown(table: &TableDescription, name: &str) -> String {
    let kind = declared(table, name).map_or("?", ScalarAttributeType::as_str);
    format!("`{name}` ({kind})")
}

/// Adds the keys of an index, unless they are defined.
pub(super) fn define(
    definitions: &mut Vec<AttributeDefinition>,
    index: &Index,
) -> Result<(), BuildError> {
    for name in [index.partition, index.sort] {
        if definitions.iter().all(|definition| definition.attribute_name != name) {
            definitions.push(text(name)?);
        }
    }
    Ok(())
}

/// As much as the table itself has, where capacity is provisioned: a slower index would throttle
/// the writes of the table (Amazon DynamoDB Developer Guide, "Using Global Secondary Indexes").
/// None on demand.
pub(super) fn throughput(table: &TableDescription) -> Option<ProvisionedThroughput> {
    let of_table = table.provisioned_throughput.as_ref()?;
    let (read, write) = of_table.read_capacity_units.zip(of_table.write_capacity_units)?;
    let builder =
        ProvisionedThroughput::builder().read_capacity_units(read).write_capacity_units(write);
    builder.build().ok().filter(|_| read > 0 && write > 0)
}
