//! One run: every account and Region, and then the items that were not seen.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};

use crate::discovery::{AccountListReport, Change, Run, ScopeReport, of_unseen};
use crate::failure::Failure;
use crate::id::AccountId;
use crate::instance::Scope;
use crate::ports::{Measurement, Written};
use crate::service::discovery::scope::Reading;
use crate::service::discovery::work::{WRITES_AT_ONCE, Work};
use crate::service::discovery::{Discovery, DiscoveryEvent, DiscoveryObserver, is_off};
use crate::service::log;
use crate::time::{Timestamp, in_micros};

/// Accounts that are read at the same time. RDS throttles by account and Region, so the Regions of
/// one account follow one another, and the accounts do not hold one another up.
const ACCOUNTS_AT_ONCE: usize = 8;

/// Items of one page of the inventory.
const PAGE: usize = 100;

/// What a run is asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DiscoveryRequest {
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether items of another writer are adopted, where the settings do not say so already.
    pub adopt: bool,
    /// After this no account and Region is begun.
    pub until: Option<Timestamp>,
}

/// What came of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Discovered {
    /// When it started.
    pub started_at: Timestamp,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// How many changes there were, by [`Change::name`].
    pub changes: BTreeMap<&'static str, u64>,
    /// Each account and Region.
    pub scopes: Vec<ScopeOutcome>,
    /// The list of the organization's accounts; `None` where the accounts are given.
    pub account_list: Option<AccountListReport>,
}

/// What came of one account and Region in a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScopeOutcome {
    /// What is kept of it.
    pub report: ScopeReport,
    /// The instances that this run saw, also where it did not see all.
    pub seen: u64,
}

impl Discovered {
    /// The accounts and Regions that were not read in full.
    pub fn unread(&self) -> impl Iterator<Item = &ScopeReport> {
        self.scopes.iter().map(|outcome| &outcome.report).filter(|report| report.problem.is_some())
    }

    /// Whether the list of accounts, and every account and Region, was read in full.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let has_problem = |list: &AccountListReport| list.problem.is_some();
        !self.account_list.as_ref().is_some_and(has_problem) && self.unread().next().is_none()
    }

    /// The instances that were seen.
    #[must_use]
    pub fn instances(&self) -> u64 {
        self.scopes.iter().map(|outcome| outcome.seen).sum()
    }
}

/// The Regions of an account, each with its last report.
type Regions = Vec<(Scope, Option<ScopeReport>)>;

impl Discovery {
    /// Reads every account and Region, and brings the inventory in line with them.
    ///
    /// An account and Region that can't be read leaves its items as they are, is told of in the
    /// outcome, and does not stop the others. Where the accounts of the organization can't be
    /// listed, those of the last list are read.
    ///
    /// # Errors
    /// A [`Failure`] when no account is configured, or the inventory or the store can't be used.
    pub async fn run(
        &self,
        request: &DiscoveryRequest,
        observer: &dyn DiscoveryObserver,
    ) -> Result<Discovered, Failure> {
        if !self.settings.is_on() {
            return Err(is_off());
        }
        let started_at = in_micros(self.ports.clock.now());
        let run = Run { started_at, adopt: request.adopt || self.settings.adopt };
        let work = Work { ports: &self.ports, run, request, observer };
        let account_list = work.account_list(&self.settings.accounts).await?;
        let accounts = self.accounts_in_order(account_list.as_ref()).await?;
        observer.notice(DiscoveryEvent::Begun { scopes: accounts.iter().map(Vec::len).sum() });
        let mut found = Reading::default();
        let mut scopes = Vec::new();
        let mut readings = stream::iter(accounts)
            .map(|regions| work.read_account(regions))
            .buffer_unordered(ACCOUNTS_AT_ONCE);
        while let Some((reading, outcomes)) = readings.next().await {
            found.merge(reading);
            scopes.extend(outcomes);
        }
        drop(readings);
        work.settle_unseen(&scopes, &mut found).await?;
        scopes.sort_by(|one, other| one.report.scope.cmp(&other.report.scope));
        let Reading { changes, .. } = found;
        let discovered =
            Discovered { started_at, dry_run: request.dry_run, changes, scopes, account_list };
        self.report(&discovered);
        Ok(discovered)
    }

    /// The accounts, first those that were not read in full for the longest time: a run that ends
    /// early is followed by one that begins with what it has left.
    async fn accounts_in_order(
        &self,
        list: Option<&AccountListReport>,
    ) -> Result<Vec<Regions>, Failure> {
        let scopes = self.scopes(list);
        let reports = self.ports.log.reports(&scopes).await.map_err(Failure::from)?;
        let mut reports: BTreeMap<Scope, ScopeReport> =
            reports.into_iter().map(|report| (report.scope.clone(), report)).collect();
        let mut accounts: BTreeMap<AccountId, Regions> = BTreeMap::new();
        for scope in scopes {
            let last = reports.remove(&scope);
            accounts.entry(scope.account_id.clone()).or_default().push((scope, last));
        }
        let completed = |(_, last): &(Scope, Option<ScopeReport>)| last.as_ref()?.completed_at;
        let mut accounts: Vec<Regions> = accounts.into_values().collect();
        accounts.iter_mut().for_each(|regions| regions.sort_by_key(completed));
        accounts.sort_by_key(|regions| regions.first().and_then(completed));
        Ok(accounts)
    }

    fn report(&self, discovered: &Discovered) {
        let unread: Vec<&ScopeReport> = discovered.unread().collect();
        log::discovered(discovered, unread.len());
        if discovered.dry_run {
            return;
        }
        let now = discovered.started_at;
        let of_list = discovered.account_list.iter().map(|list| list.unread_minutes(now));
        let minutes = unread.iter().map(|report| report.unread_minutes(now)).chain(of_list);
        self.ports.metrics.record(&Measurement::Discovered {
            instances: discovered.instances(),
            unread_scopes: u64::try_from(unread.len()).unwrap_or(u64::MAX),
            longest_unread_minutes: minutes.max().unwrap_or_default(),
        });
    }
}

impl Work<'_> {
    /// The Regions of one account, one after the other.
    async fn read_account(&self, regions: Regions) -> (Reading, Vec<ScopeOutcome>) {
        let (mut all, mut outcomes) = (Reading::default(), Vec::new());
        for (scope, last) in regions {
            let mut reading = Reading::default();
            let read = self.read(&scope, &mut reading).await;
            let report = reading.report(scope, last.as_ref(), read, &self.run);
            log::discovered_scope(&report);
            if !self.request.dry_run
                && let Err(error) = self.ports.log.record(&report).await
            {
                log::missed(&error, "what came of the discovery of an account was not stored");
            }
            let outcome = ScopeOutcome { report, seen: reading.instances };
            self.observer.notice(DiscoveryEvent::Ended(&outcome));
            outcomes.push(outcome);
            all.merge(reading);
        }
        (all, outcomes)
    }

    /// Decides about the items of discovery that are in an account and Region which was read in
    /// full, and were not seen.
    async fn settle_unseen(
        &self,
        scopes: &[ScopeOutcome],
        found: &mut Reading,
    ) -> Result<(), Failure> {
        let complete = scopes.iter().filter(|outcome| outcome.report.problem.is_none());
        let complete: BTreeSet<&Scope> = complete.map(|outcome| &outcome.report.scope).collect();
        let mut cursor: Option<String> = None;
        while !complete.is_empty() {
            let page = self.managed(cursor.as_deref(), PAGE).await.map_err(Failure::from)?;
            let unseen: Vec<Change> = page
                .items
                .iter()
                .filter(|item| complete.contains(&item.target.scope()))
                .filter(|item| !found.dry_seen.contains(&item.target))
                .filter_map(|item| of_unseen(item, &found.names, &self.run))
                .collect();
            let mut written = stream::iter(unseen)
                .map(|change| async move { (self.write(&change).await, change) })
                .buffer_unordered(WRITES_AT_ONCE);
            while let Some((written, change)) = written.next().await {
                // What another run has written meanwhile is newer than what this one read.
                if written.map_err(Failure::from)? == Written::Done {
                    found.count(&change);
                    self.observer.notice(DiscoveryEvent::Changed(&change));
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(())
    }
}
