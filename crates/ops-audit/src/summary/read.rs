//! Reading the trail and the operation store, a page of each at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::summary::Summary;
use crate::summary::completeness::Ledger;
use crate::summary::period::Period;
use crate::summary::tally::Tally;
use crate::trail::{PAGE, Walk};
use ops_domain::ports::{AuditLog, AuditQuery, Clock, OperationQuery, OperationStore, StoreError};
use ops_domain::service::Ports;
use ops_domain::settings::Settings;
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

/// What is read.
#[derive(Clone)]
pub struct Sources {
    /// The audit trail.
    pub audit: Arc<dyn AuditLog>,
    /// Operations.
    pub store: Arc<dyn OperationStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The longest that an operation takes by the present configuration.
    pub longest_life: Duration,
    /// How long entries of the trail are kept.
    pub retention: Duration,
}

impl Sources {
    /// What a service over `ports` writes.
    #[must_use]
    pub fn of(ports: &Ports, settings: &Settings) -> Self {
        Self {
            audit: Arc::clone(&ports.audit),
            store: Arc::clone(&ports.store),
            clock: Arc::clone(&ports.clock),
            longest_life: settings.longest_life(),
            retention: settings.audit_retention,
        }
    }
}

/// Why there are no figures.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The time was over before everything had been read.
    #[error("the time was over after {entries} entries, back to {reached}")]
    TimeIsOver {
        /// The entries of the period that were read.
        entries: u64,
        /// The time of the oldest one.
        reached: Timestamp,
    },
    /// The trail or the operation store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the figures of `period`. Gives up when it is `until` and there is a further page to read.
///
/// # Errors
/// A [`ReadError`].
pub async fn read(
    sources: &Sources,
    period: Period,
    until: Option<Timestamp>,
) -> Result<Summary, ReadError> {
    let now = sources.clock.now();
    let ledger = Ledger::new(period, now, sources.longest_life);
    let query = AuditQuery {
        from: Some(period.from),
        to: Some(ledger.until()),
        limit: PAGE,
        now,
        ..AuditQuery::default()
    };
    let mut walk = Walk::new(Arc::clone(&sources.audit), query);
    let mut reading =
        Reading { clock: sources.clock.as_ref(), until, tally: Tally::default(), ledger, period };
    let mut records = Records::of(&period, Arc::clone(&sources.store));
    while let Some(page) = walk.next().await? {
        for entry in &page {
            reading.ledger.entry(entry);
            if period.has(entry) {
                reading.tally.add(entry);
            }
        }
        reading.meet(&mut records, |ledger, record| ledger.is_past(record.created_at)).await?;
        if !walk.has_ended() {
            reading.check_time()?;
        }
    }
    reading.meet(&mut records, |_, _| true).await?;
    Ok(reading.tally.summary(period, reading.ledger.found()))
}

/// What has been read.
struct Reading<'a> {
    clock: &'a dyn Clock,
    until: Option<Timestamp>,
    tally: Tally,
    ledger: Ledger,
    period: Period,
}

impl Reading<'_> {
    /// Meets the next operations for as long as they are `wanted`.
    async fn meet(
        &mut self,
        records: &mut Records,
        wanted: impl Fn(&Ledger, &OperationRecord) -> bool,
    ) -> Result<(), ReadError> {
        loop {
            while let Some(query) = records.next_page() {
                self.check_time()?;
                records.read(query).await?;
            }
            let Some(record) = records.page.pop_front_if(|record| wanted(&self.ledger, record))
            else {
                return Ok(());
            };
            self.ledger.operation(&record);
        }
    }

    fn check_time(&self) -> Result<(), ReadError> {
        if self.until.is_none_or(|until| self.clock.now() < until) {
            return Ok(());
        }
        let reached = self.ledger.reached().unwrap_or(self.period.to).min(self.period.to);
        Err(ReadError::TimeIsOver { entries: self.tally.entries(), reached })
    }
}

/// The operations that were requested in a period, the newest first.
struct Records {
    store: Arc<dyn OperationStore>,
    /// What is asked for next; none behind the last page.
    query: Option<OperationQuery>,
    page: VecDeque<OperationRecord>,
}

impl Records {
    fn of(period: &Period, store: Arc<dyn OperationStore>) -> Self {
        let query = OperationQuery {
            from: Some(period.from),
            to: Some(period.to),
            limit: PAGE,
            ..OperationQuery::default()
        };
        Self { store, query: Some(query), page: VecDeque::new() }
    }

    /// What must be read before the next one is known.
    fn next_page(&mut self) -> Option<OperationQuery> {
        if self.page.is_empty() { self.query.take() } else { None }
    }

    async fn read(&mut self, query: OperationQuery) -> Result<(), StoreError> {
        let page = self.store.list(&query).await?;
        self.page = page.items.into();
        self.query = page.next.map(|next| OperationQuery { cursor: Some(next), ..query });
        Ok(())
    }
}
