//! Makes the DynamoDB tables, and takes over those that are there.

mod plan;
mod taken_over;

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TableDescription;
use ops_config::Tables;
use thiserror::Error;

use crate::dynamo::layout::{AUDIT_ID, AUDIT_INDEXES, INSTANCE_ID, OPERATIONS_INDEXES, PK};
use crate::tables::plan::{Expiry, Plan, SortKey};
use crate::tables::taken_over::{define, throughput};

pub use taken_over::Misfit;

/// What was done to a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// It was not there, and was made.
    Created,
    /// It was there and lacked this index, which was added.
    IndexAdded(&'static str),
    /// It was there, and its items did not expire.
    ExpiryTurnedOn,
    /// It was there and lacked nothing.
    Nothing,
}

/// A table could not be made or taken over.
#[derive(Debug, Error)]
pub enum TablesError {
    /// DynamoDB refused, or does not answer.
    #[error("the table `{table}` could not be made or changed")]
    Failed {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The table is there and can't be used. No table was changed.
    #[error("the table `{table}` can't be used; no table was changed")]
    Unusable {
        /// The table.
        table: String,
        /// Why.
        #[source]
        misfit: Misfit,
    },
    /// The table did not become usable in time. It goes on becoming so; the same command takes it
    /// up again.
    #[error("the table `{table}` is not usable after {} s; ask again later", waited.as_secs())]
    NotActive {
        /// The table.
        table: String,
        /// For how long it was waited for.
        waited: Duration,
    },
}

/// Makes the tables that are not there, and gives those that are there the indexes and the expiry
/// that they lack; nothing else of them is changed. Returns when all can be used. Each change is
/// given to `told` when it is done.
///
/// # Errors
/// The first [`TablesError`]. All tables are checked before one is changed.
pub async fn create(
    client: &Client,
    tables: &Tables,
    shown: &mut (dyn FnMut(&str, Change) + Send),
) -> Result<(), TablesError> {
    let plans = plans(tables);
    let mut found = Vec::new();
    for plan in &plans {
        found.push(plan.find(client).await?);
    }
    for (plan, _) in plans.iter().zip(&found).filter(|(_, found)| found.is_none()) {
        plan.create(client).await?;
    }
    for (plan, found) in plans.iter().zip(&found) {
        finish(plan, found.as_ref(), client, shown).await?;
    }
    Ok(())
}

fn plans(tables: &Tables) -> [Plan<'_>; 3] {
    [
        Plan {
            name: &tables.inventory,
            key: INSTANCE_ID,
            sort_key: SortKey::Tolerated,
            indexes: &[],
            expiry: Expiry::Never,
        },
        Plan {
            name: &tables.operations,
            key: PK,
            sort_key: SortKey::None { why: "its items are found by their key alone" },
            indexes: &OPERATIONS_INDEXES,
            expiry: Expiry::ByTtl,
        },
        Plan {
            name: &tables.audit,
            key: AUDIT_ID,
            sort_key: SortKey::None {
                why: "an entry is written only where no other has its id, which a table with a \
                      sort key can't promise",
            },
            indexes: &AUDIT_INDEXES,
            expiry: Expiry::ByTtl,
        },
    ]
}

/// Has a table that was made or found become what it should be.
async fn finish(
    plan: &Plan<'_>,
    found: Option<&TableDescription>,
    client: &Client,
    shown: &mut (dyn FnMut(&str, Change) + Send),
) -> Result<(), TablesError> {
    let Some(table) = found else {
        plan.wait(client, None).await?;
        plan.expire(client).await?;
        shown(plan.name, Change::Created);
        return Ok(());
    };
    plan.wait(client, None).await?;
    let missing = plan.missing(table);
    let mut definitions = table.attribute_definitions().to_vec();
    for index in &missing {
        define(&mut definitions, index).map_err(|error| plan.failed(error))?;
        plan.add(client, index, &definitions, throughput(table)).await?;
        shown(plan.name, Change::IndexAdded(index.name));
    }
    let turned_on = plan.expire(client).await?;
    if turned_on {
        shown(plan.name, Change::ExpiryTurnedOn);
    }
    if missing.is_empty() && !turned_on {
        shown(plan.name, Change::Nothing);
    }
    Ok(())
}
