//! How far the inventory is discovered.

use std::collections::BTreeMap;

use crate::discovery::{AccountListReport, DiscoverySettings, ScopeReport};
use crate::failure::Failure;
use crate::instance::Scope;
use crate::service::discovery::{Discovery, is_off};

/// How far the inventory is discovered.
#[derive(Clone, Debug, PartialEq)]
pub struct InventoryStatus {
    /// What is configured.
    pub settings: DiscoverySettings,
    /// The last list of the organization's accounts; `None` where the accounts are given, or no
    /// run tried to list them yet.
    pub account_list: Option<AccountListReport>,
    /// Each account and Region to read; `None` where no run has tried it yet.
    pub scopes: Vec<(Scope, Option<ScopeReport>)>,
}

impl InventoryStatus {
    /// That of a service without discovery.
    #[must_use]
    pub fn off() -> Self {
        let settings = DiscoverySettings::default();
        Self { settings, account_list: None, scopes: Vec::new() }
    }

    /// Whether there is anything to discover.
    ///
    /// # Errors
    /// A [`Failure`] that says what to configure.
    pub fn require_on(&self) -> Result<(), Failure> {
        if self.settings.is_on() { Ok(()) } else { Err(is_off()) }
    }
}

impl Discovery {
    /// How far the inventory is discovered, for each account and Region.
    ///
    /// # Errors
    /// A [`Failure`] when the store can't be used.
    pub async fn status(&self) -> Result<InventoryStatus, Failure> {
        let account_list = if self.settings.accounts.is_organization() {
            self.ports.log.account_list().await.map_err(Failure::from)?
        } else {
            None
        };
        let scopes = self.scopes(account_list.as_ref());
        let reports = self.ports.log.reports(&scopes).await.map_err(Failure::from)?;
        let mut reports: BTreeMap<Scope, ScopeReport> =
            reports.into_iter().map(|report| (report.scope.clone(), report)).collect();
        let scopes = scopes.into_iter().map(|scope| {
            let report = reports.remove(&scope);
            (scope, report)
        });
        let settings = (*self.settings).clone();
        Ok(InventoryStatus { settings, account_list, scopes: scopes.collect() })
    }
}
