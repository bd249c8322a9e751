//! What another configuration makes of the environments of instances.

use std::fmt;
use std::sync::Arc;

use ops_config::Config;
use ops_domain::environment::{EnvironmentPolicy, Origin, Subject};
use ops_domain::id::{AccountId, InstanceId, Region};
use ops_domain::instance::Tags;
use ops_domain::ports::{Inventory, Nobody};
use serde::Serialize;

use crate::backend;
use crate::cli::{Backend, CheckArgs};
use crate::error::StartError;
use crate::sqlite::inventory::SqliteInventory;

/// Instances of a page of the inventory.
const PAGE: usize = 500;

/// An instance whose environment changes.
#[derive(Debug, Eq, PartialEq, Serialize)]
pub(super) struct Change {
    account_id: String,
    instance_id: String,
    before: String,
    after: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account_id, instance_id, before, after } = self;
        write!(f, "{instance_id} ({account_id}): {before} -> {after}")
    }
}

/// What is known of an instance that is classified.
pub(super) struct Known {
    account_id: AccountId,
    region: Option<Region>,
    instance_id: InstanceId,
    tags: Tags,
}

impl Known {
    fn environment(&self, policy: &EnvironmentPolicy) -> String {
        let subject = Subject {
            account_id: &self.account_id,
            region: self.region.as_ref(),
            instance_id: &self.instance_id,
            tags: &self.tags,
            origin: Origin::Inventory,
        };
        policy.classify(&subject).environment.to_string()
    }
}

/// The instances whose environment the two policies find different.
pub(super) fn changes(
    known: &[Known],
    before: &EnvironmentPolicy,
    after: &EnvironmentPolicy,
) -> Vec<Change> {
    let change = |known: &Known| {
        let (before, after) = (known.environment(before), known.environment(after));
        (before != after).then(|| Change {
            account_id: known.account_id.to_string(),
            instance_id: known.instance_id.to_string(),
            before,
            after,
        })
    };
    known.iter().filter_map(change).collect()
}

/// The instances that the arguments name.
pub(super) async fn subjects(args: &CheckArgs, config: &Config) -> Result<Vec<Known>, StartError> {
    let mut known = Vec::new();
    if let (Some(instance_id), Some(account_id)) = (&args.instance, &args.account) {
        known.push(Known {
            account_id: account_id.clone(),
            region: args.region.clone(),
            instance_id: instance_id.clone(),
            tags: args.tags.iter().cloned().collect(),
        });
    }
    if args.inventory {
        known.extend(inventoried(inventory(args, config).await?.as_ref()).await?);
    }
    Ok(known)
}

async fn inventory(args: &CheckArgs, config: &Config) -> Result<Arc<dyn Inventory>, StartError> {
    match args.place.backend {
        Backend::Simulated => {
            let database = backend::folder_database(&args.place.data)?;
            Ok(Arc::new(SqliteInventory::new(database)))
        }
        Backend::Aws => Ok(backend::aws(config, Arc::new(Nobody)).await?.inventory),
    }
}

async fn inventoried(inventory: &dyn Inventory) -> Result<Vec<Known>, StartError> {
    let mut known = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = inventory.list(cursor.as_deref(), PAGE).await.map_err(StartError::Inventory)?;
        known.extend(page.items.into_iter().map(|item| Known {
            account_id: item.target.account_id,
            region: Some(item.target.region),
            instance_id: item.target.instance_id,
            tags: item.tags,
        }));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(known),
        }
    }
}
