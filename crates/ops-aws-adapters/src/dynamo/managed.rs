//! The inventory table as [`ManagedInventory`]. Each write has a condition on the item that it
//! finds, so that none of another writer is ever changed or removed.

mod condition;
mod key;

use async_trait::async_trait;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ops_domain::discovery::{InventoryWrite, Occupant};
use ops_domain::instance::{InstanceRef, InventoryItem, Managed};
use ops_domain::ports::{InventoryError, InventoryPage, ManagedInventory, Written};

use crate::dynamo::error::DynamoError;
use crate::dynamo::inventory::DynamoInventory;
use crate::dynamo::inventory_item::{MANAGED_BY, OWNER, read, write};
use crate::dynamo::item::{Item, text};
use crate::dynamo::layout::INSTANCE_ID;
use crate::dynamo::managed::condition::Expression;

pub(super) use key::KeySchema;

#[async_trait]
impl ManagedInventory for DynamoInventory {
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        let schema = self.schema().await?;
        let mut occupant = Occupant::Nobody;
        for item in self.named(target).await? {
            match read(&item) {
                Ok(found) if found.target == *target || !schema.has_sort_key() => {
                    return Ok(Occupant::Item(Box::new(found)));
                }
                Ok(_) => {}
                Err(broken) => occupant = Occupant::Broken(broken.problem),
            }
        }
        Ok(occupant)
    }

    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError> {
        match write {
            InventoryWrite::Create(item) => self.create(item).await,
            InventoryWrite::Replace { before, item } => self.replace(before, item).await,
            InventoryWrite::Adopt(item) => self.adopt(item).await,
            InventoryWrite::Delete { target, before } => self.delete(target, before).await,
        }
    }

    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let scan = self.scan(cursor, limit)?.filter_expression("#owner = :owner");
        let scan = scan.expression_attribute_names("#owner", MANAGED_BY);
        let scan = scan.expression_attribute_values(":owner", text(OWNER));
        let page = self.scanned(scan).await?;
        Ok(InventoryPage { broken: Vec::new(), ..page })
    }
}

impl DynamoInventory {
    /// All items of the name, as they are now.
    async fn named(&self, target: &InstanceRef) -> Result<Vec<Item>, InventoryError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#id = :id")
            .expression_attribute_names("#id", INSTANCE_ID)
            .expression_attribute_values(":id", text(target.instance_id.as_str()));
        let items = query.into_paginator().items().send().try_collect().await;
        items.map_err(|error| DynamoError::from(error).of_inventory())
    }

    /// The item of the instance as it is now.
    async fn found(&self, target: &InstanceRef) -> Result<Option<Item>, InventoryError> {
        let items = self.named(target).await?;
        Ok(items.into_iter().find(|item| read(item).is_ok_and(|item| item.target == *target)))
    }

    /// The key of an item of discovery. With a sort key it is looked up: an item that was adopted
    /// has the one that the other writer gave it.
    async fn key_of(&self, target: &InstanceRef) -> Result<Option<Item>, InventoryError> {
        let schema = self.schema().await?;
        if !schema.has_sort_key() {
            return Ok(Some(schema.new_key(target)));
        }
        Ok(self.found(target).await?.map(|item| schema.key_of(&item)))
    }

    async fn create(&self, item: &InventoryItem) -> Result<Written, InventoryError> {
        let schema = self.schema().await?;
        let mut attributes: Item =
            write(item).filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        attributes.extend(schema.new_key(&item.target));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(attributes));
        let put = put.condition_expression("attribute_not_exists(#id)");
        written(put.expression_attribute_names("#id", INSTANCE_ID).send().await)
    }

    async fn replace(
        &self,
        before: &Managed,
        item: &InventoryItem,
    ) -> Result<Written, InventoryError> {
        let Some(key) = self.key_of(&item.target).await? else { return Ok(Written::Outdated) };
        self.update(key, item, Expression::as_read(&item.target, before)).await
    }

    async fn adopt(&self, item: &InventoryItem) -> Result<Written, InventoryError> {
        let Some(found) = self.found(&item.target).await? else { return Ok(Written::Outdated) };
        let key = self.schema().await?.key_of(&found);
        self.update(key, item, Expression::of_another_writer(&found)).await
    }

    /// Writes the attributes that discovery has, and leaves all others.
    async fn update(
        &self,
        key: Item,
        item: &InventoryItem,
        mut expression: Expression,
    ) -> Result<Written, InventoryError> {
        let attributes = write(item).filter(|(name, _)| !key.contains_key(*name));
        let update = expression.update(attributes);
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .update_expression(update)
            .condition_expression(expression.condition)
            .set_expression_attribute_names(Some(expression.names))
            .set_expression_attribute_values(Some(expression.values));
        written(call.send().await)
    }

    async fn delete(
        &self,
        target: &InstanceRef,
        before: &Managed,
    ) -> Result<Written, InventoryError> {
        let Some(key) = self.key_of(target).await? else { return Ok(Written::Outdated) };
        let expression = Expression::as_read(target, before);
        let call = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .condition_expression(expression.condition)
            .set_expression_attribute_names(Some(expression.names))
            .set_expression_attribute_values(Some(expression.values));
        written(call.send().await)
    }
}

/// What became of a write with a condition.
fn written<O, E>(
    answer: Result<O, SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>>,
) -> Result<Written, InventoryError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Ok(_) => Ok(Written::Done),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => {
            Ok(Written::Outdated)
        }
        Err(error) => Err(DynamoError::from(error).of_inventory()),
    }
}

/// An attribute and its value; `None` where the item has none.
type Attribute = (&'static str, Option<AttributeValue>);
