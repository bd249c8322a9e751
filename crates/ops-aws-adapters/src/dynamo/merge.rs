//! The audit entries of several partitions as one list, newest first.
//!
//! A partition is in the order of its entries' `timestamp` texts. The place of an entry in the list
//! is that text, and between entries of one text the `audit_id`. A page ends at a place and the
//! next one begins there, in every partition; so a cursor is one place, and means the same whatever
//! has been written or has expired since.

use ops_audit::trail::WantsEntry as _;
use std::cmp::Reverse;

use futures_util::future::try_join_all;
use ops_domain::audit::AuditEntry;
use ops_domain::ports::{AuditQuery, Page};
use serde::{Deserialize, Serialize};

use crate::dynamo::cursor;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{Item, get_text};
use crate::dynamo::layout::TIMESTAMP;
use crate::dynamo::pages::ListError;

#[cfg(test)]
mod tests;

/// One of the merged partitions.
pub(super) trait Branch {
    /// At most `limit` entries with timestamps from `from` to `to` behind `after`, newest first,
    /// without those that were not asked for; and the key of the last one that was read, if
    /// there may be more behind it.
    async fn read(
        &self,
        from: &str,
        to: &str,
        after: Option<Item>,
        limit: usize,
    ) -> Result<Chunk, DynamoError>;
}

/// Entries that were read, and where it goes on.
pub(super) type Chunk = (Vec<AuditEntry>, Option<Item>);

/// The rounds of queries for one page. A filter that drops nearly everything ends a page early
/// instead of keeping the caller waiting.
const ROUNDS_PER_PAGE: usize = 12;

/// Entries that one query reads at most. An entry has about a kilobyte, and a query ends at a
/// megabyte.
const MOST_AT_ONCE: usize = 1_000;

/// Entries beyond an even share that the first query of each partition reads: the last one whose
/// timestamp may go on, and the one that the page before ended with.
const SPARE: usize = 2;

/// One page of what `query` wants of the branches, with timestamps within `range`.
pub(super) async fn page<B: Branch>(
    branches: Vec<B>,
    query: &AuditQuery,
    (from, to): (String, String),
) -> Result<Page<AuditEntry>, ListError> {
    if to < from {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let start = start(query, &from, to)?;
    let limit = query.limit.max(1);
    let mut merge = Merge::new(branches);
    let mut share = share(limit, merge.readers.len());
    for round in 0.. {
        let blocking = merge.blocking(limit);
        let may_end = round >= ROUNDS_PER_PAGE && merge.is_before(&start.at);
        if blocking.is_empty() || may_end {
            break;
        }
        let chunks = blocking.iter().map(|at| merge.readers[*at].read(&from, &start.at, share));
        let chunks = try_join_all(chunks).await.map_err(ListError::DynamoError)?;
        for (at, chunk) in blocking.into_iter().zip(chunks) {
            merge
                .take(at, chunk, |entry| start.leads_to(entry) && query.wants(entry))
                .map_err(ListError::DynamoError)?;
        }
        share = (2 * share).min(MOST_AT_ONCE);
    }
    Ok(merge.into_page(limit))
}

/// The place that the page begins at: all entries before it are on earlier pages.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    /// The timestamp.
    at: String,
    /// The last entry of that timestamp that was shown; none if none was.
    after: Option<String>,
}

impl Cursor {
    fn behind(entry: &AuditEntry) -> Self {
        Self { at: entry.timestamp.clone(), after: Some(entry.audit_id.clone()) }
    }

    fn leads_to(&self, entry: &AuditEntry) -> bool {
        entry.timestamp < self.at || self.after.as_ref().is_none_or(|after| entry.audit_id < *after)
    }
}

fn start(query: &AuditQuery, from: &str, to: String) -> Result<Cursor, ListError> {
    let Some(text) = &query.cursor else { return Ok(Cursor { at: to, after: None }) };
    let start: Cursor = cursor::decode(text).ok_or(ListError::BadCursor)?;
    if (from..=to.as_str()).contains(&start.at.as_str()) {
        Ok(start)
    } else {
        Err(ListError::BadCursor)
    }
}

/// Entries that the first query of each partition reads: what makes a page if all partitions are as
/// lively, twice over where they are several.
fn share(limit: usize, branches: usize) -> usize {
    let all = if branches > 1 { 2 * limit } else { limit };
    (all.div_ceil(branches.max(1)) + SPARE).min(MOST_AT_ONCE)
}

struct Merge<B> {
    readers: Vec<Reader<B>>,
    /// What was found, newest first.
    found: Vec<AuditEntry>,
}

struct Reader<B> {
    branch: B,
    next: Next,
}

/// Where the next query of a partition begins.
enum Next {
    Begin,
    /// Behind this key, all before whose timestamp has been read; some of its timestamp may not.
    After {
        key: Item,
        at: String,
    },
    End,
}

impl<B: Branch> Reader<B> {
    async fn read(&self, from: &str, to: &str, limit: usize) -> Result<Chunk, DynamoError> {
        let after = match &self.next {
            Next::Begin => None,
            Next::After { key, .. } => Some(key.clone()),
            Next::End => return Ok((Vec::new(), None)),
        };
        self.branch.read(from, to, after, limit).await
    }
}

impl<B> Reader<B> {
    /// Whether entries of `timestamp` may come from it still.
    fn may_have(&self, timestamp: &str) -> bool {
        match &self.next {
            Next::Begin => true,
            Next::After { at, .. } => timestamp <= at.as_str(),
            Next::End => false,
        }
    }
}

impl<B> Merge<B> {
    fn new(branches: Vec<B>) -> Self {
        let readers =
            branches.into_iter().map(|branch| Reader { branch, next: Next::Begin }).collect();
        Self { readers, found: Vec::new() }
    }

    fn take(
        &mut self,
        at: usize,
        (entries, next): Chunk,
        wants: impl Fn(&AuditEntry) -> bool,
    ) -> Result<(), DynamoError> {
        self.readers[at].next = match next {
            Some(key) => Next::After { at: get_text(&key, TIMESTAMP)?.to_owned(), key },
            None => Next::End,
        };
        self.found.extend(entries.into_iter().filter(wants));
        self.found.sort_by(|one, other| Reverse(target_ids(one)).cmp(&Reverse(target_ids(other))));
        Ok(())
    }

    /// The readers from which entries of the first `limit` may come still.
    fn blocking(&self, limit: usize) -> Vec<usize> {
        let oldest = self.found.get(limit - 1).map_or("", |entry| entry.timestamp.as_str());
        let blocking =
            self.readers.iter().enumerate().filter(|(_, reader)| reader.may_have(oldest));
        blocking.map(|(at, _)| at).collect()
    }

    /// The newest timestamp of which entries may come still; none where all has been read.
    fn horizon(&self) -> Option<&str> {
        let open = self.readers.iter().filter_map(|reader| match &reader.next {
            Next::Begin => Some("~"),
            Next::After { at, .. } => Some(at.as_str()),
            Next::End => None,
        });
        open.max()
    }

    /// Whether all of the timestamp `at` and newer has been read, so that a page that ends now is a
    /// step forward.
    fn is_before(&self, at: &str) -> bool {
        self.horizon().is_none_or(|horizon| horizon < at)
    }

    fn into_page(mut self, limit: usize) -> Page<AuditEntry> {
        let horizon = self.horizon().map(str::to_owned);
        let is_sure =
            |entry: &AuditEntry| horizon.as_ref().is_none_or(|horizon| entry.timestamp > *horizon);
        let sure = self.found.partition_point(is_sure);
        let next = match self.found[..sure].get(limit - 1) {
            Some(last) if limit < sure || horizon.is_some() => Some(Cursor::behind(last)),
            Some(_) => None,
            None => horizon.map(|at| Cursor { at, after: None }),
        };
        self.found.truncate(sure.min(limit));
        Page { items: self.found, next: next.as_ref().map(cursor::encode) }
    }
}

fn target_ids(entry: &AuditEntry) -> (&str, &str) {
    (&entry.timestamp, &entry.audit_id)
}
