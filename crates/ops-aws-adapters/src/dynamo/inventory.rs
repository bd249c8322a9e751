//! The inventory table as [`Inventory`]. What discovery writes there is in `managed.rs`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use ops_config::Tables;
use ops_domain::id::InstanceId;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::{Inventory, InventoryError, InventoryPage};
use tokio::sync::OnceCell;

use crate::dynamo::cursor;
use crate::dynamo::error::DynamoError;
use crate::dynamo::inventory_item::read;
use crate::dynamo::item::{Item, text};
use crate::dynamo::layout::INSTANCE_ID;
use crate::dynamo::managed::KeySchema;

/// The inventory table.
pub struct DynamoInventory {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) schema: OnceCell<KeySchema>,
}

impl DynamoInventory {
    /// The inventory in the table of that name. Does no I/O.
    #[must_use]
    pub fn new(client: Client, tables: &Tables) -> Self {
        Self { client, table: tables.inventory.clone(), schema: OnceCell::new() }
    }
}

#[async_trait]
impl Inventory for DynamoInventory {
    /// A query by the partition key, so that a table with a sort key has room for several of one
    /// name.
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#id = :id")
            .expression_attribute_names("#id", INSTANCE_ID)
            .expression_attribute_values(":id", text(id.as_str()));
        let items = query.into_paginator().items().send().try_collect().await;
        let items = items.map_err(|error| DynamoError::from(error).of_inventory())?;
        items.iter().map(|item| read(item).map_err(InventoryError::Broken)).collect()
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let scan = self.scan(cursor, limit)?;
        self.scanned(scan).await
    }
}

impl DynamoInventory {
    /// A scan of one page.
    pub(super) fn scan(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ScanFluentBuilder, InventoryError> {
        let start =
            cursor.map(|cursor| start_key(cursor).ok_or(InventoryError::BadCursor)).transpose()?;
        let limit = i32::try_from(limit.max(1)).unwrap_or(i32::MAX);
        let scan = self.client.scan().table_name(&self.table).limit(limit);
        Ok(scan.set_exclusive_start_key(start))
    }

    /// The page of a scan.
    pub(super) async fn scanned(
        &self,
        scan: ScanFluentBuilder,
    ) -> Result<InventoryPage, InventoryError> {
        let answer = scan.send().await.map_err(|error| DynamoError::from(error).of_inventory())?;
        let mut page = InventoryPage {
            next: answer.last_evaluated_key.and_then(|key| next(&key)),
            ..Default::default()
        };
        for item in answer.items.unwrap_or_default() {
            match read(&item) {
                Ok(item) => page.items.push(item),
                Err(broken) => page.broken.push(broken),
            }
        }
        Ok(page)
    }
}

/// A key of the table, whose sort key may have any name: each attribute's type (`S` or `N`) and
/// value.
type KeyCursor = BTreeMap<String, (char, String)>;

fn next(key: &Item) -> Option<String> {
    let part = |value: &AttributeValue| match value {
        AttributeValue::S(text) => Some(('S', text.clone())),
        AttributeValue::N(number) => Some(('N', number.clone())),
        _ => None,
    };
    let key: Option<KeyCursor> =
        key.iter().map(|(name, value)| Some((name.clone(), part(value)?))).collect();
    key.filter(|key| !key.is_empty()).map(|key| cursor::encode(&key))
}

fn start_key(text: &str) -> Option<Item> {
    let key: KeyCursor = cursor::decode(text)?;
    if !key.contains_key(INSTANCE_ID) || key.len() > 2 {
        return None;
    }
    let value = |(kind, value)| match kind {
        'S' => Some(AttributeValue::S(value)),
        'N' => Some(AttributeValue::N(value)),
        _ => None,
    };
    key.into_iter().map(|(name, part)| Some((name, value(part)?))).collect()
}
