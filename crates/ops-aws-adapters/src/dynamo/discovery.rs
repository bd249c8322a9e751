//! The reports of discovery in the operations table, as [`DiscoveryLog`].

use async_trait::async_trait;
use futures_util::future::try_join_all;
use ops_domain::discovery::{AccountListReport, ScopeReport};
use ops_domain::instance::Scope;
use ops_domain::ports::{DiscoveryLog, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::dynamo::DynamoStore;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, get_text, text};
use crate::dynamo::layout::{ACCOUNT_LIST_KEY, PK, RECORD, discovery_key};
use crate::dynamo::operations::MOST_KEYS;

#[async_trait]
impl DiscoveryLog for DynamoStore {
    async fn record(&self, report: &ScopeReport) -> Result<(), StoreError> {
        self.put_report(discovery_key(&report.scope), report).await
    }

    async fn reports(&self, scopes: &[Scope]) -> Result<Vec<ScopeReport>, StoreError> {
        let keys: Vec<String> = scopes.iter().map(discovery_key).collect();
        let read = keys.chunks(MOST_KEYS).map(|keys| self.batch_get_operations(keys));
        let items = try_join_all(read).await?;
        let reports = items.iter().flatten().map(report).collect::<Result<_, _>>();
        reports.map_err(|bad| DynamoError::from(bad).of_operations())
    }

    async fn record_accounts(&self, report: &AccountListReport) -> Result<(), StoreError> {
        self.put_report(ACCOUNT_LIST_KEY.to_owned(), report).await
    }

    async fn account_list(&self) -> Result<Option<AccountListReport>, StoreError> {
        let item = self.get_operations(ACCOUNT_LIST_KEY.to_owned()).await?;
        let list = item.as_ref().map(report).transpose();
        list.map_err(|bad| DynamoError::from(bad).of_operations())
    }
}

impl DynamoStore {
    async fn put_report(&self, key: String, report: &impl Serialize) -> Result<(), StoreError> {
        let unwritable = |error: serde_json::Error| StoreError::Unavailable(error.into());
        let record = serde_json::to_string(report).map_err(unwritable)?;
        let put = self.client.put_item().table_name(&self.tables.operations);
        let put = put.item(PK, text(key)).item(RECORD, text(record));
        let stored = put.send().await.map_err(|error| DynamoError::from(error).of_operations());
        stored.map(drop)
    }
}

fn report<T: DeserializeOwned>(item: &Item) -> Result<T, BadItem> {
    let record = get_text(item, RECORD)?;
    serde_json::from_str(record).map_err(|error| BadItem::Content(RECORD, error.into()))
}
