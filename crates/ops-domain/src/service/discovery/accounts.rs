//! The list of the organization's accounts, which a run reads before anything else.
//!
//! A list that can't be read changes nothing: the run goes on with the accounts of the last one.

use std::collections::BTreeSet;

use crate::discovery::{AccountListReport, AccountSource};
use crate::failure::Failure;
use crate::id::AccountId;
use crate::service::discovery::stop::{LIST_OUT_OF_TIME, Stop};
use crate::service::discovery::work::Work;
use crate::service::log;

impl Work<'_> {
    /// The list of the organization's accounts; `None` where the accounts are given.
    ///
    /// # Errors
    /// A [`Failure`] when the store can't be read.
    pub(super) async fn account_list(
        &self,
        source: &AccountSource,
    ) -> Result<Option<AccountListReport>, Failure> {
        if !source.is_organization() {
            return Ok(None);
        }
        let last = self.ports.log.account_list().await.map_err(Failure::from)?;
        let report = self.list_report(last.as_ref(), self.read_accounts().await);
        log::listed_accounts(last.as_ref(), &report);
        if !self.request.dry_run
            && let Err(error) = self.ports.log.record_accounts(&report).await
        {
            log::missed(&error, "the list of the organization's accounts was not stored");
        }
        Ok(Some(report))
    }

    /// Every page of the list, without the accounts that can't be used.
    async fn read_accounts(&self) -> Result<BTreeSet<AccountId>, Stop> {
        let (mut accounts, mut token) = (BTreeSet::new(), None::<String>);
        loop {
            if !self.has_time() {
                return Err(Stop::of(LIST_OUT_OF_TIME));
            }
            let page = self.account_page(token.as_deref()).await?;
            let active = page.items.into_iter().filter(|account| account.is_active);
            accounts.extend(active.map(|account| account.account_id));
            token = page.next;
            if token.is_none() {
                return Ok(accounts);
            }
        }
    }

    fn list_report(
        &self,
        last: Option<&AccountListReport>,
        read: Result<BTreeSet<AccountId>, Stop>,
    ) -> AccountListReport {
        let attempted_at = self.run.started_at;
        match read {
            Ok(accounts) => AccountListReport {
                attempted_at,
                completed_at: Some(attempted_at),
                accounts: accounts.into_iter().collect(),
                problem: None,
            },
            Err(stop) => AccountListReport {
                attempted_at,
                completed_at: last.and_then(|last| last.completed_at),
                accounts: last.map(|last| last.accounts.clone()).unwrap_or_default(),
                problem: Some(stop.problem(last.and_then(|last| last.problem.as_ref()), &self.run)),
            },
        }
    }
}
