//! A simulated AWS organization: its accounts, page by page.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ops_domain::id::AccountId;
use ops_domain::ports::{AccountList, AccountListError, Listed, OrganizationAccount};

/// The most accounts of one page (AWS Organizations API Reference, `ListAccounts`).
const PAGE: usize = 20;

/// An AWS organization. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct SimulatedOrganization {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Each account, and whether it is active.
    accounts: BTreeMap<AccountId, bool>,
    /// Which calls fail, and how.
    fault: Option<(Range<usize>, ListFault)>,
    /// Calls since the fault was set.
    calls: usize,
}

/// What keeps the accounts from being listed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListFault {
    /// AWS asks for slower requests.
    Throttled,
    /// The service may not list the accounts.
    Denied,
    /// The service's account is in no organization.
    NoOrganization,
    /// AWS does not accept the service's credentials.
    Expired,
    /// AWS Organizations does not answer.
    Unreachable,
}

impl SimulatedOrganization {
    /// An organization of these accounts, all of which are active.
    #[must_use]
    pub fn of(accounts: impl IntoIterator<Item = AccountId>) -> Self {
        let organization = Self::default();
        accounts.into_iter().for_each(|account| organization.put(account, true));
        organization
    }

    /// Adds an account, or makes it active or inactive.
    pub fn put(&self, account: AccountId, is_active: bool) {
        self.lock().accounts.insert(account, is_active);
    }

    /// Takes an account out of the organization.
    pub fn remove(&self, account: &AccountId) {
        self.lock().accounts.remove(account);
    }

    /// Has these of the coming calls fail, of which 0 is the next one.
    pub fn fail(&self, calls: Range<usize>, fault: ListFault) {
        let mut inner = self.lock();
        inner.fault = Some((calls, fault));
        inner.calls = 0;
    }

    /// Has no coming call fail.
    pub fn heal(&self) {
        self.lock().fault = None;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AccountList for SimulatedOrganization {
    /// AWS may answer with an empty page before the last one, so the first page is empty here.
    async fn accounts(
        &self,
        token: Option<&str>,
    ) -> Result<Listed<OrganizationAccount>, AccountListError> {
        let mut inner = self.lock();
        let call = inner.calls;
        inner.calls += 1;
        if let Some((calls, fault)) = &inner.fault
            && calls.contains(&call)
        {
            return Err((*fault).into());
        }
        let Some(token) = token else {
            return Ok(Listed { items: Vec::new(), next: Some("0".to_owned()) });
        };
        let begin: usize = token
            .parse()
            .map_err(|_| AccountListError::Refused { code: "InvalidInputException".to_owned() })?;
        let page = inner.accounts.iter().skip(begin).take(PAGE);
        let items = page.map(|(account_id, is_active)| OrganizationAccount {
            account_id: account_id.clone(),
            is_active: *is_active,
        });
        let next = (begin + PAGE < inner.accounts.len()).then(|| (begin + PAGE).to_string());
        Ok(Listed { items: items.collect(), next })
    }
}

impl From<ListFault> for AccountListError {
    fn from(fault: ListFault) -> Self {
        match fault {
            ListFault::Throttled => Self::Throttled,
            ListFault::Denied => Self::Denied { action: "organizations:ListAccounts".to_owned() },
            ListFault::NoOrganization => Self::NoOrganization,
            ListFault::Expired => Self::Refused { code: "ExpiredTokenException".to_owned() },
            ListFault::Unreachable => Self::Unavailable("nobody answers".into()),
        }
    }
}
