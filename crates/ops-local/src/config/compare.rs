//! What another configuration makes of instances.

use std::fmt;

use ops_config::Config;
use ops_domain::environment::{Classification, Origin, Subject};
use ops_domain::id::{AccountId, InstanceId, Region};
use ops_domain::instance::Tags;
use serde::Serialize;

use crate::cli::CheckArgs;
use crate::error::StartError;
use crate::{backend, configuration};

/// What was compared, and what would change.
#[derive(Default, Serialize)]
pub(super) struct Compared {
    /// How many instances; none where nothing was to be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instances_compared: Option<usize>,
    /// The instance that is asked for by name, and those of the inventory that change.
    pub(super) changes: Vec<Change>,
}

/// An instance before and after.
#[derive(Serialize)]
pub(super) struct Change {
    account_id: AccountId,
    region: Option<Region>,
    instance_id: InstanceId,
    /// Its environment by the present configuration.
    before: String,
    /// Its environment by the one that is checked.
    after: String,
    /// The sources that decide the two.
    decided_by: [String; 2],
    /// Whether the list of accounts has its account, before and after.
    account_allowed: [bool; 2],
}

impl Change {
    fn of(present: &Config, checked: &Config, subject: &Subject<'_>) -> Self {
        let both = [present, checked];
        let [before, after] = both.map(|config| config.service.environments.classify(subject));
        let environment = |found: &Classification| found.environment.to_string();
        Self {
            account_id: subject.account_id.clone(),
            region: subject.region.cloned(),
            instance_id: subject.instance_id.clone(),
            before: environment(&before),
            after: environment(&after),
            decided_by: [before, after].map(|found| found.decided_by.to_string()),
            account_allowed: both.map(|config| config.service.allows(subject.account_id)),
        }
    }

    /// Whether it is a change: another source for the same environment is none.
    pub(super) fn matters(&self) -> bool {
        let [allowed_before, allowed_after] = self.account_allowed;
        self.before != self.after || allowed_before != allowed_after
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account_id, instance_id, before, after, .. } = self;
        write!(f, "{instance_id} ({account_id}): {before} -> {after}")?;
        match self.account_allowed {
            [true, false] => f.write_str(", and its account is not allowed any more"),
            [false, true] => f.write_str(", and its account is allowed"),
            [true, true] | [false, false] => Ok(()),
        }
    }
}

/// Compares the checked configuration with the present one, for the instances that the arguments
/// name.
///
/// # Errors
/// A [`StartError`] when the present configuration is not valid, or the inventory can't be read.
pub(super) async fn compare(args: &CheckArgs, checked: &Config) -> Result<Compared, StartError> {
    if !args.inventory && args.instance.is_none() {
        return Ok(Compared::default());
    }
    let present = configuration::load().await?;
    let mut compared = Compared { instances_compared: Some(0), changes: Vec::new() };
    if let (Some(instance_id), Some(account_id)) = (&args.instance, &args.account) {
        let tags: Tags = args.tags.iter().cloned().collect();
        let (region, origin) = (args.region.as_ref(), Origin::Live);
        let subject = Subject { account_id, region, instance_id, tags: &tags, origin };
        compared.changes.push(Change::of(&present, checked, &subject));
        compared.instances_compared = Some(1);
    }
    if args.inventory {
        of_inventory(args, &present, checked, &mut compared).await?;
    }
    Ok(compared)
}

/// Instances of a page of the inventory.
const PAGE: usize = 500;

async fn of_inventory(
    args: &CheckArgs,
    present: &Config,
    checked: &Config,
    compared: &mut Compared,
) -> Result<(), StartError> {
    let inventory = backend::inventory(args.place.backend, &args.place.data, present).await?;
    let mut cursor: Option<String> = None;
    loop {
        let page = inventory.list(cursor.as_deref(), PAGE).await.map_err(StartError::Inventory)?;
        let count = compared.instances_compared.unwrap_or_default() + page.items.len();
        compared.instances_compared = Some(count);
        for item in &page.items {
            let subject = Subject {
                account_id: &item.target.account_id,
                region: Some(&item.target.region),
                instance_id: &item.target.instance_id,
                tags: &item.tags,
                origin: Origin::Inventory,
            };
            let change = Change::of(present, checked, &subject);
            compared.changes.extend(Some(change).filter(Change::matters));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}
