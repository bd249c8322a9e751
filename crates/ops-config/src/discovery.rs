//! The section `[discovery]`: which accounts and Regions the service reads by itself.

use std::time::Duration;

use ops_domain::discovery::{AccountSource, DiscoverySettings};
use ops_domain::id::{AccountId, Region};

use crate::CrossAccount;
use crate::polling::{REFUSE_AFTER, RUN_EVERY};
use crate::raw::Raw;
use crate::reader::{Reader, Section};
use crate::values;

const REGION: &str = "the name of a Region such as eu-central-1";

const ACCOUNTS: &str = "discovery.accounts";

/// Reads the section.
pub(super) fn read(reader: &mut Reader<'_>, cross_account: &CrossAccount) -> DiscoverySettings {
    let default = DiscoverySettings::default();
    let mut section = reader.section_or_variables("discovery");
    let regions = section.some(reader, "regions", REGION, region);
    let named = section.some(reader, "accounts", values::ACCOUNT, values::account);
    let organization = flag(&mut section, reader, "organization").unwrap_or_default();
    let every = RUN_EVERY.read_in(&mut section, reader, "every_minutes");
    let refuse_after = REFUSE_AFTER.read_in(&mut section, reader, "refuse_after_hours");
    let adopt = flag(&mut section, reader, "adopt");
    section.finish(reader);
    let Some(regions) = regions else {
        if named.is_some() || organization {
            reader.problem("discovery.regions", "the key is missing", REGION);
        }
        return DiscoverySettings {
            refuse_after: refuse_after.unwrap_or(default.refuse_after),
            ..default
        };
    };
    let settings = DiscoverySettings {
        accounts: account_source(named, organization, cross_account, reader),
        regions: without_repeats(regions),
        every: every.unwrap_or(default.every),
        adopt: adopt.unwrap_or(default.adopt),
        refuse_after: refuse_after.unwrap_or(default.refuse_after),
    };
    check_times(&settings, reader);
    settings
}

/// Without `accounts` and `organization`, the accounts of `allowed_accounts` are read.
fn account_source(
    named: Option<Vec<AccountId>>,
    organization: bool,
    cross_account: &CrossAccount,
    reader: &mut Reader<'_>,
) -> AccountSource {
    let allowed = cross_account.allowed_accounts.clone();
    if organization {
        if named.is_some() {
            let expected = "one of the two; `allowed_accounts` narrows the organization down";
            let problem = "there is `accounts` as well";
            reader.problem("discovery.organization", problem, expected);
        }
        return AccountSource::Organization { allowed };
    }
    let accounts = named.unwrap_or(allowed);
    check_accounts(&accounts, cross_account, reader);
    AccountSource::Given(without_repeats(accounts))
}

fn flag(section: &mut Section, reader: &mut Reader<'_>, key: &'static str) -> Option<bool> {
    section.read(reader, key, "true or false", Raw::flag)
}

fn region(text: &str) -> Option<Region> {
    text.parse().ok()
}

fn check_accounts(accounts: &[AccountId], cross_account: &CrossAccount, reader: &mut Reader<'_>) {
    if accounts.is_empty() {
        let expected = "accounts here or in `allowed_accounts`, or `organization = true`";
        reader.problem(ACCOUNTS, "there is no account to read", expected);
    }
    for account in accounts.iter().filter(|account| !cross_account.allows(account)) {
        let problem = format!("{account} is not in `allowed_accounts`");
        reader.problem(ACCOUNTS, &problem, "accounts that the service may work in");
    }
}

/// An item that is refused before the next run could have seen its instance would always be.
fn check_times(settings: &DiscoverySettings, reader: &mut Reader<'_>) {
    if settings.refuse_after < settings.every.saturating_mul(2) {
        let minutes = Duration::as_secs(&settings.every) / 60;
        let problem = format!("it is less than two runs, which are {minutes} minutes apart");
        reader.problem("discovery.refuse_after_hours", &problem, "at least the time of two runs");
    }
}

fn without_repeats<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    all.into_iter().fold(Vec::new(), |mut kept, one| {
        if !kept.contains(&one) {
            kept.push(one);
        }
        kept
    })
}
