//! A trail of very many entries is verified and exported in the memory of a page. This test is
//! alone in its process, so that the process's memory is its own.

#![expect(clippy::unwrap_used, reason = "what goes wrong in the set-up fails the test")]

use ops_audit::SealDraft as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ops_audit::csv;
use ops_audit::trail::{PAGE, TrailSummary, Verification, Walk};
use ops_domain::audit::{AuditDraft, AuditEntry, AuditEvent, AuditedOperation, ChainHead};
use ops_domain::caller::Caller;
use ops_domain::ports::{AuditLog, AuditQuery, Page, StoreError};
use ops_domain::time::Timestamp;
use ops_testkit::clock::VirtualClock;
use ops_testkit::sample;
use serde_json::json;

const ENTRIES: usize = 15_000;

/// One chain, of which it keeps only the heads: an entry is made again each time it is read.
#[derive(Default)]
struct Trail {
    heads: Vec<ChainHead>,
    made: AtomicU64,
    memory: Mutex<Vec<u64>>,
}

impl Trail {
    fn new() -> Self {
        let mut trail = Self::default();
        for place in 0..ENTRIES {
            let (_, head) = trail.entry(place);
            trail.heads.push(head);
        }
        trail
    }

    /// Some 2 KB, of which all but the time is the same.
    fn entry(&self, place: usize) -> (AuditEntry, ChainHead) {
        let at = sample::start() + chrono::TimeDelta::seconds(i64::try_from(place).unwrap());
        let caller = Caller::new("iam:alice", "request-1");
        let mut draft = AuditDraft::attempt(
            &caller,
            AuditEvent::Refused,
            AuditedOperation::UNKNOWN,
            at,
            Duration::from_hours(24 * 3650),
        );
        draft.chain = None;
        draft.parameters = json!({ "omitted": "x".repeat(1_500) });
        self.made.fetch_add(1, Ordering::Relaxed);
        draft.seal(place.checked_sub(1).and_then(|before| self.heads.get(before)))
    }
}

#[async_trait]
impl AuditLog for Trail {
    async fn append(&self, draft: AuditDraft) -> Result<AuditEntry, StoreError> {
        Ok(draft.seal(self.heads.last()).0)
    }

    async fn query(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
        self.memory.lock().unwrap().push(instance());
        let end = query.cursor.as_ref().map_or(ENTRIES, |cursor| cursor.parse().unwrap());
        let begin = end.saturating_sub(query.limit);
        let items = (begin..end).rev().map(|place| self.entry(place).0).collect();
        Ok(Page { items, next: (begin > 0).then(|| begin.to_string()) })
    }

    async fn chain_head(&self, _instance_id: &str) -> Result<Option<ChainHead>, StoreError> {
        Ok(self.heads.last().cloned())
    }

    async fn chains(
        &self,
        _cursor: Option<&str>,
        _limit: usize,
    ) -> Result<Page<(String, ChainHead)>, StoreError> {
        Ok(Page { items: Vec::new(), next: None })
    }
}

/// The bytes of memory that the process has.
fn instance() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// How much the memory has grown from the tenth page to the largest one behind it.
fn growth(trail: &Trail) -> u64 {
    let memory = std::mem::take(&mut *trail.memory.lock().unwrap());
    let early = memory[10];
    memory[10..].iter().max().unwrap().saturating_sub(early)
}

#[tokio::test]
async fn long_trails_need_the_memory_of_one_page() {
    let trail = Arc::new(Trail::new());
    let audit: Arc<dyn AuditLog> = trail.clone();
    let now: Timestamp = sample::start() + chrono::TimeDelta::days(100);
    let clock = VirtualClock::new(now);

    let mut none = |finding| panic!("{finding:?}");
    let summary =
        Verification::new(&audit, &clock, Duration::ZERO, &mut none).of_all().await.unwrap();
    let entries = u64::try_from(ENTRIES).unwrap();
    assert_eq!(summary, TrailSummary { chains: 1, entries, ..TrailSummary::default() });
    let all = entries * 2_000;
    let grown = growth(&trail);
    assert!(grown < all / 10, "{grown} bytes more while {all} were verified");

    let mut walk = Walk::new(audit, AuditQuery { limit: PAGE, now, ..AuditQuery::default() });
    let mut bytes = 0;
    while let Some(page) = walk.next().await.unwrap() {
        bytes += page.iter().map(|entry| csv::row(entry).len()).sum::<usize>();
    }
    assert!(bytes > ENTRIES * 1_500);
    let grown = growth(&trail);
    assert!(grown < all / 10, "{grown} bytes more while {all} were exported");
    assert_eq!(
        trail.made.load(Ordering::Relaxed),
        3 * entries,
        "every entry was made when it was read, once"
    );
}
