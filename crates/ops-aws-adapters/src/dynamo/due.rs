//! The index of jobs that have a next step.
//!
//! It is sparse and has keys only. The sort key has the time, the account and Region, and the job.
//! Its partitions are shards of the accounts and Regions, so that no partition takes the
//! writes of all. A partition is also of one version of the stored form: this version of the
//! service finds only jobs that it can read.

use std::str::FromStr;

use futures_util::future::try_join_all;
use ops_domain::instance::Scope;
use ops_domain::job::{Due, Job};
use ops_domain::ports::StoreError;
use ops_domain::state::{OperationRecord, SCHEMA_VERSION};
use ops_domain::time::{Timestamp, from_rfc3339, to_micros_text};
use sha2::{Digest, Sha256};

use crate::dynamo::DynamoStore;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, get_text, text};
use crate::dynamo::layout::{DUE_AT, DUE_SHARD, OPERATIONS_BY_DUE};

/// Shards of the accounts and Regions. A partition of an index takes 1,000 writes a second (Amazon
/// DynamoDB Developer Guide, "Partitions and data distribution").
const SHARDS: u8 = 16;

/// Pages of one shard that are read for one scope, each of up to 1 MB: some thousands of jobs.
/// Jobs that wait behind so many others of their shard are found when those have gone.
const MOST_PAGES: usize = 8;

/// Between the parts of a sort key, and the character that comes after it.
const SEPARATOR: char = '#';
const AFTER_SEPARATOR: char = '$';

/// Adds to the item of an operation what the index needs, if it has a next step.
pub(super) fn add_keys(item: &mut Item, record: &OperationRecord) {
    if let Some(at) = record.next_at() {
        let due = Due { at, job: Job::Operation(record.id), scope: record.target.scope() };
        item.insert(DUE_SHARD.to_owned(), text(shard(number(&due.scope))));
        item.insert(DUE_AT.to_owned(), text(sort_key(&due)));
    }
}

/// The number of the shard of `scope`.
fn number(scope: &Scope) -> u8 {
    Sha256::digest(scope.to_string())[0] % SHARDS
}

fn shard(number: u8) -> String {
    format!("{SCHEMA_VERSION}/{number}")
}

fn sort_key(due: &Due) -> String {
    let Due { at, job, scope } = due;
    format!("{}{SEPARATOR}{scope}{SEPARATOR}{job}", to_micros_text(*at))
}

/// Reads a sort key.
fn read_sort_key(key: &str) -> Option<Due> {
    let mut parts = key.split(SEPARATOR);
    let (at, scope, job) = (parts.next()?, parts.next()?, parts.next()?);
    let (account_id, region) = scope.split_once('/')?;
    let scope = Scope { account_id: parsed(account_id)?, region: parsed(region)? };
    Some(Due { at: from_rfc3339(at)?, job: parsed(job)?, scope })
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn read(item: &Item) -> Result<Due, StoreError> {
    let bad = |bad: BadItem| DynamoError::from(bad).of_operations();
    let key = get_text(item, DUE_AT).map_err(bad)?;
    read_sort_key(key).ok_or_else(|| bad(BadItem::Content(DUE_AT, key.into())))
}

impl DynamoStore {
    pub(super) async fn list_due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        if let Some(scope) = scope {
            return self.due_in_shard(number(scope), Some(scope), by, limit).await;
        }
        let shards = (0..SHARDS).map(|number| self.due_in_shard(number, None, by, limit));
        let mut due = try_join_all(shards).await?.concat();
        due.sort();
        due.truncate(limit);
        Ok(due)
    }

    /// What is due in one shard, the longest waiting first.
    async fn due_in_shard(
        &self,
        number: u8,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        let (mut due, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page = self.page_of_shard(number, by, scope.is_none().then_some(limit), after);
            let (items, last) = page.await?;
            for item in items {
                let found = read(&item)?;
                if scope.is_none_or(|scope| found.scope == *scope) {
                    due.push(found);
                }
            }
            after = last;
            if due.len() >= limit || after.is_none() {
                break;
            }
        }
        due.truncate(limit);
        Ok(due)
    }

    async fn page_of_shard(
        &self,
        number: u8,
        by: Timestamp,
        limit: Option<usize>,
        after: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let index = OPERATIONS_BY_DUE;
        let query = self
            .client
            .query()
            .table_name(&self.tables.operations)
            .index_name(index.name)
            .key_condition_expression("#partition = :partition AND #sort < :until")
            .expression_attribute_names("#partition", index.partition)
            .expression_attribute_names("#sort", index.sort)
            .expression_attribute_values(":partition", text(shard(number)))
            .expression_attribute_values(
                ":until",
                text(format!("{}{AFTER_SEPARATOR}", to_micros_text(by))),
            )
            .set_limit(limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)))
            .set_exclusive_start_key(after);
        let answer =
            query.send().await.map_err(|error| DynamoError::from(error).of_operations())?;
        let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((answer.items.unwrap_or_default(), last))
    }
}

#[cfg(test)]
mod tests {
    use ops_domain::id::OperationId;

    use super::*;

    fn scope(account: u64) -> Scope {
        Scope {
            account_id: format!("{account:012}").parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
        }
    }

    #[test]
    fn a_sort_key_tells_the_job_and_sorts_by_time() {
        let due = |micros, number| Due {
            at: Timestamp::from_timestamp_micros(micros).unwrap(),
            job: Job::Operation(OperationId::from_parts(1, number)),
            scope: scope(111_122_223_333),
        };
        let dues = [due(1, 9), due(2, 1), due(1_000_000, 0)];
        let keys: Vec<String> = dues.iter().map(sort_key).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        for (due, key) in dues.iter().zip(&keys) {
            assert_eq!(read_sort_key(key).as_ref(), Some(due));
            let until = format!("{}{AFTER_SEPARATOR}", to_micros_text(due.at));
            assert!(
                *key < until
                    && until
                        < sort_key(&Due {
                            at: due.at + chrono::TimeDelta::microseconds(1),
                            ..due.clone()
                        })
            );
        }
        for key in ["", "2026-01-31T10:00:00.000000Z", "2026-01-31T10:00:00.000000Z#x#operation/1"]
        {
            assert_eq!(read_sort_key(key), None, "{key}");
        }
    }

    /// The numbers stay: a version that numbers otherwise would not find what another has stored.
    #[test]
    fn scopes_are_spread_over_all_shards() {
        let numbers = (0..500).map(|account| number(&scope(account)));
        let used: std::collections::BTreeSet<u8> = numbers.collect();
        assert_eq!(used.len(), usize::from(SHARDS));
        assert_eq!((number(&scope(111_122_223_333)), shard(3).as_str()), (13, "2/3"));
    }
}
