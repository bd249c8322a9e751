//! [`ManagedInventory`] and [`DiscoveryLog`] over SQLite. Each write checks the item that it finds
//! in the same transaction.

use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::discovery::{AccountListReport, InventoryWrite, Occupant, ScopeReport};
use ops_domain::instance::{InstanceRef, InventoryItem, Managed, Scope};
use ops_domain::ports::{
    DiscoveryLog, InventoryError, InventoryPage, ManagedInventory, StoreError, Written,
};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sqlite::inventory::{self, SqliteInventory};
use crate::sqlite::{Database, SqliteError};

#[async_trait]
impl ManagedInventory for SqliteInventory {
    async fn occupant(&self, target: &InstanceRef) -> Result<Occupant, InventoryError> {
        let target = target.clone();
        let found = self.database().read(move |connection| {
            Ok::<_, InventoryError>(inventory::occupants(connection, &target)?)
        });
        // One that can't be understood may be meant to be of this account and Region.
        let mut occupant = Occupant::Nobody;
        for item in found.await? {
            match item {
                Ok(item) => occupant = Occupant::Item(Box::new(item)),
                Err(broken) => return Ok(Occupant::Broken(broken.problem)),
            }
        }
        Ok(occupant)
    }

    async fn write(&self, write: &InventoryWrite) -> Result<Written, InventoryError> {
        let write = write.clone();
        self.database().write(move |transaction| Ok(carry_out(transaction, &write)?)).await
    }

    async fn managed(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        let page = self.page(cursor, limit).await?;
        let items = page.items.into_iter().filter(|item| item.managed.is_some()).collect();
        Ok(InventoryPage { items, broken: Vec::new(), next: page.next })
    }
}

fn carry_out(
    transaction: &Transaction<'_>,
    write: &InventoryWrite,
) -> Result<Written, SqliteError> {
    let is_as_read = match write {
        InventoryWrite::Create(item) => found(transaction, &item.target)? == Found::Nothing,
        InventoryWrite::Replace { before, item } => {
            found(transaction, &item.target)? == Found::Own(before.clone())
        }
        InventoryWrite::Adopt(item) => found(transaction, &item.target)? == Found::Foreign,
        InventoryWrite::Delete { target, before } => {
            found(transaction, target)? == Found::Own(before.clone())
        }
    };
    if !is_as_read {
        return Ok(Written::Outdated);
    }
    match write {
        InventoryWrite::Create(item)
        | InventoryWrite::Replace { item, .. }
        | InventoryWrite::Adopt(item) => {
            inventory::put(transaction, std::slice::from_ref(item))?;
        }
        InventoryWrite::Delete { target, .. } => delete(transaction, target)?,
    }
    Ok(Written::Done)
}

/// What a write finds under its key.
#[derive(Debug, PartialEq)]
enum Found {
    Nothing,
    Own(Managed),
    Foreign,
}

fn found(connection: &Connection, target: &InstanceRef) -> Result<Found, SqliteError> {
    let text: Option<String> = connection
        .prepare_cached(
            "SELECT item FROM inventory WHERE instance_id = ?1 AND account_id = ?2 AND region = ?3",
        )?
        .query_row(key(target), |row| row.get(0))
        .optional()?;
    let Some(text) = text else { return Ok(Found::Nothing) };
    let item = serde_json::from_str::<InventoryItem>(&text).ok();
    Ok(item.and_then(|item| item.managed).map_or(Found::Foreign, Found::Own))
}

fn delete(transaction: &Transaction<'_>, target: &InstanceRef) -> Result<(), SqliteError> {
    transaction
        .prepare_cached(
            "DELETE FROM inventory WHERE instance_id = ?1 AND account_id = ?2 AND region = ?3",
        )?
        .execute(key(target))?;
    Ok(())
}

fn key(target: &InstanceRef) -> [&str; 3] {
    [target.instance_id.as_str(), target.account_id.as_str(), target.region.as_str()]
}

/// What is kept of the runs of discovery, in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteDiscoveryLog {
    database: Arc<Database>,
}

impl SqliteDiscoveryLog {
    /// What is kept in `database`.
    #[must_use]
    pub const fn new(database: Arc<Database>) -> Self {
        Self { database }
    }
}

/// Where the list of the organization's accounts is among the reports of accounts and Regions.
const ACCOUNT_LIST: &str = "organization";

#[async_trait]
impl DiscoveryLog for SqliteDiscoveryLog {
    async fn record(&self, report: &ScopeReport) -> Result<(), StoreError> {
        let report = report.clone();
        let write = move |transaction: &Transaction<'_>| {
            Ok(put_report(transaction, &report.scope.to_string(), &report)?)
        };
        self.database.write(write).await
    }

    async fn reports(&self, scopes: &[Scope]) -> Result<Vec<ScopeReport>, StoreError> {
        let scopes = scopes.to_vec();
        self.database.read(move |connection| Ok(reports(connection, &scopes)?)).await
    }

    async fn record_accounts(&self, report: &AccountListReport) -> Result<(), StoreError> {
        let report = report.clone();
        let write = move |transaction: &Transaction<'_>| {
            Ok(put_report(transaction, ACCOUNT_LIST, &report)?)
        };
        self.database.write(write).await
    }

    async fn account_list(&self) -> Result<Option<AccountListReport>, StoreError> {
        self.database.read(|connection| Ok(get_report(connection, ACCOUNT_LIST)?)).await
    }
}

fn put_report(
    transaction: &Transaction<'_>,
    of: &str,
    report: &impl Serialize,
) -> Result<(), SqliteError> {
    transaction
        .prepare_cached(
            "INSERT INTO discovery (scope, report) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET report = excluded.report",
        )?
        .execute(params![of, serde_json::to_string(report)?])?;
    Ok(())
}

fn get_report<T: DeserializeOwned>(
    connection: &Connection,
    of: &str,
) -> Result<Option<T>, SqliteError> {
    let mut statement =
        connection.prepare_cached("SELECT report FROM discovery WHERE scope = ?1")?;
    let text: Option<String> = statement.query_row([of], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn reports(connection: &Connection, scopes: &[Scope]) -> Result<Vec<ScopeReport>, SqliteError> {
    let reports = scopes.iter().map(|scope| get_report(connection, &scope.to_string()));
    reports.filter_map(Result::transpose).collect()
}
