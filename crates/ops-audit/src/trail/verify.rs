//! Verification of every chain of the trail in one walk over its entries.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::original::ReadEntry as _;
use crate::trail::{PAGE, Walk};
use crate::verify::{ChainBreak, ChainVerifier};
use ops_domain::audit::{AuditEntry, ChainHead, is_shared_chain};
use ops_domain::ports::{AuditLog, AuditQuery, Clock, StoreError};
use ops_domain::time::{Timestamp, after, to_micros_text};

/// A break in one chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The chain: that of the instance of this name, or a [shared one](ops_domain::audit::shared_chain).
    pub chain: String,
    /// What is wrong.
    pub broken: ChainBreak,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.chain, self.broken)
    }
}

/// What was verified.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TrailSummary {
    /// Chains with an entry of this service.
    pub chains: u64,
    /// Entries with a hash.
    pub entries: u64,
    /// Entries without one, of the original service.
    pub unchained: u64,
    /// Entries that are gone; in chains without a break they have expired.
    pub gone: u64,
    /// Breaks that were reported.
    pub breaks: u64,
}

/// How often the end of a chain is read: a list may lag behind the writes by a moment.
const LOOKS: u32 = 5;

/// Between two reads.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The verification of a trail. It holds two hashes for each chain, and a page of entries.
pub struct Verification<'a> {
    audit: &'a Arc<dyn AuditLog>,
    clock: &'a dyn Clock,
    retention: Duration,
    originals_until: Option<Timestamp>,
    now: Timestamp,
    chains: BTreeMap<String, ChainVerifier>,
    found: &'a mut (dyn FnMut(Finding) + Send),
    breaks: u64,
    /// The one chain that is asked for.
    only: Option<String>,
}

impl<'a> Verification<'a> {
    /// Verifies `audit` as of the clock's time now. Every break is given to `found` at once.
    /// `retention` is how long entries are kept; it counts only for chains of releases that did not
    /// keep the expiry of their last entry.
    pub fn new(
        audit: &'a Arc<dyn AuditLog>,
        clock: &'a dyn Clock,
        retention: Duration,
        found: &'a mut (dyn FnMut(Finding) + Send),
    ) -> Self {
        let now = clock.now();
        Self {
            audit,
            clock,
            retention,
            originals_until: None,
            now,
            chains: BTreeMap::new(),
            found,
            breaks: 0,
            only: None,
        }
    }

    /// Takes entries of the original service until `until` for no break wherever they are: it
    /// wrote at the same time until then.
    #[must_use]
    pub const fn beside_original(mut self, until: Option<Timestamp>) -> Self {
        self.originals_until = until;
        self
    }

    /// Verifies every chain.
    ///
    /// # Errors
    /// A [`StoreError`] when the trail can't be read; then only what was reported is known.
    pub async fn of_all(mut self) -> Result<TrailSummary, StoreError> {
        self.walk(AuditQuery { limit: PAGE, now: self.now, ..AuditQuery::default() }).await?;
        let mut cursor = None;
        loop {
            let page = self.audit.chains(cursor.as_deref(), PAGE).await?;
            for (chain, _) in page.items {
                self.look_for(&chain).await?;
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(self.finish());
            }
        }
    }

    /// Verifies the chain of one instance. None: there is neither an entry of it nor the end of a
    /// chain.
    ///
    /// # Errors
    /// As [`Verification::of_all`].
    pub async fn of(mut self, instance_id: &str) -> Result<Option<TrailSummary>, StoreError> {
        self.only = Some(instance_id.to_owned());
        self.walk(AuditQuery { limit: PAGE, ..self.of_chain(instance_id) }).await?;
        self.look_for(instance_id).await?;
        let is_known = self.chains.contains_key(instance_id);
        Ok(is_known.then(|| self.finish()))
    }

    async fn walk(&mut self, query: AuditQuery) -> Result<(), StoreError> {
        let mut walk = Walk::new(Arc::clone(self.audit), query);
        while let Some(page) = walk.next().await? {
            for entry in &page {
                // Of an instance's entries some may be in shared chains, from before the inventory
                // knew it.
                if self.only.as_ref().is_some_and(|only| only != entry.chain_id()) {
                    continue;
                }
                if !self.chains.contains_key(entry.chain_id()) {
                    self.begin(entry.chain_id(), Some(entry)).await?;
                }
                self.take(entry);
            }
        }
        Ok(())
    }

    /// A chain of which the walk has shown nothing: its entries have expired, were removed, or came
    /// meanwhile.
    async fn look_for(&mut self, chain: &str) -> Result<(), StoreError> {
        if self.chains.contains_key(chain) {
            return Ok(());
        }
        self.begin(chain, None).await
    }

    /// Begins a chain at its head, and takes what is newer than `newest`, the first entry that the
    /// walk has shown.
    ///
    /// The head is read after the entry, so whatever is behind the head was not written with
    /// it.
    async fn begin(&mut self, chain: &str, newest: Option<&AuditEntry>) -> Result<(), StoreError> {
        let mut head = self.audit.chain_head(chain).await?;
        for _ in 1..LOOKS {
            if self.has_come(chain, head.as_ref(), newest).await? {
                break;
            }
            self.clock.sleep_until(after(self.clock.now(), LOOK_EVERY)).await;
            head = self.audit.chain_head(chain).await?;
        }
        if head.is_none() && newest.is_none() {
            return Ok(());
        }
        let verifier = ChainVerifier::new(head.as_ref(), self.now, self.retention);
        let verifier = verifier.beside_original(self.originals_until);
        self.chains.insert(chain.to_owned(), verifier);
        let Some(head) = head.filter(|head| self.is_awaited(head, newest)) else { return Ok(()) };
        let mut rest = self.up_to(chain, &head, newest);
        while let Some(page) = rest.next().await? {
            page.iter()
                .filter(|entry| entry.chain_id() == chain)
                .for_each(|entry| self.take(entry));
        }
        Ok(())
    }

    /// Whether the entry of the head can be seen.
    async fn has_come(
        &self,
        chain: &str,
        head: Option<&ChainHead>,
        newest: Option<&AuditEntry>,
    ) -> Result<bool, StoreError> {
        let Some(head) = head.filter(|head| self.is_awaited(head, newest)) else { return Ok(true) };
        let mut rest = self.up_to(chain, head, newest);
        while let Some(page) = rest.next().await? {
            if let Some(entry) = page.iter().find(|entry| entry.chain_id() == chain) {
                return Ok(entry.hash.as_ref() == Some(&head.hash));
            }
        }
        Ok(false)
    }

    /// Whether entries up to `head` must still come to light behind `newest`.
    fn is_awaited(&self, head: &ChainHead, newest: Option<&AuditEntry>) -> bool {
        match newest {
            Some(entry) => entry.timestamp < to_micros_text(head.at),
            None => head.ttl.is_none_or(|ttl| self.now.timestamp() < ttl),
        }
    }

    /// The entries of a chain up to `head`, down to `newest` and without it.
    fn up_to(&self, chain: &str, head: &ChainHead, newest: Option<&AuditEntry>) -> Walk {
        let moment = Duration::from_micros(1);
        let newest = newest.and_then(AuditEntry::at);
        let from = newest.map(|at| after(at, moment));
        let to = Some(after(head.at, moment));
        let query = AuditQuery { from, to, limit: PAGE, ..self.of_chain(chain) };
        Walk::new(Arc::clone(self.audit), query)
    }

    /// The entries of a chain, and of others where it is a shared one.
    fn of_chain(&self, chain: &str) -> AuditQuery {
        let instance_id = (!is_shared_chain(chain)).then(|| chain.to_owned());
        AuditQuery { instance_id, now: self.now, ..AuditQuery::default() }
    }

    fn take(&mut self, entry: &AuditEntry) {
        let Some(chain) = self.chains.get_mut(entry.chain_id()) else { return };
        let breaks = chain.take(entry);
        self.report(entry.chain_id(), breaks);
    }

    fn finish(mut self) -> TrailSummary {
        let chains = std::mem::take(&mut self.chains);
        let mut summary = TrailSummary::default();
        for (name, chain) in chains {
            let (chain, breaks) = chain.finish();
            summary.chains += u64::from(chain.entries + chain.gone > 0 || !breaks.is_empty());
            summary.entries += chain.entries;
            summary.unchained += chain.unchained;
            summary.gone += chain.gone;
            self.report(&name, breaks);
        }
        summary.breaks = self.breaks;
        summary
    }

    fn report(&mut self, chain: &str, breaks: Vec<ChainBreak>) {
        for broken in breaks {
            self.breaks += 1;
            (self.found)(Finding { chain: chain.to_owned(), broken });
        }
    }
}
