//! Pages of an index, newest first, over one partition or several that follow one another.

use aws_sdk_dynamodb::Client;
use ops_domain::ports::{Page, StoreError};
use serde::{Deserialize, Serialize};

use crate::dynamo::cursor;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, get_text, text};
use crate::dynamo::layout::Index;
use crate::dynamo::partition::{Filter, Partition};

/// What to list.
pub(super) struct Listing<'a> {
    /// The table.
    pub(super) table: &'a str,
    /// The table's key.
    pub(super) key: &'static str,
    /// The index.
    pub(super) index: Index,
    /// The partitions, in the order of the list.
    pub(super) partitions: Vec<String>,
    /// The smallest and the largest sort key.
    pub(super) range: (String, String),
    /// What else an item must be.
    pub(super) filters: Vec<Filter>,
    /// Whether an item is asked for, of those that the filters leave.
    pub(super) wants: &'a (dyn Fn(&Item) -> Result<bool, BadItem> + Sync),
}

/// Where a page begins.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    index: String,
    partition: String,
    /// The key and the sort key of the last item of the page before; none at the beginning of the
    /// partition.
    after: Option<(String, String)>,
}

/// Items that one query reads at most.
const MOST_AT_ONCE: usize = 250;

/// Queries for one page. A filter that drops nearly everything ends a page early instead of keeping
/// the caller waiting.
const QUERIES_PER_PAGE: usize = 12;

/// The error of a list, before it is known which table is listed.
pub(super) enum ListError {
    BadCursor,
    DynamoError(DynamoError),
}

impl ListError {
    pub(super) fn of(self, table: fn(DynamoError) -> StoreError) -> StoreError {
        match self {
            Self::BadCursor => StoreError::BadCursor,
            Self::DynamoError(trouble) => table(trouble),
        }
    }
}

impl Listing<'_> {
    /// One page of at most `limit` items.
    pub(super) async fn page(
        &self,
        client: &Client,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Item>, ListError> {
        let mut place = self.target_ids(cursor)?;
        let mut items = Vec::new();
        for _ in 0..QUERIES_PER_PAGE {
            let Some(here) = place else { break };
            let (found, end) = self
                .query(client, &here, limit - items.len())
                .await
                .map_err(ListError::DynamoError)?;
            for item in found {
                if !(self.wants)(&item).map_err(|bad| ListError::DynamoError(bad.into()))? {
                    continue;
                }
                items.push(item);
                if items.len() == limit {
                    let last =
                        items.last().map(|last| self.after(here.partition, last)).transpose()?;
                    return Ok(Page { items, next: last.as_ref().map(cursor::encode) });
                }
            }
            place = match end {
                Some(end) => Some(self.after(here.partition, &end)?),
                None => self.partition_after(&here.partition),
            };
        }
        Ok(Page { items, next: place.as_ref().map(cursor::encode) })
    }

    /// The place that a cursor names, if it is a place of this list.
    fn target_ids(&self, text: Option<&str>) -> Result<Option<Cursor>, ListError> {
        if self.range.1 < self.range.0 {
            return Ok(None);
        }
        let Some(text) = text else {
            return Ok(self.partitions.first().map(|partition| self.start_of(partition)));
        };
        let cursor: Cursor = cursor::decode(text).ok_or(ListError::BadCursor)?;
        let (from, to) = &self.range;
        let within = cursor.after.as_ref().is_none_or(|(_, sort)| from <= sort && sort <= to);
        if cursor.index != self.index.name
            || !self.partitions.contains(&cursor.partition)
            || !within
        {
            return Err(ListError::BadCursor);
        }
        Ok(Some(cursor))
    }

    fn start_of(&self, partition: &str) -> Cursor {
        Cursor { index: self.index.name.to_owned(), partition: partition.to_owned(), after: None }
    }

    fn partition_after(&self, partition: &str) -> Option<Cursor> {
        let mut rest = self.partitions.iter().skip_while(|other| *other != partition);
        rest.nth(1).map(|next| self.start_of(next))
    }

    fn after(&self, partition: String, item: &Item) -> Result<Cursor, ListError> {
        let part = |name| {
            get_text(item, name)
                .map(str::to_owned)
                .map_err(|bad| ListError::DynamoError(bad.into()))
        };
        let after = Some((part(self.key)?, part(self.index.sort)?));
        Ok(Cursor { index: self.index.name.to_owned(), partition, after })
    }

    async fn query(
        &self,
        client: &Client,
        here: &Cursor,
        wanted: usize,
    ) -> Result<(Vec<Item>, Option<Item>), DynamoError> {
        let value = here.partition.clone();
        let partition = Partition {
            client,
            table: self.table,
            index: self.index,
            value,
            filters: &self.filters,
        };
        let (from, to) = &self.range;
        partition.read((from, to), self.start_key(here), self.read_at_once(wanted)).await
    }

    /// What is wanted, or the most where filters may drop nearly all of it.
    fn read_at_once(&self, wanted: usize) -> usize {
        if self.filters.is_empty() { wanted.min(MOST_AT_ONCE) } else { MOST_AT_ONCE }
    }

    fn start_key(&self, here: &Cursor) -> Option<Item> {
        let (key, sort) = here.after.as_ref()?;
        Some(Item::from([
            (self.key.to_owned(), text(key)),
            (self.index.partition.to_owned(), text(&here.partition)),
            (self.index.sort.to_owned(), text(sort)),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamo::layout::{OPERATIONS_BY_MONTH, PK, STATUS};

    #[test]
    fn a_filtered_query_reads_full_pages() {
        let read = |filters, wanted| {
            let (table, key, range) = ("operations", PK, ("0".to_owned(), "~".to_owned()));
            let partitions = vec!["2026-01".to_owned()];
            let wants = &|_: &Item| Ok(true);
            Listing { table, key, index: OPERATIONS_BY_MONTH, partitions, range, filters, wants }
                .read_at_once(wanted)
        };
        let filter = || vec![Filter::Equals(STATUS, text("failed"))];
        assert_eq!([read(filter(), 1), read(filter(), 1_000)], [250, 250]);
        assert_eq!([read(vec![], 1), read(vec![], 50), read(vec![], 1_000)], [1, 50, 250]);
    }
}
