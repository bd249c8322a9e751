//! An audit trail in tables of its own, and how somebody changes its items who has the tables in
//! his hands.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use ops_aws_adapters::dynamo;
use ops_config::Tables;
use ops_domain::audit::AuditEntry;
use ops_domain::ports::AuditLog;
use ops_testkit::contract::original::SharedTrail;
use ops_testkit::contract::tampering::TamperableTrail;
use serde_json::{Value, json};

use crate::world::Emulator;

pub(crate) struct Trail {
    audit: Arc<dyn AuditLog>,
    client: Client,
    tables: Tables,
}

impl Trail {
    pub(crate) async fn on(emulator: &Emulator) -> Self {
        let (stores, tables) = emulator.stores().await;
        Self { audit: stores.audit, client: dynamo::client(&emulator.config), tables }
    }

    async fn put_item(&self, item: HashMap<String, AttributeValue>) {
        let put = self.client.put_item().table_name(&self.tables.audit).set_item(Some(item));
        put.send().await.expect("the item can be written");
    }

    async fn delete(&self, table: &str, key: &str, value: &str) {
        let delete = self
            .client
            .delete_item()
            .table_name(table)
            .key(key, AttributeValue::S(value.to_owned()));
        delete.send().await.expect("the item can be deleted");
    }
}

#[async_trait]
impl SharedTrail for Trail {
    fn audit(&self) -> Arc<dyn AuditLog> {
        Arc::clone(&self.audit)
    }

    async fn put_original(&self, entry: &AuditEntry) {
        self.put_item(item(entry)).await;
    }
}

#[async_trait]
impl TamperableTrail for Trail {
    fn audit(&self) -> Arc<dyn AuditLog> {
        Arc::clone(&self.audit)
    }

    async fn put(&self, entry: &AuditEntry) {
        self.put_item(item(entry)).await;
    }

    async fn remove(&self, audit_id: &str) {
        self.delete(&self.tables.audit, "audit_id", audit_id).await;
    }

    async fn swap(&self, one: &AuditEntry, other: &AuditEntry) {
        for (entry, place) in [(one, other), (other, one)] {
            let mut item = item(entry);
            item.insert("timestamp".into(), AttributeValue::S(place.timestamp.clone()));
            self.put_item(item).await;
        }
    }

    async fn remove_head(&self, instance_id: &str) {
        self.delete(&self.tables.operations, "pk", &format!("CHAIN#{instance_id}")).await;
    }
}

fn item(entry: &AuditEntry) -> HashMap<String, AttributeValue> {
    let Value::Object(fields) = json!(entry) else { unreachable!("an entry is an object") };
    fields.into_iter().filter_map(|(name, value)| Some((name, attribute(&value)?))).collect()
}

fn attribute(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(AttributeValue::Bool(*value)),
        Value::Number(number) => Some(AttributeValue::N(number.to_string())),
        Value::String(text) => Some(AttributeValue::S(text.clone())),
        Value::Array(_) | Value::Object(_) => unreachable!("an entry holds texts and numbers"),
    }
}
