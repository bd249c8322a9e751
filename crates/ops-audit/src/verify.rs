//! Verification of a chain: newest entry first, one entry at a time, in constant memory.
//!
//! Each entry names the hash of the one before it, so the chain is walked down from its head: what
//! is at a place must have the hash that the newer entry, or the head, names. An entry also
//! names the time until which the one before it is kept; that distinguishes an expired entry from
//! one that was removed.

use std::fmt;
use std::time::Duration;

use crate::original::ReadEntry as _;
use crate::seal::{GENESIS, entry_hash};
use ops_domain::audit::{AuditEntry, ChainHead};
use ops_domain::time::{Timestamp, after};

/// Where a chain does not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChainBreak {
    /// The entry's content is not what was hashed.
    Edited {
        /// The entry.
        audit_id: String,
    },
    /// Entries that have not expired are missing, or others are in their place.
    Missing {
        /// The entry behind them; none where the newest are missing.
        newer: Option<String>,
        /// The entry before them; none where no older one is left.
        older: Option<String>,
    },
    /// Entries are where none was written: they were inserted, or moved from their place.
    Misplaced {
        /// The newest of them.
        audit_id: String,
        /// How many they are.
        count: u64,
    },
    /// Entries have no hash though an older one has: this service did not write them, or their
    /// hashes were taken away.
    Unchained {
        /// The newest of them.
        audit_id: String,
        /// How many they are.
        count: u64,
    },
    /// The store has no end of this chain, so that nothing shows whether its newest entries are
    /// missing.
    HeadMissing,
}

impl fmt::Display for ChainBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { audit_id } => write!(f, "{audit_id} was edited"),
            Self::Missing { newer: Some(newer), older: Some(older) } => {
                write!(f, "entries between {older} and {newer} are missing or were rewritten")
            }
            Self::Missing { newer: None, older: Some(older) } => {
                write!(f, "the newest entries, behind {older}, are missing or were rewritten")
            }
            Self::Missing { newer: Some(newer), older: None } => {
                write!(f, "entries before {newer} are missing although they have not expired")
            }
            Self::Missing { newer: None, older: None } => {
                f.write_str("no entry is left although the newest has not expired")
            }
            Self::Misplaced { audit_id, count } => {
                write!(f, "{audit_id} (and {} before it) was inserted or moved here", count - 1)
            }
            Self::Unchained { audit_id, count } => {
                write!(
                    f,
                    "{audit_id} (and {} before it) has no hash, as if another program had written \
                     it",
                    count - 1
                )
            }
            Self::HeadMissing => f.write_str("the stored end of the chain is missing"),
        }
    }
}

/// What stood in a chain.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ChainSummary {
    /// Entries with a hash.
    pub entries: u64,
    /// Entries without one, of the original service.
    pub unchained: u64,
    /// Entries that the chain has had and that are gone; in a chain without a break they have
    /// expired.
    pub gone: u64,
}

/// Verifies one chain as of one time. Holds two hashes, not the entries.
#[derive(Clone, Debug)]
pub struct ChainVerifier {
    now: Timestamp,
    length: Option<u64>,
    originals_until: Option<Timestamp>,
    due: Due,
    gap: Option<Gap>,
    unchained: Option<(String, u64)>,
    summary: ChainSummary,
}

/// What must be behind the entry that was taken last.
#[derive(Clone, Debug)]
enum Due {
    Entry(Link),
    /// Nothing: the chain began with that entry.
    Nothing,
    /// Whatever there is.
    Anything,
}

/// What is known of an entry by the newer one, or by the head.
#[derive(Clone, Debug)]
struct Link {
    hash: String,
    ttl: Option<i64>,
    newer: Option<String>,
}

/// An entry that was due, and what has come in its place so far.
#[derive(Clone, Debug)]
struct Gap {
    wanted: Link,
    newest: String,
    count: u64,
}

impl ChainVerifier {
    /// Begins at `head`, the chain's end as it is stored. `retention` is how long entries are kept;
    /// it counts only for a head of a release that did not keep the expiry of its entry.
    #[must_use]
    pub fn new(head: Option<&ChainHead>, now: Timestamp, retention: Duration) -> Self {
        let due = head.map_or(Due::Anything, |head| {
            let ttl = head.ttl.unwrap_or_else(|| after(head.at, retention).timestamp());
            Due::Entry(Link { hash: head.hash.clone(), ttl: Some(ttl), newer: None })
        });
        let length = head.map(|head| head.length);
        Self {
            now,
            length,
            originals_until: None,
            due,
            gap: None,
            unchained: None,
            summary: ChainSummary::default(),
        }
    }

    /// Takes entries of the original service until `until` for no break, although entries of this
    /// one are older: it wrote at the same time until then.
    #[must_use]
    pub const fn beside_original(mut self, until: Option<Timestamp>) -> Self {
        self.originals_until = until;
        self
    }

    /// Reads the next older entry, and returns what is known to be wrong by now.
    #[must_use]
    pub fn take(&mut self, entry: &AuditEntry) -> Vec<ChainBreak> {
        if entry.hash.is_none() && entry.prev_hash.is_none() {
            self.summary.unchained += 1;
            if !self.was_expected(entry) {
                self.unchained.get_or_insert_with(|| (entry.audit_id.clone(), 0)).1 += 1;
            }
            return Vec::new();
        }
        self.summary.entries += 1;
        let mut breaks = Vec::new();
        let unchained = self.unchained.take();
        breaks.extend(unchained.map(|(audit_id, count)| ChainBreak::Unchained { audit_id, count }));
        if !is_intact(entry) {
            breaks.push(ChainBreak::Edited { audit_id: entry.audit_id.clone() });
        }
        let due = std::mem::replace(&mut self.due, Due::behind(entry));
        breaks.extend(self.target_ids(entry, due));
        breaks
    }

    /// Ends at the oldest entry, and returns what is wrong beyond what was reported.
    #[must_use]
    pub fn finish(self) -> (ChainSummary, Vec<ChainBreak>) {
        let mut breaks: Vec<ChainBreak> =
            self.gap.and_then(|gap| gap.missing(self.now)).into_iter().collect();
        if let Due::Entry(link) = self.due
            && link.is_kept(self.now)
        {
            breaks.push(ChainBreak::Missing { newer: link.newer, older: None });
        }
        if self.length.is_none() && self.summary.entries > 0 {
            breaks.push(ChainBreak::HeadMissing);
        }
        let gone = self.length.map_or(0, |length| length.saturating_sub(self.summary.entries));
        (ChainSummary { gone, ..self.summary }, breaks)
    }

    /// Whether the original service still wrote when it wrote this entry.
    fn was_expected(&self, entry: &AuditEntry) -> bool {
        entry.is_original()
            && entry.at().zip(self.originals_until).is_some_and(|(at, until)| at <= until)
    }

    /// Compares the entry with what was `due` in its place.
    fn target_ids(&mut self, entry: &AuditEntry, due: Due) -> Option<ChainBreak> {
        if let Some(Gap { newest, count, .. }) =
            self.gap.take_if(|gap| entry.hash.as_ref() == Some(&gap.wanted.hash))
        {
            return Some(ChainBreak::Misplaced { audit_id: newest, count });
        }
        if let Due::Entry(link) = &due
            && link.leads_to(entry)
        {
            if let Some(gap) = &mut self.gap {
                gap.count += 1;
            }
            return None;
        }
        let audit_id = entry.audit_id.clone();
        match due {
            Due::Entry(wanted) => {
                let earlier = self.gap.replace(Gap { wanted, newest: audit_id, count: 1 });
                earlier.and_then(|gap| gap.missing(self.now))
            }
            Due::Nothing => Some(ChainBreak::Misplaced { audit_id, count: 1 }),
            Due::Anything => None,
        }
    }
}

impl Due {
    fn behind(entry: &AuditEntry) -> Self {
        match entry.prev_hash.as_deref() {
            None => Self::Anything,
            Some(GENESIS) => Self::Nothing,
            Some(hash) => {
                let newer = Some(entry.audit_id.clone());
                Self::Entry(Link { hash: hash.to_owned(), ttl: entry.prev_ttl, newer })
            }
        }
    }
}

impl Link {
    /// An entry whose hash was removed is reported as edited; it counts as the one that is due.
    fn leads_to(&self, entry: &AuditEntry) -> bool {
        entry.hash.as_ref().is_none_or(|hash| *hash == self.hash)
    }

    /// Whether the entry must still be there, as far as that is known.
    fn is_kept(&self, now: Timestamp) -> bool {
        self.ttl.is_some_and(|ttl| now.timestamp() < ttl)
    }
}

impl Gap {
    /// The gap at its end. Newer entries may expire before older ones, where the retention was
    /// shortened between them.
    fn missing(self, now: Timestamp) -> Option<ChainBreak> {
        let has_expired = self.wanted.ttl.is_some_and(|ttl| ttl <= now.timestamp());
        (!has_expired)
            .then_some(ChainBreak::Missing { newer: self.wanted.newer, older: Some(self.newest) })
    }
}

fn is_intact(entry: &AuditEntry) -> bool {
    let hashes = entry.hash.as_deref().zip(entry.prev_hash.as_deref());
    hashes.is_some_and(|(hash, prev_hash)| entry_hash(entry, prev_hash) == hash)
}

/// Checks entries of one instance, oldest first, against the chain's head if there is one.
///
/// It does not know the time, so entries missing at the old end are no break: they may have
/// expired. Entries without a hash before the first one with a hash are those of the original
/// service and are passed over.
///
/// # Errors
/// The first [`ChainBreak`], from the newest entry on.
pub fn verify_chain<'a, I>(entries: I, head: Option<&ChainHead>) -> Result<(), ChainBreak>
where
    I: IntoIterator<Item = &'a AuditEntry, IntoIter: DoubleEndedIterator>,
{
    let mut verifier = ChainVerifier::new(head, Timestamp::MIN_UTC, Duration::ZERO);
    for entry in entries.into_iter().rev() {
        if let Some(broken) = verifier.take(entry).into_iter().next() {
            return Err(broken);
        }
    }
    let counts = |broken: &ChainBreak| match broken {
        ChainBreak::Missing { older: None, .. } => false,
        ChainBreak::HeadMissing => head.is_some(),
        ChainBreak::Missing { older: Some(_), .. }
        | ChainBreak::Edited { .. }
        | ChainBreak::Misplaced { .. }
        | ChainBreak::Unchained { .. } => true,
    };
    verifier.finish().1.into_iter().find(counts).map_or(Ok(()), Err)
}
