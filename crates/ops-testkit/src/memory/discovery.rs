//! What is kept of the runs of discovery.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ops_domain::discovery::{AccountListReport, ScopeReport};
use ops_domain::instance::Scope;
use ops_domain::ports::{DiscoveryLog, StoreError};

/// The reports of discovery in memory. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct MemoryDiscoveryLog {
    reports: Arc<Mutex<BTreeMap<Scope, ScopeReport>>>,
    account_list: Arc<Mutex<Option<AccountListReport>>>,
}

#[async_trait]
impl DiscoveryLog for MemoryDiscoveryLog {
    async fn record(&self, report: &ScopeReport) -> Result<(), StoreError> {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.insert(report.scope.clone(), report.clone());
        Ok(())
    }

    async fn reports(&self, scopes: &[Scope]) -> Result<Vec<ScopeReport>, StoreError> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(scopes.iter().filter_map(|scope| reports.get(scope).cloned()).collect())
    }

    async fn record_accounts(&self, report: &AccountListReport) -> Result<(), StoreError> {
        let mut list = self.account_list.lock().unwrap_or_else(PoisonError::into_inner);
        *list = Some(report.clone());
        Ok(())
    }

    async fn account_list(&self) -> Result<Option<AccountListReport>, StoreError> {
        Ok(self.account_list.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
